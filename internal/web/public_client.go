package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// clientPage is what a return code opens: the client's own, and nothing that any address, cookie or title holds.
type clientPage struct {
	ui.Page
	appointment.ClientView
	Stay     string
	Said     string // what was just done
	Mistakes ui.Mistakes
	Heading  string
	Text     string
	Coming   []meetingView
	Ways     []wayOnView
	Asked    []ui.Fact
	Used     string                  // of visits without a limit
	Counted  bool                    // visits held of so many are shown
	Reach    string                  // how she is reached, without the number
	Erasing  rights.Erasure          // asked for, and two people carry it out
	Circles  map[string][]openCircle // groups that an accepted way on leads to, by the way
	CircleIn map[string]bool         // one has joined one of them
	Days     map[string]wayDays      // family days and open groups that an accepted way on leads to, by the way
	Typed    comingForm
	Answers  bool // how it went may be told, on a form of its own
}

type meetingView struct {
	ID, Title string
	Facts     []ui.Fact
}

type wayOnView struct{ ID, Name, State string }

// showClient answers a POST of a stay with the page as it now is.
func (s *Server) showClient(w http.ResponseWriter, q *Ask, stay intake.Stay, said string, wrong error) error {
	v := clientPage{Page: s.stayPage(q, q.P.T("public.client.title"), stay.Exit), Stay: stay.Token, Said: said, Mistakes: ui.MistakesOf(q.P, wrong)}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		if v.ClientView, err = appointment.ForClient(q.Context(), tx, s.Models, stay.Holder); err != nil {
			return err
		}
		if visitsOver(v.ClientView) {
			if v.Answers, err = s.offersForm(q.Context(), tx, stay.Holder, v.Together); err != nil {
				return err
			}
		}
		if v.Together {
			return nil // a seat has nothing of one's own
		}
		if err = v.fillWayCircles(q.Context(), tx, s, q, stay.Holder); err != nil {
			return err
		}
		if err = v.fillWayDays(q.Context(), tx, s, q, stay.Holder); err != nil {
			return err
		}
		if v.Erasing, _, err = rights.Asked(q.Context(), tx, stay.Holder); err != nil {
			return err
		}
		if err := v.fillReach(q.Context(), tx, stay.Holder); err != nil {
			return err
		}
		return v.fillAsked(q.Context(), tx, stay.Holder)
	})
	if err != nil {
		return err
	}
	v.Wrong = wrong != nil
	if v.Together {
		return s.show(w, q, statusOf(wrong), seatView(seatOf(q, v)))
	}
	v.fill(q, s.Models)
	return s.show(w, q, statusOf(wrong), clientView(v))
}

func (v *clientPage) t(key string, args ...any) string { return v.P.T("public.client."+key, args...) }

func (v *clientPage) fill(q *Ask, ms model.Set) {
	v.Heading, v.Text = v.headline()
	for _, a := range v.ClientView.Coming {
		v.Coming = append(v.Coming, v.meeting(q, a))
	}
	for _, x := range v.WaysOn {
		v.Ways = append(v.Ways, wayOnView{x.ID, wayName(v.P.Lang(), ms, v.Model, x), x.State})
	}
	if v.Max == 0 && v.ClientView.Used > 0 {
		v.Used = v.t("used-open", "n", v.ClientView.Used)
	}
	v.Counted = v.Max > 0 && v.ClientView.Used+len(v.Coming) > 0
}

// headline says where things stand, and what now.
func (v *clientPage) headline() (heading, text string) {
	switch v.State {
	case appointment.ClientWaiting:
		if v.Model.FirstVisit > 0 {
			return v.t("waiting"), v.t("waiting-text", "within", v.P.DurationLong(v.Model.FirstVisit))
		}
		return v.t("waiting"), v.t("waiting-plain")
	case appointment.ClientBooked:
		if len(v.ClientView.Coming) > 1 {
			return v.t("booked-more"), ""
		}
		return v.t("booked"), ""
	case appointment.ClientOffered:
		return v.t("offered"), v.t("offered-text")
	case appointment.ClientFollow:
		return v.t("follow-up"), v.t("follow-up-"+v.FollowUp.How, "day", v.P.DayLong(v.FollowUp.Day))
	}
	return v.t(v.State), v.t(v.State + "-text")
}

