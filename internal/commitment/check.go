package commitment

import (
	"regexp"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
)

// New is a commitment as a coordinator has typed it. A number or a day that was not told, or cannot be read, is nought
// or "".
type New struct {
	Request intake.RequestID // the contact it belongs to; or, typed afresh:
	Contact Contact

	Payer          PayerID
	Number         string
	Kind           string
	Granted        int
	Workers        int
	Worker, Second access.AccountID
	First, Last    calendar.Date
	Route          string
	ChildWelfare   string // "yes" or "no"
	SocialWorker   string
	Agreed         calendar.Date
}

// Contact is somebody whose contact was not written down before.
type Contact struct {
	Offer    organization.OfferID
	Channel  intake.Channel
	Referrer string
	Lang     locale.Lang
	Name     string
	Age      int // a child's; -1 when not told
	Token    string
}

const (
	maxSocialWorker = 60
	// longest is how long one period may be: more is a slip of the year.
	longestDays = 3 * 366
)

// numberShape is what a payer calls a commitment: one word or a few, no sentence.
var numberShape = regexp.MustCompile(`^[\p{L}\p{N}]([\p{L}\p{N} ./_-]{0,38}[\p{L}\p{N}])?$`)

// check looks at what was typed and tells every mistake at once, each at its input. The payer and the workers are looked
// up by the caller.
func (n New) check(m *model.Model, today calendar.Date) (Commitment, error) {
	var form fault.Form
	c := Commitment{Payer: n.Payer, Number: seal.Of(strings.TrimSpace(n.Number)), Kind: n.Kind, Granted: n.Granted, Workers: n.Workers, Route: n.Route,
		ChildWelfare: n.ChildWelfare == "yes", Recorded: today, Periods: []Period{{n.First, n.Last, today}}}
	if n.Payer == "" {
		form.Add("payer", "form.choice")
	}
	if !numberShape.MatchString(c.Number.Reveal()) {
		form.Add("number", "commitment.number")
	}
	kind, known := m.Commitment.Kind(n.Kind)
	if !known {
		form.Add("kind", "form.choice")
	}
	if !m.Commitment.Granted(n.Granted) {
		form.Add("granted", "commitment.granted", "min", m.Commitment.Min, "max", m.Commitment.Max)
	}
	n.checkWorkers(m, kind, &form)
	checkDays(n.First, n.Last, today, &form)
	if !slices.Contains(m.Commitment.Routes, n.Route) {
		form.Add("route", "commitment.route")
	}
	n.checkSocialWorker(&c, today, &form)
	return c, form.Err()
}

// checkWorkers: as many as the kind of work takes at the least, two at the most, and so many named.
func (n New) checkWorkers(m *model.Model, kind model.WorkKind, form *fault.Form) {
	switch {
	case n.Workers < 1 || n.Workers > 2:
		form.Add("workers", "form.choice")
	case n.Workers < kind.Workers:
		form.Add("workers", "commitment.workers", "n", kind.Workers, "kind", m.Phrase("commitment.kind."+kind.ID))
	}
	if n.Worker == "" {
		form.Add("worker", "form.choice")
	}
	switch {
	case n.Workers == 2 && n.Second == "":
		form.Add("second", "commitment.second")
	case n.Second != "" && n.Second == n.Worker:
		form.Add("second", "episode.second-same")
	case n.Workers == 1 && n.Second != "":
		form.Add("second", "commitment.one")
	}
}

func checkDays(first, last, today calendar.Date, form *fault.Form) {
	switch {
	case first == "":
		form.Add("first", "calendar.date")
	case last != "" && last <= first:
		form.Add("last", "commitment.order")
	case last != "" && last < today:
		form.Add("last", "commitment.over")
	case last > first.Add(longestDays):
		form.Add("last", "commitment.long")
	}
	if last == "" {
		form.Add("last", "calendar.date")
	}
}

// checkSocialWorker: a child-welfare client's goals are made with the social worker, who is named.
func (n New) checkSocialWorker(c *Commitment, today calendar.Date, form *fault.Form) {
	if n.ChildWelfare != "yes" && n.ChildWelfare != "no" {
		form.Add("child-welfare", "commitment.child-welfare")
	}
	name, ok := episode.Line(n.SocialWorker, maxSocialWorker)
	switch {
	case !ok:
		form.Add("social-worker", "commitment.social-worker-long", "max", maxSocialWorker)
	case c.ChildWelfare && name == "":
		form.Add("social-worker", "commitment.social-worker")
	}
	c.SocialWorker, c.Agreed = seal.Of(name), n.Agreed
	switch {
	case c.ChildWelfare && n.Agreed == "":
		form.Add("agreed", "commitment.agreed")
	case n.Agreed > today:
		form.Add("agreed", "commitment.agreed-later")
	}
}
