package commitment

import (
	"context"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/seal"
)

// Correction puts right what was typed wrongly when a commitment was recorded. More visits than a payer granted are no
// correction but a new commitment.
type Correction struct {
	Number       string
	Granted      int
	SocialWorker string
	Agreed       calendar.Date
}

// Correct keeps what should have been typed.
func Correct(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id episode.ID, to Correction) error {
	l, c, visits, err := loadOpen(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	next, err := c.corrected(l.Model, to, visits, l.Today(tx.Now()))
	if err != nil {
		return err
	}
	if next.Granted != c.Granted {
		if err := tx.PutGranted(ctx, id, next.Granted); err != nil {
			return err
		}
	}
	if err := tx.PutCommitment(ctx, next); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, audit.Changed, access.Episode, string(id))
}

// loadOpen is a commitment that goes on, with its visits, for its coordinators.
func loadOpen(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id episode.ID) (l episode.Loaded, c Commitment, visits []appointment.Appointment, err error) {
	if l, c, err = load(ctx, tx, ms, by, id); err != nil {
		return l, c, nil, err
	}
	if err := coordinates(l, by); err != nil {
		return l, c, nil, err
	}
	if err := l.May(episode.ActExtend, tx.Now()); err != nil {
		return l, c, nil, err
	}
	visits, err = tx.Appointments(ctx, id)
	return l, c, visits, err
}

// corrected is the commitment put right, or every mistake at once. It is pure.
func (c Commitment) corrected(m *model.Model, to Correction, visits []appointment.Appointment, today calendar.Date) (Commitment, error) {
	var form fault.Form
	c.Number, c.Granted = seal.Of(strings.TrimSpace(to.Number)), to.Granted
	if !numberShape.MatchString(c.Number.Reveal()) {
		form.Add("number", "commitment.number")
	}
	last := 0
	for _, v := range visits {
		last = max(last, v.No)
	}
	switch {
	case !m.Commitment.Granted(to.Granted):
		form.Add("granted", "commitment.granted", "min", m.Commitment.Min, "max", m.Commitment.Max)
	case to.Granted < last:
		form.Add("granted", "commitment.granted-used", "n", last)
	}
	welfare := "no"
	if c.ChildWelfare {
		welfare = "yes"
	}
	New{ChildWelfare: welfare, SocialWorker: to.SocialWorker, Agreed: to.Agreed}.checkSocialWorker(&c, today, &form)
	return c, form.Err()
}

// CorrectDays puts right the days of the stretch that begins with a day. A visit that was held and paid for keeps its payer.
func CorrectDays(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id episode.ID, which, first, last calendar.Date) error {
	_, c, visits, err := loadOpen(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	next, err := c.withDays(which, first, last, visits)
	if err != nil {
		return err
	}
	if err := tx.PutPeriods(ctx, id, next.Periods); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, audit.Changed, access.Episode, string(id))
}

// withDays is the commitment with a stretch's days changed, or every mistake at once. It is pure.
func (c Commitment) withDays(which, first, last calendar.Date, visits []appointment.Appointment) (Commitment, error) {
	i := slices.IndexFunc(c.Periods, func(p Period) bool { return p.First == which })
	if i < 0 {
		return c, fault.New(fault.NotFound, "not-found")
	}
	was := c
	c.Periods = slices.Clone(c.Periods)
	c.Periods[i].First, c.Periods[i].Last = first, last
	var form fault.Form
	switch {
	case first == "":
		form.Add("from", "calendar.date")
	case last != "" && last < first:
		form.Add("to", "commitment.order")
	case last > first.Add(longestDays):
		form.Add("to", "commitment.long")
	}
	if last == "" {
		form.Add("to", "calendar.date")
	}
	if err := form.Err(); err != nil {
		return c, err
	}
	for j, p := range was.Periods {
		if j != i && p.First <= last && first <= p.Last {
			form.Add("from", "commitment.meets-other", "first", p.First, "last", p.Last)
		}
	}
	for _, v := range visits {
		if v.Counted && was.Covers(v.At.Day) && !c.Covers(v.At.Day) {
			form.Add("to", "commitment.held-outside", "day", v.At.Day)
			break
		}
	}
	return c, form.Err()
}
