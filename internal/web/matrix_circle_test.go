package web_test

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// offerCircles lets a unit offer groups of a set number of meetings.
func offerCircles(h *webtest.House, unit access.UnitID, slug, of string) (o organization.Offer) {
	h.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
		m, _ := h.Models.Latest(of)
		o, err = organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: unit, Model: m.ID, Version: m.Version, Slug: slug, Position: 20, Open: true})
		return err
	})
	return o
}

// anyMay is the rule of who may lead where it is not what is tried.
func anyMay(context.Context, access.AccountID, access.UnitID) (bool, error) { return true, nil }

// furnishCircles gives both units groups, ideas, and somebody who takes part.
func (m *matrixHouse) furnishCircles() {
	m.here["circles"] = string(offerCircles(m.House, m.Unit, "porukka", "sakki").ID)
	m.there["circles"] = string(offerCircles(m.House, m.other, "toinen-porukka", "sakki").ID)
	for _, values := range []map[string]string{m.here, m.there} {
		values["circle-talk"], values["circle-sauna"] = values["circles"]+".talk", values["circles"]+".sauna"
	}
	for relation, who := range map[string]string{"own": "noora", "colleague": "elina", "outside": "vieras"} {
		x := m.circle(who)
		m.put("circle", relation, x.path, x.values)
	}
	m.here["open-circle"] = m.things["circle"]["colleague"].path["id"]
	for relation, who := range map[string][2]string{"own": {"noora", "vilma"}, "outside": {"vieras", "viljo"}} {
		m.put("led", relation, m.led(who[0], who[1]).path, nil)
		m.put("thought", relation, m.thought(who[1]).path, nil)
	}
	for relation, unit := range map[string]access.UnitID{"own": m.Unit, "outside": m.other} {
		m.put("idea", relation, m.idea(unit).path, nil)
	}
	over, _ := m.member()
	left, exit := m.member()
	mine, _ := m.member()
	m.things["member"] = map[string]thing{"own": mine, "expired": over, "ended": left}
	var hash []byte
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		hash = tx.Index("circle-stay", over.values["stay"])
		return circle.Away(ctx, tx, exit)
	})
	m.in.Exec("UPDATE circle_stay SET expires = $1 WHERE hash = $2", calendar.Stamp(m.Clock.Now().Add(-time.Minute)), hash)
}

// circle is a group that somebody leads, with one who takes part.
func (m *matrixHouse) circle(who string) (x thing) {
	values, unit := m.here, m.Unit
	if who == "vieras" {
		values, unit = m.there, m.other
	}
	by := m.Staff[who]
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		places, err := tx.Places(ctx, unit)
		if err != nil {
			return err
		}
		c, err := circle.Plan(ctx, tx, m.Models, anyMay, by, circle.New{Offer: organization.OfferID(values["circles"]), Kind: "talk", Day: "2027-03-02", Clock: "18:00",
			Minutes: 90, Weeks: 1, Number: 4, Places: 8, Place: places[0].ID, Leaders: []access.AccountID{by.Account}})
		if err != nil {
			return err
		}
		if _, err = circle.Add(ctx, tx, m.Models, by, c.ID, "Make"); err != nil {
			return err
		}
		all, err := tx.Participants(ctx, c)
		if err != nil {
			return err
		}
		x = thing{map[string]string{"id": string(c.ID)}, map[string]string{"participant": string(all[0].ID)}}
		return nil
	})
	return x
}

// led is a group that a volunteer leads. The mark is made as the rule's yes makes it, which is not what is tried here.
func (m *matrixHouse) led(worker, who string) thing {
	x, by := m.circle(worker), m.Staff[who]
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		c, err := tx.Circle(ctx, circle.ID(x.path["id"]))
		if err != nil {
			return err
		}
		c.Leaders = append(c.Leaders, by.Account)
		c.Cleared = map[access.AccountID][]byte{by.Account: tx.Index("circle-cleared", string(c.ID)+" 0 "+string(by.Account))}
		return tx.PutCircle(ctx, c)
	})
	return x
}

// thought is a group that a volunteer has proposed.
func (m *matrixHouse) thought(who string) (x thing) {
	by := m.Staff[who]
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		if err := circle.ThinkMine(ctx, tx, m.Models, by, circle.NewIdea{Offer: organization.OfferID(m.valuesOf(who)["circles"]), Title: "Jooga", Token: id.New()}); err != nil {
			return err
		}
		all, err := circle.Proposals(ctx, tx, m.Models, by)
		for _, p := range all {
			x = thing{map[string]string{"id": string(p.ID)}, nil}
		}
		return err
	})
	return x
}

func (m *matrixHouse) idea(unit access.UnitID) (x thing) {
	values := m.here
	if unit == m.other {
		values = m.there
	}
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		offer := organization.OfferID(values["circles"])
		if err := circle.Think(ctx, tx, m.Models, circle.NewIdea{Offer: offer, Title: "Shakki " + id.New(), Token: id.New()}); err != nil {
			return err
		}
		all, err := tx.Ideas(ctx, []organization.OfferID{offer})
		for _, i := range all {
			if i.State == circle.Proposed {
				x = thing{map[string]string{"id": string(i.ID)}, nil}
			}
		}
		return err
	})
	return x
}

// member is a stay by the code of somebody in a group, with a topic to vote for.
func (m *matrixHouse) member() (x thing, exit string) {
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		c, err := circle.Plan(ctx, tx, m.Models, anyMay, m.Staff["noora"], circle.New{Offer: organization.OfferID(m.here["circles"]), Kind: "talk", Day: "2027-03-02", Clock: "18:00",
			Minutes: 90, Weeks: 1, Number: 4, Places: 8, Online: true, Link: "https://tapaaminen.example.org/1", Leaders: []access.AccountID{m.Staff["noora"].Account}})
		if err != nil {
			return err
		}
		in, err := circle.Join(ctx, tx, m.Models, c.ID, "Make", id.New())
		if err != nil {
			return err
		}
		if err := circle.ProposeByLeader(ctx, tx, m.Models, m.Staff["noora"], c.ID, "Isyys"); err != nil {
			return err
		}
		topics, err := tx.Topics(ctx, c)
		if err != nil {
			return err
		}
		v, err := circle.Enter(ctx, tx, m.Models, in.Code)
		x, exit = thing{map[string]string{}, map[string]string{"stay": v.Token, "topic": string(topics[0].ID)}}, v.Exit
		return err
	})
	return x, exit
}
