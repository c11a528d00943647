package storage_test

import (
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// lastDays is the last schema in which days that tell of visits stood in the open.
const lastDays = 17

// looked is a chain of entries from then: three of an episode of regime goals, one of a service without records, one of staff.
var looked = []audit.Entry{
	{ID: "l1", Day: "2031-03-01", Account: own, Action: audit.Opened, Kind: access.Episode, Object: "e", Seq: 1},
	{ID: "l2", Day: "2031-03-04", Account: own, Action: audit.Changed, Kind: access.Episode, Object: "e", Seq: 2},
	{ID: "l3", Day: "2031-03-11", Account: colleague, Action: audit.Changed, Kind: access.Episode, Object: "e", Seq: 3},
	{ID: "l4", Day: "2031-03-31", Account: own, Action: audit.Seen, Kind: access.Episode, Object: "n", Seq: 1},
	{ID: "l5", Day: "2031-03-02", Account: own, Action: audit.Roles, Kind: audit.Account, Object: string(own), Seq: 1},
	{ID: "l0", Day: "2031-02-27", Account: own, Action: audit.Seen, Kind: access.Episode, Object: "e"}, // from before there were chains
}

func daysAsTheyWere(o storage.Options) []string {
	const anEpisode = "INSERT INTO episode (id, unit_id, offer_id, person_id, model, version, part, regime, visit_limit, worker_id, state, lang, channel, referrer, contacted, decision, decision_day, opened, closed, erase_on) VALUES "
	bytes := func(b []byte) string {
		if o.Driver == "postgres" {
			return `'\x` + hex.EncodeToString(b) + "'::bytea"
		}
		return "x'" + hex.EncodeToString(b) + "'"
	}
	rows := []string{
		asItWas[0], asItWas[1], asItWas[3], asItWas[4], asItWas[5], asItWas[6],
		"INSERT INTO safe_contact (person_id, channel, hour_from, hour_to, voicemail, say_organisation, last_day, asked, replied) VALUES ('p', 'none', 0, 0, 0, 0, '2031-05-31', '2031-03-06T10:11:12.000Z', '2031-03-10')",
		anEpisode + "('e', 'north', 'o', 'p', 'm', 1, 'client', 'goals', 0, 'own', 'closed', 'fi', 'form', 'self', '', 'continue', '2031-03-05', '2031-03-03', '2031-04-07', '2031-05-07')",
		anEpisode + "('h', 'north', 'o', 'p', 'm', 1, 'client', 'goals', 0, 'own', 'open', 'fi', 'form', 'self', '2031-03-07T08:09:10.000Z', '', '', '2031-03-08', '', '')",
		anEpisode + "('n', 'north', 'o', 'p', 'm', 1, 'client', 'none', 0, 'own', 'open', 'fi', 'form', 'self', '', '', '', '2031-03-09', '', '')",
		anEpisode + "('b', 'north', 'o', 'p', 'm', 1, 'client', 'buyer', 10, 'own', 'open', 'fi', 'form', 'self', '', '', '', '2031-03-12', '', '')",
		"INSERT INTO access_grant (holder, kind, object_id, relation, rank, person_id) VALUES ('own', 'episode', 'e', 'worker', '3 2031-03-03', 'p')",
		"INSERT INTO access_grant (holder, kind, object_id, relation, rank, person_id) VALUES ('own', 'episode', 'h', 'worker', '1 2031-03-08', 'p')",
		"INSERT INTO appointment (id, episode_id, visit_limit, regime, visit_no, state, counted, place_kind, day_part) VALUES ('v', 'e', 0, 'goals', 1, 'held', 1, 'office', 'evening')",
		"INSERT INTO ending (episode_id, regime, follow_up, day) VALUES ('e', 'goals', 'contact', '2031-04-14')",
		"INSERT INTO ending (episode_id, regime, follow_up, day) VALUES ('h', 'goals', 'none', '')",
		"INSERT INTO payer (id, name, contact, controller, privacy, by_number, active) VALUES ('y', 'y', '', 'y', 'y', 0, 1)",
		"INSERT INTO commitment (episode_id, regime, payer_id, number, number_index, social_worker, kind, granted, workers, route, child_welfare, agreed, recorded) VALUES ('b', 'buyer', 'y', EMPTY, $1, EMPTY, 'family', 10, 1, 'a', 1, '2031-03-13', '2031-03-14')",
		"INSERT INTO commitment_period (episode_id, first_day, last_day, recorded) VALUES ('b', '2031-07-01', '2031-09-30', '2031-03-18')",
		"INSERT INTO commitment_period (episode_id, first_day, last_day, recorded) VALUES ('b', '2031-04-01', '2031-06-30', '2031-03-15')",
		"INSERT INTO joint_party (id, home_id, home_regime, role, asked, wish_day, word, word_until) VALUES ('w', 'h', 'goals', 'experienced', 0, '2031-03-16', $1, '2031-03-17T12:13:14.000Z')",
		"INSERT INTO joint_hold (appointment_id, shows) VALUES ('v', '2031-03-19T15:16:17.000Z')",
		"INSERT INTO emergency (id, episode_id, unit_id, account_id, ground, day, until) VALUES ('u', 'h', 'north', 'colleague', 'reached', '2031-03-20', '2031-03-20T18:19:20.000Z')",
	}
	rows = append(rows, "INSERT INTO outing (account_id, appointment_id, unit_id, about) VALUES ('own', 'v', 'north', $1)")
	links := map[string][]byte{}
	for _, e := range looked {
		var link []byte
		if e.Seq > 0 {
			link = audit.LinkOf(o.Keyring, links[e.Object], e)
			links[e.Object] = link
		}
		rows = append(rows, fmt.Sprintf("INSERT INTO audit (id, day, account_id, action, kind, object_id, seq, link) VALUES ('%s', '%s', '%s', '%s', '%s', '%s', %d, %s)",
			e.ID, e.Day, e.Account, e.Action, e.Kind, e.Object, e.Seq, bytes(link)))
	}
	for _, d := range []audit.Day{{Day: "2031-03-01", Entries: 1}, {Day: "2031-03-02", Entries: 1}, {Day: "2031-03-04", Entries: 1}} {
		rows = append(rows, fmt.Sprintf("INSERT INTO audit_day (day, entries, seal) VALUES ('%s', %d, %s)", d.Day, d.Entries, bytes(audit.SealOf(o.Keyring, d))))
	}
	return rows
}

// A house from before days were sealed opens with all of them there and its old chains whole, and neither a file nor a page
// holds one of them any more (decision 0057). The days are of a year that is nowhere else.
func TestDaysAreSealedAtTheUpgrade(t *testing.T) {
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			o := beforeOf(t, driver, lastDays, daysAsTheyWere)
			clock := storagetest.NewClock()
			clock.Set(time.Date(2031, 4, 20, 9, 0, 0, 0, time.UTC))
			o.Now = clock.Now
			db := opened(t, o)
			in(t, db, func(h house) { h.daysUpgraded() })
			inside := within(t, o)
			days := []string{"2031-02-", "2031-03-", "2031-04-", "2031-05-", "2031-06-", "2031-07-", "2031-09-"}
			shut(t, db)
			tellNone(t, inside, files(o), days)
			db = opened(t, o) // once more: nothing is done twice
			in(t, db, func(h house) {
				h.daysUpgraded()
				h.must(h.tx.PutAudit(h.ctx, audit.Entry{ID: "l6", Day: "2031-03-11", Account: colleague, Action: audit.Changed, Kind: access.Episode, Object: "e"})) // there already
				h.must(h.tx.PutAudit(h.ctx, audit.Entry{ID: "l7", Day: "2031-03-12", Account: colleague, Action: audit.Changed, Kind: access.Episode, Object: "e"}))
				if got := h.checked(); !got.Whole() || got.Entries != len(looked)+1 || got.Unchained != 1 {
					t.Errorf("an old chain goes on: %+v", got)
				}
			})
			for _, query := range []string{ // what was refused is
				"UPDATE audit SET month = ''", "DELETE FROM audit WHERE object_id = 'e'", "UPDATE joint_party SET role = 'used'", "UPDATE joint_party SET wish = NULL",
				"UPDATE ending SET times = NULL WHERE episode_id = 'e'", "UPDATE commitment SET social_worker = NULL", "UPDATE emergency SET first_by = account_id",
				"UPDATE episode SET waiting = 1", "INSERT INTO commitment_period (episode_id, no, mark, times) SELECT episode_id, 3, mark, times FROM commitment_period WHERE no = 1",
			} {
				if err := try(t, db, func(h house) error { return h.tx.Exec(h.ctx, query) }); err == nil {
					t.Errorf("%s was let through", query)
				}
			}
			for _, p := range []commitment.Period{{First: "2031-04-01", Last: "2031-04-30"}, {First: "2031-11-02", Last: "2031-11-01"}, {First: "2031-11-02"}} {
				if err := try(t, db, func(h house) error { return h.tx.AddPeriod(h.ctx, "b", p) }); err == nil {
					t.Errorf("%v was let through", p)
				}
			}
			shut(t, db)
		})
	}
}

