package web_test

import (
	"context"
	"maps"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/emergency"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// ask makes a client's request to a unit.
func (m *matrixHouse) ask(ctx context.Context, tx *storage.Tx, unit access.UnitID) (intake.Made, error) {
	values := m.here
	if unit == m.other {
		values = m.there
	}
	return intake.Make(ctx, tx, m.Models, access.Anyone(), intake.New{Offer: organization.OfferID(values["offer"]), Channel: intake.Form, Lang: locale.Finnish,
		Age: 9, Contact: person.SafeContact{Channel: person.None}})
}

// client is a request with an offered time, or an episode with a booked meeting, an offered time and a way on.
func (m *matrixHouse) client(ctx context.Context, tx *storage.Tx, worker string, open bool) (thing, intake.Code, error) {
	by := m.Staff[worker]
	unit := by.Roles[0].Unit
	made, err := m.ask(ctx, tx, unit)
	if err != nil {
		return thing{}, "", err
	}
	target := appointment.Target{Request: made.Request.ID}
	m.n++
	out := thing{map[string]string{"id": string(made.Request.ID)}, map[string]string{}}
	if open {
		booked, err := appointment.Book(ctx, tx, m.Models, by, target, m.time(by, 1), "")
		if err != nil {
			return out, "", err
		}
		target = appointment.Target{Episode: booked.Episode}
		out.path["id"], out.values["meeting"] = string(booked.Episode), string(booked.ID)
		if err := episode.OfferWayOn(ctx, tx, m.Models, by, booked.Episode, "elsewhere", "lawyer"); err != nil {
			return out, "", err
		}
		ways, err := tx.WaysOn(ctx, booked.Episode)
		if err != nil {
			return out, "", err
		}
		out.values["way"] = ways[0].ID
	}
	if err := appointment.Offer(ctx, tx, m.Models, by, target, []appointment.Free{m.time(by, 2)}); err != nil {
		return out, "", err
	}
	slots, err := appointment.OpenSlots(ctx, tx, by, target)
	if err == nil {
		out.values["slot"] = string(slots[0].ID)
	}
	return out, made.Code, err
}

// time is one that nobody has yet: two a day for each client, from February on.
func (m *matrixHouse) time(by access.Actor, n int) appointment.Free {
	values := m.here
	if by.Roles[0].Unit == m.other {
		values = m.there
	}
	return appointment.Free{Worker: by.Account, At: calendar.Local{Day: calendar.Date("2027-02-10").Add(m.n / 2), Clock: calendar.Clock([]string{"09:00", "11:00", "14:00", "16:00"}[m.n%2*2+n-1]),
		Zone: webtest.Zone}, Minutes: 60, PlaceKind: appointment.Office, Place: organization.PlaceID(values["office"])}
}

// furnishClients makes requests and episodes of everybody's, and those whose grants to the first unit have run out.
func (m *matrixHouse) furnishClients() {
	for _, c := range []struct{ kind, relation, worker string }{{"request", "own", "noora"}, {"request", "outside", "vieras"}, {"request", "expired", "vieras"},
		{"episode", "own", "noora"}, {"episode", "colleague", "elina"}, {"episode", "outside", "vieras"}, {"episode", "expired", "vieras"}} {
		m.Do(func(ctx context.Context, tx *storage.Tx) error {
			x, _, err := m.client(ctx, tx, c.worker, c.kind == "episode")
			m.put(c.kind, c.relation, x.path, x.values)
			return err
		})
		if c.relation == "expired" {
			m.grantUntilYesterday(c.kind, m.things[c.kind]["expired"].path["id"])
		}
	}
	for relation, worker := range map[string]string{"own": "noora", "colleague": "elina", "outside": "vieras"} {
		m.put("erasure", relation, m.erasure(worker).path, nil)
	}
	for _, s := range []struct{ relation, who string }{{"colleague", "elina"}, {"outside", "vieras"}} {
		who := string(m.Staff[s.who].Account)
		m.put("hours", s.relation, map[string]string{"account": who}, nil)
		m.put("staff", s.relation, map[string]string{"id": who}, map[string]string{"unit": string(m.Staff[s.who].Roles[0].Unit), "role": "worker"})
	}
	m.things["hours"]["outside"] = thing{m.things["hours"]["outside"].path, map[string]string{"hours": m.there["hours"], "absence": m.there["absence"]}}
	for role, who := range m.roles {
		account := string(m.Staff[who].Account)
		m.own[role] = map[string]thing{"hours": {map[string]string{"account": account}, nil}, "staff": {map[string]string{"id": account}, map[string]string{"role": role}}}
	}
}

// erasure is one that was asked for a worker's client.
func (m *matrixHouse) erasure(worker string) (x thing) {
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		c, _, err := m.client(ctx, tx, worker, true)
		if err != nil {
			return err
		}
		asked, err := rights.EraseFor(ctx, tx, m.Models, m.Staff[worker], episode.ID(c.path["id"]))
		x = thing{map[string]string{"id": asked.ID}, nil}
		return err
	})
	return x
}

