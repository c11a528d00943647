package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/paper"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// paperRoutes are the papers of data protection, written from what the program does: the notice for everybody, the
// record and the assessment's template for those who answer for the data.
func (s *Server) paperRoutes(add adder) {
	add("GET /privacy/notice", access.Open, s.privacyNotice)
	add("GET /papers", access.People, s.showPapers)
	add("POST /papers", access.People, s.keepController, "name", "address", "contact", "officer", "basis")
	add("GET /papers/{paper}/{lang}", access.People, s.showPaper)
}

// papers are those of staff, by the name in their address.
var papers = map[string]func(paper.Truth, *locale.Printer) paper.Document{"notice": paper.Notice, "record": paper.Record, "assessment": paper.Assessment}

var paperNames = []string{"notice", "record", "assessment"}

// truth gathers what the papers are written from: the services that are open and the controller's own facts.
func (s *Server) truth(ctx context.Context, q *Ask) (paper.Truth, error) {
	t, err := paper.Read()
	if err != nil {
		return t, err
	}
	t.Day = calendar.DateOf(q.Now, time.UTC)
	var offers []organization.Offer
	err = s.DB.View(ctx, func(tx *storage.Tx) (err error) {
		if t.Controller, err = organization.ControllerOf(ctx, tx); err != nil {
			return err
		}
		if offers, err = tx.Offers(ctx, ""); err != nil {
			return err
		}
		payers, err := tx.Payers(ctx)
		for _, p := range payers {
			t.Buyers = append(t.Buyers, paper.Buyer{Name: p.Controller, Privacy: p.Privacy})
		}
		return err
	})
	seen := map[string]bool{}
	for _, o := range offers {
		if m, ok := s.Models.Model(o.Model, o.Version); ok && o.Open && !seen[m.ID] {
			seen[m.ID] = true
			t.Models = append(t.Models, m)
		}
	}
	return t, err
}

type noticePage struct {
	ui.Page
	Paper paper.Document
}

func (s *Server) privacyNotice(w http.ResponseWriter, q *Ask) error {
	return s.showReady(w, q, "privacy-notice", func(ctx context.Context) (templ.Component, error) {
		t, err := s.truth(ctx, q)
		if err != nil {
			return nil, err
		}
		d := paper.Notice(t, q.P)
		return noticeView(noticePage{s.publicPage(q, d.Title, "/privacy/notice"), d}), nil
	})
}

type papersPage struct {
	Frame      ui.StaffPage
	Controller organization.Controller
	Done       string
	Mistakes   ui.Mistakes
}

func (s *Server) showPapers(w http.ResponseWriter, q *Ask) error {
	v := papersPage{Done: q.done("paper.page.", "saved")}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		v.Controller, err = organization.ControllerOf(q.Context(), tx)
		return err
	})
	if err != nil {
		return err
	}
	return s.answerPapers(w, q, v, nil)
}

func (s *Server) answerPapers(w http.ResponseWriter, q *Ask, v papersPage, wrong error) error {
	v.Frame, v.Mistakes = s.staffPage(q, q.P.T("paper.page.title"), "people"), ui.MistakesOf(q.P, wrong)
	v.Frame.Wrong = wrong != nil
	return s.show(w, q, statusOf(wrong), papersView(q, v))
}

func (s *Server) keepController(w http.ResponseWriter, q *Ask) error {
	c := organization.Controller{Name: typed(q, "name"), Address: typed(q, "address"), Contact: typed(q, "contact"), Officer: typed(q, "officer"),
		Basis: organization.Basis(typed(q, "basis"))}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return organization.KeepController(q.Context(), tx, q.By, c) })
	if err != nil && shown(err) {
		return s.answerPapers(w, q, papersPage{Controller: c}, err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget()
	return redirect(w, q, "/papers?done=saved")
}

type paperOfStaff struct {
	Frame ui.StaffPage
	Lang  locale.Lang
	Paper paper.Document
}

// showPaper is a paper in the language of its address, which need not be the reader's own.
func (s *Server) showPaper(w http.ResponseWriter, q *Ask) error {
	write, ok := papers[q.PathValue("paper")]
	lang := locale.Lang(q.PathValue("lang"))
	if !ok || !slices.Contains(locale.Langs(), lang) {
		return notFound()
	}
	t, err := s.truth(q.Context(), q)
	if err != nil {
		return err
	}
	d := write(t, locale.For(lang))
	return s.show(w, q, http.StatusOK, paperPageView(q, paperOfStaff{s.staffPage(q, d.Title, "people"), lang, d}))
}
