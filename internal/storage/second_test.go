package storage_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// byTwo is a booked meeting that two workers hold.
func byTwo(e episode.Episode, no int, day, clock string) appointment.Appointment {
	a := visit(e, no, clockAt(day, clock))
	a.Second, a.Participants = colleague, appointment.WithCouple
	return a
}

// Two workers meet a couple: the quarters of both are taken or of neither, both are busy, and a calendar names both.
func TestSecondWorker(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) {
			e := h.episode("n", "joint")
			a := h.put(byTwo(e, 1, "2027-01-18", "10:00"))
			h.cells("two workers' hour and a half", 12)
			back, err := h.tx.Appointment(h.ctx, a.ID)
			h.must(err)
			if !reflect.DeepEqual(back, a) {
				t.Errorf("got %+v, want %+v", back, a)
			}
			busy, err := h.tx.Busy(h.ctx, []access.AccountID{own, colleague, stranger}, a.Starts, a.Ends)
			h.must(err)
			who := []access.AccountID{}
			for _, b := range busy {
				who = append(who, b.Worker)
			}
			if !slices.Equal(who, []access.AccountID{colleague, own}) || busy[0].Starts != a.Starts || busy[0].Ends != a.Ends {
				t.Errorf("got %+v, want both for the whole meeting", busy)
			}
			shown, err := h.tx.Calendar(h.ctx, by(own), a.Starts, a.Ends, north)
			h.must(err)
			if len(shown) != 1 || shown[0].WorkerName != "Nimi own" || shown[0].SecondName != "Nimi colleague" || shown[0].Participants != appointment.WithCouple {
				t.Errorf("got %+v, want both workers", shown)
			}
			s := appointment.Slot{ID: "s", Episode: e.ID, Worker: own, Second: colleague, PlaceKind: appointment.Home, At: a.At, Minutes: 60, Starts: later}
			h.must(h.tx.PutSlot(h.ctx, s))
			if offered, err := h.tx.Slot(h.ctx, "s"); err != nil || offered != s {
				t.Errorf("got %+v, %v, want %+v", offered, err, s)
			}
			a.Second = ""
			h.put(a)
			h.cells("one worker's", 6)
		})
		for name, c := range map[string]struct {
			key string
			do  func(h house) error
		}{
			"the second is taken by another meeting": {"appointment.slot-taken", func(h house) error {
				other := visit(h.episode("m", "none"), 1, clockAt("2027-01-19", "10:00"))
				other.Worker = colleague
				h.put(other)
				return h.tx.PutAppointment(h.ctx, byTwo(h.episode("n", "joint"), 1, "2027-01-19", "11:15"))
			}},
			"the second of another two is wanted alone": {"appointment.slot-taken", func(h house) error {
				h.put(byTwo(h.episode("n", "joint"), 1, "2027-01-20", "10:00"))
				other := visit(h.episode("m", "none"), 1, clockAt("2027-01-20", "10:00"))
				other.Worker = colleague
				return h.tx.PutAppointment(h.ctx, other)
			}},
			"one as both": {"refused", func(h house) error {
				a := byTwo(h.episode("n", "joint"), 1, "2027-01-19", "10:00")
				a.Second = a.Worker
				return h.tx.PutAppointment(h.ctx, a)
			}},
			"one offered as both": {"refused", func(h house) error {
				return h.tx.PutSlot(h.ctx, appointment.Slot{ID: "t", Episode: h.episode("n", "joint").ID, Worker: own, Second: own, PlaceKind: appointment.Home,
					At: clockAt("2027-01-19", "10:00"), Minutes: 60, Starts: later})
			}},
			"the second of a meeting that is over in a service without records (R-131)": {"refused", func(h house) error {
				a := overAs(visit(h.episode("n", "none"), 1, clockAt("2027-01-19", "10:00")), appointment.Held, 1)
				a.Second = colleague
				return h.tx.PutAppointment(h.ctx, a)
			}},
			"who took part in a meeting that is over in a service without records": {"refused", func(h house) error {
				a := overAs(visit(h.episode("n", "none"), 1, clockAt("2027-01-19", "10:00")), appointment.Held, 1)
				a.Participants = appointment.WithFamily
				return h.tx.PutAppointment(h.ctx, a)
			}},
			"participants of one's own making": {"refused", func(h house) error {
				a := byTwo(h.episode("n", "joint"), 1, "2027-01-19", "10:00")
				a.Participants = "parish"
				return h.tx.PutAppointment(h.ctx, a)
			}},
			"a quarter of somebody who is neither": {"refused", func(h house) error {
				a := h.put(byTwo(h.episode("n", "joint"), 1, "2027-01-19", "10:00"))
				return h.tx.Exec(h.ctx, "INSERT INTO booking_cell (worker_id, cell, appointment_id) VALUES ($1, $2, $3)", stranger, hash("x")[:16], a.ID)
			}},
		} {
			before := rowsIn(t, db, "booking_cell")
			err := storage.Conflict(try(t, db, c.do), map[string]string{"check": "refused"})
			if !fault.HasKey(err, c.key) {
				t.Errorf("%s: got %v, want %s", name, err, c.key)
			}
			if n := rowsIn(t, db, "booking_cell"); n != before {
				t.Errorf("%s: %d quarters of a refused booking stayed", name, n-before)
			}
		}
	})
}

