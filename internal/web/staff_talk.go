package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// staffTalk is a conversation as the worker has it. Before it is taken there is nothing to read.
type staffTalk struct {
	Frame    ui.StaffPage
	Talk     chat.Talk
	Service  offered
	Log      ui.Talk
	Contact  takingIn
	Asking   bool // the contact's form is open
	Done     string
	Mistakes ui.Mistakes
}

func (v staffTalk) url(step string) string { return "/chats/" + string(v.Talk.ID) + step }

// typedTalk is what was typed on the page and could not be done.
type typedTalk struct {
	text    string
	contact intakeForm
	asking  bool
	wrong   error
}

func (s *Server) showStaffTalk(w http.ResponseWriter, q *Ask) error {
	form := intakeForm{Offer: q.URL.Query().Get("offer"), Referrer: "self", Reach: "none"}
	return s.answerTalk(w, q, typedTalk{contact: form, asking: form.Offer != ""})
}

// answerTalk shows the conversation, with what was refused and what was typed.
func (s *Server) answerTalk(w http.ResponseWriter, q *Ask, typed typedTalk) error {
	v := staffTalk{Asking: typed.asking, Done: q.done("chats.done.", "taken", "contact")}
	v.Contact.form = typed.contact
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error { return s.fillTalk(q.Context(), tx, q, &v) })
	if err != nil {
		return s.talkGone(w, q, err)
	}
	v.Frame = s.staffPage(q, q.P.T("chats.talk.title"), "chats")
	v.Log = staffLog(q, v)
	status := http.StatusOK
	if typed.wrong != nil {
		status, v.Frame.Wrong = statusOf(typed.wrong), true
		if v.Talk.Mine && !typed.asking {
			v.Log.Error, v.Log.Value = said(q, typed.wrong), typed.text
		} else {
			v.Mistakes = ui.MistakesOf(q.P, typed.wrong)
			v.Contact.mistakes = v.Mistakes
		}
	}
	if v.Talk.Mine {
		v.Frame.Scripts = []string{"chat.js"}
	}
	return s.show(w, q, status, staffTalkPage(q, v))
}

func (s *Server) fillTalk(ctx context.Context, tx *storage.Tx, q *Ask, v *staffTalk) (err error) {
	if v.Talk, err = chat.ReadAsWorker(ctx, tx, q.By, chat.ID(q.PathValue("id")), 0); err != nil {
		return err
	}
	o, err := tx.Offer(ctx, v.Talk.Offer)
	if err != nil {
		return err
	}
	unit, err := tx.Unit(ctx, o.Unit)
	if err != nil {
		return err
	}
	m, ok := s.Models.Model(o.Model, o.Version)
	if !ok {
		return notFound()
	}
	v.Service = offered{o, m, unit}
	return s.fillAsking(ctx, tx, v)
}

// fillAsking finds what a contact may be made to: the unit's open services that take contacts by chat.
func (s *Server) fillAsking(ctx context.Context, tx *storage.Tx, v *staffTalk) error {
	t := &v.Contact
	t.chosen, t.offers = v.Service, nil
	all, err := tx.Offers(ctx, v.Service.unit.ID)
	if err != nil {
		return err
	}
	for _, o := range all {
		m, ok := s.Models.Model(o.Model, o.Version)
		if !ok || !o.Open || !slices.Contains(m.Channels, string(intake.Chat)) {
			continue
		}
		t.offers = append(t.offers, offered{o, m, v.Service.unit})
		if string(o.ID) == t.form.Offer {
			t.chosen = t.offers[len(t.offers)-1]
		}
	}
	places, err := tx.Places(ctx, v.Service.unit.ID)
	t.areas = intake.Areas(v.Service.unit, places)
	return err
}

func staffLog(q *Ask, v staffTalk) ui.Talk {
	n := staffNews(q, v.Talk)
	return ui.Talk{Lines: n.Lines, State: n.State, Stream: v.url("/live"), Send: v.url("/say"), Refresh: v.url("/read"),
		Hint: q.P.T("chats.talk.hint", "max", chat.MaxRunes), Max: chat.MaxRunes}
}

// staffNews is a talk as its worker reads it. A code is the visitor's alone.
func staffNews(q *Ask, t chat.Talk) news {
	n := news{State: q.P.T("chats.talk.between")}
	for _, m := range t.Messages {
		l := ui.Line{Seq: m.Seq, From: ui.FromThem, Who: q.P.T("chats.talk.visitor"), Text: m.Body.Reveal()}
		switch m.Sender {
		case chat.FromWorker:
			l.From, l.Who = ui.FromMe, q.P.T("chats.talk.you")
		case chat.FromCode:
			l.From, l.Who, l.Text = ui.FromCode, q.P.T("chats.talk.house"), q.P.T("chats.talk.code-given")
		}
		n.Lines = append(n.Lines, l)
	}
	return n
}

// over tells whether a refusal means that there is no such conversation for this worker: it has ended, or it is
// somebody else's. Nothing tells these apart (architecture, "Access is a row").
func over(err error) bool { return fault.HasKey(err, "chat.gone") || fault.HasKey(err, "chat.over") }

// lateStatus is a refusal's status. A step in a conversation that is no more came too late, and that is a conflict; an
// address alone that leads nowhere is not found.
func lateStatus(q *Ask, err error) int {
	if over(err) && q.Method == http.MethodPost {
		return http.StatusConflict
	}
	return statusOf(err)
}

