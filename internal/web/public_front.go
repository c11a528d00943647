package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/group"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/hours"
	"rinnalla.fi/rinnalla/internal/web/ready"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// openUnit is a unit as the public may know it: what it offers, when it answers, whether somebody is there.
type openUnit struct {
	organization.Unit
	Offers   []openOffer
	Places   []organization.Place
	At       calendar.Local
	Openings []organization.Opening
	Chat     chat.Status
}

type openOffer struct {
	organization.Offer
	Model *model.Model
}

// takes tells whether one may make contact for the offer by the channel.
func (o openOffer) takes(c intake.Channel) bool {
	return o.Open && slices.Contains(o.Model.Channels, string(c))
}

// takes is the unit's first offer that takes contacts by the channel.
func (u openUnit) takes(c intake.Channel) (openOffer, bool) {
	for _, o := range u.Offers {
		if o.takes(c) {
			return o, true
		}
	}
	return openOffer{}, false
}

// units are what the organisation offers to the public, as it was read within the last few seconds. They are shared:
// whoever adds to one works on its own copy.
func (s *Server) units(ctx context.Context, tx *storage.Tx) ([]openUnit, error) {
	units, round := s.ready.Known(tx.Now())
	if units == nil {
		var err error
		if units, err = s.readUnits(ctx, tx); err != nil {
			return nil, err
		}
		s.ready.PutKnown(units, tx.Now().Add(ready.For), round)
	}
	return unitsAt(units, tx.Now()), nil
}

// publicUnits are the units without a transaction of one's own, most often without any.
func (s *Server) publicUnits(q *Ask) (units []openUnit, err error) {
	if units, _ := s.ready.Known(q.Now); units != nil {
		return unitsAt(units, q.Now), nil
	}
	err = s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		units, err = s.units(q.Context(), tx)
		return err
	})
	return units, err
}

func unitsAt(units []openUnit, now time.Time) []openUnit {
	out := slices.Clone(units)
	for i := range out {
		out[i].At = calendar.LocalOf(now, out[i].Zone)
	}
	return out
}

func (s *Server) readUnits(ctx context.Context, tx *storage.Tx) ([]openUnit, error) {
	all, err := tx.Units(ctx)
	if err != nil {
		return nil, err
	}
	offers, err := tx.Offers(ctx, "")
	if err != nil {
		return nil, err
	}
	places, err := tx.Places(ctx, "")
	out := make([]openUnit, len(all))
	for i, u := range all {
		out[i].Unit = u
		for _, o := range offers {
			if m, ok := s.Models.Model(o.Model, o.Version); ok && o.Unit == u.ID {
				out[i].Offers = append(out[i].Offers, openOffer{o, m})
			}
		}
		for _, p := range places {
			if p.Unit == u.ID {
				out[i].Places = append(out[i].Places, p)
			}
		}
	}
	return out, err
}

// fillTimes adds when the unit answers, and whether it does now.
func (u *openUnit) fillTimes(ctx context.Context, tx *storage.Tx) (err error) {
	if u.Openings, err = tx.Openings(ctx, u.ID); err != nil {
		return err
	}
	u.Chat, err = chat.StatusOf(ctx, tx, u.ID)
	return err
}

// way is one way of reaching the organisation, as a card.
type way struct {
	Tag     string
	Tone    ui.Tone
	Heading string
	Text    string
	Do      ui.Action
	Hours   string // its week, in one line
}

type hoursLine struct{ Day, Clock string }

type serviceCard struct {
	Name, Lead, URL string
	Unit            string // where several units offer something
	Heads           bool   // a group: meetings of one's own stand first
}

type frontPage struct {
	ui.Page
	Ways     []way
	Services []serviceCard
	Help     string // where whoever would like to help begins; "" where nobody is taken on
}

func (s *Server) front(w http.ResponseWriter, q *Ask) error {
	return s.showReady(w, q, "front", func(ctx context.Context) (templ.Component, error) {
		var units []openUnit
		var lines []way
		err := s.DB.View(ctx, func(tx *storage.Tx) (err error) {
			if units, err = s.units(ctx, tx); err != nil {
				return err
			}
			for i := range units {
				if err := units[i].fillTimes(ctx, tx); err != nil {
					return err
				}
			}
			lines, err = lineWays(ctx, tx, q, units)
			return err
		})
		if err != nil {
			return nil, err
		}
		v := frontPage{Page: s.publicPage(q, "", "/"), Ways: append(s.ways(q, units), lines...)}
		for _, u := range units {
			for _, o := range u.Offers {
				if o.Open && o.Model.Volunteers() {
					v.Help = q.path("/help")
				} else if o.Open {
					c := serviceCard{Name: o.Model.Name(q.P.Lang()), Lead: o.Model.Text(q.P.Lang(), "lead"), URL: q.path("/services/" + o.Slug), Heads: o.Model.ByHeads()}
					if len(units) > 1 {
						c.Unit = u.Name.In(q.P.Lang())
					}
					v.Services = append(v.Services, c)
				}
			}
		}
		slices.SortStableFunc(v.Services, func(a, b serviceCard) int { return later(a.Heads, b.Heads) })
		return frontView(v), nil
	})
}

