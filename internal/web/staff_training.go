package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

var eventFields = []string{"offer", "item", "day", "clock", "minutes", "place", "link", "year"}

// unitYear is one unit's year of trainings and meetings, beside what the model asks for.
type unitYear struct {
	At     volunteer.Place
	Counts []volunteer.Count
	Other  []volunteer.Event // called off
	Short  int
}

// yearPage is a year of the reader's units, with a form to plan one more thing.
type yearPage struct {
	Frame    ui.StaffPage
	Year     int
	Units    []unitYear
	Form     map[string]string
	Done     string
	Mistakes ui.Mistakes
}

func (s *Server) showYear(w http.ResponseWriter, q *Ask) error {
	year := calendar.LocalOf(q.Now, homeZone).Day.Midnight().Year()
	if n := number(q.URL.Query().Get("year"), year); n >= 2000 && n < 2200 {
		year = n
	}
	return s.answerYear(w, q, year, map[string]string{"item": q.URL.Query().Get("item"), "offer": q.URL.Query().Get("offer"), "minutes": "120"}, nil)
}

func (s *Server) answerYear(w http.ResponseWriter, q *Ask, year int, form map[string]string, wrong error) error {
	p := yearPage{Frame: s.staffPage(q, q.P.T("volunteer.year.title", "year", strconv.Itoa(year)), "volunteers"), Year: year, Form: form,
		Done: q.done("volunteer.done.", volunteerDones...), Mistakes: ui.MistakesOf(q.P, wrong)}
	p.Frame.Wrong = wrong != nil
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		places, err := volunteer.Places(q.Context(), tx, s.Models, q.By)
		if err != nil {
			return err
		}
		p.Units = nil
		for _, at := range places {
			events, err := tx.Events(q.Context(), at.Unit.ID)
			if err != nil {
				return err
			}
			events = slices.DeleteFunc(events, func(e volunteer.Event) bool { return e.Offer != at.Offer.ID })
			u := unitYear{At: at, Counts: volunteer.Year(at.Model, events, strconv.Itoa(year))}
			for _, c := range u.Counts {
				if c.Short() {
					u.Short++
				}
			}
			for _, e := range events {
				if e.State == volunteer.Cancelled && e.At.Day.Midnight().Year() == year {
					u.Other = append(u.Other, e)
				}
			}
			p.Units = append(p.Units, u)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(p.Units) == 0 {
		return notFound()
	}
	return s.show(w, q, statusOf(wrong), yearView(q, p))
}

// readPlan is an event as it was typed.
func readPlan(q *Ask) volunteer.Plan {
	clock, err := calendar.ParseClock(q.PostFormValue("clock"))
	if err != nil {
		clock = "?"
	}
	return volunteer.Plan{Item: q.PostFormValue("item"), Day: typedDay(q, "day"), Clock: clock, Minutes: typedNumber(q, "minutes"), Place: typed(q, "place"), Link: typed(q, "link")}
}

func (s *Server) planEvent(w http.ResponseWriter, q *Ask) error {
	in := readPlan(q)
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		_, err := volunteer.PlanEvent(q.Context(), tx, s.Models, q.By, organization.OfferID(q.PostFormValue("offer")), in)
		return err
	})
	year := number(q.PostFormValue("year"), 0)
	if in.Day != "?" && in.Day != "" {
		year = in.Day.Midnight().Year()
	}
	if year < 2000 || year > 2199 {
		year = calendar.LocalOf(q.Now, homeZone).Day.Midnight().Year()
	}
	if shown(err) {
		form := map[string]string{}
		for _, name := range eventFields {
			form[name] = short(q.PostFormValue(name))
		}
		return s.answerYear(w, q, year, form, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, "/trainings?year="+strconv.Itoa(year)+"&done=planned")
}

// eventPage is one thing of the year: moving it, calling it off, and who was there.
type eventPage struct {
	Frame    ui.StaffPage
	E        volunteer.Event
	At       volunteer.Place
	Signed   []signedUp
	Begun    bool
	Form     map[string]string
	Done     string
	Mistakes ui.Mistakes
}

type signedUp struct {
	volunteer.SignUp
	Name string
}

func (s *Server) showEvent(w http.ResponseWriter, q *Ask) error { return s.answerEvent(w, q, nil) }

func (s *Server) answerEvent(w http.ResponseWriter, q *Ask, wrong error) error {
	p := eventPage{Done: q.done("volunteer.done.", volunteerDones...), Mistakes: ui.MistakesOf(q.P, wrong)}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		if p.E, p.At, err = volunteer.OneEvent(q.Context(), tx, s.Models, q.By, volunteer.EventID(q.PathValue("id"))); err != nil {
			return err
		}
		signed, err := tx.SignUps(q.Context(), p.E.ID)
		if err != nil {
			return err
		}
		p.Signed = nil
		for _, x := range signed {
			v, err := tx.Volunteer(q.Context(), x.Volunteer)
			if err != nil {
				return err
			}
			p.Signed = append(p.Signed, signedUp{x, v.Own.Name.Reveal()})
		}
		return nil
	})
	if err != nil {
		return err
	}
	sortNames(q, p.Signed)
	p.Begun = !p.E.Starts.After(q.Now)
	p.Form = map[string]string{"day": string(p.E.At.Day), "clock": string(p.E.At.Clock), "minutes": strconv.Itoa(p.E.Minutes), "place": p.E.Place, "link": p.E.Link}
	for name := range q.PostForm {
		p.Form[name] = short(q.PostFormValue(name))
	}
	p.Frame = s.staffPage(q, p.At.Model.Text(q.P.Lang(), "event."+p.E.Item), "volunteers")
	p.Frame.Wrong = wrong != nil
	return s.show(w, q, statusOf(wrong), eventView(q, p))
}

func (s *Server) onEvent(w http.ResponseWriter, q *Ask, done string, do func(ctx context.Context, tx *storage.Tx, of volunteer.EventID) error) error {
	of := volunteer.EventID(q.PathValue("id"))
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, of) })
	if shown(err) {
		return s.answerEvent(w, q, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, "/trainings/"+string(of)+"?done="+done)
}

func (s *Server) moveEvent(w http.ResponseWriter, q *Ask) error {
	return s.onEvent(w, q, "event-moved", func(ctx context.Context, tx *storage.Tx, of volunteer.EventID) error {
		return volunteer.MoveEvent(ctx, tx, s.Models, q.By, of, readPlan(q))
	})
}

func (s *Server) cancelEvent(w http.ResponseWriter, q *Ask) error {
	return s.onEvent(w, q, "event-cancelled", func(ctx context.Context, tx *storage.Tx, of volunteer.EventID) error {
		return volunteer.CancelEvent(ctx, tx, s.Models, q.By, of)
	})
}

func (s *Server) restoreEvent(w http.ResponseWriter, q *Ask) error {
	return s.onEvent(w, q, "event-restored", func(ctx context.Context, tx *storage.Tx, of volunteer.EventID) error {
		return volunteer.Restore(ctx, tx, s.Models, q.By, of)
	})
}

// markCame takes the ticks of who was there; whoever has not signed up cannot be ticked.
func (s *Server) markCame(w http.ResponseWriter, q *Ask) error {
	var came []volunteer.ID
	for _, v := range q.PostForm["came"] {
		came = append(came, volunteer.ID(v))
	}
	return s.onEvent(w, q, "came", func(ctx context.Context, tx *storage.Tx, of volunteer.EventID) error {
		return volunteer.Attend(ctx, tx, s.Models, q.By, of, came)
	})
}
