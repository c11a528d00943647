// Package joint is a couple's meetings: whose wish opens them, what is gone through with each party alone, how two workers
// bring the two together without anybody searching for people, and how safety is asked of each (R-060…,
// A-09; decision 0053). What may happen is package episode's to say and times are package appointment's. What one party
// said alone is shown to that party and to the worker of their own visits: in the joint process it is a yes or a no to a
// condition, and to the other party nothing at all.
package joint

import (
	"context"
	"fmt"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
)

// Tx is the part of a storage transaction that joint processes need.
type Tx interface {
	appointment.Tx
	PutParty(ctx context.Context, p episode.Party) error
	DeleteParty(ctx context.Context, id string) error
	PartyByWord(ctx context.Context, word []byte) (episode.Party, error)
	Side(ctx context.Context, p episode.Party) (episode.Side, error)
	MarkPoint(ctx context.Context, party, point string, done bool) error
	PutAnswer(ctx context.Context, party string, a episode.Answer) error
	MarkSafer(ctx context.Context, joint episode.ID, who access.AccountID, safer bool) error
}

// home is a party's own visits, with the couple's model that may follow from them.
type home struct {
	episode.Loaded
	couple *model.Model
	offer  organization.Offer
	party  episode.Party // zero before anybody prepares
}

// atHome loads a party's own visits for their own worker. To everybody else there is nothing there.
func atHome(ctx context.Context, tx Tx, ms model.Set, by access.Actor, at episode.ID) (h home, err error) {
	if h.Loaded, err = episode.Load(ctx, tx, ms, by, at); err != nil {
		return h, err
	}
	if h.Relation != access.ByWorker {
		return h, notFound()
	}
	if h.couple, h.offer, err = follows(ctx, tx, ms, h.Loaded); err != nil {
		return h, err
	}
	if h.couple == nil {
		return h, notFound()
	}
	h.party, err = tx.PartyAt(ctx, at)
	if fault.Is(err, fault.NotFound) {
		return h, nil
	}
	return h, err
}

// Follows tells whether joint meetings may follow from an episode in its unit.
func Follows(ctx context.Context, tx Tx, ms model.Set, l episode.Loaded) (bool, error) {
	m, _, err := follows(ctx, tx, ms, l)
	return m != nil, err
}

func follows(ctx context.Context, tx Tx, ms model.Set, l episode.Loaded) (*model.Model, organization.Offer, error) {
	if l.Model.Regime != model.Goals && l.Model.Regime != model.Buyer {
		return nil, organization.Offer{}, nil
	}
	offers, err := tx.Offers(ctx, l.Unit.ID)
	for _, o := range offers {
		m, ok := ms.Model(o.Model, o.Version)
		if ok && m.Parties != nil && slices.Contains(m.Parties.From, l.Model.ID) {
			return m, o, err
		}
	}
	return nil, organization.Offer{}, err
}

// keep keeps the party and notes who did it, on that party's own visits alone.
func (h home) keep(ctx context.Context, tx Tx, by access.Actor) error {
	if err := tx.PutParty(ctx, h.party); err != nil {
		return err
	}
	return h.note(ctx, tx, by)
}

func (h home) note(ctx context.Context, tx Tx, by access.Actor) error {
	return audit.Note(ctx, tx, by, "changed", access.Episode, string(h.Episode.ID))
}

// prepared is nil once it is said who this party is.
func (h home) prepared() error {
	if h.party.ID == "" {
		return fault.New(fault.Conflict, "couple.role-first")
	}
	return nil
}