// grantUntilYesterday lets everybody of the first unit have seen the object until yesterday.
func (m *matrixHouse) grantUntilYesterday(kind, object string) {
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		for _, a := range m.Staff {
			g := access.Grant{Holder: string(a.Account), Kind: access.Kind(kind), Object: object, Relation: access.ByWorker, Until: tx.Now().Add(-24 * time.Hour)}
			if a.Roles[0].Unit != m.Unit {
				continue
			}
			if err := tx.PutGrant(ctx, g); err != nil {
				return err
			}
		}
		return nil
	})
}

// furnishWalls ties two clients of the worker's: whoever saw both is left with one of them, and the other is walled.
func (m *matrixHouse) furnishWalls(t *testing.T) {
	t.Helper()
	for _, kind := range []access.Kind{access.Request, access.Episode} {
		var two [2]thing
		m.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
			for i := range two {
				if two[i], _, err = m.client(ctx, tx, "noora", kind == access.Episode); err != nil {
					return err
				}
			}
			stays, goes := wall.Ref{Kind: kind, ID: two[0].path["id"]}, wall.Ref{Kind: kind, ID: two[1].path["id"]}
			return wall.Link(ctx, tx, m.Staff["noora"], stays, goes, stays)
		})
		for role, who := range m.roles {
			var hidden []thing
			m.Do(func(ctx context.Context, tx *storage.Tx) error {
				hidden = nil
				for _, x := range two {
					if _, err := tx.Granted(ctx, m.Staff[who], kind, x.path["id"]); fault.Is(err, fault.NotFound) {
						hidden = append(hidden, x)
					} else if err != nil {
						return err
					}
				}
				return nil
			})
			if len(hidden) == 0 {
				t.Fatalf("the %s sees both sides of a wall", role)
			}
			m.own[role][string(kind)+" walled"] = hidden[len(hidden)-1]
		}
	}
}

// newStay is a client's stay by a new code: a wish that still waits, or an episode.
func (m *matrixHouse) newStay(episode bool) (x thing, exit string) {
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		c, code, err := m.client(ctx, tx, "noora", episode)
		if err != nil {
			return err
		}
		stay, err := intake.Enter(ctx, tx, code)
		c.values["stay"], x, exit = stay.Token, thing{map[string]string{}, c.values}, stay.Exit
		return err
	})
	return x, exit
}

func (m *matrixHouse) furnishStays() {
	for kind, episode := range map[string]bool{"stay": true, "wish": false} {
		over, _ := m.newStay(episode)
		left, exit := m.newStay(episode)
		mine, _ := m.newStay(episode)
		foreign, _ := m.newStay(episode)
		delete(foreign.values, "stay") // somebody else's times and meetings, sent in a stay of one's own
		m.things[kind] = map[string]thing{"own": mine, "expired": over, "ended": left, "crossed": foreign}
		var hash []byte
		m.Do(func(ctx context.Context, tx *storage.Tx) error {
			hash = tx.Index("client-session", over.values["stay"])
			return intake.Leave(ctx, tx, exit)
		})
		m.in.Exec("UPDATE client_session SET expires = $1 WHERE hash = $2", calendar.Stamp(m.Clock.Now().Add(-time.Minute)), hash)
	}
}

// furnishSeats brings two together, and gives each kind of stay the other's: by the code of own visits and by a seat's.
func (m *matrixHouse) furnishSeats(t *testing.T) {
	t.Helper()
	_, m.couple = justJoined(t, m.House)
	for _, kind := range []string{"mine", "seat"} {
		m.things[kind] = maps.Clone(m.things["stay"])
	}
	seat := m.seat()
	seat.values["meeting"], seat.values["slot"], seat.values["way"] = "x", "x", "x"
	m.put("mine", "together", map[string]string{}, seat.values)
	m.put("seat", "own", map[string]string{}, m.seat().values)
	m.put("seat", "together", map[string]string{}, m.things["stay"]["own"].values)
}

