package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/respite"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// mineRoutes are a volunteer's own pages (R-216…R-241). None of them leads to a client, and nothing they do for themselves is
// noted anywhere.
func (s *Server) mineRoutes(add adder) {
	add("GET /mine", access.AsVolunteer, s.showMine)
	add("POST /mine/call", access.AsVolunteer, s.callWorker, "kind")
	add("POST /mine/call/live", access.AsVolunteer.Unattended(), s.liveCall, "after")
	add("POST /mine/call/back", access.AsVolunteer, s.takePleaBack, "kind")
	add("POST /mine/tasks", access.AsVolunteer, s.keepMyTasks, "tasks...")
	add("POST /mine/break", access.AsVolunteer, s.takeBreak, "from", "until")
	add("POST /mine/back", access.AsVolunteer, s.comeBack)
	add("POST /mine/stop", access.AsVolunteer, s.stopMine, "sure")
	add("POST /mine/return", access.AsVolunteer, s.returnMine)
	add("GET /mine/year", access.AsVolunteer, s.showMyYear)
	add("POST /mine/year/{id}", access.AsVolunteer, s.signUp, "how")
	add("POST /mine/year/{id}/off", access.AsVolunteer, s.signOff)
	add("GET /mine/handbook", access.AsVolunteer, s.showHandbook)
	add("GET /mine/own", access.AsVolunteer, s.showMyOwn)
	add("POST /mine/own", access.AsVolunteer, s.keepMyOwn, "name", "phone", "lang", "letters", "quiet-from", "quiet-to")
	s.mineOccasionRoutes(add)
	s.mineCircleRoutes(add)
	add("GET /mine/copy", access.AsVolunteer.Fresh(), s.myCopy)
	add("GET /mine/certificate", access.AsVolunteer.Fresh(), s.myCertificate)
}

// mineDones are what the pages may say was done.
var mineDones = []string{"called", "taken-back", "tasks", "break", "back", "returned", "stopped", "signed-up", "signed-off", "own", "day-yes", "day-no", "group-no"}

// myTask is something one may do: whether it was chosen, and what speaks against it today.
type myTask struct {
	ID, Name, What string
	Chosen         bool
	Refusal        error
}

// minePage is the volunteer's first page.
type minePage struct {
	Frame    ui.StaffPage
	V        volunteer.Volunteer
	At       volunteer.Place
	Today    calendar.Date
	Coming   []volunteer.Coming // that one has signed up for
	Line     bool               // the unit has a line whose evenings one may answer
	Shifts   []shift.Own        // one's own evenings
	Days     []myDay            // that one was asked to, or comes to
	Groups   []myGroup          // that one leads, or was asked to
	Thinks   bool               // one may propose a group
	Owed     []volunteer.Due
	Tasks    []myTask
	Calls    []myCall
	Done     string
	Mistakes ui.Mistakes
}

func (s *Server) showMine(w http.ResponseWriter, q *Ask) error { return s.answerMine(w, q, nil) }

func (s *Server) answerMine(w http.ResponseWriter, q *Ask, wrong error) error {
	p := minePage{Frame: s.staffPage(q, q.P.T("mine.title"), "mine"), Done: q.done("mine.done.", mineDones...), Mistakes: ui.MistakesOf(q.P, wrong)}
	p.Frame.Wrong = wrong != nil
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		if p.V, p.At, err = volunteer.Mine(q.Context(), tx, s.Models, q.By); err != nil {
			return err
		}
		return p.fill(q.Context(), tx, s, q)
	})
	if err != nil {
		return err
	}
	if c, on := p.called(volunteer.Now); on && c.By == "" {
		p.Frame.Scripts = append(p.Frame.Scripts, "chat.js")
	}
	return s.show(w, q, statusOf(wrong), mineView(q, p))
}

// evenings are one's own on the line, where the unit has one.
func (p *minePage) evenings(ctx context.Context, tx *storage.Tx, s *Server, q *Ask) error {
	offers, err := tx.Offers(ctx, p.V.Unit)
	if err != nil {
		return err
	}
	p.Line = slices.ContainsFunc(offers, func(o organization.Offer) bool {
		m, ok := s.Models.Model(o.Model, o.Version)
		return ok && m.Calls()
	})
	p.Shifts, err = shift.Evenings(ctx, tx, s.Models, s.may(tx), q.By)
	return err
}

