package story

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
)

// planSteps are the sentences of plans, goals, endings and follow-ups.
var planSteps = map[string]func(*world, context.Context, args) error{
	"may-call": mayCall, "goal": goal, "reword": reword, "drop": drop, "agree": agree, "both-agree": bothAgree, "agree-own": agreeOwn,
	"step": step, "unstep": unstep, "answers": answersEnding, "followed": followed, "again": again, "give": give, "made": made,
	"revive": revive, "recall": recall, "copy": printCopy, "reopen": reopen,
	"silent": silent, "theme": theme, "left": left, "left-none": leftNone, "agreed": agreed, "sees-goals": seesGoals,
	"to-answer": toAnswer, "follow-ups": followUps,
}

func (w *world) ep(a args) episode.ID { return w.clients[a["client"]].episode }

func mayCall(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return outgoing.Renew(ctx, tx, w.staff[a["worker"]], outgoing.Target{Episode: w.ep(a)}, person.SafeContact{Channel: person.Call,
			Address: seal.Of("040 555 0123"), HourFrom: 9, HourTo: 16, LastDay: calendar.Date(a["day"])})
	})
}

func goal(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		_, err := episode.AddGoal(ctx, tx, w.set, w.staff[a["worker"]], w.ep(a), a["text"])
		return err
	})
}

// withGoal does something with the goal whose number the words say.
func (w *world) withGoal(ctx context.Context, a args, do func(tx *storage.Tx, g episode.Goal) error) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		all, err := tx.Goals(ctx, w.ep(a))
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(g episode.Goal) bool { return g.No == a.number("n") })
		if i < 0 {
			return untrue{fmt.Errorf("there is no goal %s", a["n"])}
		}
		return do(tx, all[i])
	})
}

func reword(w *world, ctx context.Context, a args) error {
	return w.withGoal(ctx, a, func(tx *storage.Tx, g episode.Goal) error {
		return episode.RewordGoal(ctx, tx, w.set, w.staff[a["worker"]], g.ID, a["text"])
	})
}

func drop(w *world, ctx context.Context, a args) error {
	return w.withGoal(ctx, a, func(tx *storage.Tx, g episode.Goal) error {
		return episode.DropGoal(ctx, tx, w.set, w.staff[a["worker"]], g.ID)
	})
}

func agree(w *world, ctx context.Context, a args) error {
	return w.withGoal(ctx, a, func(tx *storage.Tx, g episode.Goal) error {
		return episode.AgreeGoal(ctx, tx, w.set, w.staff[a["worker"]], g.ID, g.Revision, g.ByClient, true)
	})
}

func bothAgree(w *world, ctx context.Context, a args) error {
	return w.withGoal(ctx, a, func(tx *storage.Tx, g episode.Goal) error {
		return episode.AgreeGoal(ctx, tx, w.set, w.staff[a["worker"]], g.ID, g.Revision, true, true)
	})
}

func agreeOwn(w *world, ctx context.Context, a args) error {
	return w.asClient(ctx, a["client"], func(tx *storage.Tx, c *client, h intake.Holder) error {
		v, err := appointment.ForClient(ctx, tx, w.set, h)
		if err != nil {
			return err
		}
		for _, g := range v.Goals {
			if g.No == a.number("n") {
				return episode.AgreeGoalByClient(ctx, tx, w.set, h, g.ID, g.Revision, true)
			}
		}
		return untrue{fmt.Errorf("there is no goal %s", a["n"])}
	})
}

func step(w *world, ctx context.Context, a args) error {
	return w.markSteps(ctx, a, []string{a["step"]})
}
func unstep(w *world, ctx context.Context, a args) error { return w.markSteps(ctx, a, nil) }

func (w *world) markSteps(ctx context.Context, a args, gone []string) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return episode.MarkSteps(ctx, tx, w.set, w.staff[a["worker"]], w.ep(a), []string{a["step"]}, gone)
	})
}

// answersEnding answers every question of the ending, all of a kind alike.
func answersEnding(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		l, err := episode.Load(ctx, tx, w.set, w.staff[a["worker"]], w.ep(a))
		if err != nil {
			return err
		}
		in := episode.Answers{Reached: map[string]string{}, Results: map[string]string{}, Marks: map[string]string{}, FollowUp: episode.NoFollowUp}
		for _, g := range l.State.Goals {
			in.Reached[g.ID] = a["outcome"]
		}
		if e := l.Part().Ending; e != nil {
			for _, x := range e.Results {
				in.Results[x] = a["outcome2"]
			}
			for _, x := range e.Marks {
				in.Marks[x] = a["yesno"]
			}
		}
		if a["side"] != "" {
			in.FollowUp, in.Day = a["side"], calendar.Date(a["day"])
		}
		return episode.AnswerEnding(ctx, tx, w.set, w.staff[a["worker"]], w.ep(a), in)
	})
}

