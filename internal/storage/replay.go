package storage

import (
	"context"
	"encoding/hex"
	"errors"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/person"
)

// Replayed counts what a list has ended again in a restored house.
type Replayed struct {
	Persons, Episodes, Requests, Talks, Codes, Used, Contacts, Accounts, Passkeys, Roles, Keys int
	Volunteers, Circles, Occasions                                                             int
	Releases                                                                                   int // memories of figures that are not the newest: their months are held
	Stays                                                                                      int // sessions, stays and links of all
	Jobs                                                                                       int // left work that is not done again
}

// Replay ends again what the list says has ended since the rows were copied, and every session, stay and one-time link
// whatever the list says. It may run twice. Keys go with the jobs it leaves, and with DestroyEnded.
func (db *DB) Replay(ctx context.Context, list Ended) (r Replayed, err error) {
	is := func(kind, what string) bool { _, ended := list[db.endedAs(kind, what)]; return ended }
	for _, step := range []func(*Tx) error{
		func(tx *Tx) error { return tx.endStays(ctx, &r) },
		func(tx *Tx) error { return tx.replayPersons(ctx, &r, is) },
		func(tx *Tx) error { return tx.replayVolunteers(ctx, &r, is) },
		func(tx *Tx) error { return tx.replayObjects(ctx, &r, is) },
		func(tx *Tx) error { return tx.replayContacts(ctx, &r, is) },
		func(tx *Tx) error { return tx.replayCodes(ctx, &r, is) },
		func(tx *Tx) error { return tx.replayAccounts(ctx, &r, is) },
		func(tx *Tx) error { return tx.replayCircles(ctx, &r, is) },
		func(tx *Tx) error { return tx.replayReleases(ctx, &r, is) },
		func(tx *Tx) error { return tx.replayFeedback(ctx, &r, is) },
		func(tx *Tx) error { return tx.replayOccasions(ctx, &r, is) },
	} {
		was := r
		err := db.Update(ctx, func(tx *Tx) error {
			r = was
			return step(tx)
		})
		if err != nil {
			return r, err
		}
	}
	r.Keys, err = db.destroyEnded(ctx, is)
	return r, err
}

// endStays ends every session, stay and link: who comes back signs in, or enters the code, anew. Work that was left is
// dropped, but for keys that are to be destroyed: a letter of that day may have been sent long ago.
func (tx *Tx) endStays(ctx context.Context, r *Replayed) error {
	for _, table := range []string{"session", "client_session", "circle_stay", "occasion_stay", "sign_in_link", "recovery", "presence", "feed", "outing"} {
		n, err := tx.affect(ctx, "DELETE FROM "+table)
		if err != nil {
			return err
		}
		r.Stays += n
	}
	for query, args := range map[string][]any{
		"DELETE FROM job WHERE kind <> $1 AND id NOT LIKE 'every-%'": {job.DestroyKey},
		"DELETE FROM outgoing WHERE state = 'queued'":                nil,
	} {
		n, err := tx.affect(ctx, query, args...)
		if err != nil {
			return err
		}
		r.Jobs += n
	}
	return nil
}

// replayPersons erases those whose key was destroyed, with all that hangs on them.
func (tx *Tx) replayPersons(ctx context.Context, r *Replayed, is func(kind, what string) bool) error {
	persons, err := many(ctx, tx, scanPair, "SELECT id, key_id FROM person")
	if err != nil {
		return err
	}
	for _, p := range persons {
		if !is(endKey, p.key) {
			continue
		}
		r.Persons++
		if err := tx.ErasePerson(ctx, person.ID(p.id)); err != nil {
			return err
		}
	}
	talks, err := many(ctx, tx, scanPair, "SELECT id, key_id FROM conversation")
	if err != nil {
		return err
	}
	for _, t := range talks {
		if is(endKey, t.key) {
			r.Talks++
			if err := tx.DeleteConversation(ctx, chat.ID(t.id)); err != nil {
				return err
			}
		}
	}
	return nil
}

// replayVolunteers drops the volunteers whose key was destroyed, and the name and address of an account that was for nothing
// else: the row of the account stays, and tells no more than that there was one.
func (tx *Tx) replayVolunteers(ctx context.Context, r *Replayed, is func(kind, what string) bool) error {
	rows, err := many(ctx, tx, scanVolunteer, "SELECT "+volunteerColumns+" FROM volunteer")
	if err != nil {
		return err
	}
	for _, v := range rows {
		if !is(endKey, v.Key) {
			continue
		}
		r.Volunteers++
		if err := tx.DeleteVolunteer(ctx, v.ID); err != nil {
			return err
		}
		if v.Account == "" {
			continue
		}
		if err := account.LeaveUnit(ctx, tx, v.Account, v.Unit); err != nil {
			return err
		}
	}
	return nil
}

type pair struct{ id, key string }

func scanPair(r scanner) (p pair, err error) { return p, r.Scan(&p.id, &p.key) }

