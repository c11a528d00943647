package web_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/emergency"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/group"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// thing is something that an address or a form may name.
type thing struct {
	path   map[string]string
	values map[string]string
}

// What no id looks like, and what is no text.
const (
	malformed = "'--x"
	notText   = "%00%ff"
)

// matrixHouse has two units with everything of every kind, and a session of each sort for each role.
type matrixHouse struct {
	*webtest.House
	in       *storagetest.Inside
	other    access.UnitID
	roles    map[string]string // role → the staff member of the first unit who has it
	things   map[string]map[string]thing
	own      map[string]map[string]thing // by role, where each has another
	here     map[string]string           // values of the first unit, for forms
	there    map[string]string           // of the other
	tokens   map[string]string           // "role state" → session token
	n        int
	lastTalk string // its exit
}

func newMatrixHouse(t *testing.T, h *webtest.House) *matrixHouse {
	t.Helper()
	m := &matrixHouse{House: h, in: storagetest.Look(t, h.DB), things: map[string]map[string]thing{}, own: map[string]map[string]thing{},
		here: map[string]string{}, there: map[string]string{}, tokens: map[string]string{}}
	m.roles = map[string]string{"worker": "noora", "coordinator": "marja", "keeper": "kaija", "editor": "eeva", "operator": "olli"}
	m.other = otherUnit(t, h)
	hireIn(t, h, "kaija", locale.Finnish, h.Unit, access.Keeper)
	hireIn(t, h, "eeva", locale.Finnish, h.Unit, access.Editor)
	hireIn(t, h, "vieras", locale.Finnish, m.other, access.Worker)
	hireIn(t, h, "vera", locale.Finnish, m.other, access.Coordinator)
	for _, who := range []string{"noora", "elina", "marja", "olli"} {
		h.SignIn(who) // the first time makes the account active
	}
	m.Do(m.furnishOther)
	for unit, values := range map[access.UnitID]map[string]string{h.Unit: m.here, m.other: m.there} {
		m.Do(func(ctx context.Context, tx *storage.Tx) error { return m.arrange(ctx, tx, unit, values) })
	}
	m.furnishClients()
	m.furnishWalls(t)
	m.things["reach"] = m.things["episode"]
	for _, mine := range m.own {
		mine["reach walled"] = mine["episode walled"]
	}
	m.furnishStays()
	m.furnishTalks()
	m.furnishEmergencies()
	m.furnishLinks()
	m.furnishNewcomers(t)
	m.furnishSessions()
	return m
}

// furnishOther gives the other unit what the first has: an opening, a place, services, a worker with hours.
func (m *matrixHouse) furnishOther(ctx context.Context, tx *storage.Tx) error {
	sys := access.System()
	for day := 1; day <= 7; day++ {
		if err := organization.KeepOpening(ctx, tx, sys, organization.Opening{Unit: m.other, Channel: "chat", Weekday: day, Opens: "08:00", Closes: "20:00"}); err != nil {
			return err
		}
	}
	names := organization.Names{locale.Finnish: "Muualla", locale.Swedish: "Annanstans", locale.English: "Elsewhere"}
	if _, err := organization.KeepPlace(ctx, tx, sys, organization.Place{Unit: m.other, Name: names, Address: "Toinen tie 3", Area: "Muualla", Active: true}); err != nil {
		return err
	}
	for i, model := range []string{"turvaverkko-adult", "turvaverkko-child", "open-peer-group"} {
		found, _ := m.Models.Latest(model)
		o := organization.Offer{Unit: m.other, Model: found.ID, Version: found.Version, Slug: fmt.Sprintf("toinen-%d", i), Position: i, Open: true}
		if _, err := organization.KeepOffer(ctx, tx, sys, o); err != nil {
			return err
		}
	}
	w := organization.Worker{Account: m.Staff["vieras"].Account, Languages: []string{"fi"}, Places: []string{"office", "agreed"}, TravelMinutes: 0}
	if err := organization.KeepWorker(ctx, tx, sys, w); err != nil {
		return err
	}
	for day := 1; day <= 7; day++ {
		if err := organization.KeepHours(ctx, tx, sys, w.Account, organization.Hours{ID: id.New(), Weekday: day, Opens: "09:00", Closes: "20:00"}); err != nil {
			return err
		}
	}
	return nil
}

