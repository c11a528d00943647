package story

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
)

// steps are the sentences of the grammar in package model; those of plans are in plan.go.
var steps = map[string]func(*world, context.Context, args) error{
	"clock": clock, "worker": worker, "coordinator": coordinator,
	"ask": ask, "hear": hear, "chat": writes, "answer": answers, "request": request, "end-chat": endChat,
	"offer": offer, "pick": pick, "book": book, "book-twice": bookTwice, "say-place": sayPlace, "move": move,
	"hold": hold, "miss": miss, "cancel": cancel, "cancel-own": cancelOwn, "meet": meet,
	"talks": talks, "guardians": guardians, "decide": decide,
	"ending": ending, "way": way, "accept": accept, "decline": decline, "close": closing, "days": days, "gather": gather,
	"used": used, "state": state, "times": times, "coming": coming, "place": place, "staff-place": staffPlace,
	"no-place": noPlace, "blind": blind, "bare": bare, "waited": waited, "way-state": wayState,
	"payer": payer, "record": record, "record-request": recordRequest, "extend": extend, "apply": apply, "refuse": refuse, "unmark": unmark, "correct": correct, "correct-days": correctDays, "follow": follow, "end-visit": endVisit, "entry": entry,
	"ledger": ledger, "stand": stand, "warned": warned, "quiet": quiet, "late": late, "periods": periods, "asunder": asunder,
	"own": own, "prepare": prepare, "asked": asked, "wish": wish, "point": point, "unpoint": unpoint, "word": word, "safer": safer, "not-safer": notSafer,
	"book-two": bookTwo, "hold-two": holdTwo, "wait-two": waitTwo, "move-two": moveTwo, "feels": feels, "feels-alone": feelsAlone,
	"missing": missing, "nothing-missing": nothingMissing, "used-two": usedTwo, "state-two": stateTwo, "alike": alike, "wish-day": wishDay,
	"chat-gone": chatGone, "gone": gone, "figure": figures,
}

// sees is what the client's code opens.
func (w *world) sees(ctx context.Context, a args, check func(v appointment.ClientView) error) error {
	return w.asClient(ctx, a["client"], func(tx *storage.Tx, c *client, h intake.Holder) error {
		v, err := appointment.ForClient(ctx, tx, w.set, h)
		if err != nil {
			return err
		}
		return check(v)
	})
}

func used(w *world, ctx context.Context, a args) error {
	return w.sees(ctx, a, func(v appointment.ClientView) error {
		limit := "unlimited"
		if v.Max > 0 {
			limit = strconv.Itoa(v.Max)
		}
		return differs(fmt.Sprint(v.Used, " of ", limit), a["n"]+" of "+a["limit"])
	})
}

func state(w *world, ctx context.Context, a args) error {
	return w.sees(ctx, a, func(v appointment.ClientView) error { return differs(v.State, a["state"]) })
}

func times(w *world, ctx context.Context, a args) error {
	return w.sees(ctx, a, func(v appointment.ClientView) error { return differs(len(v.Slots), a.number("n")) })
}

func coming(w *world, ctx context.Context, a args) error {
	return w.sees(ctx, a, func(v appointment.ClientView) error { return differs(len(v.Coming), a.number("n")) })
}

func place(w *world, ctx context.Context, a args) error {
	return w.sees(ctx, a, func(v appointment.ClientView) error {
		for _, x := range v.Coming {
			if x.Place.Reveal() == a["text"] {
				return nil
			}
		}
		return untrue{errors.New("no coming meeting has that place")}
	})
}

// places are the place texts that a staff member is shown.
func (w *world) places(ctx context.Context, a args) (texts []string, err error) {
	err = w.db.View(ctx, func(tx *storage.Tx) error {
		all, err := appointment.All(ctx, tx, w.set, w.staff[a["staff"]], w.clients[a["client"]].episode)
		for _, x := range all {
			if s := x.Place.Reveal(); s != "" {
				texts = append(texts, s)
			}
		}
		return err
	})
	return texts, err
}

