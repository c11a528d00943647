package web

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// rightsRoutes are what clients may ask about their own data, with nothing but the code, and where a partner sees the
// one fact they were let see.
func (s *Server) rightsRoutes(add adder) {
	add("POST /code/erasure", access.Open, s.askErasure, "stay")
	add("POST /code/erase", access.Open, s.eraseMine, "stay")
	add("POST /code/own", access.Open, s.showCopy, "stay")
	add("POST /code/own/file", access.Open, s.ownFile, "stay")
	add("POST /code/release", access.Open, s.releaseForm, "stay")
	add("POST /code/release/give", access.Open, s.giveRelease, "stay", "fact", "partner")
	add("GET /partner/release", access.Open, s.askRelease)
	add("POST /partner/release", access.Open, s.takeRelease, "code*")
	for _, pattern := range []string{"GET /code/own/file", "GET /code/release/give"} {
		add(pattern, access.Open, func(w http.ResponseWriter, q *Ask) error { return redirect(w, q, q.path("/code")) })
	}
}

// rightsPage is a page of a client's stay about their data.
type rightsPage struct {
	ui.Page
	Stay          string
	Shared        bool
	Due           calendar.Date
	Copy          rights.Copy
	Payers        []commitment.Payer // controllers of what is not here
	Fact, Partner string
	Code          string
	Mistakes      ui.Mistakes
}

func (v rightsPage) t(key string, args ...any) string { return v.P.T("rights."+key, args...) }

// inRights reads something in a client's stay for a page of its own.
func (s *Server) inRights(w http.ResponseWriter, q *Ask, do func(ctx context.Context, tx *storage.Tx, h intake.Holder, v *rightsPage) error) (rightsPage, bool, error) {
	stay, err := s.resumeOwn(q)
	if err != nil {
		return rightsPage{}, false, s.stayOver(w, q, err)
	}
	v := rightsPage{Page: s.stayPage(q, q.P.T("public.client.title"), stay.Exit), Stay: stay.Token}
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, stay.Holder, &v) })
	return v, err == nil, err
}

// askErasure tells what goes and what stays, before anything does.
func (s *Server) askErasure(w http.ResponseWriter, q *Ask) error {
	v, ok, err := s.inRights(w, q, func(ctx context.Context, tx *storage.Tx, h intake.Holder, v *rightsPage) (err error) {
		if v.Shared, err = rights.Shared(ctx, tx, h); err != nil {
			return err
		}
		v.Payers, err = commitment.Controllers(ctx, tx, h)
		return err
	})
	if !ok {
		return err
	}
	return s.show(w, q, http.StatusOK, erasureView(v))
}

// eraseMine erases at once what is the client's alone. What somebody else has a part in is asked of two people.
func (s *Server) eraseMine(w http.ResponseWriter, q *Ask) error {
	stay, err := s.resumeOwn(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	var asked rights.Erasure
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		asked, err = rights.EraseByClient(q.Context(), tx, s.Models, stay.Holder)
		if err == nil && asked.ID == "" {
			err = intake.Leave(q.Context(), tx, stay.Exit)
		}
		return err
	})
	if err != nil {
		return err
	}
	if asked.ID != "" {
		return s.inStay(w, q, "", func(context.Context, *storage.Tx, intake.Holder) error { return nil })
	}
	return s.show(w, q, http.StatusOK, endView(endPage{Page: s.publicPage(q, q.P.T("public.client.title"), ""), Heading: q.P.T("public.client.erased"),
		Text: q.P.T("public.client.erased-text"), Links: []ui.Link{{Text: q.P.T("public.nav.home"), URL: q.path("/")}}}))
}

func (s *Server) readOwn(w http.ResponseWriter, q *Ask) (rightsPage, bool, error) {
	return s.inRights(w, q, func(ctx context.Context, tx *storage.Tx, h intake.Holder, v *rightsPage) (err error) {
		if v.Copy, err = rights.OwnCopy(ctx, tx, h); err != nil {
			return err
		}
		s.nameServices(v.Copy, q.P.Lang())
		v.Payers, err = commitment.Controllers(ctx, tx, h)
		return err
	})
}

