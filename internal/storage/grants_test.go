package storage_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// who is everybody who might look, and what each of them sees of one object.
type who struct {
	name string
	by   access.Actor
}

var everybody = []who{
	{"own", by(own)}, {"colleague", by(colleague)}, {"coordinator", by(coordinator)}, {"stranger", by(stranger)},
	{"anyone", access.Anyone()}, {"client", access.Actor{Client: true}}, {"system", access.System()},
}

// Lists and look-ups read the same rows: whoever does not hold a grant finds nothing in either, and the chosen name
// and the agreed place are the worker's alone (design 4.2, R-130).
func TestGrantsOpenListsAndLookUpsAlike(t *testing.T) {
	none := access.Relation("")
	want := map[string]map[access.Kind]access.Relation{
		"own":         {access.Request: access.ByIntake, access.Conversation: access.ByIntake, access.Episode: access.ByWorker},
		"colleague":   {access.Request: access.ByIntake, access.Conversation: access.ByIntake, access.Episode: none},
		"coordinator": {access.Request: access.ByIntake, access.Conversation: access.ByIntake, access.Episode: access.ByCoordinator},
	}
	furnished(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		var r intake.Request
		var c chat.Conversation
		var e episode.Episode
		in(t, db, func(h house) {
			r, c, e = h.request("Noora", later), h.talk(h.tx.Now()), h.episode("Salla", "goals")
			h.put(visit(e, 1, clockAt("2027-01-16", "18:30")))
			h.put(visit(e, 2, clockAt("2027-01-25", "18:30")))
		})
		clock.Set(storagetest.Start.AddDate(0, 0, 7))
		for _, w := range everybody {
			t.Run(w.name, func(t *testing.T) {
				in(t, db, func(h house) {
					for kind, object := range map[access.Kind]string{access.Request: string(r.ID), access.Conversation: string(c.ID), access.Episode: string(e.ID)} {
						why, err := h.tx.Granted(h.ctx, w.by, kind, object)
						if why != want[w.name][kind] || (err != nil) != (why == none) || err != nil && !fault.HasKey(err, "not-found") {
							t.Errorf("%s: got %q, %v, want %q", kind, why, err, want[w.name][kind])
						}
						listed := h.lists(w.by, kind)
						if fmt.Sprint(listed) != fmt.Sprint(h.wanted(object, why, kind)) {
							t.Errorf("lists of %s: got %v, want %v", kind, listed, h.wanted(object, why, kind))
						}
					}
				})
			})
		}
	})
}

// lists shows what each list of a kind holds for the actor: object, relation, name, place.
func (h house) lists(by access.Actor, kind access.Kind) (out []string) {
	h.t.Helper()
	switch kind {
	case access.Request:
		items, err := h.tx.Waiting(h.ctx, by, 10)
		h.must(err)
		for _, it := range items {
			out = append(out, "waiting "+string(it.ID))
		}
	case access.Conversation:
		talks, err := h.tx.Conversations(h.ctx, by)
		h.must(err)
		for _, c := range talks {
			out = append(out, "talk "+string(c.ID))
		}
	case access.Episode:
		items, err := h.tx.Episodes(h.ctx, by, episode.Filter{Limit: 10})
		h.must(err)
		for _, it := range items {
			out = append(out, fmt.Sprint("episode ", it.ID, " ", it.Relation, " ", it.Name))
		}
		days, err := h.tx.Calendar(h.ctx, by, storagetest.Start, storagetest.Start.AddDate(0, 0, 30), north)
		h.must(err)
		late, err := h.tx.Overdue(h.ctx, by, h.tx.Now(), 10)
		h.must(err)
		for _, x := range append(days, late...) {
			out = append(out, fmt.Sprint("entry ", x.Episode, " ", x.Relation, " ", x.Name, " ", x.Place.Reveal(), " ", x.WorkerName))
		}
	}
	return out
}

func (h house) wanted(object string, why access.Relation, kind access.Kind) (out []string) {
	switch {
	case why == "":
		return nil
	case kind == access.Request:
		return []string{"waiting " + object}
	case kind == access.Conversation:
		return []string{"talk " + object}
	}
	name, place := "", ""
	if why == access.ByWorker {
		name, place = "Salla", "Kahvila Aurinko"
	}
	entry := func(place string) string {
		return fmt.Sprint("entry ", object, " ", why, " ", name, " ", place, " Nimi own")
	}
	// The first meeting is over, though nobody has marked it: its place is nobody's to read any more.
	return []string{fmt.Sprint("episode ", object, " ", why, " ", name), entry(""), entry(place), entry("")}
}

