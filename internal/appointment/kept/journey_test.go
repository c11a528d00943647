package kept_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
)

// Saturday 6.3.2027 at 14.20, two times offered at an agreed place, one picked, held: 25 h 40 min, and the place
// is gone.
func TestHelpAtTheWeekend(t *testing.T) {
	each(t, func(h house) {
		h.clock.Set(time.Date(2027, 3, 6, 12, 20, 0, 0, time.UTC))
		made := h.contact(adults)
		if v := h.client(made.Code); v.State != appointment.ClientWaiting {
			h.t.Fatalf("before an offer: %s", v.State)
		}
		sunday := appointment.Free{Worker: "noora", At: calendar.Local{Day: "2027-03-07", Clock: "16:00", Zone: helsinki}, Minutes: 60, PlaceKind: appointment.Agreed}
		monday := sunday
		monday.At.Day, monday.At.Clock = "2027-03-08", "18:30"
		h.do(func(tx *storage.Tx) error {
			return appointment.Offer(h.ctx, tx, h.ms, noora, appointment.Target{Request: made.Request.ID}, []appointment.Free{sunday, monday})
		})
		v := h.client(made.Code)
		if v.State != appointment.ClientOffered || len(v.Slots) != 2 || v.Slots[0].At != sunday.At || v.Workers["noora"] != "noora" {
			h.t.Fatalf("the client sees %s, %+v", v.State, v.Slots)
		}
		holder := h.holder(made.Code)
		var a appointment.Appointment
		h.do(func(tx *storage.Tx) (err error) {
			a, err = appointment.Pick(h.ctx, tx, h.ms, holder, v.Slots[0].ID)
			return err
		})
		h.placeIsForTwo(a, made.Code)
		h.hold(a)
		if e := h.view(noora, a.Episode).Episode; e.Wait != 25*60+40 || !e.Contacted.IsZero() || e.Channel != intake.Form {
			h.t.Errorf("wait %d min, contacted %v", e.Wait, e.Contacted)
		}
		kept := h.appointments(a.Episode)[0]
		if want := (appointment.Appointment{ID: a.ID, Episode: a.Episode, Limit: 5, Regime: "none", No: 1, State: "held", Counted: true, PlaceKind: "agreed", DayPart: "weekend", Sequence: 2}); !reflect.DeepEqual(kept, want) {
			h.t.Errorf("kept %+v,\nwant %+v", kept, want)
		}
		f := h.figures()
		for key, want := range map[string]int{"started/client": 1, "held/client": 1, "day-parts/weekend": 1, "place-kinds/agreed": 1, "first-wait/24-48": 1, "wait-minutes/": 1540} {
			if f[key] != want {
				h.t.Errorf("figure %s is %d, want %d", key, f[key], want)
			}
		}
	})
}

// placeIsForTwo: the worker writes it, the worker and the client read it, a coordinator and another unit do not
//
func (h house) placeIsForTwo(a appointment.Appointment, code intake.Code) {
	h.t.Helper()
	const cafe = "Kahvila Aalto, Hämeentie 3"
	h.do(func(tx *storage.Tx) error { return appointment.SetPlace(h.ctx, tx, h.ms, noora, a.ID, "  "+cafe+" ") })
	h.refused("appointment.place-worker", func(tx *storage.Tx) error { return appointment.SetPlace(h.ctx, tx, h.ms, marja, a.ID, "x") })
	h.refused("not-found", func(tx *storage.Tx) error { return appointment.SetPlace(h.ctx, tx, h.ms, outi, a.ID, "x") })
	for _, wrong := range []string{strings.Repeat("a", 81), "eka rivi\ntoka rivi", "\xff"} {
		h.refused("form.mistakes", func(tx *storage.Tx) error { return appointment.SetPlace(h.ctx, tx, h.ms, noora, a.ID, wrong) })
	}
	if got := h.client(code).Coming[0].Place.Reveal(); got != cafe {
		h.t.Errorf("the client reads %q", got)
	}
	for who, want := range map[access.AccountID]string{"noora": cafe, "marja": ""} {
		by := map[access.AccountID]access.Actor{"noora": noora, "marja": marja}[who]
		var got string
		h.do(func(tx *storage.Tx) error {
			all, err := appointment.All(h.ctx, tx, h.ms, by, a.Episode)
			got = all[0].Place.Reveal()
			return err
		})
		if got != want {
			h.t.Errorf("%s reads %q, want %q", who, got, want)
		}
	}
}

