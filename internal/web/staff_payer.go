package web

import (
	"net/http"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// payerRoutes are who pays for visits: the organisation's own public facts, kept by coordinators.
func (s *Server) payerRoutes(add adder) {
	add("GET /payers", access.Coordinate, s.listPayers)
	add("GET /payers/new", access.Coordinate, s.showPayer)
	add("GET /payers/{id}", access.Coordinate, s.showPayer)
	add("POST /payers", access.Coordinate, s.keepPayer, payerFields...)
	add("POST /payers/{id}", access.Coordinate, s.keepPayer, payerFields...)
}

var payerFields = []string{"name", "contact", "controller", "privacy", "bill", "active"}

// payerPage is the form of one payer; a new one has no id.
type payerPage struct {
	Frame    ui.StaffPage
	Payer    commitment.Payer
	Mistakes ui.Mistakes
}

func (s *Server) listPayers(w http.ResponseWriter, q *Ask) error {
	var all []commitment.Payer
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		all, err = tx.Payers(q.Context())
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, s.payersView(q, all))
}

func (s *Server) showPayer(w http.ResponseWriter, q *Ask) error {
	p := commitment.Payer{Active: true}
	if id := q.PathValue("id"); id != "" {
		err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
			p, err = tx.Payer(q.Context(), commitment.PayerID(id))
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.answerPayer(w, q, p, nil)
}

func (s *Server) answerPayer(w http.ResponseWriter, q *Ask, p commitment.Payer, wrong error) error {
	v := payerPage{Frame: s.staffPage(q, q.P.T("payer.title"), "commitments"), Payer: p, Mistakes: ui.MistakesOf(q.P, wrong)}
	v.Frame.Wrong = wrong != nil
	return s.show(w, q, statusOf(wrong), payerView(q, v))
}

func (s *Server) keepPayer(w http.ResponseWriter, q *Ask) error {
	field := q.PostFormValue
	p := commitment.Payer{ID: commitment.PayerID(q.PathValue("id")), Name: field("name"), Contact: field("contact"), Controller: field("controller"),
		Privacy: field("privacy"), ByNumber: field("bill") == "number", Active: field("active") == "yes"}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		_, err := commitment.KeepPayer(q.Context(), tx, q.By, p)
		return err
	})
	if fault.Is(err, fault.Invalid) {
		return s.answerPayer(w, q, p, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, "/payers")
}

func (p payerPage) action() string {
	if p.Payer.ID == "" {
		return "/payers"
	}
	return "/payers/" + string(p.Payer.ID)
}

func payerTable(q *Ask, all []commitment.Payer) ui.Grid {
	t := ui.Grid{Caption: q.P.T("payer.list"), Hide: true, Cols: []ui.Col{{Head: q.P.T("payer.name")}, {Head: q.P.T("payer.contact")}, {Head: q.P.T("payer.bill")}, {Head: q.P.T("desk.col.do"), Quiet: true}}}
	for _, p := range all {
		state := ""
		if !p.Active {
			state = q.P.T("payer.closed")
		}
		t.Rows = append(t.Rows, ui.Row{ID: "p-" + string(p.ID), Cells: []templ.Component{ui.Lines(p.Name, state), ui.Words(or(p.Contact, "–")),
			ui.Words(q.P.T("payer.bill-" + billKind(p))), ui.LinkButton(ui.Action{Text: q.P.T("payer.change"), URL: "/payers/" + string(p.ID), Kind: ui.Secondary, Small: true, About: p.Name})}})
	}
	return t
}

func billKind(p commitment.Payer) string {
	if p.ByNumber {
		return "number"
	}
	return "days"
}
