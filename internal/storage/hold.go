package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// holdName is the setting that keeps a house closed after a restore.
const holdName = "restore.hold"

// Why a house is held.
const (
	HeldUnfinished = "unfinished" // the restore was stopped in the middle
	HeldGaps       = "gaps"       // what was erased since the backup is not known whole
)

// held refuses to serve a house that a restore has not set free: what was erased might be there, and somebody whose
// rights have ended might sign in.
func (db *DB) held(ctx context.Context) error {
	why, err := db.Held(ctx)
	switch {
	case err != nil || why == "":
		return err
	case why == HeldGaps:
		return errors.New("this database was restored, and what was erased after its backup is not known whole: " +
			"read what 'rinnalla restore' said, then say 'rinnalla restore --accept-gaps'")
	default:
		return fmt.Errorf("this database comes of a restore that did not come to its end: remove it with its keys and restore again")
	}
}

// Held tells why a house is held; "" when it is not.
func (db *DB) Held(ctx context.Context) (why string, err error) {
	err = db.View(ctx, func(tx *Tx) error {
		err := tx.row(ctx, "SELECT value FROM setting WHERE name = $1", holdName).Scan(&why)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return why, err
}

// Hold keeps the house closed for a reason; "" sets it free.
func (tx *Tx) Hold(ctx context.Context, why string) error {
	if why == "" {
		return tx.exec(ctx, "DELETE FROM setting WHERE name = $1", holdName)
	}
	return tx.exec(ctx, upsert("setting", "name", "name, value"), holdName, why)
}
