package account

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
)

// How long a signed-in stay lasts (design 4.10).
const (
	idle     = 30 * time.Minute
	absolute = 12 * time.Hour
	// demoStays is the demo's: its clock is turned by months, which is not being away.
	demoStays = 10 * 365 * 24 * time.Hour
	// touchAfter keeps a page view from being a write: being seen is noted once a minute.
	touchAfter = time.Minute
	// fresh is how long a proof of who one is stands for what cannot be taken back: exports, erasures, rights.
	fresh = 10 * time.Minute
	// choosing is how long one may take over the first way of signing in, with an application to install on the way.
	choosing = time.Hour
)

// Over tells whether the stay has ended: unused too long, or at its absolute end.
func (s Session) Over(now time.Time) bool {
	return !now.Before(s.Expires) || (!s.demo() && now.Sub(s.Seen) >= idle)
}

// Stale tells whether being seen should be noted.
func (s Session) Stale(now time.Time) bool { return now.Sub(s.Seen) >= touchAfter }

// Ends is when the stay ends if its owner does nothing more; the zero time for the demo's, which do not end. A page that
// is being shown keeps a stay alive, so that its own instant counts as being seen, to the minute in which that is noted.
func (s Session) Ends(now time.Time) time.Time {
	if s.Stale(now) {
		s.Seen = now
	}
	return s.EndsUntouched()
}

// EndsUntouched is Ends as kept, without the page that asks.
func (s Session) EndsUntouched() time.Time {
	end := s.Seen.Add(idle)
	switch {
	case s.demo():
		return time.Time{}
	case end.Before(s.Expires):
		return end
	}
	return s.Expires
}

// Fresh tells whether the stay's owner proved who they are so lately that they may do what cannot be taken back (ASVS
// 7.5.1, 7.5.3). A stay that an invitation began may choose a way of signing in and has no other rights.
func Fresh(s Session, now time.Time) bool {
	since := now.Sub(s.Proved)
	return s.demo() || since <= fresh || (s.Way == ByLink && since <= choosing)
}

// demo tells that the stay began with a demo link, which the program alone makes.
func (s Session) demo() bool { return s.Expires.Sub(s.Created) > absolute }

func signInFirst() error { return fault.New(fault.SignIn, "sign-in.needed") }

// stay is the live session behind a token.
func stay(ctx context.Context, tx Tx, token string) (Session, error) {
	if token == "" {
		return Session{}, signInFirst()
	}
	s, err := tx.Session(ctx, HashOf(token))
	if fault.Is(err, fault.NotFound) || (err == nil && s.Over(tx.Now())) {
		return Session{}, signInFirst()
	}
	return s, err
}

// Actor is the staff member behind a session's token, with rights as they are this moment.
func Actor(ctx context.Context, tx Tx, token string) (access.Actor, Account, error) {
	by, a, _, err := Come(ctx, tx, token)
	return by, a, err
}

// Come is who comes with a session's token, and the stay itself. Whoever has been invited and has not yet chosen a way
// of signing in has no rights but to choose one, nor has who waits for a second colleague.
func Come(ctx context.Context, tx Tx, token string) (access.Actor, Account, Session, error) {
	s, err := stay(ctx, tx, token)
	if err != nil {
		return access.Actor{}, Account{}, s, err
	}
	by, a, err := Present(ctx, tx, s.Account)
	if fault.Is(err, fault.SignIn) {
		s = Session{}
	}
	return by, a, s, err
}

// Present is a staff member with the rights of this moment; whose account is closed or gone has to sign in, which they
// cannot.
func Present(ctx context.Context, tx Tx, who access.AccountID) (access.Actor, Account, error) {
	a, err := tx.Account(ctx, who)
	switch {
	case fault.Is(err, fault.NotFound) || (err == nil && a.State == Closed):
		return access.Actor{}, Account{}, signInFirst()
	case err != nil || !a.Works():
		return access.Actor{Account: a.ID}, a, err
	}
	roles, err := tx.Memberships(ctx, a.ID)
	return access.Actor{Account: a.ID, Roles: roles}, a, err
}

// Touch notes that the stay is in use.
func Touch(ctx context.Context, tx Tx, token string) error {
	s, err := stay(ctx, tx, token)
	if err != nil || !s.Stale(tx.Now()) {
		return err
	}
	s.Seen = tx.Now()
	return tx.PutSession(ctx, s)
}

