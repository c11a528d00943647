package feed_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feed"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// A program that fetches the feed every now and then, whatever happens in between, ends up with exactly the meetings
// there are: it takes an entry when its number is the same or higher, and drops what is cancelled (RFC 5545 3.8.7.4).
func TestASubscriberEndsUpRight(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		now := time.Date(2027, 1, 12, 10, 0, 0, 0, time.UTC)
		own, told, known := map[string]feed.Entry{}, map[string]feed.Entry{}, map[string]feed.Entry{}
		for range 40 {
			now = now.Add(time.Duration(r.IntN(90)) * time.Minute)
			live(r, own, now)
			s := feed.Next(values(told), values(own), now)
			remember(told, s)
			for _, e := range s.Tell {
				if k, ok := known[e.UID]; ok && e.Sequence < k.Sequence {
					t.Fatalf("seed %d: the number went back", seed)
				} else if ok && e.Sequence == k.Sequence && e != k {
					t.Fatalf("seed %d: something else under the same number", seed)
				}
			}
			clear(known) // what a feed does not tell any more is gone from the subscriber's calendar
			for _, e := range s.Tell {
				known[e.UID] = e
			}
			for uid := range own {
				if _, ok := known[uid]; !ok {
					known[uid] = feed.Entry{}
				}
			}
			for uid, k := range known {
				e, there := own[uid]
				if there != (!k.Cancelled && k.Starts.Equal(e.Starts) && k.Ends.Equal(e.Ends)) {
					t.Fatalf("seed %d: the subscriber has %v, the house %v", seed, k, e)
				}
			}
		}
		if s := feed.Next(values(told), nil, now.Add(30*24*time.Hour)); len(s.Drop) != len(told) || len(s.Tell) != 0 {
			t.Fatalf("seed %d: what is long past is told or remembered", seed)
		}
	}
}

// live lets meetings be booked, moved and called off; what is over goes.
func live(r *rand.Rand, own map[string]feed.Entry, now time.Time) {
	for uid, e := range own {
		switch {
		case !e.Ends.After(now):
			delete(own, uid)
		case e.Starts.After(now) && r.IntN(6) == 0:
			delete(own, uid)
		case e.Starts.After(now) && r.IntN(6) == 0:
			own[uid] = at(uid, now, r)
		}
	}
	if r.IntN(2) == 0 {
		uid := fmt.Sprint(r.IntN(12)) // a number may come back: a cancelled meeting that stands again
		if _, there := own[uid]; !there {
			own[uid] = at(uid, now, r)
		}
	}
}

func at(uid string, now time.Time, r *rand.Rand) feed.Entry {
	starts := now.Add(time.Duration(1+r.IntN(40)) * 15 * time.Minute)
	return feed.Entry{UID: uid, Starts: starts, Ends: starts.Add(time.Hour)}
}

func remember(told map[string]feed.Entry, s feed.Step) {
	for _, uid := range s.Drop {
		delete(told, uid)
	}
	for _, e := range s.Put {
		told[e.UID] = e
	}
}

func values(m map[string]feed.Entry) (out []feed.Entry) {
	for _, e := range m {
		out = append(out, e)
	}
	return out
}

// house is an organisation with one worker's feed.
type house struct {
	t     *testing.T
	db    *storage.DB
	clock *storagetest.Clock
	o     storagetest.Organisation
	token string
}

func each(t *testing.T, run func(h *house)) {
	t.Helper()
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		h := &house{t: t, db: db, clock: clock, o: storagetest.Furnish(t, db)}
		h.do(func(ctx context.Context, tx *storage.Tx) (err error) {
			h.token, err = feed.Make(ctx, tx, h.o.Worker)
			return err
		})
		run(h)
	})
}

func (h *house) do(do func(ctx context.Context, tx *storage.Tx) error) {
	h.t.Helper()
	storagetest.Update(h.t, h.db, do)
}

// books is a new client's first meeting, days from now.
func (h *house) books(days int, clock calendar.Clock) (a appointment.Appointment) {
	h.t.Helper()
	h.do(func(ctx context.Context, tx *storage.Tx) error {
		made, err := intake.Make(ctx, tx, h.o.Models, access.Anyone(), intake.New{Offer: h.o.Adults.ID, Channel: "form", Lang: locale.Finnish, Age: -1})
		if err != nil {
			return err
		}
		a, err = appointment.Book(ctx, tx, h.o.Models, h.o.Worker, appointment.Target{Request: made.Request.ID}, h.free(days, clock), "")
		return err
	})
	return a
}

func (h *house) free(days int, clock calendar.Clock) appointment.Free {
	return appointment.Free{Worker: h.o.Worker.Account, At: calendar.Local{Day: h.clock.Today().Add(days), Clock: clock}, Minutes: 60, PlaceKind: appointment.Agreed}
}

