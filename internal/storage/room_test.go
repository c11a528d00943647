package storage_test

import (
	"slices"
	"testing"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

const birch, aspen = organization.RoomID("birch"), organization.RoomID("aspen")

// rooms puts two rooms into the office.
func (h house) rooms() {
	for i, r := range []organization.RoomID{birch, aspen} {
		h.must(h.tx.PutRoom(h.ctx, organization.Room{ID: r, Place: office, Name: string(r), Holds: 3, Position: i, Active: true}))
	}
}

// inRoom is a booked meeting of a new client with somebody, at the office.
func (h house) inRoom(who string, room organization.RoomID, clock string) appointment.Appointment {
	a := visit(h.episode(who, "none"), 1, clockAt("2027-01-19", clock))
	a.PlaceKind, a.PlaceID, a.Place, a.Room = appointment.Office, office, seal.Text{}, room
	if who == "Meri" {
		a.Worker = colleague
	}
	return a
}

// A room is had once at a time, on both databases, whatever the code above does; it is given back with whatever ends the meeting.
func TestRoomIsHadOnce(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		var first appointment.Appointment
		in(t, db, func(h house) {
			h.rooms()
			first = h.put(h.inRoom("Salla", birch, "10:00"))
			back, err := h.tx.Appointment(h.ctx, first.ID)
			h.must(err)
			if back.Room != birch {
				t.Errorf("got room %q back, want %q", back.Room, birch)
			}
		})
		for clock, key := range map[string]string{"10:00": "room.taken", "11:15": "room.taken", "08:45": "room.taken"} {
			err := try(t, db, func(h house) error { return h.tx.PutAppointment(h.ctx, h.inRoom("Meri", birch, clock)) })
			if !fault.HasKey(err, key) {
				t.Errorf("another at %s: got %v, want %s", clock, err, key)
			}
		}
		in(t, db, func(h house) {
			h.put(h.inRoom("Meri", aspen, "10:00")) // the room next door
			taken, err := h.tx.RoomsTaken(h.ctx, []organization.RoomID{birch, aspen}, first.Starts, 60, organization.Taker{})
			h.must(err)
			if slices.Sort(taken); !slices.Equal(taken, []organization.RoomID{aspen, birch}) {
				t.Errorf("got %v taken, want both", taken)
			}
			if taken, err = h.tx.RoomsTaken(h.ctx, []organization.RoomID{birch, aspen}, first.Starts, 60, organization.Taker{Meeting: string(first.ID)}); err != nil || !slices.Equal(taken, []organization.RoomID{aspen}) {
				t.Errorf("but for its own: got %v, %v, want the other", taken, err)
			}
			if taken, err = h.tx.RoomsTaken(h.ctx, []organization.RoomID{birch, aspen}, first.Ends, 60, organization.Taker{}); err != nil || len(taken) != 0 {
				t.Errorf("afterwards: got %v, %v, want none", taken, err)
			}
			busy, err := h.tx.RoomBusy(h.ctx, office, first.Starts, first.Ends)
			h.must(err)
			if len(busy) != 2 || busy[0].Room == busy[1].Room {
				t.Errorf("got %+v, want both rooms busy", busy)
			}
			if booked, err := h.tx.RoomBooked(h.ctx, birch); err != nil || !booked {
				t.Errorf("got %v, %v, want the room booked", booked, err)
			}
		})
		for _, state := range []string{appointment.OnHold, appointment.Cancelled} {
			in(t, db, func(h house) {
				a := first
				if a.State = state; state == appointment.Cancelled {
					a = overAs(a, state, 0)
				}
				h.put(a)
			})
			if n := rowsIn(t, db, "room_cell"); n != 6 {
				t.Errorf("%s: %d quarters are taken, want those of the other meeting alone", state, n)
			}
			if err := try(t, db, func(h house) error {
				h.put(h.inRoom("Salla", birch, "10:00"))
				return fault.New(fault.Conflict, "undone")
			}); !fault.HasKey(err, "undone") {
				t.Errorf("%s: the room was not given back: %v", state, err)
			}
		}
	})
}

