package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// circlePage is one group, to whoever leads it or coordinates its unit.
type circlePage struct {
	Frame    ui.StaffPage
	At       circle.Sight
	In       []circle.Participant
	Waiting  []circle.Participant
	Topics   []circle.Talk
	Place    organization.Place
	Places   []organization.Place
	Rooms    []organization.Room // of the office, where it lists any
	Names    map[access.AccountID]string
	Leaders  []organization.Worker
	Asking   circle.Asking
	Together bool                        // two who must not meet are in it
	Against  map[access.AccountID]string // what is missing of volunteers who lead
	Form     circleForm
	Nickname string
	Topic    string
	Done     string
	Mistakes ui.Mistakes
}

func (s *Server) showCircle(w http.ResponseWriter, q *Ask) error { return s.answerCircle(w, q, nil) }

func (s *Server) answerCircle(w http.ResponseWriter, q *Ask, wrong error) error {
	v := circlePage{Frame: s.staffPage(q, q.P.T("circles.one"), "groups"), Mistakes: ui.MistakesOf(q.P, wrong),
		Done: q.done("circles.done.", "planned", "removed", "topic", "altered", "leaders", "ended", "counted", "cancelled", "moved", "lead", "asked", "unasked", "untopic", "rooms")}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return s.fillCircle(q.Context(), tx, q, &v) }) // who looked is noted
	if err != nil {
		return err
	}
	v.Form = circleForm{Places: strconv.Itoa(v.At.Places), Place: string(v.At.Place), Link: v.At.Link.Reveal()}
	if len(v.At.Leaders) > 0 {
		v.Form.Leader = string(v.At.Leaders[0])
	}
	if len(v.At.Leaders) > 1 {
		v.Form.Second = string(v.At.Leaders[1])
	}
	if wrong != nil {
		v.Frame.Wrong, v.Done = true, ""
		v.Nickname, v.Topic = typed(q, "nickname"), typed(q, "topic")
		if q.PostForm.Has("places") {
			v.Form.Places, v.Form.Place, v.Form.Link = typed(q, "places"), typed(q, "place"), typed(q, "link")
		}
		if q.PostForm.Has("leader") {
			v.Form.Leader, v.Form.Second = typed(q, "leader"), typed(q, "second")
		}
	}
	return s.show(w, q, statusOf(wrong), circleView(q, v))
}

func (s *Server) fillCircle(ctx context.Context, tx *storage.Tx, q *Ask, v *circlePage) (err error) {
	if v.At, err = circle.Read(ctx, tx, s.Models, q.By, circle.ID(q.PathValue("id"))); err != nil {
		return err
	}
	all, err := tx.Participants(ctx, v.At.Circle)
	if err != nil {
		return err
	}
	v.In, v.Waiting = circle.Split(all, v.At.Places)
	if v.Topics, err = circle.Talks(ctx, tx, v.At.Circle, v.At.Meetings); err != nil {
		return err
	}
	if v.At.Place != "" {
		if v.Place, err = tx.Place(ctx, v.At.Place); err != nil {
			return err
		}
	}
	if v.Rooms, err = v.At.Rooms(ctx, tx); err != nil {
		return err
	}
	if v.Places, err = activePlaces(ctx, tx, v.At.Unit.ID); err != nil {
		return err
	}
	if v.Leaders, err = leaders(ctx, tx, v.At.Unit.ID); err != nil {
		return err
	}
	if v.Names, err = leaderNames(ctx, tx, v.At); err != nil {
		return err
	}
	if v.Asking, err = circle.AskingFor(ctx, tx, s.leadMay(tx), v.At, 0); err != nil {
		return err
	}
	if v.At.Coordinate {
		watch, err := wall.WatchFor(ctx, tx, q.By)
		if err != nil {
			return err
		}
		if v.Together, err = circle.Together(ctx, tx, watch, v.At.Circle); err != nil {
			return err
		}
	}
	v.Against = map[access.AccountID]string{}
	for _, who := range v.At.Leaders {
		if len(v.At.Cleared[who]) == 0 {
			continue
		}
		v.Leaders = append(v.Leaders, organization.Worker{Account: who, Name: v.Names[who]}) // a volunteer who leads may go on
		against := circle.Misses(ctx, tx, s.leadMay(tx), v.At, who)
		if against != nil && !fault.Is(against, fault.Conflict) {
			return against
		}
		if against != nil {
			v.Against[who] = q.P.Fault(against)
		}
	}
	return nil
}

// leaderNames are what those are called who lead a group or one of its meetings.
func leaderNames(ctx context.Context, tx *storage.Tx, at circle.Sight) (map[access.AccountID]string, error) {
	out := map[access.AccountID]string{}
	who := slices.Clone(at.Leaders)
	for _, m := range at.Meetings {
		if m.Substitute != "" {
			who = append(who, m.Substitute)
		}
	}
	for _, id := range who {
		w, err := tx.Worker(ctx, id)
		if fault.Is(err, fault.NotFound) {
			var v volunteer.Volunteer
			if v, err = tx.VolunteerOf(ctx, id); err == nil {
				w.Name = v.Own.Name.Reveal()
			} else if fault.Is(err, fault.NotFound) {
				continue // they have gone, and the sweep comes
			}
		}
		if err != nil {
			return nil, err
		}
		out[id] = w.Name
	}
	return out, nil
}