// nameServices puts a service's own name in the place of its model's word, which may tell what it is about, and the
// words of its lists in the place of theirs.
func (s *Server) nameServices(c rights.Copy, lang locale.Lang) {
	s.nameItems(c, lang)
	for _, t := range c {
		for _, row := range t.Rows {
			for i, x := range row {
				if m, ok := s.Models.Latest(x.Text.Reveal()); ok && x.Column == "model" {
					row[i].Text = seal.Of(m.Name(lang))
				}
			}
		}
	}
}

// showCopy is a person's own copy, to read and to print (D-072).
func (s *Server) showCopy(w http.ResponseWriter, q *Ask) error {
	v, ok, err := s.readOwn(w, q)
	if !ok {
		return err
	}
	return s.show(w, q, http.StatusOK, copyView(v))
}

// ownFile is the same copy for a program to read, under a name that tells nothing.
func (s *Server) ownFile(w http.ResponseWriter, q *Ask) error {
	v, ok, err := s.readOwn(w, q)
	if !ok {
		return err
	}
	text, err := copyJSON(v.Copy, v.Payers, calendar.DateOf(q.Now, time.UTC))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="tiedot.json"`)
	w.Write(text)
	return nil
}

// copyJSON writes a copy with its day, tables and columns as they are called in the catalogue.
func copyJSON(c rights.Copy, payers []commitment.Payer, day calendar.Date) ([]byte, error) {
	tables := map[string][]map[string]string{}
	for _, t := range c {
		for _, row := range t.Rows {
			values := map[string]string{}
			for _, x := range row {
				values[x.Column] = x.Text.Reveal()
			}
			tables[t.Name] = append(tables[t.Name], values)
		}
	}
	all := map[string]any{"day": day, "data": tables}
	var elsewhere []map[string]string
	for _, p := range payers {
		elsewhere = append(elsewhere, map[string]string{"controller": p.Controller, "contact": p.Privacy})
	}
	if elsewhere != nil {
		all["controllers_of_documents"] = elsewhere
	}
	return json.MarshalIndent(all, "", "  ")
}

// ownFacts are the values of one row as a reader understands them.
func ownFacts(p *locale.Printer, row []rights.Value) []ui.Fact {
	var out []ui.Fact
	for _, x := range row {
		out = append(out, ui.Fact{Term: p.T("rights.column." + x.Column), Value: ownWords(p, x)})
	}
	return out
}

// yesNo are the columns that hold 0 or 1.
var yesNo = map[string]bool{"voicemail": true, "say_organisation": true, "reminders": true, "ask_again": true, "counted": true, "used": true, "by_client": true, "by_worker": true}

func ownWords(p *locale.Printer, x rights.Value) string {
	text := x.Text.Reveal()
	if yesNo[x.Column] {
		return p.T("rights.value." + map[string]string{"0": "no", "1": "yes"}[text])
	}
	switch at, err := calendar.ParseStamp(text); {
	case x.Class == storage.ClassTime && err == nil:
		return p.Moment(calendar.LocalOf(at, homeZone))
	case x.Class == storage.ClassTime:
		if d, err := calendar.ParseDate(text); err == nil {
			return p.DayLong(d)
		}
		if month := p.Month(text); len(text) == len("2027-01") && month != "" {
			return month
		}
		return p.Clock(calendar.Clock(text))
	case x.Class == storage.ClassChoice:
		if key := "rights.value." + x.Column + "-" + text; p.Has(key) {
			return p.T(key)
		}
		if key := "rights.value." + text; p.Has(key) {
			return p.T(key)
		}
	}
	return text
}

// releaseForm is where a client chooses the one fact and the one kind of partner.
func (s *Server) releaseForm(w http.ResponseWriter, q *Ask) error {
	v, ok, err := s.inRights(w, q, func(context.Context, *storage.Tx, intake.Holder, *rightsPage) error { return nil })
	if !ok {
		return err
	}
	return s.show(w, q, http.StatusOK, releaseView(v))
}

// giveRelease shows the code of a release, once.
func (s *Server) giveRelease(w http.ResponseWriter, q *Ask) error {
	stay, err := s.resumeOwn(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	v := rightsPage{Page: s.stayPage(q, q.P.T("public.client.title"), stay.Exit), Stay: stay.Token, Fact: q.PostFormValue("fact"), Partner: q.PostFormValue("partner")}
	var until time.Time
	var code intake.Code
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		code, until, err = rights.Give(q.Context(), tx, stay.Holder, v.Fact, v.Partner)
		return err
	})
	if fault.Is(err, fault.Invalid) {
		v.Mistakes, v.Wrong = ui.MistakesOf(q.P, err), true
		return s.show(w, q, statusOf(err), releaseView(v))
	}
	if err != nil {
		return err
	}
	v.Code, v.Due = code.String(), calendar.LocalOf(until, homeZone).Day
	return s.show(w, q, http.StatusOK, releaseGiven(v))
}

func (v rightsPage) choice(name string, values []string, picked string) ui.Choice {
	c := ui.Choice{Name: name, Label: v.t(name), Hint: v.t(name + "-hint"), Value: picked, Error: v.Mistakes.Of(name)}
	for _, x := range values {
		c.Options = append(c.Options, ui.Option{Value: x, Label: v.t(name + "-" + x)})
	}
	return c
}

// toldPage is where a partner enters a release's code, and what they then see.
type toldPage struct {
	ui.Page
	Mistakes ui.Mistakes
	Told     string
}

func (s *Server) askRelease(w http.ResponseWriter, q *Ask) error { return s.partnerRelease(w, q, nil) }

func (s *Server) partnerRelease(w http.ResponseWriter, q *Ask, err error) error {
	v := toldPage{Page: s.publicPage(q, q.P.T("public.code.title"), "/partner/release"), Mistakes: ui.MistakesOf(q.P, err)}
	if err != nil {
		v.Wrong = true
		for i := range v.Mistakes {
			v.Mistakes[i].Name = "code"
		}
	}
	return s.show(w, q, statusOf(err), releaseAsk(v))
}

// takeRelease shows the one fact, once. Wrong codes cost the same time here as where a client enters theirs.
func (s *Server) takeRelease(w http.ResponseWriter, q *Ask) error {
	visitor := s.visitor(q.Request)
	if wait := s.throttle.Wait(visitor, q.Now); wait > 0 {
		seconds := int(wait / time.Second)
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		return s.partnerRelease(w, q, fault.New(fault.TooMany, "public.wait", "wait", q.P.DurationLong(fullMinutes(wait)), "seconds", seconds))
	}
	var told rights.Told
	code, err := intake.ParseCode(typed(q, "code"))
	if err == nil {
		err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
			told, err = rights.Take(q.Context(), tx, s.Models, code)
			return err
		})
	}
	if fault.HasKey(err, "code.wrong") {
		s.throttle.Wrong(visitor, q.Now)
		return s.partnerRelease(w, q, fault.New(fault.Invalid, "code.wrong"))
	}
	if err != nil {
		return err
	}
	s.throttle.Right(visitor)
	return s.show(w, q, http.StatusOK, releaseTold(toldPage{Page: s.publicPage(q, q.P.T("public.code.title"), ""), Told: tellFact(q.P, told)}))
}

func tellFact(p *locale.Printer, t rights.Told) string {
	switch {
	case t.Fact == "visits":
		return p.T("rights.told-visits", "n", t.Visits)
	case t.Fact == "booked" && !t.Yes:
		return p.T("rights.told-not-booked")
	}
	return p.T("rights.told-" + t.Fact)
}
