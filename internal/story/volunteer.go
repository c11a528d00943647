package story

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/respite"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// volunteerSteps are the sentences about volunteers.
var volunteerSteps = map[string]func(*world, context.Context, args) error{
	"come-forward": comeForward, "trained": trained, "take-on": takeOn, "let-begin": letBegin, "learn": learn, "extract": extract, "owed-given": owedGiven,
	"plan-event": planEvent, "come-to": comeTo, "were-at": wereAt, "break": breaks, "back": comesBack, "stop": stops,
	"may": may, "may-not": mayNot, "year": year, "owed": owed, "left-nothing": leftNothing,
}

// path is the model of the volunteers in the story.
func (w *world) path() *model.Model {
	m, _ := w.set.Latest(w.model)
	return w.set.PathBeside(m)
}

func comeForward(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		code, err := volunteer.Apply(ctx, tx, w.set, volunteer.Application{Offer: w.offers[w.path().ID], Token: id.New(), Name: a["new"],
			Email: strings.ToLower(a["new"]) + "@example.org", Lang: locale.Finnish, Tasks: []string{a["task"]}})
		if err != nil {
			return err
		}
		v, _, err := volunteer.ByCode(ctx, tx, w.set, code)
		w.helpers[a["new"]] = v.ID
		return err
	})
}

// trained is all of the way to a task at once: taken on, let begin, and every training that the task asks for on one day.
func trained(w *world, ctx context.Context, a args) error {
	if err := comeForward(w, ctx, a); err != nil {
		return err
	}
	a = args{"coordinator": a["coordinator"], "volunteer": a["new"], "task": a["task"], "day": a["day"]}
	if err := errors.Join(takeOn(w, ctx, a), letBegin(w, ctx, a)); err != nil {
		return err
	}
	task, _ := w.path().Volunteer.Task(a["task"])
	for _, a["training"] = range task.Needs {
		if err := learn(w, ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// arranged carries out a coordinator's action on a volunteer.
func (w *world) arranged(ctx context.Context, a args, do func(tx *storage.Tx, by access.Actor, of volunteer.ID) error) error {
	return w.update(ctx, func(tx *storage.Tx) error { return do(tx, w.staff[a["coordinator"]], w.helpers[a["volunteer"]]) })
}

// helped carries out a volunteer's own action.
func (w *world) helped(ctx context.Context, a args, do func(tx *storage.Tx, by access.Actor) error) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		v, err := tx.Volunteer(ctx, w.helpers[a["volunteer"]])
		if err != nil {
			return err
		}
		return do(tx, access.Actor{Account: v.Account, Roles: []access.Membership{{Unit: w.unit, Role: access.Volunteer}}})
	})
}

func takeOn(w *world, ctx context.Context, a args) error {
	return w.arranged(ctx, a, func(tx *storage.Tx, by access.Actor, of volunteer.ID) error {
		if err := volunteer.Meet(ctx, tx, w.set, by, of); err != nil {
			return err
		}
		if _, err := volunteer.Accept(ctx, tx, w.set, by, of); err != nil {
			return err
		}
		v, err := tx.Volunteer(ctx, of)
		if err != nil {
			return err
		}
		w.staff[a["volunteer"]] = access.Actor{Account: v.Account, Roles: []access.Membership{{Unit: w.unit, Role: access.Volunteer}}}
		return w.signIn(ctx, tx, v.Account)
	})
}

func letBegin(w *world, ctx context.Context, a args) error {
	return w.arranged(ctx, a, func(tx *storage.Tx, by access.Actor, of volunteer.ID) error {
		return volunteer.Begin(ctx, tx, w.set, by, of)
	})
}

func learn(w *world, ctx context.Context, a args) error {
	return w.arranged(ctx, a, func(tx *storage.Tx, by access.Actor, of volunteer.ID) error {
		return volunteer.Learn(ctx, tx, w.set, by, of, a["training"], calendar.Date(a["day"]))
	})
}

func extract(w *world, ctx context.Context, a args) error {
	return w.arranged(ctx, a, func(tx *storage.Tx, by access.Actor, of volunteer.ID) error {
		return volunteer.Shown(ctx, tx, w.set, by, of, calendar.Date(a["day"]), true)
	})
}

func owedGiven(w *world, ctx context.Context, a args) error {
	return w.arranged(ctx, a, func(tx *storage.Tx, by access.Actor, of volunteer.ID) error {
		return volunteer.Give(ctx, tx, w.set, by, of, a["right"], calendar.Date(a["day"]))
	})
}

