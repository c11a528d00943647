package organization

import (
	"context"
	"regexp"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
)

// arranges tells whether the actor may arrange the unit: its coordinators, an operator, and the first start.
func arranges(by access.Actor, u access.UnitID) error {
	if by.System || by.Is(access.Coordinator, u) || by.Has(access.Operator) {
		return nil
	}
	return fault.New(fault.NotFound, "not-found")
}

// ownOr tells whether the actor may arrange a worker's hours: the worker, or a coordinator of one of the worker's units.
func ownOr(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) error {
	if by.System || by.Account == who {
		return nil
	}
	for _, m := range by.Roles {
		if m.Role != access.Coordinator {
			continue
		}
		workers, err := tx.Workers(ctx, m.Unit)
		if err != nil {
			return err
		}
		for _, w := range workers {
			if w.Account == who {
				return nil
			}
		}
	}
	return fault.New(fault.NotFound, "not-found")
}

// ownUnitOnly refuses to take over what is another unit's: to who asks, it is not there.
func ownUnitOnly(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.NotFound, "not-found")
}

var slugShape = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

// KeepUnit adds or changes a unit's public facts.
func KeepUnit(ctx context.Context, tx Tx, by access.Actor, u Unit) (Unit, error) {
	if u.ID == "" {
		if !by.System && !by.Has(access.Operator) {
			return u, fault.New(fault.NotFound, "not-found")
		}
		u.ID = access.UnitID(id.New())
	} else if err := arranges(by, u.ID); err != nil {
		return u, err
	}
	var form fault.Form
	for _, l := range locale.Langs() {
		if n := strings.TrimSpace(u.Name[l]); n == "" || len(n) > 120 {
			form.Add("name-"+string(l), "unit.name")
		}
	}
	if !slugShape.MatchString(u.Slug) {
		form.Add("slug", "unit.slug")
	}
	if _, err := calendar.Zone(u.Zone); err != nil {
		form.Add("zone", "calendar.zone")
	}
	for name, value := range map[string]string{"phone": u.Phone, "email": u.Email, "address": u.Address, "area": u.Area, "grant-object": u.GrantObject} {
		if len(value) > 200 {
			form.Add(name, "form.too-long")
		}
	}
	if err := form.Err(); err != nil {
		return u, err
	}
	return u, tx.PutUnit(ctx, u)
}

// KeepOpening adds a weekly stretch in which a channel is answered. Stretches of one channel may touch, not overlap.
func KeepOpening(ctx context.Context, tx Tx, by access.Actor, o Opening) error {
	if err := arranges(by, o.Unit); err != nil {
		return err
	}
	if o.ID == "" {
		o.ID = id.New()
	}
	if err := stretch(o.Weekday, o.Opens, o.Closes); err != nil {
		return err
	}
	if o.Channel != "chat" && o.Channel != "telephone" {
		return fault.New(fault.Invalid, "form.choice")
	}
	others, err := tx.Openings(ctx, o.Unit)
	if err != nil {
		return err
	}
	for _, x := range others {
		if x.ID != o.ID && x.Channel == o.Channel && x.Weekday == o.Weekday && x.Opens < o.Closes && o.Opens < x.Closes {
			return fault.New(fault.Invalid, "hours.overlap")
		}
	}
	return tx.PutOpening(ctx, o)
}

// DropOpening takes a weekly stretch away.
func DropOpening(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID, opening string) error {
	if err := arranges(by, unit); err != nil {
		return err
	}
	return tx.DeleteOpening(ctx, unit, opening)
}

// KeepOffer begins, opens or closes the offering of a model version.
func KeepOffer(ctx context.Context, tx Tx, by access.Actor, o Offer) (Offer, error) {
	if err := arranges(by, o.Unit); err != nil {
		return o, err
	}
	if o.ID == "" {
		o.ID = OfferID(id.New())
	} else if was, err := tx.Offer(ctx, o.ID); err != nil || was.Unit != o.Unit {
		return o, ownUnitOnly(err)
	}
	if !slugShape.MatchString(o.Slug) {
		return o, fault.New(fault.Invalid, "unit.slug")
	}
	return o, tx.PutOffer(ctx, o)
}

