package storage

import (
	"context"
	"encoding/hex"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/rights"
)

var _ rights.Tx = (*Tx)(nil)

const erasureColumns = "id, person_id, unit_id, asked, due, approved_by, done_by, done"

func scanErasure(r scanner) (x rights.Erasure, err error) {
	return x, r.Scan(&x.ID, textOf(&x.Person), &x.Unit, &x.Asked, &x.Due, textOf(&x.ApprovedBy), textOf(&x.DoneBy), &x.Done)
}

// ErasureOf is the open erasure of a person.
func (tx *Tx) ErasureOf(ctx context.Context, id person.ID) (rights.Erasure, error) {
	return one(ctx, tx, scanErasure, "SELECT "+erasureColumns+" FROM erasure WHERE person_id = $1", id)
}

// openErasures are those an account was granted an episode of: who may not see the person does not see their erasure.
const openErasures = " FROM erasure x WHERE x.done = '' AND EXISTS (SELECT 1 FROM episode e " +
	"JOIN access_grant g ON g.object_id = e.id AND g.kind = 'episode' AND (g.until = '' OR g.until > $2) " +
	"JOIN holding h ON h.holder = g.holder AND h.account_id = $1 WHERE e.person_id = x.person_id)"

// Erasure finds an open erasure that the actor may see.
func (tx *Tx) Erasure(ctx context.Context, by access.Actor, id string) (rights.Erasure, error) {
	return one(ctx, tx, scanErasure, "SELECT "+of("x", erasureColumns)+openErasures+" AND x.id = $3", by.Account, calendar.Stamp(tx.Now()), id)
}

// Erasures are the open ones that the actor may see, most overdue first.
func (tx *Tx) Erasures(ctx context.Context, by access.Actor) ([]rights.Erasure, error) {
	return many(ctx, tx, scanErasure, "SELECT "+of("x", erasureColumns)+openErasures+" ORDER BY x.due, x.id LIMIT 200", by.Account, calendar.Stamp(tx.Now()))
}

// ErasuresDone are those carried out in the units since a day, newest first.
func (tx *Tx) ErasuresDone(ctx context.Context, units []access.UnitID, since calendar.Date) ([]rights.Erasure, error) {
	if len(units) == 0 {
		return nil, nil
	}
	return many(ctx, tx, scanErasure, "SELECT "+erasureColumns+" FROM erasure WHERE done >= $1 AND done <> '' AND unit_id IN ("+
		marks(2, len(units))+") ORDER BY done DESC, id LIMIT 50", append([]any{since}, anys(units)...)...)
}

var putErasure = upsert("erasure", "id", erasureColumns)

// PutErasure keeps an erasure. The schema refuses one that the same person approved and carried out.
func (tx *Tx) PutErasure(ctx context.Context, x rights.Erasure) error {
	return tx.exec(ctx, putErasure, x.ID, null(x.Person), x.Unit, x.Asked, x.Due, null(x.ApprovedBy), null(x.DoneBy), x.Done)
}

// DeleteErasuresDone forgets those carried out before a day, and tells how many.
func (tx *Tx) DeleteErasuresDone(ctx context.Context, before calendar.Date) (int, error) {
	return tx.affect(ctx, "DELETE FROM erasure WHERE done <> '' AND done < $1", before)
}

const releaseColumns = "code_index, request_id, episode_id, fact, partner, expires"

func scanRelease(r scanner) (x rights.Release, err error) {
	return x, r.Scan(&x.Index, textOf(&x.Request), textOf(&x.Episode), &x.Fact, &x.Partner, instant{&x.Expires})
}

// PutRelease keeps a release.
func (tx *Tx) PutRelease(ctx context.Context, x rights.Release) error {
	return tx.exec(ctx, "INSERT INTO release_code ("+releaseColumns+") VALUES ($1, $2, $3, $4, $5, $6)", x.Index, null(x.Request), null(x.Episode),
		x.Fact, x.Partner, calendar.Stamp(x.Expires))
}

// Release finds a release by its code's index.
func (tx *Tx) Release(ctx context.Context, index []byte) (rights.Release, error) {
	return one(ctx, tx, scanRelease, "SELECT "+releaseColumns+" FROM release_code WHERE code_index = $1", index)
}

// UseRelease makes a release's code dead, also for whoever restores an older backup.
func (tx *Tx) UseRelease(ctx context.Context, index []byte) error {
	if err := tx.exec(ctx, "DELETE FROM release_code WHERE code_index = $1", index); err != nil {
		return err
	}
	return tx.end(ctx, endCode, hex.EncodeToString(index))
}

// DeleteReleasesOver drops the releases whose days are over, and tells how many.
func (tx *Tx) DeleteReleasesOver(ctx context.Context, now time.Time) (int, error) {
	return tx.affect(ctx, "DELETE FROM release_code WHERE expires <= $1", calendar.Stamp(now))
}
