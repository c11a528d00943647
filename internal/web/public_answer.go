package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// mostQuestions is how many questions a form may have; the schema of models says the same.
const mostQuestions = 12

// answerRoutes are answering a form with a code from a slip, on a device in the room, by a round's address, or with the ticket of a page
// . No address but a round's holds anything, no session is made, and nothing of what is sent here is in a log.
func (s *Server) answerRoutes(add adder) {
	fields := []string{"right", "step", "easy", "by", "words", "quote", "suggestion"}
	for i := range mostQuestions {
		fields = append(fields, answerName(i))
	}
	add("GET /answer", access.Open, s.answerCode)
	add("POST /answer", access.Open, s.enterAnswerCode, "code*")
	add("POST /answer/send", access.Open, s.sendAnswer, fields...)
	add("POST /answer/start", access.Open, s.startAnswer, "right")
	add("POST /answer/wait", access.Open, s.waitForNext, "right")
	add("GET /answer/{step}", access.Open, func(w http.ResponseWriter, q *Ask) error { return redirect(w, q, q.path("/answer")) })
	add("GET /answer/round/{code}", access.Open, s.openRound)
	add("POST /code/feedback", access.Open, s.drawOwn, "stay")
}

// answerName is what the answer to a question is called on the page: which question it is depends on the form alone.
func answerName(i int) string { return "a" + strconv.Itoa(i+1) }

// answerPage is a form to be answered, or what comes of it.
type answerPage struct {
	ui.Page
	feedback.Hand
	Right    string
	Easy     bool
	Chosen   []string // by question
	Value    string
	Words    string
	Quote    bool
	Wish     string // what they would like, as it was typed
	Mistakes ui.Mistakes
	Code     string // as it was typed, when it opened nothing
}

func (v answerPage) t(key string, args ...any) string { return v.P.T("answer."+key, args...) }

// said is a text of the model.
func (v answerPage) said(key string) string { return v.Asked.Text(v.P.Lang(), key) }

func (s *Server) answerCode(w http.ResponseWriter, q *Ask) error { return s.askAnswerCode(w, q, nil) }

func (s *Server) askAnswerCode(w http.ResponseWriter, q *Ask, err error) error {
	v := answerPage{Page: s.publicPage(q, q.P.T("answer.title"), "/answer"), Mistakes: ui.MistakesOf(q.P, err)}
	if err != nil {
		v.Wrong = true
		for i := range v.Mistakes {
			v.Mistakes[i].Name = "code"
		}
	}
	if fault.Is(err, fault.TooMany) {
		w.Header().Set("Retry-After", strconv.Itoa(fault.Of(err).Args["seconds"].(int)))
	}
	return s.show(w, q, statusOf(err), answerCodeView(v))
}

// opened finds what a right opens, in the words and the waiting of every code of the house: what was never given, is used up or over reads
// the same, and wrong ones cost time (design 4.4).
func (s *Server) opened(w http.ResponseWriter, q *Ask, right string, do func(tx *storage.Tx) error) (done bool, err error) {
	visitor := s.visitor(q.Request)
	if wait := s.throttle.Wait(visitor, q.Now); wait > 0 {
		return false, s.askAnswerCode(w, q, fault.New(fault.TooMany, "public.wait", "wait", q.P.DurationLong(fullMinutes(wait)), "seconds", int(wait/time.Second)))
	}
	err = s.DB.Update(q.Context(), do)
	if fault.HasKey(err, "feedback.gone") || fault.HasKey(err, "code.wrong") {
		s.throttle.Wrong(visitor, q.Now)
		return false, s.askAnswerCode(w, q, fault.New(fault.Invalid, "feedback.gone"))
	}
	if err == nil || shown(err) {
		s.throttle.Right(visitor)
	}
	return err == nil || shown(err), err
}

