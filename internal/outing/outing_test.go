package outing_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/outing"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// house is an organisation whose worker meets a client at an agreed place at 15 tomorrow, for an hour.
type house struct {
	t       *testing.T
	db      *storage.DB
	clock   *storagetest.Clock
	o       storagetest.Organisation
	meeting appointment.Appointment
}

func each(t *testing.T, run func(h *house)) {
	t.Helper()
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := &house{t: t, db: db, clock: clock, o: storagetest.Furnish(t, db)}
		h.meeting = h.books("15:00", appointment.Agreed, "Kirjaston takana")
		run(h)
	})
}

func (h *house) do(do func(ctx context.Context, tx *storage.Tx) error) {
	h.t.Helper()
	storagetest.Update(h.t, h.db, do)
}

func (h *house) books(clock calendar.Clock, kind, place string) (a appointment.Appointment) {
	h.t.Helper()
	h.do(func(ctx context.Context, tx *storage.Tx) error {
		made, err := intake.Make(ctx, tx, h.o.Models, access.Anyone(), intake.New{Offer: h.o.Adults.ID, Channel: "form", Lang: locale.Finnish, Age: -1})
		if err != nil {
			return err
		}
		at := appointment.Free{Worker: h.o.Worker.Account, At: calendar.Local{Day: h.clock.Today().Add(1), Clock: clock}, Minutes: 60, PlaceKind: kind}
		a, err = appointment.Book(ctx, tx, h.o.Models, h.o.Worker, appointment.Target{Request: made.Request.ID}, at, place)
		return err
	})
	return a
}

// at turns the clock to a time of the day of the meeting.
func (h *house) at(clock calendar.Clock) {
	h.t.Helper()
	t, err := calendar.Local{Day: h.meeting.At.Day, Clock: clock, Zone: "Europe/Helsinki"}.Instant()
	if err != nil {
		h.t.Fatal(err)
	}
	h.clock.Set(t)
}

func (h *house) try(do func(ctx context.Context, tx *storage.Tx) error) error {
	return h.db.Update(h.t.Context(), func(tx *storage.Tx) error { return do(h.t.Context(), tx) })
}

func (h *house) leaves(by access.Actor, margin int) error {
	return h.try(func(ctx context.Context, tx *storage.Tx) error {
		return outing.Leave(ctx, tx, h.o.Models, by, h.meeting.ID, margin)
	})
}

func (h *house) wants(what, key string, err error) {
	h.t.Helper()
	if key == "" && err != nil || key != "" && !fault.HasKey(err, key) {
		h.t.Errorf("%s: %v, want %q", what, err, key)
	}
}

// letters are the accounts to whom letters wait that were not asked about before.
func (h *house) letters() (to []access.AccountID) {
	h.t.Helper()
	h.do(func(ctx context.Context, tx *storage.Tx) error {
		if err := outing.Look(ctx, tx); err != nil {
			return err
		}
		jobs, err := tx.TakeJobs(ctx, []string{outing.Tell}, tx.Now().Add(time.Minute), 100)
		for _, j := range jobs {
			to = append(to, access.AccountID(j.Object))
			if err := tx.DropJob(ctx, j.ID); err != nil {
				return err
			}
		}
		return err
	})
	slices.Sort(to)
	return to
}

func (h *house) tells(what string, want ...access.Actor) {
	h.t.Helper()
	ids := []access.AccountID{}
	for _, a := range want {
		ids = append(ids, a.Account)
	}
	slices.Sort(ids)
	if got := h.letters(); !slices.Equal(got, ids) {
		h.t.Errorf("%s: letters to %v, want %v", what, got, ids)
	}
}

func (h *house) alarms(by access.Actor) (all []outing.Alarm) {
	h.t.Helper()
	h.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		all, err = outing.Alarms(ctx, tx, by)
		return err
	})
	return all
}

