package story

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
)

// circleSteps are what is done and seen in groups that gather a number of times.
var circleSteps = map[string]func(*world, context.Context, args) error{
	"plan-group": planGroup, "set-online": setOnline, "take-in": takeIn, "join-group": joinGroup, "leave-group": leaveGroup, "come-to-group": comeToGroup,
	"tick-group": tickGroup, "correct-group": correctGroup, "cancel-group": cancelGroup, "move-group": moveGroup(false), "move-groups": moveGroup(true),
	"substitute": substitute, "propose-topic": proposeTopic, "vote-topic": voteTopic, "think": think, "look-idea": lookIdea, "answer-idea": answerIdea,
	"group-day": groupDay, "group-last": groupLast, "group-came": groupCame, "group-from": groupFrom, "group-waits": groupWaits, "group-topic": groupTopic,
	"group-schedule": groupSchedule, "group-gone": groupGone, "idea-state": ideaState, "idea-gone": ideaGone,
}

// mayLead is the unit's own workers and coordinators.
func (w *world) mayLead(_ context.Context, who access.AccountID, unit access.UnitID) (bool, error) {
	for _, a := range w.staff {
		if a.Account == who {
			return a.Is(access.Worker, unit) || a.Is(access.Coordinator, unit), nil
		}
	}
	return false, nil
}

func planGroup(w *world, ctx context.Context, a args) error {
	by := w.staff[a["staff"]]
	n := circle.New{Offer: w.offers[w.model], Kind: a["sort"], Day: calendar.Date(a["day"]), Clock: calendar.Clock(a["clock"]), Minutes: 90, Weeks: a.number("n"),
		Number: a.number("n2"), Places: a.number("n3"), Online: a["where"] == "online", Place: w.office, Leaders: []access.AccountID{by.Account}}
	return w.update(ctx, func(tx *storage.Tx) error {
		c, err := circle.Plan(ctx, tx, w.set, w.mayLead, by, n)
		w.circles[a["text"]] = c.ID
		return err
	})
}

func setOnline(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return circle.SetOnline(ctx, tx, w.set, w.staff[a["coordinator"]], w.offers[w.model], a["sort"], a["where"] == "online")
	})
}

func (w *world) joined(group, name string, do func(tx *storage.Tx) (circle.Joined, error)) func(tx *storage.Tx) error {
	return func(tx *storage.Tx) error {
		j, err := do(tx)
		if err == nil {
			w.codes[group+"/"+name] = j.Code
		}
		return err
	}
}

func takeIn(w *world, ctx context.Context, a args) error {
	return w.update(ctx, w.joined(a["text2"], a["text"], func(tx *storage.Tx) (circle.Joined, error) {
		return circle.Add(ctx, tx, w.set, w.staff[a["staff"]], w.circles[a["text2"]], a["text"])
	}))
}

func joinGroup(w *world, ctx context.Context, a args) error {
	return w.update(ctx, w.joined(a["text2"], a["text"], func(tx *storage.Tx) (circle.Joined, error) {
		return circle.Join(ctx, tx, w.set, w.circles[a["text2"]], a["text"], id.New())
	}))
}

func comeToGroup(w *world, ctx context.Context, a args) error {
	return w.asClient(ctx, a["client"], func(tx *storage.Tx, c *client, _ intake.Holder) error {
		return w.joined(a["text"], a["text2"], func(tx *storage.Tx) (circle.Joined, error) {
			return circle.JoinByWay(ctx, tx, w.set, c.person, w.model, w.circles[a["text"]], a["text2"])
		})(tx)
	})
}

// asParticipant comes back with the code that somebody was shown when they joined.
func (w *world) asParticipant(ctx context.Context, group, name string, do func(tx *storage.Tx, v circle.Visit) error) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		v, err := circle.Enter(ctx, tx, w.set, w.codes[group+"/"+name])
		if err != nil {
			return err
		}
		return do(tx, v)
	})
}

