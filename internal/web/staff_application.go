package web

import (
	"context"
	"net/http"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// applicationRoutes note, at a contact that waits, that a commitment was applied for and what the payer said.
func (s *Server) applicationRoutes(add adder) {
	add("POST /requests/{id}/apply", access.Coordinate, s.stepApplication(func(ctx context.Context, tx *storage.Tx, q *Ask, of intake.RequestID) error {
		return commitment.Apply(ctx, tx, s.Models, q.By, of, commitment.PayerID(q.PostFormValue("payer")), dayOf(q, "applied"))
	}), "payer", "applied")
	add("POST /requests/{id}/refuse", access.Coordinate, s.stepApplication(func(ctx context.Context, tx *storage.Tx, q *Ask, of intake.RequestID) error {
		return commitment.Refuse(ctx, tx, s.Models, q.By, of, dayOf(q, "refused"))
	}), "refused")
	add("POST /requests/{id}/unmark", access.Coordinate, s.stepApplication(func(ctx context.Context, tx *storage.Tx, q *Ask, of intake.RequestID) error {
		return commitment.Unmark(ctx, tx, s.Models, q.By, of)
	}))
}

func (s *Server) stepApplication(do func(context.Context, *storage.Tx, *Ask, intake.RequestID) error) handler {
	return func(w http.ResponseWriter, q *Ask) error {
		return s.stepRequest(w, q, func(string) string { return "/requests/" + q.PathValue("id") + "#commitment" },
			func(ctx context.Context, tx *storage.Tx, v intake.View) (string, error) {
				return "", do(ctx, tx, q, v.ID)
			})
	}
}

// applied is what a contact's page needs of applications; nothing in a service that nobody else pays for.
type applied struct {
	All    []commitment.Application
	Payers []commitment.Payer // that may be asked
	May    bool               // the reader coordinates here
}

func (s *Server) readApplied(ctx context.Context, tx *storage.Tx, q *Ask, v intake.View) (a applied, err error) {
	if v.Model.Commitment == nil {
		return a, nil
	}
	if a.All, err = commitment.ApplicationsOf(ctx, tx, q.By, v.ID); err != nil {
		return a, err
	}
	a.May = q.By.Is(access.Coordinator, v.Request.Unit)
	payers, err := tx.Payers(ctx)
	for _, p := range payers {
		if p.Active {
			a.Payers = append(a.Payers, p)
		}
	}
	return a, err
}

// last is the application that counts.
func (a applied) last() (commitment.Application, bool) {
	if len(a.All) == 0 {
		return commitment.Application{}, false
	}
	return a.All[len(a.All)-1], true
}

func (p requestPage) payerChoice(q *Ask) ui.Choice {
	c := ui.Choice{Name: "payer", Label: q.P.T("commitment.payer"), Value: p.Times.Typed.Get("payer"), Error: p.Times.Mistakes.Of("payer")}
	if len(p.Applied.Payers) != 1 {
		c.Empty = q.P.T("commitment.form.choose")
	}
	for _, x := range p.Applied.Payers {
		c.Options = append(c.Options, ui.Option{Value: string(x.ID), Label: x.Name})
	}
	return c
}

func (p requestPage) dayField(q *Ask, name string) ui.Field {
	today := string(calendar.LocalOf(q.Now, p.Unit.Zone).Day)
	return ui.Field{Name: name, Label: q.P.T("commitment.form." + name), Value: or(p.Times.Typed.Get(name), today), Error: p.Times.Mistakes.Of(name)}
}

// appliedFor are the contacts for whom somebody waits for a payer's word, by contact.
func appliedFor(all []commitment.Applicant) map[intake.RequestID]commitment.Applicant {
	out := map[intake.RequestID]commitment.Applicant{}
	for _, x := range all {
		out[x.Request] = x
	}
	return out
}

// paidHere tells whether an offer is of a service that somebody else pays for.
func (s *Server) paidHere(o organization.Offer) bool {
	m, ok := s.Models.Model(o.Model, o.Version)
	return ok && m.Commitment != nil
}
