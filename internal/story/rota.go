package story

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
)

// rotaSteps carry out what is said of who answers a line.
var rotaSteps = map[string]func(*world, context.Context, args) error{
	"rota-wish": keepWish, "rota-propose": propose, "rota-put": put, "rota-reserve": reserve, "rota-publish": publish,
	"rota-swap": swap, "rota-swapped": swapped, "rota-decline": cannotCome, "rota-take": take, "rota-take-two": takeTwo,
	"rota-could": could, "rota-lack": lack, "rota-own": ownEvenings, "rota-answers": answersOn, "rota-nobody": nobodyAnswers,
	"rota-asked": askedFor, "rota-unasked": notAskedFor, "rota-letter": letter, "rota-no-letter": noLetter,
	"rota-needs": needs, "rota-late": cannotWait, "rota-no-need": noNeed,
}

func keepWish(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		wish := shift.Wish{Most: a.number("n")}
		if a["n2"] != "" {
			wish.Never = []int{a.number("n2")}
		}
		return shift.KeepWish(ctx, tx, w.staff[a["volunteer"]], wish)
	})
}

// fixedSeed: a story is told the same way every time.
const fixedSeed = 21

func propose(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		return shift.Propose(ctx, tx, w.set, shift.Eligible(tx, w.set), w.staff[a["coordinator"]], w.offers[w.model], fixedSeed)
	})
}

func put(w *world, ctx context.Context, a args) error     { return w.place(ctx, a, false) }
func reserve(w *world, ctx context.Context, a args) error { return w.place(ctx, a, true) }

// place places somebody who was asked and said yes.
func (w *world) place(ctx context.Context, a args, reserve bool) error {
	return w.onEvening(ctx, a["day"], func(tx *storage.Tx, e line.Evening) error {
		return shift.Put(ctx, tx, w.set, shift.Eligible(tx, w.set), w.staff[a["coordinator"]], e.ID, w.staff[a["volunteer"]].Account, reserve, true)
	})
}

// onEvening carries out an action on the line's evening of a day.
func (w *world) onEvening(ctx context.Context, day string, do func(tx *storage.Tx, e line.Evening) error) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		e, err := w.eveningOf(ctx, tx, day)
		if err != nil {
			return err
		}
		return do(tx, e)
	})
}

func publish(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		_, err := shift.Publish(ctx, tx, w.set, shift.Eligible(tx, w.set), w.staff[a["coordinator"]], w.offers[w.model])
		return err
	})
}

func swap(w *world, ctx context.Context, a args) error {
	return w.onEvening(ctx, a["day"], func(tx *storage.Tx, e line.Evening) error {
		theirs, err := w.eveningOf(ctx, tx, a["day2"])
		if err != nil {
			return err
		}
		return shift.AskSwap(ctx, tx, w.set, w.staff[a["volunteer"]], shift.Swap{Evening: e.ID, For: theirs.ID, To: w.staff[a["volunteer2"]].Account})
	})
}

func swapped(w *world, ctx context.Context, a args) error {
	by, from := w.staff[a["volunteer"]], w.staff[a["volunteer2"]].Account
	return w.update(ctx, func(tx *storage.Tx) error {
		all, err := tx.Swaps(ctx, by.Account)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(s shift.Swap) bool { return s.Account == from && s.To == by.Account })
		if i < 0 {
			return untrue{errors.New("nobody asked for a swap")}
		}
		return shift.AnswerSwap(ctx, tx, w.set, shift.Eligible(tx, w.set), by, all[i].Evening, from, a["yesno"] == "yes")
	})
}

func cannotCome(w *world, ctx context.Context, a args) error {
	return w.onEvening(ctx, a["day"], func(tx *storage.Tx, e line.Evening) error {
		return shift.Decline(ctx, tx, w.set, shift.Eligible(tx, w.set), w.staff[a["volunteer"]], e.ID)
	})
}

func take(w *world, ctx context.Context, a args) error { return w.takes(ctx, a["staff"], a["day"]) }

func (w *world) takes(ctx context.Context, who, day string) error {
	return w.onEvening(ctx, day, func(tx *storage.Tx, e line.Evening) error {
		return shift.Take(ctx, tx, w.set, shift.Eligible(tx, w.set), w.staff[who], e.ID)
	})
}

// takeTwo is two presses at once: one has the evening, and the other's answer is what a story may say is refused.
func takeTwo(w *world, ctx context.Context, a args) error {
	answers := make(chan error, 2)
	for _, who := range []string{a["staff"], a["staff2"]} {
		go func() { answers <- w.takes(ctx, who, a["day"]) }()
	}
	one, other := <-answers, <-answers
	if (one == nil) == (other == nil) {
		return untrue{fmt.Errorf("one was to be refused: %v; %v", one, other)}
	}
	return errors.Join(one, other)
}

// read reads the coordinator's sheet beside the evening of a day.
func (w *world) read(ctx context.Context, a args, check func(s *shift.Sheet, e line.Evening) error) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		e, err := w.eveningOf(ctx, tx, a["day"])
		if err != nil {
			return err
		}
		s, err := shift.Read(ctx, tx, w.set, shift.Eligible(tx, w.set), w.staff[a["coordinator"]], w.offers[w.model])
		if err != nil {
			return err
		}
		return check(s, e)
	})
}

