package storage_test

import (
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/outing"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// column is one of the real schema's, asked of the database itself: a table that comes later is walked too.
type column struct{ table, name string }

func columns(h house, driver string) (all []column) {
	h.t.Helper()
	query := "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
	if driver == "postgres" {
		query = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
	}
	all, err := storage.Columns(h.ctx, h.tx, query, func(table, name string) column { return column{table, name} })
	h.must(err)
	if len(all) < 150 {
		h.t.Fatalf("got %d columns of the schema, want all", len(all))
	}
	return all
}

// naming tells which columns still hold any of the words.
func naming(h house, driver string, words ...string) (found []string) {
	h.t.Helper()
	for _, c := range columns(h, driver) {
		for _, w := range words {
			var n int
			cast := "CAST(" + c.name + " AS TEXT)"
			h.must(h.tx.Row(h.ctx, "SELECT count(*) FROM "+c.table+" WHERE "+cast+" LIKE $1", "%"+w+"%").Scan(&n))
			if n > 0 {
				found = append(found, c.table+"."+c.name)
			}
		}
	}
	return found
}

// keysLeft are the keys that jobs are to destroy.
func keysLeft(h house, keys ...string) (n int) {
	h.t.Helper()
	for _, k := range keys {
		var one int
		h.must(h.tx.Row(h.ctx, "SELECT count(*) FROM job WHERE kind = $1 AND object_id = $2", job.DestroyKey, k).Scan(&one))
		n += one
	}
	return n
}

func driverOf(t *testing.T) string { return t.Name()[strings.LastIndex(t.Name(), "/")+1:] }

// full gives an episode everything that can hang on one.
func (h house) full(e episode.Episode) {
	h.t.Helper()
	a := h.put(visit(e, 1, clockAt("2027-01-16", "18:30")))
	h.put(overAs(visit(e, 2, clockAt("2027-01-16", "18:30")), appointment.Held, 2))
	h.must(h.tx.PutSlot(h.ctx, appointment.Slot{ID: appointment.SlotID(id.New()), Episode: e.ID, Worker: own, PlaceKind: appointment.Home,
		At: clockAt("2027-01-18", "18:30"), Minutes: 60, Starts: later}))
	h.must(h.tx.PutWayOn(h.ctx, episode.WayOn{ID: id.New(), Episode: e.ID, Kind: "service", Destination: "group", State: "offered"}))
	h.code(intake.Holder{Episode: string(e.ID)})
	h.trace(access.Episode, string(e.ID))
	h.trace(access.Episode, string(a.ID))
	h.must(h.tx.PutSafeContact(h.ctx, person.SafeContact{Person: e.Person, Channel: person.SMS, Address: seal.Of("040 123"), LastDay: "2027-04-12", Asked: h.tx.Now()}))
}

func (h house) code(holder intake.Holder) {
	holder.Index = hash(id.New())
	h.must(h.tx.PutCode(h.ctx, holder))
	h.must(h.tx.PutClientSession(h.ctx, intake.ClientSession{Hash: hash(id.New()), ExitHash: hash(id.New()), Code: holder.Index, Expires: later}))
}

func (h house) trace(kind access.Kind, object string) {
	h.must(h.tx.PutAudit(h.ctx, audit.Entry{ID: id.New(), Day: "2027-01-12", Account: own, Action: "seen", Kind: kind, Object: object}))
	h.must(h.tx.PutJob(h.ctx, "remind", object, later))
}

// An erased episode leaves no row anywhere that names it, its meetings or its client, and the client's key goes.
func TestErasingLeavesNothing(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		driver := driverOf(t)
		in(t, db, func(h house) {
			child := h.episode("Aino", "none")
			mother := h.episode("Äiti", "none")
			mother.About = child.ID
			h.must(h.tx.PutEpisode(h.ctx, mother))
			other := h.episode("Toinen", "goals")
			planned := h.planned("Kolmas")
			h.must(h.tx.PutGoal(h.ctx, goal(planned, 1, "Nukun yöt")))
			h.must(h.tx.PutTick(h.ctx, planned, episode.Tick{Kind: episode.TickStep, Item: "trust", Value: "yes"}))
			h.must(h.tx.PutFollowUp(h.ctx, planned, episode.FollowUp{How: episode.ByClient, Day: "2027-05-16"}))
			h.full(child)
			names := []string{string(child.ID), string(child.Person), string(mother.ID), string(mother.Person)}
			var keys []string
			for _, p := range []person.ID{child.Person, mother.Person} {
				got, err := h.tx.Person(h.ctx, p)
				h.must(err)
				keys = append(keys, got.Key)
			}
			visits, err := h.tx.Appointments(h.ctx, child.ID)
			h.must(err)
			for _, a := range visits {
				names = append(names, string(a.ID))
			}
			if found := naming(h, driver, names...); len(found) < 15 {
				t.Fatalf("before: got only %v, the case holds too little", found)
			}
			h.must(h.tx.EraseEpisode(h.ctx, child.ID))
			if found := naming(h, driver, names...); len(found) > 0 {
				t.Errorf("after: %v still name it", found)
			}
			if n := keysLeft(h, keys...); n != 2 {
				t.Errorf("got %d keys to be destroyed, want the child's and the guardian's", n)
			}
			if _, err := h.tx.Episode(h.ctx, other.ID); err != nil {
				t.Errorf("another's episode went too: %v", err)
			}
			h.must(h.tx.EraseEpisode(h.ctx, planned.ID))
			for _, table := range []string{"goal", "tick", "ending", "slot", "way_on", "booking_cell", "room_cell", "return_code", "client_session", "safe_contact"} {
				if n := h.count(table); n != 0 {
					t.Errorf("%d rows of %s stayed", n, table)
				}
			}
		})
	})
}

