package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/rota"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// shiftRoutes are somebody's own evenings: what is next, "I can't come", saying yes, changing around (A-21, R-235…R-242).
func (s *Server) shiftRoutes(add adder) {
	add("GET /shifts", access.Answer, s.showShifts)
	add("POST /shifts/{id}/decline", access.Answer, s.declineShift)
	add("POST /shifts/{id}/take", access.Answer, s.takeShift)
	add("POST /shifts/{id}/swap", access.Answer, s.askSwap, "other")
	add("POST /shifts/{id}/swap/answer", access.Answer, s.answerSwap, "from", "answer")
	add("POST /shifts/{id}/swap/withdraw", access.Answer, s.withdrawSwap)
	add("GET /shifts/wishes", access.Answer, s.showWishes)
	add("POST /shifts/wishes", access.Answer, s.keepWishes, "name", "most", "wished...", "never...", "row...", "away-first", "away-last")
}

// shiftsPage is somebody's own evenings.
type shiftsPage struct {
	Frame    ui.StaffPage
	Own      []shift.Own
	Asked    []swapRow // others ask the reader to change
	Asking   []swapRow // the reader asks others
	Others   []swapOption
	Done     string
	Mistakes ui.Mistakes
}

// swapRow is one asking: whose evening for which.
type swapRow struct {
	shift.Swap
	mine, theirs line.Evening
	name         string // of the other
}

// swapOption is an evening that somebody else answers.
type swapOption struct {
	value, label string
	offer        string
}

func (s *Server) showShifts(w http.ResponseWriter, q *Ask) error { return s.answerShifts(w, q, nil) }

func (s *Server) answerShifts(w http.ResponseWriter, q *Ask, wrong error) error {
	v := shiftsPage{Frame: s.staffPage(q, q.P.T("shifts.title"), "shifts"), Done: q.done("shifts.done.", "declined", "taken", "asked", "swapped", "kept", "withdrawn", "wishes")}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error { return s.fillShifts(q.Context(), tx, q, &v) })
	if err != nil {
		return err
	}
	if wrong != nil {
		v.Frame.Wrong, v.Mistakes = true, mistakesAt(q.P, wrong, "")
	}
	return s.show(w, q, statusOf(wrong), shiftsView(q, v))
}

func (s *Server) fillShifts(ctx context.Context, tx *storage.Tx, q *Ask, v *shiftsPage) (err error) {
	if v.Own, err = shift.Evenings(ctx, tx, s.Models, s.may(tx), q.By); err != nil {
		return err
	}
	v.Asked, v.Asking, v.Others = nil, nil, nil
	swaps, err := tx.Swaps(ctx, q.By.Account)
	for _, x := range swaps {
		r, err := readSwap(ctx, tx, q, x)
		switch {
		case err != nil:
			return err
		case !q.Now.Before(r.mine.Starts) || !q.Now.Before(r.theirs.Starts):
		case x.To == q.By.Account:
			v.Asked = append(v.Asked, r)
		default:
			v.Asking = append(v.Asking, r)
		}
	}
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, o := range v.Own {
		if o.Place.Reserve() || o.Begun || seen[string(o.Offer)] {
			continue
		}
		seen[string(o.Offer)] = true
		more, err := othersEvenings(ctx, tx, q, o)
		if err != nil {
			return err
		}
		v.Others = append(v.Others, more...)
	}
	return nil
}

func readSwap(ctx context.Context, tx *storage.Tx, q *Ask, x shift.Swap) (r swapRow, err error) {
	r.Swap = x
	mine, theirs, other := x.Evening, x.For, x.To
	if x.To == q.By.Account {
		mine, theirs, other = x.For, x.Evening, x.Account
	}
	if r.mine, err = tx.Evening(ctx, mine); err != nil {
		return r, err
	}
	if r.theirs, err = tx.Evening(ctx, theirs); err != nil {
		return r, err
	}
	r.name, err = shift.LineName(ctx, tx, other)
	return r, err
}

// othersEvenings are the evenings of the same line that others answer.
func othersEvenings(ctx context.Context, tx *storage.Tx, q *Ask, o shift.Own) ([]swapOption, error) {
	to := q.Now.AddDate(0, 6, 0)
	all, err := tx.Evenings(ctx, o.Offer, q.Now, to)
	if err != nil {
		return nil, err
	}
	places, err := tx.ShiftPlaces(ctx, o.Offer, q.Now, to)
	if err != nil {
		return nil, err
	}
	names, err := lineNames(ctx, tx, places)
	var out []swapOption
	for _, p := range places {
		i := slices.IndexFunc(all, func(e line.Evening) bool { return e.ID == p.Evening })
		if i < 0 || p.Reserve() || !p.Published || p.Account == q.By.Account || all[i].State != line.Open {
			continue
		}
		out = append(out, swapOption{string(p.Evening) + "/" + string(p.Account), q.P.When(all[i].At) + ", " + names[p.Account], string(o.Offer)})
	}
	return out, err
}

