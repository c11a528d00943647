package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
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
		s := &Server{Options: Options{TrustedProxy: c.trusted}}
		if got := s.remote(r); got != c.want {
			t.Errorf("trusting %q, from %s, said %q: got %s, want %s", c.trusted, c.from, c.said, got, c.want)
		}
	}
}
