package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/emergency"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// episodePage is one client's way through a service, with everything that may happen next and why the rest may not.
type episodePage struct {
	episode.View
	Meetings []appointment.Shown
	Reach    outgoing.View // the worker's alone
	Times    times
	Walled   bool // told to a keeper alone
	Offices  map[organization.PlaceID]organization.Place
	Rooms    map[organization.PlaceID][]organization.Room // of the offices that list any
	Mistakes ui.Mistakes
	Typed    url.Values
	Until    time.Time            // the end of emergency access, where the reader sees it by that
	Paid     *commitment.Standing // what somebody else pays for; nil where nobody does
	Couple   bool                 // joint meetings may follow from it
}

func (s *Server) episodeRoutes(add adder) {
	add("GET /episodes/{id}", access.ClientWork, s.showEpisode)
	step := func(name string, do episodeStep, form ...string) {
		add("POST /episodes/{id}/"+name, access.ClientWork, s.stepEpisode(do), form...)
	}
	step("offer", s.offerVisit, timeFields...)
	step("withdraw", s.withdrawVisit, "slot")
	step("book", s.bookVisit, timeFields...)
	step("move", s.moveVisit, append([]string{"meeting"}, timeFields...)...)
	step("cancel", s.cancelVisit, "meeting", "reason")
	step("correct", s.correctVisit, "meeting", "state")
	step("place", s.placeVisit, "meeting", "place")
	add("POST /episodes/{id}/room", access.ClientWork, s.giveRoom, "meeting", "into", "list")
	step("guardians", s.markGuardians, "guardians")
	step("decide", s.decideGuardians, "choice", "ground")
	step("way", s.offerWay, "kind", "destination")
	step("answer", s.hearWay, "way", "answer")
	step("reopen", s.reopenEpisode)
	step("close", s.closeEpisode)
	step("assign", s.assignEpisode, "worker", "ground")
	last := func(name string, do episodeStep, form ...string) { // after it visits may be over
		add("POST /episodes/{id}/"+name, access.ClientWork, s.stepTo(do, s.afterVisit), form...)
	}
	last("hold", s.holdVisit, "meeting")
	last("miss", s.missVisit, "meeting")
	last("ending", s.beginEnding)
	add("POST /episodes/{id}/substitute", access.ClientWork, s.stepTo(s.substituteVisit, s.afterSubstitute), "meeting", "stand-in")
	add("POST /episodes/{id}/code", access.ClientWork, s.newEpisodeCode)
	add("POST /episodes/{id}/talk", access.ClientWork, s.addTalk, "name")
}

func (s *Server) showEpisode(w http.ResponseWriter, q *Ask) error {
	return s.answerEpisode(w, q, nil)
}

// answerEpisode shows the page; after a refusal it says why and keeps what was typed.
func (s *Server) answerEpisode(w http.ResponseWriter, q *Ask, wrong error) error {
	var p episodePage
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) { // looking is noted
		p, err = s.readEpisode(q.Context(), tx, q)
		return err
	})
	if err != nil {
		return err
	}
	if wrong != nil {
		p.Mistakes, p.Typed, p.Times.Typed = ui.MistakesOf(q.P, wrong), q.PostForm, q.PostForm
		p.Times.Mistakes = append(fieldsOnly(p.Mistakes), p.Times.Mistakes...)
	}
	if p.isJoint() {
		return s.show(w, q, statusOf(wrong), s.jointView(q, p))
	}
	return s.show(w, q, statusOf(wrong), s.episodeView(q, p))
}

// fieldsOnly are the mistakes that belong to inputs; the page's own summary tells the others.
func fieldsOnly(ms ui.Mistakes) (out ui.Mistakes) {
	for _, m := range ms {
		if m.Name != "" {
			out = append(out, m)
		}
	}
	return out
}

