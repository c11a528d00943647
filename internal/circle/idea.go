package circle

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
)

// mostIdeas wait to be looked at of one service: then somebody is playing.
const mostIdeas = 200

// NewIdea is a group as somebody would like it. There is no field for who they are.
type NewIdea struct {
	Offer  organization.OfferID
	Kind   string // "" is something else
	Title  string
	Area   string
	Online bool
	Helps  bool
	Token  string // the form's own, so that sending twice is sending once
	by     access.AccountID
}

// Think keeps an idea for a coordinator to read. Nothing of it is shown before that.
func Think(ctx context.Context, tx Tx, ms model.Set, n NewIdea) error {
	h, err := find(ctx, tx, ms, n.Offer)
	if err != nil {
		return err
	}
	if !h.model.Gathering.Ideas || !id.Valid(n.Token) {
		return notFound()
	}
	i := Idea{ID: IdeaID(hex.EncodeToString(tx.Index("circle-idea", string(n.Offer)+" "+n.Token)[:16])), Offer: n.Offer, Kind: n.Kind,
		Online: n.Online, Helps: n.Helps, By: n.by}
	if err := n.words(h, &i); err != nil {
		return err
	}
	if _, err := tx.Idea(ctx, i.ID); err == nil || !fault.Is(err, fault.NotFound) {
		return err
	}
	return h.propose(ctx, tx, i)
}

// Hear keeps what somebody would like who said so on a form, as a proposal of no kind: which answer it came with is known nowhere
// (R-206, R-207, decision 0071). Coordinators read it as any other.
func Hear(ctx context.Context, tx Tx, ms model.Set, offer organization.OfferID, title string) error {
	h, err := find(ctx, tx, ms, offer)
	if err != nil {
		return err
	}
	if !h.model.Gathering.Ideas {
		return notFound()
	}
	i := Idea{ID: IdeaID(id.New()), Offer: offer}
	if err := (NewIdea{Title: title}).words(h, &i); err != nil {
		return err
	}
	return h.propose(ctx, tx, i)
}

// propose keeps an idea that nobody has read, and counts it.
func (h hall) propose(ctx context.Context, tx Tx, i Idea) error {
	i.State, i.Expires = Proposed, calendar.DateOf(tx.Now(), time.UTC).Add(days(h.model, "ideas"))
	all, err := tx.Ideas(ctx, []organization.OfferID{i.Offer})
	if err != nil {
		return err
	}
	if len(all) >= mostIdeas {
		return fault.New(fault.Conflict, "circle.ideas-full")
	}
	if i.Key, err = tx.NewKey(); err != nil {
		return err
	}
	if err := tx.PutIdea(ctx, i); err != nil {
		return err
	}
	return h.count(ctx, tx, figure.Ideas, Proposed, 1)
}

func (n NewIdea) words(h hall, i *Idea) error {
	var form fault.Form
	if _, ok := h.model.Gathering.Kind(n.Kind); !ok && n.Kind != "" {
		form.Add("kind", "form.choice")
	}
	title, area := strings.TrimSpace(n.Title), strings.TrimSpace(n.Area)
	switch {
	case title == "":
		form.Add("title", "circle.empty")
	case !person.Short(title, MaxTitle):
		form.Add("title", "circle.topic", "most", MaxTitle)
	}
	if !person.Short(area, MaxArea) {
		form.Add("area", "circle.topic", "most", MaxArea)
	}
	i.Title, i.Area = seal.Of(title), seal.Of(area)
	return form.Err()
}

// days is after how many days something of the model goes.
func days(m *model.Model, what string) int {
	k, _ := m.Retention(what)
	return k.Days
}

// idea finds one that the actor coordinates.
func idea(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of IdeaID) (Idea, hall, error) {
	if err := tx.SeesIdea(ctx, by, of); err != nil {
		return Idea{}, hall{}, err
	}
	i, err := tx.Idea(ctx, of)
	if err != nil {
		return i, hall{}, err
	}
	h, err := find(ctx, tx, ms, i.Offer)
	if err == nil && !by.Is(access.Coordinator, h.unit.ID) {
		err = notFound()
	}
	return i, h, err
}

// Look says that a coordinator has read an idea: from then on its title is shown on the service's page. It also takes "not now"
// back.
func Look(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of IdeaID) error {
	i, h, err := idea(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	if i.State == Taken {
		return fault.New(fault.Conflict, "circle.idea-taken")
	}
	i.State, i.Answer = Looked, ""
	if err := tx.PutIdea(ctx, i); err != nil {
		return err
	}
	return h.tellProposer(ctx, tx, i)
}

// Answer says "not now", in one of the sentences there are.
func Answer(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of IdeaID, answer string) error {
	i, h, err := idea(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	var form fault.Form
	if !slices.Contains(Answers, answer) {
		form.Add("answer", "form.choice")
		return form.Err()
	}
	if i.State == Taken {
		return fault.New(fault.Conflict, "circle.idea-taken")
	}
	first := i.State != NotNow
	i.State, i.Answer = NotNow, answer
	if err := tx.PutIdea(ctx, i); err != nil {
		return err
	}
	if err := h.tellProposer(ctx, tx, i); err != nil || !first {
		return err
	}
	return h.count(ctx, tx, figure.Ideas, NotNow, 1)
}

// Drop lets an idea go that cannot be shown: it names somebody, or is no idea.
func Drop(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of IdeaID) error {
	if _, _, err := idea(ctx, tx, ms, by, of); err != nil {
		return err
	}
	return tx.DeleteIdea(ctx, of)
}

// taken says that a group came of an idea.
func taken(ctx context.Context, tx Tx, ms model.Set, by access.Actor, c Circle, n New) error {
	i, h, err := idea(ctx, tx, ms, by, n.Idea)
	if err != nil {
		return err
	}
	if i.State == Taken {
		return nil
	}
	i.State, i.Answer = Taken, ""
	if err := tx.PutIdea(ctx, i); err != nil {
		return err
	}
	if err := h.askProposer(ctx, tx, i, c); err != nil {
		return err
	}
	return h.count(ctx, tx, figure.Ideas, Taken, 1)
}

// Forget lets groups go whose days after the last meeting are over, with their names, topics and links, and ideas that are too
// old. What stays is sums. It tells how many went, at most a batch.
func Forget(ctx context.Context, tx Tx, ms model.Set, batch int) (int, error) {
	n, today := 0, calendar.DateOf(tx.Now(), time.UTC)
	circles, err := tx.Circles(ctx, nil)
	if err != nil {
		return 0, err
	}
	for _, c := range circles {
		h, err := find(ctx, tx, ms, c.Offer)
		if err != nil {
			return n, err
		}
		if c.Last.Add(days(h.model, "participants")) >= today || n >= batch {
			continue
		}
		n++
		if err := tx.DeleteCircle(ctx, c.ID); err != nil {
			return n, err
		}
	}
	ideas, err := tx.Ideas(ctx, nil)
	if err != nil {
		return n, err
	}
	for _, i := range ideas {
		if i.Expires > today || n >= batch {
			continue
		}
		n++
		if err := tx.DeleteIdea(ctx, i.ID); err != nil {
			return n, err
		}
	}
	if err := tx.DropLeadersOfGone(ctx); err != nil {
		return n, err
	}
	_, err = tx.DeleteCircleStaysOver(ctx, tx.Now())
	return n, err
}