func could(w *world, ctx context.Context, a args) error {
	who := string(w.staff[a["volunteer"]].Account)
	return w.read(ctx, a, func(s *shift.Sheet, e line.Evening) error {
		if !slices.ContainsFunc(s.Places, func(p shift.Place) bool {
			return p.Evening == e.ID && string(p.Account) == who && !p.Reserve()
		}) {
			return untrue{fmt.Errorf("%s does not stand there", a["volunteer"])}
		}
		return differs(s.Board.Why(string(e.ID), who).Could, a.number("n"))
	})
}

func lack(w *world, ctx context.Context, a args) error {
	return w.read(ctx, a, func(s *shift.Sheet, e line.Evening) error {
		l := s.Board.Lack(string(e.ID))
		if l.Missing == 0 {
			return untrue{errors.New("nobody is missing")}
		}
		for _, r := range l.Rules {
			if r.Rule == a["word"] {
				return differs(r.Only, a.number("n"))
			}
		}
		return untrue{fmt.Errorf("no %q among %v", a["word"], l.Rules)}
	})
}

// mine are a volunteer's own evenings, as their page shows them.
func (w *world) mine(ctx context.Context, who string, check func(all []shift.Own) error) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		all, err := shift.Evenings(ctx, tx, w.set, shift.Eligible(tx, w.set), w.staff[who])
		if err != nil {
			return err
		}
		return check(all)
	})
}

func ownEvenings(w *world, ctx context.Context, a args) error {
	return w.mine(ctx, a["volunteer"], func(all []shift.Own) error { return differs(len(all), a.number("n")) })
}

func askedFor(w *world, ctx context.Context, a args) error {
	return w.askedOn(ctx, a, true)
}

func notAskedFor(w *world, ctx context.Context, a args) error {
	return w.askedOn(ctx, a, false)
}

func (w *world) askedOn(ctx context.Context, a args, want bool) error {
	return w.mine(ctx, a["volunteer"], func(all []shift.Own) error {
		return differs(slices.ContainsFunc(all, func(o shift.Own) bool { return string(o.At.Day) == a["day"] && o.Needs }), want)
	})
}

func answersOn(w *world, ctx context.Context, a args) error {
	return w.onEvening(ctx, a["day"], func(tx *storage.Tx, e line.Evening) error {
		has, err := tx.Answers(ctx, e.ID, w.staff[a["staff"]].Account)
		if err != nil {
			return err
		}
		return differs(has, true)
	})
}

func nobodyAnswers(w *world, ctx context.Context, a args) error {
	return w.onEvening(ctx, a["day"], func(tx *storage.Tx, e line.Evening) error {
		by, err := tx.AnsweredBy(ctx, e.ID)
		if err != nil {
			return err
		}
		return differs(len(by), 0)
	})
}

func letter(w *world, ctx context.Context, a args) error   { return w.wrote(ctx, a["staff"], true) }
func noLetter(w *world, ctx context.Context, a args) error { return w.wrote(ctx, a["staff"], false) }

// wrote tells whether a letter about evenings has left for somebody since the clock was turned.
func (w *world) wrote(ctx context.Context, who string, want bool) error {
	if err := w.post(ctx); err != nil {
		return err
	}
	return differs(w.letters[w.staff[who].Account], want)
}

// post lets the letters leave that are due.
func (w *world) post(ctx context.Context) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		due, err := tx.TakeJobs(ctx, []string{shift.Tell}, tx.Now().Add(time.Minute), 100)
		for _, j := range due {
			if err := tx.DropJob(ctx, j.ID); err != nil {
				return err
			}
			if w.letters == nil {
				w.letters = map[access.AccountID]bool{}
			}
			w.letters[access.AccountID(j.Object)] = true
		}
		return err
	})
}

func needs(w *world, ctx context.Context, a args) error {
	return w.needed(ctx, a, func(n []shift.Need) error {
		if len(n) == 0 || n[0].Late {
			return untrue{fmt.Errorf("the desk tells %v", n)}
		}
		return differs(n[0].At.Day, calendar.Date(a["day"]))
	})
}

func cannotWait(w *world, ctx context.Context, a args) error {
	return w.needed(ctx, a, func(n []shift.Need) error {
		if len(n) == 0 || !n[0].Late {
			return untrue{fmt.Errorf("the desk tells %v", n)}
		}
		return differs(n[0].At.Day, calendar.Date(a["day"]))
	})
}

func noNeed(w *world, ctx context.Context, a args) error {
	return w.needed(ctx, a, func(n []shift.Need) error { return differs(len(n), 0) })
}

// needed is what the coordinator's desk tells of evenings, the first first.
func (w *world) needed(ctx context.Context, a args, check func([]shift.Need) error) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		n, err := shift.Needs(ctx, tx, w.set, w.staff[a["coordinator"]])
		if err != nil {
			return err
		}
		return check(n)
	})
}