func (h house) count(table string) (n int) {
	h.t.Helper()
	h.must(h.tx.Row(h.ctx, "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

// A person goes with the last thing that holds them: here a request whose episode goes on, and two episodes.
func TestPersonStaysWhileHeld(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) {
			r := h.request("Noora", later)
			p, err := h.tx.Person(h.ctx, r.Person)
			h.must(err)
			var all []episode.Episode
			for range 2 {
				e := h.episode("x", "none")
				e.Person, e.Request = r.Person, r.ID
				h.must(h.tx.PutEpisode(h.ctx, e))
				all = append(all, e)
			}
			stays := func(what string, want bool) {
				t.Helper()
				_, err := h.tx.Person(h.ctx, r.Person)
				if (err == nil) != want || (keysLeft(h, p.Key) == 0) != want {
					t.Errorf("after %s: got %v and %d keys to destroy, want the person to stay to be %t", what, err, keysLeft(h, p.Key), want)
				}
			}
			h.must(h.tx.DeleteRequest(h.ctx, r.ID))
			stays("the request", true)
			h.must(h.tx.EraseEpisode(h.ctx, all[0].ID))
			stays("one episode", true)
			h.must(h.tx.EraseEpisode(h.ctx, all[1].ID))
			stays("the last episode", false)
		})
	})
}

// A dropped request leaves nothing: no slot, code, stay, grant, audit or person.
func TestDroppingARequestLeavesNothing(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		driver := driverOf(t)
		in(t, db, func(h house) {
			r := h.request("Noora", later)
			p, err := h.tx.Person(h.ctx, r.Person)
			h.must(err)
			h.must(h.tx.PutSlot(h.ctx, appointment.Slot{ID: "s", Request: r.ID, Worker: own, PlaceKind: appointment.Home,
				At: clockAt("2027-01-18", "18:30"), Minutes: 60, Starts: later}))
			h.code(intake.Holder{Request: r.ID})
			h.trace(access.Request, string(r.ID))
			c := h.talk(h.tx.Now())
			c.Request = r.ID
			h.must(h.tx.PutConversation(h.ctx, c))
			if found := naming(h, driver, string(r.ID), string(r.Person)); len(found) < 7 {
				t.Fatalf("before: got only %v, the case holds too little", found)
			}
			h.must(h.tx.DeleteRequest(h.ctx, r.ID))
			if found := naming(h, driver, string(r.ID), string(r.Person)); len(found) > 0 || h.count("client_session") > 0 {
				t.Errorf("after: %v still name it, and %d stays", found, h.count("client_session"))
			}
			if keysLeft(h, p.Key) != 1 {
				t.Error("the person's key is not to be destroyed")
			}
		})
	})
}