func (p *minePage) fill(ctx context.Context, tx *storage.Tx, s *Server, q *Ask) error {
	p.Today = p.At.Day(q.Now)
	p.Owed = volunteer.Owed(p.At.Model, p.V, p.Today)
	year, err := volunteer.OwnYear(ctx, tx, p.V, p.At)
	if err != nil {
		return err
	}
	p.Coming = nil
	for _, c := range year {
		if c.How != "" && c.Starts.After(q.Now) {
			p.Coming = append(p.Coming, c)
		}
	}
	p.Tasks = myTasks(q, p.V, p.At, p.Today)
	if err := p.evenings(ctx, tx, s, q); err != nil {
		return err
	}
	p.Days = nil
	days, err := occasion.Mine(ctx, tx, s.Models, s.dayMay(tx), q.By)
	if err != nil {
		return err
	}
	for _, d := range days {
		p.Days = append(p.Days, myDay{d})
	}
	p.Groups = nil
	groups, err := circle.Mine(ctx, tx, s.Models, s.leadMay(tx), q.By)
	if err != nil {
		return err
	}
	thinkable, err := circle.Thinkable(ctx, tx, s.Models, q.By)
	if err != nil {
		return err
	}
	p.Thinks = len(thinkable) > 0
	for _, g := range groups {
		p.Groups = append(p.Groups, myGroup{g})
	}
	p.Calls, err = s.myCalls(ctx, tx, q, p.V.ID, p.At)
	return err
}

// myTasks are the model's, with what each takes of this volunteer today.
func myTasks(q *Ask, v volunteer.Volunteer, at volunteer.Place, today calendar.Date) (out []myTask) {
	for _, t := range at.Tasks {
		x := myTask{ID: t.ID, Name: at.Model.Text(q.P.Lang(), "task."+t.ID), What: at.Model.Text(q.P.Lang(), "task-what."+t.ID)}
		for _, chosen := range v.Path.Tasks {
			x.Chosen = x.Chosen || chosen == t.ID
		}
		x.Refusal = volunteer.May(at.Model, v, t.ID, today)
		out = append(out, x)
	}
	return out
}

// mine does something of the volunteer's own and goes back to a page of theirs.
func (s *Server) mine(w http.ResponseWriter, q *Ask, to string, back func(http.ResponseWriter, *Ask, error) error, do func(ctx context.Context, tx *storage.Tx) error) error {
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx) })
	if shown(err) {
		return back(w, q, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, to)
}

func (s *Server) keepMyTasks(w http.ResponseWriter, q *Ask) error {
	return s.mine(w, q, "/mine?done=tasks", s.answerMine, func(ctx context.Context, tx *storage.Tx) error {
		return volunteer.Does(ctx, tx, s.Models, q.By, q.PostForm["tasks"])
	})
}

func (s *Server) takeBreak(w http.ResponseWriter, q *Ask) error {
	from, until := typedDay(q, "from"), typedDay(q, "until")
	return s.mine(w, q, "/mine?done=break", s.answerMyOwn, func(ctx context.Context, tx *storage.Tx) error {
		return respite.Break(ctx, tx, s.Models, q.By, from, until)
	})
}

// typedDay is a day as it was typed: one that cannot be read stays what it is, so that the rule refuses it at its field.
func typedDay(q *Ask, name string) calendar.Date {
	s := strings.TrimSpace(q.PostFormValue(name))
	if d, err := calendar.ParseDate(s); err == nil || s == "" {
		return d
	}
	return "?"
}

func (s *Server) comeBack(w http.ResponseWriter, q *Ask) error {
	return s.mine(w, q, "/mine?done=back", s.answerMine, func(ctx context.Context, tx *storage.Tx) error {
		return volunteer.Back(ctx, tx, s.Models, q.By)
	})
}

func (s *Server) stopMine(w http.ResponseWriter, q *Ask) error {
	return s.mine(w, q, "/mine?done=stopped", s.answerMyOwn, func(ctx context.Context, tx *storage.Tx) error {
		if q.PostFormValue("sure") != "yes" {
			var form fault.Form
			form.Add("sure", "volunteer.sure")
			return form.Err()
		}
		return respite.Stop(ctx, tx, s.Models, q.By)
	})
}

func (s *Server) returnMine(w http.ResponseWriter, q *Ask) error {
	return s.mine(w, q, "/mine?done=returned", s.answerMine, func(ctx context.Context, tx *storage.Tx) error {
		return volunteer.Return(ctx, tx, s.Models, q.By)
	})
}
