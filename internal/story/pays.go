package story

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
)

func payer(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		p, err := commitment.KeepPayer(ctx, tx, access.System(), commitment.Payer{Name: a["new"], Controller: a["new"], Privacy: "privacy@example.org", Active: true})
		w.payers[a["new"]] = p.ID
		return err
	})
}

// granted is what a coordinator types.
func (w *world) granted(a args) commitment.New {
	n := commitment.New{Payer: w.payers[a["payer"]], Number: a["text"], Kind: a["kind"], Granted: a.number("n"), Workers: 1,
		Worker: w.staff[a["worker"]].Account, First: calendar.Date(a["day"]), Last: calendar.Date(a["day2"]), Route: a["route"],
		ChildWelfare: "no", SocialWorker: a["text2"], Agreed: calendar.Date(a["day3"])}
	if a["worker2"] != "" {
		n.Workers, n.Second = 2, w.staff[a["worker2"]].Account
	}
	return n
}

func record(w *world, ctx context.Context, a args) error {
	n := w.granted(a)
	if a["welfare"] != "" {
		n.ChildWelfare = a["welfare"]
	}
	n.Contact = commitment.Contact{Offer: w.offers[w.model], Channel: intake.Telephone, Name: a["new"], Age: -1}
	return w.record(ctx, a["coordinator"], a["new"], n)
}

// recordRequest is recording for somebody whose contact waits.
func recordRequest(w *world, ctx context.Context, a args) error {
	n := w.granted(a)
	n.Request = w.clients[a["client"]].request
	return w.record(ctx, a["coordinator"], a["client"], n)
}

func (w *world) record(ctx context.Context, by, name string, n commitment.New) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		kept, err := commitment.Record(ctx, tx, w.set, w.staff[by], n)
		if err != nil {
			return err
		}
		e, err := tx.Episode(ctx, kept.Episode)
		if err != nil {
			return err
		}
		c := w.clients[name]
		if c == nil {
			c = &client{code: kept.Code}
			w.clients[name] = c
		}
		c.person, c.episode = e.Person, e.ID
		return nil
	})
}

func extend(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return commitment.Extend(ctx, tx, w.set, w.staff[a["coordinator"]], w.clients[a["client"]].episode, calendar.Date(a["day"]), calendar.Date(a["day2"]))
	})
}

// asking does something with what was applied for.
func (w *world) asking(ctx context.Context, a args, do func(tx *storage.Tx, by access.Actor, of intake.RequestID) error) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return do(tx, w.staff[a["coordinator"]], w.clients[a["client"]].request)
	})
}

func apply(w *world, ctx context.Context, a args) error {
	return w.asking(ctx, a, func(tx *storage.Tx, by access.Actor, of intake.RequestID) error {
		return commitment.Apply(ctx, tx, w.set, by, of, w.payers[a["payer"]], calendar.Date(a["day"]))
	})
}

func refuse(w *world, ctx context.Context, a args) error {
	return w.asking(ctx, a, func(tx *storage.Tx, by access.Actor, of intake.RequestID) error {
		return commitment.Refuse(ctx, tx, w.set, by, of, calendar.Date(a["day"]))
	})
}

func unmark(w *world, ctx context.Context, a args) error {
	return w.asking(ctx, a, func(tx *storage.Tx, by access.Actor, of intake.RequestID) error {
		return commitment.Unmark(ctx, tx, w.set, by, of)
	})
}

func correct(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		id := w.clients[a["client"]].episode
		c, err := tx.Commitment(ctx, id)
		if err != nil {
			return err
		}
		return commitment.Correct(ctx, tx, w.set, w.staff[a["coordinator"]], id, commitment.Correction{Number: a["text"], Granted: a.number("n"),
			SocialWorker: c.SocialWorker.Reveal(), Agreed: c.Agreed})
	})
}

func correctDays(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		id := w.clients[a["client"]].episode
		c, err := tx.Commitment(ctx, id)
		if err != nil {
			return err
		}
		return commitment.CorrectDays(ctx, tx, w.set, w.staff[a["coordinator"]], id, c.First(), calendar.Date(a["day"]), calendar.Date(a["day2"]))
	})
}

// follow is a new commitment for a client who has one. The client is then whom the new one is of.
func follow(w *world, ctx context.Context, a args) error {
	n := w.granted(a)
	n.Route = "a"
	return w.update(ctx, func(tx *storage.Tx) error {
		c := w.clients[a["client"]]
		next, _, err := commitment.Follow(ctx, tx, w.set, w.staff[a["coordinator"]], c.episode, n)
		if err == nil {
			c.episode = next.Episode
		}
		return err
	})
}

// visitOn does something with the client's visit on a day.
func (w *world) visitOn(ctx context.Context, a args, do func(tx *storage.Tx, id appointment.ID) error) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		all, err := tx.Appointments(ctx, w.clients[a["client"]].episode)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(x appointment.Appointment) bool {
			return string(x.At.Day) == a["day"] && x.State != appointment.Cancelled
		})
		if i < 0 {
			return untrue{errors.New("there is no visit on that day")}
		}
		return do(tx, all[i].ID)
	})
}