func (s *Server) readEpisode(ctx context.Context, tx *storage.Tx, q *Ask) (p episodePage, err error) {
	if p.View, err = episode.One(ctx, tx, s.Models, q.By, episode.ID(q.PathValue("id"))); err != nil {
		return p, err
	}
	held, err := emergency.Held(ctx, tx, q.By, p.Episode.ID)
	if err != nil {
		return p, err
	}
	p.Until = held.Until
	if p.Relation == access.ByWorker && !p.isJoint() {
		if p.Couple, err = joint.Follows(ctx, tx, s.Models, p.Loaded); err != nil {
			return p, err
		}
		if p.Reach, err = outgoing.Read(ctx, tx, q.By, outgoing.Target{Episode: p.Episode.ID}); err != nil {
			return p, err
		}
	}
	if p.Meetings, err = appointment.All(ctx, tx, s.Models, q.By, p.Episode.ID); err != nil {
		return p, err
	}
	places, err := tx.Places(ctx, p.Episode.Unit)
	if err != nil {
		return p, err
	}
	p.Offices = map[organization.PlaceID]organization.Place{}
	p.Rooms = map[organization.PlaceID][]organization.Room{}
	for _, x := range places {
		p.Offices[x.ID] = x
		if p.Rooms[x.ID], err = listedRooms(ctx, tx, x.ID); err != nil {
			return p, err
		}
	}
	if !p.isJoint() { // that is neither party's alone
		if p.Walled, err = walled(ctx, tx, q, wall.Ref{Kind: access.Episode, ID: string(p.Episode.ID)}); err != nil {
			return p, err
		}
	}
	if p.Model.Commitment != nil {
		paid, err := commitment.One(ctx, tx, s.Models, q.By, commitment.Wanted{Episode: p.Episode.ID})
		if err != nil {
			return p, err
		}
		p.Paid = &paid
	}
	p.Times = s.episodeTimes(q, p)
	p.Times.Second = slices.ContainsFunc(p.Meetings, func(m appointment.Shown) bool { return m.State == appointment.Booked && !m.Starts.After(q.Now) })
	if p.Times.Slots, err = appointment.OpenSlots(ctx, tx, q.By, appointment.Target{Episode: p.Episode.ID}); err != nil {
		return p, err
	}
	return p, p.Times.find(ctx, tx, q)
}

// episodeTimes begins the search with the client's own worker at the office.
func (s *Server) episodeTimes(q *Ask, p episodePage) times {
	form := q.URL.Query()
	if q.PostForm.Get("kind") != "" {
		form = q.PostForm
	}
	part, _ := p.Model.Part(p.Episode.Part)
	return times{Base: "/episodes/" + string(p.Episode.ID), Unit: p.Episode.Unit, For: appointment.Target{Episode: p.Episode.ID}, Minutes: part.Minutes, Lang: p.Episode.Lang, Kinds: p.Model.Places, Parts: p.Model.Times,
		Fixed: p.Episode.Worker, Search: searchOf(form, appointment.Office, ""), Moving: p.moving(form.Get("move") + form.Get("meeting")), Granted: p.Model.Commitment, Work: p.State.Work, Agreed: p.isJoint()}
}

// moving is the meeting to be moved, if it is one that can be.
func (p episodePage) moving(id string) appointment.ID {
	for _, m := range p.Meetings {
		if string(m.ID) == id && (m.State == appointment.Booked || m.State == appointment.OnHold) {
			return m.ID
		}
	}
	return ""
}

// can tells whether something may happen now; if not, the refusal says which rule and what would help.
func (p episodePage) can(a model.Action) *fault.Fault {
	for _, x := range p.Actions {
		if x.Action == a {
			return x.Refusal
		}
	}
	return fault.New(fault.Conflict, "not-found")
}

// episodeStep does one thing to an episode inside a transaction.
type episodeStep func(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error

// stepEpisode makes a handler of a step: done, the page is shown anew; refused, the same page says why.
func (s *Server) stepEpisode(do episodeStep) handler {
	return s.stepTo(do, func(_ *Ask, id episode.ID) string { return "/episodes/" + string(id) })
}

func (s *Server) stepTo(do episodeStep, next func(*Ask, episode.ID) string) handler {
	return func(w http.ResponseWriter, q *Ask) error {
		id := episode.ID(q.PathValue("id"))
		err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, q, id) })
		if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
			return s.answerEpisode(w, q, err)
		}
		if err != nil {
			return err
		}
		return redirect(w, q, next(q, id))
	}
}

// minutesOf is how long a meeting of the episode usually is, and whose it is.
func (s *Server) minutesOf(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) (int, access.AccountID, error) {
	l, err := episode.Load(ctx, tx, s.Models, q.By, id)
	if err != nil {
		return 0, "", err
	}
	part, _ := l.Model.Part(l.Episode.Part)
	return part.Minutes, l.Episode.Worker, nil
}

func (s *Server) offerVisit(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	minutes, worker, err := s.minutesOf(ctx, tx, q, id)
	if err != nil {
		return err
	}
	chosen, err := offeredTimes(q, minutes, worker)
	if err != nil {
		return err
	}
	return appointment.Offer(ctx, tx, s.Models, q.By, appointment.Target{Episode: id}, chosen)
}

func (s *Server) withdrawVisit(ctx context.Context, tx *storage.Tx, q *Ask, _ episode.ID) error {
	return appointment.Withdraw(ctx, tx, q.By, appointment.SlotID(q.PostFormValue("slot")))
}

func (s *Server) bookVisit(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	one, err := s.oneTime(ctx, tx, q, id)
	if err != nil {
		return err
	}
	_, err = appointment.Book(ctx, tx, s.Models, q.By, appointment.Target{Episode: id}, one, q.PostFormValue("place"))
	return err
}

