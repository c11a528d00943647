package kept_test

import (
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
)

// room adds a room to the office, as its coordinator does.
func (h house) room(name string, holds int) organization.RoomID {
	h.t.Helper()
	var r organization.Room
	h.do(func(tx *storage.Tx) (err error) {
		r, err = organization.KeepRoom(h.ctx, tx, marja, unit, organization.Room{Place: office, Name: name, Holds: holds})
		return err
	})
	return r.ID
}

// with is a time of another worker's.
func with(who access.AccountID, f appointment.Free) appointment.Free { f.Worker = who; return f }

func (h house) meeting(id appointment.ID) (a appointment.Appointment) {
	h.t.Helper()
	h.do(func(tx *storage.Tx) (err error) { a, err = tx.Appointment(h.ctx, id); return err })
	return a
}

// An office without rooms is as it was. With them a meeting takes the first that fits and is free, in the coordinator's order, or the
// one that was chosen; when none is left, whoever books is told, and an offer of that time is refused as well.
func TestMeetingTakesARoom(t *testing.T) {
	each(t, func(h house) {
		before := h.book(appointment.Target{Request: h.contact(adults).Request.ID}, h.at(72*time.Hour))
		if before.Room != "" {
			h.t.Errorf("got room %q at an office that lists none", before.Room)
		}
		small, birch := h.room("Kolo", 1), h.room("Koivu", 2)
		target := func() appointment.Target { return appointment.Target{Request: h.contact(adults).Request.ID} }
		first := h.book(target(), h.at(24*time.Hour))
		if first.Room != birch {
			h.t.Errorf("got room %q, want the first that holds two", first.Room)
		}
		late := with("elina", h.at(24*time.Hour+30*time.Minute))
		for name, act := range map[string]func(tx *storage.Tx) error{
			"booking": func(tx *storage.Tx) error {
				_, err := appointment.Book(h.ctx, tx, h.ms, elina, target2(h, tx), late, "")
				return err
			},
			"offering": func(tx *storage.Tx) error {
				return appointment.Offer(h.ctx, tx, h.ms, elina, target2(h, tx), []appointment.Free{late})
			},
			"moving": func(tx *storage.Tx) error {
				a, err := appointment.Book(h.ctx, tx, h.ms, elina, target2(h, tx), with("elina", h.at(48*time.Hour)), "")
				if err != nil {
					return err
				}
				return appointment.Move(h.ctx, tx, h.ms, elina, a.ID, late)
			},
		} {
			if err := h.try(act); !fault.HasKey(err, "room.none") {
				h.t.Errorf("%s: got %v, want it told that no room is free", name, err)
			}
		}
		aspen := h.room("Haapa", 4)
		if second := h.book2(elina, target(), late); second.Room != aspen {
			h.t.Errorf("got room %q, want the next one", second.Room)
		}
		for wish, key := range map[organization.RoomID]string{small: "room.small", birch: "room.taken", "elsewhere": "form.choice"} {
			f := with("outsider", late)
			f.Worker, f.Room, f.At = "noora", wish, h.at(26*time.Hour).At
			if wish == birch {
				h.book2(elina, target(), with("elina", h.at(26*time.Hour)))
			}
			err := h.try(func(tx *storage.Tx) error {
				_, err := appointment.Book(h.ctx, tx, h.ms, noora, target2(h, tx), f, "")
				return err
			})
			if got := fault.Of(err).Fields; len(got) != 1 || got[0].Name != "room" || got[0].Key != key {
				h.t.Errorf("%q chosen: got %v, want %s at the room", wish, err, key)
			}
		}
		chosen := h.at(96 * time.Hour)
		chosen.Room = aspen
		if a := h.book(target(), chosen); a.Room != aspen {
			h.t.Errorf("got room %q, want the one chosen", a.Room)
		}
	})
}

func (h house) book2(by access.Actor, t appointment.Target, at appointment.Free) (a appointment.Appointment) {
	h.t.Helper()
	h.do(func(tx *storage.Tx) (err error) {
		a, err = appointment.Book(h.ctx, tx, h.ms, by, t, at, "")
		return err
	})
	return a
}

