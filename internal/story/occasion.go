package story

import (
	"context"
	"fmt"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
)

// occasionSteps are what is done and seen of days to which families sign up.
var occasionSteps = map[string]func(*world, context.Context, args) error{
	"plan-day": planDay, "family-comes": familyComes, "family-brought": familyBrought, "family-changes": familyChanges, "family-leaves": familyLeaves,
	"offer-day": offerDay, "say-yes": sayYes, "say-no": sayNo, "confirm-day": confirmDay, "move-day": moveDay, "call-off": callOff, "call-on": callOn,
	"count-day": countDay, "read-list": readList,
	"day-has": dayHas, "day-waits": dayWaits, "day-on": dayOn, "day-off": dayOff, "on-list": onList, "helps": helps(true), "not-helps": helps(false),
	"no-trace": noTrace, "list-gone": listGone,
}

// dayOffer is the story's own service where families sign up to it, or the first that is one.
func (w *world) dayOffer() organization.OfferID {
	if m, ok := w.set.Latest(w.model); ok && m.SignsUp() {
		return w.offers[m.ID]
	}
	for _, m := range w.set.All() {
		if m.SignsUp() {
			return w.offers[m.ID]
		}
	}
	return ""
}

func planDay(w *world, ctx context.Context, a args) error {
	n := occasion.New{Offer: w.dayOffer(), Day: calendar.Date(a["day"]), Clock: calendar.Clock(a["clock"]), Minutes: 240, Places: a.number("n"), Volunteers: a.number("n2"),
		About: "Retki", Area: "Espoo", Place: "Parkkipaikan portti", Closes: calendar.Date(a["day"]).Add(-1)}
	for _, name := range []string{a["worker"], a["worker2"]} {
		if name != "" {
			n.Workers = append(n.Workers, w.staff[name].Account)
		}
	}
	return w.update(ctx, func(tx *storage.Tx) error {
		d, err := occasion.Plan(ctx, tx, w.set, w.staff[a["coordinator"]], n)
		w.days[a["text"]] = d.ID
		return err
	})
}

func (a args) numbers() occasion.Numbers {
	return occasion.Numbers{Adults: a.number("n"), Children: a.number("n2"), Name: a["text"]}
}

func familyComes(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		in, err := occasion.SignUp(ctx, tx, w.set, w.days[a["text2"]], a.numbers(), id.New())
		if err == nil {
			w.codes[a["text2"]+"/"+a["text"]] = in.Code
		}
		return err
	})
}

func familyBrought(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		in, err := occasion.Bring(ctx, tx, w.set, w.staff[a["worker"]], w.days[a["text2"]], w.clients[a["client"]].episode, a.numbers())
		if err == nil {
			w.codes[a["text2"]+"/"+a["text"]] = in.Code
		}
		return err
	})
}

// asFamily comes back with the code that somebody was shown when they signed up.
func (w *world) asFamily(ctx context.Context, a args, name, day string, do func(tx *storage.Tx, v occasion.Visit) error) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		code, ok := w.codes[day+"/"+name]
		if !ok {
			code = intake.NewCode()
		}
		v, err := occasion.Enter(ctx, tx, w.set, code)
		if err != nil {
			return err
		}
		return do(tx, v)
	})
}

func familyChanges(w *world, ctx context.Context, a args) error {
	return w.asFamily(ctx, a, a["text"], a["text2"], func(tx *storage.Tx, v occasion.Visit) error { return v.Change(ctx, tx, a.numbers()) })
}

func familyLeaves(w *world, ctx context.Context, a args) error {
	return w.asFamily(ctx, a, a["text"], a["text2"], func(tx *storage.Tx, v occasion.Visit) error { return v.Leave(ctx, tx) })
}

func (w *world) may(tx *storage.Tx) occasion.May { return occasion.May(shift.Eligible(tx, w.set)) }

// accountOf is the account of a volunteer in the story.
func (w *world) accountOf(ctx context.Context, tx *storage.Tx, name string) (access.AccountID, error) {
	v, err := tx.Volunteer(ctx, w.helpers[name])
	return v.Account, err
}

func offerDay(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		who, err := w.accountOf(ctx, tx, a["volunteer"])
		if err != nil {
			return err
		}
		return occasion.Offer(ctx, tx, w.set, w.may(tx), w.staff[a["coordinator"]], w.days[a["text"]], who)
	})
}

func confirmDay(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		who, err := w.accountOf(ctx, tx, a["volunteer"])
		if err != nil {
			return err
		}
		return occasion.Confirm(ctx, tx, w.set, w.may(tx), w.staff[a["coordinator"]], w.days[a["text"]], who)
	})
}

func sayYes(w *world, ctx context.Context, a args) error {
	return w.helped(ctx, a, func(tx *storage.Tx, by access.Actor) error {
		return occasion.Yes(ctx, tx, w.set, w.may(tx), by, w.days[a["text"]])
	})
}

