package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// occasionRoutes are days to which families sign up. A day is its unit's; names are those of the people who work on it.
func (s *Server) occasionRoutes(add adder) {
	add("GET /days/new", access.Coordinate, s.newDay)
	add("POST /days/new", access.Coordinate, s.planDay, "offer", "day", "clock", "minutes", "closes", "places", "volunteers", "about", "area", "office", "place", "workers...")
	add("GET /days/{id}", access.ClientWork, s.showOccasion)
	add("GET /days/{id}/list", access.ClientWork, s.showDayList)
	add("POST /days/{id}/remove", access.ClientWork, s.removeFamily, "family")
	add("POST /days/{id}/bring", access.ClientWork, s.bringFamily, "adults", "children", "name", "client")
	add("POST /days/{id}/alter", access.Coordinate, s.alterDay, "minutes", "closes", "places", "volunteers", "about", "area", "office", "place")
	add("POST /days/{id}/room", access.ClientWork, s.giveDayRoom, "into")
	add("POST /days/{id}/move", access.ClientWork, s.moveDay, "day", "clock")
	add("POST /days/{id}/cancel", access.ClientWork, s.cancelDay)
	add("POST /days/{id}/restore", access.ClientWork, s.restoreDay)
	add("POST /days/{id}/workers", access.ClientWork, s.dayWorkers, "workers...")
	add("POST /days/{id}/count", access.ClientWork, s.countDay, "families", "adults", "children")
	add("POST /days/{id}/offer", access.Coordinate, s.offerDay, "who")
	add("POST /days/{id}/confirm", access.Coordinate, s.confirmDay, "who")
	add("POST /days/{id}/withdraw", access.Coordinate, s.withdrawDay, "who")
}

// occasionOffers are the services with such days in the units where the reader works.
func (s *Server) occasionOffers(ctx context.Context, tx *storage.Tx, q *Ask) ([]offered, error) {
	all, err := tx.MeetingOffers(ctx, q.By)
	if err != nil {
		return nil, err
	}
	var out []offered
	for _, o := range all {
		m, ok := s.Models.Model(o.Model, o.Version)
		if !ok || !m.SignsUp() {
			continue
		}
		u, err := tx.Unit(ctx, o.Unit)
		if err != nil {
			return nil, err
		}
		out = append(out, offered{o, m, u})
	}
	return out, nil
}

// dayForm is a day as it was typed.
type dayForm struct {
	Offer, Day, Clock, Minutes, Closes, Places, Volunteers, About, Area, Office, Place string
	Workers                                                                            []string
}

func readDayForm(q *Ask) dayForm {
	v := func(name string) string { return typed(q, name) }
	return dayForm{Offer: v("offer"), Day: v("day"), Clock: v("clock"), Minutes: v("minutes"), Closes: v("closes"), Places: v("places"), Volunteers: v("volunteers"),
		About: v("about"), Area: v("area"), Office: v("office"), Place: v("place"), Workers: q.PostForm["workers"]}
}

// read is what was typed; what cannot be read becomes what the action refuses, so that all mistakes are told at once.
func (f dayForm) read() occasion.New {
	n := occasion.New{Offer: organization.OfferID(f.Offer), Minutes: number(f.Minutes, -1), Places: number(f.Places, -1), Volunteers: number(f.Volunteers, -1),
		About: f.About, Area: f.Area, Office: organization.PlaceID(f.Office), Place: f.Place}
	if f.Volunteers == "" {
		n.Volunteers = 0
	}
	n.Day, _ = calendar.ParseDate(f.Day)
	n.Clock, _ = calendar.ParseClock(f.Clock)
	var err error
	if n.Closes, err = calendar.ParseDate(f.Closes); err != nil && f.Closes != "" {
		n.Closes = "?"
	}
	for _, who := range f.Workers {
		n.Workers = append(n.Workers, access.AccountID(who))
	}
	return n
}

// dayNew plans a day.
type dayNew struct {
	Frame    ui.StaffPage
	Form     dayForm
	Offers   []offered
	Chosen   offered
	Workers  []organization.Worker
	Offices  []organization.Place
	Mistakes ui.Mistakes
}

func (s *Server) newDay(w http.ResponseWriter, q *Ask) error {
	return s.answerNewDay(w, q, dayForm{Offer: q.URL.Query().Get("offer")}, nil)
}

// dayFields is where a refusal of the whole plan is said.
var dayFields = map[string]string{"occasion.same-time": "day", "calendar.date": "day", "calendar.skipped": "clock"}

func (s *Server) answerNewDay(w http.ResponseWriter, q *Ask, form dayForm, wrong error) error {
	v := dayNew{Frame: s.staffPage(q, q.P.T("days.plan"), "groups"), Form: form}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		if v.Offers, err = s.occasionOffers(q.Context(), tx, q); err != nil {
			return err
		}
		v.Offers = slices.DeleteFunc(v.Offers, func(o offered) bool { return !q.By.Is(access.Coordinator, o.unit.ID) })
		if len(v.Offers) == 0 {
			return nil
		}
		v.Chosen = v.Offers[max(0, slices.IndexFunc(v.Offers, func(o offered) bool { return string(o.ID) == form.Offer }))]
		if v.Offices, err = activePlaces(q.Context(), tx, v.Chosen.unit.ID); err != nil {
			return err
		}
		v.Workers, err = tx.Workers(q.Context(), v.Chosen.unit.ID)
		return err
	})
	if err != nil {
		return err
	}
	if len(v.Offers) == 0 {
		return notFound()
	}
	if wrong != nil {
		v.Frame.Wrong, v.Mistakes = true, mistakesAt(q.P, wrong, dayFields[fault.Of(wrong).Key])
	} else {
		v.suggest(q)
	}
	return s.show(w, q, statusOf(wrong), dayNewView(q, v))
}

