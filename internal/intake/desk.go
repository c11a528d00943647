package intake

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
)

// View is a request as its desk reads it.
type View struct {
	Request
	Person  person.Person
	Contact person.SafeContact // Channel None: the person comes back by themselves
	Offer   organization.Offer
	Unit    organization.Unit
	Model   *model.Model
	at      Desk
}

// One is a request with what its desk needs to answer it. Looking is noted, so it needs db.Update.
func One(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id RequestID) (View, error) {
	v, err := read(ctx, tx, ms, by, id)
	if err != nil {
		return View{}, err
	}
	if v.Person, err = tx.Person(ctx, v.Request.Person); err != nil {
		return View{}, err
	}
	c, err := tx.SafeContact(ctx, v.Request.Person)
	if err != nil {
		return View{}, err
	}
	v.Contact = c.Shown(calendar.LocalOf(tx.Now(), v.Unit.Zone).Day)
	return v, audit.Note(ctx, tx, by, "seen", access.Request, string(id))
}

// read finds a request that the actor may see.
func read(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id RequestID) (View, error) {
	if !by.System {
		if _, err := tx.Granted(ctx, by, access.Request, string(id)); err != nil {
			return View{}, err
		}
	}
	r, err := tx.Request(ctx, id)
	if err != nil {
		return View{}, err
	}
	d, err := FindDesk(ctx, tx, ms, r.Offer)
	return View{Request: r, Offer: d.Offer, Unit: d.Unit, Model: d.Model, at: d}, err
}

// Endings are how a request ends without an episode.
func Endings() []string { return []string{"helped", "gone", "mistake"} }

// End closes a request without an episode: a talk was enough, the person does not come, or it was a mistake. The
// request, the person and the key go at once; a sum stays.
func End(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id RequestID, how string) error {
	v, err := read(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if !slices.Contains(Endings(), how) {
		return fault.New(fault.Invalid, "form.choice")
	}
	if err := count(ctx, tx, v.at, figure.One{Name: figure.Ended, Value: how}); err != nil {
		return err
	}
	return tx.DeleteRequest(ctx, id)
}

// NewCodeIn gives a holder a new code. The caller has asked leave of something else.
func NewCodeIn(ctx context.Context, tx Tx, h Holder) (Code, error) {
	code := NewCode()
	h.Index = codeIndex(tx, code)
	return code, tx.PutCode(ctx, h)
}

// NewCodeFor gives a new return code to somebody who is on the line and has lost theirs. The old one opens nothing more.
func NewCodeFor(ctx context.Context, tx Tx, by access.Actor, h Holder) (Code, error) {
	kind, object := access.Request, string(h.Request)
	if h.Request == "" {
		kind, object = access.Episode, h.Episode
	}
	if _, err := tx.Granted(ctx, by, kind, object); err != nil {
		return "", err
	}
	code := NewCode()
	if err := tx.PutCode(ctx, Holder{Index: codeIndex(tx, code), Request: h.Request, Episode: h.Episode}); err != nil {
		return "", err
	}
	return code, audit.Note(ctx, tx, by, "changed", kind, object)
}

// batch is how many objects one sweep takes at a time, so that no transaction is long.
const batch = 50

// Vanish drops requests whose code was not used in its time: the request, its wishes, the person and the key. A
// sum stays. It tells how many; a full batch means that there may be more.
func Vanish(ctx context.Context, tx Tx, ms model.Set) (int, error) {
	ids, err := tx.ExpiredRequests(ctx, tx.Now(), batch)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		v, err := read(ctx, tx, ms, access.System(), id)
		if err == nil {
			err = count(ctx, tx, v.at, figure.One{Name: figure.Unused, Value: string(v.Channel)})
		}
		if err != nil && !fault.Is(err, fault.NotFound) { // without its model nothing is counted, but it goes
			return 0, err
		}
		if err := tx.DeleteRequest(ctx, id); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}
