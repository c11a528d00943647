package web

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"strconv"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/outside"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// codePage is where a code is typed.
type codePage struct {
	ui.Page
	Code     string
	Mistakes ui.Mistakes
}

func (s *Server) codeForm(w http.ResponseWriter, q *Ask) error {
	return s.askCode(w, q, "", nil)
}

// askCode shows the code's form; err is why it came back.
func (s *Server) askCode(w http.ResponseWriter, q *Ask, code string, err error) error {
	v := codePage{Page: s.publicPage(q, q.P.T("public.code.title"), "/code"), Code: code, Mistakes: ui.MistakesOf(q.P, err)}
	status := http.StatusOK
	if err != nil {
		v.Wrong, status = true, statusOf(err)
		for i := range v.Mistakes {
			v.Mistakes[i].Name = "code"
		}
	}
	if fault.Is(err, fault.TooMany) {
		w.Header().Set("Retry-After", strconv.Itoa(fault.Of(err).Args["seconds"].(int)))
	}
	return s.show(w, q, status, codeView(v))
}

// enterCode opens a stay. A code that was never given, has run out or was used up reads the same, and wrong ones cost
// time, not hints (A-01, design 4.4).
func (s *Server) enterCode(w http.ResponseWriter, q *Ask) error {
	visitor := s.visitor(q.Request)
	if wait := s.throttle.Wait(visitor, q.Now); wait > 0 {
		return s.askCode(w, q, "", fault.New(fault.TooMany, "public.wait", "wait", q.P.DurationLong(fullMinutes(wait)), "seconds", int(wait/time.Second)))
	}
	var stay intake.Stay
	var visit circle.Visit // a code of a group opens that
	var day occasion.Visit // and one of a day that
	code, err := intake.ParseCode(typed(q, "code"))
	if err == nil {
		err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
			if stay, err = intake.Enter(q.Context(), tx, code); fault.HasKey(err, "code.wrong") {
				visit, err = circle.Enter(q.Context(), tx, s.Models, code)
			}
			if fault.HasKey(err, "code.wrong") {
				day, err = occasion.Enter(q.Context(), tx, s.Models, code)
			}
			return err
		})
	}
	switch {
	case err == nil && visit.Token != "":
		s.throttle.Right(visitor)
		return s.showOwnCircle(w, q, visit, "", nil)
	case err == nil && day.Token != "":
		s.throttle.Right(visitor)
		return s.showOwnDay(w, q, day, "", nil)
	case err == nil:
		s.throttle.Right(visitor)
		return s.showClient(w, q, stay, "", nil)
	case fault.HasKey(err, "code.wrong"):
		s.throttle.Wrong(visitor, q.Now)
		return s.askCode(w, q, "", fault.New(fault.Invalid, "code.wrong"))
	}
	return err
}

// fullMinutes is how a wait is told: "1 minute" rather than "less than a minute".
func fullMinutes(d time.Duration) time.Duration {
	return (d + time.Minute - 1).Truncate(time.Minute)
}

// visitorSecret makes a visitor's name useless outside this process: it is never stored, and an address is not kept.
var visitorSecret = []byte(rand.Text())

// visitor names where somebody comes from, for the throttle alone. Whole networks of one home count as one.
func (s *Server) visitor(r *http.Request) string {
	mac := hmac.New(sha256.New, visitorSecret)
	mac.Write([]byte(outside.Home(s.remote(r))))
	return string(mac.Sum(nil)[:16])
}

// remote is the visitor's address: the connection's own, or what the trusted proxy says it was.
func (s *Server) remote(r *http.Request) string { return outside.Remote(r, s.TrustedProxy) }

// resume goes on with a stay by the token in the form and nothing else.
func (s *Server) resume(q *Ask) (intake.Stay, error) { return s.resumeBy(q, intake.Resume) }

