package audit

import (
	"context"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
)

// Filter narrows what is read. From and To bound the object's id.
type Filter struct {
	Day      calendar.Date
	Account  access.AccountID
	From, To string
	Limit    int
}

// Line is an entry as it is read, with the regime of its episode.
type Line struct {
	Entry
	Regime string
}

// By is a filter from what was typed: a number as episodes are called, a colleague, a day. Not ok when the number or the
// day has not the shape of one.
func By(number string, who access.AccountID, day string, limit int) (f Filter, ok bool) {
	f = Filter{Account: who, Limit: limit}
	if day != "" {
		d, err := calendar.ParseDate(day)
		if err != nil {
			return f, false
		}
		f.Day = d
	}
	n := strings.ToLower(strings.Join(strings.FieldsFunc(number, func(r rune) bool { return r == ' ' || r == '-' || r == '\u00a0' }), ""))
	switch {
	case n == "":
		return f, true
	case len(n) != 12 || strings.Trim(n, "0123456789abcdef") != "":
		return f, false
	}
	f.From = n[:8] + "-" + n[8:] + "-"
	f.To = f.From[:len(f.From)-1] + "."
	return f, true
}

// ReadTx is what reading needs.
type ReadTx interface {
	AuditOfSeen(ctx context.Context, by access.Actor, f Filter) ([]Line, error)
	AuditOfGroups(ctx context.Context, by access.Actor, f Filter) ([]Line, error)
	AuditOfStaff(ctx context.Context, f Filter) ([]Line, error)
}

// Read is what was done to the clients' objects the actor may see. In a service without records a line has its month and
// no day, and one line stands for the month: worker, episode and day together would be a record of the meeting.
func Read(ctx context.Context, tx ReadTx, by access.Actor, f Filter) ([]Line, error) {
	all, err := tx.AuditOfSeen(ctx, by, f)
	return byMonth(all), err
}

// ReadGroups is what was done to the groups and days of the units that the actor coordinates, by month like all that has no records.
func ReadGroups(ctx context.Context, tx ReadTx, by access.Actor, f Filter) ([]Line, error) {
	all, err := tx.AuditOfGroups(ctx, by, f)
	return byMonth(all), err
}

// byMonth leaves one line of a month where no day is told.
func byMonth(all []Line) (out []Line) {
	told := map[string]bool{}
	for _, l := range all {
		if ByMonth(l.Regime) {
			l.Day = calendar.Date(l.Day.Month())
			line := strings.Join([]string{string(l.Day), string(l.Account), l.Action, l.Object}, "|")
			if told[line] {
				continue
			}
			told[line] = true
		}
		out = append(out, l)
	}
	return out
}
