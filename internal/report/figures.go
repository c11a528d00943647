package report

import (
	"slices"

	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/release"
)

// kind is one figure of the extent of work. Texts: report.figure.KEY.name, .definition and .recipe.
type kind struct {
	key  string
	sum  string // of package figure
	head bool   // counts people, and is told by package release
	// values are those of the sum that belong to it in a service: nil is none; what counts things takes any value of a service with some.
	values func(m *model.Model) []string
}

// kinds are the figures of the extent of work, in the report's order.
var kinds = []kind{
	{"contacts", figure.Contacts, true, func(m *model.Model) []string { return m.Channels }},
	{"adults", figure.Started, true, clients(person.Adult)},
	{"children", figure.Started, true, clients(person.Child)},
	{"guardians", figure.Started, true, guardians},
	{"couples", figure.Started, true, couples},
	{"meetings", figure.Held, false, forms(model.Individual, model.Couple)},
	{"group-meetings", figure.Meetings, false, forms(model.OpenGroup, model.Group)},
	{"groups", figure.Groups, false, forms(model.Group)},
	{"joined", figure.Joined, true, forms(model.Group)},
	{"group-adults", figure.Adults, true, forms(model.OpenGroup, model.Group)},
	{"group-children", figure.Children, true, forms(model.OpenGroup)},
	{"events", figure.Meetings, false, forms(model.Event)},
	{"families", figure.Families, true, forms(model.Event)},
	{"event-adults", figure.Adults, true, forms(model.Event)},
	{"event-children", figure.Children, true, forms(model.Event)},
	{"chats", figure.ChatsTaken, false, func(m *model.Model) []string { return only(slices.Contains(m.Channels, "chat")) }},
	{"line-evenings", figure.LineEvenings, false, forms(model.Helpline)},
	{"line-contacts", figure.LineContacts, false, forms(model.Helpline)},
	{"line-hours", figure.LineMinutes, false, forms(model.Helpline)},
	{volunteersKey, volunteersKey, true, forms(model.Volunteer)},
	{"volunteer-hours", figure.VolunteerMinutes, false, forms(model.Volunteer)},
	{"trainings", figure.TrainingsHeld, false, forms(model.Volunteer)},
}

// volunteersKey is the figure that no sum has: it is counted when a report is made.
const volunteersKey = "volunteers"

func only(yes bool) []string {
	if yes {
		return []string{""}
	}
	return nil
}

func forms(of ...model.Form) func(m *model.Model) []string {
	return func(m *model.Model) []string { return only(slices.Contains(of, m.Form)) }
}

// clients are the parts of an individual service's own clients, who are all grown up or all children.
func clients(of person.Kind) func(m *model.Model) []string {
	return func(m *model.Model) (out []string) {
		if m.Form != model.Individual || !slices.Equal(m.Clients, []person.Kind{of}) {
			return nil
		}
		for _, part := range m.Parts {
			if part.Who == model.Client {
				out = append(out, part.ID)
			}
		}
		return out
	}
}

func guardians(m *model.Model) (out []string) {
	for _, part := range m.Parts {
		if part.Who == model.Guardian && !m.ByHeads() {
			out = append(out, part.ID)
		}
	}
	return out
}

func couples(m *model.Model) (out []string) {
	if m.Form == model.Couple {
		for _, part := range m.Parts {
			out = append(out, part.ID)
		}
	}
	return out
}

// services are what a figure counts in a grant object, as package release names it.
func (k kind) services(g grant) (out []string) {
	for _, o := range g.offers {
		for _, value := range k.values(o.model) {
			out = append(out, release.Service(o.unit, o.model.ID, value))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sectionOf is where a form's answers stand.
func sectionOf(f model.FeedbackForm) string {
	switch f.Of {
	case model.OfWorker:
		return Workers
	case model.OfPartner:
		return Partners
	case model.OfVolunteer:
		return Volunteers
	}
	return Participants
}
