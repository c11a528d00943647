package shift_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// house is an organisation with a line, evenings from Thursday 14.1.2027, and men who answer it.
type house struct {
	storagetest.Organisation
	t        *testing.T
	db       *storage.DB
	clock    *storagetest.Clock
	line     organization.Offer
	helpers  organization.Offer
	evenings []line.Evening
	men      map[string]access.Actor
}

func furnish(t *testing.T, db *storage.DB, clock *storagetest.Clock) *house {
	t.Helper()
	h := &house{Organisation: storagetest.Furnish(t, db), t: t, db: db, clock: clock, men: map[string]access.Actor{}}
	h.must(func(ctx context.Context, tx *storage.Tx) (err error) {
		for model, at := range map[string]*organization.Offer{"miesluuri": &h.line, "volunteering": &h.helpers} {
			m, _ := h.Models.Latest(model)
			if *at, err = organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: h.Unit.ID, Model: m.ID, Version: m.Version, Slug: m.Slug, Open: true}); err != nil {
				return err
			}
		}
		h.evenings, err = line.Plan(ctx, tx, h.Models, h.Coordinator, line.Series{Offer: h.line.ID, First: "2027-01-14", Weekdays: []int{2, 4}, Clock: "18:00", Minutes: 120, N: 8})
		return err
	})
	for _, name := range []string{"ari", "pekka", "timo"} {
		h.join(name, map[string]calendar.Date{"timo": "2025-11-14"}[name])
	}
	return h
}

// join makes a man who answers, further trained on a day (a recent one when it is "").
func (h *house) join(name string, trained calendar.Date) {
	h.t.Helper()
	if trained == "" {
		trained = "2026-09-01"
	}
	h.men[name] = storagetest.Hire(h.t, h.db, name, access.Membership{Unit: h.Unit.ID, Role: access.Volunteer})
	h.must(func(ctx context.Context, tx *storage.Tx) error {
		key, err := tx.NewKey()
		if err != nil {
			return err
		}
		return tx.PutVolunteer(ctx, volunteer.Volunteer{ID: volunteer.ID(id.New()), Unit: h.Unit.ID, Offer: h.helpers.ID, Account: h.men[name].Account, Key: key, State: volunteer.Active,
			Own: volunteer.Own{Name: seal.Of(name), Email: seal.Of(name + "@example.fi")},
			Path: volunteer.Path{Began: "2025-01-01", Inducted: true, Tasks: []string{"answer-line"},
				Trainings: []volunteer.Mark{{What: "induction", Day: "2025-01-02"}, {What: "line-basic", Day: "2025-01-03"}, {What: "line-further", Day: trained}}}})
	})
}

func (h *house) must(do func(ctx context.Context, tx *storage.Tx) error) {
	h.t.Helper()
	storagetest.Update(h.t, h.db, do)
}

func (h *house) try(do func(ctx context.Context, tx *storage.Tx) error) error {
	return h.db.Update(h.t.Context(), func(tx *storage.Tx) error { return do(h.t.Context(), tx) })
}

// stand puts somebody on the n-th evening as if it had been agreed.
func (h *house) stand(n int, name string, no int) {
	h.t.Helper()
	h.must(func(ctx context.Context, tx *storage.Tx) error {
		return tx.PutShiftPlace(ctx, shift.Place{Evening: h.evenings[n].ID, Account: h.men[name].Account, No: no, Published: true})
	})
}

func (h *house) decline(n int, name string) error {
	return h.try(func(ctx context.Context, tx *storage.Tx) error {
		return shift.Decline(ctx, tx, h.Models, shift.Eligible(tx, h.Models), h.men[name], h.evenings[n].ID)
	})
}

func (h *house) take(n int, by access.Actor) error {
	return h.try(func(ctx context.Context, tx *storage.Tx) error {
		return shift.Take(ctx, tx, h.Models, shift.Eligible(tx, h.Models), by, h.evenings[n].ID)
	})
}

// told are who has a letter waiting about their evenings, by name; the letters are taken.
func (h *house) told() []string {
	h.t.Helper()
	var out []string
	h.must(func(ctx context.Context, tx *storage.Tx) error {
		jobs, err := tx.TakeJobs(ctx, []string{shift.Tell}, tx.Now().Add(time.Hour), 100)
		for _, j := range jobs {
			a, err := tx.Account(ctx, access.AccountID(j.Object))
			if err != nil {
				return err
			}
			out = append(out, a.Name.Reveal())
			if err := tx.DropJob(ctx, j.ID); err != nil {
				return err
			}
		}
		return err
	})
	slices.Sort(out)
	return out
}

