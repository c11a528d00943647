package storage

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
)

// What has ended is kept in a list of fingerprints beside the keys, and if wanted in a file on another disk, so that a
// restored backup can be brought up to it before anybody signs in (design 4.7). The transaction that ends something
// leaves the fingerprint in the house; it stands in the list, on the disk, before the caller is answered; and the sweep
// puts there again what a stop in between had kept from it.

// What may end.
const (
	endKey         = "key"         // a subject's key was destroyed
	endEpisode     = "episode"     // an episode was erased, though its person may stay
	endRequest     = "request"     // a request is over without becoming an episode
	endCode        = "code"        // a code opens nothing any more
	usedCode       = "used"        // somebody has come back with it: it does not lapse unused
	endContact     = "contact"     // a way to reach somebody was taken back
	endAccount     = "account"     // an account was closed
	endPasskey     = "passkey"     // a passkey was taken away
	endRole        = "role"        // a role was taken away
	endNearby      = "tie"         // two persons may not meet one worker any more
	endServing     = "apart"       // an account, or another person, keeps away from a person
	endExempt      = "exempt"      // an exception from a wall
	endParticipant = "participant" // somebody left a group
	endTopic       = "topic"       // a topic was taken away
	endReleased    = "released"    // figures left the house
	endFeedback    = "feedback"    // a way to answer was used: a code by its mark, a ticket by its random word
	endFamily      = "family"      // a family does not come to a day
	listedSize     = 16            // bytes of a fingerprint: no two meet
	listKept       = 60            // days, unless the options say otherwise
	listAtMost     = 20 * time.Second
)

// Ended is the list without names.
type Ended map[[listedSize]byte]calendar.Date

// end notes in the transaction that something has ended.
func (tx *Tx) end(ctx context.Context, kind, what string) error {
	return tx.endBy(ctx, kind, what, calendar.DateOf(tx.Now(), time.UTC))
}

// endBy is end under another day than this one, which is nobody's to know.
func (tx *Tx) endBy(ctx context.Context, kind, what string, day calendar.Date) error {
	e := endedRow{tx.db.endedAs(kind, what), day}
	tx.ended = append(tx.ended, e)
	return tx.exec(ctx, "INSERT INTO ended (hash, day) VALUES ($1, $2)"+laterDay, e.hash[:], e.day)
}

type endedRow struct {
	hash [listedSize]byte
	day  calendar.Date
}

// laterDay keeps the newer day of what has ended twice, such as a wall that was taken away and stands again.
const laterDay = " ON CONFLICT (hash) DO UPDATE SET day = excluded.day WHERE ended.day < excluded.day"

func (db *DB) endedAs(kind, what string) [listedSize]byte {
	return [listedSize]byte(db.ring.Index("ended", kind+"/"+what)[:listedSize])
}

// listed puts what a kept transaction has ended into the list, before its caller is answered. If that fails, the
// fingerprints still lie in the house and the sweep puts them there.
func (db *DB) listed(ctx context.Context, ended []endedRow) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), listAtMost)
	defer cancel()
	if err := db.keys.list(ctx, ended); err != nil {
		db.log.Error("what has ended waits to be listed", "cause", err)
	}
}

// SweepEnded puts into the list what still lies in the house alone, and lets go of what no backup can bring back.
func (db *DB) SweepEnded(ctx context.Context) error {
	var waiting []endedRow
	err := db.View(ctx, func(tx *Tx) (err error) {
		waiting, err = many(ctx, tx, scanEnded, "SELECT hash, day FROM ended")
		return err
	})
	if err != nil {
		return err
	}
	if err := db.keys.list(ctx, waiting); err != nil {
		return err
	}
	if len(waiting) > 0 {
		err = db.Update(ctx, func(tx *Tx) error {
			return inParts(waiting, func(part []endedRow) error {
				args := make([]any, len(part))
				for i := range part {
					args[i] = part[i].hash[:]
				}
				return tx.exec(ctx, "DELETE FROM ended WHERE hash IN ("+marks(1, len(part))+")", args...)
			})
		})
	}
	return errors.Join(err, db.keys.unlist(ctx, calendar.DateOf(db.Now(), time.UTC).Add(-db.listDays)))
}

func scanEnded(r scanner) (e endedRow, err error) {
	var hash []byte
	if err := r.Scan(&hash, &e.day); err != nil {
		return e, err
	}
	if len(hash) != listedSize {
		return e, errors.New("a fingerprint of the list is damaged")
	}
	e.hash = [listedSize]byte(hash)
	return e, nil
}

// list puts fingerprints into the store and the file. One that stands there already gets the newer day.
func (s *keyStore) list(ctx context.Context, ended []endedRow) error {
	if len(ended) == 0 {
		return nil
	}
	err := inParts(ended, func(part []endedRow) error { return putEnded(ctx, s.db, part) })
	return errors.Join(err, s.file.add(ended))
}

