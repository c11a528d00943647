package volunteer

import (
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
)

// May tells whether the volunteer may be offered the task on a day: nil, or the first rule that speaks against it, in words
// that say what would make it possible. It looks at nothing that anybody declined. The
// same state on the same day always gets the same answer.
func May(m *model.Model, v Volunteer, task string, on calendar.Date) error {
	if !m.Volunteers() {
		return fault.New(fault.NotFound, "not-found")
	}
	t, ok := m.Volunteer.Task(task)
	switch {
	case !ok:
		return fault.New(fault.NotFound, "not-found")
	case v.State == Stopped:
		return fault.New(fault.Conflict, "volunteer.may-stopped")
	case v.State != Active:
		return fault.New(fault.Conflict, "volunteer.may-not-yet")
	case v.Path.Pause.On(on):
		return fault.New(fault.Conflict, "volunteer.may-pause")
	case !slices.Contains(v.Path.Tasks, task):
		return fault.New(fault.Conflict, "volunteer.may-not-chosen", "task", m.Phrase("task."+task))
	}
	for _, id := range t.Needs {
		training, _ := m.Volunteer.Training(id)
		day := v.Path.Learnt(id)
		switch {
		case day == "":
			return fault.New(fault.Conflict, "volunteer.may-training", "training", m.Phrase("training."+id))
		case training.Months > 0 && Later(day, training.Months) < on:
			return fault.New(fault.Conflict, "volunteer.may-old", "training", m.Phrase("training."+id), "months", training.Months)
		}
	}
	switch {
	case t.Suitability == 0:
	case v.Path.Extract.Day == "":
		return fault.New(fault.Conflict, "volunteer.may-extract")
	case Later(v.Path.Extract.Day, t.Suitability) < on:
		return fault.New(fault.Conflict, "volunteer.may-extract-old", "months", t.Suitability)
	}
	return nil
}

// Learnt is the latest day of a training; "" where there is none.
func (p Path) Learnt(training string) calendar.Date { return latest(p.Trainings, training) }

// Met is the latest day on which a right was met; "" where it never was.
func (p Path) Met(right string) calendar.Date { return latest(p.Given, right) }

func latest(marks []Mark, what string) calendar.Date {
	if i := slices.IndexFunc(marks, func(m Mark) bool { return m.What == what }); i >= 0 {
		return marks[i].Day
	}
	return ""
}

// marked is the list with the day of one thing, or without it where day is "".
func marked(marks []Mark, what string, day calendar.Date) []Mark {
	out := slices.DeleteFunc(slices.Clone(marks), func(m Mark) bool { return m.What == what })
	if day != "" {
		out = append(out, Mark{what, day})
	}
	return out
}

// Later is the same day so many months on; the last of the month where there is none such.
func Later(d calendar.Date, months int) calendar.Date {
	t := d.Midnight()
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return calendar.DateOf(first.AddDate(0, 0, min(t.Day(), last)-1), time.UTC)
}

// Due is one thing that the organisation owes a volunteer.
type Due struct {
	Right string
	By    calendar.Date // the day by which it is owed; "" where it has been met for good
	Met   calendar.Date // the latest day on which it was; "" never
	Late  bool          // the day has passed
}

// Owed are a volunteer's rights on a day: what the organisation owes them, by when, and what it has given (R-216, R-222,
// During a break nothing falls due; who has stopped or not begun is owed nothing.
func Owed(m *model.Model, v Volunteer, today calendar.Date) []Due {
	if !m.Volunteers() || v.Path.Began == "" || (v.State != Induction && v.State != Active) {
		return nil
	}
	var out []Due
	for _, r := range m.Volunteer.Owed {
		if r.Task != "" && !slices.Contains(v.Path.Tasks, r.Task) {
			continue
		}
		d := Due{Right: r.ID, Met: v.Path.Met(r.ID)}
		if r.Training != "" {
			d.Met = v.Path.Learnt(r.Training)
		}
		d.By = dueBy(r, v.Path.Began, d.Met)
		d.Late = d.By != "" && d.By < today && !v.Path.Pause.On(today)
		out = append(out, d)
	}
	return out
}

func dueBy(r model.Right, began, met calendar.Date) calendar.Date {
	switch {
	case met == "" && r.Days > 0:
		return began.Add(r.Days)
	case met == "":
		return Later(began, r.Months)
	case r.Months > 0:
		return Later(met, r.Months)
	}
	return ""
}

// Count is how often something of the year is planned or held, beside how often it should be.
type Count struct {
	Item   model.YearItem
	Has    int
	Events []Event
}

// Short tells that the year has less of it than it should.
func (c Count) Short() bool { return c.Has < c.Item.Times }

// Year is the model's year beside what is planned or was held in it, in the model's order (R-223…R-230).
func Year(m *model.Model, events []Event, year string) []Count {
	var out []Count
	for _, item := range m.Volunteer.Year {
		c := Count{Item: item}
		for _, e := range events {
			if e.Item == item.ID && len(e.At.Day) >= 4 && string(e.At.Day[:4]) == year && e.State != Cancelled {
				c.Has++
				c.Events = append(c.Events, e)
			}
		}
		out = append(out, c)
	}
	return out
}
