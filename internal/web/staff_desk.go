package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
)

// deskRows is the most of each list that the desk shows.
const deskRows = 50

// desk is what a worker needs first: who waits and for how long, what is today, what was left unmarked.
type desk struct {
	waiting []intake.Item
	today   []appointment.Entry
	overdue []appointment.Entry
	chats   []chat.Conversation
	notices []outgoing.Notice
	unended []episode.Waiting // visits are over, and how it went is asked
	follow  []episode.Waiting // follow-ups whose day has come
	ahead   int               // follow-ups whose day is still to come
	paid    []commitment.Task
	applied map[intake.RequestID]commitment.Applicant
	offers  map[organization.OfferID]organization.Offer
	first   firstWait
	waits   waits
	outings outings
	absent  []appointment.Entry                          // coming meetings whose worker is away
	line    []shift.Need                                 // evenings of a line that nobody answers
	noRoom  []appointment.Entry                          // coming meetings in a room that cannot be used then
	rooms   map[organization.PlaceID][]organization.Room // of their offices
	named   map[organization.PlaceID][]organization.Room // of the offices of today's meetings
	onHold  []appointment.Entry                          // meetings of two that wait for a new time
	calls   []callRow                                    // volunteers who ask for a worker
	helpers helperTasks
	circles []deskCircle
}

// firstWait is how soon first meetings came, this month and the month before.
type firstWait struct {
	meetings int
	mean     time.Duration
	promise  time.Duration
}

func (s *Server) showDesk(w http.ResponseWriter, q *Ask) error {
	var d desk
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		d, err = s.readDesk(q.Context(), tx, q)
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, s.deskPage(q, d))
}

func (s *Server) readDesk(ctx context.Context, tx *storage.Tx, q *Ask) (d desk, err error) {
	if d.waiting, err = tx.Waiting(ctx, q.By, deskRows); err != nil {
		return d, err
	}
	// A contact whose offered times have all passed waits as much as one that was never answered.
	slices.SortStableFunc(d.waiting, func(a, b intake.Item) int {
		return cmp.Or(later(a.Slots > 0, b.Slots > 0), a.Due.Compare(b.Due))
	})
	from, to := dayAround(q.Now, q.zone())
	if d.today, err = tx.Calendar(ctx, q.By, from, to, ""); err != nil {
		return d, err
	}
	if d.overdue, err = tx.Overdue(ctx, q.By, q.Now, deskRows); err != nil {
		return d, err
	}
	if d.onHold, err = tx.OnHold(ctx, q.By, deskRows); err != nil {
		return d, err
	}
	var watch wall.Watch // read once for all groups and days
	if q.By.Has(access.Coordinator) {
		if watch, err = wall.WatchFor(ctx, tx, q.By); err != nil {
			return d, err
		}
	}
	if d.circles, err = s.deskCircles(ctx, tx, q, watch); err != nil {
		return d, err
	}
	days, err := s.deskDays(ctx, tx, q, watch)
	if err != nil {
		return d, err
	}
	d.circles = append(d.circles, days...)
	if d.chats, err = tx.Conversations(ctx, q.By); err != nil {
		return d, err
	}
	if d.notices, err = tx.Notices(ctx, q.By, deskRows); err != nil {
		return d, err
	}
	if d.outings, err = readOutings(ctx, tx, q); err != nil {
		return d, err
	}
	if d.absent, err = absent(ctx, tx, q); err != nil {
		return d, err
	}
	if d.named, err = officeRooms(ctx, tx, d.today); err != nil {
		return d, err
	}
	if d.noRoom, d.rooms, err = misplacedSoon(ctx, tx, q); err != nil {
		return d, err
	}
	if err := d.readEnds(ctx, tx, s.Models, q); err != nil {
		return d, err
	}
	if d.line, err = shift.Needs(ctx, tx, s.Models, q.By); err != nil {
		return d, err
	}
	if d.paid, err = commitment.Tasks(ctx, tx, s.Models, q.By); err != nil {
		return d, err
	}
	if d.calls, err = callsFor(ctx, tx, q); err != nil {
		return d, err
	}
	if d.helpers, err = s.helperTasks(ctx, tx, q); err != nil {
		return d, err
	}
	applicants, err := tx.Applicants(ctx, q.By)
	if err != nil {
		return d, err
	}
	d.applied = appliedFor(applicants)
	units, err := s.units(ctx, tx)
	if err != nil {
		return d, err
	}
	d.offers = offersOf(units)
	if d.waits, err = waitsFor(q, tx); err != nil {
		return d, err
	}
	d.first, err = s.firstWaits(ctx, tx, q, units)
	return d, err
}