// cells counts all taken quarters.
func (h house) cells(what string, want int) {
	h.t.Helper()
	var n int
	h.must(h.tx.Row(h.ctx, "SELECT count(*) FROM booking_cell").Scan(&n))
	if n != want {
		h.t.Errorf("%s: got %d quarters, want %d", what, n, want)
	}
}

// A wall keeps the second worker out like the first: of a meeting, of one that gets a second, and of an offered time.
func TestWallRefusesTheSecond(t *testing.T) {
	for name, do := range map[string]func(h house, b episode.Episode) error{
		"a new meeting": func(h house, b episode.Episode) error {
			a := byTwo(b, 1, "2027-01-18", "10:00")
			a.Worker, a.Second = stranger, own
			return h.tx.PutAppointment(h.ctx, a)
		},
		"a meeting that gets a second": func(h house, b episode.Episode) error {
			a := visit(b, 1, clockAt("2027-01-18", "10:00"))
			a.Worker = stranger
			h.put(a)
			a.Second = own
			return h.tx.PutAppointment(h.ctx, a)
		},
		"a meeting that waited": func(h house, b episode.Episode) error {
			a := byTwo(b, 1, "2027-01-18", "10:00")
			a.Worker, a.Second, a.State = stranger, own, appointment.OnHold
			h.put(a)
			a.State = appointment.Booked
			return h.tx.PutAppointment(h.ctx, a)
		},
		"an offered time": func(h house, b episode.Episode) error {
			return h.tx.PutSlot(h.ctx, appointment.Slot{ID: "s", Episode: b.ID, Worker: stranger, Second: own, PlaceKind: appointment.Home,
				At: clockAt("2027-01-18", "10:00"), Minutes: 60, Starts: later})
		},
		"an offered time that gets a second": func(h house, b episode.Episode) error {
			h.must(h.tx.PutSlot(h.ctx, appointment.Slot{ID: "s", Episode: b.ID, Worker: stranger, PlaceKind: appointment.Home,
				At: clockAt("2027-01-18", "10:00"), Minutes: 60, Starts: later}))
			return h.tx.Exec(h.ctx, "UPDATE slot SET second_id = $1", own)
		},
	} {
		furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
			var b episode.Episode
			in(t, db, func(h house) {
				var a episode.Episode
				a, b = h.pair("goals")
				h.tied(a.Person, b.Person)
				h.must(h.tx.PutGrant(h.ctx, toHolder(string(own), a)))
			})
			err := try(t, db, func(h house) error { return do(h, b) })
			if refused := storage.Conflict(err, map[string]string{"check": "appointment.slot-taken"}); !fault.HasKey(refused, "appointment.slot-taken") {
				t.Errorf("%s: got %v, want it refused by the schema", name, err)
			}
		})
	}
}

// A meeting that waits for a new time keeps its number and takes nobody's time, in a service without records as well.
func TestOnHoldTakesNoTime(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) {
			e := h.episode("n", "none")
			a := h.put(visit(e, 2, clockAt("2027-01-18", "10:00")))
			a.State = appointment.OnHold
			h.put(a)
			h.cells("one that waits", 0)
			if back, err := h.tx.Appointment(h.ctx, a.ID); err != nil || back.No != 2 || back.Starts != a.Starts || back.Worker != own {
				t.Errorf("got %+v, %v, want its number and time kept", back, err)
			}
			if busy, err := h.tx.Busy(h.ctx, []access.AccountID{own}, a.Starts, a.Ends); err != nil || len(busy) != 0 {
				t.Errorf("got %+v, %v, want nobody busy", busy, err)
			}
			other := h.put(visit(h.episode("m", "none"), 1, a.At)) // who asks first has the time
			if over, err := h.tx.Overdue(h.ctx, by(own), a.Ends.Add(time.Hour), 10); err != nil || len(over) != 1 || over[0].ID != other.ID {
				t.Errorf("got %+v, %v, want nothing overdue but the other", over, err)
			}
			s, err := h.tx.EpisodeState(h.ctx, e.ID)
			h.must(err)
			if s.FreeNumber() != 1 || len(s.Marks) != 1 || s.Marks[0].State != appointment.OnHold {
				t.Errorf("got %+v, want number 2 kept", s.Marks)
			}
		})
		err := try(t, db, func(h house) error {
			a := visit(h.episode("o", "none"), 1, clockAt("2027-02-18", "10:00"))
			a.State, a.No = appointment.OnHold, 0
			return h.tx.PutAppointment(h.ctx, a)
		})
		if refused := storage.Conflict(err, map[string]string{"check": "refused"}); !fault.HasKey(refused, "refused") {
			t.Errorf("one that waits without its number: got %v", err)
		}
	})
}
