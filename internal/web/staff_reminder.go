package web

import (
	"context"
	"net/http"
	"strconv"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// The hours a unit can choose from: a reminder at night helps nobody, and each client's own hours come before anyway.
const (
	noReminder   = "none"
	reminderFrom = 7
	reminderTo   = 21
)

// reminderWord is an hour as the form has it.
func reminderWord(hour int) string {
	if hour < 0 {
		return noReminder
	}
	return strconv.Itoa(hour)
}

// keepReminders sets when the unit reminds of a meeting on the day before, or that it never does.
func (s *Server) keepReminders(w http.ResponseWriter, q *Ask) error {
	typed := q.PostFormValue("hour")
	hour, err := readReminder(typed)
	answer := func(err error) error {
		return s.answerUnit(w, q, err, func(v *unitPage) { v.Reminder = typed })
	}
	return s.unitStep(w, q, "reminders", err, answer, func(ctx context.Context, tx *storage.Tx, u organization.Unit) error {
		return outgoing.KeepReminderHour(ctx, tx, q.By, u.ID, hour)
	})
}

func readReminder(typed string) (int, error) {
	if typed == noReminder {
		return -1, nil
	}
	hour, err := strconv.Atoi(typed)
	if err != nil || hour < reminderFrom || hour > reminderTo {
		var form fault.Form
		form.Add("hour", "form.choice")
		return 0, form.Err()
	}
	return hour, nil
}

// reminderChoice are the hours; one that was set otherwise stands among them.
func (v unitPage) reminderChoice(q *Ask) ui.Choice {
	c := ui.Choice{Name: "hour", Label: q.P.T("unit.reminder-hour"), Hint: q.P.T("unit.reminder-hint"), Value: v.Reminder, Error: v.Mistakes.Of("hour"),
		Options: []ui.Option{{Value: noReminder, Label: q.P.T("unit.no-reminder")}}}
	for hour := range 24 {
		if word := strconv.Itoa(hour); hour >= reminderFrom && hour <= reminderTo || word == v.Reminder {
			c.Options = append(c.Options, ui.Option{Value: word, Label: q.P.Clock(calendar.ClockAt(hour))})
		}
	}
	return c
}

// reminderNow says what holds.
func (v unitPage) reminderNow(q *Ask) string {
	hour, err := strconv.Atoi(v.Kept)
	if err != nil {
		return q.P.T("unit.reminder-never")
	}
	return q.P.T("unit.reminder-now", "clock", q.P.Clock(calendar.ClockAt(hour)))
}
