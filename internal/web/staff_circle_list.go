package web

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// circleRow is a group in the list.
type circleRow struct {
	circle.Circle
	offered offered
	Next    circle.Meeting // the zero Meeting when none is to come
	Held    int
	Late    int // meetings that have begun and are not counted
	Wanted  int // meetings without a leader

	meetings []circle.Meeting
}

// circlesOf are the groups the reader leads or coordinates, those with a meeting to come first.
func (s *Server) circlesOf(ctx context.Context, tx *storage.Tx, q *Ask, offers []offered) ([]circleRow, error) {
	found := map[circle.ID]circle.Circle{}
	mine, err := tx.CirclesOf(ctx, q.By.Account)
	if err != nil {
		return nil, err
	}
	var coordinated []organization.OfferID
	for _, o := range offers {
		if q.By.Is(access.Coordinator, o.unit.ID) {
			coordinated = append(coordinated, o.ID)
		}
	}
	theirs, err := tx.Circles(ctx, append([]organization.OfferID{}, coordinated...))
	if err != nil {
		return nil, err
	}
	var ids []circle.ID
	for _, c := range append(mine, theirs...) {
		if _, twice := found[c.ID]; !twice {
			ids = append(ids, c.ID)
		}
		found[c.ID] = c
	}
	meetings, err := tx.CircleMeetings(ctx, ids)
	if err != nil {
		return nil, err
	}
	by, out := circle.ByCircle(meetings), []circleRow(nil)
	for _, id := range ids {
		r := circleRow{Circle: found[id], meetings: by[id]}
		if r.offered, err = s.offeredBy(ctx, tx, r.Offer); err != nil {
			return nil, err
		}
		var coming bool
		if r.Next, coming = circle.Next(by[id], q.Now); coming && len(r.Leaders) == 0 {
			r.Wanted++
		}
		for _, m := range by[id] {
			switch {
			case m.State == circle.Held:
				r.Held++
			case m.State == circle.Planned && !q.Now.Before(m.Starts):
				r.Late++
			case m.State == circle.Planned && m.Lead == circle.Wanted:
				r.Wanted++
			}
		}
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b circleRow) int {
		return cmp.Or(later(a.Next.No == 0, b.Next.No == 0), a.Next.Starts.Compare(b.Next.Starts), cmp.Compare(b.Last, a.Last))
	})
	return out, nil
}

func (s *Server) offeredBy(ctx context.Context, tx *storage.Tx, id organization.OfferID) (offered, error) {
	o, err := tx.Offer(ctx, id)
	if err != nil {
		return offered{}, err
	}
	u, err := tx.Unit(ctx, o.Unit)
	m, ok := s.Models.Model(o.Model, o.Version)
	if !ok && err == nil {
		err = notFound()
	}
	return offered{o, m, u}, err
}

// circleName is the kind's name, or the service's where it has no kinds.
func circleName(q *Ask, m *model.Model, kind string) string {
	if kind == "" {
		return m.Name(q.P.Lang())
	}
	return m.Text(q.P.Lang(), "kind."+kind)
}

func (r circleRow) name(q *Ask) string {
	name := circleName(q, r.offered.model, r.Kind)
	if len(unitsOf(q.By)) > 1 {
		name += ", " + r.offered.unit.Name.In(q.P.Lang())
	}
	return name
}

// rhythm is a group's schedule in words: every second Tuesday, eight times from a day. Link and leaders are not in it.
func rhythm(q *Ask, c circle.Circle) string {
	x := circle.ScheduleOf(c)
	return q.P.T("circles.rhythm."+strconv.Itoa(min(x.Interval, 5)), "weekday", q.P.Weekday(x.Start.Weekday()), "weeks", x.Interval) + " " +
		q.P.T("circles.rhythm.from", "n", x.Count, "day", q.P.Date(x.Start), "clock", q.P.Hours(x.Opens, x.Closes))
}

