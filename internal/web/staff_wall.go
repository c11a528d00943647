package web

import (
	"context"
	"net/http"
	"net/url"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/emergency"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// wallPage is what may be told and done about the other party of one request or episode. That there is one, only a
// keeper reads.
type wallPage struct {
	Ref      wall.Ref
	Whose    string // how the client is called on this reader's pages
	Keeper   bool
	Number   string // the episode's, to a coordinator
	Walls    []wall.Wall
	Others   []ui.Option // the reader's own other clients
	Staff    []ui.Option // for whom a keeper may ask an exception
	Done     string
	Mistakes ui.Mistakes
	Typed    url.Values
}

// base is the address of what the page is about.
func (p wallPage) base() string { return baseOf(p.Ref) }

func baseOf(r wall.Ref) string { return addressOf(r.Kind, r.ID) }

func (s *Server) wallRoutes(add adder) {
	for _, kind := range []access.Kind{access.Request, access.Episode} {
		at := "/" + string(kind) + "s/{id}/wall"
		step := func(name string, do wallStep, form ...string) {
			add("POST "+at+"/"+name, access.ClientWork, s.stepWall(kind, do), form...)
		}
		add("GET "+at, access.ClientWork, s.showWall(kind))
		add("POST "+at+"/mark", access.ClientWork, s.markParty(kind), "whose", "phone", "email", "name", "born")
		step("link", s.linkParties, "other", "stay")
		step("leave", s.recuse, "sure")
		step("ask", s.askException, "who", "last-day")
		step("undo", s.undoWall, "tie")
	}
	add("GET /walls", access.Walls, s.showWalls)
	add("POST /walls/answer", access.Walls, s.answerException, "exception", "answer")
	add("POST /walls/name", access.Walls, s.nameWorker, "episode", "worker")
	s.apartRoutes(add)
}

// refOf names what the address is about.
func refOf(kind access.Kind, q *Ask) wall.Ref { return wall.Ref{Kind: kind, ID: q.PathValue("id")} }

func (s *Server) showWall(kind access.Kind) handler {
	return func(w http.ResponseWriter, q *Ask) error {
		return s.answerWall(w, q, refOf(kind, q), q.done("wall.done.", "linked", "asked", "undone"), nil)
	}
}

// answerWall shows the page, with what was done or why it was refused.
func (s *Server) answerWall(w http.ResponseWriter, q *Ask, r wall.Ref, done string, wrong error) error {
	var p wallPage
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) { // looking is noted
		p, err = s.readWall(q.Context(), tx, q, r)
		return err
	})
	if err != nil {
		return err
	}
	return s.tellWall(w, q, p, done, wrong)
}

func (s *Server) tellWall(w http.ResponseWriter, q *Ask, p wallPage, done string, wrong error) error {
	status := http.StatusOK
	p.Done, p.Typed = done, url.Values{}
	if wrong != nil {
		status, p.Mistakes, p.Typed = statusOf(wrong), ui.MistakesOf(q.P, wrong), q.PostForm
	}
	return s.show(w, q, status, s.wallView(q, p))
}

func (s *Server) readWall(ctx context.Context, tx *storage.Tx, q *Ask, r wall.Ref) (p wallPage, err error) {
	p = wallPage{Ref: r, Keeper: q.By.Has(access.Keeper)}
	if p.Whose, err = s.whose(ctx, tx, q, r); err != nil {
		return p, err
	}
	if _, err = tx.PartyOf(ctx, r); err != nil { // of two who meet together there is no side
		return p, err
	}
	if r.Kind == access.Episode && q.By.Has(access.Coordinator) {
		p.Number = emergency.Number(episode.ID(r.ID))
	}
	if p.Walls, err = wall.Walls(ctx, tx, q.By, r); err != nil {
		return p, err
	}
	if p.Others, err = s.ownClients(ctx, tx, q, r); err != nil {
		return p, err
	}
	if len(p.Walls) > 0 {
		p.Staff, err = allWorkers(ctx, tx)
	}
	return p, err
}

// walled tells a keeper whether a wall stands; everybody else hears no.
func walled(ctx context.Context, tx *storage.Tx, q *Ask, r wall.Ref) (bool, error) {
	if !q.By.Has(access.Keeper) {
		return false, nil
	}
	walls, err := wall.Walls(ctx, tx, q.By, r)
	return len(walls) > 0, err
}

