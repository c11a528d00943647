package story

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
)

// own brings somebody in by their own visits in another service, and holds some.
func own(w *world, ctx context.Context, a args) error {
	err := w.update(ctx, func(tx *storage.Tx) error {
		made, err := intake.Make(ctx, tx, w.set, w.staff[a["worker"]], intake.New{Offer: w.offers[a["service"]], Channel: intake.Telephone, Lang: "fi", Age: -1, Name: a["new"]})
		w.clients[a["new"]] = &client{person: made.Request.Person, code: made.Code, request: made.Request.ID}
		return err
	})
	if err != nil {
		return err
	}
	a["client"] = a["new"]
	return meet(w, ctx, a)
}

// alone does something on a party's own visits, as their worker.
func (w *world) alone(ctx context.Context, a args, do func(tx *storage.Tx, by access.Actor, home episode.ID) error) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return do(tx, w.staff[a["worker"]], w.clients[a["client"]].episode)
	})
}

func prepare(w *world, ctx context.Context, a args) error {
	return w.alone(ctx, a, func(tx *storage.Tx, by access.Actor, home episode.ID) error {
		return joint.Prepare(ctx, tx, w.set, by, home, a["role"])
	})
}

func asked(w *world, ctx context.Context, a args) error {
	return w.alone(ctx, a, func(tx *storage.Tx, by access.Actor, home episode.ID) error {
		return joint.Asked(ctx, tx, w.set, by, home, true)
	})
}

func wish(w *world, ctx context.Context, a args) error {
	return w.alone(ctx, a, func(tx *storage.Tx, by access.Actor, home episode.ID) error {
		return joint.Wish(ctx, tx, w.set, by, home, calendar.Date(a["day"]), true)
	})
}

func point(w *world, ctx context.Context, a args) error   { return w.tick(ctx, a, true) }
func unpoint(w *world, ctx context.Context, a args) error { return w.tick(ctx, a, false) }

func (w *world) tick(ctx context.Context, a args, done bool) error {
	return w.alone(ctx, a, func(tx *storage.Tx, by access.Actor, home episode.ID) error {
		p, err := joint.Look(ctx, tx, w.set, by, home)
		if err != nil {
			return err
		}
		points := slices.DeleteFunc(p.Side.Points, func(x string) bool { return x == a["point"] })
		if done {
			points = append(points, a["point"])
		}
		return joint.Mark(ctx, tx, w.set, by, home, points)
	})
}

// word is said by one worker to the other, who brings in their own client; each party then gets a code of their own.
func word(w *world, ctx context.Context, a args) error {
	one, other := w.clients[a["client"]], w.clients[a["client2"]]
	return w.update(ctx, func(tx *storage.Tx) error {
		said, err := joint.Word(ctx, tx, w.set, w.staff[a["worker"]], one.episode)
		if err != nil {
			return err
		}
		id, err := joint.Join(ctx, tx, w.set, w.staff[a["worker2"]], other.episode, said.String())
		if err != nil {
			return err
		}
		one.joint, other.joint = id, id
		if one.couple, err = joint.NewCode(ctx, tx, w.set, w.staff[a["worker"]], one.episode); err != nil {
			return err
		}
		other.couple, err = joint.NewCode(ctx, tx, w.set, w.staff[a["worker2"]], other.episode)
		return err
	})
}

func safer(w *world, ctx context.Context, a args) error    { return w.safer(ctx, a, true) }
func notSafer(w *world, ctx context.Context, a args) error { return w.safer(ctx, a, false) }

func (w *world) safer(ctx context.Context, a args, safer bool) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return joint.Safer(ctx, tx, w.set, w.staff[a["worker"]], w.clients[a["client"]].joint, safer)
	})
}

// twoAt is a time at the office with the pair.
func (w *world) twoAt(ctx context.Context, tx *storage.Tx, a args) (appointment.Free, error) {
	e, err := tx.Episode(ctx, w.clients[a["client"]].joint)
	return appointment.Free{Worker: e.Worker, At: a.at(""), Minutes: minutes, PlaceKind: appointment.Office, Place: w.office}, err
}

func bookTwo(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		at, err := w.twoAt(ctx, tx, a)
		if err != nil {
			return err
		}
		_, err = appointment.Book(ctx, tx, w.set, w.staff[a["worker"]], appointment.Target{Episode: w.clients[a["client"]].joint}, at, "")
		return err
	})
}

// atTwo does something with the couple's meeting that is booked or waits.
func (w *world) atTwo(ctx context.Context, a args, do func(tx *storage.Tx, id appointment.ID) error) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		all, err := tx.Appointments(ctx, w.clients[a["client"]].joint)
		if err != nil {
			return err
		}
		for _, x := range all {
			if x.State == appointment.Booked || x.State == appointment.OnHold {
				return do(tx, x.ID)
			}
		}
		return untrue{errors.New("nothing is booked")}
	})
}

