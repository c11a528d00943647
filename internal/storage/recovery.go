package storage

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
)

const recoveryColumns = "id, account_id, asked_by, agreed_by, asked, expires, code, wrong"

func scanRecovery(r scanner) (a account.Asked, err error) {
	return a, r.Scan(&a.ID, &a.Account, &a.AskedBy, textOf(&a.AgreedBy), instant{&a.At}, instant{&a.Expires}, &a.Code, &a.Wrong)
}

// PutRecovery keeps a recovery, the one of its account. The schema refuses its owner, and the same one twice.
func (tx *Tx) PutRecovery(ctx context.Context, a account.Asked) error {
	if err := tx.exec(ctx, "DELETE FROM recovery WHERE account_id = $1", a.Account); err != nil {
		return err
	}
	return tx.exec(ctx, "INSERT INTO recovery ("+recoveryColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", a.ID, a.Account, a.AskedBy,
		null(a.AgreedBy), calendar.Stamp(a.At), calendar.Stamp(a.Expires), a.Code, a.Wrong)
}

// Recovery finds a recovery.
func (tx *Tx) Recovery(ctx context.Context, id string) (account.Asked, error) {
	return one(ctx, tx, scanRecovery, "SELECT "+recoveryColumns+" FROM recovery WHERE id = $1", id)
}

// RecoveryOf is the recovery of an account.
func (tx *Tx) RecoveryOf(ctx context.Context, who access.AccountID) (account.Asked, error) {
	return one(ctx, tx, scanRecovery, "SELECT "+recoveryColumns+" FROM recovery WHERE account_id = $1", who)
}

// Recoveries are all that are on, the oldest first.
func (tx *Tx) Recoveries(ctx context.Context) ([]account.Asked, error) {
	return many(ctx, tx, scanRecovery, "SELECT "+recoveryColumns+" FROM recovery WHERE expires > $1 ORDER BY asked, id", calendar.Stamp(tx.Now()))
}

// DeleteRecovery drops a recovery.
func (tx *Tx) DeleteRecovery(ctx context.Context, id string) error {
	return tx.exec(ctx, "DELETE FROM recovery WHERE id = $1", id)
}

// DropRecoveries drops those whose time is over.
func (tx *Tx) DropRecoveries(ctx context.Context, now time.Time) (int, error) {
	n, err := tx.affect(ctx, "DELETE FROM recovery WHERE expires <= $1", calendar.Stamp(now))
	return int(n), err
}

// WaitingAccounts are those that somebody uses and nobody has vouched for.
func (tx *Tx) WaitingAccounts(ctx context.Context) ([]access.AccountID, error) {
	return many(ctx, tx, scanAs[access.AccountID],
		"SELECT id FROM account WHERE state = 'active' AND invited_by IS NOT NULL AND vouched_by IS NULL ORDER BY id")
}

const signInColumns = "account_id, day, came, refused, gone"

func scanSignIn(r scanner) (d account.Day, err error) {
	return d, r.Scan(&d.Account, &d.Day, &d.Came, &d.Refused, &d.Gone)
}

// AddSignIn adds to the numbers of a day.
func (tx *Tx) AddSignIn(ctx context.Context, d account.Day) error {
	return tx.exec(ctx, "INSERT INTO sign_in_day ("+signInColumns+`) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account_id, day) DO UPDATE
		SET came = sign_in_day.came + excluded.came, refused = sign_in_day.refused + excluded.refused, gone = sign_in_day.gone + excluded.gone`,
		d.Account, d.Day, d.Came, d.Refused, d.Gone)
}

// SignIns are the days of an account, newest first.
func (tx *Tx) SignIns(ctx context.Context, who access.AccountID) ([]account.Day, error) {
	return many(ctx, tx, scanSignIn, "SELECT "+signInColumns+" FROM sign_in_day WHERE account_id = $1 ORDER BY day DESC", who)
}

// DropSignIns drops the days before one.
func (tx *Tx) DropSignIns(ctx context.Context, before calendar.Date) (int, error) {
	n, err := tx.affect(ctx, "DELETE FROM sign_in_day WHERE day < $1", before)
	return int(n), err
}
