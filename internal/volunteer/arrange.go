package volunteer

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
)

// Kind is what the audit calls a volunteer. That they paused or stopped is never an entry: the audit would count it.
const Kind access.Kind = "volunteer"

// TellVolunteer is the job that writes to a volunteer that there is something new on their page, and never what.
const TellVolunteer = "tell-volunteer"

// One is a volunteer as a coordinator of the unit sees them.
func One(ctx context.Context, tx Tx, ms model.Set, by access.Actor, who ID) (Volunteer, Place, error) {
	unit, err := tx.VolunteerUnit(ctx, who)
	if err != nil {
		return Volunteer{}, Place{}, err
	}
	if err := arranges(by, unit); err != nil {
		return Volunteer{}, Place{}, err
	}
	v, err := tx.Volunteer(ctx, who)
	if err != nil {
		return v, Place{}, err
	}
	p, err := FindPlace(ctx, tx, ms, v.Offer)
	return v, p, err
}

// All are the volunteers of the units that the actor coordinates, and those who have asked to be.
func All(ctx context.Context, tx Tx, by access.Actor) (out []Volunteer, err error) {
	for _, m := range by.Roles {
		if m.Role != access.Coordinator {
			continue
		}
		vs, err := tx.Volunteers(ctx, m.Unit)
		if err != nil {
			return nil, err
		}
		out = append(out, vs...)
	}
	return out, nil
}

// Places are the offers about volunteers of the units that the actor coordinates.
func Places(ctx context.Context, tx Tx, ms model.Set, by access.Actor) (out []Place, err error) {
	for _, m := range by.Roles {
		if m.Role != access.Coordinator {
			continue
		}
		offers, err := tx.Offers(ctx, m.Unit)
		if err != nil {
			return nil, err
		}
		for _, o := range offers {
			p, err := FindPlace(ctx, tx, ms, o.ID)
			if err == nil {
				out = append(out, p)
			} else if !fault.Is(err, fault.NotFound) {
				return nil, err
			}
		}
	}
	return out, nil
}

// change loads a volunteer, lets a step change them, keeps the result and notes it.
func change(ctx context.Context, tx Tx, ms model.Set, by access.Actor, who ID, step func(v *Volunteer, p Place) error) error {
	v, p, err := One(ctx, tx, ms, by, who)
	if err != nil {
		return err
	}
	if err := step(&v, p); err != nil {
		return err
	}
	if err := tx.PutVolunteer(ctx, v); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, audit.Changed, Kind, string(who))
}

func moved() error { return fault.New(fault.Conflict, "volunteer.moved") }

// Meet notes that a talk with an applicant is agreed. The promise has been kept from then on.
func Meet(ctx context.Context, tx Tx, ms model.Set, by access.Actor, who ID) error {
	return change(ctx, tx, ms, by, who, func(v *Volunteer, _ Place) error {
		if v.State != Applied {
			return moved()
		}
		v.State, v.Path.Due = Interview, ""
		return nil
	})
}

// Refuse answers no. The applicant sees it by their code until it is gone by itself.
func Refuse(ctx context.Context, tx Tx, ms model.Set, by access.Actor, who ID) error {
	return change(ctx, tx, ms, by, who, func(v *Volunteer, p Place) error {
		if v.State != Applied && v.State != Interview {
			return moved()
		}
		keep, _ := p.Model.Retention("application")
		v.State, v.Path.Due, v.Path.Gone = Refused, "", p.Day(tx.Now()).Add(keep.Days)
		return nil
	})
}

// Reconsider takes a refusal back, as long as it is there.
func Reconsider(ctx context.Context, tx Tx, ms model.Set, by access.Actor, who ID) error {
	return change(ctx, tx, ms, by, who, func(v *Volunteer, _ Place) error {
		if v.State != Refused {
			return moved()
		}
		v.State, v.Path.Gone = Interview, ""
		return nil
	})
}

