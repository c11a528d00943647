package model

// volunteerSentences are what stories say of volunteers.
var volunteerSentences = []sentence{
	{"when", "come-forward", "{new} offers to help with {task}"},
	{"given when", "trained", "{coordinator} has trained {new} for {task} on {day}"},
	{"when", "take-on", "{coordinator} takes {volunteer} on"},
	{"when", "let-begin", "{coordinator} lets {volunteer} begin"},
	{"when", "learn", "{coordinator} notes {training} of {volunteer} on {day}"},
	{"when", "extract", "{coordinator} sees the extract of {volunteer} on {day}"},
	{"when", "owed-given", "{coordinator} gives {volunteer} {right} on {day}"},
	{"when", "plan-event", "{coordinator} plans {event} on {day}"},
	{"when", "come-to", "{volunteer} comes to {event}"},
	{"when", "were-at", "{coordinator} marks who was at {event}"},
	{"when", "break", "{volunteer} takes a break from {day} [to {day2}]"},
	{"when", "back", "{volunteer} comes back"},
	{"when", "stop", "{volunteer} stops"},
	{"then", "may", "{volunteer} may be offered {task}"},
	{"then", "may-not", "{volunteer} may not be offered {task} for {key}"},
	{"then", "year", "year {n} has {n2} of {n3} {event}"},
	{"then", "owed", "{volunteer} is owed {right} by {day}"},
	{"then", "left-nothing", "nothing is left of {volunteer}"},
}

// ofVolunteers are the words a story may use of a volunteer's path; none where there is none.
func (m *Model) ofVolunteers(kind string) []string {
	out := []string{}
	if m.Volunteer == nil {
		return out
	}
	switch kind {
	case "task":
		for _, t := range m.Volunteer.Tasks {
			out = append(out, t.ID)
		}
	case "training":
		for _, t := range m.Volunteer.Trainings {
			out = append(out, t.ID)
		}
	case "event":
		for _, y := range m.Volunteer.Year {
			out = append(out, y.ID)
		}
	case "right":
		for _, r := range m.Volunteer.Owed {
			out = append(out, r.ID)
		}
	}
	return out
}
