package storage_test

import (
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// One row in every table that holds something of clients.
var oneOfEach = []string{
	"INSERT INTO unit (id, slug, name_fi, name_sv, name_en) VALUES ('u', 'u', 'u', 'u', 'u')",
	"INSERT INTO offer (id, unit_id, model, version, slug, position, open) VALUES ('o', 'u', 'm', 1, 'o', 1, 1)",
	"INSERT INTO account (id, key_id, name, email, email_index, state, lang, created) VALUES ('a', 'k', $1, $1, $1, 'active', 'fi', '')",
	"INSERT INTO person (id, key_id, kind) VALUES ('p', 'k', 'adult')",
	"INSERT INTO safe_contact (person_id, channel, hour_from, hour_to, voicemail, say_organisation, last_day, asked) VALUES ('p', 'none', 0, 0, 0, 0, '', '')",
	"INSERT INTO request (id, unit_id, offer_id, person_id, channel, referrer, lang, wish_times, wish_places, area, state, created, due, expires) VALUES ('r', 'u', 'o', 'p', 'form', 'self', 'fi', '[]', '[]', '', 'waiting', '', '', '')",
	"INSERT INTO episode (id, unit_id, offer_id, person_id, model, version, part, regime, visit_limit, state, lang, channel, referrer, opened) VALUES ('e', 'u', 'o', 'p', 'm', 1, 'client', 'none', 5, 'open', 'fi', 'form', 'self', '')",
	"INSERT INTO return_code (code_index, episode_id, used) VALUES ($1, 'e', 0)",
	"INSERT INTO client_session (hash, exit_hash, code_index, expires) VALUES ($1, $1, $1, '')",
	"INSERT INTO slot (id, episode_id, worker_id, place_kind, day, clock, zone, minutes, starts) VALUES ('s', 'e', 'a', 'office', '', '', '', 60, '')",
	"INSERT INTO appointment (id, episode_id, visit_limit, regime, visit_no, state, counted, worker_id, place_kind, day, clock, zone, minutes, starts, ends, day_part) VALUES ('v', 'e', 5, 'none', 1, 'booked', 0, 'a', 'office', '', '', '', 60, '', '', 'evening')",
	"INSERT INTO outgoing (id, person_id, episode_id, appointment_id, kind, channel, state, run_at) VALUES ('o', 'p', 'e', 'v', 'moved', 'sms', 'queued', 'x')",
	"INSERT INTO booking_cell (worker_id, cell, appointment_id) VALUES ('a', '', 'v')",
	"INSERT INTO way_on (id, episode_id, kind, destination, state) VALUES ('w', 'e', 'service', 'm', 'offered')",
	"INSERT INTO access_grant (holder, kind, object_id, relation, rank, person_id) VALUES ('a', 'episode', 'e', 'worker', '', 'p')",
	"INSERT INTO person (id, key_id, kind) VALUES ('q', 'k', 'adult')",
	"INSERT INTO tie (id, person_a, person_b, source) VALUES ('t', 'p', 'q', 'mark')",
	"INSERT INTO party_mark (person_id, mark, whose) VALUES ('p', $1, 'own')",
	"INSERT INTO account (id, key_id, name, email, email_index, state, lang, created) VALUES ('b', 'k', $1, $1, $2, 'active', 'fi', '')",
	"INSERT INTO wall_exception (id, tie_id, account_id, stays_with, state, asked_by, approved_by, month, last_day) VALUES ('x', 't', 'a', 'p', 'approved', 'a', 'b', '', '')",
	"INSERT INTO apart (id, account_id, person_id) VALUES ('n', 'b', 'q')",
	"INSERT INTO apart (id, other_id, person_id) VALUES ('m', 'p', 'q')",
	"INSERT INTO conversation (id, unit_id, offer_id, key_id, state, client_hash, exit_hash, lang, created, last, ends) VALUES ('c', 'u', 'o', 'k', 'open', $1, $1, 'fi', '', '', '')",
	"INSERT INTO message (conversation_id, seq, sender, body) VALUES ('c', 1, 'client', $1)",
	"INSERT INTO group_meeting (id, offer_id, day, clock, zone, minutes, starts, state) VALUES ('g', 'o', '', '', '', 60, '', 'planned')",
	"INSERT INTO figure (month, unit_id, model, name, value, n) VALUES ('', 'u', 'm', '', '', 1)",
	"INSERT INTO audit (id, day, account_id, action, kind, object_id) VALUES ('x', '', 'a', '', '', 'e')",
	"INSERT INTO ended (hash, day) VALUES ($1, '')",
	"INSERT INTO erasure (id, person_id, unit_id, asked, due) VALUES ('y', 'p', 'u', '', '')",
	"INSERT INTO release_code (code_index, episode_id, fact, partner, expires) VALUES ($1, 'e', 'client', 'other', '')",
	"INSERT INTO emergency (id, episode_id, unit_id, account_id, ground, day, until) VALUES ('n', 'e', 'u', 'a', 'danger', '', '')",
	"INSERT INTO job (id, kind, object_id, run_at, lease_until, attempt) VALUES ('j', '', '', '', '', 0)",
}

// A sentence about a visit has nowhere to go: both databases refuse it in every column of text that belongs to a
// client, whatever the code above them does.
func TestNoColumnTakesASentence(t *testing.T) {
	sentence := strings.Repeat("Hän kertoi, että viime viikolla kaikki alkoi uudestaan. ", 8)
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			o := storagetest.Options(t, driver)
			db := storagetest.OpenWith(t, o)
			ctx := t.Context()
			update(t, db, func(tx *storage.Tx) error {
				for _, q := range oneOfEach {
					var args []any
					if strings.Contains(q, "$1") {
						args = []any{[]byte("x"), []byte("y")}[:strings.Count(q, "$2")+1]
					}
					if err := tx.Exec(ctx, q, args...); err != nil {
						return err
					}
				}
				return nil
			})
			tried := map[string]bool{}
			for name, kind := range realColumns(t, o) {
				c := catalogue(t)[name]
				if c.Regime == "-" || c.Store != "house" || kind != "text" {
					continue
				}
				tried[c.Table] = true
				err := db.Update(ctx, func(tx *storage.Tx) error {
					return tx.Exec(ctx, "UPDATE "+c.Table+" SET "+c.Name+" = $1", sentence)
				})
				if !fault.HasKey(storage.Conflict(err, map[string]string{"check": "refused", "foreign": "refused"}), "refused") {
					t.Errorf("%s.%s: got %v, want the sentence refused by the schema", c.Table, c.Name, err)
				}
			}
			if len(tried) < 15 {
				t.Errorf("only %d tables were tried: %v", len(tried), tried)
			}
			var rows int
			err := db.View(ctx, func(tx *storage.Tx) error {
				return tx.Row(ctx, "SELECT count(*) FROM appointment").Scan(&rows)
			})
			if err != nil || rows != 1 {
				t.Errorf("got %d meetings, %v: there was nothing to write to", rows, err)
			}
		})
	}
}
