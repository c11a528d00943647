package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/outing"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// Going out to a meeting and coming back (R-129, decision 0055). What one says stands on the desk, where it is said.

func (s *Server) outingRoutes(add adder) {
	add("POST /outing/leave", access.Meet, s.leaveFor, "meeting", "margin")
	add("POST /outing/longer", access.Meet, s.outLonger, "margin")
	add("POST /outing/back", access.Meet, s.outBack)
	add("POST /outing/see", access.ClientWork, s.seeMissing, "who")
	add("POST /outing/reached", access.ClientWork, s.reachedMissing, "who")
	add("POST /outing/where", access.Coordinate, s.whereMissing, "who")
}

// outings are what the desk tells of them.
type outings struct {
	own    outing.Outing // the zero value when the reader is not out
	alarms []outing.Alarm
}

func readOutings(ctx context.Context, tx *storage.Tx, q *Ask) (o outings, err error) {
	if o.own, err = outing.Own(ctx, tx, q.By); err != nil {
		return o, err
	}
	o.alarms, err = outing.Alarms(ctx, tx, q.By)
	return o, err
}

// toLeave are the reader's meetings of today to which they may set out now.
func (d desk) toLeave(q *Ask) (out []appointment.Entry) {
	if d.outings.own.Account != "" {
		return nil
	}
	for _, e := range d.today {
		if outing.CanLeave(e.Appointment, q.By.Account, q.Now) {
			out = append(out, e)
		}
	}
	return out
}

// marginChoice are the margins, each in words.
func (q *Ask) marginChoice(label string, words func(time.Duration) string) ui.Choice {
	c := ui.Choice{Name: "margin", Label: label, Value: strconv.Itoa(outing.Margins[0])}
	for _, m := range outing.Margins {
		c.Options = append(c.Options, ui.Option{Value: strconv.Itoa(m), Label: words(time.Duration(m) * time.Minute)})
	}
	return c
}

// returnsAt are the clock times by which one may be back from a meeting.
func (q *Ask) returnsAt(e appointment.Entry) ui.Choice {
	return q.marginChoice(q.P.T("outing.margin"), func(d time.Duration) string { return q.clockOf(e.Ends.Add(d)) })
}

func (q *Ask) clockOf(t time.Time) string { return q.P.Clock(calendar.LocalOf(t, q.zone()).Clock) }

// outDones are what the desk may say was done.
var outDones = []string{"left", "longer", "back", "seen", "reached"}

func (q *Ask) outDone() string {
	for _, d := range outDones {
		if q.URL.Query().Get("out") == d {
			return q.P.T("outing.done." + d)
		}
	}
	return ""
}

// outStep does something and goes back to the desk, which says so.
func (s *Server) outStep(w http.ResponseWriter, q *Ask, done string, do func(ctx context.Context, tx *storage.Tx) error) error {
	if err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx) }); err != nil {
		return err
	}
	return redirect(w, q, "/desk?out="+done)
}

// margin is the chosen number of minutes; what is none is refused by the action.
func margin(q *Ask) int {
	n, err := strconv.Atoi(q.PostFormValue("margin"))
	if err != nil {
		return -1
	}
	return n
}

func (s *Server) leaveFor(w http.ResponseWriter, q *Ask) error {
	meeting := q.PostFormValue("meeting")
	if !id.Valid(meeting) {
		return notFound()
	}
	return s.outStep(w, q, "left", func(ctx context.Context, tx *storage.Tx) error {
		return outing.Leave(ctx, tx, s.Models, q.By, appointment.ID(meeting), margin(q))
	})
}

func (s *Server) outLonger(w http.ResponseWriter, q *Ask) error {
	return s.outStep(w, q, "longer", func(ctx context.Context, tx *storage.Tx) error { return outing.Longer(ctx, tx, q.By, margin(q)) })
}

func (s *Server) outBack(w http.ResponseWriter, q *Ask) error {
	return s.outStep(w, q, "back", func(ctx context.Context, tx *storage.Tx) error { return outing.Back(ctx, tx, q.By) })
}

// missingID is the colleague that a form names.
func missingID(q *Ask) (access.AccountID, error) {
	who := q.PostFormValue("who")
	if !id.Valid(who) {
		return "", notFound()
	}
	return access.AccountID(who), nil
}

func (s *Server) seeMissing(w http.ResponseWriter, q *Ask) error {
	who, err := missingID(q)
	if err != nil {
		return err
	}
	return s.outStep(w, q, "seen", func(ctx context.Context, tx *storage.Tx) error { return outing.See(ctx, tx, q.By, who) })
}

func (s *Server) reachedMissing(w http.ResponseWriter, q *Ask) error {
	who, err := missingID(q)
	if err != nil {
		return err
	}
	return s.outStep(w, q, "reached", func(ctx context.Context, tx *storage.Tx) error { return outing.Reached(ctx, tx, q.By, who) })
}

// whereView tells where a colleague went who has not come back.
type whereView struct {
	Frame   ui.StaffPage
	Account string
	Name    string
	Facts   []ui.Fact
}

func (s *Server) whereMissing(w http.ResponseWriter, q *Ask) error {
	who, err := missingID(q)
	if err != nil {
		return err
	}
	v := whereView{Account: string(who)}
	var o outing.Outing
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		if o, err = outing.Where(q.Context(), tx, q.By, who); err != nil {
			return err
		}
		a, err := tx.Account(q.Context(), who)
		v.Name = a.Name.Reveal()
		return err
	})
	if err != nil {
		return err
	}
	place := o.Place.Reveal()
	if place == "" {
		place = q.P.T("outing.no-place")
	}
	v.Facts = []ui.Fact{{Term: q.P.T("outing.where.kind"), Value: q.P.T("place." + o.PlaceKind)}, {Term: q.P.T("outing.where.place"), Value: place},
		{Term: q.P.T("outing.where.began"), Value: q.P.When(o.At)}, {Term: q.P.T("outing.where.due"), Value: q.clockOf(o.Due)}}
	v.Frame = s.staffPage(q, v.Name, "desk")
	return s.show(w, q, http.StatusOK, wherePage(v))
}