// suggest fills what nobody has typed yet.
func (v *dayNew) suggest(q *Ask) {
	v.Form.Offer, v.Form.Places, v.Form.Minutes = string(v.Chosen.ID), strconv.Itoa(v.Chosen.model.Occasion.Usual), "240"
	for _, p := range v.Chosen.model.Parts {
		if p.Minutes > 0 {
			v.Form.Minutes = strconv.Itoa(p.Minutes)
		}
	}
	for _, x := range v.Workers {
		if x.Account == q.By.Account {
			v.Form.Workers = []string{string(x.Account)}
		}
	}
}

func (s *Server) planDay(w http.ResponseWriter, q *Ask) error {
	form := readDayForm(q)
	var made occasion.Day
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		made, err = occasion.Plan(q.Context(), tx, s.Models, q.By, form.read())
		return err
	})
	if shown(err) {
		return s.answerNewDay(w, q, form, err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget() // the service's page tells which days there are
	return redirect(w, q, "/days/"+string(made.ID)+"?done=planned")
}

// dayMay is the rule of volunteers, as package occasion asks it.
func (s *Server) dayMay(tx *storage.Tx) occasion.May { return occasion.May(s.may(tx)) }

// dayStep does something with a day and goes on to its page, or shows it again with what was typed.
func (s *Server) dayStep(w http.ResponseWriter, q *Ask, done string, do func(ctx context.Context, tx *storage.Tx, of occasion.ID) error) error {
	id := occasion.ID(q.PathValue("id"))
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, id) })
	if shown(err) {
		return s.answerOccasion(w, q, err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget()
	return redirect(w, q, "/days/"+string(id)+"?done="+done)
}

func (s *Server) alterDay(w http.ResponseWriter, q *Ask) error {
	return s.dayStep(w, q, "altered", func(ctx context.Context, tx *storage.Tx, of occasion.ID) error {
		return occasion.Alter(ctx, tx, s.Models, q.By, of, readDayForm(q).read())
	})
}

func (s *Server) moveDay(w http.ResponseWriter, q *Ask) error {
	return s.dayStep(w, q, "moved", func(ctx context.Context, tx *storage.Tx, of occasion.ID) error {
		f := readDayForm(q).read()
		return occasion.Move(ctx, tx, s.Models, s.dayMay(tx), q.By, of, f.Day, f.Clock)
	})
}

func (s *Server) cancelDay(w http.ResponseWriter, q *Ask) error {
	return s.dayStep(w, q, "cancelled", func(ctx context.Context, tx *storage.Tx, of occasion.ID) error {
		return occasion.Cancel(ctx, tx, s.Models, q.By, of)
	})
}

func (s *Server) restoreDay(w http.ResponseWriter, q *Ask) error {
	return s.dayStep(w, q, "restored", func(ctx context.Context, tx *storage.Tx, of occasion.ID) error {
		return occasion.Restore(ctx, tx, s.Models, q.By, of)
	})
}

func (s *Server) dayWorkers(w http.ResponseWriter, q *Ask) error {
	return s.dayStep(w, q, "workers", func(ctx context.Context, tx *storage.Tx, of occasion.ID) error {
		return occasion.SetWorkers(ctx, tx, s.Models, q.By, of, readDayForm(q).read().Workers)
	})
}

func (s *Server) countDay(w http.ResponseWriter, q *Ask) error {
	return s.dayStep(w, q, "counted", func(ctx context.Context, tx *storage.Tx, of occasion.ID) error {
		n := func(name string) int { return number(typed(q, name), -1) }
		return occasion.Count(ctx, tx, s.Models, q.By, of, n("families"), n("adults"), n("children"))
	})
}

// onHelper does something about a volunteer of the day.
func (s *Server) onHelper(w http.ResponseWriter, q *Ask, done string, do func(ctx context.Context, tx *storage.Tx, of occasion.ID, who access.AccountID) error) error {
	return s.dayStep(w, q, done, func(ctx context.Context, tx *storage.Tx, of occasion.ID) error {
		return do(ctx, tx, of, access.AccountID(token(q, "who")))
	})
}

func (s *Server) offerDay(w http.ResponseWriter, q *Ask) error {
	return s.onHelper(w, q, "offered", func(ctx context.Context, tx *storage.Tx, of occasion.ID, who access.AccountID) error {
		return occasion.Offer(ctx, tx, s.Models, s.dayMay(tx), q.By, of, who)
	})
}

func (s *Server) confirmDay(w http.ResponseWriter, q *Ask) error {
	return s.onHelper(w, q, "confirmed", func(ctx context.Context, tx *storage.Tx, of occasion.ID, who access.AccountID) error {
		return occasion.Confirm(ctx, tx, s.Models, s.dayMay(tx), q.By, of, who)
	})
}

func (s *Server) withdrawDay(w http.ResponseWriter, q *Ask) error {
	return s.onHelper(w, q, "withdrawn", func(ctx context.Context, tx *storage.Tx, of occasion.ID, who access.AccountID) error {
		return occasion.Withdraw(ctx, tx, s.Models, q.By, of, who)
	})
}
