package app

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/notify/mailtest"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// mailed is a house that sends its messages by mail, with a real server, its own runner and a client to write to.
type mailed struct {
	storagetest.Organisation
	*house
	t       *testing.T
	clock   *storagetest.Clock
	server  *mailtest.Server
	log     *bytes.Buffer
	meeting appointment.ID
	target  outgoing.Target
}

const hers = "aino.kanerva@example.org"

// byMail says: mail from ten to fourteen, somebody else may read, until the end of March.
func byMail() person.SafeContact {
	return person.SafeContact{Channel: person.Email, Address: seal.Of(hers), HourFrom: 10, HourTo: 14, Others: person.OthersYes, LastDay: "2027-03-31"}
}

// eachMailed gives a house where it is Monday 1.3.2027 15.00 and a meeting of Tuesday the 9th was just moved to 17.15.
func eachMailed(t *testing.T, c person.SafeContact, run func(m *mailed)) {
	t.Helper()
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		m := &mailed{t: t, clock: clock, server: mailtest.Open(t, "127.0.0.1:0", nil), log: &bytes.Buffer{}}
		m.house = &house{settings: Settings{SMTP: m.server.Address, MailFrom: "Talo <talo@example.fi>", MessageFrom: "Ajat <ajat@example.fi>"},
			log: slog.New(slog.NewJSONHandler(m.log, nil)), db: db}
		m.Organisation = storagetest.Furnish(t, db)
		m.house.models = m.Organisation.Models
		var err error
		if m.courier, err = newCourier(m.settings); err != nil {
			t.Fatal(err)
		}
		if m.house.runner, err = newRunner(m.house); err != nil {
			t.Fatal(err)
		}
		m.clock.Set(m.at("2027-03-01", "11:00"))
		m.books(c)
		m.clock.Set(m.at("2027-03-01", "15:00"))
		m.must(func(ctx context.Context, tx *storage.Tx) error {
			return appointment.Move(ctx, tx, m.Organisation.Models, m.Worker, m.meeting, m.free("17:15"))
		})
		run(m)
		for _, word := range []string{"aino", "kanerva", "example.org", "127.0.0.1", "17.15", "Muistutus"} {
			if strings.Contains(m.log.String(), word) {
				t.Errorf("the log tells %q:\n%s", word, m.log)
			}
		}
	})
}

func (m *mailed) at(day, clock string) time.Time {
	m.t.Helper()
	i, err := calendar.Local{Day: calendar.Date(day), Clock: calendar.Clock(clock), Zone: "Europe/Helsinki"}.Instant()
	if err != nil {
		m.t.Fatal(err)
	}
	return i
}

func (m *mailed) must(do func(ctx context.Context, tx *storage.Tx) error) {
	m.t.Helper()
	storagetest.Update(m.t, m.db, do)
}

func (m *mailed) free(clock string) appointment.Free {
	return appointment.Free{Worker: m.Worker.Account, Minutes: 60, PlaceKind: appointment.Agreed,
		At: calendar.Local{Day: "2027-03-09", Clock: calendar.Clock(clock), Zone: "Europe/Helsinki"}}
}

func (m *mailed) books(c person.SafeContact) {
	m.t.Helper()
	m.must(func(ctx context.Context, tx *storage.Tx) error {
		made, err := intake.Make(ctx, tx, m.Organisation.Models, m.Worker, intake.New{Offer: m.Adults.ID, Channel: intake.Telephone, Referrer: "self",
			Lang: locale.Finnish, Age: -1, Contact: c})
		if err != nil {
			return err
		}
		a, err := appointment.Book(ctx, tx, m.Organisation.Models, m.Worker, appointment.Target{Request: made.Request.ID}, m.free("12:00"), "kirjaston aula")
		m.meeting, m.target = a.ID, outgoing.Target{Episode: a.Episode}
		return err
	})
}

// live lets time pass an hour at a time with the house's own runner.
func (m *mailed) live(day, clock string) {
	m.t.Helper()
	for end := m.at(day, clock); m.clock.Now().Before(end); {
		if next := m.clock.Now().Truncate(time.Hour).Add(time.Hour); next.Before(end) {
			m.clock.Set(next)
		} else {
			m.clock.Set(end)
		}
		m.runner.RunDue(m.t.Context()) // what failed comes again by itself
	}
}

// letters are what the server took, as it took them.
func (m *mailed) letters(want int) []mailtest.Letter {
	m.t.Helper()
	kept := m.server.Kept()
	if len(kept) != want {
		m.t.Fatalf("%d letters at %s, want %d: %+v", len(kept), m.clock.Now(), want, kept)
	}
	return kept
}

func (m *mailed) told() []outgoing.Notice {
	m.t.Helper()
	var all []outgoing.Notice
	m.must(func(ctx context.Context, tx *storage.Tx) (err error) {
		all, err = tx.Notices(ctx, m.Worker, 10)
		return err
	})
	return all
}

