package commitment_test

import (
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
)

// Two workers meet a couple: both must be free, both see it and are busy, moving keeps both, and a family may be met by one.
func TestPairsMeet(t *testing.T) {
	each(t, func(h house) {
		ep := h.recorded(couple())
		a := h.booked(hanna, ep, at("2027-01-18", "09:00"))
		if a.Second != mikko.Account || a.Participants != appointment.WithCouple {
			t.Fatalf("booked %+v", a)
		}
		other := couple()
		other.Number, other.Worker, other.Second = "PPHVA-2", outi.Account, mikko.Account
		theirs := h.recorded(other)
		clash := at("2027-01-18", "10:00")
		clash.Worker = outi.Account
		h.refused("appointment.not-free", func(tx *storage.Tx) error { // Outi is free then, Mikko is not
			_, err := appointment.Book(h.ctx, tx, h.ms, outi, appointment.Target{Episode: theirs}, clash, "")
			return err
		})
		h.do(func(tx *storage.Tx) error {
			w := appointment.Wanted{Unit: oulu, For: appointment.Target{Episode: theirs}, Minutes: 90, Worker: outi.Account, Second: mikko.Account, From: "2027-01-18", To: "2027-01-18"}
			found, err := appointment.FreeTimes(h.ctx, tx, outi, w, 50)
			if len(found) != 1 || found[0].At.Clock != "10:30" || found[0].Second != mikko.Account {
				t.Errorf("both are free at %+v, want half past ten alone", found)
			}
			return err
		})
		h.do(func(tx *storage.Tx) error {
			return appointment.Move(h.ctx, tx, h.ms, hanna, a.ID, at("2027-01-19", "09:00"))
		})
		h.do(func(tx *storage.Tx) error {
			moved, err := tx.Appointment(h.ctx, a.ID)
			if moved.Second != mikko.Account || moved.Participants != appointment.WithCouple || moved.At.Day != "2027-01-19" {
				t.Errorf("moved to %+v", moved)
			}
			return err
		})
		alone := at("2027-01-20", "09:00")
		alone.Participants, alone.Alone = appointment.WithFamily, true
		if b := h.booked(hanna, ep, alone); b.Second != "" || b.Participants != appointment.WithFamily {
			t.Errorf("a family met by one is %+v", b)
		}
		alone = at("2027-01-21", "09:00")
		alone.Participants, alone.Alone = appointment.WithCouple, true
		if b := h.booked(hanna, ep, alone); b.Second == "" {
			t.Error("a couple was left with one worker")
		}
		h.do(func(tx *storage.Tx) error { // the second marks it as the first would
			if _, err := episode.One(h.ctx, tx, h.ms, mikko, ep); err != nil {
				return err
			}
			return appointment.Cancel(h.ctx, tx, h.ms, mikko, a.ID, "ill")
		})
	})
}

// In a service that does not tell who takes part there is nothing to tell.
func TestParticipantsWhereNobodyPays(t *testing.T) {
	each(t, func(h house) {
		h.refused("form.choice", func(tx *storage.Tx) error {
			made, err := intake.Make(h.ctx, tx, h.ms, hanna, intake.New{Offer: free, Channel: intake.Telephone, Age: -1, Contact: person.SafeContact{Channel: person.None}})
			if err != nil {
				return err
			}
			f := at("2027-01-19", "09:00")
			f.Participants = appointment.WithCouple
			_, err = appointment.Book(h.ctx, tx, h.ms, hanna, appointment.Target{Request: made.Request.ID}, f, "")
			return err
		})
	})
}