// places are who stands on the n-th evening: "ari, pekka in reserve".
func (h *house) places(n int) string {
	h.t.Helper()
	var out []string
	h.must(func(ctx context.Context, tx *storage.Tx) error {
		all, err := tx.ShiftPlacesOf(ctx, h.evenings[n].ID)
		for _, p := range all {
			name := "coordinator"
			for who, by := range h.men {
				if by.Account == p.Account {
					name = who
				}
			}
			if p.Reserve() {
				name += " in reserve"
			}
			if !p.Published {
				name += " proposed"
			}
			out = append(out, name)
		}
		return err
	})
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// needs are the evenings that the coordinator's desk tells of.
func (h *house) needs() (all []shift.Need) {
	h.t.Helper()
	h.must(func(ctx context.Context, tx *storage.Tx) (err error) {
		all, err = shift.Needs(ctx, tx, h.Models, h.Coordinator)
		return err
	})
	return all
}

// an hour before, Ari cannot come. Sari and Pekka are told and Timo is not, whose training is too old; Pekka's yes is the
// first; nothing of Ari is left.
func TestDeclineAnHourBefore(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := furnish(t, db, clock)
		h.stand(0, "ari", 1)
		h.stand(0, "pekka", 0)
		h.stand(0, "timo", 0)
		clock.Set(h.evenings[0].Starts.Add(-58 * time.Minute))
		if err := h.decline(0, "ari"); err != nil {
			t.Fatal(err)
		}
		if got := h.told(); !slices.Equal(got, []string{"coordinator", "pekka"}) {
			t.Errorf("told %v, want the coordinator and pekka", got)
		}
		if n := h.needs(); len(n) == 0 || n[0].ID != h.evenings[0].ID || n[0].Late {
			t.Errorf("the desk tells %+v, want that an answerer is looked for", n)
		}
		if err := h.take(0, h.men["timo"]); !fault.HasKey(err, "volunteer.may-old") {
			t.Errorf("timo took it: %v", err)
		}
		if err := h.take(0, h.men["ari"]); !fault.Is(err, fault.NotFound) {
			t.Errorf("ari took it again without having been asked: %v", err)
		}
		if err := h.take(0, h.men["pekka"]); err != nil {
			t.Fatal(err)
		}
		if err := h.take(0, h.men["pekka"]); err != nil {
			t.Errorf("pressed twice: %v", err)
		}
		if got := h.places(0); got != "pekka, timo in reserve" {
			t.Errorf("on the evening: %s", got)
		}
		if err := h.take(0, h.Coordinator); !fault.HasKey(err, "shift.taken") {
			t.Errorf("the coordinator took it too: %v", err)
		}
	})
}

// two yes-presses at once give exactly one shift, on both databases, whoever presses.
func TestTakeAtOnceOnlyOne(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := furnish(t, db, clock)
		who := []access.Actor{h.Coordinator}
		for i := range 7 {
			name := fmt.Sprintf("man%d", i)
			h.join(name, "")
			h.stand(0, name, 0)
			who = append(who, h.men[name])
		}
		errs := make([]error, len(who))
		var all sync.WaitGroup
		for i, by := range who {
			all.Go(func() { errs[i] = h.take(0, by) })
		}
		all.Wait()
		won := 0
		for i, err := range errs {
			switch {
			case err == nil:
				won++
			case !fault.HasKey(err, "shift.taken"):
				t.Errorf("press %d: %v, want to read that somebody was first", i, err)
			}
		}
		answer := 0
		h.must(func(ctx context.Context, tx *storage.Tx) error {
			by, err := tx.AnsweredBy(ctx, h.evenings[0].ID)
			answer = len(by)
			return err
		})
		if won != 1 || answer != 1 {
			t.Errorf("%d pressed first and %d answer, want one", won, answer)
		}
	})
}

// What a bug above could break the schema keeps: a place of who answers is one person's.
func TestStorageKeepsOnePlaceOnlyOne(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := furnish(t, db, clock)
		h.stand(0, "ari", 1)
		err := h.try(func(ctx context.Context, tx *storage.Tx) error {
			return tx.PutShiftPlace(ctx, shift.Place{Evening: h.evenings[0].ID, Account: h.men["pekka"].Account, No: 1, Published: true})
		})
		if !fault.HasKey(err, "shift.taken") {
			t.Errorf("two have one place: %v", err)
		}
	})
}

