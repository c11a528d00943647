package kept_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
)

// Marks are put right in the figures too, on both databases.
func TestCorrectMarks(t *testing.T) {
	each(t, func(h house) {
		_, a, _ := h.opened(adults)
		h.refused("visit.not-yet", func(tx *storage.Tx) error { return appointment.Hold(h.ctx, tx, h.ms, noora, a.ID) })
		h.clock.Set(a.Starts)
		h.do(func(tx *storage.Tx) error { return appointment.Miss(h.ctx, tx, h.ms, noora, a.ID) })
		for i, to := range []string{"held", "missed", "cancelled", "held"} {
			h.do(func(tx *storage.Tx) error { return appointment.Correct(h.ctx, tx, h.ms, noora, a.ID, to) })
			f := h.figures()
			for key, state := range map[string]string{"held/client": "held", "missed/client": "missed", "cancelled/worker": "cancelled", "day-parts/office-hours": "held"} {
				want := 0
				if to == state {
					want = 1
				}
				if f[key] != want {
					h.t.Errorf("step %d to %s: %s is %d, want %d", i, to, key, f[key], want)
				}
			}
		}
		var options []appointment.Correction
		h.do(func(tx *storage.Tx) error {
			all, err := appointment.All(h.ctx, tx, h.ms, noora, a.Episode)
			options = all[0].Corrections
			return err
		})
		if len(options) != 2 || options[0].State != "missed" || options[1].State != "cancelled" {
			h.t.Errorf("corrections %+v", options)
		}
	})
}

// What a first meeting was counted as goes out of the very month, whichever meeting was measured and whenever it is put right; what was erased stays counted (R-125, decision 0075).
func TestFirstMeetingsInTheirMonths(t *testing.T) {
	each(t, func(h house) {
		firsts := func() map[string]int {
			out := map[string]int{}
			h.do(func(tx *storage.Tx) error {
				clear(out)
				all, err := tx.Figures(h.ctx, unit, "2026-01", "2028-12")
				for _, s := range all {
					if (strings.HasPrefix(s.Name, "first-") || s.Name == figure.WaitMinutes) && s.N != 0 {
						out[s.Month+" "+s.Name+" "+s.Value] = s.N
					}
				}
				return err
			})
			return out
		}
		_, kept, _ := h.opened(adults)
		h.hold(kept)
		stays := firsts()
		month := calendar.LocalOf(h.clock.Now(), helsinki).Day.Month()
		if len(stays) != 4 || stays[month+" first-parts "+kept.DayPart+"/0-24/kept"] != 1 || stays[month+" first-places office/0-24/kept"] != 1 {
			h.t.Fatalf("counted as %v", stays)
		}
		ep, first, _ := h.opened(adults)
		home := h.at(3 * time.Hour)
		home.PlaceKind, home.Place = appointment.Home, ""
		second := h.book(appointment.Target{Episode: ep}, home)
		h.hold(second)
		h.do(func(tx *storage.Tx) error { return appointment.Hold(h.ctx, tx, h.ms, noora, first.ID) })
		h.clock.Set(h.clock.Now().AddDate(0, 2, 0))
		h.do(func(tx *storage.Tx) error { return appointment.Correct(h.ctx, tx, h.ms, noora, second.ID, "missed") }) // the one that was measured
		h.do(func(tx *storage.Tx) error { return appointment.Correct(h.ctx, tx, h.ms, noora, first.ID, "missed") })
		if got := firsts(); !maps.Equal(got, stays) {
			h.t.Errorf("after corrections %v, want %v", got, stays)
		}
	})
}

