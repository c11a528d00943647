package storage_test

import (
	"reflect"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/group"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

var later = storagetest.Start.Add(36*time.Hour + 5*time.Millisecond)

// got reads a value back; what a read was refused with stands in its place.
func got[T any](v T, err error) any {
	if err != nil {
		return err
	}
	return v
}

// first is the only value of a list.
func first[T any](all []T, err error) any {
	if err != nil || len(all) != 1 {
		return []any{all, err}
	}
	return all[0]
}

// Every field of every value comes back as it was put, and as it was put the second time. A value in a case has no
// zero field, so that a column that is forgotten shows.
func TestEveryFieldComesBack(t *testing.T) {
	cases := map[string]func(h house, put func(want any, err error, read func() any)){
		"organization": organizationRows,
		"worker":       workerRows,
		"account":      accountRows,
		"person":       personRows,
		"request":      requestRows,
		"episode":      episodeRows,
		"appointment":  appointmentRows,
		"outgoing":     outgoingRows,
		"chat":         chatRows,
		"rest":         restRows,
	}
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		for name, run := range cases {
			t.Run(name, func(t *testing.T) {
				in(t, db, func(h house) {
					run(h, func(want any, err error, read func() any) {
						t.Helper()
						h.must(err)
						if got := read(); !reflect.DeepEqual(got, want) {
							t.Errorf("%T: got\n%+v\nwant\n%+v", want, plain(got), plain(want))
						}
					})
				})
			})
		}
	})
}

// plain shows a value's sealed texts as what they hold, for a failure's words.
func plain(v any) any { return seen(reflect.ValueOf(v)) }

func seen(v reflect.Value) any {
	if v.Kind() != reflect.Struct {
		return v.Interface()
	}
	out := map[string]any{}
	for i := range v.NumField() {
		switch x := v.Field(i).Interface().(type) {
		case seal.Text:
			out[v.Type().Field(i).Name] = x.Reveal()
		default:
			out[v.Type().Field(i).Name] = x
		}
	}
	return out
}

func organizationRows(h house, put func(any, error, func() any)) {
	ctx, tx := h.ctx, h.tx
	put("a", tx.PutSetting(ctx, "s", "a"), func() any { return got(tx.Setting(ctx, "s")) })
	put("b", tx.PutSetting(ctx, "s", "b"), func() any { return got(tx.Setting(ctx, "s")) })
	put("", nil, func() any { return got(tx.Setting(ctx, "never set")) })
	u := organization.Unit{ID: "u", Slug: "u-1", Name: inAll("Ö"), Phone: "09 1", Email: "a@b", Address: "x", Area: "Espoo", GrantObject: "STEA 1", Zone: "Europe/Mariehamn"}
	put(u, tx.PutUnit(ctx, u), func() any { return got(tx.Unit(ctx, u.ID)) })
	u.Slug, u.Name = "u-2", inAll("Å")
	put(u, tx.PutUnit(ctx, u), func() any { return got(tx.Unit(ctx, u.ID)) })
	o := organization.Opening{ID: "o", Unit: "u", Channel: "chat", Weekday: 6, Opens: "12:00", Closes: "20:30"}
	put(o, tx.PutOpening(ctx, o), func() any { return first(tx.Openings(ctx, "u")) })
	put([]organization.Opening(nil), tx.DeleteOpening(ctx, "u", "o"), func() any { return got(tx.Openings(ctx, "u")) })
	f := organization.Offer{ID: "f", Unit: "u", Model: "m", Version: 3, Slug: "f-1", Position: 2, Open: true}
	put(f, tx.PutOffer(ctx, f), func() any { return got(tx.Offer(ctx, "f")) })
	put(f, nil, func() any { return got(tx.OfferBySlug(ctx, "f-1")) })
	f.Open = false
	put(f, tx.PutOffer(ctx, f), func() any { return first(tx.Offers(ctx, "u")) })
	p := organization.Place{ID: "p", Unit: "u", Name: inAll("Talo"), Address: "Katu 2", Area: "Espoo", Active: true}
	put(p, tx.PutPlace(ctx, p), func() any { return got(tx.Place(ctx, "p")) })
	p.Active = false
	put(p, tx.PutPlace(ctx, p), func() any { return first(tx.Places(ctx, "u")) })
}

