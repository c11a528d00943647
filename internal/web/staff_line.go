package web

import (
	"context"
	"hash/fnv"
	"net/http"
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/line"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/rota"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// lineRoutes are a telephone line's evenings, as its unit's coordinators arrange them.
func (s *Server) lineRoutes(add adder) {
	add("GET /line", access.Coordinate, s.showLine)
	add("GET /line/new", access.Coordinate, s.newEvenings)
	add("POST /line/new", access.Coordinate, s.planEvenings, "offer", "day", "weekdays...", "clock", "minutes", "n")
	add("POST /line/number", access.Coordinate, s.keepLineNumber, "offer", "number")
	add("POST /line/propose", access.Coordinate, s.proposeRota, "offer", "again")
	add("POST /line/publish", access.Coordinate, s.publishRota, "offer")
	s.eveningRoutes(add)
	s.callRoutes(add)
	s.shiftRoutes(add)
}

// lineRows is the most evenings that the list shows of each kind.
const lineRows = 26

// linePage is a line's evenings: what comes, with who answers, and what has been.
type linePage struct {
	Frame    ui.StaffPage
	Lines    []offered // the reader's, where there are several
	At       offered
	Sheet    *shift.Sheet
	Closed   []line.Evening // coming, and closed
	Past     []line.Evening
	Number   string
	More     bool
	Proposed int // places that nobody has been told of
	Names    map[access.AccountID]string
	Done     string
	Mistakes ui.Mistakes
}

func (s *Server) showLine(w http.ResponseWriter, q *Ask) error { return s.answerLine(w, q, nil) }

func (s *Server) answerLine(w http.ResponseWriter, q *Ask, wrong error) error {
	v := linePage{Frame: s.staffPage(q, q.P.T("line.title"), "unit"), Done: q.done("line.done.", "planned", "number", "proposed", "published")}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error { return s.fillLine(q.Context(), tx, q, &v) })
	if err != nil {
		return err
	}
	if q.URL.Query().Get("done") == "proposed" && v.Proposed == 0 {
		v.Done = q.P.T("line.done.nothing")
	}
	if wrong != nil {
		v.Frame.Wrong, v.Mistakes = true, mistakesAt(q.P, wrong, "")
		if q.PostForm.Has("number") {
			v.Number = q.PostFormValue("number")
		}
	}
	return s.show(w, q, statusOf(wrong), lineView(q, v))
}

// lineOffers are the lines of the units that the reader coordinates.
func (s *Server) lineOffers(ctx context.Context, tx *storage.Tx, q *Ask) ([]offered, error) {
	all, err := tx.Offers(ctx, "")
	if err != nil {
		return nil, err
	}
	var out []offered
	for _, o := range all {
		m, ok := s.Models.Model(o.Model, o.Version)
		if !ok || !m.Calls() || !q.By.Is(access.Coordinator, o.Unit) {
			continue
		}
		u, err := tx.Unit(ctx, o.Unit)
		if err != nil {
			return nil, err
		}
		out = append(out, offered{o, m, u})
	}
	return out, nil
}

// chosenLine is the line that the address or the form names, and else the first. One of another unit is not there.
func (s *Server) chosenLine(ctx context.Context, tx *storage.Tx, q *Ask) (lines []offered, at offered, err error) {
	if lines, err = s.lineOffers(ctx, tx, q); err != nil || len(lines) == 0 {
		return lines, at, err
	}
	wanted := q.PostFormValue("offer")
	if q.Method == http.MethodGet {
		wanted = q.URL.Query().Get("offer")
	}
	if wanted == "" {
		return lines, lines[0], nil
	}
	i := slices.IndexFunc(lines, func(o offered) bool { return string(o.ID) == wanted })
	if i < 0 {
		return nil, at, notFound()
	}
	return lines, lines[i], nil
}

func (s *Server) fillLine(ctx context.Context, tx *storage.Tx, q *Ask, v *linePage) (err error) {
	if v.Lines, v.At, err = s.chosenLine(ctx, tx, q); err != nil || len(v.Lines) == 0 {
		return err
	}
	if v.Sheet, err = shift.Read(ctx, tx, s.Models, s.may(tx), q.By, v.At.ID); err != nil {
		return err
	}
	if v.Number, err = tx.LineNumber(ctx, v.At.ID); err != nil {
		return err
	}
	v.Proposed = 0
	for _, p := range v.Sheet.Places {
		if !p.Published {
			v.Proposed++
		}
	}
	if v.Names, err = lineNames(ctx, tx, v.Sheet.Places); err != nil {
		return err
	}
	all, err := tx.Evenings(ctx, v.At.ID, q.Now.AddDate(0, -3, 0), q.Now.AddDate(0, 0, 400))
	v.Closed, v.Past = nil, nil
	for _, e := range all {
		switch {
		case !q.Now.Before(e.Ends()):
			v.Past = append(v.Past, e)
		case e.State == line.Closed:
			v.Closed = append(v.Closed, e)
		}
	}
	slices.Reverse(v.Past)
	v.Past = v.Past[:min(len(v.Past), lineRows)]
	v.More = len(v.Sheet.Evenings) > lineRows
	return err
}

// lineNames are the line names of those who stand on evenings.
func lineNames(ctx context.Context, tx *storage.Tx, places []shift.Place) (map[access.AccountID]string, error) {
	out := map[access.AccountID]string{}
	for _, p := range places {
		if _, known := out[p.Account]; known {
			continue
		}
		name, err := shift.LineName(ctx, tx, p.Account)
		if err != nil {
			return nil, err
		}
		out[p.Account] = name
	}
	return out, nil
}

// may asks who may answer a line's task on a day.
func (s *Server) may(tx *storage.Tx) shift.May { return shift.Eligible(tx, s.Models) }

