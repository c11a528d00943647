package storage

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
)

// accountKey is the key that seals what belongs to an account.
func (tx *Tx) accountKey(ctx context.Context, id access.AccountID) (string, error) {
	return one(ctx, tx, scanWord, "SELECT key_id FROM account WHERE id = $1", id)
}

const passkeyColumns = "id, account_id, credential, created"

type passkeyRow struct {
	account.Passkey
	credential []byte
}

func scanPasskey(r scanner) (p passkeyRow, err error) {
	return p, r.Scan(&p.ID, &p.Account, &p.credential, instant{&p.Created})
}

func (tx *Tx) openPasskey(ctx context.Context, p passkeyRow) (account.Passkey, error) {
	key, err := tx.accountKey(ctx, p.Account)
	if err != nil {
		return account.Passkey{}, err
	}
	p.Credential, err = tx.open(ctx, key, sealedAt("passkey.credential", p.ID), p.credential)
	return p.Passkey, err
}

// Passkeys are an account's, oldest first.
func (tx *Tx) Passkeys(ctx context.Context, id access.AccountID) ([]account.Passkey, error) {
	rows, err := many(ctx, tx, scanPasskey,
		"SELECT "+passkeyColumns+" FROM passkey WHERE account_id = $1 ORDER BY created, id", id)
	if err != nil {
		return nil, err
	}
	out := make([]account.Passkey, len(rows))
	for i, p := range rows {
		if out[i], err = tx.openPasskey(ctx, p); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Passkey finds a passkey by its credential id.
func (tx *Tx) Passkey(ctx context.Context, id string) (account.Passkey, error) {
	p, err := one(ctx, tx, scanPasskey, "SELECT "+passkeyColumns+" FROM passkey WHERE id = $1", id)
	if err != nil {
		return account.Passkey{}, err
	}
	return tx.openPasskey(ctx, p)
}

// A credential id that another account has stays that account's: only its own row is kept anew.
var putPasskey = upsert("passkey", "id", passkeyColumns) + " WHERE passkey.account_id = excluded.account_id"

// PutPasskey keeps a passkey, sealed with the account's key. One that another account has is fault.Conflict
// "passkey.taken".
func (tx *Tx) PutPasskey(ctx context.Context, p account.Passkey) error {
	key, err := tx.accountKey(ctx, p.Account)
	if err != nil {
		return err
	}
	credential, err := tx.seal(ctx, key, sealedAt("passkey.credential", p.ID), p.Credential)
	if err != nil {
		return err
	}
	n, err := tx.affect(ctx, putPasskey, p.ID, p.Account, credential, calendar.Stamp(p.Created))
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "passkey.taken")
	}
	return err
}

// DeletePasskey drops one passkey of the account.
func (tx *Tx) DeletePasskey(ctx context.Context, id access.AccountID, passkey string) error {
	n, err := tx.affect(ctx, "DELETE FROM passkey WHERE account_id = $1 AND id = $2", id, passkey)
	if err != nil || n == 0 {
		return err
	}
	return tx.end(ctx, endPasskey, passkey)
}

const linkColumns = "hash, account_id, purpose, expires"

func scanLink(r scanner) (l account.Link, err error) {
	return l, r.Scan(&l.Hash, &l.Account, &l.Purpose, instant{&l.Expires})
}

var putLink = upsert("sign_in_link", "hash", linkColumns)

// PutLink keeps a one-time link.
func (tx *Tx) PutLink(ctx context.Context, l account.Link) error {
	return tx.exec(ctx, putLink, l.Hash, l.Account, l.Purpose, calendar.Stamp(l.Expires))
}

// Link finds a one-time link.
func (tx *Tx) Link(ctx context.Context, hash []byte) (account.Link, error) {
	return one(ctx, tx, scanLink, "SELECT "+linkColumns+" FROM sign_in_link WHERE hash = $1", hash)
}

// DeleteLink drops a link that has been used.
func (tx *Tx) DeleteLink(ctx context.Context, hash []byte) error {
	return tx.exec(ctx, "DELETE FROM sign_in_link WHERE hash = $1", hash)
}

// DeleteLinks drops all links of an account.
func (tx *Tx) DeleteLinks(ctx context.Context, id access.AccountID) error {
	return tx.exec(ctx, "DELETE FROM sign_in_link WHERE account_id = $1", id)
}

const sessionColumns = "hash, account_id, created, seen, expires, id, proved, way, device"

func scanSession(r scanner) (s account.Session, err error) {
	return s, r.Scan(&s.Hash, &s.Account, instant{&s.Created}, instant{&s.Seen}, instant{&s.Expires}, &s.ID, instant{&s.Proved}, &s.Way, &s.Device)
}

var putSession = upsert("session", "hash", sessionColumns)

// PutSession keeps a signed-in stay.
func (tx *Tx) PutSession(ctx context.Context, s account.Session) error {
	return tx.exec(ctx, putSession, s.Hash, s.Account, calendar.Stamp(s.Created), calendar.Stamp(s.Seen), calendar.Stamp(s.Expires),
		s.ID, calendar.Stamp(s.Proved), s.Way, s.Device)
}

// Session finds a signed-in stay.
func (tx *Tx) Session(ctx context.Context, hash []byte) (account.Session, error) {
	return one(ctx, tx, scanSession, "SELECT "+sessionColumns+" FROM session WHERE hash = $1", hash)
}

// Sessions are an account's stays, the latest used first; also those whose time is over.
func (tx *Tx) Sessions(ctx context.Context, id access.AccountID) ([]account.Session, error) {
	return many(ctx, tx, scanSession, "SELECT "+sessionColumns+" FROM session WHERE account_id = $1 ORDER BY seen DESC, id", id)
}

// DeleteSession ends one stay.
func (tx *Tx) DeleteSession(ctx context.Context, hash []byte) error {
	return tx.exec(ctx, "DELETE FROM session WHERE hash = $1", hash)
}

// DeleteSessions ends all stays of an account.
func (tx *Tx) DeleteSessions(ctx context.Context, id access.AccountID) error {
	return tx.exec(ctx, "DELETE FROM session WHERE account_id = $1", id)
}
