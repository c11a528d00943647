package appointment

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
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

// One is an appointment as a staff member may read it, with the corrections that a mark can have.
func One(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID) (Appointment, []Correction, error) {
	m, err := find(ctx, tx, ms, by, id)
	if err != nil {
		return Appointment{}, nil, err
	}
	a := m.at
	a.Place = a.PlaceFor(m.Relation, false, tx.Now())
	return a, m.rules().Corrections(tx.Now()), audit.Note(ctx, tx, by, "seen", access.Episode, string(a.Episode))
}

// All are an episode's appointments as a staff member may read them.
func All(ctx context.Context, tx Tx, by access.Actor, ep episode.ID) ([]Appointment, error) {
	relation, err := tx.Granted(ctx, by, access.Episode, string(ep))
	if err != nil {
		return nil, err
	}
	all, err := tx.Appointments(ctx, ep)
	for i := range all {
		all[i].Place = all[i].PlaceFor(relation, false, tx.Now())
	}
	return all, err
}