// enterAnswerCode shows the form that a code opens. On a device in the room it shows the page that waits for whoever comes.
func (s *Server) enterAnswerCode(w http.ResponseWriter, q *Ask) error {
	return s.openAnswer(w, q, typed(q, "code"), true)
}

// startAnswer begins an answer on a device in the room.
func (s *Server) startAnswer(w http.ResponseWriter, q *Ask) error {
	return s.openAnswer(w, q, rightOf(q), false)
}

// waitForNext empties the page of a device that nobody has touched.
func (s *Server) waitForNext(w http.ResponseWriter, q *Ask) error {
	return s.openAnswer(w, q, rightOf(q), true)
}

func (s *Server) openAnswer(w http.ResponseWriter, q *Ask, right string, wait bool) error {
	var hand feedback.Hand
	done, err := s.opened(w, q, right, func(tx *storage.Tx) (err error) {
		hand, err = feedback.Open(q.Context(), tx, s.Models, right)
		return err
	})
	if !done || err != nil {
		return err
	}
	if wait && hand.Kind == feedback.Room {
		return s.show(w, q, http.StatusOK, answerWaitView(s.answering(q, hand, right)))
	}
	return s.show(w, q, http.StatusOK, answerView(s.answering(q, hand, right)))
}

// openRound is the form of a round of asking, by its address: it names nobody, and everybody who was asked has the same.
func (s *Server) openRound(w http.ResponseWriter, q *Ask) error {
	right := q.PathValue("code")
	var hand feedback.Hand
	done, err := s.opened(w, q, right, func(tx *storage.Tx) (err error) {
		if hand, err = feedback.Open(q.Context(), tx, s.Models, right); err == nil && hand.Kind != feedback.Round {
			err = fault.New(fault.NotFound, "feedback.gone")
		}
		return err
	})
	if !done || err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, answerView(s.answering(q, hand, right)))
}

// rightOf is what the form carries of the right to answer.
func rightOf(q *Ask) string {
	if v := q.PostFormValue("right"); len(v) <= 512 {
		return v
	}
	return ""
}

// answering is a form's page, empty.
func (s *Server) answering(q *Ask, hand feedback.Hand, right string) answerPage {
	v := answerPage{Page: s.publicPage(q, q.P.T("answer.title"), ""), Hand: hand, Right: right, Chosen: make([]string, len(hand.Form.Questions))}
	if hand.Kind == feedback.Room {
		v.Scripts = []string{"room.js"}
	}
	return v
}

// chosen puts back what was marked.
func (v *answerPage) chosen(q *Ask) {
	for i := range v.Form.Questions {
		v.Chosen[i] = q.PostFormValue(answerName(i))
	}
	v.Value, v.Words, v.Quote = q.PostFormValue("by"), q.PostFormValue("words"), q.PostFormValue("quote") == "yes"
	v.Wish, v.Easy = q.PostFormValue("suggestion"), q.PostFormValue("easy") == "yes"
}

// marks is what was marked, by question.
func (v answerPage) marks() feedback.Marks {
	m := feedback.Marks{Answers: map[string]int{}, Value: v.Value, Words: v.Words, Quote: v.Quote, Suggestion: v.Wish}
	for i, question := range v.Form.Questions {
		if n := feedback.ReadAnswer(v.Chosen[i]); n > 0 {
			m.Answers[question.ID] = n
		}
	}
	return m
}

// sendAnswer counts an answer. What is missing brings the form back with everything that was chosen.
func (s *Server) sendAnswer(w http.ResponseWriter, q *Ask) error {
	right := rightOf(q)
	v := answerPage{}
	step := q.PostFormValue("step")
	done, err := s.opened(w, q, right, func(tx *storage.Tx) error {
		hand, err := feedback.Open(q.Context(), tx, s.Models, right)
		if err != nil {
			return err
		}
		v = s.answering(q, hand, right)
		v.chosen(q)
		if step == "easy" || step == "plain" {
			return nil
		}
		v.Hand, err = feedback.Answer(q.Context(), tx, s.Models, right, v.marks())
		return err
	})
	switch {
	case !done:
		return err
	case err != nil:
		v.Mistakes, v.Wrong = v.mistakes(ui.MistakesOf(q.P, err)), true
		return s.show(w, q, statusOf(err), answerView(v))
	case step == "easy" || step == "plain":
		v.Easy = step == "easy"
		return s.show(w, q, http.StatusOK, answerView(v))
	}
	if v.Kind == feedback.Room && v.Left > 0 {
		return s.show(w, q, http.StatusOK, answerNextView(v))
	}
	return s.show(w, q, http.StatusOK, answeredFormView(v))
}