// offersOf is every offer by its id.
func offersOf(units []openUnit) map[organization.OfferID]organization.Offer {
	out := map[organization.OfferID]organization.Offer{}
	for _, u := range units {
		for _, o := range u.Offers {
			out[o.ID] = o.Offer
		}
	}
	return out
}

// firstWaits sums the units the reader works in. The promise is the strictest of what they offer.
func (s *Server) firstWaits(ctx context.Context, tx *storage.Tx, q *Ask, units []openUnit) (f firstWait, err error) {
	mine := unitsOf(q.By)
	for _, u := range units {
		for _, o := range u.Offers {
			if slices.Contains(mine, u.ID) && o.Model.FirstVisit > 0 && (f.promise == 0 || o.Model.FirstVisit < f.promise) {
				f.promise = o.Model.FirstVisit
			}
		}
	}
	month := calendar.LocalOf(q.Now, q.zone()).Day
	before := calendar.Date(month.Month() + "-01").Add(-1)
	sums, err := tx.FigureSums(ctx, mine, before.Month(), month.Month(), figure.FirstWait, figure.WaitMinutes)
	if f.meetings = sums[figure.FirstWait]; f.meetings > 0 {
		f.mean = time.Duration(sums[figure.WaitMinutes]/f.meetings) * time.Minute
	}
	return f, err
}

// unitsOf are the units in which the reader meets clients or arranges it.
func unitsOf(by access.Actor) []access.UnitID {
	var out []access.UnitID
	seen := map[access.UnitID]bool{}
	for _, m := range by.Roles {
		if (m.Role == access.Worker || m.Role == access.Coordinator) && !seen[m.Unit] {
			seen[m.Unit] = true
			out = append(out, m.Unit)
		}
	}
	return out
}

// zone is where the reader's clocks are read. In this release every unit is in one zone.
func (q *Ask) zone() string { return homeZone }

const homeZone = "Europe/Helsinki"

// dayAround is the local day of an instant, from midnight to midnight.
func dayAround(t time.Time, zone string) (time.Time, time.Time) {
	day := calendar.LocalOf(t, zone).Day
	return midnight(day, zone), midnight(day.Add(1), zone)
}

// midnight is when a day begins. In the zones we know midnight always exists.
func midnight(day calendar.Date, zone string) time.Time {
	t, err := calendar.Local{Day: day, Clock: "00:00", Zone: zone}.Instant()
	if err != nil {
		return day.Midnight()
	}
	return t
}

func (d desk) late(now time.Time) int {
	n := 0
	for _, x := range d.waiting {
		if x.Slots == 0 && now.After(x.Due) {
			n++
		}
	}
	return n
}

func (d desk) unanswered() int {
	n := 0
	for _, x := range d.waiting {
		if x.Slots == 0 {
			n++
		}
	}
	return n
}

// later puts what is true after what is not.
func later(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// next is the next meeting of today that has not begun.
func (d desk) next(now time.Time) (appointment.Entry, bool) {
	for _, e := range d.today {
		if e.State == appointment.Booked && e.Starts.After(now) {
			return e, true
		}
	}
	return appointment.Entry{}, false
}

// greeting fits the hour.
func (q *Ask) greeting() string {
	part := "day"
	switch h := calendar.LocalOf(q.Now, q.zone()).Clock.Minutes() / 60; {
	case h < 10:
		part = "morning"
	case h >= 17:
		part = "evening"
	}
	name, _, _ := strings.Cut(q.Account.Name.Reveal(), " ")
	return q.P.T("desk.hello."+part, "name", name)
}
