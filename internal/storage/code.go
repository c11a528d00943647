package storage

import (
	"context"
	"encoding/hex"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/intake"
)

// PutCode keeps a return code by its index. The holder's older codes die, with the stays they had opened.
func (tx *Tx) PutCode(ctx context.Context, h intake.Holder) error {
	older, err := many(ctx, tx, scanBytes, "SELECT code_index FROM return_code WHERE request_id = $1 OR episode_id = $2", null(h.Request), null(h.Episode))
	if err != nil {
		return err
	}
	for _, index := range older {
		if err := tx.end(ctx, endCode, hex.EncodeToString(index)); err != nil {
			return err
		}
	}
	err = tx.exec(ctx, "DELETE FROM return_code WHERE request_id = $1 OR episode_id = $2", null(h.Request), null(h.Episode))
	if err != nil {
		return err
	}
	return tx.exec(ctx, "INSERT INTO return_code (code_index, request_id, episode_id, used) VALUES ($1, $2, $3, $4)",
		h.Index, null(h.Request), null(h.Episode), flag(h.Used))
}

// MoveCode lets a request's codes and releases, and the stays they have opened, open the episode from now on.
func (tx *Tx) MoveCode(ctx context.Context, from intake.RequestID, episode string) error {
	for _, table := range []string{"return_code", "release_code"} {
		if err := tx.exec(ctx, "UPDATE "+table+" SET request_id = NULL, episode_id = $1 WHERE request_id = $2", episode, from); err != nil {
			return err
		}
	}
	return nil
}

// MoveHolder lets an episode's codes and releases, and the stays they have opened, open another episode from now on.
func (tx *Tx) MoveHolder(ctx context.Context, from, to string) error {
	for _, table := range []string{"return_code", "release_code"} {
		if err := tx.exec(ctx, "UPDATE "+table+" SET episode_id = $1 WHERE episode_id = $2", to, from); err != nil {
			return err
		}
	}
	return nil
}

func scanHolder(r scanner) (h intake.Holder, err error) {
	return h, r.Scan(&h.Index, textOf(&h.Request), textOf(&h.Episode), &h.Used)
}

// Code is what a return code opens.
func (tx *Tx) Code(ctx context.Context, index []byte) (intake.Holder, error) {
	return one(ctx, tx, scanHolder, "SELECT code_index, request_id, episode_id, used FROM return_code WHERE code_index = $1", index)
}

// CodeInForce is what a return code opens, unless nobody used it before its request's time was over.
func (tx *Tx) CodeInForce(ctx context.Context, index []byte, now time.Time) (intake.Holder, error) {
	return one(ctx, tx, scanHolder, `SELECT c.code_index, c.request_id, c.episode_id, c.used FROM return_code c LEFT JOIN request r ON r.id = c.request_id
		WHERE c.code_index = $1 AND (c.used = 1 OR c.request_id IS NULL OR r.expires > $2)`, index, calendar.Stamp(now))
}

// UseCode notes that somebody has come back with the code.
func (tx *Tx) UseCode(ctx context.Context, index []byte) error {
	n, err := tx.affect(ctx, "UPDATE return_code SET used = 1 WHERE code_index = $1 AND used = 0", index)
	if err != nil || n == 0 {
		return err
	}
	return tx.end(ctx, usedCode, hex.EncodeToString(index))
}

const clientSessionColumns = "hash, exit_hash, code_index, expires"

func scanClientSession(r scanner) (s intake.ClientSession, err error) {
	return s, r.Scan(&s.Hash, &s.ExitHash, &s.Code, instant{&s.Expires})
}

// ClientSession finds a client's stay.
func (tx *Tx) ClientSession(ctx context.Context, hash []byte) (intake.ClientSession, error) {
	return one(ctx, tx, scanClientSession, "SELECT "+clientSessionColumns+" FROM client_session WHERE hash = $1", hash)
}

// ClientSessionFor finds a client's stay where it is by a code into joint meetings, or where it is not.
func (tx *Tx) ClientSessionFor(ctx context.Context, hash []byte, together bool) (intake.ClientSession, error) {
	return one(ctx, tx, scanClientSession, `SELECT s.hash, s.exit_hash, s.code_index, s.expires FROM client_session s JOIN return_code c ON c.code_index = s.code_index
		LEFT JOIN episode e ON e.id = c.episode_id WHERE s.hash = $1 AND (CASE WHEN e.regime = 'joint' THEN 1 ELSE 0 END) = $2`, hash, flag(together))
}

var putClientSession = upsert("client_session", "hash", clientSessionColumns)

// PutClientSession keeps a client's stay.
func (tx *Tx) PutClientSession(ctx context.Context, s intake.ClientSession) error {
	return tx.exec(ctx, putClientSession, s.Hash, s.ExitHash, s.Code, calendar.Stamp(s.Expires))
}

// DeleteClientSession ends the stay that an exit capability belongs to.
func (tx *Tx) DeleteClientSession(ctx context.Context, exitHash []byte) error {
	return tx.exec(ctx, "DELETE FROM client_session WHERE exit_hash = $1", exitHash)
}

// DeleteClientSessionsOver ends the stays whose time has run out, and tells how many.
func (tx *Tx) DeleteClientSessionsOver(ctx context.Context, now time.Time) (int, error) {
	return tx.affect(ctx, "DELETE FROM client_session WHERE expires <= $1", calendar.Stamp(now))
}
