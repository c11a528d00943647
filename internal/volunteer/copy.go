package volunteer

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/model"
)

// Copy is all that is kept of a volunteer, for them to take along. Who of the staff saw an extract is told by the word alone
// that somebody did: that one is somebody else.
type Copy struct {
	Name           string        `json:"name"`
	Email          string        `json:"email"`
	Phone          string        `json:"phone,omitempty"`
	Language       string        `json:"language"`
	Letters        string        `json:"letters"`
	QuietFrom      int           `json:"quiet_from"`
	QuietTo        int           `json:"quiet_to"`
	WishedTasks    []string      `json:"wished_tasks,omitempty"`
	WishedTimes    []string      `json:"wished_times,omitempty"`
	State          string        `json:"state"`
	Began          calendar.Date `json:"began,omitempty"`
	Tasks          []string      `json:"tasks,omitempty"`
	Trainings      []Mark        `json:"trainings,omitempty"`
	Given          []Mark        `json:"given,omitempty"`
	ExtractShown   calendar.Date `json:"extract_shown,omitempty"`
	MinutesGiven   int           `json:"minutes_given,omitempty"`
	BreakFrom      calendar.Date `json:"break_from,omitempty"`
	BreakUntil     calendar.Date `json:"break_until,omitempty"`
	GoneBy         calendar.Date `json:"gone_by,omitempty"`
	Events         []CopyEvent   `json:"events,omitempty"`
	WaitingForCall []string      `json:"waiting_for,omitempty"`
}

// CopyEvent is something of the year that one comes or came to.
type CopyEvent struct {
	Event string        `json:"event"`
	Day   calendar.Date `json:"day"`
	How   string        `json:"how"`
	Came  bool          `json:"came"`
}

// OwnCopy is the copy of whoever acts (GDPR art. 15, 20).
func OwnCopy(ctx context.Context, tx Tx, ms model.Set, by access.Actor) (Copy, error) {
	v, _, err := Mine(ctx, tx, ms, by)
	if err != nil {
		return Copy{}, err
	}
	o, p := v.Own, v.Path
	c := Copy{Name: o.Name.Reveal(), Email: o.Email.Reveal(), Phone: o.Phone.Reveal(), Language: string(o.Lang), Letters: o.Letters, QuietFrom: o.QuietFrom, QuietTo: o.QuietTo,
		WishedTasks: o.Tasks, WishedTimes: o.Times, State: v.State, Began: p.Began, Tasks: p.Tasks, Trainings: p.Trainings, Given: p.Given,
		ExtractShown: p.Extract.Day, MinutesGiven: p.Minutes, BreakFrom: p.Pause.From, BreakUntil: p.Pause.Until, GoneBy: p.Gone}
	signed, err := tx.SignUpsOf(ctx, v.ID)
	if err != nil {
		return c, err
	}
	for _, s := range signed {
		e, err := tx.Event(ctx, s.Event)
		if err != nil {
			return c, err
		}
		c.Events = append(c.Events, CopyEvent{e.Item, e.At.Day, s.How, s.Came})
	}
	calls, err := tx.CallsOf(ctx, v.ID)
	for _, x := range calls {
		c.WaitingForCall = append(c.WaitingForCall, x.Kind)
	}
	return c, err
}
