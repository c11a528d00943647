package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/group"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// groupRoutes are gatherings counted by heads: nobody's name, and no limit to how often one comes.
func (s *Server) groupRoutes(add adder) {
	add("GET /groups", access.ClientWork, s.showGroups)
	add("GET /groups/new", access.ClientWork, s.newSeries)
	add("POST /groups/new", access.ClientWork, s.planSeries, "offer", "day", "clock", "minutes", "weeks", "times")
	add("GET /groups/{id}", access.ClientWork, s.showGathering)
	add("POST /groups/{id}/count", access.ClientWork, s.countHeads, "adults", "children")
	add("POST /groups/{id}/cancel", access.ClientWork, s.cancelGathering)
}

// The list looks so far back and ahead, and shows so many of each; a series of a year has all its meetings planned.
const (
	groupsBack  = 62 * 24 * time.Hour
	groupsAhead = 400 * 24 * time.Hour
	groupRows   = 30
)

// gathering is a group's meeting with its service.
type gathering struct {
	group.Meeting
	offered
}

// begun tells whether heads can be counted.
func (g gathering) begun(now time.Time) bool { return !now.Before(g.Starts) }

// groupList is what is not counted yet, what comes, and what has been.
type groupList struct {
	Frame     ui.StaffPage
	Groups    int // services by heads in the reader's units
	Uncount   []gathering
	Coming    []gathering
	Past      []gathering
	More      bool // not all that comes is shown
	Circles   []circleRow
	Days      []dayRow
	PlanDays  bool
	DayOffers int  // services with days to which families sign up
	Sorts     int  // kinds of groups that may be planned
	Ideas     int  // to be looked at; -1 where the reader coordinates none
	Kinds     bool // the reader says which may meet online
	Done      string
}

func (s *Server) showGroups(w http.ResponseWriter, q *Ask) error {
	v := groupList{Frame: s.staffPage(q, q.P.T("groups.title"), "groups"), Done: q.done("groups.done.", "planned", "counted", "cancelled")}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		groups, err := s.groupsOf(q.Context(), tx, q)
		if err != nil {
			return err
		}
		v.Groups = len(plannable(groups))
		if err := s.fillCircles(q.Context(), tx, q, &v); err != nil {
			return err
		}
		if err := s.fillDays(q.Context(), tx, q, &v); err != nil {
			return err
		}
		all, err := gatherings(q.Context(), tx, groups, q.Now)
		v.sort(all, q.Now)
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, groupsPage(q, v))
}

