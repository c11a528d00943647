package web

import (
	"context"
	"net/http"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// myCall is a call for a worker as the volunteer sees it: who was told, and who has seen it.
type myCall struct {
	Kind  string
	Asked calendar.Clock
	Seen  calendar.Clock
	By    string     // "" while nobody has seen it
	Told  []askedOne // who has been asked
	Next  *askedOne  // who is asked next; nil where all have been
}

// askedOne is a worker whom a call asks, and when.
type askedOne struct {
	Name string
	At   calendar.Clock
}

// myCalls are what a volunteer has asked for and nobody has finished.
func (s *Server) myCalls(ctx context.Context, tx *storage.Tx, q *Ask, of volunteer.ID, at volunteer.Place) (out []myCall, err error) {
	calls, err := tx.CallsOf(ctx, of)
	for _, c := range calls {
		x := myCall{Kind: c.Kind, Asked: calendar.LocalOf(c.Asked, at.Unit.Zone).Clock, Seen: calendar.LocalOf(c.Seen, at.Unit.Zone).Clock}
		if c.Kind == volunteer.Now && c.By == "" {
			if err := x.ask(ctx, tx, at, c); err != nil {
				return nil, err
			}
		}
		if c.By != "" {
			a, err := tx.Account(ctx, c.By)
			if err != nil {
				return nil, err
			}
			x.By = a.Name.Reveal()
		}
		out = append(out, x)
	}
	return out, err
}

// ask says who has been asked, and who is asked next.
func (x *myCall) ask(ctx context.Context, tx *storage.Tx, at volunteer.Place, c volunteer.Call) error {
	chain, err := volunteer.Chain(ctx, tx, at, c)
	for _, a := range chain {
		one := askedOne{a.Name.Reveal(), calendar.LocalOf(a.At, at.Unit.Zone).Clock}
		if a.At.After(tx.Now()) {
			x.Next = &one
			break
		}
		x.Told = append(x.Told, one)
	}
	return err
}

// called is the open call of a kind, if there is one.
func (p minePage) called(kind string) (myCall, bool) {
	for _, c := range p.Calls {
		if c.Kind == kind {
			return c, true
		}
	}
	return myCall{}, false
}

// words are how a call for a worker at once stands, in a line that can change while somebody reads it.
func (c myCall) words(q *Ask) string {
	if c.By != "" {
		return q.P.T("mine.call.seen", "name", c.By, "clock", q.P.Clock(c.Seen))
	}
	var told []string
	for _, a := range c.Told {
		told = append(told, q.P.T("mine.call.told", "name", a.Name, "clock", q.P.Clock(a.At)))
	}
	out := q.P.T("mine.call.unseen") + " " + strings.Join(told, "; ") + ". "
	if c.Next == nil {
		return out + q.P.T("mine.call.all")
	}
	return out + q.P.T("mine.call.next", "name", c.Next.Name, "clock", q.P.Clock(c.Next.At))
}

// callsOf is by what the pages of a unit's volunteers are woken when something has become of a call.
func callsOf(unit access.UnitID) string { return "calls." + string(unit) }

// liveCall tells a volunteer's page how their call for a worker stands, until somebody has seen it or it is no more. With the rights of each moment.
func (s *Server) liveCall(w http.ResponseWriter, q *Ask) error {
	var unit access.UnitID
	for _, m := range q.By.Roles {
		if m.Role == access.Volunteer {
			unit = m.Unit
		}
	}
	return s.stream(w, q, callsOf(unit), 0, func(int) (n news, err error) {
		err = s.DB.View(q.Context(), func(tx *storage.Tx) error {
			by, err := q.still(tx)
			if err != nil {
				return err
			}
			v, at, err := volunteer.Mine(q.Context(), tx, s.Models, by)
			if err != nil {
				return err
			}
			calls, err := s.myCalls(q.Context(), tx, q, v.ID, at)
			n = news{State: q.P.T("mine.call.over"), Over: true}
			if c, on := (minePage{Calls: calls}).called(volunteer.Now); on {
				n = news{State: c.words(q), Over: c.By != ""}
			}
			return err
		})
		return n, err
	})
}

func (s *Server) callWorker(w http.ResponseWriter, q *Ask) error {
	return s.mine(w, q, "/mine?done=called", s.answerMine, func(ctx context.Context, tx *storage.Tx) error {
		return volunteer.CallFor(ctx, tx, s.Models, q.By, q.PostFormValue("kind"))
	})
}

func (s *Server) takePleaBack(w http.ResponseWriter, q *Ask) error {
	return s.mine(w, q, "/mine?done=taken-back", s.answerMine, func(ctx context.Context, tx *storage.Tx) error {
		return volunteer.TakeBack(ctx, tx, s.Models, q.By, q.PostFormValue("kind"))
	})
}
