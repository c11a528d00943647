package story

import (
	"context"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
)

func named(s string) organization.Names {
	return organization.Names{locale.Finnish: s, locale.Swedish: s, locale.English: s}
}

// setUp makes a unit that offers every model and whose chat is open day and night, and an office.
func (w *world) setUp(ctx context.Context) error {
	by := access.System()
	return w.update(ctx, func(tx *storage.Tx) error {
		unit, err := organization.KeepUnit(ctx, tx, by, organization.Unit{Slug: "unit", Name: named("Unit"), Zone: zone, GrantObject: grantObject})
		if err != nil {
			return err
		}
		w.unit = unit.ID
		office, err := organization.KeepPlace(ctx, tx, by, organization.Place{Unit: unit.ID, Name: named("Office"), Address: "Street 1", Active: true})
		if err != nil {
			return err
		}
		w.office = office.ID
		for i, m := range w.set.All() {
			o, err := organization.KeepOffer(ctx, tx, by, organization.Offer{
				Unit: unit.ID, Model: m.ID, Version: m.Version, Slug: m.Slug, Position: i + 1, Open: true,
			})
			if err != nil {
				return err
			}
			w.offers[m.ID] = o.ID
		}
		for day := 1; day <= 7; day++ {
			o := organization.Opening{Unit: unit.ID, Channel: "chat", Weekday: day, Opens: "00:00", Closes: "23:59"}
			if err := organization.KeepOpening(ctx, tx, by, o); err != nil {
				return err
			}
		}
		return nil
	})
}

func worker(w *world, ctx context.Context, a args) error {
	if w.first == "" {
		w.first = a["new"]
	}
	if err := w.join(ctx, a["new"], access.Worker); err != nil {
		return err
	}
	by := w.staff[a["new"]]
	return w.update(ctx, func(tx *storage.Tx) error {
		err := organization.KeepWorker(ctx, tx, access.System(), organization.Worker{
			Account: by.Account, Name: a["new"], Languages: []string{"fi", "sv", "en"}, Places: []string{"office", "home", "agreed"},
		})
		for day := 1; day <= 7 && err == nil; day++ {
			err = organization.KeepHours(ctx, tx, access.System(), by.Account, organization.Hours{Weekday: day, Opens: "07:00", Closes: "22:00"})
		}
		return err
	})
}

func coordinator(w *world, ctx context.Context, a args) error {
	return w.join(ctx, a["new"], access.Coordinator)
}

func (w *world) join(ctx context.Context, name string, role access.Role) error {
	roles := []access.Membership{{Unit: w.unit, Role: role}}
	return w.update(ctx, func(tx *storage.Tx) error {
		acc, _, err := account.InviteFor(ctx, tx, access.System(), name, strings.ToLower(name)+"@example.org", locale.Finnish, roles)
		if err != nil {
			return err
		}
		w.staff[name] = access.Actor{Account: acc.ID, Roles: roles}
		return w.signIn(ctx, tx, acc.ID)
	})
}

// signIn takes an account into use; where others work here, one of them vouches.
func (w *world) signIn(ctx context.Context, tx *storage.Tx, who access.AccountID) error {
	link, err := account.LinkFor(ctx, tx, access.System(), who, account.Demo)
	if err != nil {
		return err
	}
	if _, err := account.UseLink(ctx, tx, link, "", ""); err != nil {
		return err
	}
	a, err := tx.Account(ctx, who)
	if err != nil || !a.Waits() {
		return err
	}
	for _, by := range w.staff {
		if by.Account != a.InvitedBy && access.Works(by.Roles) {
			return account.Vouch(ctx, tx, by, who, account.Number(tx, who))
		}
	}
	return nil
}
