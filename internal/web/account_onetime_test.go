package web_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/locale"
)

// A refused sign-in takes one time at the page too, each try from a network of its own so that none waits for another: an
// unknown address, a wrong password, a wrong code, one that waits (V6.3.8). Three rounds must fail before the test does.
func TestSignInRefusesInOneTime(t *testing.T) {
	h := newStaffHouse(t)
	link, _ := h.invite("aino@example.org", locale.Finnish, access.Worker)
	b := h.browser()
	b.setUp(link)
	for range 5 { // from the fifth on it waits
		h.clock.Add(2 * time.Minute)
		b.post("/sign-in", "email", "aino@example.org", "password", "väärä salasana on tässä", "code", "000000")
	}
	n := 0
	try := func(email, password string) time.Duration {
		n++
		r := httptest.NewRequest("POST", "/sign-in", strings.NewReader(url.Values{"email": {email}, "password": {password}, "code": {"000000"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.RemoteAddr = "198.51." + string(rune('0'+n/10%10)) + "." + string(rune('0'+n%10)) + ":1"
		w := httptest.NewRecorder()
		began := time.Now()
		h.site.Config.Handler.ServeHTTP(w, r)
		took := time.Since(began)
		if w.Code != 422 {
			t.Fatalf("%s: %d", email, w.Code)
		}
		return took
	}
	var worst float64
	for range 3 {
		unknown, waits, wrong, code := time.Hour, time.Hour, time.Hour, time.Hour
		for range 2 {
			waits = min(waits, try("aino@example.org", longPassword))
			unknown = min(unknown, try("kukaan@example.org", longPassword))
			h.clock.Add(time.Hour)
			wrong = min(wrong, try("aino@example.org", "väärä salasana on tässä"))
			h.clock.Add(time.Hour)
			code = min(code, try("aino@example.org", longPassword))
		}
		worst = float64(max(unknown, waits, wrong, code)) / float64(min(unknown, waits, wrong, code))
		if worst < 1.5 {
			return
		}
	}
	t.Errorf("one refusal takes %.2f times another", worst)
}