// Rights end at once: a role taken away, a substitution that has run out and a dropped grant close the object.
func TestGrantsEnd(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		in(t, db, func(h house) {
			e := h.episode("Salla", "none")
			sees := func(what string, by access.Actor, want bool) {
				t.Helper()
				_, err := h.tx.Granted(h.ctx, by, access.Episode, string(e.ID))
				items, _ := h.tx.Episodes(h.ctx, by, episode.Filter{Limit: 5})
				if (err == nil) != want || (len(items) == 1) != want {
					t.Errorf("%s: got %v and %d in the list, want seen to be %t", what, err, len(items), want)
				}
			}
			sees("a coordinator", by(coordinator), true)
			h.must(h.tx.PutMemberships(h.ctx, coordinator, []access.Membership{{Unit: north, Role: access.Worker}}))
			sees("a coordinator no more", by(coordinator), false)
			h.must(h.tx.PutGrant(h.ctx, access.Grant{Holder: string(colleague), Kind: access.Episode, Object: string(e.ID), Relation: access.ByWorker}))
			h.must(h.tx.Exec(h.ctx, "UPDATE access_grant SET until = $1 WHERE holder = $2", calendar.Stamp(h.tx.Now().Add(time.Second)), colleague))
			sees("a substitute", by(colleague), true)
			h.must(h.tx.Exec(h.ctx, "UPDATE access_grant SET until = $1 WHERE holder = $2", calendar.Stamp(h.tx.Now()), colleague))
			sees("a substitute no more", by(colleague), false)
			h.must(h.tx.DeleteGrants(h.ctx, string(e.ID)))
			sees("a worker after the grants went", by(own), false)
		})
	})
}

// The desk opens on who waits the longest over the promise; what has been offered comes after.
func TestWaitingIsInOrder(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) {
			offered := h.request("a", later.Add(-time.Hour))
			second, first := h.request("b", later.Add(time.Hour)), h.request("c", later)
			offered.State, offered.Age, offered.Times, offered.Places = intake.Offered, 9, []string{"evening", "weekend"}, []string{"home"}
			offered.Area = "Oulu\x1fpohjoinen" // a list parts its columns by this sign: the last one may hold it
			h.must(h.tx.PutRequest(h.ctx, offered))
			for i, at := range []time.Time{h.tx.Now(), later} { // one has passed by now
				h.must(h.tx.PutSlot(h.ctx, appointment.Slot{ID: appointment.SlotID(rune('s' + i)), Request: offered.ID, Worker: own,
					PlaceKind: appointment.Home, At: clockAt("2027-01-16", "18:30"), Minutes: 60, Starts: at}))
			}
			items, err := h.tx.Waiting(h.ctx, by(colleague), 10)
			h.must(err)
			if len(items) != 3 || items[0].ID != first.ID || items[1].ID != second.ID || items[2].ID != offered.ID {
				t.Fatalf("got %d requests in another order, want the most overdue first and the offered last", len(items))
			}
			want := intake.Item{ID: offered.ID, Offer: northOffer, Channel: intake.Form, Referrer: "self", Age: 9, Times: offered.Times, Places: offered.Places,
				Area: offered.Area, Created: offered.Created, Due: offered.Due, Kind: "adult", Contact: "none", Slots: 1}
			if !reflect.DeepEqual(items[2], want) {
				t.Errorf("got %+v, want %+v", items[2], want)
			}
			if items[0].Age != -1 || items[0].Times != nil || items[0].Slots != 0 {
				t.Errorf("got %+v, want a request without wishes", items[0])
			}
			if items, _ := h.tx.Waiting(h.ctx, by(colleague), 2); len(items) != 2 || items[0].ID != first.ID {
				t.Errorf("got %d of the first two", len(items))
			}
		})
	})
}

