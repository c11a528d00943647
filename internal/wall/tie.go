package wall

import (
	"context"
	"fmt"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/person"
)

// granted finds what a page is about, for whoever may see it.
func granted(ctx context.Context, tx Tx, by access.Actor, r Ref) (Object, error) {
	if _, err := tx.Granted(ctx, by, r.Kind, r.ID); err != nil {
		return Object{}, err
	}
	return tx.PartyOf(ctx, r)
}

// tie puts grants right for a new tie and keeps it. A pair is tied once.
func tie(ctx context.Context, tx Tx, c change, t Tie) error {
	ties, err := tx.Ties(ctx, []person.ID{t.A})
	if err != nil || t.A == t.B || slices.ContainsFunc(ties, func(x Tie) bool { return x.A == t.A && x.B == t.B }) {
		return err
	}
	c.tie = &t
	if err := settle(ctx, tx, c, t.A, t.B); err != nil {
		return err
	}
	return tx.PutTie(ctx, t)
}

// Link ties two of the actor's own clients, who have turned out to be parties of the same violence. The actor stays
// with one of them; the other goes to somebody else.
func Link(ctx context.Context, tx Tx, by access.Actor, one, other, stay Ref) error {
	a, err := granted(ctx, tx, by, one)
	if err != nil {
		return err
	}
	b, err := granted(ctx, tx, by, other)
	if err != nil {
		return err
	}
	var form fault.Form
	if a.Person == b.Person || a.Person == "" || b.Person == "" {
		form.Add("other", "wall.same")
	}
	if stay != one && stay != other {
		form.Add("stay", "form.choice")
	}
	if err := form.Err(); err != nil {
		return err
	}
	for _, r := range []Ref{one, other} {
		if err := audit.Note(ctx, tx, by, "changed", r.Kind, r.ID); err != nil {
			return err
		}
	}
	with := a.Person
	if stay == other {
		with = b.Person
	}
	return tie(ctx, tx, change{prefer: Work{by.Account, with}}, Between(a.Person, b.Person, ByWorker))
}

// Couple ties the two who meet together: each keeps the workers of their own, and nobody serves both but in the meetings
// themselves.
func Couple(ctx context.Context, tx Tx, a, b person.ID) error {
	return tie(ctx, tx, change{}, Between(a, b, ByCouple))
}

// Wall is a tie as a keeper reads it: that it is there, by number. Between whom is nowhere told.
type Wall struct {
	Tie    TieID
	Number string
}

// Walls are the ties of what a page is about, to a keeper; nobody else learns that there is any.
func Walls(ctx context.Context, tx Tx, by access.Actor, r Ref) ([]Wall, error) {
	if _, err := tx.Granted(ctx, by, r.Kind, r.ID); err != nil {
		return nil, err
	}
	o, err := tx.PartyOf(ctx, r)
	if fault.Is(err, fault.NotFound) { // a couple's joint process, which is nobody's alone
		return nil, nil
	}
	if err != nil || !by.Has(access.Keeper) || o.Person == "" {
		return nil, err
	}
	ties, err := tx.Ties(ctx, []person.ID{o.Person})
	var out []Wall
	for _, t := range ties {
		out = append(out, Wall{t.ID, Number(tx, string(t.ID))})
	}
	return out, err
}

// Number is how a tie, an exception or an affair is spoken of: it leads nowhere.
func Number(tx interface {
	Index(purpose, value string) []byte
}, id string) string {
	b := tx.Index("wall.number", id)
	return fmt.Sprintf("%05d", (uint32(b[0])<<16|uint32(b[1])<<8|uint32(b[2]))%100_000)
}

// Undo takes a tie away that was a mistake, with the marks that would make it again. What is no longer walled is the
// desks' again.
func Undo(ctx context.Context, tx Tx, by access.Actor, r Ref, id TieID) error {
	t, err := ownTie(ctx, tx, by, r, id)
	if err != nil {
		return err
	}
	if err := tx.DeleteCommonMarks(ctx, t.A, t.B); err != nil {
		return err
	}
	if err := tx.DeleteTie(ctx, id); err != nil {
		return err
	}
	if err := Settle(ctx, tx, t.A, t.B); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, "changed", r.Kind, r.ID)
}

// ownTie finds a tie of what a keeper's page is about.
func ownTie(ctx context.Context, tx Tx, by access.Actor, r Ref, id TieID) (Tie, error) {
	o, err := granted(ctx, tx, by, r)
	if err != nil {
		return Tie{}, err
	}
	ties, err := tx.Ties(ctx, []person.ID{o.Person})
	if err != nil {
		return Tie{}, err
	}
	for _, t := range ties {
		if t.ID == id && by.Has(access.Keeper) {
			return t, nil
		}
	}
	return Tie{}, notFound()
}
