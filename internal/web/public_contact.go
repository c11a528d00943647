package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ready"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// contact is what somebody types or ticks when asking for help. Only sending is required.
type contact struct {
	Token    string // the form's own, so that sending twice is sending once
	At       string // the visit's random name: once left, its form is not shown again
	Offer    string // the offer's slug
	Settled  bool   // it was chosen before the form
	Channel  string
	Address  string // the rest of reaching out belongs to the chosen channel alone
	From     string
	To       string
	LastDay  string
	Word     string
	Others   string   // whether somebody else may answer or read: yes, no, or not told
	Allowed  []string // voicemail, say, reminders, again
	Times    []string
	Places   []string
	Area     string
	Name     string
	Age      string
	Lang     string
	Referrer string // a partner's kind; partners only
	Present  bool   // the client is beside the partner
}

// newContact is an empty form. "I will come back myself" stands first and is chosen (D-185).
func newContact(q *Ask) contact {
	return contact{Token: ready.TokenPlace, At: ready.VisitPlace, Offer: q.URL.Query().Get("for"), Settled: q.URL.Query().Get("for") != "", Channel: string(person.None), Lang: string(q.P.Lang())}
}

func readContact(q *Ask) contact {
	c := readPermission(q)
	c.Token, c.At, c.Offer, c.Settled = token(q, "token"), token(q, "at"), typed(q, "for"), token(q, "settled") == "yes"
	c.Times, c.Places, c.Area = q.PostForm["times"], q.PostForm["places"], typed(q, "area")
	c.Name, c.Age, c.Lang = typed(q, "name"), typedAge(q), typed(q, "language")
	c.Referrer, c.Present = typed(q, "referrer"), q.PostFormValue("present") == "yes"
	return c
}

// typedAge is the child's age. Each service for children asks for it beside its own choice, so that without scripts a form
// carries as many, and one that was filled in.
func typedAge(q *Ask) string {
	for _, age := range q.PostForm["age"] {
		if age = strings.TrimSpace(age); age != "" {
			return age
		}
	}
	return ""
}

// reachFields are asked for each way of reaching out by itself, under names of its own.
var reachFields = []string{"address", "hour-from", "hour-to", "last-day", "code-word", "others", "allowed"}

// field is an input's name: what belongs to a channel carries its name.
func (c contact) field(name string) string {
	if slices.Contains(reachFields, name) {
		return c.Channel + "-" + name
	}
	return name
}

// asked is the form as intake takes it. What cannot be read becomes what intake refuses, so that all mistakes are told
// at once and in one place.
func (c contact) asked(o openOffer, by intake.Channel) intake.New {
	in := intake.New{Offer: o.ID, Channel: by, Lang: locale.Lang(c.Lang), Name: c.Name, Age: -1, Times: c.Times, Places: c.Places, Area: c.Area,
		Token: c.Token, Contact: c.safe(), Referrer: c.Referrer, Present: c.Present}
	if c.Age != "" && child(o) {
		in.Age = number(c.Age, 99)
	}
	return in
}

// safe is the permission to reach out, of the chosen way alone: what was typed under another choice is dropped, not
// kept in case.
func (c contact) safe() person.SafeContact {
	out := person.SafeContact{Channel: person.Channel(c.Channel), Address: seal.Of(c.Address), CodeWord: seal.Of(c.Word),
		HourFrom: number(c.From, -1), HourTo: number(c.To, -1), Voicemail: slices.Contains(c.Allowed, "voicemail"),
		SayOrganisation: slices.Contains(c.Allowed, "say"), Others: person.Others(c.Others),
		Reminders: slices.Contains(c.Allowed, "reminders"), AskAgain: slices.Contains(c.Allowed, "again")}
	if c.LastDay != "" {
		out.LastDay = "0000-00-00" // a day long past, unless it can be read
		if day, err := calendar.ParseDate(c.LastDay); err == nil {
			out.LastDay = day
		}
	}
	return out
}

func number(s string, otherwise int) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return otherwise
}

// mistakes are intake's, under the names of our inputs, so that the summary's links lead to them.
func (c contact) mistakes(q *Ask, err error) ui.Mistakes {
	out := ui.MistakesOf(q.P, err)
	for i := range out {
		out[i].Name = c.field(out[i].Name)
	}
	return out
}

type contactPage struct {
	ui.Page
	C        contact
	Mistakes ui.Mistakes
	Offers   []serviceChoice
	Unit     openUnit
	Offer    openOffer
	Partner  bool
	Child    bool // some offer is for children
}

func (v contactPage) desk() intake.Desk {
	return intake.Desk{Offer: v.Offer.Offer, Unit: v.Unit.Unit, Places: v.Unit.Places, Model: v.Offer.Model}
}

type serviceChoice struct {
	Slug, Name, Lead string
	Child            bool
}

