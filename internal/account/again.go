package account

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
)

// Signing in again (step-up): a proof makes the stay fresh, under a new token, and does not lengthen it.

// ProveAgain finds what the signed-in account's password is to be checked against.
func ProveAgain(ctx context.Context, tx Tx, by access.Actor) (*Proof, error) {
	a, err := tx.Account(ctx, by.Account)
	if err != nil || a.State != Active || a.Password == "" {
		return &Proof{}, err
	}
	return &Proof{account: a.ID, hash: a.Password}, nil
}

// SignInAgain decides over the checked password and the code of somebody who is signed in. Wrong tries count as they do
// at the door.
func SignInAgain(ctx context.Context, tx Tx, by access.Actor, token string, p *Proof, code string) (Signed, error) {
	s, err := own(ctx, tx, by, token)
	if err != nil {
		return Signed{}, err
	}
	if p.account != by.Account {
		return Signed{Refusal: Refused()}, nil
	}
	a, refusal, err := decide(ctx, tx, p, code)
	if err != nil || refusal != nil {
		return Signed{Refusal: refusal}, err
	}
	renewed, err := renew(ctx, tx, s, ByPassword)
	return Signed{Token: renewed, Account: a}, err
}

// SignInAgain makes the stay of somebody who is signed in fresh by the answer of a passkey of their own.
func (p *Party) SignInAgain(ctx context.Context, tx Tx, by access.Actor, token, state string, answer []byte) (Signed, error) {
	s, err := own(ctx, tx, by, token)
	if err != nil {
		return Signed{}, err
	}
	found, credential, err := p.answered(ctx, tx, state, answer)
	switch {
	case err != nil:
		return Signed{}, err
	case found.a.ID != by.Account:
		return Signed{}, passkeyRefused()
	}
	if err := putCredential(ctx, tx, found.a.ID, credential, time.Time{}); err != nil {
		return Signed{}, err
	}
	renewed, err := renew(ctx, tx, s, ByPasskey)
	return Signed{Token: renewed, Account: found.a}, err
}
