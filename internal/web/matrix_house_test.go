package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/group"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
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
	lastTalk string                   // its exit
	pairs    map[access.UnitID]string // who makes a pair with each of a unit's workers
	couples  int
	couple   *couple // of whom the seats are
}

func newMatrixHouse(t *testing.T, h *webtest.House) *matrixHouse {
	t.Helper()
	m := &matrixHouse{House: h, in: storagetest.Look(t, h.DB), things: map[string]map[string]thing{}, own: map[string]map[string]thing{},
		here: map[string]string{}, there: map[string]string{}, tokens: map[string]string{}}
	m.roles = map[string]string{"worker": "noora", "coordinator": "marja", "keeper": "kaija", "editor": "eeva", "operator": "olli", "volunteer": "vilma"}
	m.other = otherUnit(t, h)
	hireIn(t, h, "kaija", locale.Finnish, h.Unit, access.Keeper)
	hireIn(t, h, "eeva", locale.Finnish, h.Unit, access.Editor)
	hireIn(t, h, "vieras", locale.Finnish, m.other, access.Worker)
	hireIn(t, h, "vilma", locale.Finnish, h.Unit, access.Volunteer)
	hireIn(t, h, "viljo", locale.Finnish, m.other, access.Volunteer)
	hireIn(t, h, "vera", locale.Finnish, m.other, access.Coordinator)
	for _, who := range []string{"noora", "elina", "marja", "olli"} {
		h.SignIn(who) // the first time makes the account active
	}
	m.Do(m.furnishOther)
	for unit, values := range map[access.UnitID]map[string]string{h.Unit: m.here, m.other: m.there} {
		m.Do(func(ctx context.Context, tx *storage.Tx) error { return m.arrange(ctx, tx, unit, values) })
	}
	mine := m.things["room"]["own"].path // one's own office with another unit's room
	m.put("room", "crossed", map[string]string{"unit": mine["unit"], "place": mine["place"], "room": m.things["room"]["outside"].path["room"]}, nil)
	m.furnishClients()
	m.furnishWalls(t)
	m.things["reach"] = m.things["episode"]
	for _, mine := range m.own {
		mine["reach walled"] = mine["episode walled"]
	}
	m.furnishCircles()
	m.furnishPaid()
	m.furnishCouples(t)
	m.furnishStays()
	m.furnishSeats(t)
	m.furnishTalks()
	m.furnishEmergencies()
	m.put("pair", "own", nil, m.pair("noora", "marja").values)
	m.put("pair", "outside", nil, m.pair("vieras", "vera").values)
	m.furnishLinks()
	m.furnishFeeds()
	m.furnishOutings()
	m.furnishNewcomers(t)
	m.furnishVolunteers()
	m.furnishDays()
	m.furnishSessions()
	m.furnishLines()
	m.furnishFeedback()
	m.furnishReports()
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
	hall, room, err := m.hall(ctx, tx, unit)
	if err != nil {
		return err
	}
	m.put("room", relation, map[string]string{"unit": string(unit), "place": hall, "room": room}, nil)
	if relation == "outside" { // one's own unit's address with another unit's place
		m.put("place", "crossed", map[string]string{"unit": string(m.Unit), "place": values["office"]}, nil)
		m.put("offer", "crossed", map[string]string{"unit": string(m.Unit), "offer": values["group"]}, nil)
	}
	return nil
}

// hall gives a unit one more office, the last by name, with two rooms; what is booked elsewhere needs none.
func (m *matrixHouse) hall(ctx context.Context, tx *storage.Tx, unit access.UnitID) (place, room string, err error) {
	names := organization.Names{locale.Finnish: "Öljymäki", locale.Swedish: "Öljymäki", locale.English: "Öljymäki"}
	p, err := organization.KeepPlace(ctx, tx, access.System(), organization.Place{Unit: unit, Name: names, Address: "Mäki 1", Area: "Keskusta", Active: true})
	for _, name := range []string{"Koivu", "Haapa"} {
		if err != nil {
			return "", "", err
		}
		var r organization.Room
		r, err = organization.KeepRoom(ctx, tx, access.System(), unit, organization.Room{Place: p.ID, Name: name, Holds: 3})
		room = string(r.ID)
	}
	return string(p.ID), room, err
}

// spare is a room of an office that nobody has used up yet.
func (m *matrixHouse) spare(like thing) (x thing) {
	m.n++
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		r, err := organization.KeepRoom(ctx, tx, access.System(), access.UnitID(like.path["unit"]),
			organization.Room{Place: organization.PlaceID(like.path["place"]), Name: fmt.Sprint("Huone ", m.n), Holds: 3})
		x = thing{map[string]string{"unit": like.path["unit"], "place": like.path["place"], "room": string(r.ID)}, nil}
		return err
	})
	return x
}

func (m *matrixHouse) put(kind, relation string, path, values map[string]string) {
	if m.things[kind] == nil {
		m.things[kind] = map[string]thing{}
	}
	m.things[kind][relation] = thing{path, values}
}

// relations are how an object may stand to whoever asks, in a fixed order.
var relations = []string{"own", "waiting", "colleague", "outside", "walled", "expired", "ended", "crossed", "together", "unknown", "malformed", "bytes"}

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
	case "paid":
		x = m.commitment(worker)
	case "circle":
		x = m.circle(worker)
	case "occasion", "daylist":
		x = m.day(worker)
	case "led":
		return m.led("noora", "vilma")
	case "thought":
		return m.thought("vilma")
	case "asked":
		x = m.asked("marja", "vilma")
	case "guest":
		x, _ = m.guest()
	case "idea":
		x = m.idea(map[string]access.UnitID{"own": m.Unit, "outside": m.other}[relation])
	case "member":
		x, _ = m.member()
	case "couple", "joint", "mark":
		x = m.two(worker)[kind]
	case "applicant":
		x = m.applicant(worker)
	case "erasure":
		x = m.erasure(worker)
	case "stay", "wish", "mine":
		x, _ = m.newStay(kind != "wish")
	case "seat":
		x = m.seat()
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
	case "room":
		if relation == "own" || relation == "outside" {
			x = m.spare(x)
		}
	case "pair":
		if relation == "own" {
			x = m.pair("noora", "marja")
		}
	case "shift":
		if relation == "own" {
			x = m.shift(m.roles[role])
		}
	case "missing", "whereabouts":
		x = m.missing(map[string]string{"own": "elina", "outside": "vieras"}[relation])
	case "helper", "plea":
		x = m.helper(map[string]string{"own": "marja", "outside": "vera"}[relation], "")[kind]
	case "talk":
		x = thing{nil, map[string]string{"talk": m.anotherTalk("noora").Token}}
	case "conversation":
		worker := map[string]string{"own": m.roles[role]}[relation] // nobody has taken one that waits
		x = thing{map[string]string{"id": string(m.anotherTalk(worker).ID)}, nil}
	}
	return x
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
	if kind == "place" || kind == "offer" || kind == "room" {
		x.path["unit"] = string(m.Unit)
	}
	for name := range like.values {
		if x.values[name] = made; made == notText {
			x.values[name] = "\x00\xff"
		}
	}
	return x
}