// resumeOwn goes on with a stay for what is one's own alone. There a seat's stay is one that never was, and so is one's own
// where two are asked: they are refused in the words and the time of what is not there (decision 0058).
func (s *Server) resumeOwn(q *Ask) (intake.Stay, error)  { return s.resumeBy(q, intake.ResumeOwn) }
func (s *Server) resumeSeat(q *Ask) (intake.Stay, error) { return s.resumeBy(q, intake.ResumeTogether) }

func (s *Server) resumeBy(q *Ask, resume func(context.Context, intake.Tx, string) (intake.Stay, error)) (stay intake.Stay, err error) {
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		stay, err = resume(q.Context(), tx, token(q, "stay"))
		return err
	})
	return stay, err
}

// stayOver asks for the code again when the stay has ended by itself.
func (s *Server) stayOver(w http.ResponseWriter, q *Ask, err error) error {
	if fault.HasKey(err, "stay.over") {
		return s.askCode(w, q, "", err)
	}
	return err
}

// inStay does something of the client's own and shows the page as it then is, also when the thing could not be done.
func (s *Server) inStay(w http.ResponseWriter, q *Ask, said string, do func(context.Context, *storage.Tx, intake.Holder) error) error {
	stay, err := s.resumeOwn(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	wrong := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, stay.Holder) })
	if wrong != nil && !shown(wrong) {
		return wrong
	}
	// What was done may have changed what the code opens: a first pick makes an episode of a request.
	if stay, err = s.resume(q); err != nil {
		return s.stayOver(w, q, err)
	}
	if wrong != nil {
		said = ""
	}
	return s.showClient(w, q, stay, said, wrong)
}

func (s *Server) lookAgain(w http.ResponseWriter, q *Ask) error {
	stay, err := s.resume(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	return s.showClient(w, q, stay, "", nil)
}

// pickSlot books an offered time. Somebody else may have been first: then the page shows what is left.
func (s *Server) pickSlot(w http.ResponseWriter, q *Ask) error {
	return s.inStay(w, q, q.P.T("public.client.picked"), func(ctx context.Context, tx *storage.Tx, h intake.Holder) error {
		slot := token(q, "slot")
		if slot == "" {
			return &fault.Fault{Kind: fault.Invalid, Key: "form.mistakes", Fields: []fault.Field{{Name: "slot", Key: "public.slot"}}}
		}
		_, err := appointment.Pick(ctx, tx, s.Models, h, appointment.SlotID(slot))
		return gone(err)
	})
}

// gone turns a time or meeting that is no longer there into what the page can tell: look at what is.
func gone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Conflict, "public.gone")
	}
	return err
}

func (s *Server) cancelMeeting(w http.ResponseWriter, q *Ask) error {
	return s.inStay(w, q, q.P.T("public.client.cancelled"), func(ctx context.Context, tx *storage.Tx, h intake.Holder) error {
		return gone(appointment.CancelByClient(ctx, tx, s.Models, h, appointment.ID(token(q, "meeting"))))
	})
}

// agreeOwnGoal is the client's own mark on a goal, or taking it back.
func (s *Server) agreeOwnGoal(w http.ResponseWriter, q *Ask) error {
	return s.inStay(w, q, q.P.T("public.client.goal-kept"), func(ctx context.Context, tx *storage.Tx, h intake.Holder) error {
		revision, _ := strconv.Atoi(q.PostFormValue("revision"))
		return gone(episode.AgreeGoalByClient(ctx, tx, s.Models, h, token(q, "goal"), revision, q.PostFormValue("answer") == "yes"))
	})
}

func (s *Server) answerWay(w http.ResponseWriter, q *Ask) error {
	return s.inStay(w, q, q.P.T("public.client.answered"), func(ctx context.Context, tx *storage.Tx, h intake.Holder) error {
		return gone(episode.AnswerWayOnByClient(ctx, tx, s.Models, h, token(q, "way"), q.PostFormValue("answer") == "yes"))
	})
}
