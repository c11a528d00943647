package storage

import (
	"cmp"
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/emergency"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
)

var _ emergency.Tx = (*Tx)(nil)

const emergencyColumns = "id, episode_id, unit_id, account_id, ground, first_by, second_by, times"

func (tx *Tx) scanEmergency(r scanner) (u emergency.Use, err error) {
	var box []byte
	if err := r.Scan(&u.ID, &u.Episode, &u.Unit, &u.Account, &u.Ground, textOf(&u.First), textOf(&u.Second), &box); err != nil {
		return u, err
	}
	w, err := tx.openWords(sealedAt("emergency.times", u.ID), box, 2)
	if err != nil {
		return u, err
	}
	u.Day = calendar.Date(w[0])
	u.Until, err = calendar.ParseStamp(w[1])
	return u, err
}

// emergencies are few: all that a query goes on to are opened, the first to end first.
func (tx *Tx) emergencies(ctx context.Context, where string, args ...any) ([]emergency.Use, error) {
	all, err := many(ctx, tx, tx.scanEmergency, "SELECT "+emergencyColumns+" FROM emergency WHERE "+where, args...)
	slices.SortFunc(all, func(a, b emergency.Use) int { return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.ID, b.ID)) })
	return all, err
}

var putEmergency = upsert("emergency", "id", emergencyColumns)

// PutEmergency keeps a use. The schema refuses the one who did it among those who have seen it.
func (tx *Tx) PutEmergency(ctx context.Context, u emergency.Use) error {
	times, err := tx.sealWords(sealedAt("emergency.times", u.ID), string(u.Day), calendar.Stamp(u.Until))
	if err != nil {
		return err
	}
	return tx.exec(ctx, putEmergency, u.ID, u.Episode, u.Unit, u.Account, u.Ground, null(u.First), null(u.Second), times)
}

// Emergency finds a use.
func (tx *Tx) Emergency(ctx context.Context, id string) (emergency.Use, error) {
	return one(ctx, tx, tx.scanEmergency, "SELECT "+emergencyColumns+" FROM emergency WHERE id = $1", id)
}

// EmergencyOf is the use by which an account sees an episode now.
func (tx *Tx) EmergencyOf(ctx context.Context, who access.AccountID, e episode.ID) (emergency.Use, error) {
	all, err := tx.emergencies(ctx, "episode_id = $1 AND account_id = $2", e, who)
	if n := len(all); n > 0 && all[n-1].Until.After(tx.Now()) {
		return all[n-1], nil
	}
	if err == nil {
		err = fault.New(fault.NotFound, "not-found")
	}
	return emergency.Use{}, err
}

// UnseenEmergencies are those that fewer than two have seen, the oldest first.
func (tx *Tx) UnseenEmergencies(ctx context.Context) ([]emergency.Use, error) {
	return tx.emergencies(ctx, "second_by IS NULL")
}

// EmergenciesSeen is on how many days of a month somebody used emergency access to episodes that the actor may see. There
// are few in all the years, and each is opened.
func (tx *Tx) EmergenciesSeen(ctx context.Context, by access.Actor, month string) (int, error) {
	all, err := many(ctx, tx, tx.scanAudit, "SELECT "+of("a", auditColumns)+` FROM audit a WHERE a.action = 'emergency' AND a.kind = 'episode'
		AND EXISTS (SELECT 1 FROM access_grant g JOIN holding h ON h.holder = g.holder
			WHERE h.account_id = $1 AND g.kind = 'episode' AND g.object_id = a.object_id AND (g.until = '' OR g.until > $2))`,
		by.Account, calendar.Stamp(tx.Now()))
	n := 0
	for _, e := range all {
		if e.Day.Month() == month {
			n++
		}
	}
	return n, err
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
	seen, err := tx.emergencies(ctx, "second_by IS NOT NULL")
	for _, u := range seen {
		if err != nil || u.Until.After(now) {
			break // they are in order
		}
		n++
		err = tx.exec(ctx, "DELETE FROM emergency WHERE id = $1", u.ID)
	}
	return n, err
}