// seat is a stay by Anna's code into the joint meetings.
func (m *matrixHouse) seat() (x thing) {
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		stay, err := intake.Enter(ctx, tx, m.couple.anna.seat)
		x = thing{map[string]string{}, map[string]string{"stay": stay.Token}}
		return err
	})
	return x
}

// talkOf begins a chat; worker takes it unless none is named.
func (m *matrixHouse) talkOf(worker string, unit access.UnitID) (id chat.ID, stay chat.Stay) {
	values := m.here
	if unit == m.other {
		values = m.there
	}
	m.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
		if stay, err = chat.Start(ctx, tx, m.Models, organization.OfferID(values["offer"]), locale.Finnish); err != nil {
			return err
		}
		if worker == "" {
			return nil
		}
		return chat.Take(ctx, tx, m.Staff[worker], stay.ID)
	})
	return stay.ID, stay
}

func (m *matrixHouse) furnishTalks() {
	m.Answering("noora", "12:30")
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		return organization.BePresent(ctx, tx, m.Staff["vieras"], m.other, "20:00")
	})
	for relation, worker := range map[string]string{"colleague": "elina", "outside": "vieras", "expired": "vieras"} {
		talk, _ := m.talkOf(worker, m.Staff[worker].Roles[0].Unit)
		m.put("conversation", relation, map[string]string{"id": string(talk)}, nil)
	}
	m.grantUntilYesterday("conversation", m.things["conversation"]["expired"].path["id"])
	talk, stay := m.talkOf("", m.Unit)
	m.put("conversation", "waiting", map[string]string{"id": string(talk)}, nil)
	for _, role := range []string{"worker", "coordinator"} {
		talk, _ := m.talkOf(m.roles[role], m.Unit)
		m.own[role]["conversation"] = thing{map[string]string{"id": string(talk)}, nil}
	}
	m.put("talk", "own", nil, map[string]string{"talk": stay.Token})
	_, ended := m.talkOf("", m.Unit)
	m.put("talk", "ended", nil, map[string]string{"talk": ended.Token})
	m.Do(func(ctx context.Context, tx *storage.Tx) error { return chat.EndByClient(ctx, tx, ended.Token) })
}

// anotherTalk ends the one that it made before: a unit has so many talks at a time.
func (m *matrixHouse) anotherTalk(worker string) chat.Stay {
	m.Do(func(ctx context.Context, tx *storage.Tx) error { return chat.Leave(ctx, tx, m.lastTalk) })
	_, stay := m.talkOf(worker, m.Unit)
	m.lastTalk = stay.Exit
	return stay
}

// emergency opens an episode of a unit to somebody who has nothing to do with it; its use waits to be seen.
func (m *matrixHouse) emergency(worker, opener string) thing {
	var x thing
	m.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
		if x, _, err = m.client(ctx, tx, worker, true); err != nil {
			return err
		}
		by := m.Staff[opener]
		if _, err = emergency.Open(ctx, tx, by, emergency.Number(episode.ID(x.path["id"])), emergency.Grounds[0]); err != nil {
			return err
		}
		use, err := tx.EmergencyOf(ctx, by.Account, episode.ID(x.path["id"]))
		x = thing{nil, map[string]string{"use": use.ID}}
		return err
	})
	return x
}

func (m *matrixHouse) furnishEmergencies() {
	m.put("use", "own", nil, m.emergency("elina", "noora").values)
	m.put("use", "outside", nil, m.emergency("vieras", "vera").values)
	for worker, values := range map[string]map[string]string{"elina": m.here, "vieras": m.there} {
		m.Do(func(ctx context.Context, tx *storage.Tx) error {
			x, _, err := m.client(ctx, tx, worker, true)
			values["number"] = emergency.Number(episode.ID(x.path["id"]))
			return err
		})
	}
}

// pair is two of a worker's clients whom their coordinator keeps from coming together.
func (m *matrixHouse) pair(worker, coordinator string) (x thing) {
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		var two [2]wall.Ref
		for i := range two {
			c, _, err := m.client(ctx, tx, worker, true)
			if err != nil {
				return err
			}
			two[i] = wall.Ref{Kind: access.Episode, ID: c.path["id"]}
		}
		if err := wall.KeepApart(ctx, tx, m.Staff[coordinator], two[0], two[1]); err != nil {
			return err
		}
		all, err := wall.Pairs(ctx, tx, m.Staff[coordinator])
		for _, p := range all {
			if p.One == two[0] || p.Other == two[0] {
				x = thing{nil, map[string]string{"pair": p.ID}}
			}
		}
		return err
	})
	return x
}