// target2 is a contact made inside the transaction, which a refusal takes back.
func target2(h house, tx *storage.Tx) appointment.Target {
	made, err := intake.Make(h.ctx, tx, h.ms, access.Anyone(), intake.New{Offer: adults, Channel: intake.Form, Referrer: "self", Lang: "fi", Age: -1,
		Contact: person.SafeContact{Channel: person.None}})
	if err != nil {
		h.t.Fatal(err)
	}
	return appointment.Target{Request: made.Request.ID}
}

// A moved meeting keeps its room where it can and changes it where it must; what ends a meeting gives the room back, and nothing of it stays.
func TestRoomGoesWithTheMeeting(t *testing.T) {
	each(t, func(h house) {
		birch, aspen := h.room("Koivu", 2), h.room("Haapa", 2)
		ep, a, _ := h.opened(adults)
		other := h.book2(elina, appointment.Target{Request: h.contact(adults).Request.ID}, with("elina", h.at(5*time.Hour)))
		if a.Room != birch || other.Room != birch {
			h.t.Fatalf("got %q and %q, want the first room at both times", a.Room, other.Room)
		}
		move := func(in time.Duration, room organization.RoomID) organization.RoomID {
			to := h.at(in)
			to.Room = room
			h.do(func(tx *storage.Tx) error { return appointment.Move(h.ctx, tx, h.ms, noora, a.ID, to) })
			return h.meeting(a.ID).Room
		}
		if got := move(2*time.Hour+15*time.Minute, ""); got != birch {
			h.t.Errorf("by a quarter: got %q, want its own room", got)
		}
		if got := move(5*time.Hour, ""); got != aspen {
			h.t.Errorf("to when its room is taken: got %q, want the other", got)
		}
		if got := move(7*time.Hour, ""); got != aspen {
			h.t.Errorf("on: got %q, want the room it has", got)
		}
		if got := move(7*time.Hour, birch); got != birch {
			h.t.Errorf("to another room at the same time: got %q", got)
		}
		home := h.at(9 * time.Hour)
		home.PlaceKind, home.Place = appointment.Home, ""
		h.do(func(tx *storage.Tx) error { return appointment.Move(h.ctx, tx, h.ms, noora, a.ID, home) })
		if got := h.meeting(a.ID).Room; got != "" {
			h.t.Errorf("at home: got room %q", got)
		}
		h.do(func(tx *storage.Tx) error { return appointment.Cancel(h.ctx, tx, h.ms, elina, other.ID, "ill") })
		if got := h.meeting(other.ID).Room; got != "" {
			h.t.Errorf("cancelled: got room %q", got)
		}
		if got := move(5*time.Hour, birch); got != birch { // given back
			h.t.Errorf("got %q", got)
		}
		h.hold(h.meeting(a.ID))
		if all := h.appointments(ep); all[0].State != appointment.Held || all[0].Room != "" {
			h.t.Errorf("held: got %+v, want no room any more", all[0])
		}
	})
}

