package commitment

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
)

// ApplicationID names an application.
type ApplicationID string

// Application is that a commitment has been applied for, for somebody who waits, and what the payer said.
// Granted, it is recorded as a commitment and goes with the contact. On what grounds a payer decided is the payer's.
type Application struct {
	ID        ApplicationID
	Request   intake.RequestID
	Payer     PayerID
	PayerName string
	Applied   calendar.Date
	Refused   calendar.Date // "" while there is no answer
}

// longestWaitDays is for how long a contact is kept while an answer is awaited: a payer who has said nothing in a year will not.
const longestWaitDays = 366

// The states before anything is granted.
const (
	Applied State = "applied"
	Refused State = "refused"
)

// State is where the application stands.
func (a Application) State() State {
	if a.Refused != "" {
		return Refused
	}
	return Applied
}

// Applicant is an application with the contact it is for, as a list shows it.
type Applicant struct {
	Application
	Kind    person.Kind
	Age     int // a child's, in years; -1 when not told
	Channel intake.Channel
	Created time.Time // the first contact
	Model   string
	Version int
	Zone    string
}

// Apply notes that a commitment has been applied for. There is one open application at a time. While it is open the
// contact does not run out.
func Apply(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of intake.RequestID, payer PayerID, day calendar.Date) error {
	d, from, err := New{Request: of}.desk(ctx, tx, ms, by)
	if err != nil {
		return err
	}
	now, found, err := latest(ctx, tx, of)
	if err != nil {
		return err
	}
	if found && now.Refused == "" {
		return fault.New(fault.Conflict, "commitment.applied", "day", now.Applied, "payer", now.PayerName)
	}
	var form fault.Form
	p, err := tx.Payer(ctx, payer)
	switch {
	case payer == "" || fault.Is(err, fault.NotFound) || err == nil && !p.Active:
		form.Add("payer", "form.choice")
	case err != nil:
		return err
	}
	today := calendar.LocalOf(tx.Now(), d.Unit.Zone).Day
	checkPast(day, today, "applied", &form)
	if err := form.Err(); err != nil {
		return err
	}
	if err := tx.PutApplication(ctx, Application{ID: ApplicationID(id.New()), Request: of, Payer: payer, Applied: day}); err != nil {
		return err
	}
	if err := keepUntil(ctx, tx, from, longestWaitDays); err != nil {
		return err
	}
	return tell(ctx, tx, d, by, of, figure.Applied, 1)
}

// keepUntil lets a contact wait so many days from now.
func keepUntil(ctx context.Context, tx Tx, from intake.Request, days int) error {
	from.Expires = tx.Now().AddDate(0, 0, days)
	return tx.PutRequest(ctx, from)
}

func checkPast(day, today calendar.Date, field string, form *fault.Form) {
	switch {
	case day == "":
		form.Add(field, "calendar.date")
	case day > today:
		form.Add(field, "commitment.agreed-later")
	}
}

// Refuse notes that the payer did not grant it. The contact waits on: another payer may be asked, or it ends with a way on
// that is found together. From then its time runs again, from the model's beginning.
func Refuse(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of intake.RequestID, day calendar.Date) error {
	d, from, err := New{Request: of}.desk(ctx, tx, ms, by)
	if err != nil {
		return err
	}
	a, found, err := latest(ctx, tx, of)
	if err != nil {
		return err
	}
	if !found || a.Refused != "" {
		return fault.New(fault.Conflict, "commitment.not-applied", "model", d.Model.Phrase("name"))
	}
	var form fault.Form
	checkPast(day, calendar.LocalOf(tx.Now(), d.Unit.Zone).Day, "refused", &form)
	if day != "" && day < a.Applied {
		form.Add("refused", "commitment.refused-before", "day", a.Applied)
	}
	if err := form.Err(); err != nil {
		return err
	}
	a.Refused = day
	if err := tx.PutApplication(ctx, a); err != nil {
		return err
	}
	if err := keepUntil(ctx, tx, from, d.Model.UnusedDays); err != nil {
		return err
	}
	return tell(ctx, tx, d, by, of, figure.Refused, 1)
}

// Unmark takes the last step back: a refusal becomes an application that waits, and one that waits is gone.
func Unmark(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of intake.RequestID) error {
	d, from, err := New{Request: of}.desk(ctx, tx, ms, by)
	if err != nil {
		return err
	}
	a, found, err := latest(ctx, tx, of)
	switch {
	case err != nil:
		return err
	case !found:
		return fault.New(fault.Conflict, "commitment.not-applied", "model", d.Model.Phrase("name"))
	case a.Refused != "":
		a.Refused = ""
		if err := tx.PutApplication(ctx, a); err != nil {
			return err
		}
		if err := keepUntil(ctx, tx, from, longestWaitDays); err != nil {
			return err
		}
		return tell(ctx, tx, d, by, of, figure.Refused, -1)
	}
	if err := tx.DeleteApplication(ctx, a.ID); err != nil {
		return err
	}
	if err := keepUntil(ctx, tx, from, d.Model.UnusedDays); err != nil {
		return err
	}
	return tell(ctx, tx, d, by, of, figure.Applied, -1)
}

func tell(ctx context.Context, tx Tx, d intake.Desk, by access.Actor, of intake.RequestID, name string, n int) error {
	if d.Model.Counts(name) {
		if err := figure.Add(ctx, tx, figure.Where{Unit: d.Unit.ID, Zone: d.Unit.Zone, Model: d.Model.ID}, name, "", n); err != nil {
			return err
		}
	}
	return audit.Note(ctx, tx, by, audit.Changed, access.Request, string(of))
}

// latest is the open application of a contact, or the one refused last.
func latest(ctx context.Context, tx Tx, of intake.RequestID) (Application, bool, error) {
	all, err := tx.ApplicationsOf(ctx, of)
	if err != nil || len(all) == 0 {
		return Application{}, false, err
	}
	return all[len(all)-1], true, nil
}

// ApplicationsOf are what was applied for, for a contact that the actor may see: the refused first, by day, then the open one.
func ApplicationsOf(ctx context.Context, tx Tx, by access.Actor, of intake.RequestID) ([]Application, error) {
	if _, err := tx.Granted(ctx, by, access.Request, string(of)); err != nil {
		return nil, err
	}
	return tx.ApplicationsOf(ctx, of)
}