func leaveGroup(w *world, ctx context.Context, a args) error {
	return w.asParticipant(ctx, a["text2"], a["text"], func(tx *storage.Tx, v circle.Visit) error { return v.Leave(ctx, tx) })
}

// tickGroup ticks the first so many names.
func tickGroup(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		of := w.circles[a["text"]]
		c, err := tx.Circle(ctx, of)
		if err != nil {
			return err
		}
		all, err := circle.Expected(ctx, tx, c, circle.Meeting{No: a.number("n2")})
		if err != nil {
			return err
		}
		if len(all) < a.number("n") {
			return untrue{fmt.Errorf("only %d are expected", len(all))}
		}
		var here []circle.ParticipantID
		for _, p := range all[:a.number("n")] {
			here = append(here, p.ID)
		}
		return circle.Tick(ctx, tx, w.set, w.staff[a["staff"]], of, a.number("n2"), here)
	})
}

func correctGroup(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return circle.Count(ctx, tx, w.set, w.staff[a["staff"]], w.circles[a["text"]], a.number("n"), a.number("n2"))
	})
}

func cancelGroup(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return circle.Cancel(ctx, tx, w.set, w.staff[a["staff"]], w.circles[a["text"]], a.number("n"))
	})
}

func moveGroup(rest bool) func(*world, context.Context, args) error {
	return func(w *world, ctx context.Context, a args) error {
		return w.update(ctx, func(tx *storage.Tx) error {
			return circle.Move(ctx, tx, w.set, w.staff[a["staff"]], w.circles[a["text"]], a.number("n"), calendar.Date(a["day"]), calendar.Clock(a["clock"]), rest)
		})
	}
}

func substitute(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return circle.Substitute(ctx, tx, w.set, w.mayLead, w.staff[a["staff"]], w.circles[a["text"]], a.number("n"), w.staff[a["worker"]].Account)
	})
}

func proposeTopic(w *world, ctx context.Context, a args) error {
	return w.asParticipant(ctx, a["text3"], a["text"], func(tx *storage.Tx, v circle.Visit) error { return v.Propose(ctx, tx, a["text2"]) })
}

func voteTopic(w *world, ctx context.Context, a args) error {
	return w.asParticipant(ctx, a["text3"], a["text"], func(tx *storage.Tx, v circle.Visit) error {
		topics, err := tx.Topics(ctx, v.Circle)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(topics, func(t circle.Topic) bool { return t.Text.Reveal() == a["text2"] })
		if i < 0 {
			return untrue{errors.New("nobody has proposed it")}
		}
		return v.Vote(ctx, tx, topics[i].ID)
	})
}

func think(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return circle.Think(ctx, tx, w.set, circle.NewIdea{Offer: w.offers[w.model], Kind: a["sort"], Title: a["text"], Token: id.New()})
	})
}

// idea finds what somebody would like by its words.
func (w *world) idea(ctx context.Context, tx *storage.Tx, title string) (circle.Idea, error) {
	all, err := tx.Ideas(ctx, []organization.OfferID{w.offers[w.model]})
	if err != nil {
		return circle.Idea{}, err
	}
	i := slices.IndexFunc(all, func(i circle.Idea) bool { return i.Title.Reveal() == title })
	if i < 0 {
		return circle.Idea{}, fault.New(fault.NotFound, "not-found")
	}
	return all[i], nil
}

func lookIdea(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		i, err := w.idea(ctx, tx, a["text"])
		if err != nil {
			return err
		}
		return circle.Look(ctx, tx, w.set, w.staff[a["coordinator"]], i.ID)
	})
}

func answerIdea(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		i, err := w.idea(ctx, tx, a["text"])
		if err != nil {
			return err
		}
		return circle.Answer(ctx, tx, w.set, w.staff[a["coordinator"]], i.ID, a["word"])
	})
}