// A room out of use takes no meeting on those days; who stands in it is given another with one press, or told that there is none. A
// larger meeting than a room holds gets a larger room.
func TestGiveARoom(t *testing.T) {
	each(t, func(h house) {
		before := h.book(appointment.Target{Request: h.contact(adults).Request.ID}, h.at(72*time.Hour))
		birch, aspen := h.room("Koivu", 2), h.room("Haapa", 2)
		give := func(id appointment.ID, room organization.RoomID) error {
			return h.try(func(tx *storage.Tx) error { return appointment.GiveRoom(h.ctx, tx, h.ms, marja, id, room) })
		}
		if err := give(before.ID, ""); err != nil || h.meeting(before.ID).Room != birch {
			h.t.Errorf("without a room: got %v and %q, want the first", err, h.meeting(before.ID).Room)
		}
		day := before.At.Day
		h.do(func(tx *storage.Tx) error {
			return organization.CloseRoom(h.ctx, tx, marja, unit, birch, day, day)
		})
		if got := h.meeting(before.ID).Room; got != birch {
			h.t.Errorf("closed: got %q, want it to stay until somebody decides", got)
		}
		beside := with("elina", h.at(72*time.Hour))
		if a := h.book2(elina, appointment.Target{Request: h.contact(adults).Request.ID}, beside); a.Room != aspen {
			h.t.Errorf("got %q, want the room that can be used", a.Room)
		}
		if err := give(before.ID, ""); !fault.HasKey(err, "room.none") {
			h.t.Errorf("got %v, want it told that there is none", err)
		}
		if err := give(before.ID, birch); fault.Of(err).Fields == nil || fault.Of(err).Fields[0].Key != "room.out" {
			h.t.Errorf("its own, which cannot be used: got %v", err)
		}
		larch := h.room("Lehtikuusi", 6)
		if err := give(before.ID, ""); err != nil || h.meeting(before.ID).Room != larch {
			h.t.Errorf("got %v and %q, want the new one", err, h.meeting(before.ID).Room)
		}
		h.refused("room.booked", func(tx *storage.Tx) error { return organization.DropRoom(h.ctx, tx, marja, unit, larch) })
		h.do(func(tx *storage.Tx) error { return organization.DropRoom(h.ctx, tx, marja, unit, birch) })
		h.refused("not-found", func(tx *storage.Tx) error {
			return appointment.GiveRoom(h.ctx, tx, h.ms, outi, before.ID, "")
		})
		for name, act := range map[string]func(tx *storage.Tx) error{
			"a worker keeps no rooms": func(tx *storage.Tx) error {
				_, err := organization.KeepRoom(h.ctx, tx, noora, unit, organization.Room{Place: office, Name: "Oma", Holds: 2})
				return err
			},
			"nor another unit's coordinator": func(tx *storage.Tx) error { return organization.RetireRoom(h.ctx, tx, outi, other, aspen, true) },
		} {
			if err := h.try(act); !fault.Is(err, fault.NotFound) {
				h.t.Errorf("%s: got %v", name, err)
			}
		}
	})
}

// A room's name tells nothing, in the words that services' names are held against; how many fit is a number that can be.
func TestRoomsAreKept(t *testing.T) {
	each(t, func(h house) {
		h.room("Koivu", 2)
		for _, c := range []struct {
			name  string
			holds int
			field string
			key   string
		}{
			{"", 2, "name", "room.name"}, {"Huone, jonka nimi on aivan liian pitkä tälle", 2, "name", "room.name"}, {"Väkivaltahuone", 2, "name", "room.tells"},
			{"koivu", 2, "name", "room.same-name"}, {"Haapa", 0, "holds", "room.holds"}, {"Haapa", 501, "holds", "room.holds"},
		} {
			err := h.try(func(tx *storage.Tx) error {
				_, err := organization.KeepRoom(h.ctx, tx, marja, unit, organization.Room{Place: office, Name: c.name, Holds: c.holds})
				return err
			})
			if got := fault.Of(err).Fields; len(got) != 1 || got[0].Name != c.field || got[0].Key != c.key {
				h.t.Errorf("%q for %d: got %v, want %s", c.name, c.holds, err, c.key)
			}
		}
		last := h.room("Haapa", 2)
		h.do(func(tx *storage.Tx) error { return organization.RaiseRoom(h.ctx, tx, marja, unit, last) })
		h.do(func(tx *storage.Tx) error {
			all, err := tx.Rooms(h.ctx, office)
			if len(all) != 2 || all[0].ID != last {
				h.t.Errorf("got %+v, want the last one first", all)
			}
			return err
		})
	})
}