// Ways on, an end, erasure: only sums stay.
func TestEndAndWaysOn(t *testing.T) {
	each(t, func(h house) {
		ep, a, code := h.opened(adults)
		h.refused("episode.booked", func(tx *storage.Tx) error { return episode.Close(h.ctx, tx, h.ms, noora, ep) })
		h.clock.Set(a.Starts)
		h.refused("episode.unmarked", func(tx *storage.Tx) error { return episode.Close(h.ctx, tx, h.ms, noora, ep) })
		h.hold(a)
		offer := func(kind, to string) func(tx *storage.Tx) error {
			return func(tx *storage.Tx) error { return episode.OfferWayOn(h.ctx, tx, h.ms, noora, ep, kind, to) }
		}
		h.do(func(tx *storage.Tx) error { return episode.Ending(h.ctx, tx, h.ms, noora, ep) })
		h.refused("episode.ending", func(tx *storage.Tx) error {
			_, err := appointment.Book(h.ctx, tx, h.ms, noora, appointment.Target{Episode: ep}, h.at(2*time.Hour), "")
			return err
		})
		h.do(offer("service", "open-peer-group"))
		h.refused("way-on.offered", offer("service", "open-peer-group"))
		h.refused("form.choice", offer("elsewhere", "his brother's place"))
		v, holder := h.client(code), h.holder(code)
		if v.State != appointment.ClientEnding || len(v.WaysOn) != 1 {
			h.t.Fatalf("the client sees %s, %v", v.State, v.WaysOn)
		}
		for _, accepted := range []bool{true, true, false, true} {
			h.do(func(tx *storage.Tx) error {
				return episode.AnswerWayOnByClient(h.ctx, tx, h.ms, holder, v.WaysOn[0].ID, accepted)
			})
		}
		if f := h.figures(); f["ways-on/open-peer-group"] != 1 || f["ways-on-taken/open-peer-group"] != 1 {
			h.t.Errorf("figures %v", f)
		}
		h.endsAndReopens(ep)
		if v := h.client(code); v.State != appointment.ClientClosed {
			h.t.Errorf("the client sees %s", v.State)
		}
		h.do(func(tx *storage.Tx) error { return tx.EraseEpisode(h.ctx, ep) })
		h.refused("not-found", func(tx *storage.Tx) error { _, err := episode.One(h.ctx, tx, h.ms, noora, ep); return err })
		if f := h.figures(); f["held/client"] != 1 || f["closed/client"] != 1 {
			h.t.Errorf("sums after erasure %v", f)
		}
	})
}

// endsAndReopens closes, takes it back, and closes again: one closing is counted.
func (h house) endsAndReopens(ep episode.ID) {
	h.t.Helper()
	for _, act := range []func(*storage.Tx) error{
		func(tx *storage.Tx) error { return episode.Close(h.ctx, tx, h.ms, noora, ep) },
		func(tx *storage.Tx) error { return episode.Reopen(h.ctx, tx, h.ms, noora, ep) },
		func(tx *storage.Tx) error { return episode.Close(h.ctx, tx, h.ms, noora, ep) },
	} {
		h.do(act)
	}
	e := h.view(noora, ep).Episode
	if e.Stage != episode.StageClosed || e.Closed != "2027-01-12" || e.EraseOn != "2027-02-11" {
		h.t.Errorf("closed %s, erased on %s, want 30 days on", e.Closed, e.EraseOn)
	}
	if f := h.figures(); f["closed/client"] != 1 {
		h.t.Errorf("%d closings are counted", f["closed/client"])
	}
}

// A child's episode waits for the talks about it, and a talk is not reopened behind it: they go together.
func TestTalksEndBeforeTheChild(t *testing.T) {
	each(t, func(h house) {
		child, a, _ := h.opened(children)
		h.hold(a)
		var talk episode.Episode
		h.do(func(tx *storage.Tx) (err error) {
			talk, _, err = episode.AddGuardianTalk(h.ctx, tx, h.ms, noora, child, "")
			return err
		})
		h.refused("episode.talks", func(tx *storage.Tx) error { return episode.Close(h.ctx, tx, h.ms, noora, child) })
		h.do(func(tx *storage.Tx) error { return episode.Close(h.ctx, tx, h.ms, noora, talk.ID) })
		h.do(func(tx *storage.Tx) error { return episode.Close(h.ctx, tx, h.ms, noora, child) })
		h.refused("episode.child-closed", func(tx *storage.Tx) error { return episode.Reopen(h.ctx, tx, h.ms, noora, talk.ID) })
	})
}