// A place is gone when the meeting is over, also if nobody marks it; offered times go when they have passed.
func TestForgetPlaces(t *testing.T) {
	each(t, func(h house) {
		made := h.contact(adults)
		home := h.at(2 * time.Hour)
		home.PlaceKind, home.Place = appointment.Home, ""
		var a appointment.Appointment
		h.do(func(tx *storage.Tx) (err error) {
			a, err = appointment.Book(h.ctx, tx, h.ms, noora, appointment.Target{Request: made.Request.ID}, home, "Katu 2 B 14")
			return err
		})
		h.do(func(tx *storage.Tx) error {
			return appointment.Offer(h.ctx, tx, h.ms, noora, appointment.Target{Episode: a.Episode}, []appointment.Free{h.at(4 * time.Hour)})
		})
		forget := func() (n int) {
			h.do(func(tx *storage.Tx) (err error) { n, err = appointment.ForgetPlaces(h.ctx, tx); return err })
			return n
		}
		if n := forget(); n != 0 || h.appointments(a.Episode)[0].Place.Empty() {
			h.t.Errorf("%d were forgotten before the meeting", n)
		}
		h.clock.Set(a.Ends)
		if v := h.client(made.Code); len(v.Coming) != 0 {
			h.t.Error("the client is shown a meeting that is over")
		}
		h.clock.Add(4 * time.Hour)
		if n := forget(); n != 2 {
			h.t.Errorf("%d were forgotten, want the place and the offered time", n)
		}
		if kept := h.appointments(a.Episode)[0]; !kept.Place.Empty() || kept.State != appointment.Booked || kept.At != a.At {
			h.t.Errorf("after forgetting: %+v", kept)
		}
	})
}

// a child with two guardians in dispute.
func TestGuardiansInDispute(t *testing.T) {
	each(t, func(h house) {
		child, first, _ := h.opened(children)
		var talks [2]episode.Episode
		var codes [2]intake.Code
		for i, name := range []string{"Äiti", "Isä"} {
			h.do(func(tx *storage.Tx) (err error) {
				talks[i], codes[i], err = episode.AddGuardianTalk(h.ctx, tx, h.ms, noora, child, name)
				return err
			})
		}
		talk := h.book(appointment.Target{Episode: talks[1].ID}, h.at(5*time.Hour))
		if v := h.view(noora, child); len(v.Talks) != 2 || v.State.Talks != 2 {
			h.t.Errorf("the child's worker sees %d talks", len(v.Talks))
		}
		// Each guardian's page has only their own.
		if v := h.client(codes[1]); len(v.Coming) != 1 || v.Coming[0].ID != talk.ID || v.Used != 0 || v.Max != 0 {
			h.t.Errorf("the second guardian sees %+v", v)
		}
		if v := h.client(codes[0]); len(v.Coming) != 0 || v.State != appointment.ClientBetween || len(v.Slots) != 0 {
			h.t.Errorf("the first guardian sees %+v", v)
		}
		holder := h.holder(codes[0])
		h.refused("not-found", func(tx *storage.Tx) error {
			return appointment.CancelByClient(h.ctx, tx, h.ms, holder, first.ID)
		})

		h.do(func(tx *storage.Tx) error { return episode.MarkGuardians(h.ctx, tx, h.ms, noora, child, true) })
		next := func(tx *storage.Tx) error {
			_, err := appointment.Book(h.ctx, tx, h.ms, noora, appointment.Target{Episode: child}, h.at(24*time.Hour), "")
			return err
		}
		h.refused("model.refused", next)
		h.hold(first) // what is booked stands
		h.refused("episode.coordinator", func(tx *storage.Tx) error {
			return episode.Decide(h.ctx, tx, h.ms, noora, child, "continue", "child-wants")
		})
		h.refused("form.mistakes", func(tx *storage.Tx) error {
			return episode.Decide(h.ctx, tx, h.ms, marja, child, "continue", "the father telephoned and said")
		})
		h.do(func(tx *storage.Tx) error {
			return episode.Decide(h.ctx, tx, h.ms, marja, child, "stop", "court-order")
		})
		h.refused("model.refused", next)
		h.do(func(tx *storage.Tx) error {
			return episode.Decide(h.ctx, tx, h.ms, marja, child, "continue", "child-wants")
		})
		h.do(next)
		if d := h.view(marja, child).Episode.Decision; d != (episode.Decision{Choice: "continue", Ground: "child-wants", Day: "2027-01-12", By: "marja"}) {
			h.t.Errorf("kept %+v", d)
		}
		h.do(func(tx *storage.Tx) error { return episode.MarkGuardians(h.ctx, tx, h.ms, noora, child, false) })
		if e := h.view(marja, child).Episode; e.Decision != (episode.Decision{}) || e.Guardians != episode.Agree {
			h.t.Errorf("agreeing again keeps %+v", e.Decision)
		}
	})
}

