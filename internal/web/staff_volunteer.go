package web

import (
	"context"
	"net/http"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// volunteerRoutes are a coordinator's volunteers: who would like to join, who is here, what is owed to each, and the year. A call
// for a worker is for workers too.
func (s *Server) volunteerRoutes(add adder) {
	add("GET /volunteers", access.Coordinate, s.showVolunteers)
	add("POST /volunteers/on-call", access.Coordinate, s.setOnCall, "unit", "who")
	add("GET /volunteers/{id}", access.Coordinate, s.showVolunteer)
	add("POST /volunteers/{id}/meet", access.Coordinate, s.volunteerStep("met", volunteer.Meet))
	add("POST /volunteers/{id}/refuse", access.Coordinate, s.volunteerStep("refused", volunteer.Refuse))
	add("POST /volunteers/{id}/reconsider", access.Coordinate, s.volunteerStep("reconsidered", volunteer.Reconsider))
	add("POST /volunteers/{id}/begin", access.Coordinate, s.volunteerStep("begun", volunteer.Begin))
	add("POST /volunteers/{id}/accept", access.Coordinate.Fresh(), s.acceptVolunteer)
	add("POST /volunteers/{id}/tasks", access.Coordinate, s.volunteerTasks, "tasks...")
	add("POST /volunteers/{id}/learn", access.Coordinate, s.volunteerLearns, "training", "day")
	add("POST /volunteers/{id}/give", access.Coordinate, s.volunteerGiven, "right", "day")
	add("POST /volunteers/{id}/extract", access.Coordinate, s.volunteerExtract, "day", "consent", "away")
	add("GET /trainings", access.Coordinate, s.showYear)
	add("POST /trainings", access.Coordinate, s.planEvent, eventFields...)
	add("GET /trainings/{id}", access.Coordinate, s.showEvent)
	add("POST /trainings/{id}/move", access.Coordinate, s.moveEvent, "day", "clock", "minutes", "place", "link")
	add("POST /trainings/{id}/cancel", access.Coordinate, s.cancelEvent)
	add("POST /trainings/{id}/restore", access.Coordinate, s.restoreEvent)
	add("POST /trainings/{id}/came", access.Coordinate, s.markCame, "came...")
	add("POST /calls/{id}/see", access.ClientWork, s.seeCall)
	add("POST /calls/{id}/done", access.ClientWork, s.endCall)
}

var volunteerDones = []string{"met", "refused", "reconsidered", "begun", "tasks", "learn", "give", "extract", "seen", "answered", "event-moved", "event-cancelled", "event-restored", "came", "planned", "on-call"}

// onCall is who of a unit is asked first when a volunteer needs a worker at once.
type onCall struct {
	At  volunteer.Place
	Who access.AccountID
	All []account.Colleague
}

// onCalls reads who is asked first in the units that the reader coordinates.
func onCalls(ctx context.Context, tx *storage.Tx, places []volunteer.Place) (out []onCall, err error) {
	for _, at := range places {
		if slices.ContainsFunc(out, func(x onCall) bool { return x.At.Unit.ID == at.Unit.ID }) {
			continue
		}
		x := onCall{At: at}
		if x.Who, err = volunteer.OnCall(ctx, tx, at.Unit.ID); err != nil {
			return nil, err
		}
		if x.All, err = volunteer.Answering(ctx, tx, at.Unit.ID); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

func (s *Server) setOnCall(w http.ResponseWriter, q *Ask) error {
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return volunteer.SetOnCall(q.Context(), tx, q.By, access.UnitID(token(q, "unit")), access.AccountID(token(q, "who")))
	})
	if err != nil {
		return err
	}
	return redirect(w, q, "/volunteers?done=on-call")
}

// volunteerRow is one volunteer in the list: what comes next, and what is owed to them and late.
type volunteerRow struct {
	volunteer.Volunteer
	At     volunteer.Place
	Paused bool
	Late   []volunteer.Due
}

// volunteersPage has those who wait for an answer first. Of a break it says that no task is offered just now, in the same words
// for everybody; there is no order, colour or count by it.
type volunteersPage struct {
	Frame   ui.StaffPage
	Places  []volunteer.Place
	OnCall  []onCall // of the units
	Asking  []volunteerRow
	Here    []volunteerRow
	Leaving []volunteerRow
	Calls   []callRow
	Done    string
}

// callRow is a volunteer who asks for a worker.
type callRow struct {
	volunteer.Call
	Name, Phone, Unit, Seen string
}

func (s *Server) showVolunteers(w http.ResponseWriter, q *Ask) error {
	p := volunteersPage{Frame: s.staffPage(q, q.P.T("volunteer.title"), "volunteers"), Done: q.done("volunteer.done.", volunteerDones...)}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		if p.Places, err = volunteer.Places(q.Context(), tx, s.Models, q.By); err != nil {
			return err
		}
		if p.OnCall, err = onCalls(q.Context(), tx, p.Places); err != nil {
			return err
		}
		if p.Calls, err = callsFor(q.Context(), tx, q); err != nil {
			return err
		}
		rows, err := s.volunteerRows(q.Context(), tx, q)
		p.Asking, p.Here, p.Leaving = nil, nil, nil
		for _, r := range rows {
			switch r.State {
			case volunteer.Applied, volunteer.Interview, volunteer.Refused:
				p.Asking = append(p.Asking, r)
			case volunteer.Stopped:
				p.Leaving = append(p.Leaving, r)
			default:
				p.Here = append(p.Here, r)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(p.Asking, func(a, b volunteerRow) int { return later(a.Path.Due == "", b.Path.Due == "") })
	return s.show(w, q, http.StatusOK, volunteersView(q, p))
}

// volunteerRows are the volunteers of the reader's units, by name.
func (s *Server) volunteerRows(ctx context.Context, tx *storage.Tx, q *Ask) (out []volunteerRow, err error) {
	all, err := volunteer.All(ctx, tx, q.By)
	if err != nil {
		return nil, err
	}
	for _, v := range all {
		at, err := volunteer.FindPlace(ctx, tx, s.Models, v.Offer)
		if fault.Is(err, fault.NotFound) {
			continue // the model is not there any more; the offer tells
		}
		if err != nil {
			return nil, err
		}
		today := at.Day(q.Now)
		r := volunteerRow{Volunteer: v, At: at, Paused: v.Path.Pause.On(today)}
		for _, d := range volunteer.Owed(at.Model, v, today) {
			if d.Late {
				r.Late = append(r.Late, d)
			}
		}
		out = append(out, r)
	}
	return out, nil
}

// helperTasks are what a coordinator's volunteers wait for: an answer to an application, and what is owed and late.
type helperTasks struct {
	Asking []volunteerRow
	Late   []volunteerRow
}

func (s *Server) helperTasks(ctx context.Context, tx *storage.Tx, q *Ask) (t helperTasks, err error) {
	if !access.Coordinate.Allows(q.By) {
		return t, nil
	}
	rows, err := s.volunteerRows(ctx, tx, q)
	for _, r := range rows {
		switch {
		case r.State == volunteer.Applied:
			t.Asking = append(t.Asking, r)
		case len(r.Late) > 0:
			t.Late = append(t.Late, r)
		}
	}
	return t, err
}

// callsFor are the calls for a worker that the reader may answer.
func callsFor(ctx context.Context, tx *storage.Tx, q *Ask) (out []callRow, err error) {
	calls, err := volunteer.Waiting(ctx, tx, q.By)
	if err != nil {
		return nil, err
	}
	for _, c := range calls {
		v, err := tx.Volunteer(ctx, c.Volunteer)
		if err != nil {
			return nil, err
		}
		u, err := tx.Unit(ctx, c.Unit)
		if err != nil {
			return nil, err
		}
		r := callRow{Call: c, Name: v.Own.Name.Reveal(), Phone: v.Own.Phone.Reveal(), Unit: u.Name.In(q.P.Lang())}
		if c.By != "" {
			a, err := tx.Account(ctx, c.By)
			if err != nil {
				return nil, err
			}
			r.Seen = a.Name.Reveal()
		}
		out = append(out, r)
	}
	return out, nil
}

// volunteerPage is one volunteer as the unit's coordinators see them.
type volunteerPage struct {
	Frame    ui.StaffPage
	V        volunteer.Volunteer
	At       volunteer.Place
	Today    calendar.Date
	Tasks    []myTask
	Owed     []volunteer.Due
	Seen     string // who saw the extract
	Waits    bool   // nobody has vouched for the account yet
	Done     string
	Mistakes ui.Mistakes
}

func (s *Server) showVolunteer(w http.ResponseWriter, q *Ask) error {
	return s.answerVolunteer(w, q, nil)
}

func (s *Server) answerVolunteer(w http.ResponseWriter, q *Ask, wrong error) error {
	p := volunteerPage{Done: q.done("volunteer.done.", volunteerDones...), Mistakes: ui.MistakesOf(q.P, wrong)}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		if p.V, p.At, err = volunteer.One(q.Context(), tx, s.Models, q.By, volunteer.ID(q.PathValue("id"))); err != nil {
			return err
		}
		if by := p.V.Path.Extract.By; by != "" {
			a, err := tx.Account(q.Context(), by)
			if err != nil {
				return err
			}
			p.Seen = a.Name.Reveal()
		}
		if p.V.Account != "" {
			a, err := tx.Account(q.Context(), p.V.Account)
			if err != nil {
				return err
			}
			p.Waits = a.State == account.Active && a.Waits()
		}
		return nil
	})
	if err != nil {
		return err
	}
	p.Today = p.At.Day(q.Now)
	p.Tasks, p.Owed = myTasks(q, p.V, p.At, p.Today), volunteer.Owed(p.At.Model, p.V, p.Today)
	p.Frame = s.staffPage(q, q.P.T("volunteer.one"), "volunteers")
	p.Frame.Wrong = wrong != nil
	return s.show(w, q, statusOf(wrong), volunteerView(q, p))
}

type volunteerAction func(ctx context.Context, tx volunteer.Tx, ms model.Set, by access.Actor, who volunteer.ID) error

// volunteerStep carries out an action that takes nothing but a press.
func (s *Server) volunteerStep(done string, do volunteerAction) handler {
	return func(w http.ResponseWriter, q *Ask) error {
		return s.onVolunteer(w, q, done, func(ctx context.Context, tx *storage.Tx, who volunteer.ID) error {
			return do(ctx, tx, s.Models, q.By, who)
		})
	}
}

func (s *Server) onVolunteer(w http.ResponseWriter, q *Ask, done string, do func(ctx context.Context, tx *storage.Tx, who volunteer.ID) error) error {
	who := volunteer.ID(q.PathValue("id"))
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, who) })
	if shown(err) {
		return s.answerVolunteer(w, q, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, "/volunteers/"+string(who)+"?done="+done)
}

