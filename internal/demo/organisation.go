package demo

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/goccy/go-yaml"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
)

//go:embed organisation.yaml
var organisationFile []byte

// plan is the organisation as its file says it.
type plan struct {
	Controller organization.Controller `yaml:"controller"`
	Payers     []payerPlan             `yaml:"payers"`
	Units      []unitPlan              `yaml:"units"`
}

type unitPlan struct {
	Slug        string                   `yaml:"slug"`
	Name        map[locale.Lang]string   `yaml:"name"`
	Phone       string                   `yaml:"phone"`
	Email       string                   `yaml:"email"`
	Address     string                   `yaml:"address"`
	Area        string                   `yaml:"area"`
	GrantObject string                   `yaml:"grant_object"`
	Openings    map[string][]stretchPlan `yaml:"openings"`
	Places      []placePlan              `yaml:"places"`
	Offers      []offerPlan              `yaml:"offers"`
	Staff       []staffPlan              `yaml:"staff"`
	House       []staffPlan              `yaml:"house"`
	Arrivals    arrivalPlan              `yaml:"arrivals"`
}

type stretchPlan struct {
	Days   []int  `yaml:"days"`
	Opens  string `yaml:"opens"`
	Closes string `yaml:"closes"`
}

type placePlan struct {
	Name     map[locale.Lang]string `yaml:"name"`
	Address  string                 `yaml:"address"`
	TellRoom bool                   `yaml:"tell_room"`
	Rooms    []roomPlan             `yaml:"rooms"`
}

// roomPlan is a room of an office. There is one for each worker at the least, so that a year goes on as it would without.
type roomPlan struct {
	Name  string `yaml:"name"`
	Holds int    `yaml:"holds"`
}

type offerPlan struct {
	Model string     `yaml:"model"`
	Slug  string     `yaml:"slug"`
	Meets *meetsPlan `yaml:"meets"`
}

// meetsPlan is when a group gathers: weekly on a weekday, or once in each of the months.
type meetsPlan struct {
	Weekday  int    `yaml:"weekday"`
	Months   []int  `yaml:"months"`
	Clock    string `yaml:"clock"`
	Minutes  int    `yaml:"minutes"`
	Adults   [2]int `yaml:"adults"`
	Children [2]int `yaml:"children"`
}

type staffPlan struct {
	Role      access.Role   `yaml:"role"`
	Name      string        `yaml:"name"`
	Email     string        `yaml:"email"`
	Languages []string      `yaml:"languages"`
	Hours     []stretchPlan `yaml:"hours"`
}

type arrivalPlan struct {
	Adults   int `yaml:"adults"`
	Children int `yaml:"children"`
}

func readPlan() (plan, error) {
	var p plan
	if err := yaml.UnmarshalWithOptions(organisationFile, &p, yaml.Strict()); err != nil {
		return p, fmt.Errorf("the demo's organisation: %s", yaml.FormatError(err, false, true))
	}
	return p, nil
}

// unit is a founded unit with its people.
type unit struct {
	organization.Unit
	plan    unitPlan
	offers  []offer
	office  organization.PlaceID
	workers []colleague
	coord   colleague
}

type offer struct {
	organization.Offer
	model *model.Model
	meets *meetsPlan
}

// colleague is a staff member as an actor.
type colleague struct {
	access.Actor
	name string
	role access.Role
	unit string
}

// found makes the organisation by the actions that a coordinator's pages call.
func (w *world) found(ctx context.Context) error {
	p, err := readPlan()
	if err != nil {
		return err
	}
	if err := w.db.Update(ctx, func(tx *storage.Tx) error { return organization.KeepController(ctx, tx, access.System(), p.Controller) }); err != nil {
		return err
	}
	if err := w.payers(ctx, p.Payers); err != nil {
		return err
	}
	for _, up := range p.Units {
		if err := w.db.Update(ctx, func(tx *storage.Tx) error { return w.foundUnit(ctx, tx, up) }); err != nil {
			return fmt.Errorf("unit %s: %w", up.Slug, err)
		}
	}
	return nil
}