func (h house) daysUpgraded() {
	h.t.Helper()
	e, err := h.tx.Episode(h.ctx, "e")
	if h.must(err); e.Opened != "2031-03-03" || e.Closed != "2031-04-07" || e.EraseOn != "2031-05-07" || e.Decision.Day != "2031-03-05" || e.Wait != -1 || !e.Contacted.IsZero() {
		h.t.Errorf("got %+v", e)
	}
	home, err := h.tx.EpisodeState(h.ctx, "h")
	if h.must(err); home.Episode.Contacted != time.Date(2031, 3, 7, 8, 9, 10, 0, time.UTC) || home.FollowUp == nil || home.FollowUp.Day != "" {
		h.t.Errorf("got %+v", home)
	}
	state, err := h.tx.EpisodeState(h.ctx, "e")
	if h.must(err); state.FollowUp == nil || state.FollowUp.Day != "2031-04-14" {
		h.t.Errorf("got %+v", state.FollowUp)
	}
	due, err := h.tx.DueForErasure(h.ctx, "2031-05-07", 5)
	if h.must(err); !slices.Equal(due, []episode.ID{"e"}) {
		h.t.Errorf("due for erasure: %v", due)
	}
	c, err := h.tx.SafeContact(h.ctx, "p")
	if h.must(err); c.LastDay != "2031-05-31" || c.Replied != "2031-03-10" || c.Asked != time.Date(2031, 3, 6, 10, 11, 12, 0, time.UTC) {
		h.t.Errorf("got %+v", c)
	}
	paid, err := h.tx.Commitment(h.ctx, "b")
	want := []commitment.Period{{First: "2031-04-01", Last: "2031-06-30", Recorded: "2031-03-15"}, {First: "2031-07-01", Last: "2031-09-30", Recorded: "2031-03-18"}}
	if h.must(err); paid.Recorded != "2031-03-14" || paid.Agreed != "2031-03-13" || !reflect.DeepEqual(paid.Periods, want) {
		h.t.Errorf("got %+v", paid)
	}
	p, err := h.tx.PartyAt(h.ctx, "h")
	if h.must(err); p.Wish != "2031-03-16" || p.WordUntil != time.Date(2031, 3, 17, 12, 13, 14, 0, time.UTC) {
		h.t.Errorf("got %+v", p)
	}
	out, err := h.tx.MeetingOfOuting(h.ctx, own)
	if h.must(err); out != "v" {
		h.t.Errorf("out at %q", out)
	}
	if at, err := h.tx.Shows(h.ctx, "v"); err != nil || at != time.Date(2031, 3, 19, 15, 16, 17, 0, time.UTC) {
		h.t.Errorf("got %s, %v", at, err)
	}
	if u, err := h.tx.Emergency(h.ctx, "u"); err != nil || u.Day != "2031-03-20" || u.Until != time.Date(2031, 3, 20, 18, 19, 20, 0, time.UTC) {
		h.t.Errorf("got %+v, %v", u, err)
	}
	entries, err := h.tx.Audit(h.ctx, "e")
	var days []string
	for _, e := range entries {
		if e.Seq < 4 {
			days = append(days, string(e.Day))
		}
	}
	if want := "2031-03-11 2031-03-04 2031-03-01 2031-02-27"; err != nil || !strings.HasSuffix(strings.Join(days, " "), want) {
		h.t.Errorf("got %v, %v, want %s", days, err, want)
	}
	if got := h.checked(); !got.Whole() || got.Unchained != 1 {
		h.t.Errorf("the old chains: %+v", got)
	}
	items, err := h.tx.Episodes(h.ctx, by(own), episode.Filter{Limit: 5})
	if err != nil || len(items) != 2 || items[0].ID != "h" || items[1].ID != "e" {
		h.t.Errorf("got %+v, %v, want the open one and then the closed one", items, err)
	}
	lines, err := h.tx.AuditOfSeen(h.ctx, by(own), audit.Filter{Day: calendar.Date("2031-03-04"), Limit: 5})
	if err != nil || len(lines) != 1 || lines[0].ID != "l2" {
		h.t.Errorf("got %+v, %v, want what was done on a day", lines, err)
	}
}
