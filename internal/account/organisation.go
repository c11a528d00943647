package account

import (
	"bytes"
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
)

// Claim is what the organisation's own sign-in says of who came, checked by whoever spoke with it.
type Claim struct {
	Issuer, Subject string
	Email           string // verified by the organisation; "" when it is not
}

// OrganisationRefused is the one answer to a claim that opens nothing: unknown, closed, another's, unverified.
func OrganisationRefused() error { return fault.New(fault.Invalid, "account.organisation-refused") }

func (c Claim) index(tx Tx) []byte { return tx.Index("account.subject", c.Issuer+"\n"+c.Subject) }

// SignInByOrganisation begins a stay of the account that was bound to the claim's subject. An address alone opens nothing.
func SignInByOrganisation(ctx context.Context, tx Tx, c Claim) (Signed, error) {
	a, err := tx.AccountBySubject(ctx, c.index(tx))
	if fault.Is(err, fault.NotFound) || (err == nil && a.State != Active) {
		return Signed{Refusal: OrganisationRefused()}, nil
	}
	if err != nil {
		return Signed{}, err
	}
	token, err := open(ctx, tx, a.ID, ByOrganisation, absolute, "")
	return Signed{Token: token, Account: a}, err
}

// GoOnByOrganisation is a claim for somebody who is on a stay already. Where an invitation began it, the account is bound
// to the claim's subject, if the organisation has verified the very address that was invited. Else it is signing in again.
func GoOnByOrganisation(ctx context.Context, tx Tx, who access.AccountID, stay string, c Claim) (Signed, error) {
	refused := Signed{Refusal: OrganisationRefused()}
	all, err := tx.Sessions(ctx, who)
	if err != nil {
		return Signed{}, err
	}
	at := slices.IndexFunc(all, func(s Session) bool { return s.ID == stay && !s.Over(tx.Now()) })
	if at < 0 {
		return refused, nil
	}
	a, err := tx.Account(ctx, who)
	switch {
	case err != nil:
		return Signed{}, err
	case a.State == Active && bytes.Equal(a.Subject, c.index(tx)):
		token, err := renew(ctx, tx, all[at], ByOrganisation)
		return Signed{Token: token, Account: a}, err
	case a.State != Invited || all[at].Way != ByLink || c.Email == "":
		return refused, nil
	case !bytes.Equal(emailIndex(tx, c.Email), emailIndex(tx, a.Email.Reveal())):
		return refused, nil
	}
	if _, err := tx.AccountBySubject(ctx, c.index(tx)); !fault.Is(err, fault.NotFound) {
		return refused, err // bound to another account
	}
	a.Subject = c.index(tx)
	return readyFrom(ctx, tx, a, ByOrganisation, all[at])
}