func workerRows(h house, put func(any, error, func() any)) {
	ctx, tx := h.ctx, h.tx
	read := func() any { return got(tx.Worker(ctx, colleague)) }
	w := organization.Worker{Account: colleague, Name: "Nimi colleague"}
	put(w, nil, read) // who has told nothing serves nowhere
	hours := organization.Hours{ID: "h", Weekday: 7, Opens: "09:15", Closes: "21:00"}
	w.Hours = []organization.Hours{hours}
	put(w, tx.PutHours(ctx, colleague, hours), read)
	w.Languages, w.Areas, w.Places, w.TravelMinutes = []string{"fi", "sv"}, []string{"Espoo"}, []string{"home"}, 45
	put(w, tx.PutWorker(ctx, w), read)
	away := organization.Absence{ID: "a", First: "2027-02-01", Last: "2027-02-07"}
	w.Absences = []organization.Absence{away}
	put(w, tx.PutAbsence(ctx, colleague, away), read)
	w.Hours = nil
	put(w, tx.DeleteHours(ctx, colleague, "h"), read)
	put(w, tx.DeleteAbsence(ctx, own, "a"), read) // not another's
	w.Absences = nil
	put(w, tx.DeleteAbsence(ctx, colleague, "a"), read)

	here := organization.Presence{Account: own, Unit: north, Channel: "chat", Until: later}
	present := func() any { return got(tx.Presences(ctx, north, "chat")) }
	put([]organization.Presence{here}, tx.PutPresence(ctx, here), present)
	over := here
	over.Account, over.Until = colleague, tx.Now()
	put([]organization.Presence{here}, tx.PutPresence(ctx, over), present)
	put([]organization.Presence(nil), tx.DeletePresence(ctx, own, north, "chat"), present)
}

func accountRows(h house, put func(any, error, func() any)) {
	ctx, tx := h.ctx, h.tx
	a := account.Account{ID: "a", Key: h.key(), Name: seal.Of("Åsa"), Email: seal.Of("asa@example.org"), Password: "$argon2id$x",
		TOTP: seal.Of("SECRET"), TOTPStep: 1 << 40, State: account.Invited, Lang: locale.Swedish, Wrong: 3, WaitUntil: later, Created: tx.Now()}
	put(a, tx.PutAccount(ctx, a, hash("asa")), func() any { return got(tx.Account(ctx, "a")) })
	a.TOTP, a.State, a.WaitUntil = seal.Text{}, account.Active, time.Time{}
	put(a, tx.PutAccount(ctx, a, hash("asa 2")), func() any { return got(tx.AccountByEmail(ctx, hash("asa 2"))) })
	ms := []access.Membership{{Unit: north, Role: access.Editor}, {Unit: south, Role: access.Worker}}
	put(ms, tx.PutMemberships(ctx, "a", ms), func() any { return got(tx.Memberships(ctx, "a")) })
	put(ms[:1], tx.PutMemberships(ctx, "a", ms[:1]), func() any { return got(tx.Memberships(ctx, "a")) })
	k := account.Passkey{ID: "k", Account: "a", Credential: seal.Of(`{"id":1}`), Created: later}
	put(k, tx.PutPasskey(ctx, k), func() any { return got(tx.Passkey(ctx, "k")) })
	k.Credential = seal.Of(`{"id":2}`)
	put(k, tx.PutPasskey(ctx, k), func() any { return first(tx.Passkeys(ctx, "a")) })
	put([]account.Passkey{}, tx.DeletePasskey(ctx, "a", "k"), func() any { return got(tx.Passkeys(ctx, "a")) })
	l := account.Link{Hash: hash("l"), Account: "a", Purpose: account.Recovery, Expires: later}
	put(l, tx.PutLink(ctx, l), func() any { return got(tx.Link(ctx, l.Hash)) })
	h.must(tx.DeleteLink(ctx, l.Hash))
	h.must(tx.PutLink(ctx, l))
	h.must(tx.DeleteLinks(ctx, "a"))
	s := account.Session{Hash: hash("s"), Account: "a", Created: tx.Now(), Seen: tx.Now(), Expires: later,
		ID: "s", Proved: tx.Now(), Way: account.ByPassword, Device: account.Phone}
	put(s, tx.PutSession(ctx, s), func() any { return got(tx.Session(ctx, s.Hash)) })
	s.Seen = later
	put(s, tx.PutSession(ctx, s), func() any { return got(tx.Session(ctx, s.Hash)) })
}