func planEvent(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) (err error) {
		w.year[a["event"]], err = volunteer.PlanEvent(ctx, tx, w.set, w.staff[a["coordinator"]], w.offers[w.model],
			volunteer.Plan{Item: a["event"], Day: calendar.Date(a["day"]), Clock: "10:00", Minutes: 120, Place: "Office"})
		return err
	})
}

func comeTo(w *world, ctx context.Context, a args) error {
	return w.helped(ctx, a, func(tx *storage.Tx, by access.Actor) error {
		return volunteer.SignUpFor(ctx, tx, w.set, by, w.year[a["event"]], volunteer.InPlace)
	})
}

// wereAt: whoever signed up was there.
func wereAt(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		signed, err := tx.SignUps(ctx, w.year[a["event"]])
		var came []volunteer.ID
		for _, s := range signed {
			came = append(came, s.Volunteer)
		}
		if err != nil {
			return err
		}
		return volunteer.Attend(ctx, tx, w.set, w.staff[a["coordinator"]], w.year[a["event"]], came)
	})
}

func breaks(w *world, ctx context.Context, a args) error {
	return w.helped(ctx, a, func(tx *storage.Tx, by access.Actor) error {
		return respite.Break(ctx, tx, w.set, by, calendar.Date(a["day"]), calendar.Date(a["day2"]))
	})
}

func comesBack(w *world, ctx context.Context, a args) error {
	return w.helped(ctx, a, func(tx *storage.Tx, by access.Actor) error { return volunteer.Back(ctx, tx, w.set, by) })
}

func stops(w *world, ctx context.Context, a args) error {
	return w.helped(ctx, a, func(tx *storage.Tx, by access.Actor) error { return respite.Stop(ctx, tx, w.set, by) })
}

// stands is a volunteer with the model and the unit's day.
func (w *world) stands(ctx context.Context, a args, check func(m *model.Model, v volunteer.Volunteer, today calendar.Date) error) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		v, err := tx.Volunteer(ctx, w.helpers[a["volunteer"]])
		if err != nil {
			return err
		}
		return check(w.path(), v, calendar.LocalOf(tx.Now(), zone).Day)
	})
}

func may(w *world, ctx context.Context, a args) error {
	return w.stands(ctx, a, func(m *model.Model, v volunteer.Volunteer, today calendar.Date) error {
		if err := volunteer.May(m, v, a["task"], today); err != nil {
			return untrue{fmt.Errorf("may not: %w", err)}
		}
		return nil
	})
}

func mayNot(w *world, ctx context.Context, a args) error {
	return w.stands(ctx, a, func(m *model.Model, v volunteer.Volunteer, today calendar.Date) error {
		return refusal(volunteer.May(m, v, a["task"], today), a["key"])
	})
}

func year(w *world, ctx context.Context, a args) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		events, err := tx.Events(ctx, w.unit)
		if err != nil {
			return err
		}
		m, _ := w.set.Latest(w.model)
		for _, c := range volunteer.Year(m, events, a["n"]) {
			if c.Item.ID == a["event"] {
				return differs(fmt.Sprint(c.Has, " of ", c.Item.Times), a["n2"]+" of "+a["n3"])
			}
		}
		return untrue{fmt.Errorf("the year has no %s", a["event"])}
	})
}

func owed(w *world, ctx context.Context, a args) error {
	return w.stands(ctx, a, func(m *model.Model, v volunteer.Volunteer, today calendar.Date) error {
		for _, d := range volunteer.Owed(m, v, today) {
			if d.Right == a["right"] {
				return differs(string(d.By), a["day"])
			}
		}
		return untrue{fmt.Errorf("%s is not owed", a["right"])}
	})
}

func leftNothing(w *world, ctx context.Context, a args) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		if _, err := tx.Volunteer(ctx, w.helpers[a["volunteer"]]); !fault.Is(err, fault.NotFound) {
			return untrue{fmt.Errorf("the volunteer is there (%v)", err)}
		}
		all, err := tx.Colleagues(ctx, "")
		for _, c := range all {
			if strings.Contains(c.Name.Reveal()+c.Email.Reveal(), a["volunteer"]) {
				return untrue{fmt.Errorf("the account tells who it was")}
			}
		}
		return err
	})
}
