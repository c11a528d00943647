package storage_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/group"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// What is not there is not found, in the same words whatever was looked for.
func TestUnknownIsNotFound(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		ctx := t.Context()
		looks := map[string]func(tx *storage.Tx) error{
			"unit":         func(tx *storage.Tx) error { _, err := tx.Unit(ctx, "x"); return err },
			"offer":        func(tx *storage.Tx) error { _, err := tx.Offer(ctx, "x"); return err },
			"slug":         func(tx *storage.Tx) error { _, err := tx.OfferBySlug(ctx, "x"); return err },
			"place":        func(tx *storage.Tx) error { _, err := tx.Place(ctx, "x"); return err },
			"worker":       func(tx *storage.Tx) error { _, err := tx.Worker(ctx, "x"); return err },
			"account":      func(tx *storage.Tx) error { _, err := tx.Account(ctx, "x"); return err },
			"email":        func(tx *storage.Tx) error { _, err := tx.AccountByEmail(ctx, hash("x")); return err },
			"passkey":      func(tx *storage.Tx) error { _, err := tx.Passkey(ctx, "x"); return err },
			"link":         func(tx *storage.Tx) error { _, err := tx.Link(ctx, hash("x")); return err },
			"session":      func(tx *storage.Tx) error { _, err := tx.Session(ctx, hash("x")); return err },
			"person":       func(tx *storage.Tx) error { _, err := tx.Person(ctx, "x"); return err },
			"request":      func(tx *storage.Tx) error { _, err := tx.Request(ctx, "x"); return err },
			"token":        func(tx *storage.Tx) error { _, err := tx.RequestByToken(ctx, hash("x")); return err },
			"code":         func(tx *storage.Tx) error { _, err := tx.Code(ctx, hash("x")); return err },
			"stay":         func(tx *storage.Tx) error { _, err := tx.ClientSession(ctx, hash("x")); return err },
			"own stay":     func(tx *storage.Tx) error { _, err := tx.ClientSessionFor(ctx, hash("x"), false); return err },
			"episode":      func(tx *storage.Tx) error { _, err := tx.Episode(ctx, "x"); return err },
			"state":        func(tx *storage.Tx) error { _, err := tx.EpisodeState(ctx, "x"); return err },
			"way on":       func(tx *storage.Tx) error { _, err := tx.WayOn(ctx, "x"); return err },
			"slot":         func(tx *storage.Tx) error { _, err := tx.Slot(ctx, "x"); return err },
			"appointment":  func(tx *storage.Tx) error { _, err := tx.Appointment(ctx, "x"); return err },
			"conversation": func(tx *storage.Tx) error { _, err := tx.Conversation(ctx, "x"); return err },
			"meeting":      func(tx *storage.Tx) error { _, err := tx.Meeting(ctx, "x"); return err },
			"erasure":      func(tx *storage.Tx) error { return tx.EraseEpisode(ctx, "x") },
			"dropping":     func(tx *storage.Tx) error { return tx.DeleteRequest(ctx, "x") },
			"ending":       func(tx *storage.Tx) error { return tx.DeleteConversation(ctx, "x") },
		}
		for name, look := range looks {
			if err := db.Update(ctx, look); !fault.HasKey(err, "not-found") || !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: got %v, want not found", name, err)
			}
		}
	})
}

