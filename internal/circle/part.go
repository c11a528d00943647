package circle

import (
	"context"
	"encoding/hex"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/wall"
)

// mark is what is kept of the person who came by a way on: a keyed fingerprint of this group and them. Who holds the rows reads
// nobody out of it; the program can ask "is this one here?" and nothing else. It goes with the list.
func mark(tx Tx, of ID, p person.ID) []byte {
	return tx.Index("circle-person", string(of)+" "+string(p))
}

// known answers whether a person is among those who came by a way on.
type known map[string]bool

func knownIn(ctx context.Context, tx Tx, c Circle) (known, error) {
	all, err := tx.Participants(ctx, c)
	k := known{}
	for _, p := range all {
		if len(p.Mark) > 0 {
			k[hex.EncodeToString(p.Mark)] = true
		}
	}
	return k, err
}

func (k known) has(tx Tx, of ID, p person.ID) bool {
	return p != "" && k[hex.EncodeToString(mark(tx, of, p))]
}

func (k known) in(tx Tx, of ID) wall.Here {
	return func(p person.ID) bool { return k.has(tx, of, p) }
}

// barred tells whether somebody may not lead the group, as far as it is known who comes.
func barred(ctx context.Context, tx Tx, c Circle, who access.AccountID) (bool, error) {
	k, err := knownIn(ctx, tx, c)
	if err != nil || len(k) == 0 {
		return false, err
	}
	return wall.BarredFrom(ctx, tx, k.in(tx, c.ID), who)
}

// parted tells whether a person may not come to a group: somebody who must not meet them is known to be there, or leads it or
// one of its coming meetings.
func parted(ctx context.Context, tx Tx, c Circle, all []Meeting, p person.ID) (bool, error) {
	k, err := knownIn(ctx, tx, c)
	if err != nil {
		return false, err
	}
	leads := slices.Clone(c.Leaders)
	for _, m := range all {
		if m.Substitute != "" && m.State == Planned {
			leads = append(leads, m.Substitute)
		}
	}
	return wall.PartedHere(ctx, tx, k.in(tx, c.ID), leads, p)
}

// Together tells a coordinator of the group's unit whether two who must not meet are in it: a wall may be put up, or turn out, when both
// have joined. Who they are is told to nobody, and neither of them reads anything (decision 0074).
func Together(ctx context.Context, tx Tx, w wall.Watch, c Circle) (bool, error) {
	if c.State != Open {
		return false, nil
	}
	return w.Together(ctx, tx, func() (wall.Here, error) {
		k, err := knownIn(ctx, tx, c)
		return k.in(tx, c.ID), err
	})
}