// KeepPlace adds or changes an office.
func KeepPlace(ctx context.Context, tx Tx, by access.Actor, p Place) (Place, error) {
	if err := arranges(by, p.Unit); err != nil {
		return p, err
	}
	if p.ID == "" {
		p.ID = PlaceID(id.New())
	} else if was, err := tx.Place(ctx, p.ID); err != nil || was.Unit != p.Unit {
		return p, ownUnitOnly(err)
	}
	var form fault.Form
	for _, l := range locale.Langs() {
		if n := strings.TrimSpace(p.Name[l]); n == "" || len(n) > 120 {
			form.Add("name-"+string(l), "unit.name")
		}
	}
	if len(p.Address) > 200 {
		form.Add("address", "form.too-long")
	}
	if err := form.Err(); err != nil {
		return p, err
	}
	return p, tx.PutPlace(ctx, p)
}

// KeepWorker says what a worker serves.
func KeepWorker(ctx context.Context, tx Tx, by access.Actor, w Worker) error {
	if err := ownOr(ctx, tx, by, w.Account); err != nil {
		return err
	}
	if w.TravelMinutes < 0 || w.TravelMinutes > 240 {
		return fault.New(fault.Invalid, "worker.travel")
	}
	return tx.PutWorker(ctx, w)
}

// KeepHours adds a weekly stretch of work.
func KeepHours(ctx context.Context, tx Tx, by access.Actor, who access.AccountID, h Hours) error {
	if err := ownOr(ctx, tx, by, who); err != nil {
		return err
	}
	if err := stretch(h.Weekday, h.Opens, h.Closes); err != nil {
		return err
	}
	w, err := tx.Worker(ctx, who)
	if err != nil {
		return err
	}
	for _, x := range w.Hours {
		if x.ID != h.ID && x.Weekday == h.Weekday && x.Opens < h.Closes && h.Opens < x.Closes {
			return fault.New(fault.Invalid, "hours.overlap")
		}
	}
	if h.ID == "" {
		h.ID = id.New()
	}
	return tx.PutHours(ctx, who, h)
}

// DropHours takes a weekly stretch of work away.
func DropHours(ctx context.Context, tx Tx, by access.Actor, who access.AccountID, hours string) error {
	if err := ownOr(ctx, tx, by, who); err != nil {
		return err
	}
	return tx.DeleteHours(ctx, who, hours)
}

// KeepAbsence adds whole days away. Why is nobody's to write down.
func KeepAbsence(ctx context.Context, tx Tx, by access.Actor, who access.AccountID, a Absence) error {
	if err := ownOr(ctx, tx, by, who); err != nil {
		return err
	}
	switch {
	case a.First == "" || a.Last == "":
		return fault.New(fault.Invalid, "calendar.date")
	case a.Last < a.First:
		return fault.New(fault.Invalid, "absence.order")
	case a.First.Add(400) < a.Last:
		return fault.New(fault.Invalid, "absence.long")
	}
	if a.ID == "" {
		a.ID = id.New()
	}
	return tx.PutAbsence(ctx, who, a)
}

// DropAbsence takes an absence away.
func DropAbsence(ctx context.Context, tx Tx, by access.Actor, who access.AccountID, absence string) error {
	if err := ownOr(ctx, tx, by, who); err != nil {
		return err
	}
	return tx.DeleteAbsence(ctx, who, absence)
}

// BePresent says that a worker answers the unit's chat from now until a clock time today; "" ends it.
func BePresent(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID, until calendar.Clock) error {
	if !by.Is(access.Worker, unit) && !by.Is(access.Coordinator, unit) {
		return fault.New(fault.NotFound, "not-found")
	}
	if until == "" {
		return tx.DeletePresence(ctx, by.Account, unit, "chat")
	}
	u, err := tx.Unit(ctx, unit)
	if err != nil {
		return err
	}
	end, err := (calendar.Local{Day: calendar.LocalOf(tx.Now(), u.Zone).Day, Clock: until, Zone: u.Zone}).Instant()
	if err != nil {
		return err
	}
	if !end.After(tx.Now()) || end.Sub(tx.Now()) > 16*time.Hour {
		return fault.New(fault.Invalid, "presence.until")
	}
	return tx.PutPresence(ctx, Presence{Account: by.Account, Unit: unit, Channel: "chat", Until: end})
}

func stretch(weekday int, opens, closes calendar.Clock) error {
	if weekday < 1 || weekday > 7 || opens == "" || closes == "" || opens >= closes {
		return fault.New(fault.Invalid, "hours.order")
	}
	return nil
}