// beforeContact is the interruption page: what the browser remembers and how to leave, before the first form page.
func (s *Server) beforeContact(w http.ResponseWriter, q *Ask) error {
	slug := q.URL.Query().Get("for")
	return s.showReady(w, q, "before "+slug, func(ctx context.Context) (templ.Component, error) {
		next := "/contact/form?"
		if slug != "" {
			if err := s.DB.View(ctx, func(tx *storage.Tx) error {
				_, _, err := s.offerBySlug(ctx, tx, slug)
				return err
			}); err != nil {
				return nil, err
			}
			next += "for=" + slug + "&"
		}
		next += "at=" + ready.VisitPlace
		return beforeView(beforePage{Page: s.publicPage(q, q.P.T("public.before.title"), "/contact"), Next: q.path(next)}), nil
	})
}

type beforePage struct {
	ui.Page
	Next string
}

func (s *Server) contactForm(w http.ResponseWriter, q *Ask) error {
	return s.emptyForm(w, q, intake.Form)
}

// emptyForm shows the form as everybody gets it. Its own token is put in as it is sent.
func (s *Server) emptyForm(w http.ResponseWriter, q *Ask, by intake.Channel) error {
	if s.departed.Left(q.visit()) {
		http.Redirect(w, q.Request, s.ExitURL, http.StatusSeeOther)
		return nil
	}
	c := newContact(q)
	return s.showReady(w, q, "form "+string(by)+" "+c.Offer, func(context.Context) (templ.Component, error) {
		v, err := s.contactPage(q, by, c)
		return contactView(v), err
	})
}

// contactPage fills the form. An offer that is not there, or takes nobody now, is "not found"; none named is a choice.
func (s *Server) contactPage(q *Ask, by intake.Channel, c contact) (contactPage, error) {
	v, found := contactPage{C: c, Partner: by == intake.Partner}, false
	units, err := s.publicUnits(q)
	if err != nil {
		return v, err
	}
	for _, u := range units {
		for _, o := range u.Offers {
			if !o.takes(by) {
				continue
			}
			if !found || o.Slug == c.Offer {
				v.Unit, v.Offer, found = u, o, true
			}
			v.Offers = append(v.Offers, serviceChoice{o.Slug, o.Model.Name(q.P.Lang()), o.Model.Text(q.P.Lang(), "lead"), child(o)})
		}
	}
	if !found || (c.Offer != "" && c.Offer != v.Offer.Slug) {
		return v, notFound()
	}
	v.C.Offer = v.Offer.Slug
	v.Page = s.publicPage(q, q.P.T("public.contact.title"), "/contact/form")
	if v.Partner {
		v.Page = s.publicPage(q, q.P.T("public.partner.title"), "/partner")
	}
	if id.Valid(c.At) {
		v.Page.Exit.Action += "?at=" + c.At
		if v.Page.Path += "?"; c.Settled {
			v.Page.Path += "for=" + c.Offer + "&"
		}
		v.Page.Path += "at=" + c.At
	}
	return v, nil
}

func child(o openOffer) bool {
	return slices.Contains(o.Model.Clients, person.Child)
}

type madePage struct {
	ui.Page
	Code    string
	Partner bool
	Reach   bool
	Days    int
	Until   string
	Home    string
	Within  string // the promise, "" when none is made
}

func (s *Server) sendContact(w http.ResponseWriter, q *Ask) error {
	return s.sendRequest(w, q, intake.Form)
}

// sendRequest makes the request and shows its code, once. The answer is no redirect: no address holds the code.
func (s *Server) sendRequest(w http.ResponseWriter, q *Ask, by intake.Channel) error {
	c := readContact(q)
	v, err := s.contactPage(q, by, c)
	if err != nil {
		return err
	}
	var made intake.Made
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		made, err = intake.MakeAt(q.Context(), tx, v.desk(), q.By, v.C.asked(v.Offer, by))
		return err
	})
	if err != nil && shown(err) {
		v.Mistakes, v.Wrong = c.mistakes(q, err), true
		return s.show(w, q, statusOf(err), contactView(v))
	}
	if err != nil {
		return err
	}
	r := made.Request
	m := madePage{Page: s.publicPage(q, q.P.T("public.made.title"), ""), Home: q.path("/"), Code: made.Code.String(), Partner: by == intake.Partner,
		Reach: c.Channel != "" && c.Channel != string(person.None), Days: v.Offer.Model.UnusedDays,
		Until: q.P.DayLong(calendar.LocalOf(r.Expires, v.Unit.Zone).Day)}
	if v.Offer.Model.FirstVisit > 0 {
		m.Within = q.P.DurationLong(v.Offer.Model.FirstVisit)
	}
	return s.show(w, q, http.StatusOK, codeShownView(m))
}
