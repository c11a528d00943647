package account

import (
	"context"
	"time"

	"golang.org/x/text/unicode/norm"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/seal"
)

// Wanted is a password on its way to being kept: checked and hashed outside any transaction.
type Wanted struct {
	account access.AccountID
	was     string // the hash it replaces
	right   bool   // the present password was given, or there is none
	hash    string
	form    fault.Form
}

// Leaked tells whether a password stands in a list of such as have leaked somewhere; nil knows of none.
type Leaked func(password string) (bool, error)

// Want checks a new password for its owner, and the present one where there is one.
func Want(ctx context.Context, a Account, present, password, again string, leaked Leaked) (*Wanted, error) {
	w := &Wanted{account: a.ID, was: a.Password, right: a.Password == ""}
	key, err := unfit(password, a, leaked)
	switch {
	case err != nil:
		return nil, err
	case key != "":
		w.form.Add("password", key, "n", minPassword)
	case password != again:
		w.form.Add("again", "account.password-again")
	}
	if !w.right && len(present) <= 4*maxPassword {
		if w.right, err = matches(ctx, a.Password, present); err != nil {
			return nil, err
		}
	}
	if w.form.Err() == nil && w.right {
		w.hash, err = hashPassword(ctx, password)
	}
	return w, err
}

// unfit is the message key of why a password cannot be taken; "" when it can.
func unfit(password string, a Account, leaked Leaked) (string, error) {
	if key := weakness(password, a); key != "" || leaked == nil {
		return key, nil
	}
	found, err := leaked(norm.NFC.String(password))
	if found {
		return "account.password-leaked", nil
	}
	return "", err
}

// KeepPassword keeps a wanted password. Where the account has no one-time codes yet, the code must come from the secret
// this stay offered. Every other stay ends, and this one gets a new token.
func KeepPassword(ctx context.Context, tx Tx, by access.Actor, token string, w *Wanted, code string) (Signed, error) {
	if _, err := freshly(ctx, tx, by, token); err != nil {
		return Signed{}, err
	}
	a, err := tx.Account(ctx, by.Account)
	if err != nil {
		return Signed{}, err
	}
	if a.ID != w.account || a.Password != w.was || a.State == Closed {
		return Signed{}, fault.New(fault.Conflict, "account.changed")
	}
	if tx.Now().Before(a.WaitUntil) {
		return Signed{Refusal: fault.New(fault.TooMany, "too-many")}, nil
	}
	form := fault.Form{}
	if !w.right {
		a.wrongTry(tx.Now())
		form.Add("present", "account.password-present")
		if err := refusedOnce(ctx, tx, a.ID); err != nil {
			return Signed{}, err
		}
		return Signed{Refusal: form.Err()}, keep(ctx, tx, a)
	}
	form = w.form
	if a.TOTP.Empty() {
		if err := takeOffered(tx, &a, token, code, &form); err != nil {
			return Signed{}, err
		}
	}
	if err := form.Err(); err != nil {
		return Signed{Refusal: err}, nil
	}
	a.Password = w.hash
	return ready(ctx, tx, a, ByPassword, token)
}

func takeOffered(tx Tx, a *Account, token, code string, form *fault.Form) error {
	secret, err := offered(tx, *a, token)
	if err != nil {
		return err
	}
	spent, ok := codeStep(secret.Text, 0, code, tx.Now())
	if !ok {
		form.Add("code", "account.code")
		return nil
	}
	a.TOTP, a.TOTPStep = seal.Of(secret.Text), spent
	return nil
}

// ready makes an account that has a way of signing in active, ends every other stay and begins a new one that lasts as
// long as the old.
func ready(ctx context.Context, tx Tx, a Account, way, token string) (Signed, error) {
	s, err := stay(ctx, tx, token)
	if err != nil {
		return Signed{}, err
	}
	return readyFrom(ctx, tx, a, way, s)
}

func readyFrom(ctx context.Context, tx Tx, a Account, way string, s Session) (Signed, error) {
	a.State = Active
	a.rightTry()
	err := keep(ctx, tx, a)
	if err != nil {
		return Signed{}, err
	}
	if err := note(ctx, tx, access.Actor{Account: a.ID}, audit.Ways, a.ID); err != nil {
		return Signed{}, err
	}
	if err := tellOwner(ctx, tx, a.ID); err != nil {
		return Signed{}, err
	}
	if err := tx.DeleteLinks(ctx, a.ID); err != nil {
		return Signed{}, err
	}
	if err := tx.DeleteSessions(ctx, a.ID); err != nil {
		return Signed{}, err
	}
	lasts := absolute
	if s.demo() {
		lasts = max(s.Expires.Sub(tx.Now()), absolute+time.Second)
	}
	session, err := begin(ctx, tx, a.ID, way, lasts, "")
	if err != nil {
		return Signed{}, err
	}
	signed := Signed{Token: session, Account: a}
	return signed, On(ctx, tx, signed, s.Device)
}
