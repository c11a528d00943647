package kept_test

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
)

// together runs n acts at one instant and counts their refusals by key; "" is success.
func together(h house, n int, act func(i int, tx *storage.Tx) error) map[string]int {
	var wg sync.WaitGroup
	var mu sync.Mutex
	start, got := make(chan struct{}), map[string]int{}
	for i := range n {
		wg.Go(func() {
			<-start
			key := ""
			if err := h.try(func(tx *storage.Tx) error { return act(i, tx) }); err != nil {
				if key = fault.Of(err).Key; key == "internal" {
					h.t.Error(err)
				}
			}
			mu.Lock()
			got[key]++
			mu.Unlock()
		})
	}
	close(start)
	wg.Wait()
	return got
}

// Two who pick one time at the same instant: exactly one has it, the other is told and sees what is left. Here 64 do.
func TestPickOneTimeTogether(t *testing.T) {
	each(t, func(h house) {
		const n = 64
		codes, slots := make([]intake.Code, n), make([]appointment.SlotID, n)
		wished, left := h.at(24*time.Hour), h.at(48*time.Hour)
		for i := range n {
			made := h.contact(adults)
			codes[i] = made.Code
			h.do(func(tx *storage.Tx) error {
				return appointment.Offer(h.ctx, tx, h.ms, noora, appointment.Target{Request: made.Request.ID}, []appointment.Free{wished, left})
			})
			slots[i] = h.client(made.Code).Slots[0].ID
		}
		got := together(h, n, func(i int, tx *storage.Tx) error {
			stay, err := intake.Enter(h.ctx, tx, codes[i])
			if err != nil {
				return err
			}
			_, err = appointment.Pick(h.ctx, tx, h.ms, stay.Holder, slots[i])
			return err
		})
		if got[""] != 1 || got["appointment.slot-taken"] != n-1 {
			t.Fatalf("%s: got %v, want one and %d told that it is taken", h.t.Name(), got, n-1)
		}
		booked, offered := 0, 0
		for _, code := range codes {
			switch v := h.client(code); {
			case v.State == appointment.ClientBooked && len(v.Coming) == 1:
				booked++
			case v.State == appointment.ClientOffered && len(v.Slots) == 1 && v.Slots[0].At == left.At:
				offered++
			}
		}
		if booked != 1 || offered != n-1 {
			t.Errorf("%d have the time, %d see what is left; want 1 and %d", booked, offered, n-1)
		}
		if f := h.figures(); f["started/client"] != 1 {
			t.Errorf("%d episodes were counted as started", f["started/client"])
		}
	})
}

// One code in two tabs, or a button pressed twice: one booking, and the other press is told that it has one.
func TestPickPressedTwice(t *testing.T) {
	each(t, func(h house) {
		made := h.contact(adults)
		h.do(func(tx *storage.Tx) error {
			return appointment.Offer(h.ctx, tx, h.ms, noora, appointment.Target{Request: made.Request.ID}, []appointment.Free{h.at(24 * time.Hour), h.at(48 * time.Hour)})
		})
		slots := h.client(made.Code).Slots
		got := together(h, 8, func(i int, tx *storage.Tx) error {
			stay, err := intake.Enter(h.ctx, tx, made.Code)
			if err != nil {
				return err
			}
			_, err = appointment.Pick(h.ctx, tx, h.ms, stay.Holder, slots[i%2].ID)
			return err
		})
		if got[""] != 1 || got["appointment.have-one"] != 7 {
			h.t.Errorf("got %v, want one booking and seven told of it", got)
		}
		if v := h.client(made.Code); len(v.Coming) != 1 || len(v.Slots) != 0 {
			h.t.Errorf("%d meetings and %d offers, want one and none", len(v.Coming), len(v.Slots))
		}
	})
}