func (w *world) foundUnit(ctx context.Context, tx *storage.Tx, p unitPlan) error {
	founded, err := organization.KeepUnit(ctx, tx, access.System(), organization.Unit{Slug: p.Slug, Name: p.Name, Phone: p.Phone, Email: p.Email,
		Address: p.Address, Area: p.Area, GrantObject: p.GrantObject, Zone: zone})
	if err != nil {
		return err
	}
	u := &unit{Unit: founded, plan: p}
	for _, step := range []func(context.Context, *storage.Tx, *unit) error{w.openDoors, w.beginOffers, w.hire} {
		if err := step(ctx, tx, u); err != nil {
			return err
		}
	}
	w.units = append(w.units, u)
	return nil
}

// openDoors keeps the unit's offices and its hours.
func (w *world) openDoors(ctx context.Context, tx *storage.Tx, u *unit) error {
	for _, p := range u.plan.Places {
		place, err := organization.KeepPlace(ctx, tx, access.System(), organization.Place{Unit: u.ID, Name: p.Name, Address: p.Address, Active: true, TellRoom: p.TellRoom})
		if err != nil {
			return err
		}
		u.office = place.ID
		for _, r := range p.Rooms {
			if _, err := organization.KeepRoom(ctx, tx, access.System(), u.ID, organization.Room{Place: place.ID, Name: r.Name, Holds: r.Holds}); err != nil {
				return err
			}
		}
	}
	for _, channel := range []string{"chat", "telephone"} {
		for _, s := range u.plan.Openings[channel] {
			for _, day := range s.Days {
				if err := organization.KeepOpening(ctx, tx, access.System(), organization.Opening{Unit: u.ID, Channel: channel, Weekday: day,
					Opens: calendar.Clock(s.Opens), Closes: calendar.Clock(s.Closes)}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (w *world) beginOffers(ctx context.Context, tx *storage.Tx, u *unit) error {
	for i, o := range u.plan.Offers {
		m, ok := w.models.Latest(o.Model)
		if !ok {
			return fmt.Errorf("there is no model %s", o.Model)
		}
		kept, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: u.ID, Model: m.ID, Version: m.Version, Slug: o.Slug, Position: i + 1, Open: true})
		if err != nil {
			return err
		}
		u.offers = append(u.offers, offer{Offer: kept, model: m, meets: o.Meets})
	}
	return nil
}

// hire invites the staff and keeps when they work.
func (w *world) hire(ctx context.Context, tx *storage.Tx, u *unit) error {
	for _, p := range append(u.plan.Staff, u.plan.House...) {
		roles := []access.Membership{{Unit: u.ID, Role: p.Role}}
		if p.Role == access.Coordinator {
			roles = append(roles, access.Membership{Unit: u.ID, Role: access.Keeper})
		}
		who, _, err := account.InviteFor(ctx, tx, access.System(), p.Name, p.Email, locale.Finnish, roles)
		if err != nil {
			return err
		}
		c := colleague{Actor: access.Actor{Account: who.ID, Roles: roles}, name: p.Name, role: p.Role, unit: u.Slug}
		w.staff = append(w.staff, c)
		switch p.Role {
		case access.Coordinator:
			u.coord = c
		case access.Worker:
			u.workers = append(u.workers, c)
			if err := w.settle(ctx, tx, c, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// settle keeps what a worker serves and when.
func (w *world) settle(ctx context.Context, tx *storage.Tx, c colleague, p staffPlan) error {
	if err := organization.KeepWorker(ctx, tx, access.System(), organization.Worker{Account: c.Account, Languages: p.Languages,
		Places: []string{"office", "home", "agreed"}, TravelMinutes: 30}); err != nil {
		return err
	}
	for _, h := range p.Hours {
		for _, day := range h.Days {
			if err := organization.KeepHours(ctx, tx, access.System(), c.Account, organization.Hours{Weekday: day, Opens: calendar.Clock(h.Opens), Closes: calendar.Clock(h.Closes)}); err != nil {
				return err
			}
		}
	}
	return nil
}
