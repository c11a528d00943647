package occasion_test

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/wall"
)

// yard is a unit with days to which families sign up, and volunteers.
type yard struct {
	storagetest.Organisation
	t     *testing.T
	db    *storage.DB
	days  organization.OfferID
	helps organization.OfferID
}

func build(t *testing.T, db *storage.DB) *yard {
	y := &yard{Organisation: storagetest.Furnish(t, db), t: t, db: db}
	y.do(func(ctx context.Context, tx *storage.Tx) error {
		for i, of := range []string{"family-day", "volunteering"} {
			m, _ := y.Models.Latest(of)
			o, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: y.Unit.ID, Model: of, Version: m.Version, Slug: m.Slug, Position: 10 + i, Open: true})
			if err != nil {
				return err
			}
			if y.helps = o.ID; i == 0 {
				y.days = o.ID
			}
		}
		return nil
	})
	return y
}

func (y *yard) do(fn func(ctx context.Context, tx *storage.Tx) error) {
	y.t.Helper()
	storagetest.Update(y.t, y.db, fn)
}

func (y *yard) try(fn func(ctx context.Context, tx *storage.Tx) error) error {
	return y.db.Update(y.t.Context(), func(tx *storage.Tx) error { return fn(y.t.Context(), tx) })
}

func (y *yard) may(tx *storage.Tx) occasion.May { return occasion.May(shift.Eligible(tx, y.Models)) }

// day is one in March with room for so many, on which the workers are.
func (y *yard) day(places int, workers ...access.Actor) (d occasion.Day) {
	y.t.Helper()
	n := occasion.New{Offer: y.days, Day: "2027-03-20", Clock: "11:00", Minutes: 240, Places: places, Volunteers: 2, About: "Retki", Area: "Espoo", Place: "Portti"}
	for _, w := range workers {
		n.Workers = append(n.Workers, w.Account)
	}
	y.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		d, err = occasion.Plan(ctx, tx, y.Models, y.Coordinator, n)
		return err
	})
	return d
}

// client is one of the worker's own.
func (y *yard) client(worker access.Actor) (e episode.Episode) {
	y.t.Helper()
	y.do(func(ctx context.Context, tx *storage.Tx) error {
		made, err := intake.Make(ctx, tx, y.Models, access.Anyone(), intake.New{Offer: y.Adults.ID, Channel: intake.Form, Age: -1})
		if err != nil {
			return err
		}
		e, err = episode.Open(ctx, tx, y.Models, worker, made.Request, worker.Account)
		return err
	})
	return e
}

func (y *yard) bring(d occasion.Day, by access.Actor, client episode.ID) (in occasion.Signed, err error) {
	err = y.try(func(ctx context.Context, tx *storage.Tx) (err error) {
		in, err = occasion.Bring(ctx, tx, y.Models, by, d.ID, client, occasion.Numbers{Adults: 1, Children: 2, Name: "Sini"})
		return err
	})
	return in, err
}

// helper is an active volunteer of the unit with the task; the extract was shown on the day, or never where it is "".
func (y *yard) helper(name string, extract calendar.Date) access.Actor {
	y.t.Helper()
	by := storagetest.Hire(y.t, y.db, name, access.Membership{Unit: y.Unit.ID, Role: access.Volunteer})
	y.do(func(ctx context.Context, tx *storage.Tx) error {
		key, err := tx.NewKey()
		if err != nil {
			return err
		}
		return tx.PutVolunteer(ctx, volunteer.Volunteer{ID: volunteer.ID(id.New()), Unit: y.Unit.ID, Offer: y.helps, Account: by.Account, Key: key, State: volunteer.Active,
			Own: volunteer.Own{Name: seal.Of(name), Email: seal.Of(name + "@example.org"), Lang: "fi", Letters: volunteer.Plain},
			Path: volunteer.Path{Began: "2026-06-01", Inducted: true, Tasks: []string{"family-day"}, Trainings: []volunteer.Mark{{What: "induction", Day: "2026-06-02"}},
				Extract: volunteer.Extract{Day: extract, By: y.Coordinator.Account}}})
	})
	return by
}

