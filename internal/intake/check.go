package intake

import (
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
)

// self is the referrer when a person came directly.
const self = "self"

// longAgo is how far back staff may set the first contact: a letter that waited over a holiday, not a history.
const longAgo = 30 * day

// checked is a contact that may be kept.
type checked struct {
	request Request
	contact person.SafeContact
	kind    person.Kind
	name    seal.Text
	token   string
}

// check tells all mistakes of a contact at once, each at its input.
func check(at Desk, by access.Actor, in New, now time.Time) (checked, error) {
	var form fault.Form
	c := checked{token: in.Token, name: seal.Of(strings.TrimSpace(in.Name))}
	if !person.Short(c.name.Reveal(), person.MaxName) {
		form.Add("name", "form.too-long")
	}
	c.contact = person.Check(in.Contact, calendar.LocalOf(now, at.Unit.Zone).Day, &form)
	r := Request{Unit: at.Unit.ID, Offer: at.Offer.ID, Channel: in.Channel}
	r.Times = choices(in.Times, at.Model.Times, "times", &form)
	r.Places = choices(in.Places, at.Model.Places, "places", &form)
	r.Area = choice(strings.TrimSpace(in.Area), Areas(at.Unit, at.Places), "area", &form)
	r.Age, c.kind = age(in.Age, at.Model.Clients, &form)
	r.Referrer = referrer(in, at.Model.Referrers, &form)
	r.Lang = language(in.Lang, &form)
	if in.Channel == Partner && !in.Present {
		form.Add("present", "intake.present")
	}
	first := first(by, in.First, now, &form)
	r.Created, r.Due, r.Expires = first, first.Add(at.Model.FirstVisit), now.Add(at.unused())
	if at.Model.FirstVisit == 0 {
		r.Due = r.Expires // no promise: still before it vanishes
	}
	c.request = r
	return c, form.Err()
}

// Areas are the parts of its region that a unit serves: those it lists, and where its offices are.
func Areas(u organization.Unit, places []organization.Place) []string {
	listed := strings.Split(u.Area, ",")
	for _, p := range places {
		if p.Active {
			listed = append(listed, p.Area)
		}
	}
	var out []string
	for _, a := range listed {
		if a = strings.TrimSpace(a); a != "" && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// choices keeps what was ticked, in the model's order and once each.
func choices(ticked, from []string, name string, form *fault.Form) []string {
	for _, t := range ticked {
		if !slices.Contains(from, t) {
			form.Add(name, "form.choice")
			return nil
		}
	}
	var out []string
	for _, f := range from {
		if slices.Contains(ticked, f) {
			out = append(out, f)
		}
	}
	return out
}

func choice(chosen string, from []string, name string, form *fault.Form) string {
	if chosen != "" && !slices.Contains(from, chosen) {
		form.Add(name, "form.choice")
		return ""
	}
	return chosen
}

// age reads a child's age and with it whether the client is a child. Adults are never asked.
func age(told int, clients []person.Kind, form *fault.Form) (int, person.Kind) {
	adults, children := slices.Contains(clients, person.Adult), slices.Contains(clients, person.Child)
	switch {
	case children && (told > 17 || told < -1), !children && told > 0:
		form.Add("age", "intake.age")
		return -1, person.Child
	case !children, adults && told < 0:
		return -1, person.Adult
	}
	return told, person.Child
}

// referrer reads who told of the service. A partner says which kind of partner it is.
func referrer(in New, from []string, form *fault.Form) string {
	chosen := in.Referrer
	if chosen == "" && in.Channel != Partner {
		return self
	}
	if !slices.Contains(from, chosen) || in.Channel == Partner && chosen == self {
		form.Add("referrer", "form.choice")
	}
	return chosen
}

func language(l locale.Lang, form *fault.Form) locale.Lang {
	if l == "" {
		return locale.Finnish
	}
	known, ok := locale.Parse(string(l))
	if !ok {
		form.Add("language", "form.choice")
	}
	return known
}

// first is when the person first reached us. Only staff can know that it was earlier than now.
func first(by access.Actor, told, now time.Time, form *fault.Form) time.Time {
	if told.IsZero() || !by.Staff() {
		return now
	}
	if told.After(now) || now.Sub(told) > longAgo {
		form.Add("first", "intake.first")
	}
	return told
}
