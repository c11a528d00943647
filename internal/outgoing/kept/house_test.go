package kept_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

const helsinki = "Europe/Helsinki"

// house is a database with an organisation, a clock, and what the courier would have been handed.
type house struct {
	storagetest.Organisation
	t     *testing.T
	ctx   context.Context
	db    *storage.DB
	clock *storagetest.Clock
	down  bool // nothing is taken: it comes again
	never bool // nothing is taken, for good
	mute  bool // the house has no way to send
}

// sent is a message that left.
type sent struct{ when, to, text string }

func each(t *testing.T, run func(h *house)) {
	t.Helper()
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		run(&house{Organisation: storagetest.Furnish(t, db), t: t, ctx: t.Context(), db: db, clock: clock})
	})
}

func (h *house) do(act func(tx *storage.Tx) error) {
	h.t.Helper()
	if err := h.db.Update(h.ctx, act); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) try(act func(tx *storage.Tx) error) error { return h.db.Update(h.ctx, act) }

func (h *house) at(day, clock string) time.Time {
	h.t.Helper()
	i, err := calendar.Local{Day: calendar.Date(day), Clock: calendar.Clock(clock), Zone: helsinki}.Instant()
	if err != nil {
		h.t.Fatal(err)
	}
	return i
}

// live lets time pass a quarter of an hour at a time, sending what is due, and gives what left.
func (h *house) live(day, clock string) (out []sent) {
	h.t.Helper()
	for end := h.at(day, clock); h.clock.Now().Before(end); {
		h.clock.Set(h.clock.Now().Truncate(15 * time.Minute).Add(15 * time.Minute))
		if h.due() {
			out = append(out, h.send()...)
		}
	}
	return out
}

// due tells whether the runner would find something.
func (h *house) due() (found bool) {
	h.t.Helper()
	err := h.db.View(h.ctx, func(tx *storage.Tx) error {
		next, err := tx.NextMessage(h.ctx)
		found = !next.IsZero() && !next.After(tx.Now())
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return found
}

func (h *house) send() (out []sent) {
	h.t.Helper()
	h.do(func(tx *storage.Tx) error { // as the runner takes and drops what is done
		jobs, err := tx.TakeJobs(h.ctx, []string{outgoing.Due}, tx.Now().Add(time.Minute), 100)
		for _, j := range jobs {
			err = errors.Join(err, tx.DropJob(h.ctx, j.ID))
		}
		return err
	})
	for more := true; more; {
		var l outgoing.Leaving
		var ok bool
		h.do(func(tx *storage.Tx) (err error) {
			l, ok, more, err = outgoing.Take(h.ctx, tx, func(person.Channel) bool { return !h.mute })
			return err
		})
		if !ok {
			continue
		}
		if !h.down && !h.never {
			local := calendar.LocalOf(h.clock.Now(), helsinki)
			out = append(out, sent{string(local.Day) + " " + string(local.Clock), l.To(), l.Text()})
		}
		h.do(func(tx *storage.Tx) error {
			if h.down || h.never {
				return outgoing.NotDone(h.ctx, tx, l.ID(), h.never)
			}
			return outgoing.Done(h.ctx, tx, l.ID())
		})
	}
	return out
}

// aino says: text messages from ten to fourteen, somebody else may read, no organisation, until the end of March.
func aino() person.SafeContact {
	return person.SafeContact{Channel: person.SMS, Address: seal.Of("040 555 0200"), CodeWord: seal.Of("kanerva"), HourFrom: 10, HourTo: 14,
		Others: person.OthersYes, LastDay: "2027-03-31"}
}

// client is somebody with a request or an episode.
type client struct {
	outgoing.Target
	code    intake.Code
	meeting appointment.ID
}

// asks takes a contact in.
func (h *house) asks(c person.SafeContact) client {
	h.t.Helper()
	var out client
	h.do(func(tx *storage.Tx) error {
		made, err := intake.Make(h.ctx, tx, h.Models, h.Worker, intake.New{Offer: h.Adults.ID, Channel: intake.Telephone, Referrer: "self",
			Lang: locale.Finnish, Age: -1, Contact: c})
		out.Request, out.code = made.Request.ID, made.Code
		return err
	})
	return out
}

// books has a client's meeting agreed on, at a place of their own.
func (h *house) books(c person.SafeContact, day, clock string) client {
	h.t.Helper()
	out := h.asks(c)
	h.do(func(tx *storage.Tx) error {
		a, err := appointment.Book(h.ctx, tx, h.Models, h.Worker, appointment.Target{Request: out.Request}, h.free(day, clock), "")
		out.meeting, out.Target = a.ID, outgoing.Target{Episode: a.Episode}
		return err
	})
	return out
}

func (h *house) free(day, clock string) appointment.Free {
	return appointment.Free{Worker: h.Worker.Account, Minutes: 60, PlaceKind: appointment.Agreed,
		At: calendar.Local{Day: calendar.Date(day), Clock: calendar.Clock(clock), Zone: helsinki}}
}

func (h *house) moves(c client, day, clock string) {
	h.t.Helper()
	h.do(func(tx *storage.Tx) error {
		return appointment.Move(h.ctx, tx, h.Models, h.Worker, c.meeting, h.free(day, clock))
	})
}

// sees is what the worker's page has of a client.
func (h *house) sees(c client) (v outgoing.View) {
	h.t.Helper()
	h.do(func(tx *storage.Tx) (err error) {
		v, err = outgoing.Read(h.ctx, tx, h.Worker, c.Target)
		return err
	})
	return v
}

func (h *house) notices(by access.Actor) (all []outgoing.Notice) {
	h.t.Helper()
	h.do(func(tx *storage.Tx) (err error) {
		all, err = tx.Notices(h.ctx, by, 10)
		return err
	})
	return all
}

func (h *house) sweep() {
	h.t.Helper()
	h.do(func(tx *storage.Tx) error { _, err := outgoing.Forget(h.ctx, tx); return err })
}

func (h *house) episodeOf(c client) (e episode.Episode) {
	h.t.Helper()
	h.do(func(tx *storage.Tx) (err error) { e, err = tx.Episode(h.ctx, c.Episode); return err })
	return e
}

func (h *house) model() *model.Model {
	m, ok := h.Models.Latest(h.Adults.Model)
	if !ok {
		h.t.Fatal("the model is gone")
	}
	return m
}
