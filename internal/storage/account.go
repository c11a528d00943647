package storage

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/locale"
)

var _ account.Tx = (*Tx)(nil)

const accountColumns = "id, key_id, name, email, password, totp, totp_step, state, lang, wrong, wait_until, created, subject, invited_by, vouched_by"

// accountRow is an account with name, address and secret still sealed.
type accountRow struct {
	account.Account
	name, email, totp []byte
}

func scanAccount(r scanner) (a accountRow, err error) {
	return a, r.Scan(&a.ID, &a.Key, &a.name, &a.email, &a.Password, &a.totp, &a.TOTPStep, &a.State, &a.Lang, &a.Wrong,
		instant{&a.WaitUntil}, instant{&a.Created}, &a.Subject, textOf(&a.InvitedBy), textOf(&a.VouchedBy))
}

// Account finds an account.
func (tx *Tx) Account(ctx context.Context, id access.AccountID) (account.Account, error) {
	return tx.account(ctx, "id", id)
}

// AccountByEmail finds an account by the blind index of its address.
func (tx *Tx) AccountByEmail(ctx context.Context, index []byte) (account.Account, error) {
	return tx.account(ctx, "email_index", index)
}

// AccountBySubject finds an account by the blind index of what the organisation's own sign-in calls it.
func (tx *Tx) AccountBySubject(ctx context.Context, index []byte) (account.Account, error) {
	return tx.account(ctx, "subject", index)
}

func (tx *Tx) account(ctx context.Context, column string, value any) (account.Account, error) {
	a, err := one(ctx, tx, scanAccount, "SELECT "+accountColumns+" FROM account WHERE "+column+" = $1", value)
	if err != nil {
		return account.Account{}, err
	}
	return tx.openAccount(ctx, a)
}

func (tx *Tx) openAccount(ctx context.Context, a accountRow) (_ account.Account, err error) {
	if a.Name, err = tx.open(ctx, a.Key, sealedAt("account.name", a.ID), a.name); err != nil {
		return account.Account{}, err
	}
	if a.Email, err = tx.open(ctx, a.Key, sealedAt("account.email", a.ID), a.email); err != nil {
		return account.Account{}, err
	}
	a.TOTP, err = tx.open(ctx, a.Key, sealedAt("account.totp", a.ID), a.totp)
	return a.Account, err
}

var putAccount = upsert("account", "id", accountColumns+", email_index")

// PutAccount keeps an account, sealed with its own key. An address that another account has is fault.Conflict
// "account.email-taken".
func (tx *Tx) PutAccount(ctx context.Context, a account.Account, emailIndex []byte) error {
	name, err := tx.seal(ctx, a.Key, sealedAt("account.name", a.ID), a.Name)
	if err != nil {
		return err
	}
	email, err := tx.seal(ctx, a.Key, sealedAt("account.email", a.ID), a.Email)
	if err != nil {
		return err
	}
	totp, err := tx.seal(ctx, a.Key, sealedAt("account.totp", a.ID), a.TOTP)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, putAccount, a.ID, a.Key, name, email, a.Password, nullBytes(totp), a.TOTPStep, a.State, a.Lang,
		a.Wrong, calendar.Stamp(a.WaitUntil), calendar.Stamp(a.Created), nullBytes(a.Subject), null(a.InvitedBy), null(a.VouchedBy), emailIndex)
	if err == nil && a.State == account.Closed {
		err = tx.end(ctx, endAccount, string(a.ID))
	}
	return taken(err, "account.email-taken")
}

type memberRow struct {
	access.Membership
	of access.AccountID
}

func scanMember(r scanner) (m memberRow, err error) { return m, r.Scan(&m.of, &m.Unit, &m.Role) }

// Colleagues are the members of a unit with their roles in it, by name; of every unit when unit is "", and then
// those without any role too.
func (tx *Tx) Colleagues(ctx context.Context, unit access.UnitID) ([]account.Colleague, error) {
	members, err := many(ctx, tx, scanMember, "SELECT account_id, unit_id, role FROM membership "+
		"WHERE $1 = '' OR unit_id = $1 ORDER BY account_id, unit_id, role", unit)
	if err != nil {
		return nil, err
	}
	rows, err := many(ctx, tx, scanAccount, "SELECT "+accountColumns+" FROM account WHERE $1 = '' OR id IN "+
		"(SELECT account_id FROM membership WHERE unit_id = $1) ORDER BY id", unit)
	if err != nil {
		return nil, err
	}
	roles := map[access.AccountID][]access.Membership{}
	for _, m := range members {
		roles[m.of] = append(roles[m.of], m.Membership)
	}
	out := make([]account.Colleague, len(rows))
	for i, r := range rows {
		a, err := tx.openAccount(ctx, r)
		if err != nil {
			return nil, err
		}
		out[i] = account.Colleague{Account: a, Roles: roles[a.ID]}
	}
	locale.Sort(locale.Finnish, out, func(c account.Colleague) string { return c.Name.Reveal() })
	return out, nil
}

// Memberships are an account's roles, by unit.
func (tx *Tx) Memberships(ctx context.Context, id access.AccountID) ([]access.Membership, error) {
	rows, err := many(ctx, tx, scanMember,
		"SELECT account_id, unit_id, role FROM membership WHERE account_id = $1 ORDER BY unit_id, role", id)
	var out []access.Membership
	for _, r := range rows {
		out = append(out, r.Membership)
	}
	return out, err
}

func roleWord(id access.AccountID, m access.Membership) string {
	return string(id) + "/" + string(m.Unit) + "/" + string(m.Role)
}

// PutMemberships makes these an account's roles, and lets it speak for their desks and for no others.
func (tx *Tx) PutMemberships(ctx context.Context, id access.AccountID, ms []access.Membership) error {
	had, err := tx.Memberships(ctx, id)
	if err != nil {
		return err
	}
	for _, m := range had {
		if !slices.Contains(ms, m) {
			if err := tx.end(ctx, endRole, roleWord(id, m)); err != nil {
				return err
			}
		}
	}
	for _, table := range []string{"membership", "holding"} {
		if err := tx.exec(ctx, "DELETE FROM "+table+" WHERE account_id = $1", id); err != nil {
			return err
		}
	}
	for _, m := range ms {
		err := tx.exec(ctx, "INSERT INTO membership (account_id, unit_id, role) VALUES ($1, $2, $3) "+
			"ON CONFLICT (account_id, unit_id, role) DO NOTHING", id, m.Unit, m.Role)
		if err != nil {
			return err
		}
	}
	for _, h := range access.Holders(id, ms) {
		if err := tx.exec(ctx, "INSERT INTO holding (account_id, holder) VALUES ($1, $2)", id, h); err != nil {
			return err
		}
	}
	return nil
}
