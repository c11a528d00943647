package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// chatsRoutes are answering the chat: who waits, the talk, and what may come of it.
func (s *Server) chatsRoutes(add adder) {
	add("GET /chats", access.ClientWork, s.showChats)
	add("POST /chats/live", access.ClientWork.Unattended(), s.liveChats, "after")
	add("POST /chats/present", access.ClientWork, s.bePresent, "unit", "until-{unit}", "do")
	add("GET /chats/{id}", access.ClientWork, s.showStaffTalk)
	add("POST /chats/{id}/take", access.ClientWork, s.takeTalk)
	add("POST /chats/{id}/say", access.ClientWork, s.sayInTalk, "text")
	add("POST /chats/{id}/read", access.ClientWork, s.readStaffTalk)
	add("POST /chats/{id}/live", access.ClientWork.Unattended(), s.liveStaffTalk, "after")
	add("POST /chats/{id}/contact", access.ClientWork, s.contactOfTalk, "offer", "referrer", "age", "times...", "places...", "area", "reach", "address", "hour-from", "hour-to", "may...", "code-word", "last-day")
	add("POST /chats/{id}/end", access.ClientWork, s.endStaffTalk)
}

// chatDesk is who waits in the chat, whom the reader talks with, and whether the reader answers.
type chatDesk struct {
	Frame    ui.StaffPage
	Waiting  []chatRow
	Mine     []chatRow
	Posts    []chatPost
	Done     string
	Mistakes ui.Mistakes
}

// chatRow is a conversation in a list: nothing of its words.
type chatRow struct {
	chat.Conversation
	Service string
}

// chatPost is answering the chat of one unit.
type chatPost struct {
	Unit   organization.Unit
	Status chat.Status
	Hours  []hoursLine
	Until  time.Time // the reader answers until then; zero: not now
	Others []string  // colleagues who answer
	Typed  string    // the clock time in the form
}

func (p chatPost) field() string { return "until-" + string(p.Unit.ID) }

func (s *Server) showChats(w http.ResponseWriter, q *Ask) error {
	return s.answerChats(w, q, nil)
}

// answerChats shows the page; wrong is why presence was refused, and what was typed is still in its field.
func (s *Server) answerChats(w http.ResponseWriter, q *Ask, wrong error) error {
	v := chatDesk{Frame: s.staffPage(q, q.P.T("chats.title"), "chats"), Done: q.done("chats.done.", "present", "stopped", "ended")}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error { return s.readChats(q.Context(), tx, q, &v) })
	if err != nil {
		return err
	}
	if wrong != nil {
		field := "until-" + q.PostFormValue("unit")
		v.Mistakes, v.Frame.Wrong = mistakesAt(q.P, wrong, field), true
		for i := range v.Posts {
			if v.Posts[i].field() == field {
				v.Posts[i].Typed = q.PostFormValue(field)
			}
		}
	}
	v.Frame.Scripts = []string{"chat.js"}
	return s.show(w, q, statusOf(wrong), chatsPage(q, v))
}

func (s *Server) readChats(ctx context.Context, tx *storage.Tx, q *Ask, v *chatDesk) error {
	units, err := s.units(ctx, tx)
	if err != nil {
		return err
	}
	offers := offersOf(units)
	v.Waiting, v.Mine, v.Posts = nil, nil, nil
	all, err := tx.Conversations(ctx, q.By)
	for _, c := range all {
		row := chatRow{c, s.nameOf(q, offers[c.Offer])}
		switch {
		case !c.Ends.After(q.Now): // over, and soon gone
		case c.State == chat.Waiting:
			v.Waiting = append(v.Waiting, row)
		case c.Worker == q.By.Account:
			v.Mine = append(v.Mine, row)
		}
	}
	if err != nil {
		return err
	}
	for _, unit := range unitsOf(q.By) {
		if !s.hasChat(unit, offers) {
			continue
		}
		p, err := readPost(ctx, tx, q, unit)
		if err != nil {
			return err
		}
		v.Posts = append(v.Posts, p)
	}
	return nil
}

// nameOf is an offer's service by its name.
func (s *Server) nameOf(q *Ask, o organization.Offer) string {
	if m, ok := s.Models.Model(o.Model, o.Version); ok {
		return m.Name(q.P.Lang())
	}
	return ""
}