// talkGone says kindly that a conversation is no more.
func (s *Server) talkGone(w http.ResponseWriter, q *Ask, err error) error {
	if !over(err) {
		return err
	}
	return s.show(w, q, lateStatus(q, err), talkGonePage(q, s.staffPage(q, q.P.T("chats.talk.title"), "chats")))
}

// talkStep does one thing in a conversation and tells both sides.
func (s *Server) talkStep(q *Ask, do func(ctx context.Context, tx *storage.Tx, id chat.ID) error) error {
	id := chat.ID(q.PathValue("id"))
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, id) })
	if err == nil {
		s.live.Wake(string(id))
	}
	return err
}

func (s *Server) takeTalk(w http.ResponseWriter, q *Ask) error {
	var unit access.UnitID
	err := s.talkStep(q, func(ctx context.Context, tx *storage.Tx, id chat.ID) error {
		if err := chat.Take(ctx, tx, q.By, id); err != nil {
			return err
		}
		c, err := tx.Conversation(ctx, id)
		unit = c.Unit
		return err
	})
	if over(err) {
		return s.talkGone(w, q, err)
	}
	if err != nil {
		return err
	}
	s.live.Wake(access.Desk(unit))
	return redirect(w, q, "/chats/"+q.PathValue("id")+"?done=taken")
}

// sayInTalk keeps the worker's message: for a script as an answer without a page.
func (s *Server) sayInTalk(w http.ResponseWriter, q *Ask) error {
	text := q.PostFormValue("text")
	err := s.talkStep(q, func(ctx context.Context, tx *storage.Tx, id chat.ID) error {
		return chat.SayAsWorker(ctx, tx, q.By, id, text)
	})
	if strings.Contains(q.Header.Get("Accept"), "application/json") && !fault.Is(err, fault.Internal) {
		if err != nil {
			answerJSON(w, lateStatus(q, err), map[string]string{"error": said(q, err)})
			return nil
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	switch {
	case over(err):
		return s.talkGone(w, q, err)
	case shown(err):
		return s.answerTalk(w, q, typedTalk{text: text, contact: intakeForm{Referrer: "self", Reach: "none"}, wrong: err})
	case err != nil:
		return err
	}
	return s.readStaffTalk(w, q)
}

func (s *Server) readStaffTalk(w http.ResponseWriter, q *Ask) error {
	return redirect(w, q, "/chats/"+url.PathEscape(q.PathValue("id"))) // nothing has looked yet whether it is an id
}

// liveStaffTalk streams what is new, with the rights of each moment.
func (s *Server) liveStaffTalk(w http.ResponseWriter, q *Ask) error {
	id, begun := chat.ID(q.PathValue("id")), false
	return s.stream(w, q, string(id), number(q.PostFormValue("after"), 0), func(after int) (n news, err error) {
		err = s.DB.View(q.Context(), func(tx *storage.Tx) error {
			by, err := q.still(tx)
			if err != nil {
				return err
			}
			t, err := chat.ReadAsWorker(q.Context(), tx, by, id, after)
			n = staffNews(q, t)
			return err
		})
		if over(err) && begun {
			return news{State: q.P.T("chats.talk.ended"), Over: true}, nil
		}
		begun = true
		return n, err
	})
}

// contactOfTalk makes a contact of the talk. Its code goes into the talk for the visitor alone.
func (s *Server) contactOfTalk(w http.ResponseWriter, q *Ask) error {
	form := readIntakeForm(q)
	in, err := form.ofTalk()
	if err == nil {
		err = s.talkStep(q, func(ctx context.Context, tx *storage.Tx, id chat.ID) error {
			_, err := chat.MakeRequest(ctx, tx, s.Models, q.By, id, in)
			return err
		})
	}
	switch {
	case over(err):
		return s.talkGone(w, q, err)
	case shown(err):
		return s.answerTalk(w, q, typedTalk{contact: form, asking: true, wrong: err})
	case err != nil:
		return err
	}
	return redirect(w, q, "/chats/"+q.PathValue("id")+"?done=contact")
}

// ofTalk reads the form as intake takes it. The channel, the beginning and the language are the talk's own.
func (f intakeForm) ofTalk() (intake.New, error) {
	var form fault.Form
	in := intake.New{Offer: organization.OfferID(f.Offer), Referrer: f.Referrer, Age: optionalNumber(f.Age, "age", &form), Times: f.Times, Places: f.Places,
		Area: f.Area, Contact: f.contact(&form)}
	return in, form.Err()
}

// endStaffTalk ends the talk; its words are gone at once. Ending what has ended is fine.
func (s *Server) endStaffTalk(w http.ResponseWriter, q *Ask) error {
	err := s.talkStep(q, func(ctx context.Context, tx *storage.Tx, id chat.ID) error { return chat.End(ctx, tx, q.By, id) })
	switch {
	case over(err):
		return s.talkGone(w, q, err)
	case shown(err):
		return s.answerTalk(w, q, typedTalk{contact: intakeForm{Referrer: "self", Reach: "none"}, wrong: err})
	case err != nil:
		return err
	}
	return redirect(w, q, "/chats?done=ended")
}
