package circle_test

import (
	"context"
	"sync"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// room adds one to the office, as its coordinator does.
func (c *club) room(name string, holds int) (r organization.Room) {
	c.t.Helper()
	c.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		r, err = organization.KeepRoom(ctx, tx, c.Coordinator, c.Unit.ID, organization.Room{Place: c.office, Name: name, Holds: holds})
		return err
	})
	return r
}

// rooms are those of a group's meetings, by number.
func (c *club) rooms(g circle.Circle) (out []organization.RoomID) {
	c.t.Helper()
	c.do(func(ctx context.Context, tx *storage.Tx) error {
		all, err := tx.CircleMeetings(ctx, []circle.ID{g.ID})
		for _, m := range all {
			out = append(out, m.Room)
		}
		return err
	})
	return out
}

func (c *club) give(g circle.Circle, no int, room organization.RoomID) error {
	return c.try(func(ctx context.Context, tx *storage.Tx) error {
		return circle.GiveRoom(ctx, tx, c.Models, c.Worker, g.ID, no, room)
	})
}

// book is a client's meeting at the office on the evening of a group's first meeting.
func (c *club) book(by access.Actor, room organization.RoomID) (a appointment.Appointment, err error) {
	made := c.client()
	err = c.try(func(ctx context.Context, tx *storage.Tx) error {
		a, err = appointment.Book(ctx, tx, c.Models, by, appointment.Target{Request: made.Request.ID}, appointment.Free{Worker: by.Account, Minutes: 60,
			At: calendar.Local{Day: "2027-03-16", Clock: "18:30", Zone: c.Unit.Zone}, PlaceKind: appointment.Office, Place: c.office, Room: room}, "")
		return err
	})
	return a, err
}

// day is a family day at the office on the same evening.
func (c *club) day() (d occasion.Day) {
	c.t.Helper()
	c.do(func(ctx context.Context, tx *storage.Tx) error {
		m, _ := c.Models.Latest("family-day")
		o, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: c.Unit.ID, Model: m.ID, Version: m.Version, Slug: "paivat-" + id.New()[:6], Position: 30, Open: true})
		if err != nil {
			return err
		}
		d, err = occasion.Plan(ctx, tx, c.Models, c.Coordinator, occasion.New{Offer: o.ID, Day: "2027-03-16", Clock: "17:00", Minutes: 120, Places: 4, About: "Ilta", Area: "Espoo",
			Office: c.office, Workers: []access.AccountID{c.Worker.Account}})
		return err
	})
	return d
}

// refused tells whether a room was refused at its field.
func refused(err error, key string) bool {
	f := fault.Of(err)
	return err != nil && len(f.Fields) == 1 && f.Fields[0].Name == "room" && f.Fields[0].Key == key
}

// A group's meetings have a room each, together with clients' meetings and days: the first that fits, given back by whatever calls one
// off, found again for a new time. None is no refusal (decision 0074).
func TestGroupTakesRooms(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		before := c.group(c.Worker, 6)
		small, hall := c.room("Kolo", 2), c.room("Sali", 9)
		if got := c.rooms(before); got[0] != "" {
			t.Errorf("got room %q at an office that listed none", got[0])
		}
		g := c.group(c.Worker, 6)
		for i, got := range c.rooms(g) {
			if got != hall.ID {
				t.Errorf("meeting %d: got room %q, want the one that holds all", i+1, got)
			}
		}
		other := c.group(c.Worker, 6)
		if got := c.rooms(other); got[0] != "" {
			t.Errorf("a second group at the time got %q", got[0])
		}
		for wish, key := range map[organization.RoomID]string{hall.ID: "room.taken", small.ID: "room.small", "elsewhere": "form.choice"} {
			if err := c.give(other, 1, wish); !refused(err, key) {
				t.Errorf("%s: got %v, want %s", wish, err, key)
			}
		}
		if err := c.give(other, 1, ""); !fault.HasKey(err, "room.none") {
			t.Errorf("another room: got %v, want none told", err)
		}
		if _, err := c.book(c.Worker, hall.ID); !refused(err, "room.taken") {
			t.Errorf("a client's meeting in the group's room: got %v, want it taken", err)
		}
		if d := c.day(); d.Room != "" {
			t.Errorf("a day got the group's room")
		}
		barn := c.room("Tupa", 12)
		if err := c.give(g, 1, ""); err != nil { // one press: another than the one it has
			t.Fatal(err)
		}
		if got := c.rooms(g); got[0] != barn.ID || got[1] != hall.ID {
			t.Errorf("got %v, want the first meeting alone next door", got)
		}
		booked, err := c.book(c.Worker, hall.ID)
		if err != nil {
			t.Fatalf("the room was not given back: %v", err)
		}
		if err := c.give(g, 1, hall.ID); !refused(err, "room.taken") {
			t.Errorf("a group in a client's room: got %v, want it taken", err)
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			return appointment.Cancel(ctx, tx, c.Models, c.Worker, booked.ID, "ill")
		})
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			return circle.Cancel(ctx, tx, c.Models, c.Worker, g.ID, 1)
		})
		if d := c.day(); d.Room == "" || c.rooms(g)[0] != "" {
			t.Errorf("after the group's meeting was called off: the day has %q, the meeting %q", d.Room, c.rooms(g)[0])
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error { // with the rest, into times that the group had itself
			return circle.Move(ctx, tx, c.Models, c.Worker, g.ID, 1, "2027-03-30", "18:00", true)
		})
		for i, got := range c.rooms(g) {
			if got == "" {
				t.Errorf("meeting %d has no room at its new time", i+1)
			}
		}
	})
}

