package kept_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
)

type figureSum = figure.Sum

// life is a town in which the dice decide what happens next.
type life struct {
	*town
	dice *rand.Rand
	did  map[string]int
}

func (l *life) n(n int) int { return l.dice.IntN(n) }

func (l *life) one() *access.Actor { return &l.staff[l.n(len(l.staff))] }

// settling are the steps that must never be refused by the schema: they are to put right what it would refuse.
var settling = map[string]bool{"match": true, "mark": true, "link": true, "recuse": true, "roles": true, "approve": true, "end": true, "undo": true, "days": true}

// step does one thing and tells what.
func (l *life) step() (string, error) {
	steps := []struct {
		name string
		do   func(tx *storage.Tx) error
	}{
		{"come", nil}, {"come", nil}, {"match", nil}, {"match", nil}, {"mark", l.mark}, {"mark", l.mark}, {"link", l.link}, {"link", l.link},
		{"book", l.bookOne}, {"book", l.bookOne}, {"book", l.bookOne}, {"book", l.bookOne}, {"assign", l.assign}, {"assign", l.assign}, {"name", l.name},
		{"ask", l.ask}, {"ask", l.ask}, {"approve", l.answer(wall.Approve)}, {"approve", l.answer(wall.Approve)}, {"decline", l.answer(wall.Decline)}, {"end", l.answer(wall.End)},
		{"recuse", l.recuse}, {"undo", l.undo}, {"roles", l.roles}, {"roles", l.roles}, {"erase", l.erase}, {"days", l.days}, {"offer", l.offer},
	}
	s := steps[l.n(len(steps))]
	var err error
	switch s.name {
	case "come":
		l.comes(l.number())
	case "match":
		l.match()
	default:
		err = l.try(s.do)
	}
	if err == nil {
		l.did[s.name]++
	}
	return s.name, err
}

// number is one of a few, so that people meet.
func (l *life) number() string {
	if l.n(5) == 0 {
		return ""
	}
	return fmt.Sprintf("040555020%d", l.n(6))
}

// refs are what an account may see.
func (l *life) refs(tx *storage.Tx, by access.Actor) (out []wall.Ref, err error) {
	objects, err := tx.PartyObjects(l.ctx, nil)
	for _, o := range objects {
		if _, err := tx.Granted(l.ctx, by, o.Kind, o.ID); err == nil && !o.Closed {
			out = append(out, o.Ref)
		}
	}
	return out, err
}

// some is one thing that the account may see; a name that leads nowhere when it sees nothing.
func (l *life) some(tx *storage.Tx, by access.Actor) wall.Ref {
	all, err := l.refs(tx, by)
	if err != nil || len(all) == 0 {
		return wall.Ref{Kind: access.Episode, ID: "none"}
	}
	return all[l.n(len(all))]
}

func (l *life) mark(tx *storage.Tx) error {
	by := *l.one()
	r := l.some(tx, by)
	if err := wall.Mark(l.ctx, tx, by, r, []string{wall.Own, wall.Other, wall.Other}[l.n(3)], wall.Told{Phone: seal.Of(fmt.Sprintf("040555020%d", l.n(6)))}); err != nil {
		return err
	}
	o, err := tx.PartyOf(l.ctx, r)
	l.pending = append(l.pending, o.Person)
	return err
}

func (l *life) link(tx *storage.Tx) error {
	by := *l.one()
	one, other := l.some(tx, by), l.some(tx, by)
	return wall.Link(l.ctx, tx, by, one, other, []wall.Ref{one, other}[l.n(2)])
}

func (l *life) free() appointment.Free {
	day := calendar.LocalOf(l.clock.Now(), "Europe/Helsinki").Day.Add(1 + l.n(9))
	return l.at(*l.one(), day, calendar.Clock(fmt.Sprintf("%02d:00", 9+l.n(8))))
}

func (l *life) target(r wall.Ref) appointment.Target {
	if r.Kind == access.Request {
		return appointment.Target{Request: intake.RequestID(r.ID)}
	}
	return appointment.Target{Episode: episode.ID(r.ID)}
}

func (l *life) bookOne(tx *storage.Tx) error {
	by := *l.one()
	_, err := appointment.Book(l.ctx, tx, l.Models, by, l.target(l.some(tx, by)), l.free(), "")
	return err
}

func (l *life) offer(tx *storage.Tx) error {
	by := *l.one()
	return appointment.Offer(l.ctx, tx, l.Models, by, l.target(l.some(tx, by)), []appointment.Free{l.free()})
}

func (l *life) assign(tx *storage.Tx) error {
	by := *l.one()
	return appointment.Assign(l.ctx, tx, l.Models, by, episode.ID(l.some(tx, by).ID), l.one().Account, "")
}

func (l *life) name(tx *storage.Tx) error {
	needs, err := wall.Needs(l.ctx, tx, l.leena)
	if err != nil || len(needs) == 0 {
		return err
	}
	return appointment.Name(l.ctx, tx, l.Models, l.leena, episode.ID(needs[l.n(len(needs))].ID), l.one().Account)
}

func (l *life) ask(tx *storage.Tx) error {
	by := *l.one()
	by.Roles = append(by.Roles[:len(by.Roles):len(by.Roles)], access.Membership{Unit: l.Unit.ID, Role: access.Keeper})
	last := calendar.DateOf(tx.Now(), time.UTC).Add(l.n(20))
	return wall.Ask(l.ctx, tx, by, l.some(tx, by), l.one().Account, last)
}

func (l *life) answer(how func(ctx context.Context, tx wall.Tx, by access.Actor, id string) error) func(tx *storage.Tx) error {
	return func(tx *storage.Tx) error {
		live, err := tx.Exceptions(l.ctx, wall.Wanted{Live: true})
		if err != nil || len(live) == 0 {
			return err
		}
		return how(l.ctx, tx, *l.one(), live[l.n(len(live))].ID)
	}
}

func (l *life) recuse(tx *storage.Tx) error {
	by := *l.one()
	return wall.Recuse(l.ctx, tx, by, l.some(tx, by))
}

func (l *life) undo(tx *storage.Tx) error {
	by := l.leena
	r := l.some(tx, by)
	walls, err := wall.Walls(l.ctx, tx, by, r)
	if err != nil || len(walls) == 0 {
		return err
	}
	return wall.Undo(l.ctx, tx, by, r, walls[0].Tie)
}

// roles changes what somebody is in the unit, or gives it back; now and then somebody new comes.
func (l *life) roles(tx *storage.Tx) error {
	who := l.one()
	roles := [][]access.Role{{access.Worker}, {access.Coordinator}, {access.Worker, access.Coordinator}, {access.Editor}}[l.n(4)]
	if err := account.SetRoles(l.ctx, tx, access.System(), who.Account, l.Unit.ID, roles); err != nil {
		return err
	}
	ms, err := tx.Memberships(l.ctx, who.Account)
	if who.Account != l.leena.Account {
		who.Roles = ms
	}
	return err
}

func (l *life) erase(tx *storage.Tx) error {
	r := l.some(tx, l.pia)
	if r.Kind == access.Episode && r.ID != "none" {
		return tx.EraseEpisode(l.ctx, episode.ID(r.ID))
	}
	return nil
}

func (l *life) days(tx *storage.Tx) error {
	l.clock.Add(time.Duration(l.n(4)*24) * time.Hour)
	return wall.EndOver(l.ctx, tx)
}
