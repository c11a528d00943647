package storage_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// The house that the rows are tried in: two units with an offer each, an office, and four members of staff.
const (
	north, south = access.UnitID("north"), access.UnitID("south")
	northOffer   = organization.OfferID("north-offer")
	southOffer   = organization.OfferID("south-offer")
	office       = organization.PlaceID("office-1")
	own          = access.AccountID("own")         // worker of north, whose clients are tried
	colleague    = access.AccountID("colleague")   // another worker of north
	coordinator  = access.AccountID("coordinator") // of north
	stranger     = access.AccountID("stranger")    // worker and coordinator of south
)

var staff = map[access.AccountID][]access.Membership{
	own:         {{Unit: north, Role: access.Worker}},
	colleague:   {{Unit: north, Role: access.Worker}},
	coordinator: {{Unit: north, Role: access.Coordinator}},
	stranger:    {{Unit: south, Role: access.Coordinator}, {Unit: south, Role: access.Worker}},
}

func by(who access.AccountID) access.Actor { return access.Actor{Account: who, Roles: staff[who]} }

// house is a transaction with hands for putting things in. Whatever fails ends the test.
type house struct {
	t   *testing.T
	ctx context.Context
	tx  *storage.Tx
}

func (h house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// furnished runs a case on both databases, after units and staff have been put in.
func furnished(t *testing.T, run func(t *testing.T, db *storage.DB, clock *storagetest.Clock)) {
	t.Helper()
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		update(t, db, func(tx *storage.Tx) error { furnish(house{t, t.Context(), tx}); return nil })
		run(t, db, clock)
	})
}

// in runs hands in one transaction.
func in(t *testing.T, db *storage.DB, do func(h house)) {
	t.Helper()
	update(t, db, func(tx *storage.Tx) error { do(house{t, t.Context(), tx}); return nil })
}

// try runs a transaction and gives what it was refused with.
func try(t *testing.T, db *storage.DB, do func(h house) error) error {
	t.Helper()
	return db.Update(t.Context(), func(tx *storage.Tx) error { return do(house{t, t.Context(), tx}) })
}

func furnish(h house) {
	for unit, offer := range map[access.UnitID]organization.OfferID{north: northOffer, south: southOffer} {
		h.must(h.tx.PutUnit(h.ctx, organization.Unit{ID: unit, Slug: string(unit), Name: inAll("Yksikkö " + string(unit)), Zone: "Europe/Helsinki"}))
		h.must(h.tx.PutOffer(h.ctx, organization.Offer{ID: offer, Unit: unit, Model: "help-adult", Version: 1, Slug: string(offer), Open: true}))
	}
	h.must(h.tx.PutPlace(h.ctx, organization.Place{ID: office, Unit: north, Name: inAll("Toimisto"), Address: "Katu 1", Active: true}))
	for who, ms := range staff {
		h.must(h.tx.PutAccount(h.ctx, h.account(who), h.tx.Index("email", string(who))))
		h.must(h.tx.PutMemberships(h.ctx, who, ms))
	}
}

func inAll(s string) organization.Names {
	return organization.Names{locale.Finnish: s, locale.Swedish: s + " sv", locale.English: s + " en"}
}

func (h house) key() string {
	k, err := h.tx.NewKey()
	h.must(err)
	return k
}

func (h house) account(who access.AccountID) account.Account {
	return account.Account{ID: who, Key: h.key(), Name: seal.Of("Nimi " + string(who)), Email: seal.Of(string(who) + "@example.org"),
		State: account.Active, Lang: locale.Finnish, Created: h.tx.Now()}
}

func (h house) person(name string) person.Person {
	p := person.Person{ID: person.ID(id.New()), Key: h.key(), Kind: person.Adult, Name: seal.Of(name)}
	h.must(h.tx.PutPerson(h.ctx, p))
	return p
}

// request puts a waiting request of a new person, seen by north's desk.
func (h house) request(name string, due time.Time) intake.Request {
	r := intake.Request{ID: intake.RequestID(id.New()), Unit: north, Offer: northOffer, Person: h.person(name).ID,
		Channel: intake.Form, Referrer: "self", Lang: locale.Finnish, Age: -1, State: intake.Waiting,
		Created: due.Add(-48 * time.Hour), Due: due, Expires: due.Add(12 * 24 * time.Hour)}
	h.must(h.tx.PutRequest(h.ctx, r))
	h.must(h.tx.PutGrant(h.ctx, access.Grant{Holder: access.Desk(north), Kind: access.Request, Object: string(r.ID), Relation: access.ByIntake}))
	return r
}

// episode puts an open episode of a new person with five visits, granted to its worker and north's coordinators.
func (h house) episode(name, regime string) episode.Episode {
	e := episode.Episode{ID: episode.ID(id.New()), Unit: north, Offer: northOffer, Person: h.person(name).ID, Model: "help-adult",
		Version: 1, Part: "client", Regime: regime, Limit: 5, Worker: own, Stage: episode.StageOpen, Lang: locale.Finnish,
		Channel: intake.Form, Referrer: "self", Age: -1, Wait: -1, Guardians: "agree", Opened: "2027-01-12"}
	h.must(h.tx.PutEpisode(h.ctx, e))
	h.grant(e)
	return e
}

func (h house) grant(e episode.Episode) {
	for holder, why := range map[string]access.Relation{string(own): access.ByWorker, access.Coordinators(e.Unit): access.ByCoordinator} {
		h.must(h.tx.PutGrant(h.ctx, access.Grant{Holder: holder, Kind: access.Episode, Object: string(e.ID), Relation: why}))
	}
}

// visit is a booked meeting of the episode, not yet put.
func visit(e episode.Episode, no int, at calendar.Local) appointment.Appointment {
	starts, err := at.Instant()
	if err != nil {
		panic(err)
	}
	return appointment.Appointment{ID: appointment.ID(id.New()), Episode: e.ID, Limit: e.Limit, Regime: e.Regime, No: no,
		State: appointment.Booked, Worker: own, PlaceKind: appointment.Agreed, Place: seal.Of("Kahvila Aurinko"), At: at,
		Minutes: 90, Starts: starts, Ends: starts.Add(90 * time.Minute), DayPart: at.DayPart()}
}

func (h house) put(a appointment.Appointment) appointment.Appointment {
	h.must(h.tx.PutAppointment(h.ctx, a))
	return a
}

func clockAt(day, clock string) calendar.Local {
	return calendar.Local{Day: calendar.Date(day), Clock: calendar.Clock(clock), Zone: "Europe/Helsinki"}
}

// talk puts a waiting conversation, seen by north's desk.
func (h house) talk(created time.Time) chat.Conversation {
	c := chat.Conversation{ID: chat.ID(id.New()), Unit: north, Offer: northOffer, Key: h.key(), State: chat.Waiting,
		ClientHash: hash(id.New()), ExitHash: hash(id.New()), Lang: locale.Swedish,
		Created: created, Last: created, Ends: created.Add(chat.Silence)}
	h.must(h.tx.PutConversation(h.ctx, c))
	h.must(h.tx.PutGrant(h.ctx, access.Grant{Holder: access.Desk(north), Kind: access.Conversation, Object: string(c.ID), Relation: access.ByIntake}))
	return c
}

// hash is 32 bytes that differ by what they are made of.
func hash(of string) []byte { return []byte((of + strings.Repeat("-", 32))[:32]) }