// group reads a group and its meetings.
func (w *world) group(ctx context.Context, name string, do func(tx *storage.Tx, c circle.Circle, all []circle.Meeting) error) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		c, err := tx.Circle(ctx, w.circles[name])
		if err != nil {
			return err
		}
		all, err := tx.CircleMeetings(ctx, []circle.ID{c.ID})
		if err != nil {
			return err
		}
		return do(tx, c, all)
	})
}

func groupDay(w *world, ctx context.Context, a args) error {
	return w.group(ctx, a["text"], func(_ *storage.Tx, _ circle.Circle, all []circle.Meeting) error {
		m := all[a.number("n")-1]
		return differs(fmt.Sprint(m.At.Day, " ", m.At.Clock), a["day"]+" "+a["clock"])
	})
}

func groupLast(w *world, ctx context.Context, a args) error {
	return w.group(ctx, a["text"], func(_ *storage.Tx, c circle.Circle, all []circle.Meeting) error {
		return differs(fmt.Sprint(len(all), " until ", c.Last), fmt.Sprint(a["n"], " until ", a["day"]))
	})
}

func groupCame(w *world, ctx context.Context, a args) error {
	return w.group(ctx, a["text"], func(_ *storage.Tx, _ circle.Circle, all []circle.Meeting) error {
		return differs(all[a.number("n")-1].Came, a.number("n2"))
	})
}

func groupFrom(w *world, ctx context.Context, a args) error {
	return w.asParticipant(ctx, a["text2"], a["text"], func(tx *storage.Tx, v circle.Visit) error {
		o, err := v.View(ctx, tx)
		if err != nil {
			return err
		}
		return differs(fmt.Sprint(v.Participant.FirstNo, " waiting ", o.Waiting), a["n"]+" waiting false")
	})
}

func groupWaits(w *world, ctx context.Context, a args) error {
	return w.asParticipant(ctx, a["text2"], a["text"], func(tx *storage.Tx, v circle.Visit) error {
		o, err := v.View(ctx, tx)
		if err != nil {
			return err
		}
		return differs(o.Waiting, true)
	})
}

func groupTopic(w *world, ctx context.Context, a args) error {
	return w.group(ctx, a["text"], func(tx *storage.Tx, c circle.Circle, all []circle.Meeting) error {
		topics, err := tx.Topics(ctx, c)
		if err != nil {
			return err
		}
		tallies, err := tx.Tallies(ctx, c.ID)
		if err != nil {
			return err
		}
		chosen := circle.Chosen(topics, tallies, len(all))[a.number("n")]
		for _, t := range topics {
			if t.ID == chosen {
				return differs(t.Text.Reveal(), a["text2"])
			}
		}
		return untrue{errors.New("no topic was voted for")}
	})
}

func groupSchedule(w *world, ctx context.Context, a args) error {
	return w.group(ctx, a["text"], func(_ *storage.Tx, c circle.Circle, _ []circle.Meeting) error {
		s := circle.ScheduleOf(c)
		return differs(fmt.Sprint(s.Freq, s.Interval, s.Count, s.Start), fmt.Sprint("WEEKLY", a.number("n"), a.number("n2"), calendar.Date(a["day"])))
	})
}

func groupGone(w *world, ctx context.Context, a args) error {
	err := w.group(ctx, a["text"], func(*storage.Tx, circle.Circle, []circle.Meeting) error { return nil })
	if !fault.Is(err, fault.NotFound) {
		return untrue{fmt.Errorf("it is still there: %v", err)}
	}
	return nil
}

func ideaState(w *world, ctx context.Context, a args) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		i, err := w.idea(ctx, tx, a["text"])
		if err != nil {
			return err
		}
		return differs(i.State, a["word"])
	})
}

func ideaGone(w *world, ctx context.Context, a args) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		if _, err := w.idea(ctx, tx, a["text"]); !fault.Is(err, fault.NotFound) {
			return untrue{fmt.Errorf("it is still there: %v", err)}
		}
		return nil
	})
}
