package web_test

import (
	"context"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// furnishCouples gives both units visits of one's own and joint meetings, and each worker a couple with a meeting booked.
// The other of each pair works beside them and is nobody's role.
func (m *matrixHouse) furnishCouples(t *testing.T) {
	m.pairs = map[access.UnitID]string{m.Unit: "pari", m.other: "toinenpari"}
	for unit, values := range map[access.UnitID]map[string]string{m.Unit: m.here, m.other: m.there} {
		values["own"] = string(offerCouples(m.House, unit))
		hireIn(t, m.House, m.pairs[unit], locale.Finnish, unit, access.Worker)
	}
	for relation, worker := range map[string]string{"own": "noora", "colleague": "elina", "outside": "vieras"} {
		for kind, x := range m.two(worker) {
			m.put(kind, relation, x.path, x.values)
		}
		at := "/episodes/" + m.things["joint"][relation].path["id"]
		for _, who := range map[string][]string{"own": {"noora", "marja"}, "colleague": {"marja"}}[relation] {
			m.SignIn(who).Get(at) // looking is noted, once a day
		}
	}
}

// two is a couple whose one party is a worker's client: that party's own visits, and the joint process.
func (m *matrixHouse) two(worker string) map[string]thing {
	out := map[string]thing{}
	m.couples++
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		by := m.Staff[worker]
		mate, values := m.pairs[by.Roles[0].Unit], m.here
		if by.Roles[0].Unit == m.other {
			values = m.there
		}
		var homes []episode.ID
		for i, who := range []string{worker, mate} {
			for n := range 2 { // visits of their own, the first of which opens them
				at := m.coupleTime(m.Staff[who], values, 1+i*2+n)
				target := appointment.Target{}
				if n == 0 {
					made, err := intake.Make(ctx, tx, m.Models, m.Staff[who], intake.New{Offer: organization.OfferID(values["own"]), Channel: intake.Telephone, Age: -1, Lang: "fi",
						Contact: person.SafeContact{Channel: person.None}})
					if err != nil {
						return err
					}
					target.Request = made.Request.ID
				} else {
					target.Episode = homes[i]
				}
				a, err := appointment.Book(ctx, tx, m.Models, m.Staff[who], target, at, "")
				if err != nil {
					return err
				}
				if n == 0 {
					homes = append(homes, a.Episode)
				}
			}
		}
		c := coupleCase{House: m.House}
		both, err := c.join(ctx, tx, worker, homes[0], mate, homes[1])
		if err != nil {
			return err
		}
		if err := joint.Safer(ctx, tx, m.Models, by, both, true); err != nil {
			return err
		}
		meeting, err := m.together(ctx, tx, both, m.coupleTime(by, values, 5))
		if err != nil {
			return err
		}
		out["couple"] = thing{map[string]string{"id": string(homes[0])}, nil}
		out["joint"] = thing{map[string]string{"id": string(both)}, map[string]string{"worker": string(m.Staff[mate].Account), "meeting": string(meeting)}}
		out["mark"] = out["joint"]
		return nil
	})
	return out
}

// together keeps a meeting of the two as it stands once it was agreed: the clock of this house does not turn, so no visit
// of their own could have been held before.
func (m *matrixHouse) together(ctx context.Context, tx *storage.Tx, both episode.ID, at appointment.Free) (appointment.ID, error) {
	e, err := tx.Episode(ctx, both)
	if err != nil {
		return "", err
	}
	second, err := tx.Second(ctx, both)
	if err != nil {
		return "", err
	}
	starts, err := at.At.Instant()
	a := appointment.Appointment{ID: appointment.ID(id.New()), Episode: both, Limit: e.Limit, Regime: e.Regime, No: 1, State: appointment.Booked, Worker: e.Worker, Second: second,
		Participants: appointment.WithCouple, At: at.At, Minutes: 60, Starts: starts, Ends: starts.Add(time.Hour), PlaceKind: at.PlaceKind, PlaceID: at.Place, DayPart: at.At.DayPart()}
	if err != nil {
		return "", err
	}
	return a.ID, tx.PutAppointment(ctx, a)
}

// coupleTime is a time that nobody else in the house has.
func (m *matrixHouse) coupleTime(by access.Actor, values map[string]string, n int) appointment.Free {
	return appointment.Free{Worker: by.Account, At: calendar.Local{Day: calendar.Date("2027-09-01").Add(m.couples), Clock: calendar.Clock([]string{"10:00", "12:00", "13:00", "15:00", "17:00"}[n-1]),
		Zone: webtest.Zone}, Minutes: 60, PlaceKind: appointment.Office, Place: organization.PlaceID(values["office"])}
}