func (s *Server) oneTime(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) (appointment.Free, error) {
	minutes, worker, err := s.minutesOf(ctx, tx, q, id)
	if err != nil {
		return appointment.Free{}, err
	}
	chosen, err := chosenTimes(q, minutes, worker)
	if err != nil {
		return appointment.Free{}, err
	}
	if len(chosen) > 1 {
		return appointment.Free{}, fault.New(fault.Invalid, "times.one")
	}
	return chosen[0], nil
}

// meetingID is the appointment a step is about. Actions ask whether it is one the reader may touch.
func meetingID(q *Ask) appointment.ID { return appointment.ID(q.PostFormValue("meeting")) }

func (s *Server) moveVisit(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	one, err := s.oneTime(ctx, tx, q, id)
	if err != nil {
		return err
	}
	if err := appointment.Move(ctx, tx, s.Models, q.By, meetingID(q), one); err != nil || q.PostFormValue("place") == "" {
		return err
	}
	return appointment.SetPlace(ctx, tx, s.Models, q.By, meetingID(q), q.PostFormValue("place"))
}

func (s *Server) holdVisit(ctx context.Context, tx *storage.Tx, q *Ask, _ episode.ID) error {
	return appointment.Hold(ctx, tx, s.Models, q.By, meetingID(q))
}

func (s *Server) missVisit(ctx context.Context, tx *storage.Tx, q *Ask, _ episode.ID) error {
	return appointment.Miss(ctx, tx, s.Models, q.By, meetingID(q))
}

func (s *Server) cancelVisit(ctx context.Context, tx *storage.Tx, q *Ask, _ episode.ID) error {
	return appointment.Cancel(ctx, tx, s.Models, q.By, meetingID(q), q.PostFormValue("reason"))
}

func (s *Server) correctVisit(ctx context.Context, tx *storage.Tx, q *Ask, _ episode.ID) error {
	return appointment.Correct(ctx, tx, s.Models, q.By, meetingID(q), q.PostFormValue("state"))
}

func (s *Server) placeVisit(ctx context.Context, tx *storage.Tx, q *Ask, _ episode.ID) error {
	return appointment.SetPlace(ctx, tx, s.Models, q.By, meetingID(q), q.PostFormValue("place"))
}

func (s *Server) markGuardians(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return episode.MarkGuardians(ctx, tx, s.Models, q.By, id, q.PostFormValue("guardians") == episode.Disagree)
}

func (s *Server) decideGuardians(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return episode.Decide(ctx, tx, s.Models, q.By, id, q.PostFormValue("choice"), q.PostFormValue("ground"))
}

func (s *Server) offerWay(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return episode.OfferWayOn(ctx, tx, s.Models, q.By, id, q.PostFormValue("kind"), q.PostFormValue("destination"))
}

func (s *Server) hearWay(ctx context.Context, tx *storage.Tx, q *Ask, _ episode.ID) error {
	return episode.AnswerWayOn(ctx, tx, s.Models, q.By, q.PostFormValue("way"), q.PostFormValue("answer") == episode.Accepted)
}

func (s *Server) beginEnding(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return episode.Ending(ctx, tx, s.Models, q.By, id)
}

func (s *Server) reopenEpisode(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return episode.Reopen(ctx, tx, s.Models, q.By, id)
}

func (s *Server) closeEpisode(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return episode.Close(ctx, tx, s.Models, q.By, id)
}

func (s *Server) assignEpisode(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return appointment.Assign(ctx, tx, s.Models, q.By, id, access.AccountID(q.PostFormValue("worker")), q.PostFormValue("ground"))
}

// newEpisodeCode gives a client on the line a new code; the old one opens nothing more.
func (s *Server) newEpisodeCode(w http.ResponseWriter, q *Ask) error {
	id := episode.ID(q.PathValue("id"))
	return s.showNewCode(w, q, id, func(tx *storage.Tx) (intake.Code, error) {
		return episode.NewCode(q.Context(), tx, s.Models, q.By, id)
	})
}

// addTalk begins a guardian's own talks; their code is shown once.
func (s *Server) addTalk(w http.ResponseWriter, q *Ask) error {
	id := episode.ID(q.PathValue("id"))
	return s.showNewCode(w, q, id, func(tx *storage.Tx) (intake.Code, error) {
		_, code, err := episode.AddGuardianTalk(q.Context(), tx, s.Models, q.By, id, q.PostFormValue("name"))
		return code, err
	})
}

func (s *Server) showNewCode(w http.ResponseWriter, q *Ask, id episode.ID, make func(tx *storage.Tx) (intake.Code, error)) error {
	var code intake.Code
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		code, err = make(tx)
		return err
	})
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return s.answerEpisode(w, q, err)
	}
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, s.newCodePage(q, code, "/episodes/"+string(id)))
}
