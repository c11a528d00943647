package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// asks sends a form straight to the handler, and wants a status: what an answer costs, without the way to it.
func (s *sides) asks(who, path string, v url.Values, status int) {
	s.t.Helper()
	q := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, path, strings.NewReader(v.Encode()))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	q.RemoteAddr = fmt.Sprintf("10.0.%d.%d:1", s.asked/200, s.asked%200) // nobody is slowed down
	s.asked++
	if who != "" {
		s.browser[who].Sign(q)
	}
	w := httptest.NewRecorder()
	s.Server.Handler().ServeHTTP(w, q)
	if w.Code != status {
		s.t.Fatalf("%s: %d, want %d", path, w.Code, status)
	}
}

// Steps on what is walled, a colleague's and absent are refused in one time; so are a worker on the other side and one who
// is met by somebody else; and keeping what meets a mark takes the time of keeping what does not (design 4.3).
func TestWallInOneTime(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		s := newSides(t, h)
		s.kariComes()
		other := s.comes("Usva", noContact)
		theirs := s.booked("elina", other.Request.ID, h.Places[1].ID, "2027-01-20")
		again := s.comes("Otso", contactAt(hisNumber))
		hireIn(t, h, "kolmas", locale.Finnish, h.Unit, access.Worker)
		s.worksHere("kolmas")
		s.booked("kolmas", s.comes("Halla", noContact).Request.ID, h.Places[1].ID, "2027-02-24") // when Kari is met
		time := func(who, day string) url.Values {
			return url.Values{"day": {day}, "clock": {"13:00"}, "kind": {"office"}, "office": {string(h.Places[1].ID)}, "with": {string(s.Staff[who].Account)}}
		}
		compare := func(what string, a, b func()) {
			t.Helper()
			best, ok := oneTime(a, b)
			if t.Logf("%s: %.2f", what, best); !ok {
				t.Errorf("%s: %.2f times the time", what, best)
			}
		}
		for _, step := range []string{"/book", "/move", "/assign", "/wall/mark", "/contact"} {
			v := map[string]url.Values{"/book": time("noora", "2027-01-21"), "/move": {"meeting": {id.New()}}, "/assign": {"worker": {string(s.Staff["noora"].Account)}},
				"/wall/mark": {"whose": {wall.Other}, "phone": {hisNumber}}, "/contact": {"channel": {"none"}}}[step]
			absent := func() { s.asks("noora", "/episodes/"+id.New()+step, v, http.StatusNotFound) }
			compare(step+" walled and absent", func() { s.asks("noora", "/episodes/"+s.kari.ID+step, v, http.StatusNotFound) }, absent)
			compare(step+" a colleague's and absent", func() { s.asks("noora", "/episodes/"+theirs.ID+step, v, http.StatusNotFound) }, absent)
		}
		at := "/requests/" + string(again.Request.ID)
		compare("/book a wall and a full calendar", func() { s.asks("elina", at+"/book", time("noora", "2027-01-21"), http.StatusConflict) },
			func() { s.asks("elina", at+"/book", time("elina", "2027-01-20"), http.StatusConflict) })
		s.comparesSteps(compare, appointment.Target{Request: again.Request.ID})
		s.comparesMarks(compare)
	})
}

// comparesSteps refuses inside the house alone: without a page around it a few questions more are half the time.
func (s *sides) comparesSteps(compare func(what string, a, b func()), his appointment.Target) {
	noora, elina := s.free("noora", s.Places[1].ID, "2027-01-21"), s.free("elina", s.Places[1].ID, "2027-01-20")
	refused := func(do func(tx *storage.Tx) error) {
		err := s.DB.Update(s.t.Context(), do)
		if !fault.HasKey(err, "appointment.not-free") {
			s.t.Fatalf("got %v, want it refused as not free", err)
		}
	}
	book := func(at appointment.Free) func() {
		return func() {
			refused(func(tx *storage.Tx) error {
				_, err := appointment.Book(s.t.Context(), tx, s.Models, s.Staff["elina"], his, at, "")
				return err
			})
		}
	}
	offer := func(at appointment.Free) func() {
		return func() {
			refused(func(tx *storage.Tx) error {
				return appointment.Offer(s.t.Context(), tx, s.Models, s.Staff["elina"], his, []appointment.Free{at})
			})
		}
	}
	assign := func(who string) func() {
		return func() {
			refused(func(tx *storage.Tx) error {
				return appointment.Assign(s.t.Context(), tx, s.Models, s.Staff["kirsi"], episode.ID(s.kari.ID), s.Staff[who].Account, "")
			})
		}
	}
	compare("booking: a wall and a full calendar", book(noora), book(elina))
	compare("offering: a wall and a full calendar", offer(noora), offer(elina))
	compare("handing over: a wall and a full calendar", assign("noora"), assign("kolmas"))
}

// comparesMarks has as many numbers told as are tried, so that each meets once.
func (s *sides) comparesMarks(compare func(what string, a, b func())) {
	const most = rounds*tries + 1
	number := func(kind, n int) string { return fmt.Sprintf("0457%d%05d", kind, n) }
	s.Do(func(ctx context.Context, tx *storage.Tx) error {
		for n := range most {
			if err := wall.Mark(ctx, tx, s.Staff["noora"], s.anna, wall.Other, wall.Told{Phone: seal.Of(number(1, n))}); err != nil {
				return err
			}
		}
		return nil
	})
	form := func(n string) url.Values {
		return url.Values{"token": {strings.ReplaceAll(id.New(), "-", "")}, "for": {webtest.Adult}, "language": {"fi"}, "channel": {"call"}, "call-address": {n}, "call-hour-from": {"9"}, "call-hour-to": {"17"}}
	}
	met, not, before := 0, 0, s.toMatch()
	compare("a contact that meets a mark and one that does not", func() { met++; s.asks("", "/contact/send", form(number(1, met-1)), http.StatusOK) },
		func() { not++; s.asks("", "/contact/send", form(number(2, not-1)), http.StatusOK) })
	if n := s.toMatch() - before; n != met || met == 0 {
		s.t.Errorf("%d contacts met a mark, want %d", n, met)
	}
}

// toMatch is how many persons wait for the job that ties them.
func (s *sides) toMatch() (n int) {
	fmt.Sscan(storagetest.Look(s.t, s.DB).Word("SELECT CAST(count(DISTINCT object_id) AS TEXT) FROM job WHERE kind = $1", wall.MatchJob), &n)
	return n
}
