package app

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/notify/mailtest"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// The marker: a word that nothing else in the house holds.
const marker = "kanarialintu"

// What is typed into the open form and by workers leaves by mail in one place alone: a client's own address, on the
// envelope and in the To of the messages that they have allowed. No letter to staff holds anything of it, and no other
// header, subject or word does, nor the log (issue 3 point 12).
func TestCanaryMail(t *testing.T) {
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			server, log := mailtest.Open(t, "127.0.0.1:0", nil), &bytes.Buffer{}
			h, o := posting(t, driver, server, log)
			status := send(t, h, "/contact/send", url.Values{"for": {o.Adults.Slug}, "settled": {"yes"}, "language": {"fi"}, "times": {"evening"}, "name": {marker + "nimi"},
				"token": {"0123456789abcdef0123456789abcdef"}, "channel": {"email"}, "email-others": {"no"}, "email-address": {marker + "@example.org"}, "email-hour-from": {"9"}, "email-hour-to": {"20"}, "email-code-word": {marker + "sana"}})
			if status != http.StatusOK {
				t.Fatalf("the form answers %d", status)
			}
			send(t, h, "/contact/send", url.Values{"for": {o.Adults.Slug}, "settled": {"yes"}, "name": {marker}, "note": {marker}, "channel": {marker}})
			live(t, h, o)
			kept := server.Kept()
			hers := 0
			for _, l := range kept {
				hers += clean(t, l)
			}
			if hers == 0 || len(kept) < hers+2 {
				t.Errorf("%d letters, %d of them hers: this test sees too little", len(kept), hers)
			}
			if strings.Contains(strings.ToLower(log.String()), marker) {
				t.Errorf("the log holds it:\n%s", log)
			}
		})
	}
}

// posting is a whole house with a mail server, whose unit has an address.
func posting(t *testing.T, driver string, server *mailtest.Server, log *bytes.Buffer) (*house, storagetest.Organisation) {
	t.Helper()
	options := storagetest.Options(t, driver)
	s := Settings{Data: t.TempDir(), BaseURL: "http://localhost:1", ExitURL: DefaultExitURL, SMTP: server.Address, MailFrom: "Talo <talo@example.fi>", MessageFrom: "Ajat <ajat@example.fi>",
		Database: options.URL, Keys: options.KeysURL}
	clock := &Clock{}
	clock.Set(time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC))
	h, err := build(t.Context(), s, options.Keyring, slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})), clock, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.db.Close() })
	o := storagetest.Furnish(t, h.db)
	storagetest.Update(t, h.db, func(ctx context.Context, tx *storage.Tx) error {
		u := o.Unit
		u.Email = "tiimi@example.fi"
		_, err := organization.KeepUnit(ctx, tx, access.System(), u)
		return err
	})
	return h, o
}

func send(t *testing.T, h *house, path string, form url.Values) int {
	t.Helper()
	q := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("User-Agent", marker)
	out := httptest.NewRecorder()
	h.web.Handler().ServeHTTP(out, q)
	return out.Code
}

// live has a worker take the request on, at a place that is told, call the meeting off and open a way of signing in; and
// then lets what is due leave.
func live(t *testing.T, h *house, o storagetest.Organisation) {
	t.Helper()
	if err := h.runner.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	storagetest.Update(t, h.db, func(ctx context.Context, tx *storage.Tx) error {
		waiting, err := tx.Waiting(ctx, o.Worker, 10)
		if err != nil || len(waiting) == 0 {
			t.Fatalf("%d requests wait, %v", len(waiting), err)
		}
		at := appointment.Free{Worker: o.Worker.Account, Minutes: 60, PlaceKind: appointment.Agreed, At: calendar.Local{Day: "2027-03-09", Clock: "12:00", Zone: o.Unit.Zone}}
		a, err := appointment.Book(ctx, tx, h.models, o.Worker, appointment.Target{Request: waiting[0].ID}, at, marker+"paikka")
		if err != nil {
			return err
		}
		at.At.Clock = "13:00"
		if err := appointment.Move(ctx, tx, h.models, o.Worker, a.ID, at); err != nil {
			return err
		}
		if _, _, err := account.InviteFor(ctx, tx, access.System(), marker+" Uusi", marker+"2@example.org", locale.Swedish, o.Worker.Roles); err != nil {
			return err
		}
		return tx.PutJob(ctx, account.TellOwner, string(o.Worker.Account), tx.Now())
	})
	for range 4 {
		h.clock.Set(h.clock.Now().Add(30 * time.Minute))
		if err := h.runner.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// clean wants the marker nowhere in a letter but in the To of the client's own, and tells whether it is that.
func clean(t *testing.T, l mailtest.Letter) int {
	t.Helper()
	hers := strings.HasPrefix(l.To, marker+"@")
	m, err := mail.ReadMessage(strings.NewReader(l.Text))
	if err != nil {
		t.Fatal(err)
	}
	to := m.Header.Get("To")
	if hers && to != "<"+l.To+">" {
		t.Errorf("To is %q", to)
	}
	rest := strings.ReplaceAll(l.Text, "To: "+to+"\r\n", "")
	if strings.Contains(strings.ToLower(rest+l.From), marker) || !hers && strings.Contains(strings.ToLower(l.To+to), marker) {
		t.Errorf("a letter to %q holds what was typed:\n%s", l.To, l.Text)
	}
	return map[bool]int{true: 1}[hers]
}