// A coordinator hands a client with a booked meeting to a worker who is free then, and to nobody else.
func TestAssign(t *testing.T) {
	each(t, func(h house) {
		ep, a, _ := h.opened(adults)
		assign := func(by access.Actor, to access.AccountID) func(tx *storage.Tx) error {
			return func(tx *storage.Tx) error { return appointment.Assign(h.ctx, tx, h.ms, by, ep, to, "") }
		}
		h.refused("episode.coordinator", assign(noora, "elina"))
		h.refused("appointment.no-such-worker", assign(marja, "outi"))
		h.refused("episode.assign-booked", func(tx *storage.Tx) error { return episode.Assign(h.ctx, tx, h.ms, marja, ep, "elina", "") })
		h.do(assign(marja, "elina"))
		h.refused("not-found", func(tx *storage.Tx) error { _, err := episode.One(h.ctx, tx, h.ms, noora, ep); return err })
		if v := h.view(elina, ep); v.Relation != access.ByWorker || h.appointments(ep)[0].Worker != "elina" {
			h.t.Error("the new worker has it not")
		}
		_, _, _ = h.bookAnother(2) // Noora's hour is free again, and taken by somebody else
		h.refused("appointment.not-free", assign(marja, "noora"))
		if now := h.appointments(ep)[0]; now.Worker != "elina" || !now.Starts.Equal(a.Starts) {
			h.t.Errorf("a refused handing over changed %+v", now)
		}
	})
}

// The first free times come from storage's own supply, and what is offered from them can be picked.
func TestFreeTimesCanBeOffered(t *testing.T) {
	each(t, func(h house) {
		_, _, _ = h.bookAnother(2)
		var free []appointment.Free
		h.do(func(tx *storage.Tx) (err error) {
			free, err = appointment.FreeTimes(h.ctx, tx, noora, appointment.Wanted{Unit: unit, Minutes: 60, Parts: []string{"evening", "weekend"}}, 5)
			return err
		})
		if len(free) != 5 || free[0].At != (calendar.Local{Day: "2027-01-12", Clock: "17:00", Zone: helsinki}) || free[0].Place != office || free[0].WorkerName == "" {
			h.t.Fatalf("free times %+v", free)
		}
		made := h.contact(adults)
		target := appointment.Target{Request: made.Request.ID}
		for range 2 { // pressed twice
			h.do(func(tx *storage.Tx) error { return appointment.Offer(h.ctx, tx, h.ms, noora, target, free) })
		}
		v := h.client(made.Code)
		if len(v.Slots) != 5 {
			h.t.Fatalf("%d offers", len(v.Slots))
		}
		for _, s := range v.Slots {
			h.do(func(tx *storage.Tx) error { return appointment.Withdraw(h.ctx, tx, noora, s.ID) })
		}
		if v := h.client(made.Code); v.State != appointment.ClientWaiting {
			h.t.Errorf("after withdrawing all: %s", v.State)
		}
		h.refused("appointment.not-free", func(tx *storage.Tx) error {
			return appointment.Offer(h.ctx, tx, h.ms, noora, target, []appointment.Free{h.at(2*time.Hour + 15*time.Minute)})
		})
	})
}