// whose is the client as the page before called them.
func (s *Server) whose(ctx context.Context, tx *storage.Tx, q *Ask, r wall.Ref) (string, error) {
	if r.Kind == access.Request {
		v, err := intake.One(ctx, tx, s.Models, q.By, intake.RequestID(r.ID))
		if err != nil {
			return "", err
		}
		return q.whoAsks(v), nil
	}
	v, err := episode.One(ctx, tx, s.Models, q.By, episode.ID(r.ID))
	if err != nil {
		return "", err
	}
	return episodePage{View: v}.heading(q), nil
}

// ownClients are the reader's own, but for the one the page is about.
func (s *Server) ownClients(ctx context.Context, tx *storage.Tx, q *Ask, r wall.Ref) (out []ui.Option, err error) {
	for _, stage := range []episode.Stage{episode.StageOpen, episode.StageEnding, episode.StageFollowUp} {
		items, err := tx.Episodes(ctx, q.By, episode.Filter{Stage: stage, Mine: true, Limit: searchRows})
		if err != nil {
			return nil, err
		}
		for _, x := range items {
			if string(x.ID) != r.ID {
				out = append(out, ui.Option{Value: string(x.ID), Label: q.clientName(x) + ", " + s.serviceName(q, x)})
			}
		}
	}
	return out, nil
}

func allWorkers(ctx context.Context, tx *storage.Tx) (out []ui.Option, err error) {
	workers, err := tx.Workers(ctx, "")
	for _, w := range workers {
		out = append(out, ui.Option{Value: string(w.Account), Label: w.Name})
	}
	return out, err
}

// markParty keeps fingerprints. The page is the answer itself: whether somebody was met changes neither its words nor
// the time it takes, and not whether it can be shown.
func (s *Server) markParty(kind access.Kind) handler {
	return func(w http.ResponseWriter, q *Ask) error {
		r, v := refOf(kind, q), q.PostFormValue
		told := wall.Told{Phone: seal.Of(v("phone")), Email: seal.Of(v("email")), Name: seal.Of(v("name")), Born: v("born")}
		var p wallPage
		err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
			if p, err = s.readWall(q.Context(), tx, q, r); err != nil {
				return err
			}
			return wall.Mark(q.Context(), tx, q.By, r, v("whose"), told)
		})
		switch {
		case shown(err):
			return s.answerWall(w, q, r, "", err)
		case err != nil:
			return err
		}
		return s.tellWall(w, q, p, q.P.T("wall.done.marked"), nil)
	}
}

// wallStep does one thing and tells where to go next.
type wallStep func(ctx context.Context, tx *storage.Tx, q *Ask, r wall.Ref) (string, error)

func (s *Server) stepWall(kind access.Kind, do wallStep) handler {
	return func(w http.ResponseWriter, q *Ask) error {
		next, r := "", refOf(kind, q)
		err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
			next, err = do(q.Context(), tx, q, r)
			return err
		})
		switch {
		case shown(err):
			return s.answerWall(w, q, r, "", err)
		case err != nil:
			return err
		}
		return redirect(w, q, next)
	}
}

// linkParties goes on to the client with whom the worker stays.
func (s *Server) linkParties(ctx context.Context, tx *storage.Tx, q *Ask, r wall.Ref) (string, error) {
	other := wall.Ref{Kind: access.Episode, ID: q.PostFormValue("other")}
	var form fault.Form
	stay := wall.Ref{}
	switch q.PostFormValue("stay") {
	case "this":
		stay = r
	case "other":
		stay = other
	default:
		form.Add("stay", "form.choice")
	}
	if !id.Valid(other.ID) {
		form.Add("other", "form.choice")
	}
	if err := form.Err(); err != nil {
		return "", err
	}
	return baseOf(stay) + "/wall?done=linked", wall.Link(ctx, tx, q.By, r, other, stay)
}

