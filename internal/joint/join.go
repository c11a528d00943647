package joint

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/wall"
)

var zero time.Time

// Word gives the worker of the one whose wish it is a word to say to the colleague face to face. The colleague's own page
// takes it; nobody searches for people, and no list shows who is whose. It holds for the model's days and once.
func Word(ctx context.Context, tx Tx, ms model.Set, by access.Actor, at episode.ID) (intake.Code, error) {
	h, err := atHome(ctx, tx, ms, by, at)
	if err != nil {
		return "", err
	}
	switch {
	case h.party.Joint != "":
		return "", fault.New(fault.Conflict, "couple.together")
	case h.party.Wish == "":
		return "", fault.New(fault.Conflict, "couple.wish-first", "model", h.couple.Phrase("name"))
	case h.Episode.Stage == episode.StageClosed:
		return "", fault.New(fault.Conflict, "episode.closed", "model", h.Model.Phrase("name"))
	}
	word := intake.NewCode()
	h.party.Word, h.party.WordUntil = wordIndex(tx, word), tx.Now().AddDate(0, 0, h.couple.Parties.WordDays)
	return word, h.keep(ctx, tx, by)
}

func wordIndex(tx Tx, w intake.Code) []byte { return tx.Index("couple-word", string(w)) }

// Join brings the two together by the word that a colleague said: the parties are tied, so that nobody serves both but in
// the meetings themselves, and the two workers see the joint process. A word that was never given, has run out or was used
// reads the same.
func Join(ctx context.Context, tx Tx, ms model.Set, by access.Actor, at episode.ID, word string) (episode.ID, error) {
	h, err := atHome(ctx, tx, ms, by, at)
	if err != nil {
		return "", err
	}
	if err := h.prepared(); err != nil {
		return "", err
	}
	if h.party.Joint != "" {
		return "", fault.New(fault.Conflict, "couple.together")
	}
	other, err := h.said(ctx, tx, ms, word)
	if err != nil {
		return "", err
	}
	if err := apart(ctx, tx, by, h, other); err != nil {
		return "", err
	}
	if err := wall.Couple(ctx, tx, other.Episode.Person, h.Episode.Person); err != nil {
		return "", err
	}
	return together(ctx, tx, by, other, h)
}

// said finds whose word it is.
func (h home) said(ctx context.Context, tx Tx, ms model.Set, typed string) (other home, err error) {
	wrong := func() error {
		var form fault.Form
		form.Add("word", "couple.word")
		return form.Err()
	}
	word, err := intake.ParseCode(typed)
	if err != nil {
		return other, wrong()
	}
	p, err := tx.PartyByWord(ctx, wordIndex(tx, word))
	if fault.Is(err, fault.NotFound) || err == nil && (!tx.Now().Before(p.WordUntil) || p.ID == h.party.ID || p.Role == h.party.Role || p.Wish == "") {
		return other, wrong()
	}
	if err != nil {
		return other, err
	}
	other.party = p
	if other.Loaded, err = episode.Load(ctx, tx, ms, access.System(), p.Home); err != nil {
		return other, err
	}
	other.couple, other.offer, err = follows(ctx, tx, ms, other.Loaded)
	if err == nil && (other.couple == nil || other.offer.ID != h.offer.ID || other.Episode.Stage == episode.StageClosed || h.Episode.Stage == episode.StageClosed) {
		return other, wrong()
	}
	return other, err
}

// apart: each party has a worker of their own, who has nothing to do with the other's visits.
func apart(ctx context.Context, tx Tx, by access.Actor, h, other home) error {
	if other.Episode.Worker == "" || h.Episode.Worker == "" || other.Episode.Worker == h.Episode.Worker || other.Episode.Person == h.Episode.Person {
		return fault.New(fault.Conflict, "couple.same-worker")
	}
	for _, x := range []struct {
		who access.AccountID
		at  episode.ID
	}{{by.Account, other.Episode.ID}, {h.Episode.Worker, other.Episode.ID}, {other.Episode.Worker, h.Episode.ID}} {
		relation, err := tx.Granted(ctx, access.Actor{Account: x.who}, access.Episode, string(x.at))
		if err == nil && relation == access.ByWorker {
			return fault.New(fault.Conflict, "couple.same-worker")
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}

// together begins the joint process. It belongs to neither alone: the person it names is nobody, so that no key, name or
// erasure of one party's touches it.
func together(ctx context.Context, tx Tx, by access.Actor, first, second home) (episode.ID, error) {
	nobody, err := newNobody(ctx, tx)
	if err != nil {
		return "", err
	}
	e := begin(first, nobody)
	e.Worker = first.Episode.Worker
	if err := tx.PutEpisode(ctx, e); err != nil {
		return "", err
	}
	for _, h := range []home{first, second} {
		s := begin(h, h.Episode.Person)
		s.Lang = h.Episode.Lang
		if err := tx.PutEpisode(ctx, s); err != nil {
			return "", err
		}
		h.party.Joint, h.party.Seat, h.party.Word, h.party.WordUntil = e.ID, s.ID, nil, zero
		if err := tx.PutParty(ctx, h.party); err != nil {
			return "", err
		}
	}
	for _, g := range []access.Grant{
		{Holder: string(e.Worker), Kind: access.Episode, Object: string(e.ID), Relation: access.ByWorker},
		{Holder: access.Coordinators(e.Unit), Kind: access.Episode, Object: string(e.ID), Relation: access.ByCoordinator},
	} {
		if err := tx.PutGrant(ctx, g); err != nil {
			return "", err
		}
	}
	if err := tx.PutSecond(ctx, e.ID, second.Episode.Worker); err != nil {
		return "", err
	}
	l := episode.Loaded{Episode: e, Model: first.couple, Unit: first.Unit}
	if err := l.Count(ctx, tx, figure.Started, e.Part, 1); err != nil {
		return "", err
	}
	if err := second.note(ctx, tx, by); err != nil {
		return "", err
	}
	return e.ID, audit.Note(ctx, tx, by, "opened", access.Episode, string(e.ID))
}

// begin is a new episode of the couple's model: the joint process itself, or a party's way into it.
func begin(h home, who person.ID) episode.Episode {
	part, _ := h.couple.PartOf(model.Client)
	return episode.Episode{
		ID: episode.ID(id.New()), Unit: h.Unit.ID, Offer: h.offer.ID, Person: who, Model: h.couple.ID, Version: h.couple.Version, Part: part.ID,
		Regime: string(h.couple.Regime), Limit: part.Max, Stage: episode.StageOpen, Lang: h.Episode.Lang, Age: -1, Wait: -1, Guardians: episode.Agree,
	}
}

func newNobody(ctx context.Context, tx Tx) (person.ID, error) {
	key, err := tx.NewKey()
	if err != nil {
		return "", err
	}
	p := person.Person{ID: person.ID(id.New()), Key: key, Kind: person.Adult}
	return p.ID, tx.PutPerson(ctx, p)
}

// NewCode gives a party a code of their own into the joint process. It opens what both may know and the question about
// safety, and nothing of their own visits: whoever makes them show it learns nothing.
func NewCode(ctx context.Context, tx Tx, ms model.Set, by access.Actor, at episode.ID) (intake.Code, error) {
	h, err := atHome(ctx, tx, ms, by, at)
	if err != nil {
		return "", err
	}
	if h.party.Seat == "" {
		return "", fault.New(fault.Conflict, "couple.not-together")
	}
	if err := h.note(ctx, tx, by); err != nil {
		return "", err
	}
	return intake.NewCodeIn(ctx, tx, intake.Holder{Episode: string(h.party.Seat)})
}
