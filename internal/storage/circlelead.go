package storage

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/circle"
)

// Volunteers who lead groups, and those who were asked to (decision 0070). A mark says that the rule of their task said yes; the
// schema has no volunteer who leads without one.

func withMark(all map[access.AccountID][]byte, who access.AccountID, mark []byte) map[access.AccountID][]byte {
	if all == nil {
		all = map[access.AccountID][]byte{}
	}
	all[who] = mark
	return all
}

func scanAsked(r scanner) (a circle.Asked, err error) { return a, r.Scan(&a.Circle, &a.No, &a.Who) }

// AskedOf are those who were asked to lead a group or one of its meetings.
func (tx *Tx) AskedOf(ctx context.Context, of circle.ID) ([]circle.Asked, error) {
	return many(ctx, tx, scanAsked, "SELECT circle_id, no, account_id FROM circle_asked WHERE circle_id = $1 ORDER BY no, account_id", of)
}

// AskedTo is what somebody was asked.
func (tx *Tx) AskedTo(ctx context.Context, who access.AccountID) ([]circle.Asked, error) {
	return many(ctx, tx, scanAsked, "SELECT circle_id, no, account_id FROM circle_asked WHERE account_id = $1 ORDER BY circle_id, no", who)
}

// PutAsked keeps that somebody was asked.
func (tx *Tx) PutAsked(ctx context.Context, a circle.Asked) error {
	return tx.exec(ctx, insert("circle_asked", "circle_id, no, account_id")+" ON CONFLICT DO NOTHING", a.Circle, a.No, a.Who)
}

// DeleteAsked forgets that somebody was asked, or that anybody was when nobody is named.
func (tx *Tx) DeleteAsked(ctx context.Context, a circle.Asked) error {
	if a.Who == "" {
		return tx.exec(ctx, "DELETE FROM circle_asked WHERE circle_id = $1 AND no = $2", a.Circle, a.No)
	}
	return tx.exec(ctx, "DELETE FROM circle_asked WHERE circle_id = $1 AND no = $2 AND account_id = $3", a.Circle, a.No, a.Who)
}

// DropLeadersOfGone lets nobody lead, and nobody be asked, who has no role any more. A meeting that one of them was to lead wants
// somebody again.
func (tx *Tx) DropLeadersOfGone(ctx context.Context) error {
	const gone = "NOT IN (SELECT account_id FROM membership)"
	for _, sql := range []string{
		"DELETE FROM circle_asked WHERE account_id " + gone,
		"DELETE FROM circle_leader WHERE account_id " + gone,
		"UPDATE circle_idea SET account_id = NULL WHERE account_id " + gone,
		"UPDATE circle_meeting SET substitute_id = NULL, cleared = NULL, lead = CASE state WHEN 'planned' THEN 'wanted' ELSE '' END WHERE substitute_id " + gone,
	} {
		if err := tx.exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}
