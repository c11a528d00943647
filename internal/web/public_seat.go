package web

import (
	"net/http"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// seatPage is what a party's code into joint meetings opens: what both know already, and one question. It is the same for
// the two and the same whatever either has answered, and nothing on it can be changed but by answering (A-09, decisions
// 0053 and 0058). It never shows what was answered, nor that something was.
type seatPage struct {
	clientPage
	Answers []ui.Action // of one size and weight
}

func seatOf(q *Ask, v clientPage) seatPage {
	x := seatPage{clientPage: v}
	x.Heading, x.Text = x.headline()
	for _, a := range v.ClientView.Coming {
		x.Coming = append(x.Coming, x.meeting(q, a))
	}
	for _, said := range []string{episode.SafeYes, episode.SafeNo, episode.Stop} {
		x.Answers = append(x.Answers, ui.Action{Text: x.t("answer-" + said), Kind: ui.Secondary, Name: "answer", Value: said})
	}
	return x
}

func (v seatPage) t(key string, args ...any) string { return v.P.T("public.seat."+key, args...) }

// headline says where things stand for both.
func (v seatPage) headline() (heading, text string) {
	switch v.State {
	case appointment.ClientBooked:
		return v.clientPage.headline()
	case appointment.ClientClosed:
		return v.clientPage.t("closed"), v.clientPage.t("closed-text")
	}
	return v.t(v.State), v.t(v.State + "-text")
}

// open tells whether the question is asked: from the beginning until the meetings are closed, whoever has answered.
func (v seatPage) open() bool { return v.Stage != episode.StageClosed }

// question is about the last meeting that was held, or before the first about coming to it.
func (v seatPage) question() (text, about string) {
	if v.Held == 0 {
		return v.t("before"), v.t("before-about")
	}
	return v.t("after"), v.t("after-about", "n", v.Held)
}

// free tells whether nobody has to pay.
func (v seatPage) free() bool { return v.Model.Commitment == nil }

// answerSafety keeps a party's answer. What comes back is one page for all answers and whatever had been answered before:
// in words, size, status and time.
func (s *Server) answerSafety(w http.ResponseWriter, q *Ask) error {
	stay, err := s.resumeSeat(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	wrong := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return joint.Answer(q.Context(), tx, s.Models, stay.Holder, token(q, "answer"))
	})
	switch {
	case wrong != nil && shown(wrong):
		return s.showClient(w, q, stay, "", gone(wrong))
	case wrong != nil:
		return wrong
	}
	v := clientPage{Page: s.stayPage(q, q.P.T("public.client.title"), stay.Exit), Stay: stay.Token}
	return s.show(w, q, http.StatusOK, answeredView(seatPage{clientPage: v}))
}