func putEnded(ctx context.Context, db *sql.DB, part []endedRow) error {
	values, args := make([]string, len(part)), make([]any, 0, 2*len(part))
	for i, e := range part {
		values[i] = fmt.Sprintf("($%d, $%d)", 2*i+1, 2*i+2)
		args = append(args, e.hash[:], string(e.day))
	}
	_, err := db.ExecContext(ctx, "INSERT INTO ended (hash, day) VALUES "+strings.Join(values, ", ")+laterDay, args...)
	if err != nil {
		return fmt.Errorf("list what has ended: %w", clean(err))
	}
	return nil
}

// unlist lets go of what ended before a day.
func (s *keyStore) unlist(ctx context.Context, before calendar.Date) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM ended WHERE day < $1", string(before))
	return errors.Join(clean(err), s.file.cut(before))
}

// Ended is the list as it stands beside the keys.
func (db *DB) Ended(ctx context.Context) (Ended, error) { return endedIn(ctx, db.keys.db) }

func endedIn(ctx context.Context, keys *sql.DB) (Ended, error) {
	found, err := keys.QueryContext(ctx, "SELECT hash, day FROM ended")
	if err != nil {
		return nil, clean(err)
	}
	defer found.Close()
	list := Ended{}
	for found.Next() {
		e, err := scanEnded(found)
		if err != nil {
			return nil, err
		}
		list[e.hash] = e.day
	}
	return list, clean(found.Err())
}

// AddEnded puts the fingerprints of another copy of the list beside the keys.
func (db *DB) AddEnded(ctx context.Context, list Ended) error {
	all := make([]endedRow, 0, len(list))
	for hash, day := range list {
		all = append(all, endedRow{hash, day})
	}
	return db.keys.list(ctx, all)
}

// listFile is a copy of the list in a file, for another disk than the databases'. Nil keeps none.
type listFile struct{ path string }

// add appends lines and syncs them. Each begins with a new line, so that one which a stop has cut spoils no other.
func (f *listFile) add(ended []endedRow) error {
	if f == nil {
		return nil
	}
	var text strings.Builder
	for _, e := range ended {
		text.WriteString("\n" + string(e.day) + " " + hex.EncodeToString(e.hash[:]) + "\n")
	}
	out, err := os.OpenFile(f.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("the list of what has ended: %w", err)
	}
	_, err = out.WriteString(text.String())
	return errors.Join(err, out.Sync(), out.Close())
}

// ReadEnded reads a file of the list. Lines that a stop has cut are passed over.
func ReadEnded(path string) (Ended, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	list := Ended{}
	for l := range strings.Lines(string(text)) {
		day, word, ok := strings.Cut(strings.TrimSpace(l), " ")
		hash, err := hex.DecodeString(word)
		if _, wrong := calendar.ParseDate(day); !ok || err != nil || wrong != nil || len(hash) != listedSize {
			continue
		}
		was := list[[listedSize]byte(hash)]
		list[[listedSize]byte(hash)] = max(was, calendar.Date(day))
	}
	return list, nil
}

// cut writes the file anew without what ended before a day, when there is any.
func (f *listFile) cut(before calendar.Date) error {
	if f == nil {
		return nil
	}
	list, err := ReadEnded(f.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var kept []endedRow
	for hash, day := range list {
		if day >= before {
			kept = append(kept, endedRow{hash, day})
		}
	}
	if len(kept) == len(list) {
		return nil
	}
	anew := &listFile{f.path + ".new"}
	if err := os.Remove(anew.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := anew.add(kept); err != nil {
		return err
	}
	return os.Rename(anew.path, f.path)
}

// MarkBackup notes in every copy of the list that it knew of a backup made at this moment: a list without the mark is
// older than that backup, and cannot tell what has ended since.
func MarkBackup(ctx context.Context, o Options, at time.Time) error {
	r, err := openKeysRaw(ctx, o)
	if err != nil {
		return err
	}
	tables, err := Snapshot{r, &Raw{driver: o.Driver}}.Tables(ctx)
	if err != nil || !slices.ContainsFunc(tables, func(t Table) bool { return t.Name == "ended" }) {
		return errors.Join(err, r.Close()) // a schema of before the list
	}
	e := []endedRow{{backupMark(at), calendar.DateOf(at, time.UTC)}}
	return errors.Join(putEnded(ctx, r, e), o.listFile().add(e), r.Close())
}

// backupMark needs no key: that there was a backup is told by the backup.
func backupMark(at time.Time) [listedSize]byte {
	sum := sha256.Sum256([]byte("backup/" + calendar.Stamp(at)))
	return [listedSize]byte(sum[:listedSize])
}

// Knows tells whether the list was kept when a backup was made at this moment.
func (e Ended) Knows(at time.Time) bool { _, ok := e[backupMark(at)]; return ok }

func (o Options) listFile() *listFile {
	if o.List == "" {
		return nil
	}
	return &listFile{o.List}
}

func openKeysRaw(ctx context.Context, o Options) (*sql.DB, error) {
	r, err := OpenRaw(ctx, o, Keys)
	if err != nil || o.Driver == "postgres" {
		if err != nil {
			return nil, err
		}
		return r.db, nil
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	return openFile(o.KeysPath, writing, 1)
}