// a quarter of an hour before it begins the coordinator decides; closing shows at once, and is taken back.
func TestLateIsTheCoordinators(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := furnish(t, db, clock)
		clock.Set(h.evenings[0].Starts.Add(-16 * time.Minute))
		if n := h.needs(); n[0].Late {
			t.Error("it is late too early")
		}
		clock.Set(h.evenings[0].Starts.Add(-15 * time.Minute))
		if n := h.needs(); !n[0].Late || n[0].Missing != 1 {
			t.Errorf("the desk tells %+v", n[0])
		}
		next := func() (day calendar.Date) {
			h.must(func(ctx context.Context, tx *storage.Tx) error {
				all, err := tx.Evenings(ctx, h.line.ID, clock.Now().AddDate(0, 0, -1), clock.Now().AddDate(0, 1, 0))
				e, _ := line.Next(all, clock.Now())
				day = e.At.Day
				return err
			})
			return day
		}
		for _, step := range []struct {
			do   func(context.Context, line.Tx) error
			want calendar.Date
		}{
			{func(ctx context.Context, tx line.Tx) error {
				return line.Close(ctx, tx, h.Models, h.Coordinator, h.evenings[0].ID)
			}, "2027-01-19"},
			{func(ctx context.Context, tx line.Tx) error {
				return line.Reopen(ctx, tx, h.Models, h.Coordinator, h.evenings[0].ID)
			}, "2027-01-14"},
		} {
			h.must(func(ctx context.Context, tx *storage.Tx) error { return step.do(ctx, tx) })
			if got := next(); got != step.want {
				t.Errorf("the line is open next on %s, want %s", got, step.want)
			}
		}
		if err := h.take(0, h.Coordinator); err != nil {
			t.Fatal(err)
		}
		if n := h.needs(); len(n) > 0 && n[0].ID == h.evenings[0].ID {
			t.Error("the desk still tells of an evening that the coordinator took")
		}
	})
}

// state is everything the house holds of evenings and people, with random ids by what they name.
func (h *house) state(t *testing.T, o storage.Options) string {
	t.Helper()
	return dump(t, o, h)
}

// whoever declines leaves nothing. A house where Ari was asked and said no is, row by row, the house where he
// never was: right away, and when somebody else has taken the evening.
func TestDecliningLeavesNothing(t *testing.T) {
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			var states [2][]string
			for i, asked := range []bool{true, false} {
				clock := storagetest.NewClock()
				o := storagetest.Options(t, driver)
				o.Now = clock.Now
				h := furnish(t, storagetest.OpenWith(t, o), clock)
				h.stand(0, "pekka", 0)
				if asked {
					h.stand(0, "ari", 1)  // answers the first evening
					h.stand(2, "ari", 0)  // a reserve for the third
					h.stand(4, "timo", 1) // and asked to change the fifth for it
				} else {
					h.stand(4, "timo", 1)
				}
				if asked {
					h.must(func(ctx context.Context, tx *storage.Tx) error {
						return shift.AskSwap(ctx, tx, h.Models, h.men["timo"], shift.Swap{Evening: h.evenings[4].ID, Account: h.men["timo"].Account, For: h.evenings[0].ID, To: h.men["ari"].Account})
					})
					for _, n := range []int{0, 2} {
						if err := h.decline(n, "ari"); err != nil {
							t.Fatal(err)
						}
					}
				}
				h.told() // letters have been sent
				states[i] = append(states[i], h.state(t, o))
				if err := h.take(0, h.men["pekka"]); err != nil {
					t.Fatal(err)
				}
				states[i] = append(states[i], h.state(t, o))
			}
			for i := range states[0] {
				if states[0][i] != states[1][i] {
					t.Errorf("step %d: the house knows that somebody declined:\n%s\n\nwithout him:\n%s", i, states[0][i], states[1][i])
				}
			}
		})
	}
}

// who is asked on an evening hears of it when their quiet hours are over, and not at all where they want no letters; the coordinator
// hears of it at once.
func TestLettersOfEveningsKeepQuietHours(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := furnish(t, db, clock)
		h.join("silent", "")
		for name, no := range map[string]int{"ari": 1, "pekka": 0, "silent": 0} {
			h.stand(0, name, no)
			h.must(func(ctx context.Context, tx *storage.Tx) error {
				v, err := tx.VolunteerOf(ctx, h.men[name].Account)
				if err != nil {
					return err
				}
				v.Own.QuietFrom, v.Own.QuietTo = 15, 18
				if name == "silent" {
					v.Own.Letters = volunteer.None
				}
				return tx.PutVolunteer(ctx, v)
			})
		}
		clock.Set(h.evenings[0].Starts.Add(-2 * time.Hour)) // 16.00, in the quiet hours
		if err := h.decline(0, "ari"); err != nil {
			t.Fatal(err)
		}
		h.must(func(ctx context.Context, tx *storage.Tx) error {
			now, err := tx.TakeJobs(ctx, []string{shift.Tell}, tx.Now().Add(time.Hour), 100)
			if err != nil {
				return err
			}
			if len(now) != 1 || now[0].Object != string(h.Coordinator.Account) {
				t.Errorf("told at once: %+v, want the coordinator alone", now)
				return nil
			}
			return tx.DropJob(ctx, now[0].ID)
		})
		clock.Set(h.evenings[0].Starts)
		if got := h.told(); !slices.Equal(got, []string{"pekka"}) {
			t.Errorf("told when the quiet hours are over: %v, want pekka", got)
		}
	})
}
