package explain

import (
	"rinnalla.fi/rinnalla/internal/model"
)

// volunteers tell what one may do and what it takes, what a year has, and what each is owed.
func (t teller) volunteers() (tasks, year, owed []string) {
	v := t.m.Volunteer
	if v == nil {
		return nil, nil, nil
	}
	for _, x := range v.Tasks {
		tasks = append(tasks, t.say("volunteer.task", "task", t.word("task."+x.ID), "what", t.word("task-what."+x.ID)))
		if len(x.Needs) > 0 {
			tasks = append(tasks, t.say("volunteer.needs", "task", t.word("task."+x.ID), "what", list(x.Needs, t.training)))
		}
		if x.Suitability > 0 {
			tasks = append(tasks, t.say("volunteer.extract", "task", t.word("task."+x.ID), "n", x.Suitability))
		}
	}
	tasks = append(tasks, t.say("volunteer.free"))
	for _, y := range v.Year {
		line := t.say("volunteer.when-needed", "event", t.word("event."+y.ID))
		if y.Times > 0 {
			line = t.say("volunteer.times", "event", t.word("event."+y.ID), "n", y.Times)
		}
		if y.Remote {
			line += " " + t.say("volunteer.remote")
		}
		if len(y.Gives) > 0 {
			line += " " + t.say("volunteer.gives", "what", list(y.Gives, t.worded("training.")))
		}
		year = append(year, line)
	}
	for _, r := range v.Owed {
		owed = append(owed, t.right(r))
	}
	return tasks, year, owed
}

func (t teller) training(id string) string {
	x, _ := t.m.Volunteer.Training(id)
	if x.Months == 0 {
		return t.word("training." + id)
	}
	return t.say("volunteer.training", "training", t.word("training."+id), "n", x.Months)
}

func (t teller) right(r model.Right) string {
	line := t.word("owed."+r.ID) + "."
	if r.Days > 0 {
		line += " " + t.say("volunteer.within", "n", r.Days)
	}
	if r.Months > 0 {
		line += " " + t.say("volunteer.every", "n", r.Months)
	}
	if r.Task != "" {
		line += " " + t.say("volunteer.whose", "task", t.word("task."+r.Task))
	}
	return line
}

// volunteerPath is the way in, and out again.
func (t teller) volunteerPath() []Stop {
	var out []Stop
	for _, s := range []string{"applied", "interview", "induction", "active", "stopped"} {
		stop := Stop{Name: t.say("volunteer.stop." + s)}
		switch s {
		case "applied":
			stop.Text = t.say("volunteer.stop.applied-text", "n", t.m.Volunteer.Answer)
		case "stopped":
			k, _ := t.m.Retention("volunteer")
			stop.Text = t.say("volunteer.stop.stopped-text", "n", k.Days)
		}
		out = append(out, stop)
	}
	return out
}
