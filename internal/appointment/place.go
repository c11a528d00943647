package appointment

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/seal"
)

// SetPlace keeps where a coming meeting at home or at an agreed place is. Only the worker writes it, as only the
// worker and the client read it.
func SetPlace(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, text string) error {
	m, err := find(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if m.Relation != access.ByWorker {
		return fault.New(fault.Conflict, "appointment.place-worker")
	}
	return m.setPlace(ctx, tx, by, text)
}

// SetPlaceByClient is the same by the client with the code: the place is the client's to choose.
func SetPlaceByClient(ctx context.Context, tx Tx, ms model.Set, holder intake.Holder, id ID, text string) error {
	m, err := findForClient(ctx, tx, ms, holder, id)
	if err != nil {
		return err
	}
	return m.setPlace(ctx, tx, access.Actor{Client: true}, text)
}

func (m meeting) setPlace(ctx context.Context, tx Tx, by access.Actor, text string) error {
	if err := m.rules().may(episode.ActPlace, tx.Now()); err != nil {
		return err
	}
	place, err := placeText(m.at.PlaceKind, text)
	if err != nil {
		return err
	}
	a := m.at
	a.Place = place
	a.Sequence++
	return m.keep(ctx, tx, by, Outcome{Appointment: a, Episode: m.Episode})
}

// forgetBatch bounds one sweep's transaction.
const forgetBatch = 200

// ForgetPlaces clears the place of meetings that are over though nobody has marked them, and offered times that have
// passed. The retention sweep calls it until it has nothing left. Nobody is shown either in the meantime.
func ForgetPlaces(ctx context.Context, tx Tx) (int, error) {
	over, err := tx.PlacesOver(ctx, tx.Now(), forgetBatch)
	if err != nil {
		return 0, err
	}
	for _, id := range over {
		a, err := tx.Appointment(ctx, id)
		if err != nil {
			return 0, err
		}
		a.Place = seal.Text{}
		if err := tx.PutAppointment(ctx, a); err != nil {
			return 0, err
		}
	}
	passed, err := tx.DeletePassedSlots(ctx, tx.Now())
	return len(over) + passed, err
}

// Shown is an appointment as a staff member may read it, with the corrections that its mark can have.
type Shown struct {
	Appointment
	Corrections []Correction
}

// All are an episode's appointments as a staff member may read them.
func All(ctx context.Context, tx Tx, ms model.Set, by access.Actor, ep episode.ID) ([]Shown, error) {
	l, err := episode.Load(ctx, tx, ms, by, ep)
	if err != nil {
		return nil, err
	}
	all, err := tx.Appointments(ctx, ep)
	out := make([]Shown, len(all))
	for i, a := range all {
		out[i].Corrections = meeting{l, a}.rules().Corrections(tx.Now())
		out[i].Appointment = a
		out[i].Place = a.PlaceFor(l.Relation, false, tx.Now())
	}
	return out, err
}
