package notify

import (
	"errors"
	"net/mail"
	"os"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/notify/mailtest"
)

func serve(t *testing.T) (*mailtest.Server, *Sender) {
	t.Helper()
	p := mailtest.Open(t, "127.0.0.1:0", nil)
	s, err := New(Server{Address: p.Address, From: "Rinnalla <rinnalla@example.fi>"})
	if err != nil {
		t.Fatal(err)
	}
	return p, s
}

func TestLetterArrivesAndTellsNoMachine(t *testing.T) {
	p, s := serve(t)
	if err := s.Send(t.Context(), Letter{"", "tyontekija@example.fi", "Uusi yhteydenotto", "Työpöydällä odottaa uusi yhteydenotto."}); err != nil {
		t.Fatal(err)
	}
	kept := p.Kept()
	if len(kept) != 1 || kept[0].To != "tyontekija@example.fi" || kept[0].From != "rinnalla@example.fi" {
		t.Fatalf("got %d letters: %+v, want one", len(kept), kept)
	}
	m, err := mail.ReadMessage(strings.NewReader(kept[0].Text))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(m.Header.Get("Message-Id"), "@example.fi>") || m.Header.Get("User-Agent") != "" || m.Header.Get("X-Mailer") != "" {
		t.Errorf("headers tell the machine or the program: %v", m.Header)
	}
	if host, err := os.Hostname(); err != nil || strings.Contains(kept[0].Text, host) {
		t.Errorf("the letter names this machine, or its name is unknown: %v", err)
	}
}

// What the server says of a letter stays; what it says of itself, or of us, may pass. No error names an address.
func TestRefusedForGoodAndForNow(t *testing.T) {
	p, s := serve(t)
	for status, forGood := range map[int]bool{421: false, 450: false, 451: false, 452: false, 550: true, 552: true, 553: true, 554: true} {
		for where, refuse := range map[string]func(int){"the reader": p.RefuseReader, "the letter": p.RefuseLetter} {
			refuse(status)
			err := s.Send(t.Context(), Letter{"", "nobody@example.fi", "a", "b"})
			if err == nil || errors.Is(err, ErrRefused) != forGood || strings.Contains(err.Error(), "nobody@") || strings.Contains(err.Error(), p.Address) {
				t.Errorf("%d to %s: got %v, want it for good: %t", status, where, err, forGood)
			}
			refuse(0)
		}
	}
	if err := s.Send(t.Context(), Letter{"", "x@example.fi\r\nBcc: y@example.fi", "a", "b"}); !errors.Is(err, ErrRefused) {
		t.Errorf("got %v, want a header in the address refused", err)
	}
	if err := s.Send(t.Context(), Letter{"", "somebody@example.fi", "a", "b"}); err != nil || len(p.Kept()) != 1 {
		t.Errorf("%v, %d letters: want the one that nobody refused", err, len(p.Kept()))
	}
}

func TestServerSettings(t *testing.T) {
	for _, wrong := range []Server{{Address: "mail", From: "a@example.fi"}, {Address: "mail:x", From: "a@example.fi"}, {Address: "mail:25", From: "nobody"}} {
		if _, err := New(wrong); err == nil {
			t.Errorf("%+v was taken", wrong)
		}
	}
	if policy("mail.example.fi") == policy("127.0.0.1") {
		t.Error("a server elsewhere must have TLS")
	}
}
