package joint

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/model"
)

// Preparation is what the worker of a party's own visits sees of the joint meetings: this party's own part, and of the
// whole which conditions hold, never whose fault it is that one does not.
type Preparation struct {
	Home       episode.Loaded
	Couple     *model.Model
	Party      episode.Party
	Side       episode.Side
	Conditions []episode.Missing
	Joint      bool // the two are together
	LastHeld   int  // the meeting that safety is asked about
	WordUntil  calendar.Local
	Today      calendar.Date
}

// Look reads a party's preparation for the worker of their own visits.
func Look(ctx context.Context, tx Tx, ms model.Set, by access.Actor, at episode.ID) (p Preparation, err error) {
	h, err := atHome(ctx, tx, ms, by, at)
	if err != nil {
		return p, err
	}
	p = Preparation{Home: h.Loaded, Couple: h.couple, Party: h.party, Joint: h.party.Joint != "", Today: h.Today(tx.Now())}
	if h.party.ID == "" {
		return p, nil
	}
	if p.Side, err = tx.Side(ctx, h.party); err != nil {
		return p, err
	}
	if h.party.Word != nil && tx.Now().Before(h.party.WordUntil) {
		p.WordUntil = calendar.LocalOf(h.party.WordUntil, h.Unit.Zone)
	}
	s := h.alone(p.Side)
	if p.Joint {
		l, err := episode.Load(ctx, tx, ms, access.System(), h.party.Joint)
		if err != nil {
			return p, err
		}
		s = l.State
		p.LastHeld = s.LastHeld()
	}
	p.Conditions = episode.Conditions(h.couple, s)
	return p, nil
}

// alone is the state of a joint process that has one party so far.
func (h home) alone(side episode.Side) episode.State {
	e := begin(h, "")
	e.Worker = h.Episode.Worker
	return episode.State{Episode: e, Age: -1, Couple: &episode.Couple{Sides: []episode.Side{side}}}
}
