package web

import (
	"context"
	"net/http"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// publicOccasionRoutes are signing up to a day in two steps, and the page of a family that has. Which day it is stands in no
// address: whoever reads the browser's history sees the service's neutral word alone.
func (s *Server) publicOccasionRoutes(add adder) {
	add("POST /services/{slug}/sign-up", access.Open, s.signUpForm, "day")
	add("POST /services/{slug}/signed-up", access.Open, s.pacedForms(s.signUpDay), "day", "adults", "children", "name", "token")
	for _, step := range []string{"sign-up", "signed-up"} {
		add("GET /services/{slug}/"+step, access.Open, func(w http.ResponseWriter, q *Ask) error {
			return redirect(w, q, q.path("/services/"+q.PathValue("slug")))
		})
	}
	add("POST /code/day", access.Open, s.lookAtDay, "stay")
	add("POST /code/day/change", access.Open, s.changeDay, "stay", "adults", "children")
	s.wayDayRoutes(add)
	add("POST /code/day/leave", access.Open, s.leaveDay, "stay")
	add("POST /code/day/close", access.Open, s.closeDay, "stay")
	add("GET /code/day/{step}", access.Open, func(w http.ResponseWriter, q *Ask) error { return redirect(w, q, q.path("/code")) })
}

// openDay is a day as the public may know it. How many come is not told.
type openDay struct {
	occasion.Day
	Full bool
	Open bool // one may sign up
}

// fillOpenDays puts the coming days on a service's page.
func fillOpenDays(ctx context.Context, tx *storage.Tx, q *Ask, o openOffer, v *servicePage) error {
	v.Days, v.Slug = nil, o.Slug
	all, err := tx.Occasions(ctx, []organization.OfferID{o.ID})
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.State != occasion.Planned || !d.Coming(q.Now) || d.Gone() {
			continue
		}
		x, err := readOpenDay(ctx, tx, q, d)
		if err != nil {
			return err
		}
		v.Days = append(v.Days, x)
	}
	return nil
}

func readOpenDay(ctx context.Context, tx *storage.Tx, q *Ask, d occasion.Day) (openDay, error) {
	families, err := tx.Families(ctx, d)
	return openDay{Day: d, Full: occasion.Room(families, d.Places) <= 0, Open: d.Open(q.Now)}, err
}

// signUpPage asks how many they are and for a first name, and for nothing else.
type signUpPage struct {
	ui.Page
	Slug                   string
	At                     openDay
	Days                   int // that the name is kept
	Adults, Children, Name string
	Token                  string
	Mistakes               ui.Mistakes
}

func (s *Server) signUpForm(w http.ResponseWriter, q *Ask) error { return s.answerSignUp(w, q, nil) }

func (s *Server) answerSignUp(w http.ResponseWriter, q *Ask, wrong error) error {
	slug := q.PathValue("slug")
	v := signUpPage{Page: s.publicPage(q, q.P.T("public.day.form"), ""), Slug: slug, Token: id.New(), Mistakes: ui.MistakesOf(q.P, wrong)}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		var o openOffer
		v.At, o, err = s.signable(q.Context(), tx, q, slug)
		if err == nil {
			k, _ := o.Model.Retention("families")
			v.Days = k.Days
		}
		return err
	})
	if err != nil {
		return err
	}
	v.Children = "0"
	if wrong != nil {
		v.Wrong, v.Adults, v.Children, v.Name, v.Token = true, typed(q, "adults"), typed(q, "children"), typed(q, "name"), token(q, "token")
	}
	return s.show(w, q, statusOf(wrong), signUpView(v))
}

// signable is the day that the form names, if it is one of the service's.
func (s *Server) signable(ctx context.Context, tx *storage.Tx, q *Ask, slug string) (x openDay, o openOffer, err error) {
	if _, o, err = s.offerBySlug(ctx, tx, slug); err != nil {
		return x, o, err
	}
	d, err := tx.Occasion(ctx, occasion.ID(token(q, "day")))
	if err != nil {
		return x, o, err
	}
	if d.Offer != o.ID || !o.Model.SignsUp() || d.Gone() {
		return x, o, notFound()
	}
	x, err = readOpenDay(ctx, tx, q, d)
	return x, o, err
}

