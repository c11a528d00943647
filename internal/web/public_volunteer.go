package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// helpRoutes are the public pages of whoever would like to help: what one does, the form, and where the application is.
func (s *Server) helpRoutes(add adder) {
	add("GET /help", access.Open, s.helpList)
	add("GET /help/{slug}", access.Open, s.helpPage)
	add("POST /help/send", access.Open, s.sendHelp, applyFields...)
	add("GET /help/send", access.Open, func(w http.ResponseWriter, q *Ask) error { return redirect(w, q, q.path("/help")) })
	add("GET /help/code", access.Open, s.helpCode)
	add("POST /help/code", access.Open, s.lookHelp, "code*")
	add("POST /help/withdraw", access.Open, s.withdrawHelp, "code*")
	add("GET /help/withdraw", access.Open, func(w http.ResponseWriter, q *Ask) error { return redirect(w, q, q.path("/help/code")) })
}

var applyFields = []string{"token", "for", "name", "email", "phone", "language", "tasks...", "times..."}

// application is the form as it was typed.
type application struct {
	Token, For, Name, Email, Phone, Lang string
	Tasks, Times                         []string
}

// helpView is one unit's page: its tasks, as they are, and the form.
type helpViewPage struct {
	ui.Page
	Unit     openUnit
	Offer    openOffer
	Tasks    []model.Task // what one may do in this unit
	Sections []section
	A        application
	Mistakes ui.Mistakes
}

// helpOffers are the offers about volunteers that take people now.
func helpOffers(units []openUnit) (out []serviceChoiceAt) {
	for _, u := range units {
		for _, o := range u.Offers {
			if o.Model.Volunteers() && o.Open {
				out = append(out, serviceChoiceAt{u, o})
			}
		}
	}
	return out
}

type serviceChoiceAt struct {
	Unit  openUnit
	Offer openOffer
}

type helpListPage struct {
	ui.Page
	Offers []serviceChoiceAt
}

func (s *Server) helpList(w http.ResponseWriter, q *Ask) error {
	units, err := s.publicUnits(q)
	if err != nil {
		return err
	}
	all := helpOffers(units)
	if len(all) == 1 {
		return redirect(w, q, q.path("/help/"+all[0].Offer.Slug))
	}
	return s.show(w, q, http.StatusOK, helpListView(helpListPage{Page: s.publicPage(q, q.P.T("apply.list"), "/help"), Offers: all}))
}

func (s *Server) helpPage(w http.ResponseWriter, q *Ask) error {
	return s.answerHelp(w, q, application{Token: formToken(), For: q.PathValue("slug"), Lang: string(q.P.Lang())}, nil)
}

func (s *Server) answerHelp(w http.ResponseWriter, q *Ask, a application, wrong error) error {
	units, err := s.publicUnits(q)
	if err != nil {
		return err
	}
	all := helpOffers(units)
	i := slices.IndexFunc(all, func(x serviceChoiceAt) bool { return x.Offer.Slug == a.For })
	if i < 0 {
		return notFound()
	}
	u, o, lang := all[i].Unit, all[i].Offer, q.P.Lang()
	v := helpViewPage{Page: s.publicPage(q, o.Model.Name(lang), "/help/"+o.Slug), Unit: u, Offer: o, A: a, Mistakes: ui.MistakesOf(q.P, wrong)}
	v.Wrong = wrong != nil
	var offered []string
	for _, x := range u.Offers {
		offered = append(offered, x.Offer.Model)
	}
	v.Tasks = o.Model.Volunteer.TasksBeside(offered)
	for _, key := range []string{"what", "who"} {
		v.Sections = append(v.Sections, section{Heading: q.P.T("apply." + key), Lines: o.Model.Lines(lang, key)})
	}
	if fault.Is(wrong, fault.TooMany) {
		w.Header().Set("Retry-After", "60")
	}
	return s.show(w, q, statusOf(wrong), helpView(v))
}

type helpSentPage struct {
	ui.Page
	Code   string
	Days   int
	Home   string
	Status string
}