func (y *yard) ask(d occasion.Day, who access.Actor) error {
	return y.try(func(ctx context.Context, tx *storage.Tx) error {
		return occasion.Offer(ctx, tx, y.Models, y.may(tx), y.Coordinator, d.ID, who.Account)
	})
}

func (y *yard) confirm(d occasion.Day, who access.Actor) error {
	return y.try(func(ctx context.Context, tx *storage.Tx) error {
		return occasion.Confirm(ctx, tx, y.Models, y.may(tx), y.Coordinator, d.ID, who.Account)
	})
}

func (y *yard) names(d occasion.Day, by access.Actor) error {
	return y.try(func(ctx context.Context, tx *storage.Tx) error {
		_, _, err := occasion.Names(ctx, tx, y.Models, y.may(tx), by, d.ID)
		return err
	})
}

// looks are those who have read a day's list, as the unit's coordinator reads it.
func (y *yard) looks(d occasion.Day) (out []access.AccountID) {
	y.t.Helper()
	y.do(func(ctx context.Context, tx *storage.Tx) error {
		all, err := audit.ReadGroups(ctx, tx, y.Coordinator, audit.Filter{Limit: 100})
		for _, l := range all {
			if l.Action == audit.Seen && l.Object == string(d.ID) {
				out = append(out, l.Account)
			}
		}
		return err
	})
	return out
}

// Two who must not meet do not come to one day by the hands of workers, and whoever keeps away from one or serves the other party
// cannot work there. The refusals tell nothing (design 4.3, decision 0064).
func TestPartedAsFarAsKnown(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		y := build(t, db)
		neutral := storagetest.Hire(t, db, "neutraali", access.Membership{Unit: y.Unit.ID, Role: access.Worker})
		a, b, c := y.client(y.Worker), y.client(y.Colleague), y.client(neutral)
		y.do(func(ctx context.Context, tx *storage.Tx) error { return wall.Couple(ctx, tx, a.Person, b.Person) })
		y.do(func(ctx context.Context, tx *storage.Tx) error {
			return tx.PutApart(ctx, wall.Apart{ID: id.New(), Other: min(a.Person, c.Person), Person: max(a.Person, c.Person)})
		})
		d := y.day(30, neutral)
		if _, err := y.bring(d, y.Worker, a.ID); err != nil {
			t.Fatal(err)
		}
		for name, x := range map[string]struct {
			by access.Actor
			of episode.ID
		}{"the other party": {y.Colleague, b.ID}, "kept apart": {neutral, c.ID}} {
			if _, err := y.bring(d, x.by, x.of); !fault.HasKey(err, "occasion.closed") {
				t.Errorf("%s: %v, want the words of a day that takes nobody more", name, err)
			}
			if _, err := y.bring(y.dayAt("2027-03-21"), x.by, x.of); err != nil {
				t.Errorf("%s on another day: %v", name, err)
			}
		}
		if _, err := y.bring(d, y.Worker, a.ID); !fault.HasKey(err, "occasion.twice") {
			t.Errorf("twice: %v", err)
		}
		if _, err := y.bring(d, y.Worker, b.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a colleague's client: %v", err)
		}
		workers := func(who ...access.AccountID) error {
			return y.try(func(ctx context.Context, tx *storage.Tx) error {
				return occasion.SetWorkers(ctx, tx, y.Models, y.Coordinator, d.ID, who)
			})
		}
		if err := workers(neutral.Account, y.Worker.Account); err != nil {
			t.Errorf("their own worker: %v", err)
		}
		err := workers(neutral.Account, y.Colleague.Account)
		if f := fault.Of(err); len(f.Fields) != 1 || f.Fields[0].Key != "occasion.worker" {
			t.Errorf("who serves the other party: %v, want the words for anybody who cannot be there", err)
		}
		helper := y.helper("vapaa", "2027-01-01")
		y.do(func(ctx context.Context, tx *storage.Tx) error {
			return tx.PutApart(ctx, wall.Apart{ID: id.New(), Account: helper.Account, Person: a.Person})
		})
		if err := y.ask(d, helper); !fault.HasKey(err, "occasion.helper") {
			t.Errorf("a volunteer who keeps away: %v", err)
		}
		y.do(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Families(ctx, d)
			if len(all) != 1 || bytes.Contains(all[0].Mark, []byte(a.Person)) {
				t.Errorf("%d families, or the mark tells the person", len(all))
			}
			return err
		})
	})
}