// A room that is out of use is taken by nothing new, one that a group has cannot be dropped, and an office's day says that it is taken.
func TestGroupsRoomOutOfUse(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		hall := c.room("Sali", 9)
		g := c.group(c.Worker, 6)
		err := c.try(func(ctx context.Context, tx *storage.Tx) error {
			return organization.DropRoom(ctx, tx, c.Coordinator, c.Unit.ID, hall.ID)
		})
		if !fault.HasKey(err, "room.booked") {
			t.Errorf("dropping it: got %v, want it refused", err)
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.CircleMeetings(ctx, []circle.ID{g.ID})
			if err != nil {
				return err
			}
			busy, err := tx.RoomBusy(ctx, c.office, all[0].Starts, all[0].Starts.Add(1))
			if len(busy) != 1 || busy[0].Room != hall.ID || busy[0].Ends.Sub(busy[0].Starts).Minutes() != 90 || busy[0].Worker != "" {
				t.Errorf("got %+v, want the room taken and no more said", busy)
			}
			return err
		})
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			return organization.CloseRoom(ctx, tx, c.Coordinator, c.Unit.ID, hall.ID, "2027-03-30", "2027-03-30")
		})
		if got := c.rooms(g); got[1] != hall.ID {
			t.Errorf("a meeting lost its room by itself")
		}
		late := c.group(c.Worker, 6)
		if err := c.give(late, 2, hall.ID); !refused(err, "room.out") {
			t.Errorf("got %v, want it out of use", err)
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error { return circle.End(ctx, tx, c.Models, c.Worker, g.ID) })
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			return circle.GiveRooms(ctx, tx, c.Models, c.Worker, late.ID, "")
		})
		if got := c.rooms(late); got[0] != hall.ID || got[1] != "" || got[2] != hall.ID {
			t.Errorf("got %v, want the room for all but the day on which it is out of use", got)
		}
	})
}

// Of a group, a day and a client's meeting that come for one room at one instant, one has it.
func TestOneRoomAtOnceForAll(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		g, d := c.group(c.Worker, 6), c.day()
		hall := c.room("Sali", 9)
		made := c.client()
		acts := []func(ctx context.Context, tx *storage.Tx) error{
			func(ctx context.Context, tx *storage.Tx) error {
				return circle.GiveRoom(ctx, tx, c.Models, c.Worker, g.ID, 1, hall.ID)
			},
			func(ctx context.Context, tx *storage.Tx) error {
				return occasion.GiveRoom(ctx, tx, c.Models, c.Worker, d.ID, hall.ID)
			},
			func(ctx context.Context, tx *storage.Tx) error {
				_, err := appointment.Book(ctx, tx, c.Models, c.Worker, appointment.Target{Request: made.Request.ID}, appointment.Free{Worker: c.Worker.Account, Minutes: 60,
					At: calendar.Local{Day: "2027-03-16", Clock: "18:30", Zone: c.Unit.Zone}, PlaceKind: appointment.Office, Place: c.office, Room: hall.ID}, "")
				return err
			},
		}
		errs := make([]error, len(acts))
		var all sync.WaitGroup
		for i, act := range acts {
			all.Go(func() { errs[i] = c.try(act) })
		}
		all.Wait()
		had := 0
		for i, err := range errs {
			if err == nil {
				had++
			} else if !refused(err, "room.taken") {
				t.Errorf("%d: got %v, want it told that the room is taken", i, err)
			}
		}
		if had != 1 {
			t.Errorf("%d have the room", had)
		}
	})
}
