package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// feedbackRoutes are handing out forms, and answering one's own (R-150… ). Nothing there shows an answer.
func (s *Server) feedbackRoutes(add adder) {
	add("GET /feedback", access.Answer, s.showFeedback)
	add("POST /feedback/give", access.ClientWork, s.giveForms, "form", "kind", "n", "last", "language", "quoting")
	add("POST /feedback/round", access.Coordinate, s.openNewRound, "form", "last", "slips", "language")
	add("POST /feedback/close", access.ClientWork, s.closeRound, "id")
	add("POST /feedback/own", access.Answer, s.drawStaff, "form")
	for _, step := range []string{"give", "round", "own"} {
		add("GET /feedback/"+step, access.Answer, func(w http.ResponseWriter, q *Ask) error { return redirect(w, q, "/feedback") })
	}
}

// givenForm is a form of a service that a unit offers.
type givenForm struct {
	Offer organization.Offer
	Model *model.Model
	Unit  organization.Unit
	Form  model.FeedbackForm
}

// key names the form in a page's own forms.
func (f givenForm) key() string { return string(f.Offer.ID) + "/" + f.Form.ID }

// feedbackPage is what somebody may hand out and may answer.
type feedbackPage struct {
	Frame    ui.StaffPage
	Given    []givenForm // handed to people
	Partners []givenForm // whose rounds the reader opens: of partners, members and guests
	Own      []givenForm // the reader's own to answer
	Drawn    map[string]bool
	Rounds   []feedback.Hand
	Today    calendar.Date
	Form     feedbackForm
	Done     string
	Mistakes ui.Mistakes
}

type feedbackForm struct {
	Form, Kind, N, Last, Language          string
	Round, RoundLast, Slips, RoundLanguage string
	Quoting                                bool
}

func (s *Server) showFeedback(w http.ResponseWriter, q *Ask) error {
	return s.answerFeedback(w, q, feedbackForm{Kind: feedback.Slip, N: strconv.Itoa(feedback.SheetSlips)}, nil)
}

func (s *Server) answerFeedback(w http.ResponseWriter, q *Ask, form feedbackForm, wrong error) error {
	v := feedbackPage{Frame: s.staffPage(q, q.P.T("feedback.title"), "feedback"), Form: form, Done: q.done("feedback.done.", "closed")}
	if !access.ClientWork.Allows(q.By) {
		v.Frame.Current = "mine"
	}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error { return s.fillFeedback(q.Context(), tx, q, &v) })
	if err != nil {
		return err
	}
	if wrong != nil {
		v.Frame.Wrong, v.Mistakes = true, mistakesAt(q.P, wrong, "form")
	}
	if v.Form.Language == "" {
		v.Form.Language = string(q.P.Lang())
	}
	if v.Form.RoundLanguage == "" {
		v.Form.RoundLanguage = string(q.P.Lang())
	}
	if v.Form.Last == "" {
		v.Form.Last = feedback.Months(v.Today)[1]
	}
	return s.show(w, q, statusOf(wrong), feedbackView(q, v))
}

func (s *Server) fillFeedback(ctx context.Context, tx *storage.Tx, q *Ask, v *feedbackPage) error {
	v.Given, v.Partners, v.Own, v.Rounds, v.Drawn = nil, nil, nil, nil, map[string]bool{}
	offers, err := tx.Offers(ctx, "")
	if err != nil {
		return err
	}
	units := map[access.UnitID]bool{}
	for _, o := range offers {
		m, ok := s.Models.Model(o.Model, o.Version)
		if !ok || !q.By.Works() && !q.By.Is(access.Volunteer, o.Unit) {
			continue
		}
		u, err := tx.Unit(ctx, o.Unit)
		if err != nil {
			return err
		}
		v.Today = calendar.LocalOf(q.Now, u.Zone).Day
		for _, f := range m.Feedback {
			x := givenForm{o, m, u, f}
			if err := s.placeForm(ctx, tx, q, v, x); err != nil {
				return err
			}
		}
		if q.By.Is(access.Worker, o.Unit) || q.By.Is(access.Coordinator, o.Unit) {
			units[o.Unit] = true
		}
	}
	for unit := range units {
		open, err := feedback.Rounds(ctx, tx, s.Models, unit)
		if err != nil {
			return err
		}
		v.Rounds = append(v.Rounds, open...)
	}
	return nil
}