// mistakes names each field as the page does.
func (v answerPage) mistakes(all ui.Mistakes) ui.Mistakes {
	for i := range all {
		for n, question := range v.Form.Questions {
			if all[i].Name == question.ID {
				all[i].Name, all[i].Text = answerName(n), v.t("unanswered", "n", n+1)
			}
		}
	}
	return all
}

// drawOwn gives a client the form about the visits that are over, once, and leads straight to it. What stays is that it was given.
func (s *Server) drawOwn(w http.ResponseWriter, q *Ask) error {
	stay, err := s.resume(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	var hand feedback.Hand
	var right string
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		way, who, err := s.ownForm(q.Context(), tx, stay.Holder)
		if err != nil {
			return err
		}
		if way.Form == "" {
			return fault.New(fault.Conflict, "feedback.none")
		}
		right, hand, err = feedback.Draw(q.Context(), tx, s.Models, who, way)
		return err
	})
	if err != nil && shown(err) {
		return s.showClient(w, q, stay, "", err)
	}
	if err != nil {
		return err
	}
	v := s.answering(q, hand, right)
	v.Exit.Action = "/exit/" + stay.Exit
	return s.show(w, q, http.StatusOK, answerView(v))
}

// question is one as radios or faces.
func (v answerPage) question(i int) ui.Choice {
	asked := v.Form.Questions[i]
	key := "feedback-ask."
	if v.Easy {
		key = "feedback-easy."
	}
	c := ui.Choice{Name: answerName(i), Label: strconv.Itoa(i+1) + ". " + v.said(key+v.Form.ID+"."+asked.ID), Value: v.Chosen[i], Error: v.Mistakes.Of(answerName(i))}
	if asked.Optional {
		c.Hint = v.t("optional")
	}
	for n, line := range v.Asked.Lines(v.P.Lang(), "feedback-scale."+asked.Scale) {
		o := ui.Option{Value: strconv.Itoa(n + 1), Label: line}
		if len(asked.Pictures) > n {
			o.Picture = asked.Pictures[n]
		}
		c.Options = append(c.Options, o)
	}
	return c
}

// divided is what the form is divided by.
func (v answerPage) divided() ui.Choice {
	c := ui.Choice{Name: "by", Label: v.said("feedback-by." + v.Form.ID), Hint: v.t("optional"), Value: v.Value, Error: v.Mistakes.Of("by")}
	for _, x := range v.Form.Values {
		c.Options = append(c.Options, ui.Option{Value: x, Label: v.said("feedback-value." + v.Form.ID + "." + x)})
	}
	return c
}

// heard tells what becomes of what they would like; "" where nothing was said.
func (v answerPage) heard() string {
	if strings.TrimSpace(v.Wish) == "" || !v.Suggests() {
		return ""
	}
	return v.t("suggest-kept")
}

// used says that the code is used up, of one that is.
func (v answerPage) used() string {
	if v.Kind == feedback.Round || v.Kind == feedback.Ticket {
		return v.t("thanks-round")
	}
	return v.t("thanks-back")
}

// kept tells what has become of the words; "" where none were given.
func (v answerPage) kept() string {
	switch {
	case v.Words == "":
		return ""
	case v.Quote && v.Hand.Words():
		return v.t("words-kept")
	}
	return v.t("words-dropped")
}