// slots are the times to pick from, with where and with whom.
func (v clientPage) slots() ui.Choice {
	c := ui.Choice{Name: "slot", Label: v.t("offered")}
	if v.State == appointment.ClientBooked {
		c.Label = v.t("another")
	}
	for _, x := range v.Slots {
		hint := []string{v.place(x.PlaceKind, x.Place, ""), v.t("length", "minutes", x.Minutes)}
		if name := v.names(x.Worker, x.Second); name != "" {
			hint = append(hint, name)
		}
		c.Options = append(c.Options, ui.Option{Value: string(x.ID), Label: v.P.When(x.At), Hint: strings.Join(hint, " · ")})
	}
	return c
}

func (v *clientPage) meeting(q *Ask, a appointment.Appointment) meetingView {
	m := meetingView{ID: string(a.ID), Title: v.P.When(a.At), Facts: []ui.Fact{
		{Term: v.t("at-place"), Value: v.place(a.PlaceKind, a.PlaceID, a.PlaceFor(access.Relation(""), true, q.Now).Reveal())},
		{Term: v.t("at-length"), Value: v.t("length", "minutes", a.Minutes)}}}
	if room := v.Rooms[a.Room]; room != "" {
		m.Facts = slices.Insert(m.Facts, 1, ui.Fact{Term: v.t("room"), Value: room})
	}
	if name := v.names(a.Worker, a.Second); name != "" {
		m.Facts = append(m.Facts, ui.Fact{Term: v.t("with"), Value: name})
	}
	if v.Max > 0 && a.No > 0 {
		m.Facts = append(m.Facts, ui.Fact{Term: v.t("which"), Value: v.t("number-of", "n", a.No, "max", v.Max)})
	}
	return m
}

// names are those who meet the client: one, or both of a pair.
func (v *clientPage) names(who ...access.AccountID) string {
	var out []string
	for _, w := range who {
		if name := v.Workers[w]; name != "" {
			out = append(out, name)
		}
	}
	return strings.Join(out, " "+v.P.T("public.way.and")+" ")
}

// place is where, in words. The agreed place's own text is the client's to read until the meeting is over.
func (v *clientPage) place(kind string, office organization.PlaceID, text string) string {
	if p, ok := v.Places[office]; ok && kind == appointment.Office {
		return p.Name.In(v.P.Lang()) + ", " + p.Address
	}
	if text != "" {
		return text
	}
	return v.t(kind)
}

func wayName(l locale.Lang, ms model.Set, from *model.Model, w episode.WayOn) string {
	if w.Kind == model.Service {
		if m, ok := ms.Latest(w.Destination); ok {
			return m.Name(l)
		}
	}
	return from.Text(l, "way."+w.Destination)
}

// fillAsked tells what was asked for, while it is still a request.
func (v *clientPage) fillAsked(ctx context.Context, tx *storage.Tx, h intake.Holder) error {
	if h.Request == "" {
		return nil
	}
	r, err := tx.Request(ctx, h.Request)
	if err != nil {
		return err
	}
	v.Asked = append(v.Asked, ui.Fact{Term: v.t("asked-when"), Value: v.P.Day(calendar.LocalOf(r.Created, v.Unit.Zone).Day)})
	if len(r.Times) > 0 {
		v.Asked = append(v.Asked, ui.Fact{Term: v.t("times"), Value: v.list(r.Times)})
	}
	if len(r.Places) > 0 {
		v.Asked = append(v.Asked, ui.Fact{Term: v.t("places"), Value: v.list(r.Places)})
	}
	if r.Area != "" {
		v.Asked = append(v.Asked, ui.Fact{Term: v.P.T("public.contact.area"), Value: r.Area})
	}
	return nil
}

func (v *clientPage) list(keys []string) string {
	var out []string
	for _, k := range keys {
		out = append(out, v.P.T("public.contact."+k))
	}
	return strings.Join(out, ", ")
}

type endPage struct {
	ui.Page
	Heading, Text string
	Links         []ui.Link
}

// leaveCode ends the stay for those who want to stop without leaving the site.
func (s *Server) leaveCode(w http.ResponseWriter, q *Ask) error {
	stay, err := s.resume(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	if err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return intake.Leave(q.Context(), tx, stay.Exit) }); err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, endView(endPage{Page: s.publicPage(q, q.P.T("public.client.title"), ""), Heading: q.P.T("public.client.left"),
		Text: q.P.T("public.client.left-text"), Links: []ui.Link{{Text: q.P.T("public.nav.home"), URL: q.path("/")}}}))
}