// A conversation that has ended is gone, with all that was written and the key that opens it.
func TestEndedConversationLeavesNothing(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		driver := driverOf(t)
		in(t, db, func(h house) {
			c := h.talk(h.tx.Now())
			h.must(h.tx.PutMessage(h.ctx, c, chat.Message{Seq: 1, Sender: chat.FromClient, Body: seal.Of("Hei")}))
			h.trace(access.Conversation, string(c.ID))
			due, err := h.tx.ConversationsDue(h.ctx, c.Ends)
			h.must(err)
			if len(due) != 1 || due[0] != c.ID {
				t.Errorf("got %v due, want the conversation at its last moment", due)
			}
			h.must(h.tx.DeleteConversation(h.ctx, c.ID))
			if found := naming(h, driver, string(c.ID)); len(found) > 0 || keysLeft(h, c.Key) != 1 {
				t.Errorf("%v still name it, %d keys to destroy", found, keysLeft(h, c.Key))
			}
		})
	})
}

// An outing ends with the meeting it is to, which no reference names: other outings go on.
func TestErasingEndsTheOuting(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		in(t, db, func(h house) {
			for who, name := range map[access.AccountID]string{own: "Salla", colleague: "Toinen"} {
				a := visit(h.episode(name, "none"), 1, clockAt("2027-01-19", "18:45"))
				a.Worker = who
				h.put(a)
				h.must(h.tx.PutOuting(h.ctx, outing.Outing{Account: who, Appointment: a.ID, Unit: north, Due: clock.Now(), At: a.At, PlaceKind: a.PlaceKind}))
			}
			gone, err := h.tx.OutingOf(h.ctx, own)
			h.must(err)
			a, err := h.tx.Appointment(h.ctx, gone.Appointment)
			h.must(err)
			h.must(h.tx.EraseEpisode(h.ctx, a.Episode))
			left, err := h.tx.Outings(h.ctx)
			if err != nil || len(left) != 1 || left[0].Account != colleague {
				t.Errorf("got %+v, %v, want the other one", left, err)
			}
		})
	})
}

// Erasure is due from its day on, and what has no day is never due.
func TestDueForErasure(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) {
			h.episode("open", "none")
			e := h.episode("closed", "none")
			e.Stage, e.Closed, e.EraseOn = episode.StageClosed, "2027-01-12", "2027-02-12"
			h.must(h.tx.PutEpisode(h.ctx, e))
			early, err := h.tx.DueForErasure(h.ctx, "2027-02-11", 5)
			h.must(err)
			due, err := h.tx.DueForErasure(h.ctx, "2027-02-12", 5)
			h.must(err)
			if len(early) != 0 || len(due) != 1 || due[0] != e.ID {
				t.Errorf("got %v the day before and %v on the day", early, due)
			}
		})
	})
}

// What has passed is swept: stays, offered times, agreed places of meetings nobody has marked.
func TestSweeps(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) {
			e := h.episode("Salla", "none")
			h.full(e)
			a := visit(e, 3, clockAt("2027-01-11", "12:00"))
			h.put(a)
			for what, sweep := range map[string]func() (int, error){
				"stays": func() (int, error) { return h.tx.DeleteClientSessionsOver(h.ctx, later.Add(-1)) },
				"slots": func() (int, error) { return h.tx.DeletePassedSlots(h.ctx, later) },
			} {
				if n, err := sweep(); n != 0 || err != nil {
					t.Errorf("%s: got %d, %v before the time", what, n, err)
				}
			}
			if n, err := h.tx.DeleteClientSessionsOver(h.ctx, later); n != 1 || err != nil {
				t.Errorf("stays: got %d, %v, want 1", n, err)
			}
			if n, err := h.tx.DeletePassedSlots(h.ctx, later.Add(1e6)); n != 1 || err != nil {
				t.Errorf("slots: got %d, %v, want 1", n, err)
			}
			over, err := h.tx.PlacesOver(h.ctx, h.tx.Now(), 5)
			h.must(err)
			if len(over) != 1 || over[0] != a.ID {
				t.Errorf("places: got %v, want the meeting of yesterday", over)
			}
			a.Place = seal.Text{}
			h.put(a)
			if over, _ := h.tx.PlacesOver(h.ctx, h.tx.Now(), 5); len(over) != 0 {
				t.Errorf("places: got %v after the place went", over)
			}
		})
	})
}
