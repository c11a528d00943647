package episode

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
)

// MarkGuardians marks on a child's episode that the guardians disagree, or agree again. What is booked stands. A new
// disagreement waits for a decision of its own; agreeing ends the old one.
func MarkGuardians(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, disagree bool) error {
	l, err := Load(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if err := l.May(ActGuardians, tx.Now()); err != nil {
		return err
	}
	mark := Agree
	if disagree {
		mark = Disagree
	}
	if l.Episode.Guardians == mark { // pressed twice: a decision that was made stays
		return nil
	}
	l.Episode.Guardians, l.Episode.Decision = mark, Decision{}
	return l.keep(ctx, tx, by, "changed")
}

// Decide keeps what a coordinator decided where guardians disagree: a choice and a ground from the model's lists, and
// the day. The program decides nothing (D-080).
func Decide(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID, choice, ground string) error {
	l, err := Load(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if err := l.coordinates(by); err != nil {
		return err
	}
	if err := l.May(ActDecide, tx.Now()); err != nil {
		return err
	}
	var form fault.Form
	if !slices.Contains(l.Model.Decision.Choices, choice) {
		form.Add("choice", "form.choice")
	}
	if !slices.Contains(l.Model.Decision.Grounds, ground) {
		form.Add("ground", "form.choice")
	}
	if err := form.Err(); err != nil {
		return err
	}
	l.Episode.Decision = Decision{Choice: choice, Ground: ground, Day: l.Today(tx.Now()), By: by.Account}
	return l.keep(ctx, tx, by, "decided")
}

// maxName is as long as a chosen name may be.
const maxName = 60

// AddGuardianTalk begins one guardian's parenting talks about a child: a person, an episode and a code of their own,
// so that nothing of the child's or of the other guardian's can be reached from it.
func AddGuardianTalk(ctx context.Context, tx Tx, ms model.Set, by access.Actor, child ID, name string) (Episode, intake.Code, error) {
	l, err := Load(ctx, tx, ms, by, child)
	if err != nil {
		return Episode{}, "", err
	}
	if err := l.May(ActTalk, tx.Now()); err != nil {
		return Episode{}, "", err
	}
	called, ok := Line(name, maxName)
	if !ok {
		var form fault.Form
		form.Add("name", "guardians.name", "max", maxName)
		return Episode{}, "", form.Err()
	}
	e, err := begin(l.Model, l.Episode.Unit, l.Episode.Offer, model.Guardian)
	if err != nil {
		return Episode{}, "", err
	}
	e.About, e.Worker, e.Lang = child, l.Episode.Worker, l.Episode.Lang
	e.Channel, e.Referrer = l.Episode.Channel, l.Episode.Referrer
	if e.Person, err = newGuardian(ctx, tx, called); err != nil {
		return Episode{}, "", err
	}
	if err := settle(ctx, tx, l.Model, by, &e); err != nil {
		return Episode{}, "", err
	}
	code, err := intake.NewCodeFor(ctx, tx, by, intake.Holder{Episode: string(e.ID)})
	return e, code, err
}

func newGuardian(ctx context.Context, tx Tx, name string) (person.ID, error) {
	key, err := tx.NewKey()
	if err != nil {
		return "", err
	}
	p := person.Person{ID: person.ID(newID()), Key: key, Kind: person.Adult, Name: seal.Of(name)}
	return p.ID, tx.PutPerson(ctx, p)
}