// circleStep does something with a group and goes on to its page, or shows it again with what was typed.
func (s *Server) circleStep(w http.ResponseWriter, q *Ask, done string, do func(ctx context.Context, tx *storage.Tx, of circle.ID) error) error {
	id := circle.ID(q.PathValue("id"))
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, id) })
	if shown(err) {
		if q.PathValue("no") != "" {
			return s.answerCircleMeeting(w, q, err)
		}
		return s.answerCircle(w, q, err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget()
	to := "/circles/" + string(id)
	if done == circle.Wanted { // back to the meeting, where somebody who stands in is noted
		to += "/" + strconv.Itoa(number(q.PathValue("no"), 0))
	}
	return redirect(w, q, to+"?done="+done)
}

// addToCircle takes somebody in by the name they choose, and shows their code once.
func (s *Server) addToCircle(w http.ResponseWriter, q *Ask) error {
	id := circle.ID(q.PathValue("id"))
	var in circle.Joined
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		in, err = circle.Add(q.Context(), tx, s.Models, q.By, id, typed(q, "nickname"))
		return err
	})
	if shown(err) {
		return s.answerCircle(w, q, err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget()
	return s.show(w, q, http.StatusOK, circleCodePage(q, s.staffPage(q, q.P.T("circles.code"), "groups"), in, "/circles/"+string(id)))
}

func (s *Server) removeFromCircle(w http.ResponseWriter, q *Ask) error {
	return s.circleStep(w, q, "removed", func(ctx context.Context, tx *storage.Tx, of circle.ID) error {
		return circle.Remove(ctx, tx, s.Models, q.By, of, circle.ParticipantID(typed(q, "participant")))
	})
}

func (s *Server) proposeInCircle(w http.ResponseWriter, q *Ask) error {
	return s.circleStep(w, q, "topic", func(ctx context.Context, tx *storage.Tx, of circle.ID) error {
		return circle.ProposeByLeader(ctx, tx, s.Models, q.By, of, typed(q, "topic"))
	})
}

func (s *Server) alterCircle(w http.ResponseWriter, q *Ask) error {
	return s.circleStep(w, q, "altered", func(ctx context.Context, tx *storage.Tx, of circle.ID) error {
		return circle.Alter(ctx, tx, s.Models, q.By, of, circle.Change{Places: number(typed(q, "places"), -1), Place: organization.PlaceID(typed(q, "place")), Link: typed(q, "link")})
	})
}

func (s *Server) leadCircle(w http.ResponseWriter, q *Ask) error {
	return s.circleStep(w, q, "leaders", func(ctx context.Context, tx *storage.Tx, of circle.ID) error {
		return circle.SetLeaders(ctx, tx, s.Models, mayLead(tx), q.By, of, twoOf(typed(q, "leader"), typed(q, "second")))
	})
}

func (s *Server) endCircle(w http.ResponseWriter, q *Ask) error {
	return s.circleStep(w, q, "ended", func(ctx context.Context, tx *storage.Tx, of circle.ID) error {
		return circle.End(ctx, tx, s.Models, q.By, of)
	})
}

// circleMeetingPage is one meeting of a group.
type circleMeetingPage struct {
	Frame    ui.StaffPage
	At       circle.Sight
	M        circle.Meeting
	Expected []circle.Participant
	Names    map[access.AccountID]string
	Rooms    []organization.Room   // of the office, where it lists any
	Others   []organization.Worker // who may lead it in the leader's place
	Asking   circle.Asking         // volunteers for it
	Topic    string                // "" while none is voted for
	Here     []string
	Came     string
	Day      string
	Clock    string
	Rest     string
	Lead     string
	Instead  string
	Done     string
	Mistakes ui.Mistakes
}

func (s *Server) showCircleMeeting(w http.ResponseWriter, q *Ask) error {
	return s.answerCircleMeeting(w, q, nil)
}

func (s *Server) answerCircleMeeting(w http.ResponseWriter, q *Ask, wrong error) error {
	v := circleMeetingPage{Frame: s.staffPage(q, q.P.T("circles.meeting"), "groups"), Done: q.done("circles.done.", circle.Wanted), Mistakes: ui.MistakesOf(q.P, wrong)}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return s.fillCircleMeeting(q.Context(), tx, q, &v) })
	if err != nil {
		return err
	}
	v.Day, v.Clock, v.Rest, v.Lead, v.Instead = string(v.M.At.Day), string(v.M.At.Clock), "alone", v.M.Lead, string(v.M.Substitute)
	if v.M.State == circle.Cancelled {
		v.Day, v.Rest = string(v.M.At.Day.Add(7*v.At.Weeks)), "rest"
	}
	if v.M.State == circle.Held {
		v.Came = strconv.Itoa(v.M.Came)
	}
	if wrong != nil {
		v.Frame.Wrong = true
		v.Mistakes = mistakesAt(q.P, wrong, v.moveField(q))
		if q.PostForm.Has("day") {
			v.Day, v.Clock, v.Rest = typed(q, "day"), typed(q, "clock"), typed(q, "rest")
		}
		if q.PostForm.Has("lead") {
			v.Lead, v.Instead = typed(q, "lead"), typed(q, "substitute")
		}
		v.Came, v.Here = typed(q, "came"), q.PostForm["here"]
	}
	return s.show(w, q, statusOf(wrong), circleMeetingView(q, v))
}