// groupsOf are the services by heads in the units where the reader works.
func (s *Server) groupsOf(ctx context.Context, tx *storage.Tx, q *Ask) ([]offered, error) {
	all, err := tx.MeetingOffers(ctx, q.By)
	if err != nil {
		return nil, err
	}
	var out []offered
	for _, o := range all {
		m, ok := s.Models.Model(o.Model, o.Version)
		if !ok || !m.ByHeads() || m.Circles() {
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

// plannable are those that are planned as gatherings; where families sign up to days, older ones may still be counted.
func plannable(all []offered) []offered {
	return slices.DeleteFunc(slices.Clone(all), func(o offered) bool { return o.model.SignsUp() })
}

func gatherings(ctx context.Context, tx *storage.Tx, groups []offered, now time.Time) ([]gathering, error) {
	var all []gathering
	for _, o := range groups {
		meetings, err := tx.Meetings(ctx, o.ID, now.Add(-groupsBack), now.Add(groupsAhead))
		if err != nil {
			return nil, err
		}
		for _, m := range meetings {
			all = append(all, gathering{m, o})
		}
	}
	slices.SortStableFunc(all, func(a, b gathering) int { return a.Starts.Compare(b.Starts) })
	return all, nil
}

func (v *groupList) sort(all []gathering, now time.Time) {
	v.Uncount, v.Coming, v.Past = nil, nil, nil
	for _, g := range all {
		switch {
		case g.begun(now) && g.State == group.Planned:
			v.Uncount = append(v.Uncount, g)
		case g.begun(now):
			v.Past = append(v.Past, g)
		default:
			v.Coming = append(v.Coming, g)
		}
	}
	slices.Reverse(v.Past)
	v.Past = v.Past[:min(len(v.Past), groupRows)]
	v.More = len(v.Coming) > groupRows
	v.Coming = v.Coming[:min(len(v.Coming), groupRows)]
}

// seriesForm is a gathering or a series of them, as it was typed.
type seriesForm struct {
	Offer, Day, Clock, Minutes, Weeks, Times string
}

// seriesPage plans a series; Groups are what it may be of.
type seriesPage struct {
	Frame    ui.StaffPage
	Form     seriesForm
	Groups   []offered
	Mistakes ui.Mistakes
}

func (s *Server) newSeries(w http.ResponseWriter, q *Ask) error {
	return s.answerSeries(w, q, seriesForm{Offer: q.URL.Query().Get("offer"), Weeks: "1", Times: "1"}, nil)
}

func (s *Server) answerSeries(w http.ResponseWriter, q *Ask, form seriesForm, wrong error) error {
	v := seriesPage{Frame: s.staffPage(q, q.P.T("groups.plan"), "groups"), Form: form, Mistakes: ui.MistakesOf(q.P, wrong)}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		v.Groups, err = s.groupsOf(q.Context(), tx, q)
		v.Groups = plannable(v.Groups)
		return err
	})
	if err != nil {
		return err
	}
	if len(v.Groups) == 0 {
		return notFound()
	}
	if v.Form.Minutes == "" && wrong == nil {
		v.Form.Minutes = strconv.Itoa(v.usualMinutes())
	}
	if wrong != nil {
		v.Frame.Wrong = true
		v.Mistakes = mistakesAt(q.P, wrong, seriesFields[fault.Of(wrong).Key])
	}
	return s.show(w, q, statusOf(wrong), seriesFormPage(q, v))
}

// seriesFields is where a refusal of the whole plan is said.
var seriesFields = map[string]string{"group.past": "day", "calendar.date": "day", "group.same-time": "day", "calendar.skipped": "clock", "calendar.clock": "clock"}

// usualMinutes is how long a gathering of the chosen group usually lasts.
func (v seriesPage) usualMinutes() int {
	chosen := v.Groups[0]
	for _, o := range v.Groups {
		if string(o.ID) == v.Form.Offer {
			chosen = o
		}
	}
	for _, p := range chosen.model.Parts {
		if p.Minutes > 0 {
			return p.Minutes
		}
	}
	return 90
}

func (s *Server) planSeries(w http.ResponseWriter, q *Ask) error {
	v := q.PostFormValue
	form := seriesForm{Offer: v("offer"), Day: v("day"), Clock: v("clock"), Minutes: v("minutes"), Weeks: v("weeks"), Times: v("times")}
	first, weeks, times, err := form.read()
	if err == nil {
		err = s.DB.Update(q.Context(), func(tx *storage.Tx) error {
			_, err := group.PlanSeries(q.Context(), tx, s.Models, q.By, first, weeks, times)
			return err
		})
	}
	if shown(err) {
		return s.answerSeries(w, q, form, err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget() // the service's page tells when the group gathers
	return redirect(w, q, "/groups?done=planned")
}

// read tells every mistake that can be seen without asking anybody.
func (f seriesForm) read() (m group.Meeting, weeks, times int, err error) {
	var form fault.Form
	m = group.Meeting{Offer: organization.OfferID(f.Offer)}
	if m.At.Day, err = calendar.ParseDate(f.Day); err != nil {
		form.Add("day", "calendar.date")
	}
	if m.At.Clock, err = calendar.ParseClock(f.Clock); err != nil {
		form.Add("clock", "calendar.clock")
	}
	m.Minutes = neededNumber(f.Minutes, "minutes", &form)
	weeks, times = neededNumber(f.Weeks, "weeks", &form), neededNumber(f.Times, "times", &form)
	return m, weeks, times, form.Err()
}

// neededNumber is a whole number that must be there.
func neededNumber(s, name string, form *fault.Form) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		form.Add(name, "form.number")
		return 0
	}
	return n
}

// gatheringPage is one gathering: counting its heads, or calling it off.
type gatheringPage struct {
	Frame            ui.StaffPage
	At               gathering
	Adults, Children string
	Mistakes         ui.Mistakes
}

// Kids tells whether children are counted here.
func (v gatheringPage) Kids() bool { return kids(v.At.model) }

func kids(m *model.Model) bool { return slices.Contains(m.Clients, person.Child) }

func (s *Server) showGathering(w http.ResponseWriter, q *Ask) error {
	return s.answerGathering(w, q, nil)
}

// answerGathering shows the gathering, with what was typed where it was refused.
func (s *Server) answerGathering(w http.ResponseWriter, q *Ask, wrong error) error {
	v := gatheringPage{Frame: s.staffPage(q, q.P.T("groups.one"), "groups")}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		v.At, err = s.gathering(q.Context(), tx, q)
		return err
	})
	if err != nil {
		return err
	}
	if v.At.State == group.Held {
		v.Adults, v.Children = strconv.Itoa(v.At.Adults), strconv.Itoa(v.At.Children)
	}
	if wrong != nil {
		v.Frame.Wrong, v.Mistakes = true, ui.MistakesOf(q.P, wrong)
		v.Adults, v.Children = q.PostFormValue("adults"), q.PostFormValue("children")
	}
	return s.show(w, q, statusOf(wrong), gatheringView(q, v))
}

