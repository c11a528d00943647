package outside_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"rinnalla.fi/rinnalla/internal/web/outside"
)

// A visitor's address is the connection's own, or what the one trusted proxy says last; what a visitor writes into the
// header does not count (ASVS 4.1.3, 15.3.4).
func TestRemote(t *testing.T) {
	for _, c := range []struct{ trusted, from, said, want string }{
		{"", "192.0.2.7:4711", "", "192.0.2.7"},
		{"", "192.0.2.7:4711", "198.51.100.1", "192.0.2.7"},
		{"192.0.2.1", "192.0.2.7:4711", "198.51.100.1", "192.0.2.7"},
		{"192.0.2.1", "192.0.2.1:4711", "198.51.100.1", "198.51.100.1"},
		{"192.0.2.1", "192.0.2.1:4711", "203.0.113.9, 198.51.100.1", "198.51.100.1"},
		{"::1", "[::1]:4711", "2001:db8::1", "2001:db8::1"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.from
		if c.said != "" {
			r.Header.Set("X-Forwarded-For", c.said)
		}
		if got := outside.Remote(r, c.trusted); got != c.want {
			t.Errorf("trusting %q, from %s, said %q: got %s, want %s", c.trusted, c.from, c.said, got, c.want)
		}
	}
}

// Over https the session's cookie counts by the name that browsers hold to this host, and by no other: a neighbouring
// host can set the plain one (ASVS 3.3.3).
func TestCookieCountsByItsOwnName(t *testing.T) {
	for base, want := range map[string]string{"https://apua.example": "host", "http://127.0.0.1": "plain"} {
		u, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.AddCookie(&http.Cookie{Name: "rinnalla", Value: "plain"})
		r.AddCookie(&http.Cookie{Name: "__Host-rinnalla", Value: "host"})
		if got := outside.Session(r, outside.CookieName(u.Scheme == "https")); got != want {
			t.Errorf("%s: the %s cookie counts, want the %s one", base, got, want)
		}
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "pipe": "pipe"} {
		if got := outside.Home(address); got != want {
			t.Errorf("Home(%s) = %s, want %s", address, got, want)
		}
	}
}
