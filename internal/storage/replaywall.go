package storage

import (
	"context"
	"strings"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/wall"
)

// Walls are those of a list that were put up since a day, found again among who is in the house now. One that was taken
// away again after that day is among them: a wall too many can be taken away, one too few is a meeting at the door.
type Walls struct {
	Ties       []wall.Tie
	Aparts     []wall.Apart
	Exceptions []string // that have ended
}

func pairWord(a, b string) string { return strings.Join([]string{a, b}, "/") }

// WallsSince asks the list about every pair there is.
func (db *DB) WallsSince(ctx context.Context, list Ended, day calendar.Date) (w Walls, err error) {
	recent := Ended{}
	for hash, of := range list {
		if of >= day {
			recent[hash] = of
		}
	}
	if len(recent) == 0 {
		return w, nil
	}
	is := func(kind, what string) bool { _, known := recent[db.endedAs(kind, what)]; return known }
	err = db.View(ctx, func(tx *Tx) error {
		w = Walls{}
		persons, err := many(ctx, tx, scanAs[person.ID], "SELECT id FROM person ORDER BY id")
		if err != nil {
			return err
		}
		w.between(persons, is)
		staff, err := tx.Members(ctx)
		if err != nil {
			return err
		}
		w.from(staff, persons, is)
		live, err := tx.Exceptions(ctx, wall.Wanted{Live: true})
		for _, x := range live {
			if is(endExempt, x.ID) {
				w.Exceptions = append(w.Exceptions, x.ID)
			}
		}
		return err
	})
	return w, err
}

// between looks at every two persons, the smaller id first.
func (w *Walls) between(persons []person.ID, is func(kind, what string) bool) {
	for i, a := range persons {
		for _, b := range persons[i+1:] {
			pair := pairWord(string(a), string(b))
			if is(endNearby, pair) {
				w.Ties = append(w.Ties, wall.Between(a, b, wall.ByWorker))
			}
			if is(endServing, pair) {
				w.Aparts = append(w.Aparts, wall.Apart{Other: a, Person: b})
			}
		}
	}
}

func (w *Walls) from(staff []wall.Member, persons []person.ID, is func(kind, what string) bool) {
	for _, m := range staff {
		for _, p := range persons {
			if is(endServing, pairWord(string(m.Account), string(p))) {
				w.Aparts = append(w.Aparts, wall.Apart{Account: m.Account, Person: p})
			}
		}
	}
}