// ways are the cards of the front page: chats, the form, telephones. One of them is the likely next step: a chat that
// is answered now, otherwise the form.
func (s *Server) ways(q *Ask, units []openUnit) []way {
	var chats, phones []way
	form, filled := false, false
	for _, u := range units {
		_, takes := u.takes(intake.Form)
		form = form || takes
		if o, ok := u.takes(intake.Chat); ok {
			chats = append(chats, chatWay(q, u, o, len(units) > 1))
			filled = filled || chats[len(chats)-1].Do.Kind == ui.Primary
		}
		if _, ok := u.takes(intake.Telephone); ok && u.Phone != "" {
			phones = append(phones, phoneWay(q, u, len(units) > 1))
		}
	}
	out := chats
	if form {
		out = append(out, formWay(q, "/contact", filled))
	}
	return append(out, phones...)
}

func formWay(q *Ask, to string, second bool) way {
	w := way{Tag: q.P.T("public.way.any-time"), Tone: ui.Info, Heading: q.P.T("public.way.form"), Text: q.P.T("public.way.form-text"),
		Do: ui.Action{Text: q.P.T("public.way.form-start"), URL: q.path(to), Kind: ui.Primary}}
	if second {
		w.Do.Kind = ui.Secondary
	}
	return w
}

// chatWay tells whether the chat is answered now, and otherwise when it next is.
func chatWay(q *Ask, u openUnit, o openOffer, named bool) way {
	w := way{Heading: q.P.T("public.way.chat"), Hours: hours.Week(q.P, u.Openings, "chat")}
	if named {
		w.Heading = q.P.T("public.way.chat-unit", "unit", u.Name.In(q.P.Lang()))
	}
	w.Do = ui.Action{Text: q.P.T("public.way.chat-look"), URL: q.path("/chat?for=" + o.Slug), Kind: ui.Secondary}
	switch {
	case u.Chat.Open:
		w.Tag, w.Tone, w.Text = q.P.T("public.way.open"), ui.Good, q.P.T("public.way.chat-open", "until", u.Chat.Closes)
		w.Do.Text, w.Do.Kind = q.P.T("public.way.chat-start"), ui.Primary
	case u.Chat.Hours:
		w.Tag, w.Tone, w.Text = q.P.T("public.way.busy"), ui.Soon, q.P.T("public.way.chat-away", "until", u.Chat.Closes)
	default:
		w.Tag, w.Tone, w.Text = nextTag(q.P, u, "chat"), ui.Soon, q.P.T("public.way.chat-closed")
	}
	return w
}

func phoneWay(q *Ask, u openUnit, named bool) way {
	w := way{Heading: q.P.T("public.way.phone"), Hours: hours.Week(q.P, u.Openings, "telephone"),
		Do: ui.Action{Text: q.P.T("public.way.phone-call", "number", u.Phone), URL: telURL(u.Phone), Kind: ui.Secondary}}
	if named {
		w.Heading = q.P.T("public.way.phone-unit", "unit", u.Name.In(q.P.Lang()))
	}
	if now, open := organization.OpenAt(u.Openings, "telephone", u.At); open {
		w.Tag, w.Tone, w.Text = q.P.T("public.way.open"), ui.Good, q.P.T("public.way.phone-open", "until", now.Closes)
		return w
	}
	w.Tag, w.Tone, w.Text = nextTag(q.P, u, "telephone"), ui.Soon, q.P.T("public.way.phone-closed")
	return w
}

func telURL(number string) string {
	return "tel:" + strings.Map(func(r rune) rune {
		if r == '+' || (r >= '0' && r <= '9') {
			return r
		}
		return -1
	}, number)
}

func nextTag(p *locale.Printer, u openUnit, channel string) string {
	if when := nextTime(p, u, channel); when != "" {
		return p.T("public.way.opens", "when", when)
	}
	return p.T("public.way.closed")
}

// nextTime is when the channel is next answered: a clock time today, otherwise the day too. "" when never.
func nextTime(p *locale.Printer, u openUnit, channel string) string {
	o, day, ok := organization.NextOpening(u.Openings, channel, u.At)
	switch {
	case !ok:
		return ""
	case day == u.At.Day:
		return p.T("public.way.today", "clock", o.Opens)
	}
	return p.When(calendar.Local{Day: day, Clock: o.Opens, Zone: u.Zone})
}

// hours is a channel's week, one line for each day that has any.
func daysOpen(p *locale.Printer, openings []organization.Opening, channel string) []hoursLine {
	var out []hoursLine
	for day := 1; day <= 7; day++ {
		if clocks := hours.Clocks(p, openings, channel, day); clocks != "" {
			out = append(out, hoursLine{p.Weekday(day), clocks})
		}
	}
	return out
}

