package storage

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/emergency"
	"rinnalla.fi/rinnalla/internal/episode"
)

var _ emergency.Tx = (*Tx)(nil)

const emergencyColumns = "id, episode_id, unit_id, account_id, ground, day, until, first_by, second_by"

func scanEmergency(r scanner) (u emergency.Use, err error) {
	return u, r.Scan(&u.ID, &u.Episode, &u.Unit, &u.Account, &u.Ground, &u.Day, instant{&u.Until}, textOf(&u.First), textOf(&u.Second))
}

var putEmergency = upsert("emergency", "id", emergencyColumns)

// PutEmergency keeps a use. The schema refuses the one who did it among those who have seen it.
func (tx *Tx) PutEmergency(ctx context.Context, u emergency.Use) error {
	return tx.exec(ctx, putEmergency, u.ID, u.Episode, u.Unit, u.Account, u.Ground, u.Day, calendar.Stamp(u.Until), null(u.First), null(u.Second))
}

// Emergency finds a use.
func (tx *Tx) Emergency(ctx context.Context, id string) (emergency.Use, error) {
	return one(ctx, tx, scanEmergency, "SELECT "+emergencyColumns+" FROM emergency WHERE id = $1", id)
}

// EmergencyOf is the use by which an account sees an episode now.
func (tx *Tx) EmergencyOf(ctx context.Context, who access.AccountID, e episode.ID) (emergency.Use, error) {
	return one(ctx, tx, scanEmergency, "SELECT "+emergencyColumns+` FROM emergency
		WHERE episode_id = $1 AND account_id = $2 AND until > $3 ORDER BY until DESC LIMIT 1`, e, who, calendar.Stamp(tx.Now()))
}

// UnseenEmergencies are those that fewer than two have seen, the oldest first.
func (tx *Tx) UnseenEmergencies(ctx context.Context) ([]emergency.Use, error) {
	return many(ctx, tx, scanEmergency, "SELECT "+emergencyColumns+" FROM emergency WHERE second_by IS NULL ORDER BY until, id")
}

// EmergenciesSeen is on how many days of a month somebody used emergency access to episodes that the actor may see.
func (tx *Tx) EmergenciesSeen(ctx context.Context, by access.Actor, month string) (int, error) {
	return one(ctx, tx, scanInt, `SELECT count(*) FROM audit a WHERE a.action = 'emergency' AND a.kind = 'episode' AND a.day >= $1 AND a.day <= $2
		AND EXISTS (SELECT 1 FROM access_grant g JOIN holding h ON h.holder = g.holder
			WHERE h.account_id = $3 AND g.kind = 'episode' AND g.object_id = a.object_id AND (g.until = '' OR g.until > $4))`,
		month+"-01", month+"-31", by.Account, calendar.Stamp(tx.Now()))
}

// EpisodesNumbered are the episodes whose id begins with these twelve signs: one, as good as always.
func (tx *Tx) EpisodesNumbered(ctx context.Context, number string) ([]episode.ID, error) {
	if len(number) != 12 {
		return nil, nil
	}
	from := number[:8] + "-" + number[8:]
	return many(ctx, tx, scanAs[episode.ID], "SELECT id FROM episode WHERE id >= $1 AND id < $2 ORDER BY id LIMIT 2", from+"-", from+".")
}

// DropEmergencies drops grants that are over, and uses that are over and that two have seen.
func (tx *Tx) DropEmergencies(ctx context.Context, now time.Time) (int, error) {
	n, err := tx.affect(ctx, "DELETE FROM access_grant WHERE until <> '' AND until <= $1", calendar.Stamp(now))
	if err != nil {
		return 0, err
	}
	m, err := tx.affect(ctx, "DELETE FROM emergency WHERE second_by IS NOT NULL AND until <= $1", calendar.Stamp(now))
	return int(n + m), err
}
