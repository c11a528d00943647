package web

import (
	"net/http"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// callRoutes are what is ticked after a call. There is no field for a word, a number or a time.
func (s *Server) callRoutes(add adder) {
	add("GET /line/evenings/{id}/call", access.Answer, s.showCall)
	add("POST /line/evenings/{id}/call", access.Answer, s.markCall, "form", "length", "themes...", "tips...", "worry")
	add("POST /line/evenings/{id}/back", access.Answer, s.takeCallBack, "slip")
}

// callPage is the form after a call, and above it what became of the one before.
type callPage struct {
	Frame    ui.StaffPage
	Evening  line.Evening
	Model    *model.Model
	Form     string // random words of this page: sent twice it counts once
	Ticks    line.Ticks
	Worry    string // "", yes or no
	Slip     string // takes the call that was just marked back
	Back     string // where the page leads back to
	Done     string
	Mistakes ui.Mistakes
	tips     func(model.WayOn) string
}

func (v callPage) url(step string) string { return "/line/evenings/" + string(v.Evening.ID) + step }

func (s *Server) showCall(w http.ResponseWriter, q *Ask) error {
	return s.answerCall(w, q, callPage{}, nil)
}

// answerCall shows the form: empty, or with what was ticked where it was refused.
func (s *Server) answerCall(w http.ResponseWriter, q *Ask, v callPage, wrong error) error {
	v.Frame, v.Back = s.staffPage(q, q.P.T("call.title"), "unit"), "/shifts"
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		e, h, err := line.Answering(q.Context(), tx, s.Models, q.By, line.EveningID(q.PathValue("id")))
		v.Evening, v.Model = e, h.Model
		return err
	})
	if err != nil {
		return err
	}
	v.tips = func(w model.WayOn) string { return s.wayWord(q, v.Model, w.Destination) }
	if v.Form == "" {
		v.Form = formToken()
	}
	if wrong != nil {
		v.Frame.Wrong, v.Mistakes = true, mistakesAt(q.P, wrong, "")
	}
	return s.show(w, q, statusOf(wrong), callView(q, v))
}

// markCall counts a contact. Its answer is a page with an empty form, and what takes the last one back.
func (s *Server) markCall(w http.ResponseWriter, q *Ask) error {
	v := callPage{Form: token(q, "form"), Worry: q.PostFormValue("worry"),
		Ticks: line.Ticks{Length: q.PostFormValue("length"), Themes: q.PostForm["themes"], Tips: q.PostForm["tips"], Worry: q.PostFormValue("worry") == "yes"}}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		v.Slip, err = line.Mark(q.Context(), tx, s.Models, q.By, line.EveningID(q.PathValue("id")), v.Form, v.Ticks)
		return err
	})
	if shown(err) {
		return s.answerCall(w, q, v, err)
	}
	if err != nil {
		return err
	}
	return s.answerCall(w, q, callPage{Slip: v.Slip, Done: q.P.T("call.marked")}, nil)
}

func (s *Server) takeCallBack(w http.ResponseWriter, q *Ask) error {
	slip := q.PostFormValue("slip")
	if len(slip) > 1000 {
		slip = ""
	}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return line.TakeBack(q.Context(), tx, s.Models, q.By, line.EveningID(q.PathValue("id")), slip)
	})
	if shown(err) {
		return s.answerCall(w, q, callPage{}, err)
	}
	if err != nil {
		return err
	}
	return s.answerCall(w, q, callPage{Done: q.P.T("call.taken-back")}, nil)
}

// options are choices of a model's own words.
func (v callPage) options(lang locale.Lang, prefix string, ids []string) (out []ui.Option) {
	for _, id := range ids {
		out = append(out, ui.Option{Value: id, Label: v.Model.Text(lang, prefix+id)})
	}
	return out
}

func (v callPage) length(q *Ask) ui.Choice {
	return ui.Choice{Name: "length", Label: q.P.T("call.length"), Value: v.Ticks.Length, Error: v.Mistakes.Of("length"), Options: v.options(q.P.Lang(), "length.", v.Model.Line.Lengths)}
}

func (v callPage) themes(q *Ask) ui.Choice {
	return ui.Choice{Name: "themes", Label: q.P.T("call.themes"), Hint: q.P.T("call.themes-hint", "n", v.Model.Line.MostThemes), Values: v.Ticks.Themes, Error: v.Mistakes.Of("themes"),
		Options: v.options(q.P.Lang(), "theme.", v.Model.Line.Themes)}
}

func (v callPage) tipChoice(q *Ask) ui.Choice {
	c := ui.Choice{Name: "tips", Label: q.P.T("call.tips"), Hint: q.P.T("call.tips-hint"), Values: v.Ticks.Tips, Error: v.Mistakes.Of("tips")}
	for _, w := range v.Model.Tips() {
		c.Options = append(c.Options, ui.Option{Value: w.Destination, Label: v.tips(w)})
	}
	return c
}

func (v callPage) worry(q *Ask) ui.Choice {
	value := v.Worry
	if value == "" {
		value = "no"
	}
	return ui.Choice{Name: "worry", Label: v.Model.Text(q.P.Lang(), "worry"), Hint: q.P.T("call.worry-hint"), Value: value, Error: v.Mistakes.Of("worry"), Inline: true,
		Options: []ui.Option{{Value: "no", Label: q.P.T("call.no")}, {Value: "yes", Label: q.P.T("call.yes")}}}
}