// hasChat tells whether a unit offers anything that takes contacts by chat.
func (s *Server) hasChat(unit access.UnitID, offers map[organization.OfferID]organization.Offer) bool {
	for _, o := range offers {
		m, ok := s.Models.Model(o.Model, o.Version)
		if ok && o.Unit == unit && o.Open && slices.Contains(m.Channels, string(intake.Chat)) {
			return true
		}
	}
	return false
}

func readPost(ctx context.Context, tx *storage.Tx, q *Ask, unit access.UnitID) (p chatPost, err error) {
	if p.Unit, err = tx.Unit(ctx, unit); err != nil {
		return p, err
	}
	if p.Status, err = chat.StatusOf(ctx, tx, unit); err != nil {
		return p, err
	}
	openings, err := tx.Openings(ctx, unit)
	if err != nil {
		return p, err
	}
	p.Hours = daysOpen(q.P, openings, "chat")
	p.Typed = string(p.usual(calendar.LocalOf(q.Now, p.Unit.Zone).Day))
	present, err := tx.Presences(ctx, unit, "chat")
	for _, x := range present {
		if x.Account == q.By.Account {
			p.Until = x.Until
			p.Typed = string(calendar.LocalOf(x.Until, p.Unit.Zone).Clock)
			continue
		}
		w, err := tx.Worker(ctx, x.Account)
		if err != nil {
			return p, err
		}
		p.Others = append(p.Others, w.Name)
	}
	return p, err
}

// usual is until when one would answer now: to the end of today's opening hours.
func (p chatPost) usual(today calendar.Date) calendar.Clock {
	switch {
	case p.Status.Hours:
		return p.Status.Closes
	case p.Status.NextDay == today:
		return p.Status.Next.Closes
	}
	return ""
}

// bePresent begins and ends answering. A forgotten post ends by itself at the time that was said.
func (s *Server) bePresent(w http.ResponseWriter, q *Ask) error {
	unit, until, done := access.UnitID(q.PostFormValue("unit")), calendar.Clock(""), "stopped"
	if q.PostFormValue("do") != "stop" {
		clock, err := calendar.ParseClock(q.PostFormValue("until-" + string(unit)))
		if err != nil {
			return s.answerChats(w, q, err)
		}
		until, done = clock, "present"
	}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return organization.BePresent(q.Context(), tx, q.By, unit, until)
	})
	if shown(err) {
		return s.answerChats(w, q, err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget() // the public pages tell who is there
	return redirect(w, q, "/chats?done="+done)
}

// liveChats tells how many wait as it changes.
func (s *Server) liveChats(w http.ResponseWriter, q *Ask) error {
	name := ""
	if units := unitsOf(q.By); len(units) > 0 {
		name = access.Desk(units[0])
	}
	return s.stream(w, q, name, 0, func(int) (n news, err error) {
		err = s.DB.View(q.Context(), func(tx *storage.Tx) error {
			by, err := q.still(tx)
			if err != nil {
				return err
			}
			all, err := tx.Conversations(q.Context(), by)
			n.State = q.waitingNow(all, tx.Now())
			return err
		})
		return n, err
	})
}

// still is the reader with the rights of this moment: a stream outlives the request that began it.
func (q *Ask) still(tx *storage.Tx) (access.Actor, error) {
	by, _, err := account.Actor(q.Context(), tx, q.token)
	return by, err
}

func (q *Ask) waitingNow(all []chat.Conversation, now time.Time) string {
	n := 0
	for _, c := range all {
		if c.State == chat.Waiting && c.Ends.After(now) {
			n++
		}
	}
	if n == 0 {
		return q.P.T("chats.nobody-waits")
	}
	return q.P.T("chats.waiting-now", "n", n)
}

// done is the notice after something went well, by the word in the address.
func (q *Ask) done(prefix string, words ...string) string {
	if word := q.URL.Query().Get("done"); slices.Contains(words, word) {
		return q.P.T(prefix + word)
	}
	return ""
}

// mistakesAt puts a refusal that names no field beside the field it is about.
func mistakesAt(p *locale.Printer, err error, field string) ui.Mistakes {
	m := ui.MistakesOf(p, err)
	if len(m) == 1 && m[0].Name == "" {
		m[0].Name = field
	}
	return m
}
