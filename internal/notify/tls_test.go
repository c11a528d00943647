package notify

import (
	"net"
	"testing"

	"rinnalla.fi/rinnalla/internal/notify/mailtest"
)

// A server that is not on this machine gets a letter over TLS, with a name that is proved, or not at all. 0.0.0.0 is no
// loopback address, and yet leads here.
func TestLettersTravelEncrypted(t *testing.T) {
	good, roots := mailtest.Certificate(t, "0.0.0.0", "127.0.0.1")
	other, strangers := mailtest.Certificate(t, "mail.example.fi")
	strangers.AddCert(good.Leaf)
	for name, c := range map[string]struct {
		host    string
		server  *mailtest.Server
		from    Server
		arrives bool
		tls     bool
	}{
		"elsewhere, over TLS":                    {"0.0.0.0", mailtest.Open(t, "0.0.0.0:0", good), Server{Roots: roots}, true, true},
		"elsewhere, no TLS":                      {"0.0.0.0", mailtest.Open(t, "0.0.0.0:0", nil), Server{Roots: roots}, false, false},
		"elsewhere, a name nobody trusts":        {"0.0.0.0", mailtest.Open(t, "0.0.0.0:0", good), Server{}, false, false},
		"elsewhere, another's name":              {"0.0.0.0", mailtest.Open(t, "0.0.0.0:0", other), Server{Roots: strangers}, false, false},
		"here, over TLS where it is offered":     {"127.0.0.1", mailtest.Open(t, "127.0.0.1:0", good), Server{Roots: roots}, true, true},
		"here, no TLS":                           {"127.0.0.1", mailtest.Open(t, "127.0.0.1:0", nil), Server{}, true, false},
		"here, a name that is offered but false": {"127.0.0.1", mailtest.Open(t, "127.0.0.1:0", other), Server{Roots: strangers}, false, false},
	} {
		_, port, err := net.SplitHostPort(c.server.Address)
		if err != nil {
			t.Fatal(err)
		}
		c.from.Address, c.from.From = net.JoinHostPort(c.host, port), "ajat@example.fi"
		s, err := New(c.from)
		if err != nil {
			t.Fatal(err)
		}
		err = s.Send(t.Context(), Letter{"", "nimi@example.fi", "a", "b"})
		kept := c.server.Kept()
		if (err == nil) != c.arrives || (len(kept) == 1) != c.arrives || c.arrives && kept[0].TLS != c.tls {
			t.Errorf("%s: %v, %d letters", name, err, len(kept))
		}
		if tried := c.server.Tried(); !c.arrives && len(tried) > 0 {
			t.Errorf("%s: the letter was handed over", name)
		}
	}
}
