// Package rights is what people may ask about their own data: have it erased, get a copy of it, let one partner see one
// fact of it (design 4.4, 4.7; D-072, D-073). Whoever holds the code is the one it is about; no name is asked. A law that
// obliges to keep concerns the buyer's documents alone, and those are in the buyer's own system (D-046): here nothing
// stands against an erasure. How rows are found and dropped is storage's.
package rights

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/person"
)

// Tx is the part of a storage transaction that rights need.
type Tx interface {
	appointment.Tx
	ErasePerson(ctx context.Context, id person.ID) error // with every request and episode of theirs; another's talk stays whole
	ErasureOf(ctx context.Context, id person.ID) (Erasure, error)
	Erasure(ctx context.Context, by access.Actor, id string) (Erasure, error)                        // through grants
	Erasures(ctx context.Context, by access.Actor) ([]Erasure, error)                                // open ones, through grants, most overdue first
	ErasuresDone(ctx context.Context, units []access.UnitID, since calendar.Date) ([]Erasure, error) // newest first
	PutErasure(ctx context.Context, e Erasure) error
	DeleteErasuresDone(ctx context.Context, before calendar.Date) (int, error)
	PutRelease(ctx context.Context, r Release) error
	Release(ctx context.Context, index []byte) (Release, error)
	UseRelease(ctx context.Context, index []byte) error // it is dead from now on, also after a restore
	DeleteReleasesOver(ctx context.Context, now time.Time) (int, error)
	JointsOf(ctx context.Context, id person.ID) ([]episode.ID, error) // joint processes the person is a party of
	OwnRows(ctx context.Context, id person.ID) ([]Table, error)
}

// Sweep lets go of releases whose days are over and of what is told of erasures carried out long ago.
func Sweep(ctx context.Context, tx Tx) (int, error) {
	n, err := tx.DeleteReleasesOver(ctx, tx.Now())
	if err != nil {
		return n, err
	}
	more, err := tx.DeleteErasuresDone(ctx, calendar.DateOf(tx.Now(), time.UTC).Add(-toldFor))
	return n + more, err
}