// arrange finds and makes what a unit has: values for forms, a gathering, an absence.
func (m *matrixHouse) arrange(ctx context.Context, tx *storage.Tx, unit access.UnitID, values map[string]string) error {
	relation, worker := "own", "noora"
	if unit == m.other {
		relation, worker = "outside", "vieras"
	}
	offers, err := tx.Offers(ctx, unit)
	if err != nil {
		return err
	}
	for _, o := range offers {
		name := map[string]string{"turvaverkko-child": "offer", "open-peer-group": "group"}[o.Model]
		values[name] = string(o.ID)
	}
	places, err := tx.Places(ctx, unit)
	if err != nil {
		return err
	}
	openings, err := tx.Openings(ctx, unit)
	if err != nil {
		return err
	}
	who := m.Staff[worker].Account
	if err := organization.KeepAbsence(ctx, tx, access.System(), who, organization.Absence{First: "2029-09-01", Last: "2029-09-02"}); err != nil {
		return err
	}
	w, err := tx.Worker(ctx, who)
	if err != nil {
		return err
	}
	values["unit"], values["office"], values["opening"], values["worker"] = string(unit), string(places[0].ID), openings[0].ID, string(who)
	values["hours"], values["absence"] = w.Hours[0].ID, w.Absences[0].ID
	g := group.Meeting{Offer: organization.OfferID(values["group"]), At: calendar.Local{Day: "2027-03-02", Clock: "18:00"}, Minutes: 90}
	if g, err = group.Plan(ctx, tx, m.Models, m.Staff[worker], g); err != nil {
		return err
	}
	m.put("gathering", relation, map[string]string{"id": string(g.ID)}, nil)
	m.put("unit", relation, map[string]string{"unit": string(unit)}, nil)
	m.put("place", relation, map[string]string{"unit": string(unit), "place": values["office"]}, nil)
	m.put("offer", relation, map[string]string{"unit": string(unit), "offer": values["group"]}, nil)
	if relation == "outside" { // one's own unit's address with another unit's place
		m.put("place", "crossed", map[string]string{"unit": string(m.Unit), "place": values["office"]}, nil)
		m.put("offer", "crossed", map[string]string{"unit": string(m.Unit), "offer": values["group"]}, nil)
	}
	return nil
}

func (m *matrixHouse) put(kind, relation string, path, values map[string]string) {
	if m.things[kind] == nil {
		m.things[kind] = map[string]thing{}
	}
	m.things[kind][relation] = thing{path, values}
}

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

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
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

// session signs the role's staff member in once more.
func (m *matrixHouse) session(who string) (token string) {
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		link, err := account.LinkFor(ctx, tx, access.System(), m.Staff[who].Account, account.Demo)
		if err != nil {
			return err
		}
		in, err := account.UseLink(ctx, tx, link, "", "")
		token = in.Token
		return err
	})
	return token
}

// deadStates are sessions that were somebody's.
var deadStates = []string{"signed-out", "unused", "over", "closed"}

func (m *matrixHouse) furnishSessions() {
	now := m.Clock.Now()
	for who, values := range map[string]map[string]string{"noora": m.here, "vieras": m.there} {
		m.session(who)
		values["session"] = m.in.Word("SELECT id FROM session WHERE account_id = $1 ORDER BY id LIMIT 1", string(m.Staff[who].Account))
	}
	for role, who := range m.roles {
		m.tokens[role+" live"] = m.session(who)
		out := m.session(who)
		m.Do(func(ctx context.Context, tx *storage.Tx) error { return account.SignOut(ctx, tx, out) })
		unused, over := m.session(who), m.session(who)
		m.age(unused, now.Add(-time.Hour), now.Add(-31*time.Minute), now.Add(11*time.Hour))
		m.age(over, now.Add(-12*time.Hour), now.Add(-time.Minute), now)
		m.tokens[role+" unproved"] = m.session(who)
		m.age(m.tokens[role+" unproved"], now.Add(-2*time.Hour), now, now.Add(10*time.Hour))
		m.tokens[role+" signed-out"], m.tokens[role+" unused"], m.tokens[role+" over"] = out, unused, over

		gone := "gone-" + role
		m.Do(func(ctx context.Context, tx *storage.Tx) error {
			roles := m.Staff[who].Roles
			a, _, err := account.InviteFor(ctx, tx, access.System(), gone, gone+"@example.org", locale.Finnish, roles)
			m.Staff[gone] = access.Actor{Account: a.ID, Roles: roles}
			return err
		})
		m.tokens[role+" closed"] = m.session(gone)
		m.Do(func(ctx context.Context, tx *storage.Tx) error {
			return account.Close(ctx, tx, access.System(), m.Staff[gone].Account)
		})
		delete(m.Staff, gone)
	}
}