// signedPage shows the code in its one moment.
type signedPage struct {
	ui.Page
	At openDay
	In occasion.Signed
}

func (s *Server) signUpDay(w http.ResponseWriter, q *Ask) error {
	v := signedPage{Page: s.publicPage(q, q.P.T("public.day.form"), "")}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		if v.At, _, err = s.signable(q.Context(), tx, q, q.PathValue("slug")); err != nil {
			return err
		}
		v.In, err = occasion.SignUp(q.Context(), tx, s.Models, v.At.ID, familyNumbers(q), token(q, "token"))
		return err
	})
	if shown(err) {
		return s.answerSignUp(w, q, err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget() // whether there is room may have changed
	return s.show(w, q, http.StatusOK, signedView(v))
}

// ownDayPage is what a day's code opens: the day, the family's own numbers, and "we cannot come".
type ownDayPage struct {
	ui.Page
	occasion.OwnView
	Stay             string
	Said             string
	Ahead            bool // the day is to come
	Adults, Children string
	Mistakes         ui.Mistakes
}

func (s *Server) resumeDay(q *Ask) (v occasion.Visit, err error) {
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		v, err = occasion.Resume(q.Context(), tx, s.Models, token(q, "stay"))
		return err
	})
	return v, err
}

func (s *Server) showOwnDay(w http.ResponseWriter, q *Ask, v occasion.Visit, said string, wrong error) error {
	p := ownDayPage{Page: s.stayPage(q, q.P.T("public.day.title"), v.Exit), Stay: v.Token, Said: said, Mistakes: ui.MistakesOf(q.P, wrong)}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		p.OwnView, err = v.View(q.Context(), tx)
		return err
	})
	if err != nil {
		return err
	}
	p.Ahead = p.Day.Coming(q.Now)
	p.Adults, p.Children = strconv.Itoa(p.Family.Adults), strconv.Itoa(p.Family.Children)
	if wrong != nil {
		p.Wrong, p.Said, p.Adults, p.Children = true, "", typed(q, "adults"), typed(q, "children")
	}
	return s.show(w, q, statusOf(wrong), ownDayView(p))
}

func (s *Server) lookAtDay(w http.ResponseWriter, q *Ask) error {
	v, err := s.resumeDay(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	return s.showOwnDay(w, q, v, "", nil)
}

func (s *Server) changeDay(w http.ResponseWriter, q *Ask) error {
	v, err := s.resumeDay(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	wrong := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return v.Change(q.Context(), tx, familyNumbers(q)) })
	if wrong != nil && !shown(wrong) {
		return wrong
	}
	s.ready.Forget()
	return s.showOwnDay(w, q, v, q.P.T("public.day.changed"), wrong)
}

// leaveDay takes the name off the list at once. Nothing is asked.
func (s *Server) leaveDay(w http.ResponseWriter, q *Ask) error {
	v, err := s.resumeDay(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	if err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return v.Leave(q.Context(), tx) }); err != nil {
		return err
	}
	s.ready.Forget()
	return s.dayOver(w, q, "left", "left-text")
}

// closeDay ends the stay for those who want to stop without leaving the site.
func (s *Server) closeDay(w http.ResponseWriter, q *Ask) error {
	v, err := s.resumeDay(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	if err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return occasion.Away(q.Context(), tx, v.Exit) }); err != nil {
		return err
	}
	return s.dayOver(w, q, "closed-page", "closed-text")
}

func (s *Server) dayOver(w http.ResponseWriter, q *Ask, heading, text string) error {
	return s.show(w, q, http.StatusOK, endView(endPage{Page: s.publicPage(q, q.P.T("public.day.title"), ""), Heading: q.P.T("public.day." + heading),
		Text: q.P.T("public.day." + text), Links: []ui.Link{{Text: q.P.T("public.nav.home"), URL: q.path("/")}}}))
}