// A client whose booking waits for a decision is told nothing of it: the times are just not there.
func TestDisputeIsNotShownToTheClient(t *testing.T) {
	each(t, func(h house) {
		child, first, code := h.opened(children)
		h.hold(first)
		h.do(func(tx *storage.Tx) error {
			return appointment.Offer(h.ctx, tx, h.ms, noora, appointment.Target{Episode: child}, []appointment.Free{h.at(24 * time.Hour)})
		})
		slot, holder := h.client(code).Slots[0], h.holder(code)
		h.do(func(tx *storage.Tx) error { return episode.MarkGuardians(h.ctx, tx, h.ms, noora, child, true) })
		if v := h.client(code); len(v.Slots) != 0 || v.State != appointment.ClientBetween {
			h.t.Errorf("the client sees %s with %d offers", v.State, len(v.Slots))
		}
		h.refused("appointment.not-now", func(tx *storage.Tx) error {
			_, err := appointment.Pick(h.ctx, tx, h.ms, holder, slot.ID)
			return err
		})
	})
}

// Who was not granted the episode finds nothing, whatever they ask for: another unit, a colleague, a visitor.
func TestNotYoursIsNotFound(t *testing.T) {
	each(t, func(h house) {
		ep, a, _ := h.opened(adults)
		waiting := h.contact(adults).Request.ID
		for _, by := range []access.Actor{outi, elina, access.Anyone(), {Client: true}} {
			for name, act := range map[string]func(tx *storage.Tx) error{
				"one":       func(tx *storage.Tx) error { _, err := episode.One(h.ctx, tx, h.ms, by, ep); return err },
				"hold":      func(tx *storage.Tx) error { return appointment.Hold(h.ctx, tx, h.ms, by, a.ID) },
				"cancel":    func(tx *storage.Tx) error { return appointment.Cancel(h.ctx, tx, h.ms, by, a.ID, "ill") },
				"move":      func(tx *storage.Tx) error { return appointment.Move(h.ctx, tx, h.ms, by, a.ID, h.at(9*time.Hour)) },
				"correct":   func(tx *storage.Tx) error { return appointment.Correct(h.ctx, tx, h.ms, by, a.ID, "held") },
				"all":       func(tx *storage.Tx) error { _, err := appointment.All(h.ctx, tx, h.ms, by, ep); return err },
				"close":     func(tx *storage.Tx) error { return episode.Close(h.ctx, tx, h.ms, by, ep) },
				"guardians": func(tx *storage.Tx) error { return episode.MarkGuardians(h.ctx, tx, h.ms, by, ep, true) },
				"assign":    func(tx *storage.Tx) error { return appointment.Assign(h.ctx, tx, h.ms, by, ep, "elina", "") },
				"code":      func(tx *storage.Tx) error { _, err := episode.NewCode(h.ctx, tx, h.ms, by, ep); return err },
				"way on": func(tx *storage.Tx) error {
					return episode.OfferWayOn(h.ctx, tx, h.ms, by, ep, "service", "open-peer-group")
				},
			} {
				if err := h.try(act); !fault.HasKey(err, "not-found") {
					h.t.Errorf("%s by %q: got %v, want not-found", name, by.Account, err)
				}
			}
			if by.Account == "elina" {
				continue // the desk's requests are hers too
			}
			h.refused("not-found", func(tx *storage.Tx) error {
				return appointment.Offer(h.ctx, tx, h.ms, by, appointment.Target{Request: waiting}, []appointment.Free{h.at(9 * time.Hour)})
			})
			h.refused("not-found", func(tx *storage.Tx) error {
				_, err := appointment.FreeTimes(h.ctx, tx, by, appointment.Wanted{Unit: unit, Minutes: 60}, 3)
				return err
			})
		}
		from := h.view(noora, ep).Episode.Request
		h.refused("not-found", func(tx *storage.Tx) error { // the desk does not see the request any more
			_, err := intake.One(h.ctx, tx, h.ms, noora, from)
			return err
		})
	})
}