func personRows(h house, put func(any, error, func() any)) {
	ctx, tx := h.ctx, h.tx
	p := person.Person{ID: "p", Key: h.key(), Kind: person.Child, Name: seal.Of("Aino Ääri")}
	put(p, tx.PutPerson(ctx, p), func() any { return got(tx.Person(ctx, "p")) })
	p.Name = seal.Text{}
	put(p, tx.PutPerson(ctx, p), func() any { return got(tx.Person(ctx, "p")) })
	put(person.SafeContact{Person: "p", Channel: person.None}, nil, func() any { return got(tx.SafeContact(ctx, "p")) })
	c := person.SafeContact{Person: "p", Channel: person.SMS, Address: seal.Of("040 123"), CodeWord: seal.Of("omena"), HourFrom: 9,
		HourTo: 17, Voicemail: true, SayOrganisation: true, Others: person.OthersYes, Reminders: true, AskAgain: true,
		LastDay: "2027-04-12", Asked: later, Spent: "m", Replied: "2027-04-01"}
	put(c, tx.PutSafeContact(ctx, c), func() any { return got(tx.SafeContact(ctx, "p")) })
	c.Channel, c.Address, c.CodeWord, c.Voicemail = person.None, seal.Text{}, seal.Text{}, false
	put(c, tx.PutSafeContact(ctx, c), func() any { return got(tx.SafeContact(ctx, "p")) })
}

func requestRows(h house, put func(any, error, func() any)) {
	ctx, tx := h.ctx, h.tx
	r := intake.Request{ID: "r", Unit: north, Offer: northOffer, Person: h.person("Noora").ID, Channel: intake.Partner, Referrer: "police",
		Lang: locale.English, Age: 9, Times: []string{"evening", "weekend"}, Places: []string{"home"}, Area: "Espoo",
		State: intake.Waiting, Token: hash("token"), Created: tx.Now(), Due: later, Expires: later.Add(time.Hour)}
	put(r, tx.PutRequest(ctx, r), func() any { return got(tx.Request(ctx, "r")) })
	put(r, nil, func() any { return got(tx.RequestByToken(ctx, hash("token"))) })
	r.Age, r.Times, r.Places, r.Token, r.State = -1, nil, nil, nil, intake.Offered
	put(r, tx.PutRequest(ctx, r), func() any { return got(tx.Request(ctx, "r")) })

	code := intake.Holder{Index: hash("code"), Request: "r"}
	put(code, tx.PutCode(ctx, code), func() any { return got(tx.Code(ctx, code.Index)) })
	stay := intake.ClientSession{Hash: hash("stay"), ExitHash: hash("exit"), Code: code.Index, Expires: later}
	put(stay, tx.PutClientSession(ctx, stay), func() any { return got(tx.ClientSession(ctx, stay.Hash)) })
	code.Used = true
	put(code, tx.UseCode(ctx, code.Index), func() any { return got(tx.Code(ctx, code.Index)) })
	e := h.episode("Noora", "none")
	code.Request, code.Episode = "", string(e.ID)
	put(code, tx.MoveCode(ctx, "r", string(e.ID)), func() any { return got(tx.Code(ctx, code.Index)) })
	put(stay, nil, func() any { return got(tx.ClientSession(ctx, stay.Hash)) }) // the stay goes on
	put(stay, nil, func() any { return got(tx.ClientSessionFor(ctx, stay.Hash, false)) })
	newer := intake.Holder{Index: hash("newer"), Episode: string(e.ID)}
	put(newer, tx.PutCode(ctx, newer), func() any { return got(tx.Code(ctx, newer.Index)) })
	for what, look := range map[string]func() error{
		"an older code":    func() error { _, err := tx.Code(ctx, code.Index); return err },
		"the stay it gave": func() error { _, err := tx.ClientSession(ctx, stay.Hash); return err },
	} {
		if err := look(); !fault.Is(err, fault.NotFound) {
			h.t.Errorf("%s: got %v, want it dead with the newer code", what, err)
		}
	}

	s := appointment.Slot{ID: "s", Request: "r", Worker: own, PlaceKind: appointment.Office, Place: office, At: clockAt("2027-01-16", "18:30"), Minutes: 60, Starts: later}
	put(s, tx.PutSlot(ctx, s), func() any { return got(tx.Slot(ctx, "s")) })
	s.ID, s.Request, s.Episode, s.PlaceKind, s.Place = "s2", "", e.ID, appointment.Home, ""
	put(s, tx.PutSlot(ctx, s), func() any { return first(tx.Slots(ctx, "", e.ID)) })
	again := s
	again.ID = "s3"
	put(s, tx.PutSlot(ctx, again), func() any { return first(tx.Slots(ctx, "", e.ID)) })
	put([]appointment.Slot(nil), tx.DeleteSlots(ctx, "", e.ID), func() any { return got(tx.Slots(ctx, "", e.ID)) })
	put([]appointment.Slot(nil), tx.DeleteSlot(ctx, "s"), func() any { return got(tx.Slots(ctx, "r", "")) })
}