// gathering finds one of the reader's own groups' gatherings. What the reader may see is asked first, so that a
// gathering of others' takes the same time as one that never was.
func (s *Server) gathering(ctx context.Context, tx *storage.Tx, q *Ask) (gathering, error) {
	groups, err := s.groupsOf(ctx, tx, q)
	if err != nil {
		return gathering{}, err
	}
	m, err := tx.Meeting(ctx, group.MeetingID(q.PathValue("id")))
	if i := slices.IndexFunc(groups, func(o offered) bool { return o.ID == m.Offer }); err == nil && i >= 0 {
		return gathering{m, groups[i]}, nil
	}
	if err == nil {
		err = notFound()
	}
	return gathering{}, err
}

// countHeads says how many came, or corrects it. Where children are not counted their field is not asked.
func (s *Server) countHeads(w http.ResponseWriter, q *Ask) error {
	var form fault.Form
	adults, children := neededNumber(q.PostFormValue("adults"), "adults", &form), 0
	if q.PostForm.Has("children") {
		children = neededNumber(q.PostFormValue("children"), "children", &form)
	}
	err := form.Err()
	return s.gatheringStep(w, q, err, "counted", func(ctx context.Context, tx *storage.Tx, id group.MeetingID) error {
		return group.Count(ctx, tx, s.Models, q.By, id, adults, children)
	})
}

func (s *Server) cancelGathering(w http.ResponseWriter, q *Ask) error {
	return s.gatheringStep(w, q, nil, "cancelled", func(ctx context.Context, tx *storage.Tx, id group.MeetingID) error {
		return group.Cancel(ctx, tx, s.Models, q.By, id)
	})
}

func (s *Server) gatheringStep(w http.ResponseWriter, q *Ask, err error, done string, do func(ctx context.Context, tx *storage.Tx, id group.MeetingID) error) error {
	if err == nil {
		err = s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, group.MeetingID(q.PathValue("id"))) })
	}
	if shown(err) {
		return s.answerGathering(w, q, err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget()
	return redirect(w, q, "/groups?done="+done)
}
