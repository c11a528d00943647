package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// couplePage is how joint meetings are prepared in one party's own visits, by that party's own worker. A client may look at
// the same screen: what is open on it comes of this party alone, and what hangs on both is folded (A-06, decision 0059).
type couplePage struct {
	episode.View
	Look     joint.Preparation
	Joint    bool // the reader meets the two and may go on to their page
	Done     string
	Mistakes ui.Mistakes
	Typed    url.Values
}

func (s *Server) coupleRoutes(add adder) {
	add("GET /episodes/{id}/couple", access.ClientWork, s.showCouple)
	step := func(name, done string, do episodeStep, form ...string) {
		add("POST /episodes/{id}/couple/"+name, access.ClientWork, s.stepCouple(do, done), form...)
	}
	step("role", "role", s.sayRole, "role")
	step("asked", "asked", s.noteAsked, "asked")
	step("wish", "wish", s.recordWish, "day", "alone")
	step("unwish", "unwish", s.takeWishBack)
	step("points", "points", s.markPoints, "point...")
	step("join", "join", s.joinTwo, "word")
	step("safety", "safety", s.answerAlone, "answer", "alone")
	add("POST /episodes/{id}/couple/word", access.ClientWork, s.giveWord)
	add("POST /episodes/{id}/couple/code", access.ClientWork, s.giveSeatCode)
}

// coupleDone are the steps after which the page says that they are kept.
var coupleDone = []string{"role", "asked", "wish", "unwish", "points", "join", "safety"}

func (s *Server) showCouple(w http.ResponseWriter, q *Ask) error { return s.answerCouple(w, q, nil) }

// answerCouple shows the page; after a refusal it says why and keeps what was typed.
func (s *Server) answerCouple(w http.ResponseWriter, q *Ask, wrong error) error {
	p := couplePage{Done: q.done("together.kept.", coupleDone...)}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) { // looking is noted
		if p.View, err = s.ownEpisode(q.Context(), tx, q); err != nil {
			return err
		}
		if p.Look, err = joint.Look(q.Context(), tx, s.Models, q.By, p.Episode.ID); err != nil || !p.Look.Joint {
			return err
		}
		relation, err := tx.Granted(q.Context(), q.By, access.Episode, string(p.Look.Party.Joint))
		p.Joint = err == nil && relation == access.ByWorker
		if fault.Is(err, fault.NotFound) { // somebody else meets the two
			err = nil
		}
		return err
	})
	if err != nil {
		return err
	}
	if wrong != nil {
		p.Mistakes, p.Typed, p.Done = ui.MistakesOf(q.P, wrong), q.PostForm, ""
	}
	return s.show(w, q, statusOf(wrong), s.coupleView(q, p))
}

// stepCouple makes a handler of a step on a party's own page. Whose it is is asked before anything is opened.
func (s *Server) stepCouple(do episodeStep, done string) handler {
	return func(w http.ResponseWriter, q *Ask) error {
		id := episode.ID(q.PathValue("id"))
		err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
			if err := mine(q.Context(), tx, q, id); err != nil {
				return err
			}
			return do(q.Context(), tx, q, id)
		})
		if shown(err) {
			return s.answerCouple(w, q, err)
		}
		if err != nil {
			return err
		}
		return redirect(w, q, "/episodes/"+string(id)+"/couple?done="+done)
	}
}

func (s *Server) sayRole(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return joint.Prepare(ctx, tx, s.Models, q.By, id, q.PostForm.Get("role"))
}

func (s *Server) noteAsked(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return joint.Asked(ctx, tx, s.Models, q.By, id, q.PostForm.Get("asked") == "yes")
}

func (s *Server) recordWish(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return joint.Wish(ctx, tx, s.Models, q.By, id, dayOf(q, "day"), q.PostForm.Get("alone") == "yes")
}

func (s *Server) takeWishBack(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return joint.TakeBack(ctx, tx, s.Models, q.By, id)
}

func (s *Server) markPoints(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return joint.Mark(ctx, tx, s.Models, q.By, id, q.PostForm["point"])
}