func (h *house) reads() (out []feed.Entry) {
	h.t.Helper()
	h.do(func(ctx context.Context, tx *storage.Tx) error {
		c, err := feed.Read(ctx, tx, h.token)
		out = c.Entries
		return err
	})
	return out
}

// tells checks what the feed tells now: for each entry its number, and whether it is off.
func (h *house) tells(what string, want ...string) {
	h.t.Helper()
	var got []string
	for _, e := range h.reads() {
		state := "on"
		if e.Cancelled {
			state = "off"
		}
		got = append(got, fmt.Sprintf("%s %d %s", calendar.LocalOf(e.Starts, "Europe/Helsinki").Clock, e.Sequence, state))
	}
	if !slices.Equal(got, want) {
		h.t.Errorf("%s: the feed tells %v, want %v", what, got, want)
	}
}

// A meeting is booked, moved, called off, and over (issue 4 point 7).
func TestWhatAFeedTells(t *testing.T) {
	each(t, func(h *house) {
		h.tells("before anything")
		first, second := h.books(1, "12:00"), h.books(1, "15:00")
		h.tells("two meetings", "12:00 0 on", "15:00 0 on")
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			return appointment.Move(ctx, tx, h.o.Models, h.o.Worker, second.ID, h.free(1, "17:15"))
		})
		h.tells("moved", "12:00 0 on", "17:15 1 on")
		h.tells("asked again", "12:00 0 on", "17:15 1 on")
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			return appointment.Cancel(ctx, tx, h.o.Models, h.o.Worker, first.ID, "ill")
		})
		h.tells("called off", "12:00 1 off", "17:15 1 on")
		h.clock.Add(27 * time.Hour)
		h.tells("the cancelled one's time has come", "17:15 1 on")
		h.clock.Add(48 * time.Hour)
		h.tells("all is over")
	})
}

// The address opens while its owner works here and has not ended it, and nothing else opens it.
func TestWhoReadsAFeed(t *testing.T) {
	each(t, func(h *house) {
		former := h.token
		h.refused("x", "a guess")
		h.refused("", "nothing")
		h.do(func(ctx context.Context, tx *storage.Tx) (err error) {
			h.token, err = feed.Make(ctx, tx, h.o.Worker)
			return err
		})
		h.refused(former, "the former address")
		h.books(1, "12:00")
		h.tells("the new one", "12:00 0 on")
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			return tx.PutMemberships(ctx, h.o.Worker.Account, nil)
		})
		h.refused(h.token, "a worker's who is none any more")
	})
	each(t, func(h *house) {
		h.do(func(ctx context.Context, tx *storage.Tx) error { return feed.End(ctx, tx, h.o.Worker) })
		h.refused(h.token, "an ended one")
	})
	each(t, func(h *house) {
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			return account.SignOutOther(ctx, tx, h.o.Coordinator, h.o.Worker.Account)
		})
		h.refused(h.token, "one on a telephone that was lost")
	})
	each(t, func(h *house) {
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			return account.Close(ctx, tx, h.o.Coordinator, h.o.Worker.Account)
		})
		h.refused(h.token, "a closed account's")
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			if _, err := tx.FeedOf(ctx, h.o.Worker.Account); !fault.Is(err, fault.NotFound) {
				t.Errorf("the feed of a closed account is there: %v", err)
			}
			_, err := feed.Make(ctx, tx, h.o.Coordinator)
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("who meets nobody made a feed: %v", err)
			}
			return nil
		})
	})
}

func (h *house) refused(token, what string) {
	h.t.Helper()
	err := h.db.Update(h.t.Context(), func(tx *storage.Tx) error {
		_, err := feed.Read(h.t.Context(), tx, token)
		return err
	})
	if !fault.HasKey(err, "not-found") {
		h.t.Errorf("%s: %v, want not found", what, err)
	}
}

// Two colleagues' calendars, laid side by side with the house's rows, have no name in common.
func TestNamesAreOfOneFeed(t *testing.T) {
	each(t, func(h *house) {
		a := h.books(1, "12:00")
		before := h.reads()[0].UID
		if before == string(a.ID) {
			t.Error("the feed tells the meeting's own id")
		}
		other := storagetest.Hire(t, h.db, "Elina", access.Membership{Unit: h.o.Unit.ID, Role: access.Worker})
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			return appointment.Assign(ctx, tx, h.o.Models, h.o.Coordinator, a.Episode, other.Account, "")
		})
		h.tells("given to a colleague", "12:00 1 off")
		h.do(func(ctx context.Context, tx *storage.Tx) (err error) {
			h.token, err = feed.Make(ctx, tx, other)
			return err
		})
		if after := h.reads(); len(after) != 1 || after[0].UID == before {
			t.Errorf("the colleague's feed names it %v, mine %q", after, before)
		}
	})
}
