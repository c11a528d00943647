package web_test

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// furnishVolunteers gives both units volunteers, something of their year, and somebody who asks for a worker.
func (m *matrixHouse) furnishVolunteers() {
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		for unit, values := range map[access.UnitID]map[string]string{m.Unit: m.here, m.other: m.there} {
			slug := "mukaan"
			if unit == m.other {
				slug = "mukaan-muualla"
			}
			model, _ := m.Models.Latest("volunteering")
			o, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: unit, Model: model.ID, Version: model.Version, Slug: slug, Position: 8, Open: true})
			if err != nil {
				return err
			}
			values["help"] = string(o.ID)
		}
		return nil
	})
	for relation, who := range map[string][2]string{"own": {"marja", "vilma"}, "outside": {"vera", "viljo"}} {
		for kind, x := range m.helper(who[0], who[1]) {
			m.put(kind, relation, x.path, nil)
		}
		m.Do(func(ctx context.Context, tx *storage.Tx) error {
			e, err := volunteer.PlanEvent(ctx, tx, m.Models, m.Staff[who[0]], organization.OfferID(m.valuesOf(who[0])["help"]),
				volunteer.Plan{Item: "regional-meeting", Day: "2027-05-05", Clock: "12:00", Minutes: 60, Place: "Toimisto"})
			m.put("training", relation, map[string]string{"id": string(e)}, nil)
			return err
		})
	}
}

func (m *matrixHouse) valuesOf(who string) map[string]string {
	if m.Staff[who].Roles[0].Unit == m.other {
		return m.there
	}
	return m.here
}

// helper is a volunteer of a coordinator's unit who asks for a worker; without an account of their own they have one made for them.
func (m *matrixHouse) helper(boss, who string) map[string]thing {
	m.n++
	out := map[string]thing{}
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		key, err := tx.NewKey()
		if err != nil {
			return err
		}
		v := volunteer.Volunteer{ID: volunteer.ID(id.New()), Unit: m.Staff[boss].Roles[0].Unit, Offer: organization.OfferID(m.valuesOf(boss)["help"]), Key: key, State: volunteer.Applied,
			Own: volunteer.Own{Name: seal.Of("Vilma"), Email: seal.Of(id.New() + "@example.org"), Lang: "fi", Letters: volunteer.Plain}, Path: volunteer.Path{Due: "2027-01-19"}}
		if who != "" {
			v.Account, v.State, v.Path = m.Staff[who].Account, volunteer.Active, volunteer.Path{Began: "2027-01-01", Inducted: true, Tasks: []string{"family-day"},
				Trainings: []volunteer.Mark{{What: "induction", Day: "2027-01-01"}}, Extract: volunteer.Extract{Day: "2027-01-01"}}
		}
		if err := tx.PutVolunteer(ctx, v); err != nil {
			return err
		}
		c := volunteer.Call{ID: volunteer.CallID(id.New()), Volunteer: v.ID, Unit: v.Unit, Kind: volunteer.Now, Asked: tx.Now()}
		out["helper"] = thing{map[string]string{"id": string(v.ID)}, nil}
		out["plea"] = thing{map[string]string{"id": string(c.ID)}, nil}
		return tx.PutCall(ctx, c)
	})
	return out
}