func endVisit(w *world, ctx context.Context, a args) error {
	return w.visitOn(ctx, a, func(tx *storage.Tx, id appointment.ID) error {
		return commitment.EndWith(ctx, tx, w.set, w.staff[a["worker"]], id)
	})
}

func entry(w *world, ctx context.Context, a args) error {
	return w.visitOn(ctx, a, func(tx *storage.Tx, id appointment.ID) error {
		return commitment.MarkEntry(ctx, tx, w.set, w.staff[a["worker"]], id, calendar.Date(a["day2"]))
	})
}

// paid is the client's commitment as somebody who may see it reads it.
func (w *world) paid(ctx context.Context, who, name string, check func(x commitment.Standing) error) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		all, err := commitment.List(ctx, tx, w.set, w.staff[who], commitment.Wanted{Episode: w.clients[name].episode, All: true})
		if err != nil {
			return err
		}
		if len(all) != 1 {
			return untrue{fmt.Errorf("%d commitments are seen", len(all))}
		}
		return check(all[0])
	})
}

// asWorker reads as the episode's own worker.
func (w *world) asWorker(ctx context.Context, name string, check func(x commitment.Standing) error) error {
	for who, by := range w.staff {
		if by.Is(access.Coordinator, w.unit) {
			return w.paid(ctx, who, name, check)
		}
	}
	return untrue{errors.New("nobody coordinates here")}
}

func ledger(w *world, ctx context.Context, a args) error {
	return w.asWorker(ctx, a["client"], func(x commitment.Standing) error {
		l := x.Ledger
		return differs(fmt.Sprint(l.Used(), " of ", l.Granted, ", ", l.Booked, " booked, ", l.Uncovered, " not covered"),
			fmt.Sprint(a["n"], " of ", a["limit"], ", ", a["n2"], " booked, ", a["n3"], " not covered"))
	})
}

func stand(w *world, ctx context.Context, a args) error {
	if a["stand"] == string(commitment.Applied) || a["stand"] == string(commitment.Refused) {
		return w.db.View(ctx, func(tx *storage.Tx) error {
			all, err := tx.ApplicationsOf(ctx, w.clients[a["client"]].request)
			if err != nil {
				return err
			}
			if len(all) == 0 {
				return untrue{errors.New("nothing was applied for")}
			}
			return differs(string(all[len(all)-1].State()), a["stand"])
		})
	}
	return w.asWorker(ctx, a["client"], func(x commitment.Standing) error { return differs(string(x.State), a["stand"]) })
}

func periods(w *world, ctx context.Context, a args) error {
	return w.asWorker(ctx, a["client"], func(x commitment.Standing) error {
		return differs(fmt.Sprint(len(x.Periods), " until ", x.Last()), a["n"]+" until "+a["day"])
	})
}

// tasks are what the desk tells somebody of a client.
func (w *world) tasks(ctx context.Context, a args) (found []commitment.Task, err error) {
	err = w.db.View(ctx, func(tx *storage.Tx) error {
		all, err := commitment.Tasks(ctx, tx, w.set, w.staff[a["staff"]])
		for _, t := range all {
			if t.Episode == w.clients[a["client"]].episode {
				found = append(found, t)
			}
		}
		return err
	})
	return found, err
}

func warned(w *world, ctx context.Context, a args) error {
	all, err := w.tasks(ctx, a)
	if err != nil {
		return err
	}
	for _, t := range all {
		if t.Warning > 0 || t.State == commitment.Expired {
			return differs(fmt.Sprint("expires ", t.Last(), ", ", t.Ledger.Unused(), " unused, ", t.Ledger.Uncovered, " after it"),
				fmt.Sprint("expires ", a["day"], ", ", a["n"], " unused, ", a["n2"], " after it"))
		}
	}
	return untrue{errors.New("nothing is told")}
}

func quiet(w *world, ctx context.Context, a args) error {
	all, err := w.tasks(ctx, a)
	if err != nil {
		return err
	}
	return differs(len(all), 0)
}

func late(w *world, ctx context.Context, a args) error {
	all, err := w.tasks(ctx, a)
	if err != nil {
		return err
	}
	n := 0
	for _, t := range all {
		n += len(t.LateEntries)
	}
	return differs(n, a.number("n"))
}

// asunder: two ways of perhaps the same people share no person, no code and no row that either's copy would show.
func asunder(w *world, ctx context.Context, a args) error {
	one, other := w.clients[a["client"]], w.clients[a["client2"]]
	if one.person == other.person || one.episode == other.episode {
		return untrue{errors.New("the two are one")}
	}
	return w.asClient(ctx, a["client2"], func(tx *storage.Tx, c *client, h intake.Holder) error {
		if h.Episode != string(other.episode) {
			return untrue{errors.New("the code opens something else")}
		}
		rows, err := tx.OwnRows(ctx, other.person)
		for _, t := range rows {
			if t.Name == "episode" && len(t.Rows) != 1 {
				return untrue{fmt.Errorf("the copy shows %d episodes", len(t.Rows))}
			}
		}
		return err
	})
}
