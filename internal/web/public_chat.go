package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// chatPage tells whether somebody is there, and what a chat is, before it begins.
type chatPage struct {
	ui.Page
	Status   chat.Status
	Offer    openOffer
	Unit     openUnit
	State    string
	When     string // the next opening, "" when never
	Hours    []hoursLine
	Text     string // what could not be sent in a conversation that has ended
	Mistakes ui.Mistakes
}

func (s *Server) chatStatus(w http.ResponseWriter, q *Ask) error {
	slug := q.URL.Query().Get("for")
	return s.showReady(w, q, "chat "+slug, func(context.Context) (templ.Component, error) {
		v, err := s.chatPage(q, slug)
		return chatStatusView(v), err
	})
}

// showChatStatus shows the chat's page again, with what was typed; wrong is why it could not begin.
func (s *Server) showChatStatus(w http.ResponseWriter, q *Ask, slug string, wrong error) error {
	v, err := s.chatPage(q, slug)
	if err != nil {
		return err
	}
	v.Mistakes, v.Text = ui.MistakesOf(q.P, wrong), q.PostFormValue("text")
	return s.show(w, q, statusOf(wrong), chatStatusView(v))
}

func (s *Server) chatPage(q *Ask, slug string) (v chatPage, err error) {
	err = s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		if v.Unit, v.Offer, err = s.chatOffer(q.Context(), tx, slug); err != nil {
			return err
		}
		return v.Unit.fillTimes(q.Context(), tx)
	})
	if err != nil {
		return v, err
	}
	v.Status = v.Unit.Chat
	v.Page = s.publicPage(q, q.P.T("public.chat.title"), "/chat?for="+v.Offer.Slug)
	v.Hours = daysOpen(q.P, v.Unit.Openings, "chat")
	if v.Status.NextDay != "" {
		v.When = q.P.When(calendar.Local{Day: v.Status.NextDay, Clock: v.Status.Next.Opens, Zone: v.Unit.Zone})
	}
	return v, nil
}

// chatOffer is the offer the chat begins on: the named one, or the first that has a chat.
func (s *Server) chatOffer(ctx context.Context, tx *storage.Tx, slug string) (openUnit, openOffer, error) {
	if slug != "" {
		u, o, err := s.offerBySlug(ctx, tx, slug)
		if err == nil && !o.takes(intake.Chat) {
			err = notFound()
		}
		return u, o, err
	}
	units, err := s.units(ctx, tx)
	for _, u := range units {
		if o, ok := u.takes(intake.Chat); ok {
			return u, o, err
		}
	}
	if err == nil {
		err = notFound()
	}
	return openUnit{}, openOffer{}, err
}

func (s *Server) startChat(w http.ResponseWriter, q *Ask) error {
	var stay chat.Stay
	var u openUnit
	slug, text := typed(q, "for"), q.PostFormValue("text")
	place, wait := s.pace.Chat(s.pace.Network(s.remote(q.Request)))
	if place == nil {
		return s.tooManyChats(w, q, slug, wait)
	}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		var o openOffer
		if u, o, err = s.chatOffer(q.Context(), tx, slug); err != nil {
			return err
		}
		if stay, err = chat.Start(q.Context(), tx, s.Models, o.ID, q.P.Lang()); err != nil || text == "" {
			return err
		}
		_, err = chat.Say(q.Context(), tx, stay.Token, text)
		return err
	})
	if err != nil {
		s.pace.Unbegun(place)
	}
	if shown(err) {
		return s.showChatStatus(w, q, slug, err)
	}
	if err != nil {
		return err
	}
	if s.pace.Began(place, stay.ID); text != "" {
		s.pace.Spoke(stay.ID)
	}
	s.live.Wake(access.Desk(u.ID))
	return s.showTalk(w, q, stay.Token, "", nil)
}

// tooManyChats is for a network from which several chats wait that nobody has written in.
func (s *Server) tooManyChats(w http.ResponseWriter, q *Ask, slug string, wait time.Duration) error {
	var u openUnit
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		u, _, err = s.chatOffer(q.Context(), tx, slug)
		return err
	})
	if err != nil {
		return err
	}
	return s.showChatStatus(w, q, slug, hurry(w, q, u, wait))
}

// talkPage is a conversation as its visitor sees it.
type talkPage struct {
	ui.Page
	Talk  ui.Talk
	Token string
}

// showTalk answers with the conversation. Its token travels in the forms, its address holds nothing; text is what could
// not be sent, and wrong is why.
func (s *Server) showTalk(w http.ResponseWriter, q *Ask, token, text string, wrong error) error {
	t, err := s.readTalk(q, token, 0)
	if err != nil {
		return s.talkOver(w, q, err)
	}
	n, slug := visitorsNews(q, t), ""
	err = s.DB.View(q.Context(), func(tx *storage.Tx) error {
		o, err := tx.Offer(q.Context(), t.Offer)
		slug = o.Slug
		return err
	})
	if err != nil {
		return err
	}
	v := talkPage{Page: s.stayPage(q, q.P.T("public.chat.title"), t.Exit), Token: token, Talk: ui.Talk{
		Lines: n.Lines, State: n.State, Stream: q.path("/chat/live"), Send: q.path("/chat/say"), Refresh: q.path("/chat/read"),
		Carry: []ui.Hidden{{Name: "talk", Value: token}, {Name: "seen", Value: strconv.Itoa(t.Last)}, {Name: "for", Value: slug}},
		Label: q.P.T("public.chat.write"), Hint: q.P.T("public.chat.write-hint", "max", chat.MaxRunes), Value: text, Max: chat.MaxRunes}}
	v.Scripts = []string{"chat.js"}
	if wrong != nil {
		v.Wrong, v.Talk.Error = true, said(q, wrong)
	}
	return s.show(w, q, statusOf(wrong), talkView(v))
}