func (s *Server) joinTwo(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	_, err := joint.Join(ctx, tx, s.Models, q.By, id, q.PostForm.Get("word"))
	return err
}

func (s *Server) answerAlone(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return joint.AnswerAlone(ctx, tx, s.Models, q.By, id, q.PostForm.Get("answer"), q.PostForm.Get("alone") == "yes")
}

// giveWord shows the word for the colleague, once.
func (s *Server) giveWord(w http.ResponseWriter, q *Ask) error {
	return s.shownOnce(w, q, joint.Word, func(word intake.Code, p joint.Preparation, back string) error {
		return s.show(w, q, http.StatusOK, s.wordPage(q, word, p, back))
	})
}

// giveSeatCode shows a party's own code into the joint process, once; an earlier one opens nothing any more.
func (s *Server) giveSeatCode(w http.ResponseWriter, q *Ask) error {
	return s.shownOnce(w, q, joint.NewCode, func(code intake.Code, _ joint.Preparation, back string) error {
		return s.show(w, q, http.StatusOK, s.seatCodePage(q, code, back))
	})
}

// making is an action that gives something to be shown once.
type making func(context.Context, joint.Tx, model.Set, access.Actor, episode.ID) (intake.Code, error)

func (s *Server) shownOnce(w http.ResponseWriter, q *Ask, do making, then func(intake.Code, joint.Preparation, string) error) error {
	id := episode.ID(q.PathValue("id"))
	var code intake.Code
	var p joint.Preparation
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		err := mine(q.Context(), tx, q, id)
		if err == nil {
			code, err = do(q.Context(), tx, s.Models, q.By, id)
		}
		if err == nil {
			p, err = joint.Look(q.Context(), tx, s.Models, q.By, id)
		}
		return err
	})
	if shown(err) {
		return s.answerCouple(w, q, err)
	}
	if err != nil {
		return err
	}
	return then(code, p, "/episodes/"+string(id)+"/couple")
}

func (p couplePage) base() string { return "/episodes/" + string(p.Episode.ID) }

// wishes tells whether it is this party whose wish opens the meetings.
func (p couplePage) wishes() bool { return p.Look.Party.Role == p.Look.Couple.Parties.Wish }

// gone tells whether everything has been gone through with this party.
func (p couplePage) gone() bool {
	return !slices.ContainsFunc(p.Look.Couple.Parties.Points(), func(x string) bool { return !p.Look.Side.Has(x) })
}

// next is the one step that comes first, of this party's own: what hangs on the other is never in it, for the client may be
// looking.
func (p couplePage) next() string {
	switch {
	case p.Look.Party.Role == "":
		return "role"
	case p.wishes() && p.Look.Party.Wish == "":
		return "wish"
	case !p.gone():
		return "points"
	case !p.Look.Joint && p.wishes():
		return "word"
	case !p.Look.Joint:
		return "join"
	case !p.Look.Side.Safe():
		return "talk"
	case !p.Look.Side.Answered(p.Look.LastHeld):
		return "safety"
	}
	return "meet"
}

// steps are the parts of the page: first the one that comes next, then the others in their order.
func (p couplePage) steps() []string {
	if p.Look.Party.Role == "" {
		return []string{"role"}
	}
	first, ok := map[string]string{"word": "joining", "join": "joining", "meet": "joining", "talk": "safety"}[p.next()]
	if !ok {
		first = p.next()
	}
	out := []string{first}
	for _, x := range []string{"role", "wish", "points", "joining", "safety", "conditions"} {
		if x != first {
			out = append(out, x)
		}
	}
	return out
}

// day is the day of the wish as it was typed, or today.
func (p couplePage) day() string {
	if p.Typed.Has("day") {
		return p.Typed.Get("day")
	}
	return string(p.Look.Today)
}

// lastAnswer is what this party answered last, "" for nothing.
func (p couplePage) lastAnswer() string {
	if n := len(p.Look.Side.Answers); n > 0 {
		return p.Look.Side.Answers[n-1].Said
	}
	return ""
}