// dayAt is the day, or another on that date.
func (y *yard) dayAt(day calendar.Date) (d occasion.Day) {
	y.t.Helper()
	y.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		all, err := tx.Occasions(ctx, nil)
		for _, x := range all {
			if x.At.Day == day {
				d = x
				return err
			}
		}
		n := occasion.New{Offer: y.days, Day: day, Clock: "11:00", Minutes: 240, Places: 30, Volunteers: 2, About: "Retki", Area: "Espoo"}
		w, err := tx.Workers(ctx, y.Unit.ID)
		if err != nil {
			return err
		}
		n.Workers = []access.AccountID{w[slices.IndexFunc(w, func(x organization.Worker) bool { return x.Name == "neutraali" })].Account}
		d, err = occasion.Plan(ctx, tx, y.Models, y.Coordinator, n)
		return err
	})
	return d
}

// nobody is confirmed without what the task takes, whichever way one tries; a row made behind the rule's back is refused
// by the schema, or opens nothing.
func TestConfirmedOnlyByTheRule(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		y := build(t, db)
		d := y.day(30, y.Worker)
		timo, anna := y.helper("timo", ""), y.helper("anna", "2027-01-02")
		for _, who := range []access.Actor{timo, anna} {
			if err := y.ask(d, who); err != nil {
				t.Fatal(err)
			}
		}
		if err := y.confirm(d, timo); !fault.HasKey(err, "volunteer.may-extract") {
			t.Errorf("without an extract: %v", err)
		}
		if err := y.confirm(d, anna); err != nil {
			t.Errorf("with an extract: %v", err)
		}
		for name, h := range map[string]occasion.Helper{
			"confirmed without a mark": {Day: d.ID, Account: timo.Account, Volunteer: true, State: occasion.Confirmed},
			"a mark and not confirmed": {Day: d.ID, Account: timo.Account, Volunteer: true, State: occasion.Offered, Cleared: make([]byte, 32)},
			"a worker who was offered": {Day: d.ID, Account: y.Colleague.Account, State: occasion.Offered},
		} {
			if err := y.try(func(ctx context.Context, tx *storage.Tx) error { return tx.PutHelper(ctx, h) }); err == nil {
				t.Errorf("%s: the schema takes it", name)
			}
		}
		y.do(func(ctx context.Context, tx *storage.Tx) error { // somebody else's mark
			all, err := tx.Helpers(ctx, d.ID)
			if err != nil {
				return err
			}
			of := all[slices.IndexFunc(all, func(h occasion.Helper) bool { return h.Account == anna.Account })].Cleared
			return tx.PutHelper(ctx, occasion.Helper{Day: d.ID, Account: timo.Account, Volunteer: true, State: occasion.Confirmed, Cleared: of})
		})
		clock.Set(d.Starts.Add(-time.Hour))
		if err := y.names(d, timo); !fault.Is(err, fault.NotFound) {
			t.Errorf("with another's mark the list opens: %v", err)
		}
		if err := y.names(d, anna); err != nil {
			t.Errorf("the list for who is confirmed: %v", err)
		}
		if got := y.looks(d); !slices.Equal(got, []access.AccountID{anna.Account}) {
			t.Errorf("got %v noted as having read names, want the volunteer who did (D-201)", got)
		}
		y.do(func(ctx context.Context, tx *storage.Tx) error { // the extract was taken back in the meantime
			v, err := tx.VolunteerOf(ctx, anna.Account)
			v.Path.Extract = volunteer.Extract{}
			if err != nil {
				return err
			}
			return tx.PutVolunteer(ctx, v)
		})
		if err := y.names(d, anna); !fault.HasKey(err, "volunteer.may-extract") {
			t.Errorf("the list without an extract: %v", err)
		}
	})
}