// Pages of a list join without a gap or a double, whatever the holders through whom the actor sees.
func TestEpisodesPageByPage(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) {
			stages := []episode.Stage{episode.StageOpen, episode.StageOpen, episode.StageEnding, episode.StageClosed}
			want := map[episode.Stage]int{"": 12, episode.StageOpen: 6, episode.StageEnding: 3, episode.StageClosed: 3}
			for i := range 12 {
				e := h.episode(fmt.Sprint("n", i), "none")
				e.Stage, e.Opened = stages[i%4], calendar.Date("2027-01-01").Add(31*(i/3))
				h.must(h.tx.PutEpisode(h.ctx, e))
			}
			h.must(h.tx.PutMemberships(h.ctx, own, append(staff[own], access.Membership{Unit: north, Role: access.Coordinator})))
			for stage, n := range want {
				var got []string
				f := episode.Filter{Stage: stage, Limit: 2}
				for {
					items, err := h.tx.Episodes(h.ctx, by(own), f)
					h.must(err)
					for _, it := range items[:min(2, len(items))] {
						got = append(got, strings.Join([]string{string(it.Opened), string(it.ID)}, " "))
						if stage != "" && it.Stage != stage || it.Relation != access.ByWorker || it.Name == "" {
							t.Errorf("got %s by %s in the list of %q", it.Stage, it.Relation, stage)
						}
					}
					if len(items) <= 2 || len(got) > 20 {
						break
					}
					f.After = string(items[1].ID)
				}
				seen := map[string]bool{}
				for i, g := range got {
					if seen[g] || stage != "" && i > 0 && g[:7] < got[i-1][:7] { // by month; a day would tell (decision 0057)
						t.Errorf("list of %q: %s comes twice or out of order", stage, g)
					}
					seen[g] = true
				}
				if len(got) != n {
					t.Errorf("list of %q: got %d, want %d", stage, len(got), n)
				}
			}
			if mine, _ := h.tx.Episodes(h.ctx, by(coordinator), episode.Filter{Mine: true, Limit: 5}); len(mine) != 0 {
				t.Errorf("a coordinator's own: got %d, want none", len(mine))
			}
			if mine, _ := h.tx.Episodes(h.ctx, by(own), episode.Filter{Mine: true, Limit: 20}); len(mine) != 12 {
				t.Errorf("a worker's own: got %d, want 12", len(mine))
			}
		})
	})
}

// A list tells how many visits are used and when the next one is: the earliest that is not over.
func TestEpisodeItemCounts(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) {
			e := h.episode("Salla", "none")
			h.put(overAs(visit(e, 1, clockAt("2027-01-01", "12:00")), appointment.Held, 1))
			h.put(overAs(visit(e, 0, clockAt("2027-01-01", "12:00")), appointment.Cancelled, 0))
			h.put(visit(e, 2, clockAt("2027-01-11", "12:00"))) // over, unmarked
			coming := visit(e, 4, clockAt("2027-01-20", "12:00"))
			coming.Counted = true // it counts when it is over
			h.put(coming)
			h.put(visit(e, 3, clockAt("2027-01-19", "17:15")))
			items, err := h.tx.Episodes(h.ctx, by(own), episode.Filter{Limit: 5})
			h.must(err)
			if len(items) != 1 || items[0].Used != 1 || items[0].Next != clockAt("2027-01-19", "17:15") {
				t.Errorf("got %+v, want one used and the next on the 19th", items)
			}
			late, err := h.tx.Overdue(h.ctx, by(own), h.tx.Now(), 5)
			h.must(err)
			if len(late) != 1 || late[0].No != 2 {
				t.Errorf("got %d overdue, want the second visit alone", len(late))
			}
		})
	})
}

func TestWorkersAndColleagues(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) {
			names := func(unit access.UnitID) (out []string) {
				workers, err := h.tx.Workers(h.ctx, unit)
				h.must(err)
				for _, w := range workers {
					out = append(out, string(w.Account))
				}
				out = append(out, "/")
				people, err := h.tx.Colleagues(h.ctx, unit)
				h.must(err)
				for _, c := range people {
					out = append(out, fmt.Sprint(c.ID, len(c.Roles)))
				}
				return out
			}
			check := func(unit access.UnitID, want string) {
				t.Helper()
				if got := strings.Join(names(unit), " "); got != want {
					t.Errorf("%q: got %s, want %s", unit, got, want)
				}
			}
			check(north, "colleague own / colleague1 coordinator1 own1")
			check(south, "stranger / stranger2")
			a, err := h.tx.Account(h.ctx, colleague)
			h.must(err)
			a.State = "closed"
			h.must(h.tx.PutAccount(h.ctx, a, h.tx.Index("email", string(a.ID))))
			check(north, "own / colleague1 coordinator1 own1")
			check("", "own stranger / colleague1 coordinator1 own1 stranger2")
			offers, err := h.tx.MeetingOffers(h.ctx, by(stranger))
			h.must(err)
			if len(offers) != 1 || offers[0].ID != southOffer {
				t.Errorf("got %+v, want the offer of the stranger's own unit", offers)
			}
		})
	})
}
