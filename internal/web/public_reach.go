package web

import (
	"context"
	"net/http"

	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// A client changes or takes back the permission by the code, whenever. The page shows what is allowed and until when,
// never the number: whoever looks over a shoulder learns nothing, and everything is asked anew (D-185).

type clientReachPage struct {
	contactPage
	Stay string
	View outgoing.View
}

// askReach shows the form within the stay.
func (s *Server) askReach(w http.ResponseWriter, q *Ask) error {
	stay, err := s.resumeOwn(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	return s.answerClientReach(w, q, stay, contact{}, nil)
}

func (s *Server) answerClientReach(w http.ResponseWriter, q *Ask, stay intake.Stay, typed contact, wrong error) error {
	v := clientReachPage{Stay: stay.Token, contactPage: contactPage{Page: s.stayPage(q, q.P.T("public.client.title"), stay.Exit), C: typed}}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		v.View, err = outgoing.ReadForClient(q.Context(), tx, stay.Holder)
		return err
	})
	if err != nil {
		return err
	}
	if wrong != nil {
		v.Mistakes, v.Wrong = typed.mistakes(q, wrong), true
	}
	return s.show(w, q, statusOf(wrong), clientReachView(v))
}

// allowReach keeps the client's own answer. What was queued under the old one dies.
func (s *Server) allowReach(w http.ResponseWriter, q *Ask) error {
	stay, err := s.resumeOwn(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	typed := readPermission(q)
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return outgoing.RenewByClient(q.Context(), tx, stay.Holder, typed.permission())
	})
	if err != nil && shown(err) {
		return s.answerClientReach(w, q, stay, typed, err)
	}
	if err != nil {
		return err
	}
	return s.showClient(w, q, stay, q.P.T("public.reach.kept"), nil)
}

// fillReach tells on the client's page how she is reached, without the number.
func (v *clientPage) fillReach(ctx context.Context, tx *storage.Tx, h intake.Holder) error {
	view, err := outgoing.ReadForClient(ctx, tx, h)
	if err != nil {
		return err
	}
	v.Reach = reachWords(v.Page, view)
	return nil
}

// reachWords is the permission in one or two sentences.
func reachWords(pg ui.Page, v outgoing.View) string {
	c := v.Contact
	switch {
	case c.Channel == person.None || c.Channel == "":
		return pg.P.T("public.client.contact-none") + ". " + pg.P.T("public.made.none")
	case v.Ended:
		return pg.P.T("public.reach.ended", "day", pg.P.Date(c.LastDay))
	case c.AskAgain && c.Spent != "":
		return pg.P.T("public.reach.spent")
	}
	return pg.P.T("public.client.contact-"+string(c.Channel)) + ". " + pg.P.T("public.reach.until", "from", c.HourFrom, "to", c.HourTo, "day", pg.P.Date(c.LastDay))
}
