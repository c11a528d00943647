package web

import (
	"strconv"
	"strings"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

func joined(names []string) string { return strings.Join(names, ", ") }

func pauseText(q *Ask, p minePage) string {
	switch pause := p.V.Path.Pause; {
	case pause.Ready(p.Today):
		return q.P.T("mine.paused-ready", "day", q.P.Date(pause.Until))
	case pause.Until != "":
		return q.P.T("mine.paused-until", "day", q.P.Date(pause.Until))
	}
	return q.P.T("mine.paused-open")
}

func comingTag(q *Ask, c volunteer.Coming) string {
	switch {
	case c.State == volunteer.Cancelled:
		return q.P.T("mine.year.cancelled")
	case c.How != "":
		return q.P.T("mine.year.how." + c.How)
	}
	return ""
}

func comingTone(c volunteer.Coming) ui.Tone {
	if c.State == volunteer.Cancelled {
		return ui.Bad
	}
	return ui.Good
}

// taskOptions say of each task what it is, and of one that was chosen what it still takes.
func (p minePage) taskOptions(q *Ask) (out []ui.Option) {
	for _, t := range p.Tasks {
		o := ui.Option{Value: t.ID, Label: t.Name, Hint: t.What}
		switch {
		case !t.Chosen || p.V.Path.Pause.On(p.Today) || p.V.State != volunteer.Active:
		case t.Refusal != nil:
			o.Hint += " " + q.P.Fault(t.Refusal)
		default:
			o.Hint += " " + q.P.T("mine.tasks-ready")
		}
		out = append(out, o)
	}
	return out
}

// nextShifts is how many evenings the first page tells.
const nextShifts = 4

// shiftFacts are one's own next evenings in few words; their page has the rest.
func (p minePage) shiftFacts(q *Ask) (out []ui.Fact) {
	for _, o := range p.Shifts[:min(len(p.Shifts), nextShifts)] {
		word := "mine.shift"
		if o.Place.Reserve() {
			word = "mine.shift-reserve"
		}
		out = append(out, ui.Fact{Term: q.P.When(o.At), Value: q.P.T(word)})
	}
	return out
}

func (p minePage) owedFacts(q *Ask) (out []ui.Fact) {
	for _, d := range p.Owed {
		out = append(out, ui.Fact{Term: p.At.Model.Text(q.P.Lang(), "owed."+d.Right), Body: owedState(q, d)})
	}
	return out
}

// trainingFacts are the trainings one has, each with its day and until when it counts.
func trainingFacts(q *Ask, at volunteer.Place, v volunteer.Volunteer, today calendar.Date) (out []ui.Fact) {
	for _, t := range at.Model.Volunteer.Trainings {
		day := v.Path.Learnt(t.ID)
		if day == "" {
			continue
		}
		text := q.P.Date(day)
		if t.Months > 0 {
			last := volunteer.Later(day, t.Months)
			text = q.P.T("mine.trainings-until", "day", q.P.Date(day), "last", q.P.Date(last))
			if last < today {
				text = q.P.T("mine.trainings-old", "day", q.P.Date(day))
			}
		}
		out = append(out, ui.Fact{Term: at.Model.Text(q.P.Lang(), "training."+t.ID), Value: text})
	}
	return out
}

func hourOptions(q *Ask) (out []ui.Option) {
	for h := range 24 {
		out = append(out, ui.Option{Value: strconv.Itoa(h), Label: q.P.Clock(calendar.ClockAt(h))})
	}
	return out
}

func lettersOptions(q *Ask) (out []ui.Option) {
	for _, l := range []string{volunteer.Plain, volunteer.Neutral, volunteer.None} {
		out = append(out, ui.Option{Value: l, Label: q.P.T("mine.own.letters-" + l), Hint: q.P.T("mine.own.letters-" + l + "-hint")})
	}
	return out
}