func (s *Server) recuse(ctx context.Context, tx *storage.Tx, q *Ask, r wall.Ref) (string, error) {
	if q.PostFormValue("sure") != "yes" {
		var form fault.Form
		form.Add("sure", "wall.sure")
		return "", form.Err()
	}
	return "/desk", wall.Recuse(ctx, tx, q.By, r)
}

func (s *Server) askException(ctx context.Context, tx *storage.Tx, q *Ask, r wall.Ref) (string, error) {
	day, err := calendar.ParseDate(q.PostFormValue("last-day"))
	var form fault.Form
	if err != nil {
		form.Add("last-day", "calendar.date")
	}
	who := q.PostFormValue("who")
	if !id.Valid(who) {
		form.Add("who", "form.choice")
	}
	if err := form.Err(); err != nil {
		return "", err
	}
	return baseOf(r) + "/wall?done=asked", wall.Ask(ctx, tx, q.By, r, access.AccountID(who), day)
}

func (s *Server) undoWall(ctx context.Context, tx *storage.Tx, q *Ask, r wall.Ref) (string, error) {
	tie := q.PostFormValue("tie")
	if !id.Valid(tie) {
		return "", fault.New(fault.Invalid, "form.choice")
	}
	return baseOf(r) + "/wall?done=undone", wall.Undo(ctx, tx, q.By, r, wall.TieID(tie))
}

// wallsPage is the month's exceptions and what behind walls has nobody, all by number.
type wallsPage struct {
	Month  string
	Months []string
	Lines  []wall.Line
	Needs  []wall.Need
	Staff  []ui.Option
	Keeper bool
	Done   string
	Wrong  ui.Mistakes
}

func (s *Server) showWalls(w http.ResponseWriter, q *Ask) error {
	return s.answerWalls(w, q, q.done("wall.done.", "approved", "declined", "ended", "named"), nil)
}

func (s *Server) answerWalls(w http.ResponseWriter, q *Ask, done string, wrong error) error {
	p := wallsPage{Keeper: q.By.Has(access.Keeper), Done: done, Months: lastMonths(calendar.LocalOf(q.Now, "UTC").Day, 12)}
	p.Month = p.Months[len(p.Months)-1]
	for _, m := range p.Months {
		if m == q.URL.Query().Get("month") {
			p.Month = m
		}
	}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		if p.Lines, err = wall.List(q.Context(), tx, q.By, p.Month); err != nil || !p.Keeper {
			return err
		}
		if p.Needs, err = wall.Needs(q.Context(), tx, q.By); err != nil {
			return err
		}
		p.Staff, err = allWorkers(q.Context(), tx)
		return err
	})
	if err != nil {
		return err
	}
	if wrong != nil {
		p.Wrong = ui.MistakesOf(q.P, wrong)
	}
	return s.show(w, q, statusOf(wrong), s.wallsView(q, p))
}

// answerException is the second person's yes or no, or an end before the day.
func (s *Server) answerException(w http.ResponseWriter, q *Ask) error {
	answers := map[string]func(context.Context, wall.Tx, access.Actor, string) error{"approved": wall.Approve, "declined": wall.Decline, "ended": wall.End}
	how := q.PostFormValue("answer")
	do, ok := answers[how]
	if !ok {
		return s.answerWalls(w, q, "", fault.New(fault.Invalid, "form.choice"))
	}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, q.By, q.PostFormValue("exception")) })
	return s.wallsDone(w, q, how, err)
}

// nameWorker finds a worker for what has none, from any unit; the keeper does not see what it is.
func (s *Server) nameWorker(w http.ResponseWriter, q *Ask) error {
	if !id.Valid(q.PostFormValue("episode")) || !id.Valid(q.PostFormValue("worker")) {
		var form fault.Form
		form.Add("worker", "form.choice")
		return s.answerWalls(w, q, "", form.Err())
	}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return appointment.Name(q.Context(), tx, s.Models, q.By, episode.ID(q.PostFormValue("episode")), access.AccountID(q.PostFormValue("worker")))
	})
	return s.wallsDone(w, q, "named", err)
}

func (s *Server) wallsDone(w http.ResponseWriter, q *Ask, how string, err error) error {
	switch {
	case shown(err):
		return s.answerWalls(w, q, "", err)
	case err != nil:
		return err
	}
	return redirect(w, q, "/walls?done="+how)
}