func staffPlace(w *world, ctx context.Context, a args) error {
	texts, err := w.places(ctx, a)
	if err != nil {
		return err
	}
	return differs(fmt.Sprint(texts), fmt.Sprint([]string{a["text"]}))
}

func noPlace(w *world, ctx context.Context, a args) error {
	texts, err := w.places(ctx, a)
	if err != nil {
		return err
	}
	return differs(len(texts), 0)
}

// blind: what someone may not know of is not found.
func blind(w *world, ctx context.Context, a args) error {
	return w.update(ctx, func(tx *storage.Tx) error {
		_, err := episode.One(ctx, tx, w.set, w.staff[a["staff"]], w.clients[a["client"]].episode)
		if !fault.Is(err, fault.NotFound) {
			return untrue{fmt.Errorf("the episode was shown (%v)", err)}
		}
		list, err := tx.Episodes(ctx, w.staff[a["staff"]], episode.Filter{Limit: 10})
		if err != nil {
			return err
		}
		return differs(len(list), 0)
	})
}

// bare: in a service without records a meeting that is over keeps neither time, place nor worker.
func bare(w *world, ctx context.Context, a args) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		all, err := tx.Appointments(ctx, w.clients[a["client"]].episode)
		over := 0
		for _, x := range all {
			if x.State == appointment.Booked {
				continue
			}
			over++
			if x.At.Day != "" || x.At.Clock != "" || !x.Starts.IsZero() || x.Worker != "" || x.PlaceID != "" || x.Place.Reveal() != "" {
				return untrue{fmt.Errorf("meeting %d keeps more than its number", x.No)}
			}
		}
		if err == nil && over == 0 {
			return untrue{errors.New("no meeting is over")}
		}
		return err
	})
}

func waited(w *world, ctx context.Context, a args) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		e, err := tx.Episode(ctx, w.clients[a["client"]].episode)
		if err != nil {
			return err
		}
		return differs(time.Duration(e.Wait)*time.Minute, time.Duration(a.number("n"))*time.Hour+time.Duration(a.number("n2"))*time.Minute)
	})
}

func wayState(w *world, ctx context.Context, a args) error {
	return w.db.View(ctx, func(tx *storage.Tx) error {
		x, err := findWay(ctx, tx, w.clients[a["client"]], a["way"])
		if err != nil {
			return err
		}
		return differs(x.State, a["answer"])
	})
}

func chatGone(w *world, ctx context.Context, a args) error {
	c := w.clients[a["client"]]
	return w.db.View(ctx, func(tx *storage.Tx) error {
		if _, err := tx.Conversation(ctx, c.talk); !fault.Is(err, fault.NotFound) {
			return untrue{fmt.Errorf("the conversation is there (%v)", err)}
		}
		if _, err := chat.Read(ctx, tx, c.token, 0); !fault.HasKey(err, "chat.over") {
			return untrue{fmt.Errorf("the visitor can read it (%v)", err)}
		}
		return nil
	})
}

// gone: no code, request, episode or person is left.
func gone(w *world, ctx context.Context, a args) error {
	c := w.clients[a["client"]]
	return w.update(ctx, func(tx *storage.Tx) error {
		_, code := intake.Enter(ctx, tx, c.code)
		_, request := tx.Request(ctx, c.request)
		_, ep := tx.Episode(ctx, c.episode)
		_, who := tx.Person(ctx, c.person)
		for what, err := range map[string]error{"code": code, "request": request, "episode": ep, "person": who} {
			if !fault.Is(err, fault.NotFound) {
				return untrue{fmt.Errorf("the %s is there (%v)", what, err)}
			}
		}
		return nil
	})
}

func figures(w *world, ctx context.Context, a args) error {
	of := a["service"]
	if of == "" {
		of = w.model
	}
	return w.db.View(ctx, func(tx *storage.Tx) error {
		sums, err := tx.Figures(ctx, w.unit, "0000-01", "9999-12")
		total := 0
		for _, s := range sums {
			if s.Model == of && s.Name == a["figure"] && (a["word"] == "" || s.Value == a["word"]) {
				total += s.N
			}
		}
		if err != nil {
			return err
		}
		return differs(total, a.number("n"))
	})
}