// A time that has passed is neither shown nor picked, and somebody else's offer is nobody's to pick.
func TestPassedAndForeignSlots(t *testing.T) {
	each(t, func(h house) {
		mine, theirs := h.contact(adults), h.contact(adults)
		for _, made := range []intake.Made{mine, theirs} {
			h.do(func(tx *storage.Tx) error {
				return appointment.Offer(h.ctx, tx, h.ms, noora, appointment.Target{Request: made.Request.ID}, []appointment.Free{h.at(2 * time.Hour), h.at(9 * time.Hour)})
			})
		}
		pick := func(code intake.Code, s appointment.Slot) func(tx *storage.Tx) error {
			holder := h.holder(code)
			return func(tx *storage.Tx) error { _, err := appointment.Pick(h.ctx, tx, h.ms, holder, s.ID); return err }
		}
		slots := h.client(theirs.Code).Slots
		h.refused("appointment.slot-taken", pick(mine.Code, slots[1]))
		h.refused("appointment.slot-taken", pick(mine.Code, appointment.Slot{ID: "'; DROP TABLE slot; --"}))
		h.clock.Set(slots[0].Starts)
		h.refused("appointment.slot-passed", pick(theirs.Code, slots[0]))
		if v := h.client(theirs.Code); len(v.Slots) != 1 || v.Slots[0].ID != slots[1].ID {
			h.t.Errorf("%d times are shown", len(v.Slots))
		}
		h.do(pick(theirs.Code, slots[1]))
	})
}

// A person's page tells the name and the safe contact to the worker alone.
func TestNameIsForTheWorker(t *testing.T) {
	each(t, func(h house) {
		child, _, _ := h.opened(children)
		var talk episode.Episode
		h.do(func(tx *storage.Tx) (err error) {
			talk, _, err = episode.AddGuardianTalk(h.ctx, tx, h.ms, noora, child, "Äiti")
			return err
		})
		if v := h.view(noora, talk.ID); v.Name != "Äiti" || v.Child != child || v.Relation != access.ByWorker {
			h.t.Errorf("the worker reads %q, child %q", v.Name, v.Child)
		}
		if v := h.view(marja, talk.ID); v.Name != "" || v.Relation != access.ByCoordinator {
			h.t.Errorf("the coordinator reads %q", v.Name)
		}
		if v := h.view(marja, child); len(v.Talks) != 1 || v.Talks[0].Name != "" {
			h.t.Errorf("the coordinator's list tells %+v", v.Talks)
		}
		// Given to another worker, the talk is no longer to be seen from the child's page, nor the child from the talk's.
		h.do(func(tx *storage.Tx) error { return episode.Assign(h.ctx, tx, h.ms, marja, talk.ID, "elina", "") })
		if v := h.view(noora, child); len(v.Talks) != 0 {
			h.t.Error("the child's worker still sees the talk")
		}
		if v := h.view(elina, talk.ID); v.Child != "" {
			h.t.Error("the talk's worker sees the child")
		}
		actions := h.view(noora, child).Actions
		if !slices.ContainsFunc(actions, func(p episode.Possible) bool { return p.Action == model.Book && p.Refusal == nil }) {
			h.t.Error("booking is not among the actions")
		}
	})
}

// Offers to one client are choices between times: when one is picked or another is booked, the rest go.
func TestOffersGoWithTheBooking(t *testing.T) {
	each(t, func(h house) {
		ep, first, code := h.opened(adults)
		h.hold(first)
		for _, book := range []func(s appointment.Slot){
			func(s appointment.Slot) {
				holder := h.holder(code)
				h.do(func(tx *storage.Tx) error { _, err := appointment.Pick(h.ctx, tx, h.ms, holder, s.ID); return err })
			},
			func(appointment.Slot) { h.book(appointment.Target{Episode: ep}, h.at(20*time.Hour)) },
		} {
			h.do(func(tx *storage.Tx) error {
				return appointment.Offer(h.ctx, tx, h.ms, noora, appointment.Target{Episode: ep}, []appointment.Free{h.at(24 * time.Hour), h.at(30 * time.Hour)})
			})
			slots := h.client(code).Slots
			if len(slots) != 2 {
				h.t.Fatalf("%d offers, want 2", len(slots))
			}
			book(slots[0])
			if left := h.client(code).Slots; len(left) != 0 {
				h.t.Errorf("%d offers are left", len(left))
			}
			h.clock.Add(40 * time.Hour)
			for _, a := range h.appointments(ep) {
				if a.State == appointment.Booked {
					h.hold(a)
				}
			}
			h.clock.Add(40 * time.Hour)
		}
	})
}
