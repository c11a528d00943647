package account

import (
	"context"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/seal"
)

// How long a link may lie unused.
const (
	inviteStands   = 7 * 24 * time.Hour
	recoveryStands = 24 * time.Hour
)

const maxName = 120

// InviteFor makes an account and the link by which its owner chooses how to sign in. The link is told once.
func InviteFor(ctx context.Context, tx Tx, by access.Actor, name, email string, lang locale.Lang, ms []access.Membership) (Account, string, error) {
	if !by.System && !by.Has(access.Operator) && !by.Has(access.Coordinator) {
		return Account{}, "", hidden()
	}
	name, email = strings.TrimSpace(name), strings.TrimSpace(email)
	var form fault.Form
	checkName(&form, name)
	if !isAddress(email) {
		form.Add("email", "account.email")
	}
	if _, ok := locale.Parse(string(lang)); !ok {
		form.Add("lang", "form.choice")
	}
	if len(ms) == 0 {
		form.Add("roles", "account.no-roles")
	}
	if err := form.Err(); err != nil {
		return Account{}, "", err
	}
	for _, m := range ms {
		if !Gives(by, m) {
			return Account{}, "", hidden()
		}
	}
	key, err := tx.NewKey()
	if err != nil {
		return Account{}, "", err
	}
	a := Account{ID: access.AccountID(id.New()), Key: key, Name: seal.Of(name), Email: seal.Of(email), State: Invited, Lang: lang, Created: tx.Now()}
	if err := byWhom(ctx, tx, by, &a); err != nil {
		return Account{}, "", err
	}
	if err := keep(ctx, tx, a); err != nil {
		return Account{}, "", err
	}
	if err := putMemberships(ctx, tx, a.ID, ms); err != nil {
		return Account{}, "", err
	}
	token, err := newLink(ctx, tx, a.ID, Invite, inviteStands)
	if err != nil {
		return Account{}, "", err
	}
	return a, token, note(ctx, tx, by, audit.Invited, a.ID)
}

func checkName(form *fault.Form, name string) {
	if name == "" || utf8.RuneCountInString(name) > maxName {
		form.Add("name", "account.name")
	}
}

func isAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 200
}

// keep writes the account under the fingerprint of its address, by which alone it is found at sign-in.
func keep(ctx context.Context, tx Tx, a Account) error {
	return tx.PutAccount(ctx, a, emailIndex(tx, a.Email.Reveal()))
}

func emailIndex(tx Tx, email string) []byte {
	return tx.Index("account.email", strings.ToLower(strings.TrimSpace(email)))
}

// newLink makes the account's one link; older ones die.
func newLink(ctx context.Context, tx Tx, who access.AccountID, purpose string, stands time.Duration) (string, error) {
	if err := tx.DeleteLinks(ctx, who); err != nil {
		return "", err
	}
	token := newToken()
	return token, tx.PutLink(ctx, Link{Hash: HashOf(token), Account: who, Purpose: purpose, Expires: tx.Now().Add(stands)})
}

// LinkFor makes a new link: Invite for somebody whose invitation nobody has used, by a coordinator or an operator; Demo by
// the program alone. Who has signed in before is recovered by two (recovery.go).
func LinkFor(ctx context.Context, tx Tx, by access.Actor, who access.AccountID, purpose string) (string, error) {
	if purpose == Demo && by.System {
		return newLink(ctx, tx, who, Demo, demoStays)
	}
	a, _, err := keepable(ctx, tx, by, who)
	switch {
	case err != nil:
		return "", err
	case purpose != Invite:
		return "", hidden()
	case a.State != Invited:
		return "", fault.New(fault.Conflict, "account.changed")
	}
	if err := byWhom(ctx, tx, by, &a); err != nil {
		return "", err
	}
	if err := keep(ctx, tx, a); err != nil {
		return "", err
	}
	if err := note(ctx, tx, by, audit.Link, who); err != nil {
		return "", err
	}
	return newLink(ctx, tx, a.ID, Invite, inviteStands)
}

// Signed is how a try of signing in ended. A refusal is a value and no error: an error would undo the transaction, and
// with it the counting of wrong tries.
type Signed struct {
	Token   string // the new session's; "" when refused
	Account Account
	Refusal error
}

func linkOver() error { return fault.New(fault.NotFound, "account.link-over") }

// FindLink tells what an unused link is for, without using it: mail programs open links before people do.
func FindLink(ctx context.Context, tx Tx, token string) (Link, error) {
	l, err := tx.Link(ctx, HashOf(token))
	if fault.Is(err, fault.NotFound) || (err == nil && !tx.Now().Before(l.Expires)) {
		return Link{}, linkOver()
	}
	return l, err
}

// UseLink spends a link and begins a stay. A demo link signs in. The others lead to choosing a way of signing in; a
// recovery asks for the code that another colleague was told, and takes every former way and stay away, whoever may hold
// them.
func UseLink(ctx context.Context, tx Tx, token, code, former string) (Signed, error) {
	l, err := FindLink(ctx, tx, token)
	if err != nil {
		return Signed{}, err
	}
	if l.Purpose == Recovery {
		if refusal, err := takeRecovery(ctx, tx, l, code); err != nil || refusal != nil {
			return Signed{Refusal: refusal}, err
		}
	}
	if err := tx.DeleteLink(ctx, l.Hash); err != nil {
		return Signed{}, err
	}
	a, err := tx.Account(ctx, l.Account)
	if err != nil {
		return Signed{}, err
	}
	lasts := absolute
	switch {
	case a.State == Closed:
		return Signed{}, linkOver()
	case l.Purpose == Demo:
		a.State, lasts = Active, demoStays
	default:
		if err := forget(ctx, tx, &a); err != nil {
			return Signed{}, err
		}
	}
	if err := keep(ctx, tx, a); err != nil {
		return Signed{}, err
	}
	if l.Purpose == Recovery { // every way there was is gone
		if err := tellOwner(ctx, tx, a.ID); err != nil {
			return Signed{}, err
		}
	}
	session, err := open(ctx, tx, a.ID, ByLink, lasts, former)
	return Signed{Token: session, Account: a}, err
}

// forget takes every way of signing in from the account.
func forget(ctx context.Context, tx Tx, a *Account) error {
	keys, err := tx.Passkeys(ctx, a.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := tx.DeletePasskey(ctx, a.ID, k.ID); err != nil {
			return err
		}
	}
	if err := tx.DeleteSessions(ctx, a.ID); err != nil {
		return err
	}
	if err := tx.DeleteFeed(ctx, a.ID); err != nil {
		return err
	}
	a.Password, a.TOTP, a.TOTPStep, a.Subject, a.State = "", seal.Text{}, 0, nil, Invited
	a.Wrong, a.WaitUntil = 0, time.Time{}
	return nil
}
