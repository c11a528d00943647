package joint

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
)

// Safer marks that a worker of the pair finds meeting together to increase safety, or does not any more: then what is
// coming goes on hold.
func Safer(ctx context.Context, tx Tx, ms model.Set, by access.Actor, at episode.ID, safer bool) error {
	l, err := episode.Load(ctx, tx, ms, by, at)
	if err != nil {
		return err
	}
	if l.Model.Parties == nil || l.Relation != access.ByWorker {
		return notFound()
	}
	switch {
	case l.Episode.Stage == episode.StageClosed:
		return fault.New(fault.Conflict, "episode.closed", "model", l.Model.Phrase("name"))
	case !slices.Contains(l.State.Pair(), by.Account): // who sees it by emergency access does not meet the two
		return fault.New(fault.Conflict, "couple.pair", "model", l.Model.Phrase("name"))
	}
	if err := tx.MarkSafer(ctx, at, by.Account, safer); err != nil {
		return err
	}
	if err := audit.Note(ctx, tx, by, "changed", access.Episode, string(at)); err != nil || safer {
		return err
	}
	return appointment.WaitAll(ctx, tx, ms, at)
}

// AnsweredJob looks what comes of an answer; the object is the joint process. It is left whatever was answered: the one
// who answers is told in one time, and a no does its work when the page has gone.
const AnsweredJob = "couple-answered"

// Answer is a party's own answer about the last meeting, with their own code: safe, not safe, or that they do not come to
// the next one. A no puts the next meeting on hold, by AnsweredJob. It is not taken back here: whoever made somebody say yes
// afterwards would undo it, so that is talked over alone with a worker. Whatever is answered, as many rows are read and written.
func Answer(ctx context.Context, tx Tx, ms model.Set, holder intake.Holder, said string) error {
	if holder.Episode == "" {
		return notFound()
	}
	p, err := tx.PartyIn(ctx, episode.ID(holder.Episode))
	if err != nil {
		return err
	}
	side, err := tx.Side(ctx, p)
	if err != nil {
		return err
	}
	a, err := about(ctx, tx, ms, p, said)
	if err != nil {
		return err
	}
	if last := len(side.Answers) - 1; said == episode.SafeYes && !side.Safe() {
		a = side.Answers[last] // it stands, and the page answers as it always does
	}
	if err := tx.PutAnswer(ctx, p.ID, a); err != nil {
		return err
	}
	return tx.PutJob(ctx, AnsweredJob, string(p.Joint), tx.Now())
}

// Heed puts what is coming in a joint process on hold when a party has said that they are not safe or do not come. Nothing
// is looked at but the last answers, so it may be done twice.
func Heed(ctx context.Context, tx Tx, ms model.Set, id episode.ID) error {
	parties, err := tx.Parties(ctx, id)
	if err != nil {
		return err
	}
	for _, p := range parties {
		side, err := tx.Side(ctx, p)
		if err != nil {
			return err
		}
		if !side.Safe() {
			return appointment.WaitAll(ctx, tx, ms, id)
		}
	}
	return nil
}

// AnswerAlone records what a party said to their own worker, alone.
func AnswerAlone(ctx context.Context, tx Tx, ms model.Set, by access.Actor, at episode.ID, said string, alone bool) error {
	h, err := atHome(ctx, tx, ms, by, at)
	if err != nil {
		return err
	}
	if h.party.Joint == "" {
		return fault.New(fault.Conflict, "couple.not-together")
	}
	var form fault.Form
	if !alone {
		form.Add("alone", "couple.alone")
		return form.Err()
	}
	if err := h.note(ctx, tx, by); err != nil {
		return err
	}
	return answer(ctx, tx, ms, h.party, said)
}

func answer(ctx context.Context, tx Tx, ms model.Set, p episode.Party, said string) error {
	a, err := about(ctx, tx, ms, p, said)
	if err != nil {
		return err
	}
	if err := tx.PutAnswer(ctx, p.ID, a); err != nil || said == episode.SafeYes {
		return err
	}
	return appointment.WaitAll(ctx, tx, ms, p.Joint)
}

// about is the answer as it would be kept: it is about the last meeting that was held.
func about(ctx context.Context, tx Tx, ms model.Set, p episode.Party, said string) (a episode.Answer, err error) {
	if said != episode.SafeYes && said != episode.SafeNo && said != episode.Stop {
		var form fault.Form
		form.Add("answer", "form.choice")
		return a, form.Err()
	}
	l, err := episode.Load(ctx, tx, ms, access.System(), p.Joint)
	if err != nil {
		return a, err
	}
	if l.Episode.Stage == episode.StageClosed {
		return a, fault.New(fault.Conflict, "episode.closed", "model", l.Model.Phrase("name"))
	}
	return episode.Answer{No: l.State.LastHeld(), Said: said}, nil
}