func episodeRows(h house, put func(any, error, func() any)) {
	ctx, tx := h.ctx, h.tx
	child := h.episode("Aino", "none")
	e := episode.Episode{ID: "e", Unit: north, Offer: northOffer, Person: h.person("Isä").ID, Request: "gone", About: child.ID, Model: "m",
		Version: 2, Part: "guardian", Regime: "goals", Limit: 3, Worker: own, Stage: episode.StageEnding, Lang: locale.Swedish,
		Channel: intake.Chat, Referrer: "police", Age: 9, Contacted: later, Wait: 1540, First: figure.First{Month: "2027-03", DayPart: "weekend", Place: "agreed", Band: "24-48", Promise: "kept"}, Guardians: "disagree",
		Decision: episode.Decision{Choice: "pause", Ground: "court", Day: "2027-01-13", By: coordinator},
		Opened:   "2027-01-12", Closed: "2027-03-01", EraseOn: "2027-04-01"}
	put(e, tx.PutEpisode(ctx, e), func() any { return got(tx.Episode(ctx, "e")) })
	put(e, nil, func() any { return first(tx.About(ctx, child.ID)) })
	e.Request, e.Worker, e.Age, e.Contacted, e.Wait, e.First, e.Decision, e.Closed, e.EraseOn = "", "", -1, time.Time{}, -1, figure.First{}, episode.Decision{}, "", ""
	put(e, tx.PutEpisode(ctx, e), func() any { return got(tx.Episode(ctx, "e")) })
	w := episode.WayOn{ID: "w", Episode: "e", Kind: "service", Destination: "group", State: "offered"}
	put(w, tx.PutWayOn(ctx, w), func() any { return got(tx.WayOn(ctx, "w")) })
	w.State = "accepted"
	put(w, tx.PutWayOn(ctx, w), func() any { return first(tx.WaysOn(ctx, "e")) })

	held := visit(child, 1, clockAt("2027-01-10", "12:00"))
	held = overAs(held, appointment.Held, 1)
	booked := visit(child, 2, clockAt("2027-01-17", "18:30"))
	h.put(booked)
	h.put(held)
	want := episode.State{Episode: child, Age: -1, Talks: 1, Marks: []episode.Mark{
		{ID: string(held.ID), No: 1, State: "held", Counted: true},
		{ID: string(booked.ID), No: 2, State: "booked", Starts: booked.Starts, Ends: booked.Ends, Day: booked.At.Day}}}
	put(want, nil, func() any { return got(tx.EpisodeState(ctx, child.ID)) })
}

// overAs is a meeting of a service without records when it is over: number, state, day part and place kind stay.
func overAs(a appointment.Appointment, state string, no int) appointment.Appointment {
	return appointment.Appointment{ID: a.ID, Episode: a.Episode, Limit: a.Limit, Regime: a.Regime, No: no, State: state,
		Counted: no > 0, PlaceKind: a.PlaceKind, DayPart: a.DayPart, Sequence: a.Sequence + 1}
}

func appointmentRows(h house, put func(any, error, func() any)) {
	ctx, tx := h.ctx, h.tx
	e := h.episode("Noora", "goals")
	a := visit(e, 1, clockAt("2027-01-16", "18:30"))
	a.PlaceID, a.Sequence = office, 4
	put(a, tx.PutAppointment(ctx, a), func() any { return got(tx.Appointment(ctx, a.ID)) })
	a.No, a.State, a.CancelledBy, a.Place = 0, appointment.Cancelled, "client", seal.Text{}
	put(a, tx.PutAppointment(ctx, a), func() any { return first(tx.Appointments(ctx, e.ID)) })

	none := h.episode("Noora", "none")
	b := visit(none, 1, clockAt("2027-01-16", "18:30"))
	put(b, tx.PutAppointment(ctx, b), func() any { return got(tx.Appointment(ctx, b.ID)) })
	b = overAs(b, appointment.Held, 1)
	put(b, tx.PutAppointment(ctx, b), func() any { return got(tx.Appointment(ctx, b.ID)) })
}

