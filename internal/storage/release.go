package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/disclosure"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/release"
)

var _ release.Tx = (*Tx)(nil)

// anySubject is the row that stands for every subject of which nothing is known to have left.
const anySubject = "*"

type memoryRow struct {
	subject, held string
	round         int
	box           []byte
}

func scanMemory(r scanner) (m memoryRow, err error) {
	return m, r.Scan(&m.subject, &m.round, &m.held, &m.box)
}

const memoryColumns = "subject, round, held, box"

// memoryBox is a memory as it stands in its box; how long it is held stands beside it.
type memoryBox struct {
	Memory disclosure.Memory
	Days   []calendar.Date
	Shed   string
	Was    []disclosure.Left
}

// Memory is what has left of a subject; the zero Memory when nothing has.
func (tx *Tx) Memory(ctx context.Context, subject string) (release.Memory, error) {
	m, err := one(ctx, tx, scanMemory, "SELECT "+memoryColumns+" FROM release_memory WHERE subject = $1", subject)
	if fault.Is(err, fault.NotFound) {
		return tx.unknownMemory(ctx)
	}
	if err != nil {
		return release.Memory{}, err
	}
	s, err := tx.timesSeal()
	if err != nil {
		return release.Memory{}, err
	}
	plain, err := s.key.Open(sealedAt("release_memory.box", subject), m.box)
	if err != nil {
		return release.Memory{}, fmt.Errorf("open what has left: %w", err)
	}
	var b memoryBox
	if json.Unmarshal(plain, &b) != nil || b.Memory.Round != m.round || len(b.Days) != m.round {
		return release.Memory{}, errors.New("what has left cannot be read") // never its numbers
	}
	return release.Memory{Memory: b.Memory, Days: b.Days, Held: m.held, Shed: b.Shed, Was: b.Was}, nil
}

// unknownMemory is that of a subject of which nothing is known: in a restored house it may have left all the same.
func (tx *Tx) unknownMemory(ctx context.Context) (m release.Memory, err error) {
	m.Held, err = one(ctx, tx, scanWord, "SELECT held FROM release_memory WHERE subject = $1", anySubject)
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	m.Shed = m.Held
	return m, err
}

// PutMemory keeps what has left of a subject. Its round is the one after the last, or the schema refuses it. That it has left stands in
// the list of what has ended before anybody reads it, so that a restored house knows whether it knows of it.
func (tx *Tx) PutMemory(ctx context.Context, subject string, m release.Memory) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	plain, err := padded(memoryBox{m.Memory, m.Days, m.Shed, m.Was})
	if err != nil {
		return err
	}
	before, err := tx.releases(ctx)
	if err != nil {
		return err
	}
	for _, word := range []string{releaseWord(subject, m.Round), releaseWord(anySubject, before+1)} {
		if err := tx.end(ctx, endReleased, word); err != nil {
			return err
		}
	}
	box := s.key.Seal(sealedAt("release_memory.box", subject), plain)
	if m.Round == 1 { // two that both come first are one too many: the second runs again
		return taken(tx.exec(ctx, insert("release_memory", memoryColumns), subject, m.Round, m.Held, box), "release.again")
	}
	n, err := tx.affect(ctx, "UPDATE release_memory SET round = $2, held = $3, box = $4 WHERE subject = $1 AND round = $2 - 1", subject, m.Round, m.Held, box)
	if err == nil && n != 1 {
		err = fault.New(fault.Conflict, "release.again")
	}
	return err
}

// releases is how often anything has left.
func (tx *Tx) releases(ctx context.Context) (int, error) {
	return one(ctx, tx, scanCount, "SELECT CAST(COALESCE(sum(round), 0) AS BIGINT) FROM release_memory")
}

func releaseWord(subject string, round int) string { return subject + "/" + digits(round) }

// replayReleases holds the months of which something has left since the rows were copied: what it was is not known, and told beside it the same
// months might give a few people away. Of a subject without a memory nobody can tell, so all of them are held.
func (tx *Tx) replayReleases(ctx context.Context, r *Replayed, is func(kind, what string) bool) error {
	all, err := many(ctx, tx, scanMemory, "SELECT "+memoryColumns+" FROM release_memory WHERE subject <> $1", anySubject)
	if err != nil {
		return err
	}
	n, err := tx.releases(ctx)
	if err != nil || !is(endReleased, releaseWord(anySubject, n+1)) {
		return err
	}
	held := closedMonth(tx.now)
	for _, m := range all {
		if is(endReleased, releaseWord(m.subject, m.round+1)) {
			r.Releases++
			if err := tx.exec(ctx, "UPDATE release_memory SET held = $2 WHERE subject = $1 AND held < $2", m.subject, held); err != nil {
				return err
			}
		}
	}
	r.Releases++
	return tx.holdUnknown(ctx, held)
}

func (tx *Tx) holdUnknown(ctx context.Context, held string) error {
	return tx.exec(ctx, "INSERT INTO release_memory (subject, round, held) VALUES ($1, 0, $2) "+
		"ON CONFLICT (subject) DO UPDATE SET held = excluded.held WHERE release_memory.held < excluded.held", anySubject, held)
}

// HoldReleases holds the months of every subject: of a house that was restored without the whole list nobody knows what had left.
func (tx *Tx) HoldReleases(ctx context.Context) error {
	held := closedMonth(tx.now)
	if err := tx.exec(ctx, "UPDATE release_memory SET held = $1 WHERE held < $1", held); err != nil {
		return err
	}
	return tx.holdUnknown(ctx, held)
}

// closedMonth is the last month that may have been told by an instant anywhere on earth.
func closedMonth(now time.Time) string {
	return release.Closed(calendar.DateOf(now.Add(14*time.Hour), time.UTC))
}
