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
	at, err := findDesk(ctx, tx, ms, in.Offer)
	if err != nil {
		return Made{}, err
	}
	if err := may(by, in.Channel, at.unit.ID); err != nil {
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

// desk is where a request arrives.
type desk struct {
	offer  organization.Offer
	unit   organization.Unit
	places []organization.Place
	model  *model.Model
}

func findDesk(ctx context.Context, tx Tx, ms model.Set, id organization.OfferID) (desk, error) {
	offer, err := tx.Offer(ctx, id)
	if err != nil {
		return desk{}, err
	}
	unit, err := tx.Unit(ctx, offer.Unit)
	if err != nil {
		return desk{}, err
	}
	places, err := tx.Places(ctx, unit.ID)
	if err != nil {
		return desk{}, err
	}
	m, ok := ms.Model(offer.Model, offer.Version)
	if !ok {
		return desk{}, fault.New(fault.NotFound, "not-found")
	}
	return desk{offer, unit, places, m}, nil
}

// takes tells whether the service takes contacts now and this way.
func (d desk) takes(c Channel) error {
	switch {
	case !d.offer.Open:
		return fault.New(fault.Conflict, "intake.closed")
	case !slices.Contains(d.model.Channels, string(c)):
		return fault.New(fault.Conflict, "intake.other-way")
	}
	return nil
}

// unused is how long a code waits to be used.
func (d desk) unused() time.Duration { return time.Duration(d.model.UnusedDays) * day }

func (d desk) where() figure.Where {
	return figure.Where{Unit: d.unit.ID, Zone: d.unit.Zone, Model: d.model.ID}
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
func sent(ctx context.Context, tx Tx, at desk, token string) (Made, error) {
	if token == "" {
		return Made{Code: NewCode()}, nil
	}
	if !formToken.MatchString(token) {
		return Made{}, fault.New(fault.Invalid, "intake.form-old")
	}
	code := codeFrom(tx.Derive("form-code", token))
	r, err := tx.RequestByToken(ctx, formHash(tx, token))
	switch {
	case err == nil && tx.Now().Add(at.unused()).Sub(r.Expires) < sameForm:
		return Made{Request: r, Code: code, Again: true}, nil
	case err == nil:
		return Made{}, fault.New(fault.Conflict, "intake.sent")
	case !fault.Is(err, fault.NotFound):
		return Made{}, err
	}
	// The request may have become an episode meanwhile, and its code gone with it.
	_, err = tx.Code(ctx, codeIndex(tx, code))
	switch {
	case err == nil:
		return Made{}, fault.New(fault.Conflict, "intake.sent")
	case !fault.Is(err, fault.NotFound):
		return Made{}, err
	}
	return Made{Code: code}, nil
}

// formToken is the shape of a form's own random value: enough of it that no two forms can meet.
var formToken = regexp.MustCompile(`^[A-Za-z0-9_-]{22,100}$`)

func formHash(tx Tx, token string) []byte { return tx.Index("form", token) }

func codeIndex(tx Tx, c Code) []byte { return tx.Index("code", string(c)) }

// keep writes a checked contact down: the person with a key of their own, the request, its code, the desk's grant, the
// sums, and a neutral word to the desk.
func keep(ctx context.Context, tx Tx, at desk, by access.Actor, c checked, code Code) (Made, error) {
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
	if err := tx.PutRequest(ctx, r); err != nil {
		return Made{}, err
	}
	if err := tx.PutCode(ctx, Holder{Index: codeIndex(tx, code), Request: r.ID}); err != nil {
		return Made{}, err
	}
	if err := announce(ctx, tx, at, by, r, met); err != nil {
		return Made{}, err
	}
	return Made{Request: r, Code: code}, nil
}

// announce opens the request to its desk, counts it, and leaves a neutral letter to be sent. Where the newcomer is a
// party to somebody, the desk is not told: the job that wall.Renew left opens it to those who may serve them.
func announce(ctx context.Context, tx Tx, at desk, by access.Actor, r Request, met bool) error {
	if !met {
		grant := access.Grant{Holder: access.Desk(r.Unit), Kind: access.Request, Object: string(r.ID), Relation: access.ByIntake}
		if err := tx.PutGrant(ctx, grant); err != nil {
			return err
		}
	}
	if err := count(ctx, tx, at, figure.Contacts, string(r.Channel)); err != nil {
		return err
	}
	if err := count(ctx, tx, at, figure.Referrers, r.Referrer); err != nil {
		return err
	}
	if err := audit.Note(ctx, tx, by, "opened", access.Request, string(r.ID)); err != nil {
		return err
	}
	return tx.PutJob(ctx, "notify-desk", string(r.ID), tx.Now())
}

// count adds one to a figure that the model counts.
func count(ctx context.Context, tx Tx, at desk, name, value string) error {
	if !at.model.Counts(name) {
		return nil
	}
	return figure.Add(ctx, tx, at.where(), name, value, 1)
}
