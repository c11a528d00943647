package app

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
)

// couple brings two together whose names, numbers, codes and word are known, and both answer by their own seats. None
// of it may be found.
func (h *thief) couple() {
	h.t.Helper()
	var two [2]struct {
		by   access.Actor
		home episode.ID
		seat intake.Code
	}
	h.must(func(ctx context.Context, tx *storage.Tx) error {
		units, err := tx.Units(ctx)
		if err != nil {
			return err
		}
		unit, offers := units[0].ID, map[string]organization.OfferID{}
		for i, id := range []string{"low-threshold-individual", "couple-meetings"} {
			m, _ := h.d.models.Latest(id)
			o, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: unit, Model: id, Version: m.Version, Slug: "kaksin-" + m.Slug, Position: 90 + i, Open: true})
			if err != nil {
				return err
			}
			offers[id] = o.ID
		}
		places, err := tx.Places(ctx, unit)
		if err != nil {
			return err
		}
		for i, who := range []struct{ name, number string }{{"Vaskooli Testinen", "0405559861"}, {"Kivitasku Testinen", "0405559862"}} {
			roles := []access.Membership{{Unit: unit, Role: access.Worker}}
			a, _, err := account.InviteFor(ctx, tx, access.System(), "Pari "+string(rune('A'+i)), string(rune('a'+i))+"-pari@example.org", locale.Finnish, roles)
			if err != nil {
				return err
			}
			two[i].by = access.Actor{Account: a.ID, Roles: roles}
			made, err := intake.Make(ctx, tx, h.d.models, two[i].by, intake.New{Offer: offers["low-threshold-individual"], Channel: intake.Telephone, Name: who.name, Lang: locale.Finnish, Age: -1,
				Contact: person.SafeContact{Channel: person.SMS, Address: seal.Of(who.number), HourFrom: 9, HourTo: 20, LastDay: "2027-04-30"}})
			if err != nil {
				return err
			}
			at := appointment.Free{Worker: a.ID, Minutes: 60, PlaceKind: appointment.Office, Place: places[0].ID, At: calendar.Local{Day: "2027-02-19", Clock: "11:15", Zone: "Europe/Helsinki"}}
			booked, err := appointment.Book(ctx, tx, h.d.models, two[i].by, appointment.Target{Request: made.Request.ID}, at, "")
			if err != nil {
				return err
			}
			two[i].home = booked.Episode
			h.secrets[who.name], h.secrets[who.number] = "a party's name", "a party's number"
			h.secrets[string(made.Code)], h.secrets[made.Code.String()] = "a code of own visits", "a code of own visits"
		}
		return h.joins(ctx, tx, two[0].by, two[1].by, two[0].home, two[1].home, func(i int, c intake.Code) { two[i].seat = c })
	})
	for i, said := range []string{episode.SafeNo, episode.SafeYes} {
		h.must(func(ctx context.Context, tx *storage.Tx) error {
			stay, err := intake.Enter(ctx, tx, two[i].seat)
			if err != nil {
				return err
			}
			h.secrets[stay.Token], h.secrets[stay.Exit] = "a stay", "a stay's exit"
			return joint.Answer(ctx, tx, h.d.models, stay.Holder, said)
		})
	}
}

// joins brings the two together by a word, and gives each a seat.
func (h *thief) joins(ctx context.Context, tx *storage.Tx, hanna, mikko access.Actor, anna, kari episode.ID, seat func(int, intake.Code)) error {
	ms := h.d.models
	for _, err := range []error{joint.Prepare(ctx, tx, ms, hanna, anna, model.Experienced), joint.Prepare(ctx, tx, ms, mikko, kari, model.Used),
		joint.Wish(ctx, tx, ms, hanna, anna, calendar.LocalOf(tx.Now(), "Europe/Helsinki").Day, true)} {
		if err != nil {
			return err
		}
	}
	word, err := joint.Word(ctx, tx, ms, hanna, anna)
	if err != nil {
		return err
	}
	h.secrets[string(word)], h.secrets[word.String()] = "a word between two workers", "a word between two workers"
	if _, err := joint.Join(ctx, tx, ms, mikko, kari, word.String()); err != nil {
		return err
	}
	for i, x := range []struct {
		by   access.Actor
		home episode.ID
	}{{hanna, anna}, {mikko, kari}} {
		code, err := joint.NewCode(ctx, tx, ms, x.by, x.home)
		if err != nil {
			return err
		}
		seat(i, code)
		h.secrets[string(code)], h.secrets[code.String()] = "a seat's code", "a seat's code"
	}
	return nil
}
