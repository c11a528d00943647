// Package account is a way for staff to sign in: a passkey, or a password with a one-time code (design 4.10).
// Clients have no account.
package account

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/wall"
)

// States of an account.
const (
	Invited = "invited" // a link has been given, no way of signing in is set
	Active  = "active"
	Closed  = "closed"
)

// Account is one staff member's.
type Account struct {
	ID        access.AccountID
	Key       string
	Name      seal.Text
	Email     seal.Text
	Password  string    // argon2id in PHC form; "" when none
	TOTP      seal.Text // the shared secret; empty when none
	TOTPStep  int64     // the last accepted step, so that a code works once
	State     string
	Lang      locale.Lang
	Wrong     int       // wrong tries in a row
	WaitUntil time.Time // no try counts before then
	Subject   []byte    // fingerprint of whom the organisation's own sign-in names; nil when none
	Created   time.Time
	InvitedBy access.AccountID // who made the link; "" when it was the program, or nobody else worked here
	VouchedBy access.AccountID // who knows that the account is in the right hands; "" while nobody
}

// Passkey is one WebAuthn credential, sealed whole.
type Passkey struct {
	ID         string // base64url of the credential id
	Account    access.AccountID
	Credential seal.Text // JSON of webauthn.Credential
	Created    time.Time
}

// Purposes of a one-time link.
const (
	Invite   = "invite"
	Demo     = "demo" // signs in at once; made by the demo alone
	Recovery = "recovery"
)

// Link is a one-time sign-in link, kept as a hash.
type Link struct {
	Hash    []byte
	Account access.AccountID
	Purpose string
	Expires time.Time
}

// Ways by which a stay was begun or last proved.
const (
	ByLink         = "link" // an invitation, a recovery or the demo
	ByPassword     = "password"
	ByPasskey      = "passkey"
	ByOrganisation = "organisation" // its own sign-in, by OpenID Connect
)

// Devices, as coarsely as their owner needs to tell them apart.
const (
	Computer = "computer"
	Phone    = "phone"
)

// Session is a signed-in stay of one browser, kept as a hash of its token. The token is new after each proof; the ID
// stays, and opens nothing: by it the owner ends a stay in another browser.
type Session struct {
	ID      string
	Hash    []byte
	Account access.AccountID
	Created time.Time
	Seen    time.Time
	Expires time.Time // the absolute end
	Proved  time.Time // when its owner last proved who they are
	Way     string
	Device  string
}

// Colleague is a member of a unit as coordinators list them.
type Colleague struct {
	Account
	Roles []access.Membership
}

// Tx is the part of a storage transaction that accounts need.
type Tx interface {
	wall.Tx
	audit.Tx
	NewKey() (string, error)
	Index(purpose, value string) []byte
	Account(ctx context.Context, id access.AccountID) (Account, error)
	AccountByEmail(ctx context.Context, index []byte) (Account, error)
	AccountBySubject(ctx context.Context, index []byte) (Account, error)
	Colleagues(ctx context.Context, unit access.UnitID) ([]Colleague, error) // all units when unit is ""
	PutAccount(ctx context.Context, a Account, emailIndex []byte) error      // same address twice: fault.Conflict "account.email-taken"
	Memberships(ctx context.Context, id access.AccountID) ([]access.Membership, error)
	PutMemberships(ctx context.Context, id access.AccountID, ms []access.Membership) error // keeps holding rows too
	Passkeys(ctx context.Context, id access.AccountID) ([]Passkey, error)
	Passkey(ctx context.Context, id string) (Passkey, error)
	PutPasskey(ctx context.Context, p Passkey) error
	DeletePasskey(ctx context.Context, id access.AccountID, passkey string) error
	PutLink(ctx context.Context, l Link) error
	Link(ctx context.Context, hash []byte) (Link, error)
	DeleteLink(ctx context.Context, hash []byte) error
	DeleteLinks(ctx context.Context, id access.AccountID) error
	PutSession(ctx context.Context, s Session) error
	Session(ctx context.Context, hash []byte) (Session, error)
	Sessions(ctx context.Context, id access.AccountID) ([]Session, error) // latest used first
	DeleteSession(ctx context.Context, hash []byte) error
	DeleteSessions(ctx context.Context, id access.AccountID) error
	WaitingAccounts(ctx context.Context) ([]access.AccountID, error) // in use, with nobody who vouched for them
	PutRecovery(ctx context.Context, a Asked) error
	Recovery(ctx context.Context, id string) (Asked, error)
	RecoveryOf(ctx context.Context, who access.AccountID) (Asked, error)
	Recoveries(ctx context.Context) ([]Asked, error)
	DeleteRecovery(ctx context.Context, id string) error
	DeleteFeed(ctx context.Context, id access.AccountID) error // the address of a calendar (package feed), which opens without signing in
	AddSignIn(ctx context.Context, d Day) error
	SignIns(ctx context.Context, who access.AccountID) ([]Day, error)
}