// moveField is where a refusal of a new time is said.
func (v circleMeetingPage) moveField(q *Ask) string {
	if q.PostForm.Has("day") {
		return "day"
	}
	return ""
}

func (s *Server) fillCircleMeeting(ctx context.Context, tx *storage.Tx, q *Ask, v *circleMeetingPage) (err error) {
	if v.At, err = circle.Read(ctx, tx, s.Models, q.By, circle.ID(q.PathValue("id"))); err != nil {
		return err
	}
	no := number(q.PathValue("no"), 0)
	if no < 1 || no > len(v.At.Meetings) || strconv.Itoa(no) != q.PathValue("no") {
		return notFound()
	}
	v.M = v.At.Meetings[no-1]
	if v.Rooms, err = v.At.Rooms(ctx, tx); err != nil {
		return err
	}
	if v.Expected, err = circle.Expected(ctx, tx, v.At.Circle, v.M); err != nil {
		return err
	}
	all, err := leaders(ctx, tx, v.At.Unit.ID)
	if err != nil {
		return err
	}
	v.Others = slices.DeleteFunc(all, func(w organization.Worker) bool { return slices.Contains(v.At.Leaders, w.Account) })
	topics, err := tx.Topics(ctx, v.At.Circle)
	if err != nil {
		return err
	}
	tallies, err := tx.Tallies(ctx, v.At.ID)
	if err != nil {
		return err
	}
	v.Topic = ""
	chosen := circle.Chosen(topics, tallies, no)[no]
	for _, t := range topics {
		if t.ID == chosen {
			v.Topic = t.Text.Reveal()
		}
	}
	if v.Names, err = leaderNames(ctx, tx, v.At); err != nil || v.M.Lead != circle.Wanted {
		return err
	}
	v.Asking, err = circle.AskingFor(ctx, tx, s.leadMay(tx), v.At, no)
	return err
}

func (s *Server) tickCircle(w http.ResponseWriter, q *Ask) error {
	var here []circle.ParticipantID
	for _, id := range q.PostForm["here"] {
		here = append(here, circle.ParticipantID(id))
	}
	return s.circleStep(w, q, "counted", func(ctx context.Context, tx *storage.Tx, of circle.ID) error {
		return circle.Tick(ctx, tx, s.Models, q.By, of, number(q.PathValue("no"), 0), here)
	})
}

func (s *Server) countCircle(w http.ResponseWriter, q *Ask) error {
	return s.circleStep(w, q, "counted", func(ctx context.Context, tx *storage.Tx, of circle.ID) error {
		return circle.Count(ctx, tx, s.Models, q.By, of, number(q.PathValue("no"), 0), number(typed(q, "came"), -1))
	})
}

func (s *Server) cancelCircle(w http.ResponseWriter, q *Ask) error {
	return s.circleStep(w, q, "cancelled", func(ctx context.Context, tx *storage.Tx, of circle.ID) error {
		return circle.Cancel(ctx, tx, s.Models, q.By, of, number(q.PathValue("no"), 0))
	})
}

func (s *Server) moveCircle(w http.ResponseWriter, q *Ask) error {
	return s.circleStep(w, q, "moved", func(ctx context.Context, tx *storage.Tx, of circle.ID) error {
		day, _ := calendar.ParseDate(typed(q, "day"))
		clock, _ := calendar.ParseClock(typed(q, "clock"))
		return circle.Move(ctx, tx, s.Models, q.By, of, number(q.PathValue("no"), 0), day, clock, typed(q, "rest") == "rest")
	})
}

func (s *Server) substituteCircle(w http.ResponseWriter, q *Ask) error {
	done := "lead"
	if typed(q, "lead") == circle.Wanted {
		done = circle.Wanted
	}
	return s.circleStep(w, q, done, func(ctx context.Context, tx *storage.Tx, of circle.ID) error {
		no := number(q.PathValue("no"), 0)
		if typed(q, "lead") == circle.Found {
			return circle.Substitute(ctx, tx, s.Models, mayLead(tx), q.By, of, no, access.AccountID(typed(q, "substitute")))
		}
		return circle.WantLead(ctx, tx, s.Models, q.By, of, no, typed(q, "lead") == circle.Wanted)
	})
}
