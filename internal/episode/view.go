package episode

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
)

// View is an episode's page. Name and SafeContact are empty unless the reader is its worker (architecture, "Access is a
// row"). Child and Talks hold only what the reader was granted by itself.
type View struct {
	Loaded
	Kind        person.Kind
	Name        string
	SafeContact person.SafeContact
	Actions     []Possible
	WaysOn      []WayOn
	Goals       []Goal // with their words: the worker's alone
	Child       ID     // of a guardian's talks: the child's episode
	Talks       []Talk // of a child's episode: the guardians'
}

// Talk is one guardian's talks, listed on the child's episode.
type Talk struct {
	Episode Episode
	Name    string // only to its worker
}

// One is the episode's page. Looking leaves an audit entry, so it wants a transaction that writes.
func One(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID) (View, error) {
	l, err := Load(ctx, tx, ms, by, id)
	if err != nil {
		return View{}, err
	}
	v := View{Loaded: l, Actions: Actions(l.Model, l.State, tx.Now())}
	if err := v.readPerson(ctx, tx); err != nil {
		return View{}, err
	}
	if v.WaysOn, err = tx.WaysOn(ctx, id); err != nil {
		return View{}, err
	}
	if err := v.readFamily(ctx, tx, by); err != nil {
		return View{}, err
	}
	return v, audit.Note(ctx, tx, by, "seen", access.Episode, string(id))
}

func (v *View) readPerson(ctx context.Context, tx Tx) error {
	p, err := tx.Person(ctx, v.Episode.Person)
	if err != nil {
		return err
	}
	v.Kind = p.Kind
	if v.Relation != access.ByWorker {
		return nil
	}
	v.Name = p.Name.Reveal()
	c, err := tx.SafeContact(ctx, p.ID)
	v.SafeContact = c.Shown(v.Today(tx.Now()))
	if err != nil || len(v.State.Goals) == 0 {
		return err
	}
	v.Goals, err = tx.Goals(ctx, v.Episode.ID)
	return err
}

// readFamily asks a grant for each: who may see the child need not see a guardian's talks, nor the other way round.
func (v *View) readFamily(ctx context.Context, tx Tx, by access.Actor) error {
	if v.Episode.About != "" {
		relation, err := mayGrant(ctx, tx, by, v.Episode.About)
		if relation != "" {
			v.Child = v.Episode.About
		}
		return err
	}
	talks, err := tx.About(ctx, v.Episode.ID)
	if err != nil {
		return err
	}
	for _, e := range talks {
		relation, err := mayGrant(ctx, tx, by, e.ID)
		if err != nil {
			return err
		}
		if relation == "" {
			continue
		}
		talk := Talk{Episode: e}
		if relation == access.ByWorker {
			p, err := tx.Person(ctx, e.Person)
			if err != nil {
				return err
			}
			talk.Name = p.Name.Reveal()
		}
		v.Talks = append(v.Talks, talk)
	}
	return nil
}

// mayGrant is the relation, or "" where there is none.
func mayGrant(ctx context.Context, tx Tx, by access.Actor, id ID) (access.Relation, error) {
	relation, err := tx.Granted(ctx, by, access.Episode, string(id))
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return relation, err
}
