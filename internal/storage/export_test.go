package storage

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/seal"
)

// The tests of the engine speak SQL: the nouns' rows have tests of their own.

func (tx *Tx) Exec(ctx context.Context, query string, args ...any) error {
	return tx.exec(ctx, query, args...)
}

func (tx *Tx) Row(ctx context.Context, query string, args ...any) interface{ Scan(...any) error } {
	return tx.row(ctx, query, args...)
}

// DropTrigger takes a trigger away, as somebody with a hand in the database might.
func (tx *Tx) DropTrigger(ctx context.Context, name, table string) error {
	if _, lite := tx.on.(*session); lite {
		return tx.exec(ctx, "DROP TRIGGER "+name)
	}
	return tx.exec(ctx, "DROP TRIGGER "+name+" ON "+table)
}

// MeetingOfOuting is at which meeting somebody is out; what else is sealed of it is their own key's.
func (tx *Tx) MeetingOfOuting(ctx context.Context, who access.AccountID) (string, error) {
	box, err := one(ctx, tx, scanBytes, "SELECT meeting FROM outing WHERE account_id = $1", who)
	if err != nil {
		return "", err
	}
	w, err := tx.openWords(sealedAt("outing.meeting", who), box, 1)
	return w[0], err
}

func (tx *Tx) Seal(ctx context.Context, key, place string, text seal.Text) ([]byte, error) {
	return tx.seal(ctx, key, place, text)
}

func (tx *Tx) Unseal(ctx context.Context, key, place string, box []byte) (seal.Text, error) {
	return tx.open(ctx, key, place, box)
}

var Conflict = conflict

// Commits is how often SQLite has committed; Waiting is how many updates wait for their turn.
func (db *DB) Commits() int64 { return db.engine.(*lite).writer.commits.Load() }

func (db *DB) Waiting() int { return len(db.engine.(*lite).writer.queue) }

// Pragma sets something on SQLite's writing connection, which nobody may be using.
func (db *DB) Pragma(text string) error { return db.engine.(*lite).writer.on.command(text) }

// KeysDB is the store of the keys.
func (db *DB) KeysDB() *sql.DB { return db.keys.db }

// FilledKeys waits until the keys made ahead are there.
func (db *DB) FilledKeys() {
	for db.keys.ahead() < keysAhead/2 {
		time.Sleep(time.Millisecond)
	}
}

func (db *DB) ReadyKeys() int { return db.keys.ahead() }

// ForgetKeys empties the memory of keys, so that they are read from their store.
func (db *DB) ForgetKeys() { db.keys.cache = newKeyCache(keysCached) }

// KeyUsers are the tables the sweep of keys looks at.
var KeyUsers = keyUsers

// SealedColumns are those whose values a backup's trial can open.
func SealedColumns() []string { return slices.Sorted(maps.Keys(sealedColumns)) }

var ReadCatalogue = readCatalogue

// OwnTable is what a declaration of ownTables tells.
type OwnTable struct {
	Shown  []string
	Hidden map[string]string
}

// OwnTables are the declarations by table.
func OwnTables() map[string]OwnTable {
	out := map[string]OwnTable{}
	for _, t := range ownTables {
		out[t.table] = OwnTable{t.shown, t.hidden}
	}
	return out
}

// OpenFeedback is what somebody with the house's key reads in the boxes of answers and codes, byte for byte, sorted.
func (db *DB) OpenFeedback(ctx context.Context) (out []string) {
	err := db.View(ctx, func(tx *Tx) error {
		s, err := tx.timesSeal()
		if err != nil {
			return err
		}
		for table, column := range map[string]string{"feedback_sum": "sums", "feedback_code": "about"} {
			rows, err := many(ctx, tx, scanSums, "SELECT id, mark, "+column+" FROM "+table)
			if err != nil {
				return err
			}
			for _, r := range rows {
				plain, err := s.key.Open(sealedAt(table+"."+column, r.id), r.box)
				if err != nil {
					return err
				}
				out = append(out, strings.ReplaceAll(string(plain), hex.EncodeToString(r.mark), "mark"))
			}
		}
		heaps, err := tx.heaps(ctx, "1 = 1")
		for _, h := range heaps {
			out = append(out, fmt.Sprint(h.Offer, len(h.box), h.Said))
		}
		if err != nil {
			return err
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
	slices.Sort(out)
	return out
}
