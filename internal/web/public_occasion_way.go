package web

import (
	"context"
	"net/http"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// wayDayRoutes let a client sign up to a day that a way on leads to, by themselves: nobody tells who they are (R-144, decision 0064).
func (s *Server) wayDayRoutes(add adder) {
	add("POST /code/day/come", access.Open, s.comeToDay, "stay", "way", "day", "adults", "children", "name")
}

// wayDays is what an accepted way on leads to: the coming days of the unit, or the page of a service to which one just comes.
type wayDays struct {
	Days    []openDay
	In      []openDay // to which the client was signed up by a worker or by this way
	SignsUp bool      // days to which one signs up
	Page    string    // the address of the service's page; "" where one signs up here
}

// comingForm is what was typed, when it came back.
type comingForm struct{ Way, Day, Adults, Children, Name string }

// fillWayDays puts to each way on that was accepted the days it leads to.
func (v *clientPage) fillWayDays(ctx context.Context, tx *storage.Tx, s *Server, q *Ask, h intake.Holder) error {
	v.Days = map[string]wayDays{}
	v.Typed = comingForm{token(q, "way"), token(q, "day"), typed(q, "adults"), typed(q, "children"), typed(q, "name")}
	if h.Episode == "" {
		return nil
	}
	for _, w := range v.WaysOn {
		m, ok := s.Models.Latest(w.Destination)
		if !ok || !m.ByHeads() || m.Gathering != nil || w.Kind != model.Service || w.State != episode.Accepted {
			continue
		}
		e, err := tx.Episode(ctx, episode.ID(h.Episode))
		if err != nil {
			return err
		}
		if v.Days[w.ID], err = s.daysOfWay(ctx, tx, q, w, e); err != nil {
			return err
		}
	}
	return nil
}

// daysOfWay are those of the unit where the client's visits are: another unit's have their own page.
func (s *Server) daysOfWay(ctx context.Context, tx *storage.Tx, q *Ask, w episode.WayOn, e episode.Episode) (out wayDays, err error) {
	units, err := s.units(ctx, tx)
	if err != nil {
		return out, err
	}
	for _, u := range units {
		for _, o := range u.Offers {
			if u.ID != e.Unit || o.Model.ID != w.Destination || !o.Open {
				continue
			}
			if !o.Model.SignsUp() {
				out.Page = q.path("/services/" + o.Slug)
				continue
			}
			out.SignsUp = true
			var page servicePage
			if err := fillOpenDays(ctx, tx, q, o, &page); err != nil {
				return out, err
			}
			for _, d := range page.Days {
				here, err := occasion.IsHere(ctx, tx, d.Day, e.Person)
				if err != nil {
					return out, err
				}
				switch {
				case here:
					out.In = append(out.In, d)
				case d.Open:
					out.Days = append(out.Days, d)
				}
			}
		}
	}
	return out, nil
}

// dayChoice is which of the days.
func (v clientPage) dayChoice(way string) ui.Choice {
	c := ui.Choice{Name: "day", Key: v.keyAt(way, "day"), Label: v.P.T("public.day.heading"), Error: v.atWay(way, "day")}
	for _, d := range v.Days[way].Days {
		hint := d.Area
		if d.Full {
			hint += " · " + v.P.T("public.day.full")
		}
		c.Options = append(c.Options, ui.Option{Value: string(d.ID), Label: v.P.When(d.At) + ": " + d.About, Hint: hint})
	}
	if v.Typed.Way == way {
		c.Value = v.Typed.Day
	} else if len(c.Options) == 1 {
		c.Value = c.Options[0].Value
	}
	return c
}

// atWay is a mistake in this way's form, and none in another's.
func (v clientPage) atWay(way, field string) string {
	if v.Typed.Way != way {
		return ""
	}
	return v.Mistakes.Of(field)
}

// keyAt is a field's id: its plain name in the form that came back, to which the summary of mistakes leads.
func (v clientPage) keyAt(way, field string) string {
	if v.Typed.Way == way {
		return field
	}
	return field + "-" + way
}

func (v clientPage) typedAt(way, text, otherwise string) string {
	if v.Typed.Way != way {
		return otherwise
	}
	return text
}

// comeToDay signs up to a day that the client's accepted way on leads to, and shows the day's own code once.
func (s *Server) comeToDay(w http.ResponseWriter, q *Ask) error {
	stay, err := s.resumeOwn(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	v := signedPage{Page: s.stayPage(q, q.P.T("public.day.form"), stay.Exit)}
	wrong := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		v.In, v.At, err = s.comeThere(q.Context(), tx, q, stay.Holder)
		return err
	})
	if wrong != nil && !shown(wrong) {
		return wrong
	}
	if wrong != nil {
		return s.showClient(w, q, stay, "", wrong)
	}
	s.ready.Forget() // whether there is room may have changed
	return s.show(w, q, http.StatusOK, signedView(v))
}

func (s *Server) comeThere(ctx context.Context, tx *storage.Tx, q *Ask, h intake.Holder) (in occasion.Signed, at openDay, err error) {
	if h.Episode == "" {
		return in, at, fault.New(fault.Conflict, "public.gone")
	}
	e, err := tx.Episode(ctx, episode.ID(h.Episode))
	if err != nil {
		return in, at, err
	}
	ways, err := tx.WaysOn(ctx, e.ID)
	if err != nil {
		return in, at, err
	}
	i := slices.IndexFunc(ways, func(w episode.WayOn) bool {
		return w.ID == token(q, "way") && w.Kind == model.Service && w.State == episode.Accepted
	})
	if i < 0 {
		return in, at, fault.New(fault.Conflict, "public.gone")
	}
	if token(q, "day") == "" {
		return in, at, &fault.Fault{Kind: fault.Invalid, Key: "form.mistakes", Fields: []fault.Field{{Name: "day", Key: "form.choice"}}}
	}
	days, err := s.daysOfWay(ctx, tx, q, ways[i], e)
	if err != nil {
		return in, at, err
	}
	this := func(d openDay) bool { return string(d.ID) == token(q, "day") }
	if slices.ContainsFunc(days.In, this) {
		return in, at, fault.New(fault.Conflict, "occasion.already")
	}
	n := slices.IndexFunc(days.Days, this)
	if n < 0 {
		return in, at, fault.New(fault.Conflict, "public.gone")
	}
	at = days.Days[n]
	in, err = occasion.SignUpByWay(ctx, tx, s.Models, e.Person, ways[i].Destination, at.ID, familyNumbers(q))
	return in, at, err
}