// Nothing of rooms stands in the open beside a meeting: the rows are as many at an office with rooms, at one without and at home, and the
// boxes are of one size with a room in them and in the longest zone (decision 0060).
func TestRoomsTellNothing(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) {
			h.rooms()
			long := h.inRoom("Salla", "0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b", "10:00")
			long.At.Zone, long.PlaceID = "America/Argentina/ComodRivadavia", "0c0c0c0c-0c0c-4c0c-8c0c-0c0c0c0c0c0c"
			h.put(long)
			h.put(h.inRoom("Salla", "", "12:00"))
			h.put(visit(h.episode("Noora", "none"), 1, clockAt("2027-01-19", "14:00")))
			var kinds, least, most, sizes int
			h.must(h.tx.Row(h.ctx, "SELECT count(*), min(n), max(n) FROM (SELECT count(*) AS n FROM room_cell GROUP BY appointment_id) AS of").Scan(&kinds, &least, &most))
			if kinds != 3 || least != 6 || most != 6 {
				t.Errorf("%d meetings have from %d to %d rows, want 3 with 6 each", kinds, least, most)
			}
			h.must(h.tx.Row(h.ctx, "SELECT count(DISTINCT length(times)) FROM appointment").Scan(&sizes))
			if sizes != 1 {
				t.Errorf("boxes are of %d sizes", sizes)
			}
		})
	})
}

// Only a booked meeting has a room's quarters, and they are never changed into others.
func TestSchemaKeepsRooms(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) {
			h.rooms()
			h.put(h.inRoom("Salla", birch, "10:00"))
			a := h.inRoom("Meri", aspen, "10:00")
			a.State, a.ID = appointment.OnHold, "waits"
			h.put(a)
			h.must(h.tx.Exec(h.ctx, "INSERT INTO circle (id, offer_id, key_id, kind, number, weeks, minutes, places, online, place_id, state, times) SELECT 'c', id, 'k', 'talk', 4, 1, 90, 8, 0, $1, 'open', $2 FROM offer LIMIT 1",
				string(office), hash("x")))
			h.must(h.tx.Exec(h.ctx, "INSERT INTO circle_meeting (circle_id, no, number, state, times) VALUES ('c', 1, 4, 'cancelled', $1), ('c', 2, 4, 'planned', $1)", hash("x")))
		})
		for name, do := range map[string]func(h house) error{
			"quarters of a group's meeting that was called off": func(h house) error {
				return h.tx.Exec(h.ctx, "INSERT INTO room_cell (cell, circle_id, circle_no) VALUES ($1, 'c', 1)", hash("x")[:16])
			},
			"quarters of a group, of no meeting": func(h house) error {
				return h.tx.Exec(h.ctx, "INSERT INTO room_cell (cell, circle_id) VALUES ($1, 'c')", hash("x")[:16])
			},
			"quarters of a group and a client": func(h house) error {
				return h.tx.Exec(h.ctx, "INSERT INTO room_cell (cell, circle_id, circle_no, appointment_id) SELECT $1, 'c', 2, id FROM appointment WHERE state = 'booked'", hash("x")[:16])
			},
			"quarters of a day that is not there": func(h house) error {
				return h.tx.Exec(h.ctx, "INSERT INTO room_cell (cell, occasion_id) VALUES ($1, 'd')", hash("x")[:16])
			},
			"quarters of one that waits": func(h house) error {
				return h.tx.Exec(h.ctx, "INSERT INTO room_cell (cell, appointment_id) VALUES ($1, 'waits')", hash("x")[:16])
			},
			"quarters of nobody": func(h house) error {
				return h.tx.Exec(h.ctx, "INSERT INTO room_cell (cell) VALUES ($1)", hash("x")[:16])
			},
			"quarters given to another": func(h house) error {
				return h.tx.Exec(h.ctx, "UPDATE room_cell SET appointment_id = 'waits'")
			},
			"a name twice": func(h house) error {
				return h.tx.PutRoom(h.ctx, organization.Room{ID: "third", Place: office, Name: string(birch), Holds: 3, Active: true})
			},
			"a name that is a story": func(h house) error {
				return h.tx.PutRoom(h.ctx, organization.Room{ID: "third", Place: office, Name: "huone, jossa viime viikolla tavattiin ensimmäisen kerran", Holds: 3, Active: true})
			},
			"nobody fits": func(h house) error {
				return h.tx.PutRoom(h.ctx, organization.Room{ID: "third", Place: office, Name: "kolmas", Active: true})
			},
			"out of use until before it began": func(h house) error {
				return h.tx.PutRoom(h.ctx, organization.Room{ID: "third", Place: office, Name: "kolmas", Holds: 3, Active: true, First: "2027-02-02", Last: "2027-02-01"})
			},
		} {
			err := storage.Conflict(try(t, db, do), map[string]string{"check": "refused", "unique": "refused"})
			if !fault.HasKey(err, "refused") && !fault.HasKey(err, "room.same-name") {
				t.Errorf("%s: got %v, want it refused", name, err)
			}
		}
	})
}