// Another second worker comes into the booked meetings too, or, when they are not free, nowhere.
func TestPairChanges(t *testing.T) {
	each(t, func(h house) {
		ep := h.recorded(couple())
		a := h.booked(hanna, ep, at("2027-01-18", "09:00"))
		own := couple()
		own.Number, own.Kind, own.Workers, own.Worker, own.Second = "PPHVA-2", "individual", 1, outi.Account, ""
		busy := at("2027-01-18", "09:00")
		busy.Worker = outi.Account
		b := h.booked(outi, h.recorded(own), busy)
		h.refused("appointment.not-free", func(tx *storage.Tx) error { return appointment.Pair(h.ctx, tx, h.ms, leena, ep, outi.Account) })
		h.refused("episode.second-same", func(tx *storage.Tx) error { return appointment.Pair(h.ctx, tx, h.ms, leena, ep, hanna.Account) })
		h.refused("episode.coordinator", func(tx *storage.Tx) error { return appointment.Pair(h.ctx, tx, h.ms, hanna, ep, outi.Account) })
		h.do(func(tx *storage.Tx) error { return appointment.Cancel(h.ctx, tx, h.ms, outi, b.ID, "ill") })
		h.do(func(tx *storage.Tx) error { return appointment.Pair(h.ctx, tx, h.ms, leena, ep, outi.Account) })
		h.do(func(tx *storage.Tx) error {
			now, err := tx.Appointment(h.ctx, a.ID)
			if now.Second != outi.Account {
				t.Errorf("the meeting has %+v", now)
			}
			if _, seen := tx.Granted(h.ctx, mikko, access.Episode, string(ep)); !fault.Is(seen, fault.NotFound) {
				t.Error("who left the pair sees it still")
			}
			if _, seen := tx.Granted(h.ctx, outi, access.Episode, string(ep)); seen != nil {
				t.Error("who came into the pair does not see it:", seen)
			}
			return err
		})
		h.do(func(tx *storage.Tx) error { return appointment.Assign(h.ctx, tx, h.ms, leena, ep, outi.Account, "") }) // one of the pair goes
		h.do(func(tx *storage.Tx) error {
			now, err := tx.Appointment(h.ctx, a.ID)
			if now.Worker != outi.Account || now.Second != "" {
				t.Errorf("carried on by %+v", now)
			}
			return err
		})
		h.refused("commitment.no-second", func(tx *storage.Tx) error {
			next := at("2027-01-25", "09:00")
			next.Worker = outi.Account
			_, err := appointment.Book(h.ctx, tx, h.ms, outi, appointment.Target{Episode: ep}, next, "")
			return err
		})
	})
}

// The walls hold for the second worker: whoever serves the other party leaves the pair, and gets the hours back.
func TestSecondWorkerBehindAWall(t *testing.T) {
	each(t, func(h house) {
		ep := h.recorded(couple())
		a := h.booked(hanna, ep, at("2027-01-18", "09:00"))
		var theirs appointment.Appointment
		h.do(func(tx *storage.Tx) error {
			made, err := intake.Make(h.ctx, tx, h.ms, mikko, intake.New{Offer: free, Channel: intake.Telephone, Age: -1, Contact: person.SafeContact{Channel: person.None}})
			if err != nil {
				return err
			}
			f := at("2027-01-19", "09:00")
			f.Worker = mikko.Account
			theirs, err = appointment.Book(h.ctx, tx, h.ms, mikko, appointment.Target{Request: made.Request.ID}, f, "")
			return err
		})
		h.do(func(tx *storage.Tx) error {
			one, other := wall.Ref{Kind: access.Episode, ID: string(theirs.Episode)}, wall.Ref{Kind: access.Episode, ID: string(ep)}
			return wall.Link(h.ctx, tx, mikko, one, other, one)
		})
		h.do(func(tx *storage.Tx) error {
			if _, err := tx.Granted(h.ctx, mikko, access.Episode, string(ep)); !fault.Is(err, fault.NotFound) {
				t.Error("the second worker sees both sides:", err)
			}
			now, err := tx.Appointment(h.ctx, a.ID)
			if now.Second != "" {
				t.Error("the second worker is still in the meeting")
			}
			if who, _ := tx.Second(h.ctx, ep); who != "" {
				t.Error("the second worker is still in the pair")
			}
			return err
		})
		h.refused("appointment.not-free", func(tx *storage.Tx) error { return appointment.Pair(h.ctx, tx, h.ms, leena, ep, mikko.Account) })
	})
}