func holdTwo(w *world, ctx context.Context, a args) error {
	return w.atTwo(ctx, a, func(tx *storage.Tx, id appointment.ID) error {
		return appointment.Hold(ctx, tx, w.set, w.staff[a["worker"]], id)
	})
}

func waitTwo(w *world, ctx context.Context, a args) error {
	return w.atTwo(ctx, a, func(tx *storage.Tx, id appointment.ID) error {
		return appointment.Wait(ctx, tx, w.set, w.staff[a["worker"]], id)
	})
}

func moveTwo(w *world, ctx context.Context, a args) error {
	return w.atTwo(ctx, a, func(tx *storage.Tx, id appointment.ID) error {
		at, err := w.twoAt(ctx, tx, a)
		if err != nil {
			return err
		}
		return appointment.Move(ctx, tx, w.set, w.staff[a["worker"]], id, at)
	})
}

// seat does something with a party's own code into the joint process.
func (w *world) seat(ctx context.Context, name string, do func(tx *storage.Tx, h intake.Holder) error) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		stay, err := intake.Enter(ctx, tx, w.clients[name].couple)
		if err != nil {
			return err
		}
		return do(tx, stay.Holder)
	})
}

func feels(w *world, ctx context.Context, a args) error {
	return w.seat(ctx, a["client"], func(tx *storage.Tx, h intake.Holder) error {
		if err := joint.Answer(ctx, tx, w.set, h, a["safe"]); err != nil {
			return err
		}
		return joint.Heed(ctx, tx, w.set, w.clients[a["client"]].joint) // the job that the answer left
	})
}

func feelsAlone(w *world, ctx context.Context, a args) error {
	return w.alone(ctx, a, func(tx *storage.Tx, by access.Actor, home episode.ID) error {
		return joint.AnswerAlone(ctx, tx, w.set, by, home, a["safe"], true)
	})
}

// lacking are the conditions that do not hold, as the worker of a party's own visits sees them.
func (w *world) lacking(ctx context.Context, a args) (out []string, err error) {
	err = w.alone(ctx, a, func(tx *storage.Tx, by access.Actor, home episode.ID) error {
		p, err := joint.Look(ctx, tx, w.set, by, home)
		for _, c := range p.Conditions {
			if !c.Holds {
				out = append(out, c.Refusal)
			}
		}
		if err == nil && len(p.Conditions) == 0 {
			return untrue{errors.New("no list is open")}
		}
		return err
	})
	return out, err
}

func missing(w *world, ctx context.Context, a args) error {
	out, err := w.lacking(ctx, a)
	if err == nil && !slices.Contains(out, a["condition"]) {
		return untrue{fmt.Errorf("missing are %v", out)}
	}
	return err
}

func nothingMissing(w *world, ctx context.Context, a args) error {
	out, err := w.lacking(ctx, a)
	if err != nil {
		return err
	}
	return differs(fmt.Sprint(out), "[]")
}

// view is what a party's code into the joint process opens.
func (w *world) view(ctx context.Context, name string) (v appointment.ClientView, err error) {
	err = w.seat(ctx, name, func(tx *storage.Tx, h intake.Holder) error {
		v, err = appointment.ForClient(ctx, tx, w.set, h)
		return err
	})
	return v, err
}

func usedTwo(w *world, ctx context.Context, a args) error {
	v, err := w.view(ctx, a["client"])
	if err != nil {
		return err
	}
	return differs(fmt.Sprint(v.Used, " of ", strconv.Itoa(v.Max)), a["n"]+" of "+a["limit"])
}

func stateTwo(w *world, ctx context.Context, a args) error {
	v, err := w.view(ctx, a["client"])
	if err != nil {
		return err
	}
	return differs(v.State, a["seat"])
}

// alike: whatever either has said, the two see the very same.
func alike(w *world, ctx context.Context, a args) error {
	one, err := w.view(ctx, a["client"])
	if err != nil {
		return err
	}
	other, err := w.view(ctx, a["client2"])
	if err == nil && !reflect.DeepEqual(one, other) {
		return untrue{fmt.Errorf("one sees %+v, the other %+v", one, other)}
	}
	return err
}

func wishDay(w *world, ctx context.Context, a args) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		p, err := tx.PartyAt(ctx, w.clients[a["client"]].episode)
		if err != nil {
			return err
		}
		if p.Role != model.Experienced {
			return untrue{errors.New("it is not the one who experienced violence")}
		}
		return differs(string(p.Wish), a["day"])
	})
}
