package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// R-073, decision 0058: every answer takes one time, also one that changes nothing; what a seat does not open takes the time of a
// stay that never was; Kari's page takes one time whatever Anna has done; and her code, when she is erased, that of one never given.
func TestSeatInOneTime(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		c := newCouples(t, h, 3+len(causes))
		c.met()
		send := func(path string, v url.Values, status int) func() {
			return func() {
				if got := c.post(path, v); got.status != status {
					t.Fatalf("%s: %d, want %d", path, got.status, status)
				}
			}
		}
		compare := func(what string, a, b func()) {
			t.Helper()
			best, ok := oneTime(a, b)
			if t.Logf("%s: %.2f", what, best); !ok {
				t.Errorf("%s: %.2f times the time", what, best)
			}
		}
		answer := func(x *couple, said string) func() {
			_, stay := c.enters(x.anna.seat)
			return send("/code/answer", url.Values{"stay": {stay}, "answer": {said}}, http.StatusOK)
		}
		yes, no := answer(c.all[0], episode.SafeYes), answer(c.all[1], episode.SafeNo)
		answer(c.all[2], episode.SafeNo)()
		compare("yes and no", yes, no)
		compare("yes and a yes that takes nothing back", yes, answer(c.all[2], episode.SafeYes))
		compare("no and not coming", no, answer(c.all[1], episode.Stop))

		_, seat := c.enters(c.all[0].anna.seat)
		for path, v := range ownRoutes("x") {
			theirs, never := url.Values{"stay": {seat}}, url.Values{"stay": {strings.Repeat("x", len(seat))}}
			for name, all := range v {
				theirs[name], never[name] = all, all
			}
			compare(path+" by a seat and by nobody", send(path, theirs, http.StatusConflict), send(path, never, http.StatusConflict))
		}

		look := func(x *couple) func() {
			_, stay := c.enters(x.kari.seat)
			return send("/code/look", url.Values{"stay": {stay}}, http.StatusOK)
		}
		c.turn("2027-01-26", "08:30")
		for i, cause := range causes {
			cause.do(c, c.all[3+i])
		}
		ill := c.all[3+len(causes)-1]
		for i, cause := range causes[:len(causes)-1] {
			compare(cause.name+", and a worker is ill", look(c.all[3+i]), look(ill))
		}
		erased, none := c.all[3+4].anna.seat, intake.NewCode()
		typed := func(code intake.Code) func() {
			return send("/code", url.Values{"code": {code.String()}}, http.StatusUnprocessableEntity)
		}
		compare("the code of somebody erased, and one never given", typed(erased), typed(none))
	})
}