func (m *mailed) renew(c person.SafeContact) {
	m.t.Helper()
	m.must(func(ctx context.Context, tx *storage.Tx) error { return outgoing.Renew(ctx, tx, m.Worker, m.target, c) })
}

// A-24 by mail: within her hours, one letter, with no name, place, service or link in it.
func TestMailKeepsHerHours(t *testing.T) {
	eachMailed(t, byMail(), func(m *mailed) {
		m.live("2027-03-02", "09:45")
		m.letters(0)
		m.live("2027-03-02", "10:15")
		l := m.letters(1)[0]
		if l.From != "ajat@example.fi" || l.To != hers {
			t.Errorf("the envelope is from %q to %q", l.From, l.To)
		}
		subject, body := read(t, l.Text)
		if subject != "Viesti" || body != "Muistutus: ti 9.3. 17.15" {
			t.Errorf("subject %q, body %q", subject, body)
		}
		m.live("2027-03-03", "20:00")
		m.letters(1)
		if told := m.told(); len(told) > 0 {
			t.Errorf("the desk is told %+v", told)
		}
	})
}

func read(t *testing.T, text string) (subject, body string) {
	t.Helper()
	l, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(quotedprintable.NewReader(l.Body))
	if err != nil {
		t.Fatal(err)
	}
	return l.Header.Get("Subject"), strings.TrimSpace(string(whole))
}

// Whatever ends the permission while a letter waits, the letter dies.
func TestMailDiesWithThePermission(t *testing.T) {
	for name, end := range map[string]func(m *mailed){
		"taken back": func(m *mailed) { m.renew(person.SafeContact{Channel: person.None}) },
		"another way": func(m *mailed) {
			m.renew(person.SafeContact{Channel: person.Call, Address: seal.Of("040 555 0200"), HourFrom: 10, HourTo: 14})
		},
		"everything erased": func(m *mailed) {
			m.must(func(ctx context.Context, tx *storage.Tx) error { return tx.EraseEpisode(ctx, m.target.Episode) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			eachMailed(t, byMail(), func(m *mailed) {
				end(m)
				m.live("2027-03-03", "20:00")
				m.letters(0)
				if n := m.server.Visits(); n > 0 {
					t.Errorf("the mail server was asked %d times", n)
				}
			})
		})
	}
	short := byMail()
	short.LastDay = "2027-03-02"
	t.Run("its last day", func(t *testing.T) {
		eachMailed(t, short, func(m *mailed) {
			m.server.RefuseReader(451) // busy on the last day
			m.live("2027-03-03", "00:00")
			m.server.RefuseReader(0)
			m.live("2027-03-03", "20:00")
			m.letters(0)
			if told := m.told(); len(told) != 1 || told[0].Why != outgoing.Ended || told[0].Kind != access.Episode {
				t.Errorf("the desk is told %+v", told)
			}
		})
	})
}

// A server that is busy, or away, is asked again within her hours; what it takes then is the same letter.
func TestMailIsTriedAgain(t *testing.T) {
	eachMailed(t, byMail(), func(m *mailed) {
		m.server.RefuseLetter(451)
		m.live("2027-03-02", "12:00")
		m.letters(0)
		tried := len(m.server.Tried())
		if tried < 2 {
			t.Fatalf("tried %d times in two hours", tried)
		}
		m.live("2027-03-02", "20:00")
		m.server.RefuseLetter(0)
		m.live("2027-03-03", "09:45")
		m.letters(0)
		m.live("2027-03-03", "13:00")
		m.letters(1)
		ids := map[string]bool{}
		for _, l := range m.server.Tried() {
			one, err := mail.ReadMessage(strings.NewReader(l.Text))
			if err != nil {
				t.Fatal(err)
			}
			ids[one.Header.Get("Message-Id")] = true
		}
		if len(ids) != 1 {
			t.Errorf("%d letters, want one that was tried again", len(ids))
		}
		if !strings.Contains(m.log.String(), `"for_good":false`) {
			t.Errorf("the log does not complain:\n%s", m.log)
		}
	})
}

// An address that takes nothing is not asked again, and the worker is told.
func TestMailThatIsRefused(t *testing.T) {
	eachMailed(t, byMail(), func(m *mailed) {
		m.server.RefuseReader(550)
		m.live("2027-03-03", "20:00")
		m.letters(0)
		if n := m.server.Visits(); n != 1 {
			t.Errorf("the server was asked %d times", n)
		}
		if told := m.told(); len(told) != 1 || told[0].Why != outgoing.Refused || told[0].Object != string(m.target.Episode) {
			t.Errorf("the desk is told %+v", told)
		}
		if !strings.Contains(m.log.String(), `"for_good":true`) {
			t.Errorf("the log does not complain:\n%s", m.log)
		}
	})
}
