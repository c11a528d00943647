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
	"INSERT INTO safe_contact (person_id, channel, hour_from, hour_to, voicemail, say_organisation, times) VALUES ('p', 'none', 0, 0, 0, 0, $1)",
	"INSERT INTO request (id, unit_id, offer_id, person_id, channel, referrer, lang, wish_times, wish_places, area, state, created, due, expires) VALUES ('r', 'u', 'o', 'p', 'form', 'self', 'fi', '[]', '[]', '', 'waiting', '', '', '')",
	"INSERT INTO episode (id, unit_id, offer_id, person_id, model, version, part, regime, visit_limit, state, lang, channel, referrer, times, month) VALUES ('e', 'u', 'o', 'p', 'm', 1, 'client', 'none', 5, 'open', 'fi', 'form', 'self', $1, '')",
	"INSERT INTO return_code (code_index, episode_id, used) VALUES ($1, 'e', 0)",
	"INSERT INTO client_session (hash, exit_hash, code_index, expires) VALUES ($1, $1, $1, '')",
	"INSERT INTO slot (id, episode_id, worker_id, times, mark) VALUES ('s', 'e', 'a', $1, $2)",
	"INSERT INTO appointment (id, episode_id, visit_limit, regime, visit_no, state, counted, worker_id, place_kind, times, day_part) VALUES ('v', 'e', 5, 'none', 1, 'booked', 0, 'a', '', $1, '')",
	"INSERT INTO outgoing (id, person_id, episode_id, appointment_id, kind, channel, state, times) VALUES ('o', 'p', 'e', 'v', 'moved', 'sms', 'queued', $1)",
	"INSERT INTO booking_cell (worker_id, appointment_id, cell) VALUES ('a', 'v', $1)",
	"INSERT INTO room_cell (appointment_id, cell) VALUES ('v', $1)",
	"INSERT INTO way_on (id, episode_id, kind, destination, state) VALUES ('w', 'e', 'service', 'm', 'offered')",
	"INSERT INTO episode (id, unit_id, offer_id, person_id, model, version, part, regime, visit_limit, goal_limit, state, lang, channel, referrer, times, month) VALUES ('g', 'u', 'o', 'p', 'm', 1, 'client', 'goals', 5, 2, 'open', 'fi', 'form', 'self', $1, '')",
	"INSERT INTO goal (id, episode_id, regime, goal_limit, no, wording, revision, by_client, by_worker) VALUES ('l', 'g', 'goals', 2, 1, $1, 1, 0, 0)",
	"INSERT INTO tick (episode_id, regime, kind, item, value) VALUES ('g', 'goals', 'step', 's', 'yes')",
	"INSERT INTO ending (episode_id, regime, follow_up, times) VALUES ('g', 'goals', 'client', $1)",
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
	"INSERT INTO line_evening (id, offer_id, day, clock, zone, minutes, starts, state) VALUES ('l', 'o', '2027-01-12', '18:00', '', 120, '', 'open')",
	"INSERT INTO line_last (evening_id, account_id, form, ticks, undone) VALUES ('l', 'a', $1, $1, 0)",
	"INSERT INTO figure (month, unit_id, model, name, value, n) VALUES ('', 'u', 'm', '', '', 1)",
	"INSERT INTO release_memory (subject, round, held, box) VALUES ('s', 1, '', $1)",
	"INSERT INTO report_draft (grant_object, year, arranged) VALUES ('g', 2026, '{}')",
	"INSERT INTO report_made (id, grant_object, year, no, made, sheets) VALUES ('d', 'g', 2026, 1, '2027-03-01', $1)",
	"INSERT INTO audit (id, account_id, action, kind, object_id, times, mark, month) VALUES ('x', 'a', '', '', 'e', $1, $2, '')",
	"INSERT INTO ended (hash, day) VALUES ($1, '')",
	"INSERT INTO erasure (id, person_id, unit_id, asked, due) VALUES ('y', 'p', 'u', '', '')",
	"INSERT INTO release_code (code_index, episode_id, fact, partner, expires) VALUES ($1, 'e', 'client', 'other', '')",
	"INSERT INTO outing (account_id, unit_id, about, meeting) VALUES ('a', 'u', $1, $1)",
	"INSERT INTO emergency (id, episode_id, unit_id, account_id, ground, times) VALUES ('n', 'e', 'u', 'a', 'danger', $1)",
	"INSERT INTO payer (id, name, contact, controller, privacy, by_number, active) VALUES ('y', 'y', '', 'y', 'y', 0, 1)",
	"INSERT INTO episode (id, unit_id, offer_id, person_id, model, version, part, regime, visit_limit, state, lang, channel, referrer, times, month) VALUES ('f', 'u', 'o', 'p', 'm', 1, 'client', 'buyer', 10, 'open', 'fi', 'form', 'self', $1, '')",
	"INSERT INTO appointment (id, episode_id, visit_limit, regime, state, counted, place_kind, day_part) VALUES ('z', 'f', 10, 'buyer', 'held', 0, 'office', 'evening')",
	"INSERT INTO application (id, request_id, payer_id, applied) VALUES ('a', 'r', 'y', '2027-03-01')",
	"INSERT INTO commitment (episode_id, regime, payer_id, number, number_index, kind, granted, workers, route, child_welfare, times) VALUES ('f', 'buyer', 'y', $1, $1, 'couple', 10, 2, 'a', 0, $1)",
	"INSERT INTO commitment_period (episode_id, no, times, mark) VALUES ('f', 1, $1, $2)",
	"INSERT INTO buyer_entry (appointment_id, episode_id, regime, times) VALUES ('z', 'f', 'buyer', $1)",
	"INSERT INTO end_visit (appointment_id, episode_id, regime) VALUES ('z', 'f', 'buyer')",
	"INSERT INTO second_worker (episode_id, account_id) VALUES ('f', 'b')",
	"INSERT INTO episode (id, unit_id, offer_id, person_id, model, version, part, regime, visit_limit, state, lang, channel, referrer, times, month) VALUES ('h', 'u', 'o', 'p', 'm', 1, 'client', 'goals', 0, 'open', 'fi', 'form', 'self', $1, '')",
	"INSERT INTO episode (id, unit_id, offer_id, person_id, model, version, part, regime, visit_limit, state, lang, channel, referrer, times, month) VALUES ('jo', 'u', 'o', 'q', 'm', 1, 'couple', 'joint', 5, 'open', 'fi', '', '', $1, '')",
	"INSERT INTO joint_party (id, home_id, home_regime, role, asked, joint_id, joint_regime, seat_id) VALUES ('y', 'h', 'goals', 'experienced', 0, 'jo', 'joint', 'jo')",
	"INSERT INTO joint_point (party_id, point) VALUES ('y', 'motivated')",
	"INSERT INTO joint_answer (party_id, visit_no, answer) VALUES ('y', 1, 'yes')",
	"INSERT INTO joint_safer (joint_id, account_id) VALUES ('jo', 'a')",
	"INSERT INTO joint_hold (appointment_id, times) VALUES ('v', $1)",
	"INSERT INTO circle (id, offer_id, key_id, kind, number, weeks, minutes, places, online, state, times) VALUES ('c', 'o', 'ck', '', 10, 1, 60, 8, 1, 'open', $1)",
	"INSERT INTO circle_leader (circle_id, no, account_id) VALUES ('c', 1, 'a')",
	"INSERT INTO circle_asked (circle_id, no, account_id) VALUES ('c', 0, 'a')",
	"INSERT INTO circle_meeting (circle_id, no, number, state, times) VALUES ('c', 1, 10, 'planned', $1)",
	"INSERT INTO circle_participant (id, circle_id, first_no, code_index, words) VALUES ('cp', 'c', 1, $1, $1)",
	"INSERT INTO circle_stay (hash, exit_hash, participant_id, expires) VALUES ($1, $1, 'cp', '')",
	"INSERT INTO circle_topic (id, circle_id, words) VALUES ('ct', 'c', $1)",
	"INSERT INTO circle_vote (mark, circle_id, no, topic_id) VALUES ($1, 'c', 1, 'ct')",
	"INSERT INTO circle_idea (id, offer_id, key_id, kind, online, helps, state, words, expires) VALUES ('ci', 'o', 'ik', '', 0, 0, 'proposed', $1, '2027-03-01')",
	"INSERT INTO feedback_sum (id, mark, sums) VALUES ('fs', $2, $1)",
	"INSERT INTO feedback_code (id, mark, about) VALUES ('fc', $2, $1)",
	"INSERT INTO feedback_quote (id, unit_id, key_id, month, state, words) VALUES ('fq', 'u', 'fk', '2027-01', 'waiting', $1)",
	"INSERT INTO feedback_suggestion (id, offer_id, key_id, words) VALUES ('fg', 'o', 'fgk', $1)",
	"INSERT INTO feedback_drawn (mark, month) VALUES ($1, '2027-01')",
	"INSERT INTO occasion (id, offer_id, key_id, state, places, minutes, volunteers, about, area, mark, times) VALUES ('oc', 'o', 'ok', 'planned', 30, 240, 3, 'Retki', 'Espoo', $1, $1)",
	"INSERT INTO occasion_family (id, occasion_id, code_index, adults, children, words) VALUES ('of', 'oc', $1, 1, 2, $1)",
	"INSERT INTO occasion_stay (hash, exit_hash, family_id, expires) VALUES ($1, $1, 'of', '')",
	"INSERT INTO occasion_helper (occasion_id, account_id, volunteer, state) VALUES ('oc', 'a', 1, 'offered')",
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
						args = []any{make([]byte, 188), make([]byte, 16)}[:strings.Count(q, "$2")+1]
					}
					if strings.Contains(q, "_cell") || strings.Contains(q, "feedback_drawn") {
						args[0] = make([]byte, 16)
					}
					if strings.Contains(q, "feedback_sum") {
						args[0] = make([]byte, 4096+28)
					}
					if strings.Contains(q, "feedback_suggestion") {
						args[0] = make([]byte, 16384+28)
					}
					if strings.Contains(q, "line_last") {
						args[0] = make([]byte, 32)
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
				return tx.Row(ctx, "SELECT count(*) FROM appointment WHERE id = 'v'").Scan(&rows)
			})
			if err != nil || rows != 1 {
				t.Errorf("got %d meetings, %v: there was nothing to write to", rows, err)
			}
		})
	}
}