// Moving keeps the number; a busy worker, another worker, a past, odd or skipped time is refused in words.
func TestMove(t *testing.T) {
	each(t, func(h house) {
		_, a, code := h.opened(adults)
		_, _, _ = h.bookAnother(6)
		h.do(func(tx *storage.Tx) error {
			return appointment.Move(h.ctx, tx, h.ms, noora, a.ID, h.at(2*time.Hour+30*time.Minute))
		})
		moved := h.appointments(a.Episode)[0]
		if moved.No != 1 || moved.Sequence != 1 || !moved.Starts.Equal(a.Starts.Add(30*time.Minute)) {
			h.t.Errorf("moved: %+v", moved)
		}
		if v := h.client(code); len(v.Coming) != 1 || v.Coming[0].At != moved.At {
			h.t.Errorf("the client sees %+v", v.Coming)
		}
		move := func(change func(*appointment.Free)) func(tx *storage.Tx) error {
			at := h.at(3 * time.Hour)
			change(&at)
			return func(tx *storage.Tx) error { return appointment.Move(h.ctx, tx, h.ms, noora, a.ID, at) }
		}
		h.refused("appointment.not-free", move(func(f *appointment.Free) { *f = h.at(6 * time.Hour) }))
		h.refused("appointment.other-worker", move(func(f *appointment.Free) { f.Worker = "elina" }))
		for name, change := range map[string]func(*appointment.Free){
			"past":          func(f *appointment.Free) { f.At.Day = "2027-01-01" },
			"five past":     func(f *appointment.Free) { f.At.Clock = "17:05" },
			"spring night":  func(f *appointment.Free) { f.At.Day, f.At.Clock = "2027-03-28", "03:30" },
			"years away":    func(f *appointment.Free) { f.At.Day = "2030-01-01" },
			"another zone":  func(f *appointment.Free) { f.At.Zone = "Asia/Tokyo" },
			"no such day":   func(f *appointment.Free) { f.At.Day = "2027-02-30" },
			"no length":     func(f *appointment.Free) { f.Minutes = 0 },
			"a day long":    func(f *appointment.Free) { f.Minutes = 1440 },
			"no office":     func(f *appointment.Free) { f.Place = "" },
			"a home office": func(f *appointment.Free) { f.PlaceKind = appointment.Home },
			"the moon":      func(f *appointment.Free) { f.PlaceKind = "moon" },
		} {
			if err := h.try(move(change)); !fault.Is(err, fault.Invalid) || len(fault.Of(err).Fields) == 0 {
				h.t.Errorf("%s: got %v, want a mistake at its field", name, err)
			}
		}
		if again := h.appointments(a.Episode)[0]; !reflect.DeepEqual(again, moved) {
			h.t.Errorf("a refused move changed %+v to %+v", moved, again)
		}
	})
}

// bookAnother gives Noora a meeting with somebody else, so many hours from now.
func (h house) bookAnother(hours int) (episode.ID, appointment.Appointment, intake.Code) {
	h.t.Helper()
	made := h.contact(adults)
	a := h.book(appointment.Target{Request: made.Request.ID}, h.at(time.Duration(hours)*time.Hour))
	return a.Episode, a, made.Code
}

// A cancelled meeting gives its number and its time back; a reason from outside the lists is refused.
func TestCancel(t *testing.T) {
	each(t, func(h house) {
		_, a, code := h.opened(adults)
		h.refused("form.mistakes", func(tx *storage.Tx) error {
			return appointment.Cancel(h.ctx, tx, h.ms, noora, a.ID, strings.Repeat("hän kertoi että ", 25))
		})
		h.do(func(tx *storage.Tx) error { return appointment.Cancel(h.ctx, tx, h.ms, noora, a.ID, "ill") })
		b := h.book(appointment.Target{Episode: a.Episode}, h.at(2*time.Hour)) // the same hour is free again
		if b.No != 1 {
			h.t.Errorf("number %d, want the one that was given back", b.No)
		}
		holder := h.holder(code)
		h.clock.Set(b.Starts)
		h.refused("appointment.too-late", func(tx *storage.Tx) error { return appointment.CancelByClient(h.ctx, tx, h.ms, holder, b.ID) })
		h.clock.Set(b.Starts.Add(-time.Minute))
		h.do(func(tx *storage.Tx) error { return appointment.CancelByClient(h.ctx, tx, h.ms, holder, b.ID) })
		if v := h.client(code); v.Used != 0 || v.State != appointment.ClientBetween {
			h.t.Errorf("after cancelling: %s, %d used", v.State, v.Used)
		}
		if f := h.figures(); f["cancelled/worker"] != 1 || f["cancelled/client"] != 1 {
			h.t.Errorf("figures %v", f)
		}
	})
}
