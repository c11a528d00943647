package app

import (
	"context"
	"io"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/notify"
	"rinnalla.fi/rinnalla/internal/storage"
)

// mailbox is a real SMTP server that keeps what it takes.
type mailbox struct {
	mu      sync.Mutex
	letters []string
}

func (m *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return visit{m}, nil }

type visit struct{ *mailbox }

func (visit) Mail(string, *smtp.MailOptions) error { return nil }
func (visit) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (visit) Reset()                               {}
func (visit) Logout() error                        { return nil }

func (v visit) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.letters = append(v.letters, string(text))
	return err
}

func openMailbox(t *testing.T) (*mailbox, *notify.Sender) {
	t.Helper()
	m := &mailbox{}
	server := smtp.NewServer(m)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	post, err := notify.New(notify.Server{Address: l.Addr().String(), From: "Rinnalla <rinnalla@example.fi>"})
	if err != nil {
		t.Fatal(err)
	}
	return m, post
}

// The owner of an account hears of a recovery at once, in their language, with an address that stops it; after that no
// letter leaves (V6.4.4).
func TestOwnerHearsOfARecovery(t *testing.T) {
	s := Settings{Data: t.TempDir()}
	s.complete()
	var log outs
	h, err := open(t.Context(), IO{&log, &log, func(string) string { return "" }}, s)
	if err != nil {
		t.Fatal(err)
	}
	defer h.db.Close()
	if err := h.firstCoordinator(t.Context(), IO{Out: &log}); err != nil {
		t.Fatal(err)
	}
	var recovery account.Asked
	update := func(do func(ctx context.Context, tx *storage.Tx) error) {
		t.Helper()
		if err := h.db.Update(t.Context(), func(tx *storage.Tx) error { return do(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
	}
	update(func(ctx context.Context, tx *storage.Tx) error {
		all, err := tx.Colleagues(ctx, "")
		if err != nil {
			return err
		}
		by := access.Actor{Account: all[0].ID, Roles: all[0].Roles}
		a, _, err := account.InviteFor(ctx, tx, by, "Uusi Työtoveri", "uusi@example.org", locale.English, all[0].Roles[:1])
		if err != nil {
			return err
		}
		link, err := account.LinkFor(ctx, tx, access.System(), a.ID, account.Demo)
		if err != nil {
			return err
		}
		if _, err := account.UseLink(ctx, tx, link, "", ""); err != nil {
			return err
		}
		if _, err := account.AskRecovery(ctx, tx, by, a.ID); err != nil {
			return err
		}
		recovery, err = tx.RecoveryOf(ctx, a.ID)
		return err
	})
	box, post := openMailbox(t)
	if err := h.tellRecovery(t.Context(), h.db, post, job.Job{ID: "j", Object: recovery.ID}); err != nil {
		t.Fatal(err)
	}
	if len(box.letters) != 1 {
		t.Fatalf("%d letters, want one", len(box.letters))
	}
	m, err := mail.ReadMessage(strings.NewReader(box.letters[0]))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	word := regexp.MustCompile(`/sign-in/recovery/([0-9a-f]{64})\b`).FindStringSubmatch(string(body))
	if word == nil || !strings.Contains(string(body), "stop it here") || m.Header.Get("To") != "<uusi@example.org>" {
		t.Fatalf("to %s: %s", m.Header.Get("To"), body)
	}
	update(func(ctx context.Context, tx *storage.Tx) error { return account.StopByWord(ctx, tx, word[1]) })
	err = h.db.View(t.Context(), func(tx *storage.Tx) error { _, err := tx.Recovery(t.Context(), recovery.ID); return err })
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("after the word of the letter the recovery is still there: %v", err)
	}
	if err := h.tellRecovery(t.Context(), h.db, post, job.Job{ID: "j", Object: recovery.ID}); err != nil || len(box.letters) != 1 {
		t.Errorf("a letter about a recovery that has been stopped: %v", err)
	}
}
