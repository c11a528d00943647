package account

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
)

// How long a signed-in stay lasts (design 4.10).
const (
	idle     = 30 * time.Minute
	absolute = 12 * time.Hour
	// demoStays is the demo's: its clock is turned by months, which is not being away.
	demoStays = 10 * 365 * 24 * time.Hour
	// touchAfter keeps a page view from being a write: being seen is noted once a minute.
	touchAfter = time.Minute
	// fresh is how long after signing in one may change how one signs in; later one signs in again first.
	fresh = 30 * time.Minute
)

// Over tells whether the stay has ended: unused too long, or at its absolute end.
func (s Session) Over(now time.Time) bool {
	return !now.Before(s.Expires) || (!s.demo() && now.Sub(s.Seen) >= idle)
}

// Stale tells whether being seen should be noted.
func (s Session) Stale(now time.Time) bool { return now.Sub(s.Seen) >= touchAfter }

// Fresh tells whether signing in was so lately that ways of signing in may be changed.
func (s Session) Fresh(now time.Time) bool { return s.demo() || now.Sub(s.Created) < fresh }

// demo tells that the stay began with a demo link, which the program alone makes.
func (s Session) demo() bool { return s.Expires.Sub(s.Created) > absolute }

func signInFirst() error { return fault.New(fault.SignIn, "sign-in.needed") }

// stay is the live session behind a token.
func stay(ctx context.Context, tx Tx, token string) (Session, error) {
	if token == "" {
		return Session{}, signInFirst()
	}
	s, err := tx.Session(ctx, hashOf(token))
	if fault.Is(err, fault.NotFound) || (err == nil && s.Over(tx.Now())) {
		return Session{}, signInFirst()
	}
	return s, err
}

// Actor is the staff member behind a session's token, with rights as they are this moment. Whoever has been invited
// and has not yet chosen a way of signing in has no rights but to choose one.
func Actor(ctx context.Context, tx Tx, token string) (access.Actor, Account, error) {
	s, err := stay(ctx, tx, token)
	if err != nil {
		return access.Actor{}, Account{}, err
	}
	a, err := tx.Account(ctx, s.Account)
	switch {
	case fault.Is(err, fault.NotFound) || (err == nil && a.State == Closed):
		return access.Actor{}, Account{}, signInFirst()
	case err != nil || a.State != Active:
		return access.Actor{Account: a.ID}, a, err
	}
	roles, err := tx.Memberships(ctx, a.ID)
	return access.Actor{Account: a.ID, Roles: roles}, a, err
}

// Stale tells whether Touch has something to do. It only reads, so that most page views only read.
func Stale(ctx context.Context, tx Tx, token string) (bool, error) {
	s, err := stay(ctx, tx, token)
	return err == nil && s.Stale(tx.Now()), err
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

// open begins a stay with a new token; the browser's former one ends (ASVS 7.2.4: a session is never carried over).
func open(ctx context.Context, tx Tx, who access.AccountID, lasts time.Duration, former string) (string, error) {
	if former != "" {
		if err := tx.DeleteSession(ctx, hashOf(former)); err != nil {
			return "", err
		}
	}
	token, now := newToken(), tx.Now()
	return token, tx.PutSession(ctx, Session{Hash: hashOf(token), Account: who, Created: now, Seen: now, Expires: now.Add(lasts)})
}

// SignOut ends this browser's stay. Signing out twice is no mistake.
func SignOut(ctx context.Context, tx Tx, token string) error {
	if token == "" {
		return nil
	}
	return tx.DeleteSession(ctx, hashOf(token))
}

// SignOutEverywhere ends every stay of the account.
func SignOutEverywhere(ctx context.Context, tx Tx, by access.Actor) error {
	if !by.Staff() {
		return signInFirst()
	}
	return tx.DeleteSessions(ctx, by.Account)
}

// freshly is the live session of by, when it is fresh enough to change how one signs in (ASVS 7.5.1).
func freshly(ctx context.Context, tx Tx, by access.Actor, token string) (Session, error) {
	s, err := stay(ctx, tx, token)
	switch {
	case err != nil:
		return s, err
	case s.Account != by.Account:
		return s, signInFirst()
	case !s.Fresh(tx.Now()):
		return s, fault.New(fault.SignIn, "account.again")
	}
	return s, nil
}

// Fresh tells whether the actor signed in so lately that ways of signing in may be changed.
func Fresh(ctx context.Context, tx Tx, by access.Actor, token string) (bool, error) {
	_, err := freshly(ctx, tx, by, token)
	if fault.HasKey(err, "account.again") {
		return false, nil
	}
	return err == nil, err
}