// What the schema refuses reaches people in words, and what only a fault of ours can cause stays a fault of ours.
func TestSchemaRefuses(t *testing.T) {
	at := clockAt("2027-01-16", "18:30")
	conflict := func(key string) func(error) bool {
		return func(err error) bool { return fault.Is(err, fault.Conflict) && fault.HasKey(err, key) }
	}
	internal := func(err error) bool { return fault.Is(err, fault.Internal) }
	cases := []struct {
		name string
		want func(error) bool
		do   func(h house) error
	}{
		{"a sixth visit (R-143)", conflict("visit.limit"), func(h house) error {
			return h.tx.PutAppointment(h.ctx, visit(h.episode("n", "none"), 6, at))
		}},
		{"a sixth visit that says there is no limit", internal, func(h house) error {
			e := h.episode("n", "none")
			e.Limit = 0
			return h.tx.PutAppointment(h.ctx, visit(e, 6, at))
		}},
		{"a visit that claims a higher limit", internal, func(h house) error {
			e := h.episode("n", "none")
			e.Limit = 9
			return h.tx.PutAppointment(h.ctx, visit(e, 6, at))
		}},
		{"a number twice", conflict("visit.limit"), func(h house) error {
			e := h.episode("n", "none")
			h.put(visit(e, 2, at))
			return h.tx.PutAppointment(h.ctx, visit(e, 2, clockAt("2027-01-18", "18:30")))
		}},
		{"a booked visit without a number", internal, func(h house) error {
			return h.tx.PutAppointment(h.ctx, visit(h.episode("n", "none"), 0, at))
		}},
		{"the same time of a worker", conflict("appointment.slot-taken"), func(h house) error {
			h.put(visit(h.episode("n", "none"), 1, at))
			return h.tx.PutAppointment(h.ctx, visit(h.episode("m", "none"), 1, at))
		}},
		{"the last quarter of another meeting", conflict("appointment.slot-taken"), func(h house) error {
			h.put(visit(h.episode("n", "none"), 1, at))
			return h.tx.PutAppointment(h.ctx, visit(h.episode("m", "none"), 1, clockAt("2027-01-16", "19:45")))
		}},
		{"a held meeting with a day, in a service without records (R-131)", internal, func(h house) error {
			a := visit(h.episode("n", "none"), 1, at)
			a.State, a.Counted, a.Worker, a.Place = appointment.Held, true, "", seal.Text{}
			return h.tx.PutAppointment(h.ctx, a)
		}},
		{"a held meeting with a worker, in a service without records", internal, func(h house) error {
			a := overAs(visit(h.episode("n", "none"), 1, at), appointment.Held, 1)
			a.Worker = own
			return h.tx.PutAppointment(h.ctx, a)
		}},
		{"a cancelled meeting with a place, in a service without records", internal, func(h house) error {
			a := overAs(visit(h.episode("n", "none"), 1, at), appointment.Cancelled, 0)
			a.Place = seal.Of("Kahvila")
			return h.tx.PutAppointment(h.ctx, a)
		}},
		{"a meeting that claims another regime", internal, func(h house) error {
			e := h.episode("n", "none")
			e.Regime = "goals"
			a := visit(e, 1, at)
			a.State, a.Counted = appointment.Held, true
			return h.tx.PutAppointment(h.ctx, a)
		}},
		{"a limit lowered under its visits", internal, func(h house) error {
			e := h.episode("n", "none")
			h.put(visit(e, 5, at))
			e.Limit = 4
			return h.tx.PutEpisode(h.ctx, e)
		}},
		{"an e-mail address twice", conflict("account.email-taken"), func(h house) error {
			return h.tx.PutAccount(h.ctx, h.account("other"), h.tx.Index("email", string(own)))
		}},
		{"another account's passkey", conflict("passkey.taken"), func(h house) error {
			k := account.Passkey{ID: "k", Account: own, Credential: seal.Of("{}"), Created: h.tx.Now()}
			h.must(h.tx.PutPasskey(h.ctx, k))
			k.Account = stranger
			return h.tx.PutPasskey(h.ctx, k)
		}},
		{"a unit's slug twice", conflict("unit.slug-taken"), func(h house) error {
			return h.tx.PutUnit(h.ctx, organization.Unit{ID: "u", Slug: string(north), Name: inAll("x"), Zone: "UTC"})
		}},
		{"an offer's slug twice", conflict("unit.slug-taken"), func(h house) error {
			return h.tx.PutOffer(h.ctx, organization.Offer{ID: "o", Unit: north, Model: "m", Version: 1, Slug: string(northOffer)})
		}},
		{"a group's start twice", conflict("group.same-time"), func(h house) error {
			m := group.Meeting{ID: "1", Offer: northOffer, At: at, Minutes: 60, Starts: later, State: group.Planned}
			h.must(h.tx.PutMeeting(h.ctx, m))
			m.ID = "2"
			return h.tx.PutMeeting(h.ctx, m)
		}},
		{"a form's token twice", conflict("request.sent"), func(h house) error {
			r, s := h.request("n", later), h.request("m", later)
			r.Token, s.Token = hash("t"), hash("t")
			h.must(h.tx.PutRequest(h.ctx, r))
			return h.tx.PutRequest(h.ctx, s)
		}},
		{"a way on twice", conflict("way-on.offered"), func(h house) error {
			w := episode.WayOn{ID: "1", Episode: h.episode("n", "none").ID, Kind: "service", Destination: "group", State: "offered"}
			h.must(h.tx.PutWayOn(h.ctx, w))
			w.ID = "2"
			return h.tx.PutWayOn(h.ctx, w)
		}},
		{"a message's number twice", conflict("chat.again"), func(h house) error {
			c, m := h.talk(h.tx.Now()), chat.Message{Seq: 1, Sender: chat.FromClient, Body: seal.Of("a")}
			h.must(h.tx.PutMessage(h.ctx, c, m))
			return h.tx.PutMessage(h.ctx, c, m)
		}},
		{"a message too long for a first talk", internal, func(h house) error {
			return h.tx.PutMessage(h.ctx, h.talk(h.tx.Now()), chat.Message{Seq: 1, Sender: chat.FromClient, Body: seal.Of(strings.Repeat("a", 5001))})
		}},
		{"one message too many", internal, func(h house) error {
			return h.tx.PutMessage(h.ctx, h.talk(h.tx.Now()), chat.Message{Seq: chat.MaxMessages + 1, Sender: chat.FromClient, Body: seal.Of("a")})
		}},
	}
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		for _, c := range cases {
			if err := try(t, db, c.do); err == nil || !c.want(err) {
				t.Errorf("%s: got %v", c.name, err)
			}
			if n := rowsIn(t, db, "appointment") + rowsIn(t, db, "booking_cell"); n != 0 {
				t.Fatalf("%s: %d rows of a refused booking stayed", c.name, n)
			}
		}
	})
}