// acceptVolunteer shows the link by which the volunteer chooses how to sign in, this once.
func (s *Server) acceptVolunteer(w http.ResponseWriter, q *Ask) error {
	var link, name string
	who := volunteer.ID(q.PathValue("id"))
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		if link, err = volunteer.Accept(q.Context(), tx, s.Models, q.By, who); err != nil {
			return err
		}
		v, err := tx.Volunteer(q.Context(), who)
		name = v.Own.Name.Reveal()
		return err
	})
	if shown(err) {
		return s.answerVolunteer(w, q, err)
	}
	if err != nil {
		return err
	}
	return s.showLink(w, q, name, link, 7)
}

func (s *Server) volunteerTasks(w http.ResponseWriter, q *Ask) error {
	return s.onVolunteer(w, q, "tasks", func(ctx context.Context, tx *storage.Tx, who volunteer.ID) error {
		return volunteer.Tasks(ctx, tx, s.Models, q.By, who, q.PostForm["tasks"])
	})
}

func (s *Server) volunteerLearns(w http.ResponseWriter, q *Ask) error {
	return s.onVolunteer(w, q, "learn", func(ctx context.Context, tx *storage.Tx, who volunteer.ID) error {
		return volunteer.Learn(ctx, tx, s.Models, q.By, who, q.PostFormValue("training"), typedDay(q, "day"))
	})
}

