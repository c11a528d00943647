package intake

import (
	"context"
	"regexp"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/wall"
)

// sameForm is how long one form sent twice is answered with the same code: a double press, a slow line, the back
// button. Later the page that made it may be in other hands.
const sameForm = 10 * time.Minute

// day is what unused codes and requests are counted in.
const day = 24 * time.Hour

// Make hears a wish for contact: a form, a chat, a call, a letter, a partner with the client beside them. Nothing but
// the wish is required. Nobody is looked up, so the answer is the same whoever is here already.
func Make(ctx context.Context, tx Tx, ms model.Set, by access.Actor, in New) (Made, error) {
	at, err := FindDesk(ctx, tx, ms, in.Offer)
	if err != nil {
		return Made{}, err
	}
	return MakeAt(ctx, tx, at, by, in)
}

// MakeAt is Make at a desk that is known already. Public forms know it, and when many come at once they have nothing
// to wait for but the writing.
func MakeAt(ctx context.Context, tx Tx, at Desk, by access.Actor, in New) (Made, error) {
	if err := may(by, in.Channel, at.Unit.ID); err != nil {
		return Made{}, err
	}
	made, err := sent(ctx, tx, at, in.Token)
	if err != nil || made.Again {
		return made, err
	}
	if err := at.takes(in.Channel); err != nil {
		return Made{}, err
	}
	c, err := check(at, by, in, tx.Now())
	if err != nil {
		return Made{}, err
	}
	return keep(ctx, tx, at, by, c, made.Code)
}

// Desk is where a request arrives.
type Desk struct {
	Offer  organization.Offer
	Unit   organization.Unit
	Places []organization.Place
	Model  *model.Model
}

// FindDesk finds where requests for an offer arrive.
func FindDesk(ctx context.Context, tx Tx, ms model.Set, id organization.OfferID) (Desk, error) {
	offer, err := tx.Offer(ctx, id)
	if err != nil {
		return Desk{}, err
	}
	unit, err := tx.Unit(ctx, offer.Unit)
	if err != nil {
		return Desk{}, err
	}
	places, err := tx.Places(ctx, unit.ID)
	if err != nil {
		return Desk{}, err
	}
	m, ok := ms.Model(offer.Model, offer.Version)
	if !ok {
		return Desk{}, fault.New(fault.NotFound, "not-found")
	}
	return Desk{offer, unit, places, m}, nil
}

// takes tells whether the service takes contacts now and this way.
func (d Desk) takes(c Channel) error {
	switch {
	case !d.Offer.Open:
		return fault.New(fault.Conflict, "intake.closed")
	case !slices.Contains(d.Model.Channels, string(c)):
		return fault.New(fault.Conflict, "intake.other-way")
	}
	return nil
}

// unused is how long a code waits to be used.
func (d Desk) unused() time.Duration { return time.Duration(d.Model.UnusedDays) * day }

func (d Desk) where() figure.Where {
	return figure.Where{Unit: d.Unit.ID, Zone: d.Unit.Zone, Model: d.Model.ID}
}

// may tells whether the actor may bring a contact this way: forms are for anyone, the rest for the unit's own staff.
func may(by access.Actor, c Channel, u access.UnitID) error {
	if c == Form || c == Partner || by.Is(access.Worker, u) || by.Is(access.Coordinator, u) {
		return nil
	}
	return fault.New(fault.NotFound, "not-found")
}

// sent finds what the same form has made already; otherwise it gives the code that this form will show. The code comes
// out of the form's own token, so that sending twice shows one code, though no code is kept.
func sent(ctx context.Context, tx Tx, at Desk, token string) (Made, error) {
	if token == "" {
		return Made{Code: NewCode()}, nil
	}
	if !formToken.MatchString(token) {
		return Made{}, fault.New(fault.Invalid, "intake.form-old")
	}
	code, hash := codeFrom(tx.Derive("form-code", token)), formHash(tx, token)
	again, err := tx.Sent(ctx, hash, codeIndex(tx, code))
	if err != nil || !again {
		return Made{Code: code}, err
	}
	r, err := tx.RequestByToken(ctx, hash)
	switch {
	case err == nil && tx.Now().Add(at.unused()).Sub(r.Expires) < sameForm:
		return Made{Request: r, Code: code, Again: true}, nil
	case err == nil || fault.Is(err, fault.NotFound): // it may have become an episode, and its code gone with it
		return Made{}, fault.New(fault.Conflict, "intake.sent")
	}
	return Made{}, err
}

// formToken is the shape of a form's own random value: enough of it that no two forms can meet.
var formToken = regexp.MustCompile(`^[A-Za-z0-9_-]{22,100}$`)

func formHash(tx Tx, token string) []byte { return tx.Index("form", token) }

func codeIndex(tx Tx, c Code) []byte { return tx.Index("code", string(c)) }

// keep writes a checked contact down: the person with a key of their own, the request, its code, the desk's grant, the
// sums, and a neutral word to the desk.
func keep(ctx context.Context, tx Tx, at Desk, by access.Actor, c checked, code Code) (Made, error) {
	key, err := tx.NewKey()
	if err != nil {
		return Made{}, err
	}
	who := person.Person{ID: person.ID(id.New()), Key: key, Kind: c.kind, Name: c.name}
	if err := tx.PutPerson(ctx, who); err != nil {
		return Made{}, err
	}
	met := false
	if c.contact.Channel != person.None {
		c.contact.Person, c.contact.Asked = who.ID, tx.Now()
		if err := tx.PutSafeContact(ctx, c.contact); err != nil {
			return Made{}, err
		}
		if met, err = wall.Renew(ctx, tx, c.contact); err != nil {
			return Made{}, err
		}
	}
	r := c.request
	r.ID, r.Person, r.State = RequestID(id.New()), who.ID, Waiting
	if c.token != "" {
		r.Token = formHash(tx, c.token)
	}
	desk := access.Desk(r.Unit)
	if met {
		desk = "" // a party to somebody: the job that wall.Renew left opens it to those who may serve them
	}
	if err := tx.AddRequest(ctx, r, codeIndex(tx, code), desk); err != nil {
		return Made{}, err
	}
	if err := announce(ctx, tx, at, by, r); err != nil {
		return Made{}, err
	}
	return Made{Request: r, Code: code}, nil
}

// announce counts a request, and leaves a neutral letter to its desk.
func announce(ctx context.Context, tx Tx, at Desk, by access.Actor, r Request) error {
	if err := count(ctx, tx, at, figure.One{Name: figure.Contacts, Value: string(r.Channel)}, figure.One{Name: figure.Referrers, Value: r.Referrer}); err != nil {
		return err
	}
	if err := audit.Note(ctx, tx, by, "opened", access.Request, string(r.ID)); err != nil {
		return err
	}
	return tx.PutJob(ctx, "notify-desk", string(r.ID), tx.Now())
}

// count adds one to each of the figures that the model counts.
func count(ctx context.Context, tx Tx, at Desk, ones ...figure.One) error {
	ones = slices.DeleteFunc(ones, func(o figure.One) bool { return !at.Model.Counts(o.Name) })
	return figure.AddOnes(ctx, tx, at.where(), ones...)
}
