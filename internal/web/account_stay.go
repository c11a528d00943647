package web

import (
	"net/http"
	"time"

	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
)

// Stays: when the reader's own ends, which others there are, and ending them.

// clockHere is the clock time of an instant where the organisation works.
func clockHere(at time.Time) calendar.Clock { return here(at).Clock }

// left tells a page's script how long the stay goes on. Asking keeps nothing alive; the same question at /account/stay
// comes from a person and does.
func (s *Server) left(w http.ResponseWriter, q *Ask) error {
	ends := q.Stay.Ends(q.Now)
	if q.Pattern == leftPattern {
		ends = q.Stay.EndsUntouched()
	}
	out := map[string]any{"left": int((10 * time.Hour).Seconds())}
	if !ends.IsZero() {
		at := q.P.Clock(clockHere(ends))
		out = map[string]any{"left": int(ends.Sub(q.Now).Seconds()), "text": q.P.T("ui.ends.line", "time", at), "soon": q.P.T("ui.ends.soon-text", "time", at)}
	}
	answerJSON(w, http.StatusOK, out)
	return nil
}

const leftPattern = "POST /account/stay/left"

// ownStay is one browser in which the reader is signed in.
type ownStay struct {
	ID   string
	Here bool
	Text string
}

// stays lists where the reader is signed in, this browser first.
func (s *Server) stays(q *Ask, tx *storage.Tx) ([]ownStay, error) {
	all, err := account.Stays(q.Context(), tx, q.By)
	var out []ownStay
	for _, one := range all {
		row := ownStay{ID: one.ID, Here: one.ID == q.Stay.ID, Text: stayText(q.P, one, q.Now)}
		if row.Here {
			out = append([]ownStay{row}, out...)
		} else {
			out = append(out, row)
		}
	}
	return out, err
}

func stayText(p *locale.Printer, s account.Session, now time.Time) string {
	device := p.T("account.stays.device.unknown")
	if s.Device != "" {
		device = p.T("account.stays.device." + s.Device)
	}
	return p.T("account.stays.one", "device", device, "way", p.T("account.stays.way."+s.Way), "begun", p.Moment(here(s.Created)), "seen", p.Duration(now.Sub(s.Seen)))
}

// here is an instant as the clocks show it where the organisation works.
func here(at time.Time) calendar.Local {
	return calendar.LocalOf(at, homeZone)
}

func (s *Server) endOwnStay(w http.ResponseWriter, q *Ask) error {
	stay := q.PostFormValue("stay")
	if err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return account.EndStay(q.Context(), tx, q.By, stay) }); err != nil {
		return err
	}
	if stay == q.Stay.ID {
		s.endSession(w)
		return redirect(w, q, "/sign-in?out")
	}
	return redirect(w, q, "/account?done=stay")
}

// signOutColleague ends somebody else's stays: a lost telephone is told to whoever is at work.
func (s *Server) signOutColleague(w http.ResponseWriter, q *Ask) error {
	who, err := colleagueID(q)
	if err != nil {
		return err
	}
	if err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return account.SignOutOther(q.Context(), tx, q.By, who) }); err != nil {
		return err
	}
	return redirect(w, q, "/staff/"+string(who)+"?done=out")
}