// said is a mistake's words: the field's own where there is one.
func said(q *Ask, err error) string {
	if m := ui.MistakesOf(q.P, err); len(m) > 0 {
		return m[0].Text
	}
	return ""
}

func (s *Server) readTalk(q *Ask, token string, after int) (t chat.Talk, err error) {
	err = s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		t, err = chat.Read(q.Context(), tx, token, after)
		return err
	})
	return t, err
}

// visitorsNews is a talk as its visitor reads it. The code is the house's own line and theirs alone.
func visitorsNews(q *Ask, t chat.Talk) news {
	n := news{State: q.P.T("public.chat.waiting")}
	switch {
	case t.State == chat.Open:
		n.State = q.P.T("public.chat.joined")
	case t.Last == 0:
		n.State = q.P.T("public.chat.first")
	}
	for _, m := range t.Messages {
		l := ui.Line{Seq: m.Seq, From: ui.FromThem, Who: q.P.T("public.chat.worker"), Text: m.Body.Reveal()}
		switch m.Sender {
		case chat.FromClient:
			l.From, l.Who = ui.FromMe, q.P.T("public.chat.you")
		case chat.FromCode:
			l.From, l.Who, l.Text = ui.FromCode, q.P.T("public.chat.house"), l.Text+"\n"+q.P.T("public.chat.house-text")
		}
		n.Lines = append(n.Lines, l)
	}
	return n
}

// talkOver says that a conversation has ended and that its words are gone.
func (s *Server) talkOver(w http.ResponseWriter, q *Ask, err error) error {
	if !fault.HasKey(err, "chat.over") {
		return err
	}
	return s.showEnded(w, q, http.StatusConflict)
}

func (s *Server) showEnded(w http.ResponseWriter, q *Ask, status int) error {
	return s.show(w, q, status, endView(endPage{Page: s.publicPage(q, q.P.T("public.chat.title"), ""), Heading: q.P.T("public.chat.ended"),
		Text: q.P.T("public.chat.ended-text"), Links: []ui.Link{{Text: q.P.T("public.nav.home"), URL: q.path("/")}, {Text: q.P.T("public.chat.form"), URL: q.path("/contact")}}}))
}

// sayInChat keeps a message: for a script as an answer without a page, otherwise as the page with the message in it.
func (s *Server) sayInChat(w http.ResponseWriter, q *Ask) error {
	talk, text := token(q, "talk"), q.PostFormValue("text")
	script := strings.Contains(q.Header.Get("Accept"), "application/json")
	id, err := s.say(q, talk, text, !script)
	if err == nil {
		s.pace.Spoke(id)
		s.live.Wake(string(id))
	}
	switch {
	case script && err == nil:
		w.WriteHeader(http.StatusNoContent)
		return nil
	case script && !fault.Is(err, fault.Internal):
		answerJSON(w, statusOf(err), map[string]string{"error": said(q, err)})
		return nil
	case err == nil:
		return s.showTalk(w, q, talk, "", nil)
	case fault.HasKey(err, "chat.over"):
		return s.showChatStatus(w, q, typed(q, "for"), err) // the message is still there, to begin anew with
	case shown(err):
		return s.showTalk(w, q, talk, text, err)
	}
	return err
}

// say keeps the message. A page that is sent again (reload, back button) says nothing twice: what it says is already
// there, after the last line that the page knew.
func (s *Server) say(q *Ask, talk, text string, page bool) (id chat.ID, err error) {
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		t, err := chat.Read(q.Context(), tx, talk, number(q.PostFormValue("seen"), 0))
		if err != nil {
			return err
		}
		id = t.ID
		for _, m := range t.Messages {
			if page && m.Sender == chat.FromClient && m.Body.Reveal() == strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) {
				return nil
			}
		}
		_, err = chat.Say(q.Context(), tx, talk, text)
		return err
	})
	return id, err
}

func (s *Server) readChat(w http.ResponseWriter, q *Ask) error {
	return s.showTalk(w, q, token(q, "talk"), "", nil)
}

// liveChat streams what is new. The token stands in the body: no address holds it.
func (s *Server) liveChat(w http.ResponseWriter, q *Ask) error {
	talk, after := token(q, "talk"), number(q.PostFormValue("after"), 0)
	t, err := s.readTalk(q, talk, after)
	if err != nil && !fault.HasKey(err, "chat.over") {
		return err
	}
	return s.stream(w, q, string(t.ID), after, func(after int) (news, error) {
		t, err := s.readTalk(q, talk, after)
		if fault.HasKey(err, "chat.over") {
			return news{State: q.P.T("public.chat.ended") + ". " + q.P.T("public.chat.ended-text"), Over: true}, nil
		}
		return visitorsNews(q, t), err
	})
}

func (s *Server) endChat(w http.ResponseWriter, q *Ask) error {
	talk := token(q, "talk")
	t, err := s.readTalk(q, talk, 0)
	if err != nil {
		return s.talkOver(w, q, err)
	}
	if err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return chat.EndByClient(q.Context(), tx, talk) }); err != nil {
		return err
	}
	s.pace.Spoke(t.ID)
	s.live.Wake(string(t.ID))
	return s.showEnded(w, q, http.StatusOK)
}