// sendHelp keeps an application and shows its code, once. The answer is no redirect: no address holds the code.
func (s *Server) sendHelp(w http.ResponseWriter, q *Ask) error {
	a := application{Token: token(q, "token"), For: typed(q, "for"), Name: typed(q, "name"), Email: typed(q, "email"), Phone: typed(q, "phone"), Lang: typed(q, "language"),
		Tasks: q.PostForm["tasks"], Times: q.PostForm["times"]}
	from := s.pace.Network(s.remote(q.Request))
	if wait := s.pace.Form(from); wait > 0 {
		return s.answerHelp(w, q, a, fault.New(fault.TooMany, "public.hurry", "wait", q.P.DurationLong(fullMinutes(wait))))
	}
	units, err := s.publicUnits(q)
	if err != nil {
		return err
	}
	all := helpOffers(units)
	i := slices.IndexFunc(all, func(x serviceChoiceAt) bool { return x.Offer.Slug == a.For })
	if i < 0 {
		s.pace.Unsent(from)
		return notFound()
	}
	var code intake.Code
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		code, err = volunteer.Apply(q.Context(), tx, s.Models, volunteer.Application{Offer: all[i].Offer.ID, Token: a.Token, Name: a.Name, Email: a.Email, Phone: a.Phone,
			Lang: locale.Lang(a.Lang), Tasks: a.Tasks, Times: a.Times})
		return err
	})
	if err != nil {
		s.pace.Unsent(from)
	}
	if shown(err) {
		return s.answerHelp(w, q, a, err)
	}
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, helpSentView(helpSentPage{Page: s.publicPage(q, q.P.T("apply.sent"), ""), Code: code.String(),
		Days: all[i].Offer.Model.Volunteer.Answer, Home: q.path("/"), Status: q.path("/help/code")}))
}

// helpCodePage is where an application is looked at; State is "" before the code.
type helpCodePage struct {
	ui.Page
	Code     string
	State    string
	Due      string
	Gone     string
	Done     bool // withdrawn
	Mistakes ui.Mistakes
}

func (s *Server) helpCode(w http.ResponseWriter, q *Ask) error {
	return s.show(w, q, http.StatusOK, helpCodeView(helpCodePage{Page: s.publicPage(q, q.P.T("apply.code"), "/help/code")}))
}

// byCode makes who tries wrong codes wait, as the clients' page does.
func (s *Server) byCode(w http.ResponseWriter, q *Ask, do func(ctx context.Context, tx *storage.Tx, code intake.Code, v *helpCodePage) error) error {
	p := helpCodePage{Page: s.publicPage(q, q.P.T("apply.code"), "")}
	visitor := s.visitor(q.Request)
	err := error(nil)
	if wait := s.throttle.Wait(visitor, q.Now); wait > 0 {
		err = fault.New(fault.TooMany, "public.wait", "wait", q.P.DurationLong(fullMinutes(wait)), "seconds", int(wait/time.Second))
	} else {
		var code intake.Code
		if code, err = intake.ParseCode(typed(q, "code")); err == nil {
			p.Code = code.String()
			err = s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, code, &p) })
		}
		if fault.HasKey(err, "code.wrong") {
			s.throttle.Wrong(visitor, q.Now)
			err = fault.New(fault.Invalid, "code.wrong")
		} else if err == nil {
			s.throttle.Right(visitor)
		}
	}
	switch {
	case err == nil:
		return s.show(w, q, http.StatusOK, helpCodeView(p))
	case fault.Is(err, fault.Invalid), fault.Is(err, fault.TooMany):
		p.Code, p.Wrong, p.Mistakes = "", true, mistakesAt(q.P, err, "code")
		return s.show(w, q, statusOf(err), helpCodeView(p))
	}
	return err
}

func (s *Server) lookHelp(w http.ResponseWriter, q *Ask) error {
	return s.byCode(w, q, func(ctx context.Context, tx *storage.Tx, code intake.Code, p *helpCodePage) error {
		v, _, err := volunteer.ByCode(ctx, tx, s.Models, code)
		if err != nil {
			return err
		}
		p.State = v.State
		if v.Path.Due != "" {
			p.Due = q.P.DayLong(v.Path.Due)
		}
		if v.Path.Gone != "" {
			p.Gone = q.P.DayLong(v.Path.Gone)
		}
		return nil
	})
}

func (s *Server) withdrawHelp(w http.ResponseWriter, q *Ask) error {
	return s.byCode(w, q, func(ctx context.Context, tx *storage.Tx, code intake.Code, p *helpCodePage) error {
		p.Done = true
		return volunteer.Withdraw(ctx, tx, s.Models, code)
	})
}

// timesOptions are the times one may wish for.
func timesOptions(p *locale.Printer) (out []ui.Option) {
	for _, t := range volunteer.Times {
		out = append(out, ui.Option{Value: t, Label: upper(p.T("wish." + t))})
	}
	return out
}

func upper(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[0])) + string(r[1:])
}
