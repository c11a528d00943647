package courier_test

import (
	"errors"
	"io"
	"net/mail"
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/courier"
	"rinnalla.fi/rinnalla/internal/notify"
	"rinnalla.fi/rinnalla/internal/notify/mailtest"
	"rinnalla.fi/rinnalla/internal/person"
)

func toServer(t *testing.T, s *mailtest.Server) *courier.Courier {
	t.Helper()
	post, err := notify.New(notify.Server{Address: s.Address, From: "Ajat <ajat@example.fi>"})
	if err != nil {
		t.Fatal(err)
	}
	return courier.New(nil, post)
}

// Mail is as neutral as a text message, from the name that was chosen for it; sent again it is the same letter.
func TestMail(t *testing.T) {
	s := mailtest.Open(t, "127.0.0.1:0", nil)
	l, c := leaving(t, person.Email, "nimi@example.fi"), toServer(t, s)
	for range 2 {
		if err := c.Carry(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	kept := s.Kept()
	if len(kept) != 2 || !c.Can(person.Email) || c.Can(person.SMS) {
		t.Fatalf("%d letters were taken", len(kept))
	}
	var ids []string
	for _, letter := range kept {
		if letter.From != "ajat@example.fi" || letter.To != "nimi@example.fi" {
			t.Errorf("the envelope is from %q to %q", letter.From, letter.To)
		}
		m, err := mail.ReadMessage(strings.NewReader(letter.Text))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, neutral(t, m))
	}
	if ids[0] != ids[1] || !strings.HasSuffix(ids[0], "@example.fi>") {
		t.Errorf("message ids %v: want one", ids)
	}
}

// neutral holds every header and word of a message, and gives its id.
func neutral(t *testing.T, m *mail.Message) string {
	t.Helper()
	want := map[string]string{"From": `"Ajat" <ajat@example.fi>`, "To": "<nimi@example.fi>", "Subject": "Viesti", "Auto-Submitted": "auto-generated"}
	for name, value := range want {
		if got := m.Header.Get(name); got != value {
			t.Errorf("%s = %q, want %q", name, got, value)
		}
	}
	may := []string{"From", "To", "Subject", "Auto-Submitted", "Date", "Message-Id", "Mime-Version", "Content-Type", "Content-Transfer-Encoding"}
	for name := range m.Header {
		if !slices.Contains(may, name) {
			t.Errorf("header %s: %q", name, m.Header[name])
		}
	}
	body, err := io.ReadAll(m.Body)
	if err != nil || strings.TrimSpace(string(body)) != "Aika siirtyy. Olemme yhteydess=C3=A4." {
		t.Errorf("body %q, %v", body, err)
	}
	return m.Header.Get("Message-Id")
}

// What a mail server says of the message is for good, what it says of itself waits; no error names the address.
func TestMailServerAnswers(t *testing.T) {
	s := mailtest.Open(t, "127.0.0.1:0", nil)
	l, c := leaving(t, person.Email, "nimi@example.fi"), toServer(t, s)
	for status, forGood := range map[int]bool{450: false, 550: true} {
		s.RefuseReader(status)
		err := c.Carry(t.Context(), l)
		if err == nil || errors.Is(err, courier.ErrRefused) != forGood || strings.Contains(err.Error(), "nimi") {
			t.Errorf("%d: got %v", status, err)
		}
	}
	if len(s.Tried()) != 0 {
		t.Error("the words were handed over to a server that takes nobody")
	}
}