func followed(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return episode.AnswerFollowUp(ctx, tx, w.set, w.staff[a["worker"]], w.ep(a), a["follow-up"])
	})
}

// again is one person with a new episode and a code of its own; the story calls them by another name from there.
func again(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		e, code, err := episode.Again(ctx, tx, w.set, w.staff[a["coordinator"]], w.ep(a), a["again"])
		w.clients[a["new"]] = &client{person: e.Person, code: code, episode: e.ID}
		return err
	})
}

func give(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return appointment.Assign(ctx, tx, w.set, w.staff[a["coordinator"]], w.ep(a), w.staff[a["worker"]].Account, a["change"])
	})
}

func made(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		x, err := findWay(ctx, tx, w.clients[a["client"]], a["way"])
		if err != nil {
			return err
		}
		return episode.MakeWayOn(ctx, tx, w.set, w.staff[a["worker"]], x.ID, true)
	})
}

// cancelled does something with the client's cancelled meeting.
func (w *world) cancelled(ctx context.Context, a args, do func(tx *storage.Tx, id appointment.ID) error) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		all, err := tx.Appointments(ctx, w.ep(a))
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(x appointment.Appointment) bool { return x.State == appointment.Cancelled })
		if i < 0 {
			return untrue{errors.New("no meeting is cancelled")}
		}
		return do(tx, all[i].ID)
	})
}

func revive(w *world, ctx context.Context, a args) error {
	return w.cancelled(ctx, a, func(tx *storage.Tx, id appointment.ID) error {
		return appointment.Move(ctx, tx, w.set, w.staff[a["worker"]], id, w.free(a, a.at("")))
	})
}

func recall(w *world, ctx context.Context, a args) error {
	return w.cancelled(ctx, a, func(tx *storage.Tx, id appointment.ID) error {
		return appointment.Correct(ctx, tx, w.set, w.staff[a["worker"]], id, appointment.Held)
	})
}

func printCopy(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		_, err := rights.CopyFor(ctx, tx, w.set, w.staff[a["worker"]], w.ep(a))
		return err
	})
}

func reopen(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error { return episode.Reopen(ctx, tx, w.set, w.staff[a["worker"]], w.ep(a)) })
}

// silent: the desk's list tells that no contact was allowed.
func silent(w *world, ctx context.Context, a args) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		waiting, err := tx.Waiting(ctx, w.staff[a["staff"]], 50)
		for _, x := range waiting {
			if x.ID == w.clients[a["client"]].request {
				return differs(x.Contact, person.None)
			}
		}
		if err == nil {
			err = untrue{errors.New("the request is not on the desk")}
		}
		return err
	})
}

// plan is what a visit's page says.
func (w *world) plan(ctx context.Context, a args, check func(episode.Plan) error) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		l, err := episode.Load(ctx, tx, w.set, access.System(), w.ep(a))
		if err != nil {
			return err
		}
		return check(episode.PlanOf(l.Model, l.State, a.number("n")))
	})
}

func theme(w *world, ctx context.Context, a args) error {
	return w.plan(ctx, a, func(p episode.Plan) error { return differs(p.Visit.Theme, a["theme"]) })
}

func left(w *world, ctx context.Context, a args) error {
	return w.plan(ctx, a, func(p episode.Plan) error {
		for _, v := range p.Left {
			if slices.Contains(v.Steps, a["step"]) {
				return nil
			}
		}
		return untrue{fmt.Errorf("%s does not come back", a["step"])}
	})
}

func leftNone(w *world, ctx context.Context, a args) error {
	return w.plan(ctx, a, func(p episode.Plan) error { return differs(len(p.Left), 0) })
}

func agreed(w *world, ctx context.Context, a args) error {
	return w.withGoal(ctx, a, func(_ *storage.Tx, g episode.Goal) error {
		return differs(g.Agreed(), a["goal"] == "agreed")
	})
}

func seesGoals(w *world, ctx context.Context, a args) error {
	return w.sees(ctx, a, func(v appointment.ClientView) error { return differs(len(v.Goals), a.number("n")) })
}

func toAnswer(w *world, ctx context.Context, a args) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		all, err := episode.ToAnswer(ctx, tx, w.set, w.staff[a["staff"]], 50)
		if err != nil {
			return err
		}
		return differs(len(all), a.number("n"))
	})
}

func followUps(w *world, ctx context.Context, a args) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		all, err := tx.FollowUps(ctx, w.staff[a["staff"]], 50)
		if err != nil {
			return err
		}
		return differs(len(all), a.number("n"))
	})
}
