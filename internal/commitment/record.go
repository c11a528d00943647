package commitment

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
)

// Recorded is what comes of recording: the commitment, and the return code of a contact that was typed afresh.
type Recorded struct {
	Commitment
	Code intake.Code
}

// Record keeps what a payer has granted and opens the episode that it pays for: from a contact that waits, or from one
// that is typed afresh. It asks for nobody's earlier visits and links none: free work and paid work are two services
// that do not see each other.
func Record(ctx context.Context, tx Tx, ms model.Set, by access.Actor, n New) (Recorded, error) {
	desk, from, err := n.desk(ctx, tx, ms, by)
	if err != nil {
		return Recorded{}, err
	}
	c, err := n.checked(ctx, tx, desk)
	if err != nil {
		return Recorded{}, err
	}
	out := Recorded{Commitment: c}
	if n.Request == "" {
		made, err := intake.MakeAt(ctx, tx, desk, by, n.Contact.asked())
		if err != nil {
			return Recorded{}, err
		}
		if made.Again { // the form was sent twice, and the first time has opened the episode
			return Recorded{}, fault.New(fault.Conflict, "intake.sent")
		}
		from, out.Code = made.Request, made.Code
	}
	e, err := episode.OpenUnder(ctx, tx, ms, by, from, episode.Terms{Limit: c.Granted, Worker: n.Worker, Second: n.Second})
	if err != nil {
		return Recorded{}, err
	}
	out.Episode = e.ID
	return out, out.Commitment.keep(ctx, tx, desk.Model, by, e, desk.Unit.Zone)
}

// desk finds where the commitment is recorded, for its coordinators alone.
func (n New) desk(ctx context.Context, tx Tx, ms model.Set, by access.Actor) (d intake.Desk, from intake.Request, err error) {
	offer := n.Contact.Offer
	if n.Request != "" {
		if _, err = tx.Granted(ctx, by, access.Request, string(n.Request)); err != nil {
			return d, from, err
		}
		if from, err = tx.Request(ctx, n.Request); err != nil {
			return d, from, err
		}
		offer = from.Offer
	}
	if d, err = intake.FindDesk(ctx, tx, ms, offer); err != nil {
		return d, from, err
	}
	switch {
	case !by.System && !by.Is(access.Coordinator, d.Unit.ID):
		return d, from, fault.New(fault.NotFound, "not-found")
	case d.Model.Commitment == nil:
		return d, from, fault.New(fault.Conflict, "commitment.none", "model", d.Model.Phrase("name"))
	}
	return d, from, nil
}

// checked adds to the mistakes of the form those that only the house knows: a payer that takes no more, and workers who
// do not work here.
func (n New) checked(ctx context.Context, tx Tx, d intake.Desk) (Commitment, error) {
	c, wrong := n.check(d.Model, calendar.LocalOf(tx.Now(), d.Unit.Zone).Day)
	var form fault.Form
	if n.Payer != "" {
		p, err := tx.Payer(ctx, n.Payer)
		switch {
		case fault.Is(err, fault.NotFound) || err == nil && !p.Active:
			form.Add("payer", "form.choice")
		case err != nil:
			return c, err
		}
	}
	for name, who := range map[string]access.AccountID{"worker": n.Worker, "second": n.Second} {
		if who == "" {
			continue
		}
		err := episode.WorksIn(ctx, tx, d.Unit.ID, who)
		if fault.Is(err, fault.Invalid) {
			form.Add(name, "appointment.no-such-worker")
		} else if err != nil {
			return c, err
		}
	}
	return c, together(wrong, form.Err())
}

// together is the mistakes of both forms as one.
func together(a, b error) error {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	f := *fault.Of(a)
	f.Fields = slices.Concat(f.Fields, fault.Of(b).Fields)
	return &f
}

// asked is the contact as intake takes it. Somebody for whom a payer has decided has asked for it.
func (c Contact) asked() intake.New {
	return intake.New{Offer: c.Offer, Channel: c.Channel, Referrer: c.Referrer, Lang: c.Lang, Name: c.Name, Age: c.Age, Token: c.Token,
		Present: c.Channel == intake.Partner}
}

func (c Commitment) keep(ctx context.Context, tx Tx, m *model.Model, by access.Actor, e episode.Episode, zone string) error {
	if err := tx.PutCommitment(ctx, c); err != nil {
		return err
	}
	for _, p := range c.Periods {
		if err := tx.AddPeriod(ctx, c.Episode, p); err != nil {
			return err
		}
	}
	if m.Counts(figure.Granted) {
		if err := figure.Add(ctx, tx, figure.Where{Unit: e.Unit, Zone: zone, Model: m.ID}, figure.Granted, c.Kind, 1); err != nil {
			return err
		}
	}
	return audit.Note(ctx, tx, by, audit.Opened, access.Episode, string(e.ID))
}

// Extend adds a stretch of days by the same number: what has become uncovered is covered again, and both stretches can be
// seen. It grants no visits; more of those are a new commitment.
func Extend(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id episode.ID, first, last calendar.Date) error {
	l, c, err := load(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	if err := coordinates(l, by); err != nil {
		return err
	}
	if err := l.May(episode.ActExtend, tx.Now()); err != nil {
		return err
	}
	today, until := l.Today(tx.Now()), c.Last()
	var form fault.Form
	switch {
	case first == "":
		form.Add("first", "calendar.date")
	case first <= until:
		form.Add("first", "commitment.overlap", "day", until)
	case last != "" && last < first:
		form.Add("last", "commitment.order")
	case last > first.Add(longestDays):
		form.Add("last", "commitment.long")
	}
	if last == "" {
		form.Add("last", "calendar.date")
	}
	if err := form.Err(); err != nil {
		return err
	}
	if err := tx.AddPeriod(ctx, id, Period{first, last, today}); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, audit.Changed, access.Episode, string(id))
}

// load finds an episode and the commitment that pays for it, for whoever may see them.
func load(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id episode.ID) (episode.Loaded, Commitment, error) {
	l, err := episode.Load(ctx, tx, ms, by, id)
	if err != nil {
		return l, Commitment{}, err
	}
	c, err := tx.Commitment(ctx, id)
	return l, c, err
}

// coordinates tells whether the actor coordinates the unit, or this episode of another.
func coordinates(l episode.Loaded, by access.Actor) error {
	if by.System || by.Is(access.Coordinator, l.Unit.ID) || by.Has(access.Coordinator) && l.Relation == access.ByCoordinator {
		return nil
	}
	return fault.New(fault.Conflict, "episode.coordinator")
}