// fillCircles reads what the page of groups tells of groups of a number of meetings.
func (s *Server) fillCircles(ctx context.Context, tx *storage.Tx, q *Ask, v *groupList) error {
	offers, err := s.gathers(ctx, tx, q)
	if err != nil {
		return err
	}
	v.Sorts, v.Ideas, v.Kinds = len(sorts(offers)), -1, false
	for _, o := range offers {
		if q.By.Is(access.Coordinator, o.unit.ID) {
			v.Kinds = true
			if o.model.Gathering.Ideas {
				v.Ideas = max(v.Ideas, 0)
			}
		}
	}
	if v.Ideas == 0 {
		ideas, err := s.ideasFor(ctx, tx, q)
		if err != nil {
			return err
		}
		for _, i := range ideas {
			if i.State == circle.Proposed {
				v.Ideas++
			}
		}
	}
	v.Circles, err = s.circlesOf(ctx, tx, q, offers)
	return err
}

// deskCircle is something of a group that waits for the reader.
type deskCircle struct {
	Name, When, What, To string
	Tone                 ui.Tone
}

// deskCircles are what one leads and has not counted, what is today, and for a coordinator meetings without a leader or a room and ideas
// nobody has read. What is not the reader's to do is left out.
func (s *Server) deskCircles(ctx context.Context, tx *storage.Tx, q *Ask, watch wall.Watch) ([]deskCircle, error) {
	offers, err := s.gathers(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	rows, err := s.circlesOf(ctx, tx, q, offers)
	if err != nil {
		return nil, err
	}
	var out []deskCircle
	rooms := officesRead{}
	for _, r := range rows {
		_, today := dayAround(q.Now, r.offered.unit.Zone)
		if r.Next.No > 0 && len(r.Leaders) == 0 && q.By.Is(access.Coordinator, r.offered.unit.ID) {
			out = append(out, deskCircle{Name: r.name(q), When: q.P.When(r.Next.At), What: q.P.T("desk.circles.no-leader"), To: "/circles/" + string(r.ID), Tone: ui.Late})
		}
		if q.By.Is(access.Coordinator, r.offered.unit.ID) {
			both, err := circle.Together(ctx, tx, watch, r.Circle)
			if err != nil {
				return nil, err
			}
			if both {
				out = append(out, deskCircle{Name: r.name(q), When: "–", What: q.P.T("desk.circles.together"), To: "/circles/" + string(r.ID), Tone: ui.Late})
			}
			listed, err := rooms.of(ctx, tx, r.Place)
			if err != nil {
				return nil, err
			}
			out = append(out, r.lacksRoom(q, listed)...)
		}
		for _, m := range r.meetings {
			x := deskCircle{Name: r.name(q), When: q.P.When(m.At), To: "/circles/" + string(r.ID) + "/" + strconv.Itoa(m.No), Tone: ui.Soon}
			leads := circle.Leads(r.Circle, []circle.Meeting{m}, q.By.Account)
			switch {
			case m.State != circle.Planned:
				continue
			case leads && !q.Now.Before(m.Starts):
				x.What = q.P.T("desk.circles.count")
			case m.Lead == circle.Wanted && q.Now.Before(m.Starts) && q.By.Is(access.Coordinator, r.offered.unit.ID):
				x.What, x.Tone = q.P.T("desk.circles.wanted"), ui.Late
			case leads && m.Starts.Before(today):
				x.What, x.Tone = q.P.T("desk.circles.today"), ui.Info
			default:
				continue
			}
			out = append(out, x)
		}
	}
	ideas, err := s.ideasFor(ctx, tx, q)
	ideas = slices.DeleteFunc(ideas, func(i ideaRow) bool { return i.State != circle.Proposed })
	switch n := len(ideas); n {
	case 0:
	case 1:
		out = append(out, deskCircle{Name: ideas[0].kind(q), When: "–", What: q.P.T("desk.circles.idea"), To: "/ideas", Tone: ui.Soon})
	default: // what was suggested on a survey comes many at a time, and is read on one page
		out = append(out, deskCircle{Name: q.P.T("ideas.title"), When: "–", What: q.P.T("desk.circles.ideas", "n", n), To: "/ideas", Tone: ui.Soon})
	}
	return out[:min(len(out), deskRows)], err
}
