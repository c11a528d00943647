// Package feed is a worker's coming meetings for their own calendar program (iCalendar, RFC 5545): when, and nothing
// else (D-156). There is no feed for clients. Whoever has the address reads it without signing in, so it says neither
// whom, where, in which service nor under which name of ours, and it is made new or ended by its owner at once.
//
// A program that subscribes must be told of what changed and of what is off. The feed therefore remembers what it has
// told, sealed with the owner's own key, until that time has come.
package feed

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
)

// aheadDays is how far a feed looks: as far as a meeting may be.
const aheadDays = 366

// Feed is one worker's. Its address is kept as a hash alone.
type Feed struct {
	Account access.AccountID
	Hash    []byte
	Made    calendar.Date
}

// Entry is one meeting as the feed tells it. The UID is a keyed fingerprint: it is found nowhere else in the house.
type Entry struct {
	UID       string
	Starts    time.Time
	Ends      time.Time
	Sequence  int // RFC 5545 SEQUENCE: raised by one each time something else is told
	Cancelled bool
}

// Calendar is all that a feed tells now.
type Calendar struct {
	Lang    locale.Lang
	Entries []Entry
}

// Tx is the part of a storage transaction that feeds need.
type Tx interface {
	account.Tx
	Calendar(ctx context.Context, by access.Actor, from, to time.Time, unit access.UnitID) ([]appointment.Entry, error)
	Feed(ctx context.Context, hash []byte) (Feed, error)
	FeedOf(ctx context.Context, who access.AccountID) (Feed, error)
	PutFeed(ctx context.Context, f Feed) error // in place of the former, with all that it has told
	FeedTold(ctx context.Context, who access.AccountID) ([]Entry, error)
	PutFeedTold(ctx context.Context, who access.AccountID, e Entry) error
	DropFeedTold(ctx context.Context, who access.AccountID, uid string) error
}

func hidden() error { return fault.New(fault.NotFound, "not-found") }

// Make gives the actor's feed a new address, which is shown this once. The former one tells nothing from now on.
func Make(ctx context.Context, tx Tx, by access.Actor) (token string, err error) {
	if !by.Has(access.Worker) {
		return "", hidden()
	}
	token, hash := account.NewToken()
	f := Feed{Account: by.Account, Hash: hash, Made: calendar.DateOf(tx.Now(), time.UTC)}
	if err := tx.PutFeed(ctx, f); err != nil {
		return "", err
	}
	return token, audit.Note(ctx, tx, by, audit.Ways, audit.Account, string(by.Account))
}

// End ends the actor's feed.
func End(ctx context.Context, tx Tx, by access.Actor) error {
	if err := tx.DeleteFeed(ctx, by.Account); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, audit.Ways, audit.Account, string(by.Account))
}

// Read is what the feed behind an address tells now, with the owner's rights of this moment. It remembers what is new
// in it, so it wants a transaction that writes. An address that was never given, a former one and that of somebody who
// no longer works here are all not found.
func Read(ctx context.Context, tx Tx, token string) (Calendar, error) {
	f, err := tx.Feed(ctx, account.HashOf(token))
	if err != nil {
		return Calendar{}, err
	}
	by, owner, err := account.Present(ctx, tx, f.Account)
	if fault.Is(err, fault.SignIn) || err == nil && !by.Has(access.Worker) {
		return Calendar{}, hidden()
	}
	if err != nil {
		return Calendar{}, err
	}
	own, err := coming(ctx, tx, by)
	if err != nil {
		return Calendar{}, err
	}
	told, err := tx.FeedTold(ctx, f.Account)
	if err != nil {
		return Calendar{}, err
	}
	next := Next(told, own, tx.Now())
	return Calendar{Lang: owner.Lang, Entries: next.Tell}, next.keep(ctx, tx, f.Account)
}

// coming are the owner's booked meetings that are not over.
func coming(ctx context.Context, tx Tx, by access.Actor) ([]Entry, error) {
	now := tx.Now()
	all, err := tx.Calendar(ctx, by, now.Add(-24*time.Hour), now.AddDate(0, 0, aheadDays), "")
	var out []Entry
	for _, e := range all {
		if (e.Worker == by.Account || e.Second == by.Account) && e.State == appointment.Booked && e.Ends.After(now) {
			out = append(out, Entry{UID: uid(tx, by.Account, e.ID), Starts: e.Starts, Ends: e.Ends})
		}
	}
	return out, err
}

// uid is the meeting's name in this worker's feed: nobody can tell from it which row it is, or that a colleague's
// calendar has the same meeting.
func uid(tx Tx, who access.AccountID, meeting appointment.ID) string {
	return hex.EncodeToString(tx.Index("feed.uid", string(who)+"/"+string(meeting))[:16])
}

// Step is what a feed tells next, and what changes in what it remembers.
type Step struct {
	Tell []Entry // by start
	Put  []Entry
	Drop []string
}

// Next compares what was told with what there is. What changed is told with the next number; what is gone before its
// time came is told as cancelled until then; what is past is told no more.
func Next(told, own []Entry, now time.Time) Step {
	var s Step
	there := map[string]bool{}
	for _, e := range own {
		there[e.UID] = true
		i := slices.IndexFunc(told, func(t Entry) bool { return t.UID == e.UID })
		if i >= 0 {
			e.Sequence = told[i].Sequence
		}
		if i >= 0 && !told[i].same(e) {
			e.Sequence++
		}
		if i < 0 || !told[i].same(e) {
			s.Put = append(s.Put, e)
		}
		s.Tell = append(s.Tell, e)
	}
	for _, t := range told {
		switch {
		case there[t.UID]:
		case !t.Starts.After(now):
			s.Drop = append(s.Drop, t.UID)
		default:
			if !t.Cancelled {
				t.Cancelled, t.Sequence = true, t.Sequence+1
				s.Put = append(s.Put, t)
			}
			s.Tell = append(s.Tell, t)
		}
	}
	slices.SortFunc(s.Tell, func(a, b Entry) int {
		if c := a.Starts.Compare(b.Starts); c != 0 {
			return c
		}
		return slices.Compare([]byte(a.UID), []byte(b.UID))
	})
	return s
}

func (e Entry) same(other Entry) bool {
	return e.Starts.Equal(other.Starts) && e.Ends.Equal(other.Ends) && e.Cancelled == other.Cancelled
}

func (s Step) keep(ctx context.Context, tx Tx, who access.AccountID) error {
	for _, uid := range s.Drop {
		if err := tx.DropFeedTold(ctx, who, uid); err != nil {
			return err
		}
	}
	for _, e := range s.Put {
		if err := tx.PutFeedTold(ctx, who, e); err != nil {
			return err
		}
	}
	return nil
}