// section is a heading with its paragraphs.
type section struct {
	Heading string
	Lines   []string
	List    bool
	Steps   bool
}

// steps are the lines as a path that is only explained.
func steps(lines []string) []ui.Step {
	var out []ui.Step
	for i, l := range lines {
		out = append(out, ui.Step{No: i + 1, State: ui.StepPlain, Title: l})
	}
	return out
}

type servicePage struct {
	ui.Page
	circleList
	Name, Lead string
	Sections   []section
	Ways       []way
	Contact    string
	Email      string
	Coming     []string // next gatherings of an open group
	Heads      bool
	SignsUp    bool // families sign up to its days
	Days       []openDay
	Line       *publicLine // a telephone line that is open on evenings
	Kept, Not  section
	Papers     string // why none are written
}

func (s *Server) service(w http.ResponseWriter, q *Ask) error {
	slug := q.PathValue("slug")
	return s.showReady(w, q, "service "+slug, func(ctx context.Context) (templ.Component, error) {
		v := servicePage{Page: s.publicPage(q, "", "/services/"+slug)}
		err := s.DB.View(ctx, func(tx *storage.Tx) error { return s.fillService(ctx, tx, q, slug, &v) })
		return serviceView(v), err
	})
}

func (s *Server) fillService(ctx context.Context, tx *storage.Tx, q *Ask, slug string, v *servicePage) error {
	u, o, err := s.offerBySlug(ctx, tx, slug)
	if err == nil && o.Model.Volunteers() {
		err = notFound() // it has a page of its own
	}
	if err == nil {
		err = u.fillTimes(ctx, tx)
	}
	if err != nil {
		return err
	}
	lang := q.P.Lang()
	v.Name, v.Title, v.Lead = o.Model.Name(lang), o.Model.Name(lang), o.Model.Text(lang, "lead")
	for _, key := range []string{"what", "who", "how", "price"} {
		v.Sections = append(v.Sections, section{Heading: q.P.T("public.service." + key), Lines: o.Model.Lines(lang, key), Steps: key == "how"})
	}
	v.Kept = section{Heading: q.P.T("public.service.kept"), Lines: o.Model.Lines(lang, "kept"), List: true}
	v.Not = section{Heading: q.P.T("public.service.not-kept"), Lines: o.Model.Lines(lang, "not-kept"), List: true}
	if len(o.Model.Documents) == 0 {
		v.Papers = strings.Join(o.Model.Lines(lang, "documents"), " ")
	}
	v.Heads = o.Model.ByHeads()
	if v.Gathers = o.Model.Gathering != nil; v.Gathers {
		v.Contact = o.Model.Text(lang, "contact")
		return s.fillOpenCircles(ctx, tx, q, u, o, v)
	}
	if v.SignsUp = o.Model.SignsUp(); v.SignsUp {
		v.Contact = o.Model.Text(lang, "contact")
		return fillOpenDays(ctx, tx, q, o, v)
	}
	if v.Heads {
		return fillComing(ctx, tx, q, o, v)
	}
	if o.Model.Calls() {
		v.Contact = o.Model.Text(lang, "contact")
		v.Line, err = readLine(ctx, tx, q, o)
		return err
	}
	v.Ways, v.Contact = serviceWays(q, u, o), o.Model.Text(lang, "contact")
	if o.takes(intake.Email) {
		v.Email = u.Email
	}
	return nil
}

// serviceWays are the ways this one service takes contacts by.
func serviceWays(q *Ask, u openUnit, o openOffer) []way {
	var out []way
	filled := false
	if o.takes(intake.Chat) {
		out = append(out, chatWay(q, u, o, false))
		filled = out[0].Do.Kind == ui.Primary
	}
	if o.takes(intake.Form) {
		out = append(out, formWay(q, "/contact?for="+o.Slug, filled))
	}
	if o.takes(intake.Telephone) && u.Phone != "" {
		out = append(out, phoneWay(q, u, false))
	}
	return out
}

// fillComing lists the next gatherings: their times are public, who comes is not asked.
func fillComing(ctx context.Context, tx *storage.Tx, q *Ask, o openOffer, v *servicePage) error {
	meetings, err := tx.Meetings(ctx, o.ID, tx.Now(), tx.Now().AddDate(0, 0, 120))
	for _, m := range meetings {
		if m.State == group.Planned && len(v.Coming) < 6 {
			v.Coming = append(v.Coming, q.P.When(m.At))
		}
	}
	return err
}

// offerBySlug finds an offer with its unit and model.
func (s *Server) offerBySlug(ctx context.Context, tx *storage.Tx, slug string) (openUnit, openOffer, error) {
	units, err := s.units(ctx, tx)
	if err != nil {
		return openUnit{}, openOffer{}, err
	}
	for _, u := range units {
		for _, o := range u.Offers {
			if o.Slug == slug {
				return u, o, nil
			}
		}
	}
	return openUnit{}, openOffer{}, notFound()
}