// open begins a stay of somebody who has come, and counts it.
func open(ctx context.Context, tx Tx, who access.AccountID, way string, lasts time.Duration, former string) (string, error) {
	if err := came(ctx, tx, who); err != nil {
		return "", err
	}
	return begin(ctx, tx, who, way, lasts, former)
}

// begin begins a stay with a new token; the browser's former one ends (ASVS 7.2.4: a session is never carried over).
func begin(ctx context.Context, tx Tx, who access.AccountID, way string, lasts time.Duration, former string) (string, error) {
	if former != "" {
		if err := tx.DeleteSession(ctx, HashOf(former)); err != nil {
			return "", err
		}
	}
	token, now := newToken(), tx.Now()
	return token, tx.PutSession(ctx, Session{ID: id.New(), Hash: HashOf(token), Account: who, Created: now, Seen: now, Proved: now,
		Expires: now.Add(lasts), Way: way})
}

// renew goes on with a stay whose owner has just proved who they are: under a new token, with the same absolute end.
func renew(ctx context.Context, tx Tx, s Session, way string) (string, error) {
	if err := tx.DeleteSession(ctx, s.Hash); err != nil {
		return "", err
	}
	token := newToken()
	s.Hash, s.Way, s.Seen, s.Proved = HashOf(token), way, tx.Now(), tx.Now()
	return token, tx.PutSession(ctx, s)
}

// On notes what sort of device a stay that has just begun is on, for its owner's list.
func On(ctx context.Context, tx Tx, signed Signed, device string) error {
	if signed.Token == "" || (device != Computer && device != Phone) {
		return nil
	}
	s, err := stay(ctx, tx, signed.Token)
	if err != nil {
		return err
	}
	s.Device = device
	return tx.PutSession(ctx, s)
}

// SignOut ends this browser's stay. Signing out twice is no mistake.
func SignOut(ctx context.Context, tx Tx, token string) error {
	if token == "" {
		return nil
	}
	s, err := stay(ctx, tx, token)
	if err == nil {
		err = gone(ctx, tx, s.Account)
	}
	if err != nil && !fault.Is(err, fault.SignIn) {
		return err
	}
	return tx.DeleteSession(ctx, HashOf(token))
}

// SignOutEverywhere ends every stay of the account.
func SignOutEverywhere(ctx context.Context, tx Tx, by access.Actor) error {
	if !by.Staff() {
		return signInFirst()
	}
	if err := gone(ctx, tx, by.Account); err != nil {
		return err
	}
	return tx.DeleteSessions(ctx, by.Account)
}

// SignOutOther ends every stay of a colleague, who signs in again, and the address of their calendar. It takes nothing else, so whoever may know of the colleague
// as coordinator or operator may do it at once (ASVS 7.4.5).
func SignOutOther(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) error {
	if _, _, err := colleague(ctx, tx, by, who); err != nil {
		return err
	}
	if err := tx.DeleteSessions(ctx, who); err != nil {
		return err
	}
	if err := tx.DeleteFeed(ctx, who); err != nil { // it is done when a telephone is lost, and the telephone has the address
		return err
	}
	return note(ctx, tx, by, audit.SignedOut, who)
}

// Stays are where the signed-in account is signed in now.
func Stays(ctx context.Context, tx Tx, by access.Actor) ([]Session, error) {
	if !by.Staff() {
		return nil, signInFirst()
	}
	all, err := tx.Sessions(ctx, by.Account)
	return slices.DeleteFunc(all, func(s Session) bool { return s.Over(tx.Now()) }), err
}

// EndStay ends one of the own stays by its ID. One that has ended is no mistake; another's is not found among the own.
func EndStay(ctx context.Context, tx Tx, by access.Actor, stay string) error {
	all, err := Stays(ctx, tx, by)
	for _, s := range all {
		if err == nil && s.ID == stay {
			err = tx.DeleteSession(ctx, s.Hash)
		}
	}
	return err
}

// freshly is the live session of by, when it is fresh enough to change how one signs in (ASVS 7.5.1).
func freshly(ctx context.Context, tx Tx, by access.Actor, token string) (Session, error) {
	s, err := own(ctx, tx, by, token)
	if err == nil && !Fresh(s, tx.Now()) {
		err = Again()
	}
	return s, err
}

// own is the live session behind the token, when it is by's.
func own(ctx context.Context, tx Tx, by access.Actor, token string) (Session, error) {
	s, err := stay(ctx, tx, token)
	if err == nil && s.Account != by.Account {
		err = signInFirst()
	}
	return s, err
}

// Again asks a staff member who is signed in to prove once more who they are.
func Again() error { return fault.New(fault.SignIn, "account.again") }
