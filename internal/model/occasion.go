package model

import (
	"fmt"
	"slices"
)

// Occasion is a day to which families sign up by numbers and a first name (R-147… ): how many people there is room
// for, how many of them one family may be, from when the list can be read by those who work there, and what the volunteers'
// task is called. What that task takes stands in the volunteers' own model.
type Occasion struct {
	Usual, Most int    // places, in heads
	Family      int    // heads of one family at the most
	ListDays    int    // so many days before, those who work on the day may read its list
	Task        string // of volunteers; "" where none come
}

// SignsUp tells whether families sign up to the service's days (package occasion). Others of the form event are counted by heads alone.
func (m *Model) SignsUp() bool { return m.Occasion != nil }

// asks is the task for which a service asks volunteers: on its days, to lead its groups or to answer its line; "" is none.
func (m *Model) asks() string {
	switch {
	case m.Occasion != nil:
		return m.Occasion.Task
	case m.Gathering != nil:
		return m.Gathering.Task
	case m.Line != nil:
		return m.Line.Task
	}
	return ""
}

// PathBeside is the model that says what a service's volunteers do and what it takes: its own, or the one that has the task for which
// it asks them; itself where there is none.
func (s Set) PathBeside(m *Model) *Model {
	task := m.asks()
	if m.Volunteer != nil || task == "" {
		return m
	}
	for _, other := range s.All() {
		if !other.Volunteers() {
			continue
		}
		if _, ok := other.Volunteer.Task(task); ok {
			return other
		}
	}
	return m
}

// rawOccasion is the key event as model.schema.json describes it.
type rawOccasion struct {
	Places struct {
		Usual int `json:"usual"`
		Max   int `json:"max"`
	} `json:"places"`
	Family   int    `json:"family"`
	ListDays int    `json:"list_days"`
	Task     string `json:"task"`
}

// occasion is the finished value; nil where the file has none.
func (d *draft) occasion() *Occasion {
	r := d.raw.Event
	if r == nil {
		return nil
	}
	return &Occasion{Usual: r.Places.Usual, Most: r.Places.Max, Family: r.Family, ListDays: r.ListDays, Task: r.Task}
}

// occasions: only days that are one by one have families who sign up, and their numbers agree.
func (l *loader) occasions(d *draft) {
	r, at := d.raw.Event, d.at("event")
	if r == nil {
		return
	}
	if d.sure("form") && d.raw.Form != Event {
		l.mistakes.at(at.named(), fmt.Sprintf("in the form %q nobody signs up to a day", d.raw.Form), "Use the form event, or take the key out")
		return
	}
	if d.sure("event/places") && r.Places.Usual > r.Places.Max {
		l.mistakes.at(at.at("places", "usual"), fmt.Sprintf("there is usually room for %d, and for %d at the most", r.Places.Usual, r.Places.Max), "Change the two around")
	}
	if d.sure("event/places", "event/family") && r.Family > r.Places.Max {
		l.mistakes.at(at.at("family"), fmt.Sprintf("a family may be %d, and there is room for %d at the most", r.Family, r.Places.Max), "Lower it, or raise the places")
	}
	l.taskOf(d, "event", r.Task)
}

// taskOf: what volunteers are asked for under a key is one of their tasks.
func (l *loader) taskOf(d *draft, key, task string) {
	if tasks := l.tasks(); task != "" && d.sure(key+"/task") && len(tasks) > 0 && !slices.Contains(tasks, task) {
		l.mistakes.at(d.at(key, "task"), fmt.Sprintf("no volunteers have the task %q", task), suggest(task, tasks))
	}
}

// occasionKept: first names and numbers go some days after the day.
func (d *draft) occasionKept(out map[string]string) {
	if d.raw.Event != nil {
		out["families"] = "families sign up with a first name"
	}
}

// occasionSentences are a story's steps of days to which families sign up. Days and families go by words in the story.
var occasionSentences = []sentence{
	{"when", "plan-day", "{coordinator} plans the day {text} on {day} at {clock} for {n} people and {n2} volunteers with {worker} [and {worker2}]"},
	{"when", "family-comes", "{text} signs up {n} adults and {n2} children to the day {text2}"},
	{"when", "family-brought", "{worker} signs {client} up as {text} with {n} adults and {n2} children to the day {text2}"},
	{"when", "family-changes", "{text} changes to {n} adults and {n2} children on the day {text2}"},
	{"when", "family-leaves", "{text} cancels the day {text2}"},
	{"when", "offer-day", "{coordinator} offers {volunteer} the day {text}"},
	{"when", "say-yes", "{volunteer} says yes to the day {text}"},
	{"when", "say-no", "{volunteer} says no to the day {text}"},
	{"when", "confirm-day", "{coordinator} confirms {volunteer} on the day {text}"},
	{"when", "move-day", "{staff} moves the day {text} to {day} at {clock}"},
	{"when", "call-off", "{staff} calls off the day {text}"},
	{"when", "call-on", "{staff} holds the day {text} after all"},
	{"when", "count-day", "{staff} counts {n} families with {n2} adults and {n3} children on the day {text}"},
	{"when", "read-list", "{staff} reads the list of the day {text}"},
	{"then", "day-has", "the day {text} has {n} families and {n2} people"},
	{"then", "day-waits", "{n} families wait for the day {text}"},
	{"then", "day-on", "the code of {text} opens {day} at {clock}"},
	{"then", "day-off", "the code of {text} opens a day that is called off"},
	{"then", "on-list", "{staff} reads {n} names on the list of the day {text}"},
	{"then", "helps", "{volunteer} is confirmed on the day {text}"},
	{"then", "not-helps", "{volunteer} is not confirmed on the day {text}"},
	{"then", "no-trace", "nothing tells that {volunteer} was asked to the day {text}"},
	{"then", "list-gone", "no name is left of the day {text}"},
}