// Whoever was confirmed for a day gave its hours, once, when it is first counted; who was asked and did not come gave none (R-238, decision
// 0073).
func TestHoursOfADay(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		y := build(t, db)
		d := y.day(30, y.Worker)
		came, waits := y.helper("anna", "2027-01-02"), y.helper("timo", "")
		for _, who := range []access.Actor{came, waits} {
			if err := y.ask(d, who); err != nil {
				t.Fatal(err)
			}
		}
		if err := y.confirm(d, came); err != nil {
			t.Fatal(err)
		}
		clock.Set(d.Starts.Add(5 * time.Hour))
		for range 2 {
			y.do(func(ctx context.Context, tx *storage.Tx) error {
				return occasion.Count(ctx, tx, y.Models, y.Worker, d.ID, 3, 4, 5)
			})
		}
		for who, want := range map[access.AccountID]int{came.Account: d.Minutes, waits.Account: 0, y.Worker.Account: 0} {
			y.do(func(ctx context.Context, tx *storage.Tx) error {
				v, err := tx.VolunteerOf(ctx, who)
				if v.Path.Minutes != want {
					t.Errorf("gave %d minutes, want %d", v.Path.Minutes, want)
				}
				if fault.Is(err, fault.NotFound) && who == y.Worker.Account {
					return nil
				}
				return err
			})
		}
		y.do(func(ctx context.Context, tx *storage.Tx) error {
			sums, err := tx.Figures(ctx, y.Unit.ID, "2027-03", "2027-03")
			if i := slices.IndexFunc(sums, func(x figure.Sum) bool { return x.Name == figure.VolunteerMinutes }); i < 0 || sums[i].N != d.Minutes {
				t.Errorf("the month's sums: %+v, want %d minutes", sums, d.Minutes)
			}
			return err
		})
	})
}

// A day that is moved is another date: who may not be there then waits for what is missing, and who may is confirmed for it.
func TestMovedDayIsAnotherDate(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		y := build(t, db)
		d := y.day(30, y.Worker)
		old, fresh := y.helper("vanha", "2025-03-25"), y.helper("uusi", "2027-01-02") // the old one counts until 25.3.2027
		for _, who := range []access.Actor{old, fresh} {
			if err := y.ask(d, who); err != nil {
				t.Fatal(err)
			}
			if err := y.confirm(d, who); err != nil {
				t.Fatal(err)
			}
		}
		y.do(func(ctx context.Context, tx *storage.Tx) error {
			return occasion.Move(ctx, tx, y.Models, y.may(tx), y.Worker, d.ID, "2027-04-03", "12:00")
		})
		for who, want := range map[access.AccountID]string{old.Account: occasion.Said, fresh.Account: occasion.Confirmed} {
			y.do(func(ctx context.Context, tx *storage.Tx) error {
				by := access.Actor{Account: who, Roles: []access.Membership{{Unit: y.Unit.ID, Role: access.Volunteer}}}
				all, err := occasion.Mine(ctx, tx, y.Models, y.may(tx), by)
				if len(all) != 1 || all[0].State != want || all[0].Was.Day != "2027-03-20" || all[0].Closes != "2027-04-02" {
					t.Errorf("got %+v, want %s", all, want)
				}
				return err
			})
		}
	})
}

// dayOf is a day of the worker's on a date.
func (y *yard) dayOf(day calendar.Date) (d occasion.Day) {
	y.t.Helper()
	y.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		d, err = occasion.Plan(ctx, tx, y.Models, y.Coordinator, occasion.New{Offer: y.days, Day: day, Clock: "11:00", Minutes: 240, Places: 30, About: "Retki", Area: "Espoo",
			Place: "Portti", Workers: []access.AccountID{y.Worker.Account}})
		return err
	})
	return d
}