// eveningsForm is a series of evenings as it was typed.
type eveningsForm struct {
	Offer, Day, Clock, Minutes, N string
	Weekdays                      []string
}

type eveningsPage struct {
	Frame    ui.StaffPage
	At       offered
	Form     eveningsForm
	Mistakes ui.Mistakes
}

func (s *Server) newEvenings(w http.ResponseWriter, q *Ask) error {
	return s.answerEvenings(w, q, eveningsForm{Clock: "18:00", Minutes: "120", N: "52"}, nil)
}

func (s *Server) answerEvenings(w http.ResponseWriter, q *Ask, form eveningsForm, wrong error) error {
	v := eveningsPage{Frame: s.staffPage(q, q.P.T("line.plan"), "unit"), Form: form}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		lines, at, err := s.chosenLine(q.Context(), tx, q)
		if err == nil && len(lines) == 0 {
			err = notFound()
		}
		v.At = at
		return err
	})
	if err != nil {
		return err
	}
	if wrong != nil {
		v.Frame.Wrong, v.Mistakes = true, mistakesAt(q.P, wrong, "day")
	}
	return s.show(w, q, statusOf(wrong), eveningsView(q, v))
}

func (s *Server) planEvenings(w http.ResponseWriter, q *Ask) error {
	v := q.PostFormValue
	form := eveningsForm{Offer: v("offer"), Day: v("day"), Clock: v("clock"), Minutes: v("minutes"), N: v("n"), Weekdays: q.PostForm["weekdays"]}
	series, err := form.read()
	if err == nil {
		err = s.DB.Update(q.Context(), func(tx *storage.Tx) error {
			_, err := line.Plan(q.Context(), tx, s.Models, q.By, series)
			return err
		})
	}
	if shown(err) {
		return s.answerEvenings(w, q, form, err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget() // the service's page tells when the line is open
	return redirect(w, q, "/line?offer="+form.Offer+"&done=planned")
}

func (f eveningsForm) read() (line.Series, error) {
	var form fault.Form
	s := line.Series{Offer: organization.OfferID(f.Offer), Clock: calendar.Clock(f.Clock)}
	var err error
	if s.First, err = calendar.ParseDate(f.Day); err != nil {
		form.Add("day", "calendar.date")
	}
	if s.Clock, err = calendar.ParseClock(f.Clock); err != nil {
		form.Add("clock", "calendar.clock")
	}
	s.Minutes, s.N = neededNumber(f.Minutes, "minutes", &form), neededNumber(f.N, "n", &form)
	s.Weekdays = numbersOf(f.Weekdays)
	return s, form.Err()
}

func numbersOf(words []string) (out []int) {
	for _, w := range words {
		n, _ := strconv.Atoi(w) // what is no number is no weekday either
		out = append(out, n)
	}
	return out
}

func (s *Server) keepLineNumber(w http.ResponseWriter, q *Ask) error {
	return s.lineStep(w, q, "number", func(ctx context.Context, tx *storage.Tx, offer organization.OfferID) error {
		return line.KeepNumber(ctx, tx, s.Models, q.By, offer, typed(q, "number"))
	})
}

// proposeRota proposes anew. The seed comes of what stands there, so that pressing twice proposes the same, and another one
// is asked for by its number.
func (s *Server) proposeRota(w http.ResponseWriter, q *Ask) error {
	h := fnv.New64a()
	h.Write([]byte(q.PostFormValue("offer") + "/" + q.PostFormValue("again")))
	return s.lineStep(w, q, "proposed", func(ctx context.Context, tx *storage.Tx, offer organization.OfferID) error {
		return shift.Propose(ctx, tx, s.Models, s.may(tx), q.By, offer, h.Sum64())
	})
}

func (s *Server) publishRota(w http.ResponseWriter, q *Ask) error {
	return s.lineStep(w, q, "published", func(ctx context.Context, tx *storage.Tx, offer organization.OfferID) error {
		_, err := shift.Publish(ctx, tx, s.Models, s.may(tx), q.By, offer)
		return err
	})
}

func (s *Server) lineStep(w http.ResponseWriter, q *Ask, done string, do func(context.Context, *storage.Tx, organization.OfferID) error) error {
	offer := q.PostFormValue("offer")
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, organization.OfferID(offer)) })
	if shown(err) {
		return s.answerLine(w, q, err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget()
	return redirect(w, q, "/line?offer="+offer+"&done="+done)
}

// lackWords are why an evening is short, with what would help the most first.
func lackWords(q *Ask, b *rota.Board, id line.EveningID) []string {
	var out []string
	for _, r := range b.Lack(string(id)).Rules {
		word := q.P.T("rota.lack."+r.Rule, "n", r.All)
		if r.Only > 0 {
			word += " " + q.P.T("rota.only", "n", r.Only)
		}
		out = append(out, word)
	}
	if len(out) == 0 {
		out = []string{q.P.T("rota.lack.nobody")}
	}
	return out
}

// some is a text with a number, or its own text for none.
func (q *Ask) some(key string, n int) string {
	if n == 0 {
		return q.P.T(key + "-none")
	}
	return q.P.T(key, "n", n)
}

// whyWords are why somebody stands where they do.
func whyWords(q *Ask, b *rota.Board, id line.EveningID, who access.AccountID) string {
	why := b.Why(string(id), string(who))
	out := q.some("rota.why.could", why.Could)
	if why.Could > 0 && why.Fewest {
		out += " " + q.P.T("rota.why.fewest", "n", why.Answers, "most", why.Most)
	}
	if why.Wished {
		out += " " + q.P.T("rota.why.wished")
	}
	return out
}