// placeForm puts a form where the reader has something to do with it.
func (s *Server) placeForm(ctx context.Context, tx *storage.Tx, q *Ask, v *feedbackPage, x givenForm) error {
	switch {
	case answersOwn(q.By, x):
		v.Own = append(v.Own, x)
		drawn, err := feedback.Drawn(ctx, tx, whoAnswers(q.By, x, v.Today), x.way())
		v.Drawn[x.key()] = drawn
		return err
	default:
		kinds := feedback.Handed(x.Form)
		if slices.Contains(kinds, feedback.Round) && feedback.May(q.By, x.Unit.ID, feedback.Round) {
			v.Partners = append(v.Partners, x)
		}
		if slices.Contains(kinds, feedback.Room) && feedback.May(q.By, x.Unit.ID, feedback.Slip) {
			v.Given = append(v.Given, x)
		}
	}
	return nil
}

// answersOwn tells whether the form is for people like the reader: workers and coordinators of the unit, or its volunteers.
func answersOwn(by access.Actor, x givenForm) bool {
	switch x.Form.Of {
	case model.OfWorker:
		return by.Is(access.Worker, x.Unit.ID) || by.Is(access.Coordinator, x.Unit.ID)
	case model.OfVolunteer:
		return by.Is(access.Volunteer, x.Unit.ID)
	}
	return false
}

func (f givenForm) way() feedback.Way {
	return feedback.Way{Unit: f.Unit.ID, Model: f.Model.ID, Version: f.Model.Version, Form: f.Form.ID}
}

// whoAnswers is the word by which somebody who signs in is given a form once in its period.
func whoAnswers(by access.Actor, x givenForm, today calendar.Date) string {
	return "account/" + string(by.Account) + "/" + feedback.Period(today, x.Form.Every)
}

// drawStaff gives somebody who is signed in their own form, once in its period. The form that follows knows no session: what it sends is
// the ticket and the marks alone.
func (s *Server) drawStaff(w http.ResponseWriter, q *Ask) error {
	var hand feedback.Hand
	var right string
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		v := feedbackPage{}
		if err := s.fillFeedback(q.Context(), tx, q, &v); err != nil {
			return err
		}
		for _, x := range v.Own {
			if x.key() == q.PostFormValue("form") {
				var err error
				right, hand, err = feedback.Draw(q.Context(), tx, s.Models, whoAnswers(q.By, x, v.Today), x.way())
				return err
			}
		}
		return notFound()
	})
	if shown(err) {
		return s.answerFeedback(w, q, feedbackForm{Kind: feedback.Slip, N: strconv.Itoa(feedback.SheetSlips)}, err)
	}
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, answerView(s.answering(q, hand, right)))
}

// slipsPage are codes, shown once, in the language of whoever gets them: that is chosen when they are made.
type slipsPage struct {
	Frame ui.StaffPage
	P     *locale.Printer // of the paper
	Hand  feedback.Hand
	Codes []string
	Paper feedback.Hand // of a round's slips: they are good until their month is over
	URL   string        // where a slip is answered, or the address of a round
	Round string        // the address of a round
}

// language is the language that was chosen for paper; nonsense is the reader's own.
func language(q *Ask) *locale.Printer {
	if l, ok := locale.Parse(q.PostFormValue("language")); ok {
		return locale.For(l)
	}
	return q.P
}

