package account

import (
	"context"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
)

// A new colleague is known to two (decision 0048). Whoever makes a link could open it, and would then be two: with rights
// that were never given to them, and as their own second person wherever two must agree. So an account has no rights until
// somebody else has asked the newcomer for the number that stands on their page.

// Waits tells that nobody has vouched for the account yet.
func (a Account) Waits() bool { return a.InvitedBy != "" && a.VouchedBy == "" }

// Works tells that somebody signs in to the account and has its rights.
func (a Account) Works() bool { return a.State == Active && !a.Waits() }

// WorksAs tells that somebody works in a unit in such a role.
func (c Colleague) WorksAs(role access.Role, unit access.UnitID) bool {
	return c.Works() && access.Actor{Roles: c.Roles}.Is(role, unit)
}

// colleague tells that somebody works here, and can vouch for a newcomer; a volunteer does not.
func (c Colleague) colleague() bool { return c.Works() && access.Works(c.Roles) }

// Number is what a newcomer's page shows, for telling to a colleague: six digits, which nothing keeps.
func Number(tx Tx, who access.AccountID) string {
	n := binary.BigEndian.Uint64(tx.Index("account.vouch", string(who))) % 1_000_000
	return fmt.Sprintf("%03d %03d", n/1000, n%1000)
}

// byWhom notes who made the link of an account that nobody uses yet. In a house where nobody else works there is nobody to
// ask; the audit has who made it.
func byWhom(ctx context.Context, tx Tx, by access.Actor, a *Account) error {
	if by.System {
		return nil
	}
	all, err := tx.Colleagues(ctx, "")
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(c Colleague) bool { return c.colleague() && c.ID != by.Account && c.ID != a.ID }) {
		a.InvitedBy, a.VouchedBy = by.Account, ""
	}
	return nil
}

// Newcomers are the colleagues who wait for somebody to vouch for them, and for whom the actor may.
func Newcomers(ctx context.Context, tx Tx, by access.Actor) ([]Colleague, error) {
	if !by.Staff() || !by.Works() {
		return nil, nil
	}
	waiting, err := tx.WaitingAccounts(ctx)
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	all, err := tx.Colleagues(ctx, "")
	if err != nil {
		return nil, err
	}
	var out []Colleague
	for _, c := range all {
		if c.State != Active || !c.Waits() {
			continue
		}
		may, err := vouches(ctx, tx, by, c, all)
		if err != nil {
			return nil, err
		}
		if may {
			out = append(out, c)
		}
	}
	locale.Sort(locale.Finnish, out, func(c Colleague) string { return c.Name.Reveal() })
	return out, nil
}

// vouches tells whether the actor may vouch for a newcomer: whoever works in the same unit, and operators; where there is
// nobody such, any coordinator, and else anybody. Never who made a link for them: it may be in their own hands.
func vouches(ctx context.Context, tx Tx, by access.Actor, newcomer Colleague, all []Colleague) (bool, error) {
	if by.Account == newcomer.ID || by.Account == newcomer.InvitedBy {
		return false, nil
	}
	told, err := tx.Audit(ctx, string(newcomer.ID))
	if err != nil {
		return false, err
	}
	made := []access.AccountID{newcomer.ID, newcomer.InvitedBy}
	for _, e := range told {
		if e.Action == audit.Invited || e.Action == audit.Link {
			made = append(made, e.Account)
		}
	}
	near := func(roles []access.Membership) bool {
		return slices.ContainsFunc(roles, func(m access.Membership) bool {
			if m.Role == access.Volunteer {
				return false // whoever gives their time is asked to vouch for nobody
			}
			return m.Role == access.Operator || slices.ContainsFunc(newcomer.Roles, func(n access.Membership) bool { return n.Unit == m.Unit })
		})
	}
	coordinates := func(roles []access.Membership) bool {
		return slices.ContainsFunc(roles, func(m access.Membership) bool { return m.Role == access.Coordinator })
	}
	for _, who := range []func([]access.Membership) bool{near, coordinates} {
		if slices.ContainsFunc(all, func(c Colleague) bool { return c.colleague() && !slices.Contains(made, c.ID) && who(c.Roles) }) {
			return who(by.Roles) && !slices.Contains(made, by.Account), nil
		}
	}
	return !slices.Contains(made, by.Account), nil
}

// Vouch says that the newcomer is who they are said to be, and that the account is in their hands: they have told the
// number. The rights hold from the next page view on.
func Vouch(ctx context.Context, tx Tx, by access.Actor, who access.AccountID, number string) error {
	mine, err := Newcomers(ctx, tx, by)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(mine, func(c Colleague) bool { return c.ID == who })
	if at < 0 {
		return hidden()
	}
	plain := func(s string) []byte { return []byte(strings.Join(strings.Fields(s), "")) }
	if subtle.ConstantTimeCompare(plain(number), plain(Number(tx, who))) != 1 {
		var form fault.Form
		form.Add("number", "account.vouch-number")
		return form.Err()
	}
	a := mine[at].Account
	a.VouchedBy = by.Account
	if err := keep(ctx, tx, a); err != nil {
		return err
	}
	return note(ctx, tx, by, audit.Vouched, who)
}
