package notify

import (
	"errors"
	"io"
	"net"
	"net/mail"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// post is a real SMTP server that keeps what it takes and refuses one address for good.
type post struct {
	mu      sync.Mutex
	letters []string
	to      []string
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return &visit{post: p}, nil }

type visit struct {
	post *post
	to   string
}

func (v *visit) Mail(string, *smtp.MailOptions) error { return nil }
func (v *visit) Reset()                               {}
func (v *visit) Logout() error                        { return nil }

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	if to == "nobody@example.fi" {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox nobody@example.fi"}
	}
	if to == "busy@example.fi" {
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 2, 0}, Message: "later"}
	}
	v.to = to
	return nil
}

func (v *visit) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	v.post.mu.Lock()
	defer v.post.mu.Unlock()
	v.post.letters, v.post.to = append(v.post.letters, string(text)), append(v.post.to, v.to)
	return err
}

func serve(t *testing.T) (*post, *Sender) {
	t.Helper()
	p := &post{}
	server := smtp.NewServer(p)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	s, err := New(Server{Address: l.Addr().String(), From: "Rinnalla <rinnalla@example.fi>"})
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
	if len(p.letters) != 1 || p.to[0] != "tyontekija@example.fi" {
		t.Fatalf("got %d letters to %v, want one", len(p.letters), p.to)
	}
	m, err := mail.ReadMessage(strings.NewReader(p.letters[0]))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(m.Header.Get("Message-Id"), "@example.fi>") || m.Header.Get("User-Agent") != "" || m.Header.Get("X-Mailer") != "" {
		t.Errorf("headers tell the machine or the program: %v", m.Header)
	}
	if host, err := os.Hostname(); err != nil || strings.Contains(p.letters[0], host) {
		t.Errorf("the letter names this machine, or its name is unknown: %v", err)
	}
}

func TestRefusedForGoodAndForNow(t *testing.T) {
	_, s := serve(t)
	err := s.Send(t.Context(), Letter{"", "nobody@example.fi", "a", "b"})
	if !errors.Is(err, ErrRefused) || strings.Contains(err.Error(), "nobody@") {
		t.Errorf("got %v, want a refusal for good that names no address", err)
	}
	if err := s.Send(t.Context(), Letter{"", "busy@example.fi", "a", "b"}); err == nil || errors.Is(err, ErrRefused) {
		t.Errorf("got %v, want an error worth trying again", err)
	}
	if err := s.Send(t.Context(), Letter{"", "x@example.fi\r\nBcc: y@example.fi", "a", "b"}); !errors.Is(err, ErrRefused) {
		t.Errorf("got %v, want a header in the address refused", err)
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