// A worker goes and does not come back: the worker is asked, then the unit, then every coordinator, each once.
func TestNobodyCameBack(t *testing.T) {
	each(t, func(h *house) {
		far := storagetest.Hire(t, h.db, "Kaukainen", access.Membership{Unit: h.otherUnit(), Role: access.Coordinator})
		h.at("14:00")
		h.wants("leaving", "", h.leaves(h.o.Worker, 30))
		h.tells("before anything")
		h.at("16:29")
		h.tells("a minute before")
		h.at("16:30")
		h.tells("the promised time", h.o.Worker)
		h.tells("asked again at once")
		if n := len(h.alarms(h.o.Coordinator)); n != 0 {
			t.Errorf("colleagues are alarmed before the worker could answer: %d", n)
		}
		h.at("16:40")
		h.tells("ten minutes", h.o.Worker, h.o.Colleague, h.o.Coordinator)
		h.at("17:00")
		h.tells("half an hour", h.o.Worker, h.o.Colleague, h.o.Coordinator, far)
		h.at("20:00")
		h.tells("later")
		if n := len(h.alarms(h.o.Stranger)); n != 0 {
			t.Errorf("a worker of another unit is told: %d", n)
		}
		if n := len(h.alarms(h.o.Worker)); n != 0 {
			t.Errorf("the worker is alarmed about themself: %d", n)
		}
		for _, by := range []access.Actor{h.o.Colleague, h.o.Coordinator, far} {
			if n := len(h.alarms(by)); n != 1 {
				t.Errorf("%s is told of %d", by.Account, n)
			}
		}
		h.wants("back", "", h.try(func(ctx context.Context, tx *storage.Tx) error { return outing.Back(ctx, tx, h.o.Worker) }))
		if n := len(h.alarms(h.o.Coordinator)); n != 0 {
			t.Errorf("back, and still %d alarms", n)
		}
	})
}

// The clock jumps over all stages, as after a stop of the machine: one letter to each, and only one.
func TestTheClockJumps(t *testing.T) {
	each(t, func(h *house) {
		h.at("14:00")
		h.wants("leaving", "", h.leaves(h.o.Worker, 30))
		h.at("23:00")
		h.tells("hours late", h.o.Worker, h.o.Colleague, h.o.Coordinator)
		h.tells("again")
	})
}

func (h *house) otherUnit() access.UnitID { return h.o.Stranger.Roles[0].Unit }

// When one may leave, and what is refused.
func TestLeaving(t *testing.T) {
	each(t, func(h *house) {
		h.at("11:59")
		h.wants("three hours and a minute before", "outing.not-now", h.leaves(h.o.Worker, 30))
		h.at("12:00")
		h.wants("a time nobody offered", "form.invalid", asForm(h.leaves(h.o.Worker, 31)))
		h.wants("a colleague", "not-found", h.leaves(h.o.Colleague, 30))
		h.wants("the coordinator, who sees the meeting", "not-found", h.leaves(h.o.Coordinator, 30))
		h.wants("leaving", "", h.leaves(h.o.Worker, 60))
		h.wants("twice", "outing.out", h.leaves(h.o.Worker, 60))
		h.at("16:50")
		h.tells("within the hour that was chosen")
		h.wants("longer", "", h.try(func(ctx context.Context, tx *storage.Tx) error { return outing.Longer(ctx, tx, h.o.Worker, 30) }))
		h.at("17:29")
		h.tells("half an hour more")
		h.at("17:30")
		h.tells("and over", h.o.Worker)
		h.at("18:00")
		h.letters()
		h.wants("longer after the alarm", "", h.try(func(ctx context.Context, tx *storage.Tx) error { return outing.Longer(ctx, tx, h.o.Worker, 60) }))
		if n := len(h.alarms(h.o.Coordinator)); n != 0 {
			t.Errorf("the alarm stands though the worker answered: %d", n)
		}
		h.at("19:00")
		h.tells("from the answer on", h.o.Worker)
		h.wants("back", "", h.try(func(ctx context.Context, tx *storage.Tx) error { return outing.Back(ctx, tx, h.o.Worker) }))
		h.wants("back twice", "", h.try(func(ctx context.Context, tx *storage.Tx) error { return outing.Back(ctx, tx, h.o.Worker) }))
		h.wants("longer, when back", "outing.back", h.try(func(ctx context.Context, tx *storage.Tx) error { return outing.Longer(ctx, tx, h.o.Worker, 60) }))
		h.wants("to a meeting that is over", "outing.not-now", h.leaves(h.o.Worker, 30))
	})
	each(t, func(h *house) {
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			return appointment.Cancel(ctx, tx, h.o.Models, h.o.Worker, h.meeting.ID, "ill")
		})
		h.at("14:00")
		h.wants("to one that is off", "outing.not-now", h.leaves(h.o.Worker, 30))
	})
}