func outgoingRows(h house, put func(any, error, func() any)) {
	ctx, tx := h.ctx, h.tx
	r := h.request("Aamu", later)
	e := h.episode("Noora", "goals")
	a := h.put(visit(e, 1, clockAt("2027-01-19", "18:30")))
	m := outgoing.Message{ID: "m", Person: e.Person, Episode: e.ID, Meeting: string(a.ID), Kind: outgoing.Moved, Channel: person.SMS, State: outgoing.Queued,
		RunAt: later, Until: later.Add(time.Hour), Attempt: 2}
	put(m, tx.PutOutgoing(ctx, m), func() any { return got(tx.Outgoing(ctx, "m")) })
	m.State, m.Day, m.RunAt, m.Until = outgoing.Sent, "2027-03-08", time.Time{}, time.Time{}
	put(m, tx.PutOutgoing(ctx, m), func() any { return first(tx.OutgoingTo(ctx, e.Person)) })
	f := outgoing.Message{ID: "f", Person: r.Person, Request: r.ID, Kind: outgoing.Offered, Channel: person.Email, State: outgoing.Failed, Why: outgoing.Late, Until: later}
	put(f, tx.PutOutgoing(ctx, f), func() any { return first(tx.OutgoingTo(ctx, r.Person)) })
	coming := outgoing.Meeting{ID: string(a.ID), Episode: e.ID, At: a.At, Starts: a.Starts, Booked: true}
	put(coming, nil, func() any { return got(tx.MeetingAt(ctx, string(a.ID))) })
	put(coming, nil, func() any { return first(tx.MeetingsTo(ctx, e.Person)) })
}

func chatRows(h house, put func(any, error, func() any)) {
	ctx, tx := h.ctx, h.tx
	r := h.request("Noora", later)
	c := chat.Conversation{ID: "c", Unit: north, Offer: northOffer, Key: h.key(), State: chat.Open, Worker: own, Request: r.ID,
		ClientHash: hash("client"), ExitHash: hash("out"), Lang: locale.English, Created: tx.Now(), Last: later, Ends: later.Add(time.Hour)}
	put(c, tx.PutConversation(ctx, c), func() any { return got(tx.Conversation(ctx, "c")) })
	put(c, nil, func() any { return got(tx.ConversationByClient(ctx, c.ClientHash)) })
	c.Worker, c.Request, c.State = "", "", chat.Waiting
	put(c, tx.PutConversation(ctx, c), func() any { return got(tx.ConversationByExit(ctx, c.ExitHash)) })
	put(0, nil, func() any { return got(tx.LastSeq(ctx, "c")) })
	m := chat.Message{Seq: 1, Sender: chat.FromClient, Body: seal.Of("Hei – öisin ei uni tule")}
	put(m, tx.PutMessage(ctx, c, m), func() any { return first(tx.Messages(ctx, c, 0)) })
	m.Seq, m.Sender = 2, chat.FromWorker
	put(m, tx.PutMessage(ctx, c, m), func() any { return first(tx.Messages(ctx, c, 1)) })
	put(2, nil, func() any { return got(tx.LastSeq(ctx, "c")) })
	put(1, nil, func() any { return got(tx.CountConversations(ctx, north)) })
}

func restRows(h house, put func(any, error, func() any)) {
	ctx, tx := h.ctx, h.tx
	m := group.Meeting{ID: "m", Offer: northOffer, At: clockAt("2027-01-16", "12:00"), Minutes: 240, Starts: later, State: group.Planned}
	put(m, tx.PutMeeting(ctx, m), func() any { return got(tx.Meeting(ctx, "m")) })
	m.State, m.Adults, m.Children = group.Held, 7, 9
	put(m, tx.PutMeeting(ctx, m), func() any { return first(tx.Meetings(ctx, northOffer, later, later.Add(time.Second))) })
	put([]group.Meeting(nil), nil, func() any { return got(tx.Meetings(ctx, northOffer, later.Add(-time.Hour), later)) })

	s := figure.Sum{Month: "2027-01", Unit: north, Model: "m", Name: figure.Held, Value: "client", N: 2}
	put(s, tx.AddFigure(ctx, s), func() any { return first(tx.Figures(ctx, north, "2027-01", "2027-01")) })
	h.must(tx.AddFigure(ctx, s))
	s.N = 4
	put(s, nil, func() any { return first(tx.Figures(ctx, "", "2026-12", "2027-02")) })
	put([]figure.Sum(nil), nil, func() any { return got(tx.Figures(ctx, south, "2026-12", "2027-02")) })

	a := audit.Entry{ID: "a", Day: "2027-01-12", Account: own, Action: "seen", Kind: access.Episode, Object: "o"}
	link := audit.LinkOf(tx, nil, audit.Entry{ID: a.ID, Day: a.Day, Account: a.Account, Action: a.Action, Kind: a.Kind, Object: a.Object, Seq: 1})
	kept := a
	kept.Seq, kept.Link = 1, link
	put(kept, tx.PutAudit(ctx, a), func() any { return first(tx.Audit(ctx, "o")) })
	again := a
	again.ID = "b"
	put(kept, tx.PutAudit(ctx, again), func() any { return first(tx.Audit(ctx, "o")) })
}
