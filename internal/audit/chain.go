package audit

import (
	"bytes"
	"context"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
)

// Fingerprints are keyed hashes under a key derived from the master key: whoever holds the database alone cannot make one.
type Fingerprints interface {
	Index(purpose, value string) []byte
}

// LinkOf is the link of an entry after the one before it.
func LinkOf(keys Fingerprints, before []byte, e Entry) []byte {
	return keys.Index("audit.link", strings.Join([]string{hex.EncodeToString(before), strconv.Itoa(e.Seq), e.ID, string(e.Day), string(e.Account),
		e.Action, string(e.Kind), e.Object}, "|"))
}

// Day is how many entries a day that is over has.
type Day struct {
	Day     calendar.Date
	Entries int
	Seal    []byte
}

// SealOf is the seal of a day's number.
func SealOf(keys Fingerprints, d Day) []byte {
	return keys.Index("audit.day", string(d.Day)+"|"+strconv.Itoa(d.Entries))
}

// Checked is what a check found.
type Checked struct {
	Entries   int
	Unchained int             // from before there were chains
	Objects   []string        // whose chain is broken: an entry was changed, added or taken from the middle
	Days      []calendar.Date // with more or fewer entries than were sealed
}

// Whole tells that nothing was found.
func (c Checked) Whole() bool { return len(c.Objects)+len(c.Days) == 0 }

// CheckTx is what a check reads.
type CheckTx interface {
	Fingerprints
	AuditChains(ctx context.Context, each func(Entry) error) error // by object, then in order
	AuditDays(ctx context.Context) ([]Day, error)
}

// Check follows every object's chain and counts every day that is over. It needs the master key and no other.
func Check(ctx context.Context, tx CheckTx) (Checked, error) {
	var c Checked
	perDay := map[calendar.Date]int{}
	var last Entry
	err := tx.AuditChains(ctx, func(e Entry) error {
		c.Entries++
		perDay[e.Day]++
		if e.Object != last.Object {
			last = Entry{Object: e.Object}
		}
		switch {
		case e.Seq == 0:
			c.Unchained++
			return nil
		case e.Seq != last.Seq+1 || !bytes.Equal(e.Link, LinkOf(tx, last.Link, e)):
			if n := len(c.Objects); n == 0 || c.Objects[n-1] != e.Object {
				c.Objects = append(c.Objects, e.Object)
			}
		}
		last = e
		return nil
	})
	if err != nil {
		return c, err
	}
	days, err := tx.AuditDays(ctx)
	for _, d := range days {
		if d.Entries != perDay[d.Day] || !bytes.Equal(d.Seal, SealOf(tx, d)) {
			c.Days = append(c.Days, d.Day)
		}
	}
	return c, err
}

// SealTx is what sealing days needs.
type SealTx interface {
	Now() time.Time
	SealAuditDays(ctx context.Context, before calendar.Date) (int, error)
}

// SealDays seals the number of entries of each day that is over. Afterwards one that is missing is noticed.
func SealDays(ctx context.Context, tx SealTx) (int, error) {
	return tx.SealAuditDays(ctx, calendar.DateOf(tx.Now(), time.UTC))
}