func (s *Server) volunteerGiven(w http.ResponseWriter, q *Ask) error {
	return s.onVolunteer(w, q, "give", func(ctx context.Context, tx *storage.Tx, who volunteer.ID) error {
		return volunteer.Give(ctx, tx, s.Models, q.By, who, q.PostFormValue("right"), typedDay(q, "day"))
	})
}

// volunteerExtract notes that an extract was shown. There is no field for the extract itself (D-108, A-17).
func (s *Server) volunteerExtract(w http.ResponseWriter, q *Ask) error {
	return s.onVolunteer(w, q, "extract", func(ctx context.Context, tx *storage.Tx, who volunteer.ID) error {
		day := typedDay(q, "day")
		if q.PostFormValue("away") == "yes" {
			day = ""
		} else if day == "" {
			day = "?"
		}
		return volunteer.Shown(ctx, tx, s.Models, q.By, who, day, q.PostFormValue("consent") == "yes")
	})
}

func (s *Server) seeCall(w http.ResponseWriter, q *Ask) error {
	return s.onCall(w, q, func(ctx context.Context, tx *storage.Tx, of volunteer.CallID) error {
		return volunteer.See(ctx, tx, q.By, of)
	})
}

func (s *Server) endCall(w http.ResponseWriter, q *Ask) error {
	return s.onCall(w, q, func(ctx context.Context, tx *storage.Tx, of volunteer.CallID) error {
		return volunteer.Answer(ctx, tx, s.Models, q.By, of)
	})
}

func (s *Server) onCall(w http.ResponseWriter, q *Ask, do func(ctx context.Context, tx *storage.Tx, of volunteer.CallID) error) error {
	var unit access.UnitID
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		of := volunteer.CallID(q.PathValue("id"))
		if unit, err = tx.CallUnit(q.Context(), of); err != nil {
			return err
		}
		return do(q.Context(), tx, of)
	})
	if err != nil {
		return err
	}
	s.live.Wake(callsOf(unit))
	return redirect(w, q, "/desk#calls")
}
