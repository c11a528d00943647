package web

import (
	"context"
	"net/http"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// requestPage is a waiting contact and the times for it.
type requestPage struct {
	intake.View
	Times   times
	Reach   outgoing.View
	Applied applied
	Walled  bool  // told to a keeper alone
	Wrong   error // why the last step was refused
}

func (s *Server) showRequest(w http.ResponseWriter, q *Ask) error {
	return s.answerRequest(w, q, nil)
}

// answerRequest shows the request, with what was refused and what was typed if something was.
func (s *Server) answerRequest(w http.ResponseWriter, q *Ask, wrong error) error {
	p := requestPage{Wrong: wrong}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) { // looking is noted
		p, err = s.readRequest(q.Context(), tx, q)
		return err
	})
	if err != nil {
		return err
	}
	if wrong != nil {
		p.Times.Mistakes, p.Times.Typed = append(ui.MistakesOf(q.P, wrong), p.Times.Mistakes...), q.PostForm
	}
	return s.show(w, q, statusOf(wrong), s.requestView(q, p))
}

func (s *Server) readRequest(ctx context.Context, tx *storage.Tx, q *Ask) (p requestPage, err error) {
	if p.View, err = intake.One(ctx, tx, s.Models, q.By, intake.RequestID(q.PathValue("id"))); err != nil {
		return p, err
	}
	if p.Reach, err = outgoing.Read(ctx, tx, q.By, outgoing.Target{Request: p.ID}); err != nil {
		return p, err
	}
	if p.Walled, err = walled(ctx, tx, q, wall.Ref{Kind: access.Request, ID: string(p.ID)}); err != nil {
		return p, err
	}
	if p.Applied, err = s.readApplied(ctx, tx, q, p.View); err != nil {
		return p, err
	}
	p.Times = s.requestTimes(q, p.View)
	if p.Times.Slots, err = appointment.OpenSlots(ctx, tx, q.By, appointment.Target{Request: p.ID}); err != nil {
		return p, err
	}
	return p, p.Times.find(ctx, tx, q)
}

// requestTimes begins the search at what the client wished.
func (s *Server) requestTimes(q *Ask, v intake.View) times {
	part, _ := v.Model.PartOf(model.Client)
	kind, when := "office", ""
	if len(v.Places) > 0 {
		kind = v.Places[0]
	}
	if len(v.Request.Times) == 1 {
		when = v.Request.Times[0]
	}
	form := q.URL.Query()
	if q.PostForm.Get("kind") != "" {
		form = q.PostForm
	}
	return times{Base: "/requests/" + string(v.ID), Unit: v.Unit.ID, For: appointment.Target{Request: v.ID}, Minutes: part.Minutes, Lang: v.Lang, Area: v.Area,
		Kinds: v.Model.Places, Parts: v.Model.Times, Search: searchOf(form, kind, when)}
}

// stepRequest does one step for a request; what is refused comes back on the page with everything typed still there.
func (s *Server) stepRequest(w http.ResponseWriter, q *Ask, to func(string) string, do func(ctx context.Context, tx *storage.Tx, v intake.View) (string, error)) error {
	next := ""
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		v, err := intake.One(q.Context(), tx, s.Models, q.By, intake.RequestID(q.PathValue("id")))
		if err != nil {
			return err
		}
		next, err = do(q.Context(), tx, v)
		return err
	})
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return s.answerRequest(w, q, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, to(next))
}

func (s *Server) offerTimes(w http.ResponseWriter, q *Ask) error {
	return s.stepRequest(w, q, func(string) string { return "/requests/" + q.PathValue("id") },
		func(ctx context.Context, tx *storage.Tx, v intake.View) (string, error) {
			chosen, err := offeredTimes(q, s.requestTimes(q, v).Minutes, "")
			if err != nil {
				return "", err
			}
			return "", appointment.Offer(ctx, tx, s.Models, q.By, appointment.Target{Request: v.ID}, chosen)
		})
}

func (s *Server) withdrawTime(w http.ResponseWriter, q *Ask) error {
	return s.stepRequest(w, q, func(string) string { return "/requests/" + q.PathValue("id") },
		func(ctx context.Context, tx *storage.Tx, v intake.View) (string, error) {
			return "", appointment.Withdraw(ctx, tx, q.By, appointment.SlotID(q.PostFormValue("slot")))
		})
}

// bookRequest books straight away, as on the telephone; the contact becomes an episode.
func (s *Server) bookRequest(w http.ResponseWriter, q *Ask) error {
	return s.stepRequest(w, q, func(to string) string { return to },
		func(ctx context.Context, tx *storage.Tx, v intake.View) (string, error) {
			chosen, err := chosenTimes(q, s.requestTimes(q, v).Minutes, "")
			if err != nil {
				return "", err
			}
			if len(chosen) > 1 {
				return "", fault.New(fault.Invalid, "times.one")
			}
			booked, err := appointment.Book(ctx, tx, s.Models, q.By, appointment.Target{Request: v.ID}, chosen[0], q.PostFormValue("place"))
			if booked.Worker != q.By.Account && !q.By.Is(access.Coordinator, v.Unit.ID) {
				return "/desk?done=booked", err // the client is a colleague's now, and seen by that colleague alone
			}
			return "/episodes/" + string(booked.Episode), err
		})
}

// newRequestCode gives a client on the line a new code; the old one opens nothing more.
func (s *Server) newRequestCode(w http.ResponseWriter, q *Ask) error {
	var code intake.Code
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		code, err = intake.NewCodeFor(q.Context(), tx, q.By, intake.Holder{Request: intake.RequestID(q.PathValue("id"))})
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, s.newCodePage(q, code, "/requests/"+q.PathValue("id")))
}

func (s *Server) endRequest(w http.ResponseWriter, q *Ask) error {
	how := q.PostFormValue("how")
	if !slices.Contains(intake.Endings(), how) {
		return s.answerRequest(w, q, fault.New(fault.Invalid, "request.how"))
	}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return intake.End(q.Context(), tx, s.Models, q.By, intake.RequestID(q.PathValue("id")), how)
	})
	if err != nil {
		return err
	}
	return redirect(w, q, "/desk")
}