// Accept takes an applicant on: an account is made, and the link by which its owner chooses how to sign in. The link is told
// once. The application's code opens nothing any more.
func Accept(ctx context.Context, tx Tx, ms model.Set, by access.Actor, who ID) (link string, err error) {
	err = change(ctx, tx, ms, by, who, func(v *Volunteer, p Place) error {
		if v.State != Applied && v.State != Interview {
			return moved()
		}
		a, token, err := account.InviteFor(ctx, tx, by, v.Own.Name.Reveal(), v.Own.Email.Reveal(), v.Own.Lang, []access.Membership{{Unit: v.Unit, Role: access.Volunteer}})
		if err != nil {
			return err
		}
		link = token
		v.Account, v.State, v.Code = a.ID, Induction, nil
		v.Path.Due, v.Path.Began = "", p.Day(tx.Now())
		return p.count(ctx, tx, figure.VolunteersStarted, "", 1)
	})
	return link, err
}

// Begin says that the induction has been given and the volunteer may be asked. Which trainings a task takes is asked apart.
func Begin(ctx context.Context, tx Tx, ms model.Set, by access.Actor, who ID) error {
	return change(ctx, tx, ms, by, who, func(v *Volunteer, _ Place) error {
		if v.State != Induction {
			return moved()
		}
		v.State, v.Path.Inducted = Active, true
		return nil
	})
}

// Learn notes the day of a training that was had, or puts it right; no day takes it away.
func Learn(ctx context.Context, tx Tx, ms model.Set, by access.Actor, who ID, training string, day calendar.Date) error {
	return change(ctx, tx, ms, by, who, func(v *Volunteer, p Place) error {
		if _, ok := p.Model.Volunteer.Training(training); !ok {
			return wrong("training", "form.choice")
		}
		if err := past(p, tx, "day", day); err != nil {
			return err
		}
		v.Path.Trainings = marked(v.Path.Trainings, training, day)
		return nil
	})
}

// Give notes that something owed was given on a day; no day takes the mark away.
func Give(ctx context.Context, tx Tx, ms model.Set, by access.Actor, who ID, right string, day calendar.Date) error {
	return change(ctx, tx, ms, by, who, func(v *Volunteer, p Place) error {
		if r, ok := p.Model.Volunteer.Right(right); !ok || r.Training != "" {
			return wrong("right", "form.choice")
		}
		if err := past(p, tx, "day", day); err != nil {
			return err
		}
		first := v.Path.Met(right) == "" || day > v.Path.Met(right)
		v.Path.Given = marked(v.Path.Given, right, day)
		if day == "" || !first {
			return nil
		}
		return p.count(ctx, tx, figure.SupportTalks, right, 1)
	})
}

// Shown notes that an extract was shown and the volunteer consented: the day and who saw it, and nothing of it (D-108). No day
// takes the mark away.
func Shown(ctx context.Context, tx Tx, ms model.Set, by access.Actor, who ID, day calendar.Date, consent bool) error {
	return change(ctx, tx, ms, by, who, func(v *Volunteer, p Place) error {
		switch {
		case !p.Model.Volunteer.Suits():
			return hidden()
		case day == "":
			v.Path.Extract = Extract{}
			return nil
		case !consent:
			return wrong("consent", "volunteer.consent")
		}
		if err := past(p, tx, "day", day); err != nil {
			return err
		}
		v.Path.Extract = Extract{Day: day, By: by.Account}
		return nil
	})
}

// Tasks keeps what the two have agreed that the volunteer does. Changing it is nobody's fault.
func Tasks(ctx context.Context, tx Tx, ms model.Set, by access.Actor, who ID, tasks []string) error {
	return change(ctx, tx, ms, by, who, func(v *Volunteer, p Place) error {
		var form fault.Form
		v.Path.Tasks = ticked(&form, p, tasks)
		return form.Err()
	})
}

// past refuses a day that has not come; no day is fine.
func past(p Place, tx Tx, field string, day calendar.Date) error {
	if day == "" {
		return nil
	}
	if _, err := calendar.ParseDate(string(day)); err != nil {
		return wrong(field, "calendar.date")
	}
	if day > p.Day(tx.Now()) {
		return wrong(field, "volunteer.future")
	}
	return nil
}

func wrong(field, key string) error {
	var form fault.Form
	form.Add(field, key)
	return form.Err()
}

// Eligible are the volunteers of a unit who may be offered a task on a day, in the order of their names: nothing that
// anybody declined has a part in it.
func Eligible(ctx context.Context, tx Tx, m *model.Model, unit access.UnitID, task string, on calendar.Date) ([]Volunteer, error) {
	all, err := tx.Volunteers(ctx, unit)
	return slices.DeleteFunc(all, func(v Volunteer) bool { return May(m, v, task, on) != nil }), err
}
