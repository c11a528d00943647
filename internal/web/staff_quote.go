package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// quoteRoutes are reading words that somebody allowed to be quoted, one at a time, by two people (R-159, decision 0067).
func (s *Server) quoteRoutes(add adder) {
	add("GET /quotes", access.ClientWork, s.showQuotes)
	add("GET /quotes/{id}", access.ClientWork, s.showQuote)
	add("POST /quotes/{id}", access.ClientWork, s.reviewQuote, "turn", "step", "cover...")
	add("POST /quotes/{id}/refuse", access.ClientWork, s.refuseQuote)
}

// quotesPage is what there is to read in the reader's units. No words stand there.
type quotesPage struct {
	Frame ui.StaffPage
	Units []quotesUnit
	Done  string
}

type quotesUnit struct {
	organization.Unit
	Next    string // the first that waits for this reader
	Waiting int    // that wait for this reader
	Others  int    // that the reader has read, and somebody else has not
	Agreed  int
	Boss    bool // the reader coordinates the unit
}

func (s *Server) showQuotes(w http.ResponseWriter, q *Ask) error {
	v := quotesPage{Frame: s.staffPage(q, q.P.T("quotes.title"), "feedback"), Done: q.done("quotes.done.", "read", "agreed", "refused")}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		v.Units, err = s.quotesFor(q.Context(), tx, q.By)
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, quotesView(q, v))
}

// quotesFor are the units in which somebody reads words, and how many there are of each sort.
func (s *Server) quotesFor(ctx context.Context, tx *storage.Tx, by access.Actor) (out []quotesUnit, err error) {
	for _, u := range readIn(by) {
		one := quotesUnit{Boss: by.Is(access.Coordinator, u)}
		if one.Unit, err = tx.Unit(ctx, u); err != nil {
			return nil, err
		}
		stand, err := feedback.Stand(ctx, tx, s.Models, by, u)
		if err != nil {
			return nil, err
		}
		if one.Waiting, one.Others, one.Agreed = len(stand.Waiting), stand.Others, stand.Agreed; one.Waiting > 0 {
			one.Next = stand.Waiting[0]
		}
		out = append(out, one)
	}
	return out, nil
}

// readIn are the units in which somebody reads words.
func readIn(by access.Actor) (out []access.UnitID) {
	for _, m := range by.Roles {
		if feedback.MayRead(by, m.Unit) && !slices.Contains(out, m.Unit) {
			out = append(out, m.Unit)
		}
	}
	return out
}

// quotePage is one person's words in a reader's hand.
type quotePage struct {
	Frame    ui.StaffPage
	Words    feedback.Reading
	Unit     organization.Unit
	Mine     bool // the reader has read them already
	Boss     bool // the reader coordinates the unit
	Covered  []int
	Look     bool // what remains is shown before it is kept
	Mistakes ui.Mistakes
}

func (s *Server) showQuote(w http.ResponseWriter, q *Ask) error {
	return s.answerQuote(w, q, nil, false, nil)
}

func (s *Server) answerQuote(w http.ResponseWriter, q *Ask, covered []int, look bool, wrong error) error {
	v := quotePage{Frame: s.staffPage(q, q.P.T("quotes.title"), "feedback"), Covered: covered, Look: look, Mistakes: mistakesAt(q.P, wrong, "cover")}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		if v.Words, err = feedback.ReadQuote(q.Context(), tx, s.Models, q.By, q.PathValue("id")); err != nil {
			return err
		}
		v.Mine, v.Boss = v.Words.Mine(q.By), q.By.Is(access.Coordinator, v.Words.Unit)
		v.Unit, err = tx.Unit(q.Context(), v.Words.Unit)
		return err
	})
	if err != nil {
		return err
	}
	v.Frame.Wrong = wrong != nil
	return s.show(w, q, statusOf(wrong), quoteView(q, v))
}

// reviewQuote first shows what would remain, then keeps it: covered words do not come back.
func (s *Server) reviewQuote(w http.ResponseWriter, q *Ask) error {
	var covered []int
	for _, text := range q.PostForm["cover"] {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > feedback.MostWords || slices.Contains(covered, n) {
			return fault.New(fault.Invalid, "form.choice")
		}
		covered = append(covered, n)
	}
	if step := q.PostFormValue("step"); step != "keep" {
		return s.answerQuote(w, q, covered, step == "look", nil)
	}
	var r feedback.Reading
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		r, err = feedback.Review(q.Context(), tx, s.Models, q.By, q.PathValue("id"), wholeNumber(q.PostFormValue("turn")), covered)
		return err
	})
	if shown(err) {
		if fault.HasKey(err, "feedback.quote-changed") {
			covered = nil // they were numbers of other words
		}
		return s.answerQuote(w, q, covered, false, err)
	}
	if err != nil {
		return err
	}
	done := "read"
	if r.State == feedback.QuoteAgreed {
		done = "agreed"
	}
	return redirect(w, q, "/quotes?done="+done)
}

func (s *Server) refuseQuote(w http.ResponseWriter, q *Ask) error {
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		_, err := feedback.Refuse(q.Context(), tx, s.Models, q.By, q.PathValue("id"))
		return err
	})
	if err != nil {
		return err
	}
	return redirect(w, q, "/quotes?done=refused")
}
