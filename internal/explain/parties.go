package explain

import (
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/model"
)

// parties tells how two come to meet together, what each of them has of their own, and what both hear when a meeting cannot be
// held, and when.
func (t teller) parties() []string {
	p := t.m.Parties
	if p == nil {
		return nil
	}
	return []string{
		t.say("parties-from", "services", t.services(p.From)),
		t.say("parties-wish." + p.Wish),
		t.say("parties-apart"),
		t.say("parties-themes", "what", list(p.Themes, t.worded("theme."))),
		t.say("parties-word", "n", p.WordDays),
		t.say("parties-workers", "n", p.Workers),
		t.say("parties-seat"),
		t.say("parties-safety"),
		t.say("parties-hold", "hours", t.hours()),
	}
}

func (t teller) services(ids []string) string {
	return list(ids, func(id string) string {
		m, _ := t.set.Latest(id)
		if m == nil {
			return id
		}
		return m.Name(t.p.Lang())
	})
}

// hours are when the two see that a meeting waits for a new time.
func (t teller) hours() string {
	return list(model.TellingHours, func(c string) string { return t.p.Clock(calendar.Clock(c)) })
}

// togetherPath is the way of two: from visits of their own to a wish, and by a word to each other's workers.
func (t teller) togetherPath() []Stop {
	return []Stop{
		{Name: t.say("stop.own"), Text: t.services(t.m.Parties.From)},
		{Name: t.say("stop.wish"), Text: t.say("stop.wish-text")},
		{Name: t.say("stop.joined"), Text: t.say("stop.joined-text")},
	}
}