func sayNo(w *world, ctx context.Context, a args) error {
	return w.helped(ctx, a, func(tx *storage.Tx, by access.Actor) error { return occasion.No(ctx, tx, w.set, by, w.days[a["text"]]) })
}

func moveDay(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return occasion.Move(ctx, tx, w.set, w.may(tx), w.staff[a["staff"]], w.days[a["text"]], calendar.Date(a["day"]), calendar.Clock(a["clock"]))
	})
}

func callOff(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return occasion.Cancel(ctx, tx, w.set, w.staff[a["staff"]], w.days[a["text"]])
	})
}

func callOn(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return occasion.Restore(ctx, tx, w.set, w.staff[a["staff"]], w.days[a["text"]])
	})
}

func countDay(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return occasion.Count(ctx, tx, w.set, w.staff[a["staff"]], w.days[a["text"]], a.number("n"), a.number("n2"), a.number("n3"))
	})
}

func readList(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		_, _, err := occasion.Names(ctx, tx, w.set, w.may(tx), w.staff[a["staff"]], w.days[a["text"]])
		return err
	})
}

func onList(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		_, all, err := occasion.Names(ctx, tx, w.set, w.may(tx), w.staff[a["staff"]], w.days[a["text"]])
		if err != nil {
			return err
		}
		return differs(len(all), a.number("n"))
	})
}

// split are the families of a day: who comes and who waits.
func (w *world) split(ctx context.Context, day string) (in, waiting []occasion.Family, err error) {
	err = w.update(ctx, func(tx *storage.Tx) error {
		d, err := tx.Occasion(ctx, w.days[day])
		if err != nil {
			return err
		}
		all, err := tx.Families(ctx, d)
		in, waiting = occasion.Split(all, d.Places)
		return err
	})
	return in, waiting, err
}

func dayHas(w *world, ctx context.Context, a args) error {
	in, _, err := w.split(ctx, a["text"])
	adults, children := occasion.Heads(in)
	if err != nil {
		return err
	}
	return differs([2]int{len(in), adults + children}, [2]int{a.number("n"), a.number("n2")})
}

func dayWaits(w *world, ctx context.Context, a args) error {
	_, waiting, err := w.split(ctx, a["text"])
	if err != nil {
		return err
	}
	return differs(len(waiting), a.number("n"))
}

// ofFamily is the one day that a family of the story has signed up to.
func (w *world) ofFamily(ctx context.Context, a args, do func(o occasion.OwnView) error) error {
	for name := range w.days {
		if _, ok := w.codes[name+"/"+a["text"]]; !ok {
			continue
		}
		return w.asFamily(ctx, a, a["text"], name, func(tx *storage.Tx, v occasion.Visit) error {
			o, err := v.View(ctx, tx)
			if err != nil {
				return err
			}
			return do(o)
		})
	}
	return untrue{fmt.Errorf("%s has signed up to nothing", a["text"])}
}

func dayOn(w *world, ctx context.Context, a args) error {
	return w.ofFamily(ctx, a, func(o occasion.OwnView) error {
		if o.Day.State != occasion.Planned {
			return untrue{fmt.Errorf("the day is %s", o.Day.State)}
		}
		return differs(string(o.Day.At.Day)+" "+string(o.Day.At.Clock), a["day"]+" "+a["clock"])
	})
}

func dayOff(w *world, ctx context.Context, a args) error {
	return w.ofFamily(ctx, a, func(o occasion.OwnView) error { return differs(o.Day.State, occasion.Cancelled) })
}

func helps(want bool) func(*world, context.Context, args) error {
	return func(w *world, ctx context.Context, a args) error {
		return w.helped(ctx, a, func(tx *storage.Tx, by access.Actor) error {
			all, err := occasion.Mine(ctx, tx, w.set, w.may(tx), by)
			if err != nil {
				return err
			}
			return differs(slices.ContainsFunc(all, func(o occasion.Own) bool { return o.ID == w.days[a["text"]] && o.State == occasion.Confirmed }), want)
		})
	}
}

func noTrace(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		who, err := w.accountOf(ctx, tx, a["volunteer"])
		if err != nil {
			return err
		}
		all, err := tx.HelpsOn(ctx, who)
		if err != nil {
			return err
		}
		return differs(len(all), 0)
	})
}

func listGone(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		d, err := tx.Occasion(ctx, w.days[a["text"]])
		if err != nil {
			return err
		}
		all, err := tx.Families(ctx, d)
		if err != nil {
			return err
		}
		helpers, err := tx.Helpers(ctx, d.ID)
		if err != nil {
			return err
		}
		return differs([3]bool{len(all) == 0, len(helpers) == 0, d.Gone()}, [3]bool{true, true, true})
	})
}