// giveForms makes slips or a code for a device in the room.
func (s *Server) giveForms(w http.ResponseWriter, q *Ask) error {
	form := feedbackForm{Form: q.PostFormValue("form"), Kind: q.PostFormValue("kind"), N: strings.TrimSpace(q.PostFormValue("n")), Last: q.PostFormValue("last"), Language: q.PostFormValue("language"), Quoting: q.PostFormValue("quoting") == "yes"}
	n, _ := strconv.Atoi(form.N)
	x := feedback.Wanted{Kind: form.Kind, N: n, Last: feedback.LastOf(form.Last), Quoting: form.Quoting}
	if form.Kind == feedback.Round {
		return notFound()
	}
	return s.handOut(w, q, form, x)
}

// openNewRound asks partners until a day, by an address and, if wanted, on paper.
func (s *Server) openNewRound(w http.ResponseWriter, q *Ask) error {
	form := feedbackForm{Kind: feedback.Slip, N: strconv.Itoa(feedback.SheetSlips), Round: q.PostFormValue("form"), RoundLast: typed(q, "last"),
		Slips: typed(q, "slips"), RoundLanguage: q.PostFormValue("language")}
	day, err := calendar.ParseDate(form.RoundLast)
	if err != nil {
		var f fault.Form
		f.Add("round-last", "calendar.date")
		return s.answerFeedback(w, q, form, f.Err())
	}
	form.Form = form.Round
	return s.handOut(w, q, form, feedback.Wanted{Kind: feedback.Round, Last: day})
}

func (s *Server) handOut(w http.ResponseWriter, q *Ask, form feedbackForm, x feedback.Wanted) error {
	offer, id, _ := strings.Cut(form.Form, "/")
	x.Offer, x.Form = organization.OfferID(offer), id
	v := slipsPage{Frame: s.staffPage(q, q.P.T("feedback.slips"), "feedback"), P: language(q)}
	v.Frame.Scripts = append(v.Frame.Scripts, "print.js")
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		var codes []intake.Code
		var err error
		if v.Hand, codes, err = feedback.Give(q.Context(), tx, s.Models, q.By, x); err != nil {
			return err
		}
		if v.Round, v.Codes = "", nil; x.Kind == feedback.Round {
			v.Round = q.Host + ui.In(v.P, "/answer/round/"+codes[0].String())
			if v.Paper, codes, err = s.roundSlips(q, tx, x, form.Slips); err != nil {
				return err
			}
		}
		for _, c := range codes {
			v.Codes = append(v.Codes, c.String())
		}
		return nil
	})
	if form.Form == "" {
		var f fault.Form
		f.Add("form", "form.choice")
		err = f.Err()
	}
	if shown(err) {
		return s.answerFeedback(w, q, form, roundField(err, x.Kind))
	}
	if err != nil {
		return err
	}
	v.URL = q.Host + ui.In(v.P, "/answer")
	return s.show(w, q, http.StatusOK, slipsView(q, v))
}

// roundSlips are as many slips as were wanted beside a round's address, for those to whom nothing is sent. None are wanted when nothing was typed.
func (s *Server) roundSlips(q *Ask, tx *storage.Tx, x feedback.Wanted, typed string) (feedback.Hand, []intake.Code, error) {
	if typed == "" || typed == "0" {
		return feedback.Hand{}, nil, nil
	}
	n, _ := strconv.Atoi(typed)
	if n < 1 || n > feedback.SheetSlips {
		var f fault.Form
		f.Add("slips", "feedback.slips", "most", feedback.SheetSlips)
		return feedback.Hand{}, nil, f.Err()
	}
	x.Kind, x.N = feedback.Slip, n
	return feedback.Give(q.Context(), tx, s.Models, q.By, x)
}

// roundField puts a mistake about a round's day beside that day.
func roundField(err error, kind string) error {
	if f := fault.Of(err); kind == feedback.Round {
		for i := range f.Fields {
			f.Fields[i].Name = "round-" + f.Fields[i].Name
		}
	}
	return err
}

func (s *Server) closeRound(w http.ResponseWriter, q *Ask) error {
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return feedback.Close(q.Context(), tx, q.By, token(q, "id"))
	})
	if err != nil {
		return err
	}
	return redirect(w, q, "/feedback?done=closed")
}
