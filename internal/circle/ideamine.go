package circle

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// Proposal is a group as a volunteer proposed it, and what became of it.
type Proposal struct {
	Idea
	Model *model.Model
}

// ThinkMine proposes a group signed in: as Think does, of a service of the volunteer's own unit, but the volunteer reads what
// becomes of it, and is asked to lead it where they would.
func ThinkMine(ctx context.Context, tx Tx, ms model.Set, by access.Actor, n NewIdea) error {
	h, err := find(ctx, tx, ms, n.Offer)
	if err != nil {
		return err
	}
	if !by.Is(access.Volunteer, h.unit.ID) {
		return notFound()
	}
	n.by = by.Account
	return Think(ctx, tx, ms, n)
}

// Thinkable are the offers of a volunteer's units for which groups may be proposed.
func Thinkable(ctx context.Context, tx Tx, ms model.Set, by access.Actor) (out []organization.Offer, err error) {
	for _, m := range by.Roles {
		if m.Role != access.Volunteer {
			continue
		}
		offers, err := tx.Offers(ctx, m.Unit)
		if err != nil {
			return nil, err
		}
		for _, o := range offers {
			if x, ok := ms.Model(o.Model, o.Version); ok && x.Gathering != nil && x.Gathering.Ideas {
				out = append(out, o)
			}
		}
	}
	return out, nil
}

// Proposals are what a volunteer has proposed, until it goes.
func Proposals(ctx context.Context, tx Tx, ms model.Set, by access.Actor) (out []Proposal, err error) {
	offers, err := Thinkable(ctx, tx, ms, by)
	if err != nil || len(offers) == 0 {
		return nil, err
	}
	var ids []organization.OfferID
	for _, o := range offers {
		ids = append(ids, o.ID)
	}
	all, err := tx.Ideas(ctx, ids)
	for _, i := range all {
		at := slices.IndexFunc(offers, func(o organization.Offer) bool { return o.ID == i.Offer })
		if i.By != "" && i.By == by.Account {
			m, _ := ms.Model(offers[at].Model, offers[at].Version)
			out = append(out, Proposal{i, m})
		}
	}
	return out, err
}

// Rethink takes one's own proposal back, as long as no group came of it. Nothing is left of it.
func Rethink(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of IdeaID) error {
	mine, err := Proposals(ctx, tx, ms, by)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(mine, func(p Proposal) bool { return p.ID == of })
	if i < 0 {
		return notFound()
	}
	if mine[i].State == Taken {
		return fault.New(fault.Conflict, "circle.idea-taken")
	}
	return tx.DeleteIdea(ctx, of)
}

// tellProposer writes to who proposed it signed in that there is something new on their page.
func (h hall) tellProposer(ctx context.Context, tx Tx, i Idea) error {
	return Sight{Unit: h.unit, Model: h.model, hall: h}.tellOne(ctx, tx, i.By)
}

// askProposer asks whoever proposed the group, and would help to lead, whether they lead it. What the task takes is asked when they read it.
func (h hall) askProposer(ctx context.Context, tx Tx, i Idea, c Circle) error {
	v, err := volunteer.Volunteer{}, error(nil)
	if i.By != "" {
		v, err = tx.VolunteerOf(ctx, i.By)
	}
	if i.By == "" || fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if i.Helps && h.model.Gathering.Task != "" && len(c.Leaders) < 2 && v.Unit == h.unit.ID {
		if err := tx.PutAsked(ctx, Asked{c.ID, 0, i.By}); err != nil {
			return err
		}
	}
	return h.tellProposer(ctx, tx, i)
}
