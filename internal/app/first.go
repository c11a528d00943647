package app

import (
	"context"
	"fmt"
	"net/mail"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
)

// firstCoordinator prints a one-time link where nobody can sign in yet: it makes a unit to begin with and an account
// that arranges it. As long as nobody has used a link, every start prints a new one and the old ones die.
func (h *house) firstCoordinator(ctx context.Context, io IO) error {
	token := ""
	err := h.db.Update(ctx, func(tx *storage.Tx) error {
		everybody, err := tx.Colleagues(ctx, "")
		if err != nil {
			return err
		}
		switch {
		case len(everybody) == 0:
			token, err = h.foundHouse(ctx, tx)
		case len(everybody) == 1 && everybody[0].State == account.Invited:
			if err = tx.DeleteLinks(ctx, everybody[0].ID); err == nil {
				token, err = account.LinkFor(ctx, tx, access.System(), everybody[0].ID, account.Invite)
			}
		}
		return err
	})
	if err == nil && token != "" {
		fmt.Fprintf(io.Out, "First sign-in, once and within a week: %s/sign-in/link/%s\n", h.settings.BaseURL, token)
	}
	return err
}

// foundHouse makes the first unit and its coordinator, who may also look after the machine.
func (h *house) foundHouse(ctx context.Context, tx *storage.Tx) (string, error) {
	who, err := mail.ParseAddress(h.settings.FirstCoordinator)
	if err != nil {
		return "", err
	}
	u, err := organization.KeepUnit(ctx, tx, access.System(), organization.Unit{Slug: "unit", Zone: "Europe/Helsinki",
		Name: organization.Names{locale.Finnish: "Yksikkö", locale.Swedish: "Enhet", locale.English: "Unit"}})
	if err != nil {
		return "", err
	}
	_, token, err := account.InviteFor(ctx, tx, access.System(), who.Name, who.Address, locale.Finnish,
		[]access.Membership{{Unit: u.ID, Role: access.Coordinator}, {Unit: u.ID, Role: access.Keeper}, {Unit: u.ID, Role: access.Worker}, {Unit: u.ID, Role: access.Operator}})
	return token, err
}
