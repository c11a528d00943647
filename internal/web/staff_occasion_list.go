package web

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// dayRow is a day in the list.
type dayRow struct {
	occasion.Day
	offered
	families, people int
	full             bool
}

// ID is the day's own.
func (r dayRow) ID() occasion.ID { return r.Day.ID }

// of is the service, with its unit where the reader works in several.
func (r dayRow) of(q *Ask) string {
	name := r.model.Name(q.P.Lang())
	if len(unitsOf(q.By)) > 1 {
		name += ", " + r.unit.Name.In(q.P.Lang())
	}
	return name
}

// heads are who came, or who have signed up.
func (r dayRow) heads(q *Ask) string {
	switch {
	case r.State == occasion.Held:
		return q.P.T("days.families", "n", r.Families) + ", " + q.P.T("days.heads", "n", r.Adults+r.Children)
	case r.State == occasion.Cancelled || r.Gone():
		return "–"
	}
	return q.P.T("days.taken", "families", q.P.T("days.families", "n", r.families), "n", r.people, "of", r.Places)
}

func (r dayRow) step(q *Ask) string {
	if r.State == occasion.Planned && !r.Coming(q.Now) {
		return q.P.T("groups.count")
	}
	return q.P.T("groups.open")
}

// fillDays reads the days of the reader's units: what comes, and what has been lately.
func (s *Server) fillDays(ctx context.Context, tx *storage.Tx, q *Ask, v *groupList) error {
	offers, err := s.occasionOffers(ctx, tx, q)
	if err != nil {
		return err
	}
	v.DayOffers, v.Days = len(offers), nil
	v.PlanDays = slices.ContainsFunc(offers, func(o offered) bool { return q.By.Is(access.Coordinator, o.unit.ID) })
	rows, err := s.daysOf(ctx, tx, offers)
	for _, r := range rows {
		if r.Starts.After(q.Now.Add(-groupsBack)) || r.State == occasion.Planned {
			v.Days = append(v.Days, r)
		}
	}
	if len(v.Days) > groupRows {
		v.Days = v.Days[:groupRows]
	}
	return err
}

func (s *Server) daysOf(ctx context.Context, tx *storage.Tx, offers []offered) ([]dayRow, error) {
	ids := []organization.OfferID{}
	for _, o := range offers {
		ids = append(ids, o.ID)
	}
	all, err := tx.Occasions(ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []dayRow
	for _, d := range all {
		r := dayRow{Day: d}
		r.offered = offers[slices.IndexFunc(offers, func(o offered) bool { return o.ID == d.Offer })]
		if !d.Gone() {
			families, err := tx.Families(ctx, d)
			if err != nil {
				return nil, err
			}
			in, _ := occasion.Split(families, d.Places)
			adults, children := occasion.Heads(in)
			r.families, r.people, r.full = len(in), adults+children, occasion.Room(families, d.Places) <= 0
		}
		out = append(out, r)
	}
	return out, nil
}

// helpersDays is how long before a day the desk tells that volunteers are missing.
const helpersDays = 14

// deskDays are what days wait for: those who came to be counted, a list that is open, volunteers or a room that are missing.
func (s *Server) deskDays(ctx context.Context, tx *storage.Tx, q *Ask, watch wall.Watch) ([]deskCircle, error) {
	offers, err := s.occasionOffers(ctx, tx, q)
	if err != nil || len(offers) == 0 {
		return nil, err
	}
	rows, err := s.daysOf(ctx, tx, offers)
	if err != nil {
		return nil, err
	}
	var out []deskCircle
	rooms := officesRead{}
	for _, r := range rows {
		if r.State != occasion.Planned { // one that nobody has counted waits, though its list has gone
			continue
		}
		helpers, err := tx.Helpers(ctx, r.ID())
		if err != nil {
			return nil, err
		}
		mine := slices.ContainsFunc(helpers, func(h occasion.Helper) bool { return h.Account == q.By.Account && h.State == occasion.Confirmed })
		leads := q.By.Is(access.Coordinator, r.unit.ID)
		if leads {
			both, err := occasion.Together(ctx, tx, watch, r.Day)
			if err != nil {
				return nil, err
			}
			if both {
				out = append(out, deskCircle{Name: r.About, When: q.P.When(r.At), What: q.P.T("desk.circles.together"), To: "/days/" + string(r.ID()), Tone: ui.Late})
			}
		}
		x := deskCircle{Name: r.About, When: q.P.When(r.At), To: "/days/" + string(r.ID())}
		today := calendar.LocalOf(q.Now, r.unit.Zone).Day
		listed, err := rooms.of(ctx, tx, r.Office)
		if err != nil {
			return nil, err
		}
		if lack := seat(q, listed, r.Room, r.At.Day, r.Coming(q.Now)).Tag; lack != "" && leads && r.At.Day <= today.Add(aheadDays) {
			x.What, x.Tone = lack, ui.Late
			out = append(out, x)
		}
		switch missing := r.Volunteers - volunteersOf(helpers); {
		case !r.Coming(q.Now):
			if !mine && !leads {
				continue
			}
			x.What, x.Tone = q.P.T("desk.days.count"), ui.Soon
		case leads && missing > 0 && r.At.Day <= today.Add(helpersDays):
			x.What, x.Tone = q.P.T("desk.days.helpers"), ui.Late
		case mine && r.At.Day == today:
			x.What, x.Tone, x.To = q.P.T("desk.days.today"), ui.Info, x.To+"/list"
		case mine && r.Listed(r.model, q.Now):
			x.What, x.Tone, x.To = q.P.T("desk.days.tomorrow"), ui.Info, x.To+"/list"
		default:
			continue
		}
		out = append(out, x)
	}
	return out, nil
}

// volunteersOf is how many volunteers are confirmed.
func volunteersOf(all []occasion.Helper) (n int) {
	for _, h := range all {
		if h.Volunteer && h.State == occasion.Confirmed {
			n++
		}
	}
	return n
}

// workersChoice is which of the unit's workers are there.
func workersChoice(q *Ask, all []organization.Worker, values []string, m ui.Mistakes) ui.Choice {
	c := ui.Choice{Name: "workers", Label: q.P.T("days.workers"), Values: values, Error: m.Of("workers")}
	for _, w := range all {
		c.Options = append(c.Options, ui.Option{Value: string(w.Account), Label: w.Name})
	}
	return c
}
