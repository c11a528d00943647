package web_test

import (
	"context"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// coupleCase is a house in which two may come to meet together: Anna, who experienced violence, comes to Noora, and Kari,
// who used it, to Elina. Their names are chosen ones.
type coupleCase struct {
	*webtest.House
	t          *testing.T
	anna, kari episode.ID
	joint      episode.ID
	offer      organization.OfferID // of the visits of one's own
}

const (
	annaName = "Tuulikki"
	kariName = "Kaarlo"
)

func newCouple(t *testing.T, h *webtest.House) *coupleCase {
	t.Helper()
	c := &coupleCase{House: h, t: t}
	c.offer = offerCouples(h, h.Unit)
	c.anna = c.comes("noora", annaName, 3)
	c.kari = c.comes("elina", kariName, 2)
	return c
}

// offerCouples lets a unit offer visits of one's own and joint meetings.
func offerCouples(h *webtest.House, unit access.UnitID) (own organization.OfferID) {
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		for i, id := range []string{"couple-meetings", "low-threshold-individual"} {
			m, _ := h.Models.Latest(id)
			o, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: unit, Model: m.ID, Version: m.Version, Slug: "y" + string(unit)[:6] + m.Slug[:4], Position: 20 + i, Open: true})
			if err != nil {
				return err
			}
			own = o.ID
		}
		return nil
	})
	return own
}

// comes begins somebody's own visits, and holds some.
func (c *coupleCase) comes(who, name string, visits int) (home episode.ID) {
	by := c.Staff[who]
	target := appointment.Target{}
	c.Do(func(ctx context.Context, tx *storage.Tx) error {
		made, err := intake.Make(ctx, tx, c.Models, by, intake.New{Offer: c.offer, Channel: intake.Telephone, Referrer: "self", Name: name, Age: -1, Lang: "fi", Contact: person.SafeContact{Channel: person.None}})
		target.Request = made.Request.ID
		return err
	})
	for range max(1, visits) {
		var a appointment.Appointment
		c.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
			a, err = appointment.Book(ctx, tx, c.Models, by, target, c.at(who, 1, "10:00"), "")
			return err
		})
		home, target = a.Episode, appointment.Target{Episode: a.Episode}
		if visits == 0 {
			break
		}
		c.Clock.Set(a.Starts.Add(time.Hour))
		c.Do(func(ctx context.Context, tx *storage.Tx) error { return appointment.Hold(ctx, tx, c.Models, by, a.ID) })
	}
	return home
}

// at is a time of a worker's at the first office, some days from now.
func (c *coupleCase) at(who string, days int, clock calendar.Clock) appointment.Free {
	day := calendar.LocalOf(c.Clock.Now(), webtest.Zone).Day.Add(days)
	return appointment.Free{Worker: c.Staff[who].Account, At: calendar.Local{Day: day, Clock: clock, Zone: webtest.Zone}, Minutes: 60, PlaceKind: appointment.Office, Place: c.Places[0].ID}
}

var allPoints = []string{"motivated", "charted", "emotion-regulation", "time-out"}

// prepare brings the two as far as the joint process, with everything gone through.
func (c *coupleCase) prepare() {
	c.t.Helper()
	c.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
		c.joint, err = c.join(ctx, tx, "noora", c.anna, "elina", c.kari)
		return err
	})
}

func (c *coupleCase) join(ctx context.Context, tx *storage.Tx, hers string, anna episode.ID, his string, kari episode.ID) (episode.ID, error) {
	hanna, mikko, ms := c.Staff[hers], c.Staff[his], c.Models
	today := calendar.LocalOf(tx.Now(), webtest.Zone).Day
	for _, err := range []error{
		joint.Prepare(ctx, tx, ms, hanna, anna, model.Experienced), joint.Wish(ctx, tx, ms, hanna, anna, today, true),
		joint.Prepare(ctx, tx, ms, mikko, kari, model.Used), joint.Asked(ctx, tx, ms, mikko, kari, true),
		joint.Mark(ctx, tx, ms, hanna, anna, allPoints), joint.Mark(ctx, tx, ms, mikko, kari, allPoints),
	} {
		if err != nil {
			return "", err
		}
	}
	word, err := joint.Word(ctx, tx, ms, hanna, anna)
	if err != nil {
		return "", err
	}
	return joint.Join(ctx, tx, ms, mikko, kari, word.String())
}

// safer makes both workers' marks.
func (c *coupleCase) safer() {
	c.t.Helper()
	c.Do(func(ctx context.Context, tx *storage.Tx) error {
		if err := joint.Safer(ctx, tx, c.Models, c.Staff["noora"], c.joint, true); err != nil {
			return err
		}
		return joint.Safer(ctx, tx, c.Models, c.Staff["elina"], c.joint, true)
	})
}

// bookTwo books the next joint meeting, some days from now.
func (c *coupleCase) bookTwo(days int) (a appointment.Appointment) {
	c.t.Helper()
	c.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
		at := c.at("noora", days, "13:00")
		at.Minutes = 90
		a, err = appointment.Book(ctx, tx, c.Models, c.Staff["noora"], appointment.Target{Episode: c.joint}, at, "")
		return err
	})
	return a
}

// answers says how each of the two felt, to their own workers.
func (c *coupleCase) answers(said string) {
	c.t.Helper()
	c.Do(func(ctx context.Context, tx *storage.Tx) error {
		if err := joint.AnswerAlone(ctx, tx, c.Models, c.Staff["noora"], c.anna, said, true); err != nil {
			return err
		}
		return joint.AnswerAlone(ctx, tx, c.Models, c.Staff["elina"], c.kari, said, true)
	})
}

func (c *coupleCase) own(id episode.ID) string { return "/episodes/" + string(id) + "/couple" }
func (c *coupleCase) two() string              { return "/episodes/" + string(c.joint) }
