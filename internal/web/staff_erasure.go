package web

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// erasureRoutes are the erasures that two people carry out, and what a client asks of a worker about their data.
func (s *Server) erasureRoutes(add adder) {
	add("GET /erasures", access.ClientWork, s.listErasures)
	add("POST /erasures/{id}/approve", access.Coordinate.Fresh(), s.stepErasure("rights.erasures.approved", rights.Approve))
	add("POST /erasures/{id}/done", access.ClientWork.Fresh(), s.stepErasure("rights.erasures.carried", s.carryOut))
	add("POST /episodes/{id}/erasure", access.ClientWork.Fresh(), s.eraseFor)
	add("POST /episodes/{id}/copy", access.ClientWork.Fresh(), s.printCopy)
}

// erasureList is what waits for its two people, most overdue first. It names nobody.
type erasureList struct {
	Open, Done []rights.Erasure
	Names      map[access.AccountID]string
	Today      calendar.Date
	Said       string
	Mistakes   ui.Mistakes
}

func (s *Server) listErasures(w http.ResponseWriter, q *Ask) error {
	return s.answerErasures(w, q, "", nil)
}

func (s *Server) answerErasures(w http.ResponseWriter, q *Ask, said string, wrong error) error {
	l := erasureList{Said: said, Mistakes: ui.MistakesOf(q.P, wrong), Today: calendar.LocalOf(q.Now, homeZone).Day}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		if l.Open, l.Done, err = rights.Open(q.Context(), tx, q.By); err != nil {
			return err
		}
		l.Names, err = s.colleagueNames(q.Context(), tx, q.By)
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, q, statusOf(wrong), s.erasuresPage(q, l))
}

// colleagueNames are the names in the reader's own units: who approved, who carried out.
func (s *Server) colleagueNames(ctx context.Context, tx *storage.Tx, by access.Actor) (map[access.AccountID]string, error) {
	names := map[access.AccountID]string{}
	for _, u := range unitsOf(by) {
		all, err := tx.Colleagues(ctx, u)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			names[c.ID] = c.Name.Reveal()
		}
	}
	return names, nil
}

// stepErasure approves or carries out. A refusal is told on the list.
func (s *Server) carryOut(ctx context.Context, tx rights.Tx, by access.Actor, id string) error {
	return rights.CarryOut(ctx, tx, s.Models, by, id)
}

func (s *Server) stepErasure(said string, do func(context.Context, rights.Tx, access.Actor, string) error) handler {
	return func(w http.ResponseWriter, q *Ask) error {
		err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, q.By, q.PathValue("id")) })
		switch {
		case err == nil:
			return s.answerErasures(w, q, q.P.T(said), nil)
		case fault.Is(err, fault.Conflict):
			return s.answerErasures(w, q, "", err)
		}
		return err
	}
}

// eraseFor asks for an erasure because a client has asked the worker.
func (s *Server) eraseFor(w http.ResponseWriter, q *Ask) error {
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		_, err := rights.EraseFor(q.Context(), tx, s.Models, q.By, episode.ID(q.PathValue("id")))
		return err
	})
	if err != nil {
		return err
	}
	return redirect(w, q, "/erasures")
}

// printCopy is the client's own copy, for the worker who meets them to print.
func (s *Server) printCopy(w http.ResponseWriter, q *Ask) error {
	var c rights.Copy
	var payers []commitment.Payer
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		if c, err = rights.CopyFor(q.Context(), tx, s.Models, q.By, episode.ID(q.PathValue("id"))); err != nil {
			return err
		}
		payers, err = commitment.ControllersOf(q.Context(), tx, q.By, episode.ID(q.PathValue("id")))
		return err
	})
	if err != nil {
		return err
	}
	s.nameServices(c, q.P.Lang())
	return s.show(w, q, http.StatusOK, s.copyPage(q, c, payers))
}

func (s *Server) erasureTable(q *Ask, l erasureList) ui.Grid {
	t := ui.Grid{Caption: q.P.T("rights.erasures.title"), Hide: true, Cols: []ui.Col{{Head: q.P.T("rights.erasures.asked")}, {Head: q.P.T("rights.erasures.due")},
		{Head: q.P.T("rights.erasures.stands")}, {Head: q.P.T("desk.col.do"), Quiet: true}}}
	for _, x := range l.Open {
		t.Rows = append(t.Rows, ui.Row{ID: "x-" + x.ID, Cells: []templ.Component{ui.Words(q.P.Day(x.Asked)), dueWord(q, x, l.Today), ui.Words(standing(q, x, l)), erasureDo(q, x)}})
	}
	return t
}

func standing(q *Ask, x rights.Erasure, l erasureList) string {
	if x.ApprovedBy == "" {
		return q.P.T("rights.erasures.waits")
	}
	return q.P.T("rights.erasures.by", "name", or(l.Names[x.ApprovedBy], q.P.T("rights.erasures.someone")))
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (s *Server) doneTable(q *Ask, l erasureList) ui.Grid {
	someone := q.P.T("rights.erasures.someone")
	t := ui.Grid{Caption: q.P.T("rights.erasures.done"), Hide: true, Cols: []ui.Col{{Head: q.P.T("rights.erasures.day")}, {Head: q.P.T("rights.erasures.approver")}, {Head: q.P.T("rights.erasures.doer")}}}
	for _, x := range l.Done {
		t.Rows = append(t.Rows, ui.Row{ID: "x-" + x.ID, Cells: []templ.Component{ui.Words(q.P.Day(x.Done)), ui.Words(or(l.Names[x.ApprovedBy], someone)), ui.Words(or(l.Names[x.DoneBy], someone))}})
	}
	return t
}