// replayObjects drops episodes and requests that ended while their person stayed.
func (tx *Tx) replayObjects(ctx context.Context, r *Replayed, is func(kind, what string) bool) error {
	episodes, err := many(ctx, tx, scanWord, "SELECT id FROM episode")
	if err != nil {
		return err
	}
	for _, e := range episodes {
		if is(endEpisode, e) {
			r.Episodes++
			if err := alreadyGone(tx.EraseEpisode(ctx, episode.ID(e))); err != nil {
				return err
			}
		}
	}
	requests, err := many(ctx, tx, scanWord, "SELECT id FROM request")
	if err != nil {
		return err
	}
	for _, q := range requests {
		if is(endRequest, q) {
			r.Requests++
			if err := alreadyGone(tx.DeleteRequest(ctx, intake.RequestID(q))); err != nil {
				return err
			}
		}
	}
	return nil
}

// replayContacts forgets ways to reach somebody that they have taken back or changed: they are asked anew.
func (tx *Tx) replayContacts(ctx context.Context, r *Replayed, is func(kind, what string) bool) error {
	rows, err := many(ctx, tx, tx.scanContact, "SELECT "+contactColumns+" FROM safe_contact WHERE address IS NOT NULL")
	if err != nil {
		return err
	}
	for _, c := range rows {
		if !is(endContact, hex.EncodeToString(c.address)) {
			continue
		}
		r.Contacts++
		for _, table := range []string{"safe_contact", "outgoing"} {
			if err := tx.exec(ctx, "DELETE FROM "+table+" WHERE person_id = $1", c.Person); err != nil {
				return err
			}
		}
	}
	return nil
}

// replayCodes makes ended codes dead, and notes which have been used: those do not lapse.
func (tx *Tx) replayCodes(ctx context.Context, r *Replayed, is func(kind, what string) bool) error {
	for _, table := range []string{"return_code", "release_code"} {
		all, err := many(ctx, tx, scanBytes, "SELECT code_index FROM "+table)
		if err != nil {
			return err
		}
		for _, index := range all {
			word := hex.EncodeToString(index)
			if is(endCode, word) {
				r.Codes++
				if err := tx.exec(ctx, "DELETE FROM "+table+" WHERE code_index = $1", index); err != nil {
					return err
				}
			} else if table == "return_code" && is(usedCode, word) {
				r.Used++
				if err := tx.exec(ctx, "UPDATE return_code SET used = 1 WHERE code_index = $1", index); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// replayAccounts closes accounts, and takes away the passkeys and roles that were taken away.
func (tx *Tx) replayAccounts(ctx context.Context, r *Replayed, is func(kind, what string) bool) error {
	accounts, err := many(ctx, tx, scanAs[access.AccountID], "SELECT id FROM account WHERE state <> $1", account.Closed)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		closed := is(endAccount, string(a))
		if closed {
			r.Accounts++
			if err := tx.closeAccount(ctx, a); err != nil {
				return err
			}
		}
		if err := tx.replayRights(ctx, r, a, is); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) closeAccount(ctx context.Context, a access.AccountID) error {
	err := tx.exec(ctx, "UPDATE account SET state = $2, password = '', totp = NULL WHERE id = $1", a, account.Closed)
	return errors.Join(err, tx.exec(ctx, "DELETE FROM passkey WHERE account_id = $1", a), tx.PutMemberships(ctx, a, nil))
}

func (tx *Tx) replayRights(ctx context.Context, r *Replayed, a access.AccountID, is func(kind, what string) bool) error {
	keys, err := many(ctx, tx, scanWord, "SELECT id FROM passkey WHERE account_id = $1", a)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if is(endPasskey, k) {
			r.Passkeys++
			if err := tx.exec(ctx, "DELETE FROM passkey WHERE id = $1", k); err != nil {
				return err
			}
		}
	}
	had, err := tx.Memberships(ctx, a)
	if err != nil {
		return err
	}
	var left []access.Membership
	for _, m := range had {
		if !is(endRole, roleWord(a, m)) {
			left = append(left, m)
		}
	}
	if len(left) == len(had) {
		return nil
	}
	r.Roles += len(had) - len(left)
	return tx.PutMemberships(ctx, a, left)
}

// destroyEnded destroys the keys that a copy of the keys has brought back. The others are looked at anew within days:
// the house they served may have been older than they are.
func (db *DB) destroyEnded(ctx context.Context, is func(kind, what string) bool) (int, error) {
	all, err := column(ctx, db.keys.db, "SELECT id FROM subject_key")
	if err != nil {
		return 0, err
	}
	var back []string
	for _, k := range all {
		if is(endKey, k) {
			back = append(back, k)
		}
	}
	if err := db.keys.destroy(ctx, back...); err != nil {
		return 0, err
	}
	_, err = db.keys.db.ExecContext(ctx, "UPDATE subject_key SET made = $1", db.Now().Format("2006-01-02"))
	return len(back), clean(err)
}