// two browser tabs at the same second. With one number left exactly one books; with none left nobody does, and
// the refusal tells the service, its limit and the ways on.
func TestTwoTabsBookTheLastVisit(t *testing.T) {
	each(t, func(h house) {
		ep, first, _ := h.opened(adults)
		h.hold(first)
		h.bookAndHold(ep, 3)
		for round, want := range []int{1, 0} {
			got := together(h, 8, func(i int, tx *storage.Tx) error {
				_, err := appointment.Book(h.ctx, tx, h.ms, noora, appointment.Target{Episode: ep}, h.at(time.Duration(3+2*i)*time.Hour), "")
				return err
			})
			if got[""] != want || got["visit.limit"] != 8-want {
				h.t.Fatalf("round %d: got %v, want %d booked and the rest refused by the limit", round, got, want)
			}
		}
		all := h.appointments(ep)
		if len(all) != 5 || all[4].No != 5 || all[4].State != appointment.Booked {
			h.t.Errorf("%d appointments, the last %d %s", len(all), all[len(all)-1].No, all[len(all)-1].State)
		}
		h.refused("visit.limit", func(tx *storage.Tx) error {
			return appointment.Offer(h.ctx, tx, h.ms, noora, appointment.Target{Episode: ep}, []appointment.Free{h.at(99 * time.Hour)})
		})
	})
}

// One worker cannot be in two meetings, whoever books them and however they overlap.
func TestOneWorkerOneMeeting(t *testing.T) {
	each(t, func(h house) {
		targets := make([]appointment.Target, 8)
		for i := range targets {
			targets[i] = appointment.Target{Request: h.contact(adults).Request.ID}
		}
		got := together(h, len(targets), func(i int, tx *storage.Tx) error {
			_, err := appointment.Book(h.ctx, tx, h.ms, noora, targets[i], h.at(24*time.Hour+time.Duration(i%4)*15*time.Minute), "")
			return err
		})
		if got[""] != 1 || got["appointment.not-free"] != len(targets)-1 {
			h.t.Errorf("got %v, want one", got)
		}
	})
}

// Many hands on one episode at once, marking, correcting, cancelling and booking at random: whatever order the database
// finds, numbers stay within the limit and apart, and figures agree with the marks.
func TestManyHandsOnOneEpisode(t *testing.T) {
	each(t, func(h house) {
		ep, first, _ := h.opened(adults)
		h.hold(first)
		h.bookAndHold(ep, 1)
		h.book(appointment.Target{Episode: ep}, h.at(2*time.Hour))
		h.clock.Add(2 * time.Hour)
		seed := rand.Uint64()
		together(h, 6, func(i int, tx *storage.Tx) error {
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			all, err := tx.Appointments(h.ctx, ep)
			if err != nil {
				return err
			}
			a := all[r.IntN(len(all))].ID
			switch r.IntN(6) {
			case 0:
				return appointment.Hold(h.ctx, tx, h.ms, noora, a)
			case 1:
				return appointment.Miss(h.ctx, tx, h.ms, marja, a)
			case 2:
				return appointment.Cancel(h.ctx, tx, h.ms, noora, a, "ill")
			case 3:
				return appointment.Correct(h.ctx, tx, h.ms, noora, a, []string{"held", "missed", "cancelled"}[r.IntN(3)])
			default:
				_, err := appointment.Book(h.ctx, tx, h.ms, noora, appointment.Target{Episode: ep}, h.at(time.Duration(1+r.IntN(99))*time.Hour), "")
				return err
			}
		})
		h.agrees(ep, seed)
	})
}

func (h house) agrees(ep episode.ID, seed uint64) {
	h.t.Helper()
	numbers, states := map[int]bool{}, map[string]int{}
	for _, a := range h.appointments(ep) {
		states[a.State]++
		if a.No > 5 || a.No > 0 && numbers[a.No] || (a.No > 0) != (a.Counted || a.State == appointment.Booked) {
			h.t.Errorf("seed %d: %s with number %d", seed, a.State, a.No)
		}
		numbers[a.No] = true
	}
	f := h.figures()
	for key, want := range map[string]int{"held/client": states["held"], "missed/client": states["missed"], "cancelled/worker": states["cancelled"]} {
		if f[key] != want {
			h.t.Errorf("seed %d: figure %s is %d, want %d", seed, key, f[key], want)
		}
	}
}
