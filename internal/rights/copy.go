package rights

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
)

// Value is one value of a person's own row. What is not kept is not there.
type Value struct {
	Column string
	Class  string // the catalogue's: choice, count, time, sealed
	Text   seal.Text
}

// Table is what one table holds of a person.
type Table struct {
	Name string
	Rows [][]Value
}

// Copy is all that is kept of one person and may be shown to them: their own rows and nothing else, so that nobody
// else can be told from it, not even by gaps, names, sizes or times (D-072). The buyer's documents are the buyer's to
// give; fingerprints and what only staff know of the wall are not shown.
type Copy []Table

// OwnCopy is the copy of whoever holds the code.
func OwnCopy(ctx context.Context, tx Tx, h intake.Holder) (Copy, error) {
	var who person.ID
	if h.Request != "" {
		r, err := tx.Request(ctx, h.Request)
		if err != nil {
			return nil, err
		}
		who = r.Person
	} else {
		if err := ownOnly(ctx, tx, h); err != nil {
			return nil, err
		}
		e, err := tx.Episode(ctx, episode.ID(h.Episode))
		if err != nil {
			return nil, err
		}
		who = e.Person
	}
	return tx.OwnRows(ctx, who)
}

// CopyFor is the copy that a worker prints for a client they meet. It is noted as a look.
func CopyFor(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id episode.ID) (Copy, error) {
	l, err := loadOwn(ctx, tx, ms, by, id)
	if err != nil {
		return nil, err
	}
	if l.Relation != access.ByWorker { // a name and an address are the worker's alone to see
		return nil, notFound()
	}
	if m := l.Model; m.WithClient { // what could be handed on has no way out but the client's own code
		return nil, fault.New(fault.Conflict, "copy.with-client", "model", m.Phrase("name"), "why", m.Phrase("speaking"))
	}
	rows, err := tx.OwnRows(ctx, l.Episode.Person)
	if err != nil {
		return nil, err
	}
	return rows, audit.Note(ctx, tx, by, "copied", access.Episode, string(id))
}