func rowsIn(t *testing.T, db *storage.DB, table string) (n int) {
	t.Helper()
	if err := db.View(t.Context(), func(tx *storage.Tx) error {
		return tx.Row(t.Context(), "SELECT count(*) FROM "+table).Scan(&n)
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// A worker's quarters follow the booking: taken with it, moved with it, freed when it is over; a meeting may begin the
// minute another ends. Busy tells the same.
func TestCellsFollowTheBooking(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) {
			e := h.episode("n", "none")
			cells := func(what string, want int) {
				t.Helper()
				var n int
				h.must(h.tx.Row(h.ctx, "SELECT count(*) FROM booking_cell").Scan(&n))
				if n != want {
					t.Errorf("%s: got %d quarters, want %d", what, n, want)
				}
			}
			a := h.put(visit(e, 1, clockAt("2027-01-16", "18:30")))
			cells("an hour and a half", 6)
			h.put(visit(e, 2, clockAt("2027-01-16", "20:00")))
			cells("two after each other", 12)
			moved := visit(e, 1, clockAt("2027-01-17", "10:05"))
			moved.ID = a.ID
			h.put(moved)
			cells("one that begins within a quarter", 13)
			busy, err := h.tx.Busy(h.ctx, []access.AccountID{own, colleague}, moved.Ends.Add(-time.Minute), moved.Ends)
			h.must(err)
			if len(busy) != 1 || busy[0].Worker != own || busy[0].Starts != moved.Starts || busy[0].Ends != moved.Ends || busy[0].PlaceKind != appointment.Agreed {
				t.Errorf("got %+v, want the moved meeting", busy)
			}
			if busy, _ := h.tx.Busy(h.ctx, []access.AccountID{own}, moved.Ends, moved.Ends.Add(time.Hour)); len(busy) != 0 {
				t.Errorf("got %+v after the meeting has ended", busy)
			}
			h.put(overAs(moved, appointment.Held, 1))
			cells("one held", 6)
		})
	})
}

// Two who take one time in the same instant: exactly one has it, and the other is told so.
func TestOneTimeForTwo(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		for range 10 {
			var both [2]episode.Episode
			in(t, db, func(h house) { both[0], both[1] = h.episode("a", "none"), h.episode("b", "none") })
			at := clockAt("2027-01-16", "18:30")
			errs := atOnce(t, db, func(i int, h house) error { return h.tx.PutAppointment(h.ctx, visit(both[i], 1, at)) })
			oneOf(t, errs, "appointment.slot-taken")
			in(t, db, func(h house) {
				h.must(h.tx.EraseEpisode(h.ctx, both[0].ID))
				h.must(h.tx.EraseEpisode(h.ctx, both[1].ID))
			})
		}
	})
}

// The fifth visit from two tabs in the same second is one visit.
func TestOneFifthVisit(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		for range 10 {
			var e episode.Episode
			in(t, db, func(h house) { e = h.episode("a", "none") })
			days := []string{"2027-01-16", "2027-01-17"}
			errs := atOnce(t, db, func(i int, h house) error { return h.tx.PutAppointment(h.ctx, visit(e, 5, clockAt(days[i], "18:30"))) })
			oneOf(t, errs, "visit.limit")
			in(t, db, func(h house) { h.must(h.tx.EraseEpisode(h.ctx, e.ID)) })
		}
	})
}

func atOnce(t *testing.T, db *storage.DB, do func(i int, h house) error) (errs [2]error) {
	t.Helper()
	var both sync.WaitGroup
	for i := range errs {
		both.Go(func() {
			errs[i] = db.Update(t.Context(), func(tx *storage.Tx) error { return do(i, house{t, t.Context(), tx}) })
		})
	}
	both.Wait()
	return errs
}

func oneOf(t *testing.T, errs [2]error, key string) {
	t.Helper()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("got %v and %v, want exactly one to have it", errs[0], errs[1])
	}
	for _, err := range errs {
		if err != nil && !fault.HasKey(err, key) {
			t.Errorf("the other was told %v, want %s", err, key)
		}
	}
}

// Only requests with whose code nobody has come back run out.
func TestExpiredRequests(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		in(t, db, func(h house) {
			unused, used := h.request("a", later), h.request("b", later)
			h.request("c", later.AddDate(0, 1, 0))
			for _, r := range []struct {
				request string
				code    []byte
			}{{string(unused.ID), hash("1")}, {string(used.ID), hash("2")}} {
				h.must(h.tx.Exec(h.ctx, "INSERT INTO return_code (code_index, request_id, used) VALUES ($1, $2, 0)", r.code, r.request))
			}
			h.must(h.tx.UseCode(h.ctx, hash("2")))
			got, err := h.tx.ExpiredRequests(h.ctx, unused.Expires, 10)
			h.must(err)
			if len(got) != 1 || got[0] != unused.ID {
				t.Errorf("got %v, want the one that nobody came back to", got)
			}
			if got, _ := h.tx.ExpiredRequests(h.ctx, unused.Expires.Add(-time.Millisecond), 10); len(got) != 0 {
				t.Errorf("got %v before the time", got)
			}
		})
	})
}
