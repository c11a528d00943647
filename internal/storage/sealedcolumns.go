package storage

import (
	"context"
	"errors"
	"fmt"

	"rinnalla.fi/rinnalla/internal/seal"
)

// sealedColumns tell for each sealed column how its values are found: whose key, or the house's, the row's id as it was bound into the
// box, and the box. The test of the catalogue finds a forgotten one.
var sealedColumns = map[string]string{
	"account.name":             "SELECT key_id, id, name FROM account",
	"account.email":            "SELECT key_id, id, email FROM account",
	"account.totp":             "SELECT key_id, id, totp FROM account",
	"passkey.credential":       "SELECT a.key_id, p.id, p.credential FROM passkey p JOIN account a ON a.id = p.account_id",
	"person.name":              "SELECT key_id, id, name FROM person",
	"safe_contact.address":     "SELECT p.key_id, c.person_id, c.address FROM safe_contact c JOIN person p ON p.id = c.person_id",
	"safe_contact.code_word":   "SELECT p.key_id, c.person_id, c.code_word FROM safe_contact c JOIN person p ON p.id = c.person_id",
	"appointment.place":        "SELECT p.key_id, a.id, a.place FROM appointment a JOIN episode e ON e.id = a.episode_id JOIN person p ON p.id = e.person_id",
	"appointment.times":        "SELECT 'times', id, times FROM appointment",
	"slot.times":               "SELECT 'times', id, times FROM slot",
	"outgoing.times":           "SELECT 'times', id, times FROM outgoing",
	"buyer_entry.times":        "SELECT 'times', appointment_id, times FROM buyer_entry",
	"episode.times":            "SELECT 'times', id, times FROM episode",
	"audit.times":              "SELECT 'times', id, times FROM audit",
	"audit_day.times":          "SELECT 'times', CAST(no AS TEXT), times FROM audit_day",
	"safe_contact.times":       "SELECT 'times', person_id, times FROM safe_contact",
	"ending.times":             "SELECT 'times', episode_id, times FROM ending",
	"commitment.times":         "SELECT 'times', episode_id, times FROM commitment",
	"commitment_period.times":  "SELECT 'times', episode_id || '/' || CAST(no AS TEXT), times FROM commitment_period",
	"joint_party.wish":         "SELECT 'times', id, wish FROM joint_party",
	"joint_party.word_times":   "SELECT 'times', id, word_times FROM joint_party",
	"joint_hold.times":         "SELECT 'times', appointment_id, times FROM joint_hold",
	"emergency.times":          "SELECT 'times', id, times FROM emergency",
	"commitment.number":        "SELECT p.key_id, c.episode_id, c.number FROM commitment c JOIN episode e ON e.id = c.episode_id JOIN person p ON p.id = e.person_id",
	"commitment.social_worker": "SELECT p.key_id, c.episode_id, c.social_worker FROM commitment c JOIN episode e ON e.id = c.episode_id JOIN person p ON p.id = e.person_id",
	"feed_entry.happens":       "SELECT a.key_id, f.account_id || '/' || f.uid, f.happens FROM feed_entry f JOIN account a ON a.id = f.account_id",
	"shift_wish.line_name":     "SELECT a.key_id, w.account_id, w.line_name FROM shift_wish w JOIN account a ON a.id = w.account_id",
	"outing.meeting":           "SELECT 'times', account_id, meeting FROM outing",
	"outing.about":             "SELECT a.key_id, o.account_id, o.about FROM outing o JOIN account a ON a.id = o.account_id",
	"goal.wording":             "SELECT p.key_id, g.id, g.wording FROM goal g JOIN episode e ON e.id = g.episode_id JOIN person p ON p.id = e.person_id",
	"volunteer.own":            "SELECT key_id, id, own FROM volunteer",
	"volunteer.path":           "SELECT key_id, id, path FROM volunteer",
	"volunteer_event.times":    "SELECT 'times', id, times FROM volunteer_event",
	"volunteer_event.about":    "SELECT 'times', id, about FROM volunteer_event",
	"volunteer_call.times":     "SELECT 'times', id, times FROM volunteer_call",
	"circle.link":              "SELECT key_id, id, link FROM circle",
	"circle.times":             "SELECT 'times', id, times FROM circle",
	"circle_meeting.times":     "SELECT 'times', circle_id || '/' || CAST(no AS TEXT), times FROM circle_meeting",
	"circle_participant.words": "SELECT c.key_id, p.id, p.words FROM circle_participant p JOIN circle c ON c.id = p.circle_id",
	"circle_topic.words":       "SELECT c.key_id, t.id, t.words FROM circle_topic t JOIN circle c ON c.id = t.circle_id",
	"circle_idea.words":        "SELECT key_id, id, words FROM circle_idea",
	"feedback_sum.sums":        "SELECT 'times', id, sums FROM feedback_sum",
	"feedback_code.about":      "SELECT 'times', id, about FROM feedback_code",
	"release_memory.box":       "SELECT 'times', subject, box FROM release_memory",
	"feedback_quote.words":     "SELECT key_id, id, words FROM feedback_quote",
	"occasion.place":           "SELECT key_id, id, place FROM occasion WHERE place IS NOT NULL",
	"occasion.times":           "SELECT 'times', id, times FROM occasion",
	"occasion_family.words":    "SELECT d.key_id, f.id, f.words FROM occasion_family f JOIN occasion d ON d.id = f.occasion_id",
	"report_made.sheets":       "SELECT 'times', id, sheets FROM report_made",
	"message.body":             "SELECT c.key_id, m.conversation_id || '/' || CAST(m.seq AS TEXT), m.body FROM message m JOIN conversation c ON c.id = m.conversation_id",

	"feedback_suggestion.words": "SELECT key_id, id, words FROM feedback_suggestion",
}

// Opened counts the sealed values of a house: those that open, those whose key has been destroyed, and those whose key
// is there and does not open them.
type Opened struct{ Open, Gone, Broken int }

// OpenSealed tries every sealed value of the house with the keys, and tells nothing of what it read.
func (r *Raw) OpenSealed(ctx context.Context, keys map[string]*seal.Key) (Opened, error) {
	var n Opened
	for column, query := range sealedColumns {
		if err := r.openColumn(ctx, &n, keys, column, query); err != nil {
			return n, fmt.Errorf("%s: %w", column, err)
		}
	}
	return n, nil
}

func (r *Raw) openColumn(ctx context.Context, n *Opened, keys map[string]*seal.Key, column, query string) error {
	found, err := r.db.QueryContext(ctx, query)
	if err != nil {
		return clean(err)
	}
	defer found.Close()
	for found.Next() {
		var key, row string
		var box []byte
		if err := found.Scan(&key, &row, &box); err != nil {
			return cleanScan(err)
		}
		if len(box) == 0 {
			continue
		}
		k := keys[key]
		if k == nil {
			n.Gone++
			continue
		}
		if _, err := k.Open(sealedAt(column, row), box); errors.Is(err, seal.ErrOpen) {
			n.Broken++
			continue
		}
		n.Open++
	}
	return clean(found.Err())
}