// Prepare says which of the two a client is. It can be said otherwise until the two are together: then what was marked
// for the other role is gone.
func Prepare(ctx context.Context, tx Tx, ms model.Set, by access.Actor, at episode.ID, role string) error {
	h, err := atHome(ctx, tx, ms, by, at)
	if err != nil {
		return err
	}
	var form fault.Form
	if role != model.Experienced && role != model.Used {
		form.Add("role", "form.choice")
		return form.Err()
	}
	switch {
	case h.party.Role == role:
		return nil // pressed twice
	case h.party.Joint != "":
		return fault.New(fault.Conflict, "couple.together")
	case h.Episode.Stage == episode.StageClosed:
		return fault.New(fault.Conflict, "episode.closed", "model", h.Model.Phrase("name"))
	case h.party.ID != "":
		if err := tx.DeleteParty(ctx, h.party.ID); err != nil {
			return err
		}
	}
	h.party = episode.Party{ID: id.New(), Home: at, HomeRegime: h.Episode.Regime, Role: role}
	return h.keep(ctx, tx, by)
}

// Asked notes that the one who used violence has asked for joint meetings: a tick without a word. It opens nothing and is
// nowhere but here.
func Asked(ctx context.Context, tx Tx, ms model.Set, by access.Actor, at episode.ID, asked bool) error {
	h, err := atHome(ctx, tx, ms, by, at)
	if err != nil {
		return err
	}
	if err := h.prepared(); err != nil {
		return err
	}
	if h.party.Role != model.Used {
		return fault.New(fault.Conflict, "couple.wish-instead")
	}
	h.party.Asked = asked
	return h.keep(ctx, tx, by)
}

// Wish records whose wish the meetings are, and on which day it was said: by the one who experienced violence, to their
// own worker, alone. Another's cannot be recorded (R-064…R-066).
func Wish(ctx context.Context, tx Tx, ms model.Set, by access.Actor, at episode.ID, day calendar.Date, alone bool) error {
	h, err := atHome(ctx, tx, ms, by, at)
	if err != nil {
		return err
	}
	if err := h.prepared(); err != nil {
		return err
	}
	if h.party.Role != h.couple.Parties.Wish {
		return fault.New(fault.Conflict, "couple.whose-wish", "model", h.couple.Phrase("name"))
	}
	var form fault.Form
	today := h.Today(tx.Now())
	if !alone {
		form.Add("alone", "couple.alone")
	}
	if d, err := calendar.ParseDate(string(day)); err != nil || d > today || d < h.Episode.Opened {
		form.Add("day", "couple.day")
	}
	if err := form.Err(); err != nil {
		return err
	}
	h.party.Wish = day
	return h.keep(ctx, tx, by)
}

// TakeBack takes a wish back: the one whose it is may, at any time, without a reason. What is coming goes on hold as it
// does for any other cause.
func TakeBack(ctx context.Context, tx Tx, ms model.Set, by access.Actor, at episode.ID) error {
	h, err := atHome(ctx, tx, ms, by, at)
	if err != nil {
		return err
	}
	if h.party.Wish == "" {
		return fault.New(fault.Conflict, "couple.no-wish")
	}
	h.party.Wish, h.party.Word, h.party.WordUntil = "", nil, zero
	if err := h.keep(ctx, tx, by); err != nil || h.party.Joint == "" {
		return err
	}
	return appointment.WaitAll(ctx, tx, ms, h.party.Joint)
}

// Mark ticks what was gone through with a party in their own visits, and takes ticks back: of all points, those that are
// in done.
func Mark(ctx context.Context, tx Tx, ms model.Set, by access.Actor, at episode.ID, done []string) error {
	h, err := atHome(ctx, tx, ms, by, at)
	if err != nil {
		return err
	}
	if err := h.prepared(); err != nil {
		return err
	}
	points := h.couple.Parties.Points()
	for _, p := range done {
		if !slices.Contains(points, p) {
			return fault.New(fault.Invalid, "form.choice")
		}
	}
	for _, p := range points {
		if err := tx.MarkPoint(ctx, h.party.ID, p, slices.Contains(done, p)); err != nil {
			return fmt.Errorf("mark a point of party %s: %w", h.party.ID, err)
		}
	}
	return h.note(ctx, tx, by)
}

func notFound() error { return fault.New(fault.NotFound, "not-found") }