// age makes a session as old as it takes hours to become.
func (m *matrixHouse) age(token string, created, seen, expires time.Time) {
	m.in.Exec("UPDATE session SET created = $1, proved = $1, seen = $2, expires = $3 WHERE hash = $4", calendar.Stamp(created), calendar.Stamp(seen), calendar.Stamp(expires), hashOf(token))
}

// relations are how an object may stand to whoever asks, in a fixed order.
var relations = []string{"own", "waiting", "colleague", "outside", "walled", "expired", "ended", "crossed", "unknown", "malformed", "bytes"}

// thing is an object of a kind in a relation to a role; false where there is none such. What a step uses up is made
// anew when fresh is asked for.
func (m *matrixHouse) thing(kind, role, relation string, fresh bool) (thing, bool) {
	if made := map[string]string{"unknown": id.New(), "malformed": malformed, "bytes": notText}[relation]; made != "" {
		return m.imagine(kind, made), true
	}
	x, ok := m.things[kind][relation]
	if mine, has := m.own[role][strings.TrimSuffix(kind+" "+relation, " own")]; has {
		x, ok = mine, true
	}
	if ok && fresh {
		x = m.another(kind, role, relation, x)
	}
	return x, ok
}

// another is a new object like one that there is, for a step that uses it up.
func (m *matrixHouse) another(kind, role, relation string, x thing) thing {
	worker := map[string]string{"own": "noora", "colleague": "elina", "outside": "vieras"}[relation]
	switch kind {
	case "request", "episode", "reach":
		m.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
			x, _, err = m.client(ctx, tx, worker, kind != "request")
			return err
		})
	case "erasure":
		x = m.erasure(worker)
	case "stay", "wish":
		x, _ = m.newStay(kind == "stay")
	case "link":
		x = thing{map[string]string{"token": m.invite("")}, nil}
	case "staff":
		if relation != "own" {
			m.invite(worker)
			x = thing{map[string]string{"id": string(m.Staff["uusi"].Account)}, x.values}
		}
	case "word":
		x = m.word()
	case "newcomer":
		x = m.newcomer(map[string]string{"own": "kutsuja", "outside": "vera"}[relation])
	case "use":
		if relation == "own" {
			x = m.emergency("elina", "noora")
		}
	case "talk":
		x = thing{nil, map[string]string{"talk": m.anotherTalk("noora").Token}}
	case "conversation":
		worker := map[string]string{"own": m.roles[role]}[relation] // nobody has taken one that waits
		x = thing{map[string]string{"id": string(m.anotherTalk(worker).ID)}, nil}
	}
	return x
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

// invite makes one more account, like another's or a worker's, and gives the link that was sent.
func (m *matrixHouse) invite(like string) (token string) {
	if like == "" {
		like = "noora"
	}
	m.n++
	key := fmt.Sprintf("uusi-%d", m.n)
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		roles := m.Staff[like].Roles
		a, link, err := account.InviteFor(ctx, tx, access.System(), key, key+"@example.org", locale.Finnish, roles)
		token, m.Staff["uusi"] = link, access.Actor{Account: a.ID, Roles: roles}
		return err
	})
	return token
}

// imagine is an object that is not there, by an id of the right shape or of none.
func (m *matrixHouse) imagine(kind, made string) thing {
	like, x := m.things[kind]["own"], thing{map[string]string{}, map[string]string{}}
	if found, ok := m.things[kind]["outside"]; ok {
		like = found
	}
	for name := range like.path {
		x.path[name] = made
	}
	if kind == "place" || kind == "offer" {
		x.path["unit"] = string(m.Unit)
	}
	for name := range like.values {
		if x.values[name] = made; made == notText {
			x.values[name] = "\x00\xff"
		}
	}
	return x
}

func (m *matrixHouse) furnishLinks() {
	m.put("link", "own", map[string]string{"token": m.invite("")}, nil)
	used := m.invite("")
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		_, err := account.UseLink(ctx, tx, used, "", "")
		return err
	})
	m.put("link", "ended", map[string]string{"token": used}, nil)
}