// Search leaves out when no room is free, and so does what a client may still pick: the time is simply not there any more.
func TestSearchAndOffersAskForRooms(t *testing.T) {
	each(t, func(h house) {
		h.room("Koivu", 2)
		made := h.contact(adults)
		at := h.at(24 * time.Hour)
		h.do(func(tx *storage.Tx) error {
			return appointment.Offer(h.ctx, tx, h.ms, noora, appointment.Target{Request: made.Request.ID}, []appointment.Free{at, h.at(48 * time.Hour)})
		})
		free := func() (n int) {
			h.do(func(tx *storage.Tx) error {
				n = 0
				found, err := appointment.FreeTimes(h.ctx, tx, noora, appointment.Wanted{Unit: unit, Minutes: 60, From: at.At.Day, To: at.At.Day}, 500)
				for _, f := range found {
					if f.At == at.At {
						n++
					}
				}
				return err
			})
			return n
		}
		if n := free(); n != 2 {
			h.t.Fatalf("%d workers have the time", n)
		}
		slots := h.client(made.Code).Slots
		if len(slots) != 2 {
			h.t.Fatalf("%d times can be picked, want 2", len(slots))
		}
		h.book2(elina, appointment.Target{Request: h.contact(adults).Request.ID}, with("elina", at))
		if n := free(); n != 0 {
			h.t.Errorf("%d workers have the time at an office without a free room", n)
		}
		if left := h.client(made.Code).Slots; len(left) != 1 || left[0].ID != slots[1].ID {
			h.t.Errorf("%d times can be picked, want the other", len(left))
		}
		holder := h.holder(made.Code)
		h.refused("appointment.slot-taken", func(tx *storage.Tx) error {
			_, err := appointment.Pick(h.ctx, tx, h.ms, holder, slots[0].ID)
			return err
		})
	})
}

// Two workers, one room, and the clients of both pick at the same instant: exactly one has it, and the other is told no more than that
// the time is gone.
func TestPickTheLastRoomOnlyOne(t *testing.T) {
	each(t, func(h house) {
		h.room("Koivu", 2)
		const n = 8
		codes, slots := make([]intake.Code, n), make([]appointment.SlotID, n)
		for i := range n {
			who, by := access.AccountID("noora"), noora
			if i%2 == 1 {
				who, by = "elina", elina
			}
			made := h.contact(adults)
			codes[i] = made.Code
			h.do(func(tx *storage.Tx) error {
				return appointment.Offer(h.ctx, tx, h.ms, by, appointment.Target{Request: made.Request.ID}, []appointment.Free{with(who, h.at(24*time.Hour))})
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
			h.t.Errorf("got %v, want one and %d told that it is taken", got, n-1)
		}
	})
}

// Two rooms and three workers' clients at one instant: the rooms are shared out, and nobody is refused for the one that another took.
func TestBookTwoRoomsOnlyOneEach(t *testing.T) {
	each(t, func(h house) {
		h.room("Koivu", 2)
		h.room("Haapa", 2)
		targets := []appointment.Target{{Request: h.contact(adults).Request.ID}, {Request: h.contact(adults).Request.ID}}
		rooms := make([]organization.RoomID, 2)
		got := together(h, 2, func(i int, tx *storage.Tx) error {
			a, err := appointment.Book(h.ctx, tx, h.ms, []access.Actor{noora, elina}[i], targets[i], with([]access.AccountID{"noora", "elina"}[i], h.at(24*time.Hour)), "")
			rooms[i] = a.Room
			return err
		})
		if got[""] != 2 || rooms[0] == rooms[1] || rooms[0] == "" {
			h.t.Errorf("got %v in %v, want both, each in a room of its own", got, rooms)
		}
	})
}

// How many sit in a room.
func TestPeople(t *testing.T) {
	for _, c := range []struct {
		who     string
		workers int
		want    int
	}{{"", 1, 2}, {appointment.WithClient, 2, 3}, {appointment.WithCouple, 2, 4}, {appointment.WithFamily, 1, 4}, {appointment.WithNetwork, 2, 6}} {
		if got := appointment.People(c.who, c.workers); got != c.want {
			t.Errorf("%q with %d workers: got %d, want %d", c.who, c.workers, got, c.want)
		}
	}
}