func asForm(err error) error {
	if len(fault.Of(err).Fields) > 0 {
		return fault.New(fault.Invalid, "form.invalid")
	}
	return err
}

// Colleagues see to it: one says so and the letters stop; the place is for a coordinator who may see the client, and the
// look is noted. It is known after the meeting's own place has been forgotten.
func TestColleaguesSeeToIt(t *testing.T) {
	each(t, func(h *house) {
		h.at("14:00")
		h.wants("leaving", "", h.leaves(h.o.Worker, 30))
		who := h.o.Worker.Account
		see := func(by access.Actor) error {
			return h.try(func(ctx context.Context, tx *storage.Tx) error { return outing.See(ctx, tx, by, who) })
		}
		where := func(by access.Actor) (o outing.Outing, err error) {
			err = h.try(func(ctx context.Context, tx *storage.Tx) (err error) {
				o, err = outing.Where(ctx, tx, by, who)
				return err
			})
			return o, err
		}
		_, err := where(h.o.Coordinator)
		h.wants("where, while nobody is missing", "not-found", err)
		h.wants("seeing to nothing", "not-found", see(h.o.Colleague))
		h.at("16:45")
		h.tells("late", h.o.Worker, h.o.Colleague, h.o.Coordinator)
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			return appointment.Hold(ctx, tx, h.o.Models, h.o.Worker, h.meeting.ID) // marked from afar; its place is forgotten
		})
		_, err = where(h.o.Colleague)
		h.wants("where, to a colleague", "not-found", err)
		_, err = where(h.o.Stranger)
		h.wants("where, to another unit", "not-found", err)
		o, err := where(h.o.Coordinator)
		if h.wants("where", "", err); o.Place.Reveal() != "Kirjaston takana" || o.PlaceKind != appointment.Agreed {
			t.Errorf("where: %q, %s", o.Place.Reveal(), o.PlaceKind)
		}
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			entries, err := tx.Audit(ctx, string(h.meeting.Episode))
			if !slices.ContainsFunc(entries, func(e audit.Entry) bool {
				return e.Account == h.o.Coordinator.Account && e.Action == audit.Emergency
			}) {
				t.Errorf("the look is not in the audit: %v", entries)
			}
			return err
		})
		h.wants("another unit sees to it", "not-found", see(h.o.Stranger))
		h.wants("the worker sees to themself", "not-found", see(h.o.Worker))
		h.wants("seeing to it", "", see(h.o.Colleague))
		h.at("17:30")
		h.tells("somebody sees to it")
		if a := h.alarms(h.o.Coordinator); len(a) != 1 || a[0].SeenBy != "colleague" || !a[0].Where {
			t.Errorf("the coordinator is told %+v", a)
		}
		h.wants("reached", "", h.try(func(ctx context.Context, tx *storage.Tx) error { return outing.Reached(ctx, tx, h.o.Colleague, who) }))
		h.wants("reached twice", "not-found", h.try(func(ctx context.Context, tx *storage.Tx) error { return outing.Reached(ctx, tx, h.o.Colleague, who) }))
		if n := len(h.alarms(h.o.Coordinator)); n != 0 {
			t.Errorf("reached, and still %d alarms", n)
		}
	})
}

// A meeting at the office needs no promise to come back.
func TestOfficeIsNoOuting(t *testing.T) {
	now := storagetest.Start
	a := appointment.Appointment{Worker: "w", State: appointment.Booked, PlaceKind: appointment.Agreed, Starts: now.Add(time.Hour), Ends: now.Add(2 * time.Hour)}
	if !outing.CanLeave(a, "w", now) || outing.CanLeave(a, "x", now) || outing.CanLeave(a, "w", now.Add(2*time.Hour)) {
		t.Error("an agreed place in an hour")
	}
	a.PlaceKind = appointment.Office
	if outing.CanLeave(a, "w", now) {
		t.Error("the office")
	}
}