func (s *Server) declineShift(w http.ResponseWriter, q *Ask) error {
	return s.shiftStep(w, q, "declined", func(ctx context.Context, tx *storage.Tx, id line.EveningID) error {
		return shift.Decline(ctx, tx, s.Models, s.may(tx), q.By, id)
	})
}

func (s *Server) takeShift(w http.ResponseWriter, q *Ask) error {
	return s.shiftStep(w, q, "taken", func(ctx context.Context, tx *storage.Tx, id line.EveningID) error {
		return shift.Take(ctx, tx, s.Models, s.may(tx), access.Actor{Account: q.By.Account}, id) // as a reserve, whatever else they are
	})
}

func (s *Server) askSwap(w http.ResponseWriter, q *Ask) error {
	theirs, who, _ := strings.Cut(token(q, "other"), "/")
	return s.shiftStep(w, q, "asked", func(ctx context.Context, tx *storage.Tx, id line.EveningID) error {
		return shift.AskSwap(ctx, tx, s.Models, q.By, shift.Swap{Evening: id, Account: q.By.Account, For: line.EveningID(theirs), To: access.AccountID(who)})
	})
}

func (s *Server) answerSwap(w http.ResponseWriter, q *Ask) error {
	yes := q.PostFormValue("answer") == "yes"
	done := "kept"
	if yes {
		done = "swapped"
	}
	return s.shiftStep(w, q, done, func(ctx context.Context, tx *storage.Tx, id line.EveningID) error {
		return shift.AnswerSwap(ctx, tx, s.Models, s.may(tx), q.By, id, access.AccountID(token(q, "from")), yes)
	})
}

func (s *Server) withdrawSwap(w http.ResponseWriter, q *Ask) error {
	return s.shiftStep(w, q, "withdrawn", func(ctx context.Context, tx *storage.Tx, id line.EveningID) error {
		return shift.WithdrawSwap(ctx, tx, q.By, id)
	})
}

func (s *Server) shiftStep(w http.ResponseWriter, q *Ask, done string, do func(context.Context, *storage.Tx, line.EveningID) error) error {
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, line.EveningID(q.PathValue("id"))) })
	if shown(err) {
		return s.answerShifts(w, q, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, "/shifts?done="+done)
}

// wishesPage is what somebody says of themselves.
type wishesPage struct {
	Frame                           ui.StaffPage
	Name, Most, AwayFirst, AwayLast string
	Wished, Never, Row              []string
	Mistakes                        ui.Mistakes
}

func (s *Server) showWishes(w http.ResponseWriter, q *Ask) error {
	var v wishesPage
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		x, err := tx.ShiftWish(q.Context(), q.By.Account)
		v = wishesPage{Name: x.LineName.Reveal(), Most: strconv.Itoa(x.Most), AwayFirst: string(x.Away.First), AwayLast: string(x.Away.Last), Wished: numberWords(x.Wished), Never: numberWords(x.Never)}
		if x.Row {
			v.Row = []string{"yes"}
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.answerWishes(w, q, v, nil)
}

func (s *Server) answerWishes(w http.ResponseWriter, q *Ask, v wishesPage, wrong error) error {
	v.Frame = s.staffPage(q, q.P.T("shifts.wishes"), "shifts")
	if wrong != nil {
		v.Frame.Wrong, v.Mistakes = true, mistakesAt(q.P, wrong, "")
	}
	return s.show(w, q, statusOf(wrong), wishesView(q, v))
}

func (s *Server) keepWishes(w http.ResponseWriter, q *Ask) error {
	v := wishesPage{Name: typed(q, "name"), Most: q.PostFormValue("most"), AwayFirst: q.PostFormValue("away-first"), AwayLast: q.PostFormValue("away-last"),
		Wished: q.PostForm["wished"], Never: q.PostForm["never"], Row: q.PostForm["row"]}
	var form fault.Form
	x := shift.Wish{LineName: seal.Of(v.Name), Most: neededNumber(v.Most, "most", &form), Wished: numbersOf(v.Wished), Never: numbersOf(v.Never), Row: len(v.Row) > 0,
		Away: rota.Span{First: calendar.Date(v.AwayFirst), Last: calendar.Date(v.AwayLast)}}
	err := form.Err()
	if err == nil {
		err = s.DB.Update(q.Context(), func(tx *storage.Tx) error { return shift.KeepWish(q.Context(), tx, q.By, x) })
	}
	if shown(err) {
		return s.answerWishes(w, q, v, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, "/shifts?done=wishes")
}

func numberWords(all []int) (out []string) {
	for _, n := range all {
		out = append(out, strconv.Itoa(n))
	}
	return out
}
