package commitment_test

import (
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
)

// A couple and two workers need room for four. Where one comes to a meeting that had carried on alone, and its room has become too
// small since, it is given a larger one, or nobody comes (R-085, decision 0060).
func TestPairNeedsALargerRoom(t *testing.T) {
	each(t, func(h house) {
		keep := func(r organization.Room) (kept organization.Room) {
			r.Place = office
			h.do(func(tx *storage.Tx) (err error) {
				kept, err = organization.KeepRoom(h.ctx, tx, access.System(), oulu, r)
				return err
			})
			return kept
		}
		keep(organization.Room{Name: "Kolo", Holds: 3})
		ep := h.recorded(couple())
		h.refused("room.none-holds", func(tx *storage.Tx) error {
			_, err := appointment.Book(h.ctx, tx, h.ms, hanna, appointment.Target{Episode: ep}, at("2027-01-18", "09:00"), "")
			return err
		})
		birch := keep(organization.Room{Name: "Koivu", Holds: 4})
		a := h.booked(hanna, ep, at("2027-01-18", "09:00"))
		if a.Room != birch.ID {
			t.Fatalf("got room %q, want the one that holds four", a.Room)
		}
		room := func() (id organization.RoomID) {
			h.do(func(tx *storage.Tx) error {
				now, err := tx.Appointment(h.ctx, a.ID)
				id = now.Room
				return err
			})
			return id
		}
		h.do(func(tx *storage.Tx) error { return appointment.Assign(h.ctx, tx, h.ms, leena, ep, mikko.Account, "") }) // one of the pair carries on
		birch.Holds = 3
		keep(birch)
		h.refused("room.none-holds", func(tx *storage.Tx) error { return appointment.Pair(h.ctx, tx, h.ms, leena, ep, outi.Account) })
		if got := room(); got != birch.ID {
			t.Errorf("refused: got room %q, want it as it was", got)
		}
		hall := keep(organization.Room{Name: "Sali", Holds: 8})
		h.do(func(tx *storage.Tx) error { return appointment.Pair(h.ctx, tx, h.ms, leena, ep, outi.Account) })
		if got := room(); got != hall.ID {
			t.Errorf("got room %q, want the larger one", got)
		}
	})
}
