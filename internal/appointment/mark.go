package appointment

import (
	"cmp"
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/seal"
)

// meeting is one appointment with its episode.
type meeting struct {
	episode.Loaded
	at Appointment
}

func (m meeting) rules() Case { return Case{m.Model, m.State, m.at} }

// find loads an appointment for a staff member who may see its episode.
func find(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID) (meeting, error) {
	a, err := tx.Appointment(ctx, id)
	if err != nil {
		return meeting{}, err
	}
	l, err := episode.Load(ctx, tx, ms, by, a.Episode)
	return meeting{l, a}, err
}

// findForClient loads one of the client's own appointments.
func findForClient(ctx context.Context, tx Tx, ms model.Set, holder intake.Holder, id ID) (meeting, error) {
	l, err := episode.LoadForClient(ctx, tx, ms, holder)
	if err != nil {
		return meeting{}, err
	}
	a, err := tx.Appointment(ctx, id)
	if err == nil && a.Episode != l.Episode.ID {
		err = notFound()
	}
	return meeting{l, a}, err
}

// keep keeps what a mark leaves behind.
func (m meeting) keep(ctx context.Context, tx Tx, by access.Actor, o Outcome) error {
	if err := put(ctx, tx, m.Loaded, o.Appointment); err != nil {
		return err
	}
	if o.Episode != m.Episode {
		if err := tx.PutEpisode(ctx, o.Episode); err != nil {
			return err
		}
	}
	for _, c := range o.Counts {
		if err := m.CountIn(ctx, tx, cmp.Or(c.Month, m.Today(tx.Now()).Month()), c.Name, c.Value, c.N); err != nil {
			return err
		}
	}
	return audit.Note(ctx, tx, by, "changed", access.Episode, string(o.Episode.ID))
}

// keepOver is keep where the client needs to be told nothing more.
func (m meeting) keepOver(ctx context.Context, tx Tx, by access.Actor, o Outcome) error {
	if err := m.keep(ctx, tx, by, o); err != nil {
		return err
	}
	return said(ctx, tx, m.Loaded, m.at, outgoing.MeetingOver)
}

// Hold marks a meeting held, once it has begun.
func Hold(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID) error {
	m, err := find(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	o, err := m.rules().Held(tx.Now())
	if err != nil {
		return err
	}
	return m.keepOver(ctx, tx, by, o)
}

// Miss marks that the client did not come.
func Miss(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID) error {
	m, err := find(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	o, err := m.rules().Missed(tx.Now())
	if err != nil {
		return err
	}
	return m.keepOver(ctx, tx, by, o)
}

// Cancel calls a meeting off. The reason is from the model's lists and says who did; it is not kept.
func Cancel(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, reason string) error {
	m, err := find(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	who := ByWorker
	switch {
	case slices.Contains(m.Model.Cancel.Worker, reason):
	case slices.Contains(m.Model.Cancel.Client, reason):
		who = ByClient
	default:
		var form fault.Form
		form.Add("reason", "form.choice")
		return form.Err()
	}
	o, err := m.rules().Cancelled(who, tx.Now())
	if err != nil {
		return err
	}
	if who == ByClient {
		return m.keepOver(ctx, tx, by, o)
	}
	if err := m.keep(ctx, tx, by, o); err != nil {
		return err
	}
	return said(ctx, tx, m.Loaded, m.at, outgoing.MeetingCancelled)
}

// CancelByClient calls a meeting off with the code, before it begins. No reason is asked.
func CancelByClient(ctx context.Context, tx Tx, ms model.Set, holder intake.Holder, id ID) error {
	m, err := findForClient(ctx, tx, ms, holder, id)
	if err != nil {
		return err
	}
	if m.at.State != Booked || !m.at.Starts.After(tx.Now()) {
		return fault.New(fault.Conflict, "appointment.too-late")
	}
	o, err := m.rules().Cancelled(ByClient, tx.Now())
	if err != nil {
		return err
	}
	return m.keepOver(ctx, tx, access.Actor{Client: true}, o)
}

// Correct puts a wrong mark right; see Case.Corrected for what can be.
func Correct(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, state string) error {
	m, err := find(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	o, err := m.rules().Corrected(state, tx.Now())
	if err != nil {
		return err
	}
	if m.Model.Parties != nil && m.at.State == Held { // the next meeting with this number is asked about anew
		if err := tx.ForgetAnswers(ctx, m.Episode.ID, m.at.No); err != nil {
			return err
		}
	}
	return m.keep(ctx, tx, by, o)
}

// Move moves a coming meeting to another time of the same worker. It keeps its number. A place text stays only where
// the kind of place does.
func Move(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, at Free) error {
	return asNotFree(move(ctx, tx, ms, by, id, at))
}

func move(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, at Free) error {
	m, err := find(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if err := m.rules().may(model.Move, tx.Now()); err != nil {
		return err
	}
	if at.Worker != m.Episode.Worker {
		return fault.New(fault.Conflict, "appointment.other-worker")
	}
	at = at.as(m.at)
	c, err := check(ctx, tx, m.Loaded, at)
	if err != nil {
		return err
	}
	if c, err = m.canGo(ctx, tx, c); err != nil {
		return err
	}
	a := m.at
	if a.PlaceKind != c.PlaceKind {
		a.Place = seal.Text{}
	}
	a.put(c)
	a.State = Booked // also of one that waited for a new time
	a.Sequence++
	if err := m.keep(ctx, tx, by, Outcome{Appointment: a, Episode: m.Episode}); err != nil {
		return err
	}
	if err := leave(ctx, tx, m.Loaded, m.at.Worker); err != nil {
		return err
	}
	return said(ctx, tx, m.Loaded, a, outgoing.MeetingMoved)
}

// Assign gives an episode with its booked meetings to another worker. Where that worker is not free, nothing changes.
func Assign(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id episode.ID, worker access.AccountID, ground string) error {
	l, err := episode.Load(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	taken, err := clashes(ctx, tx, id, worker)
	if err != nil {
		return err
	}
	if err := l.Assign(ctx, tx, by, worker, ground, taken); err != nil {
		return err
	}
	return handOver(ctx, tx, l, worker)
}

// clashes tells whether a worker who is to take an episode over is met by somebody else when its meetings are.
func clashes(ctx context.Context, tx Tx, id episode.ID, worker access.AccountID) (bool, error) {
	all, err := tx.Appointments(ctx, id)
	if err != nil {
		return false, err
	}
	for _, a := range all {
		if a.State != Booked || slices.Contains(a.Workers(), worker) {
			continue
		}
		busy, err := tx.Busy(ctx, []access.AccountID{worker}, a.Starts, a.Ends)
		if err != nil || len(busy) > 0 {
			return true, err
		}
	}
	return false, nil
}

// handOver gives the booked meetings to the episode's next worker.
func handOver(ctx context.Context, tx Tx, l episode.Loaded, worker access.AccountID) error {
	id := l.Episode.ID
	all, err := tx.Appointments(ctx, id)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.State != Booked {
			continue
		}
		if a.Worker = worker; a.Second == worker { // the other of the pair carries on alone until there are two again
			a.Second = ""
		}
		a.Sequence++
		if err := put(ctx, tx, l, a); fault.HasKey(err, "appointment.slot-taken") {
			return fault.Wrap(err, fault.Conflict, notFree)
		} else if err != nil {
			return err
		}
	}
	return tx.DeleteSlots(ctx, "", id) // they were the other worker's times
}
