package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	"github.com/emersion/go-ical"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/feed"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// A worker's meetings in their own calendar program (issue 4 point 7, decision 0054).

func (s *Server) feedRoutes(add adder) {
	add("GET /calendar/own", access.Meet, s.ownFeed)
	add("POST /calendar/own", access.Meet.Fresh(), s.makeFeed)
	add("POST /calendar/own/end", access.Meet.Fresh(), s.endFeed)
	add("GET /feed/{token}", access.Open, s.readFeed)
}

// feedView is the page of one's own feed. URL is there once, right after it was made.
type feedView struct {
	Frame ui.StaffPage
	Made  calendar.Date // "" when there is none
	URL   string
	Done  string
}

func (s *Server) ownFeed(w http.ResponseWriter, q *Ask) error {
	v := feedView{}
	if q.URL.Query().Get("done") == "ended" {
		v.Done = q.P.T("feed.ended")
	}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		f, err := tx.FeedOf(q.Context(), q.By.Account)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		v.Made = f.Made
		return err
	})
	if err != nil {
		return err
	}
	return s.showFeed(w, q, v)
}

func (s *Server) showFeed(w http.ResponseWriter, q *Ask, v feedView) error {
	v.Frame = s.staffPage(q, q.P.T("feed.title"), "calendar")
	return s.show(w, q, http.StatusOK, feedPage(v))
}

// makeFeed shows the address in its answer: nothing keeps it, so no other page could.
func (s *Server) makeFeed(w http.ResponseWriter, q *Ask) error {
	var token string
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		token, err = feed.Make(q.Context(), tx, q.By)
		return err
	})
	if err != nil {
		return err
	}
	return s.showFeed(w, q, feedView{Made: calendar.LocalOf(q.Now, q.zone()).Day,
		URL: s.BaseURL.Scheme + "://" + s.BaseURL.Host + "/feed/" + token + feedEnding})
}

func (s *Server) endFeed(w http.ResponseWriter, q *Ask) error {
	if err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return feed.End(q.Context(), tx, q.By) }); err != nil {
		return err
	}
	return redirect(w, q, "/calendar/own?done=ended")
}

const feedEnding = ".ics" // some programs ask for it

// readFeed answers a calendar program, which cannot sign in: the address is the key.
func (s *Server) readFeed(w http.ResponseWriter, q *Ask) error {
	token, ok := strings.CutSuffix(q.PathValue("token"), feedEnding)
	if !ok {
		return notFound()
	}
	var c feed.Calendar
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		c, err = feed.Read(q.Context(), tx, token)
		return err
	})
	if err != nil {
		return err
	}
	body, err := s.iCalendar(q, c)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, err = w.Write(body)
	return err
}

// iCalendar writes what a feed tells, in UTC: a named zone would need its rules written out beside it (RFC 5545 3.6.5).
func (s *Server) iCalendar(q *Ask, c feed.Calendar) ([]byte, error) {
	if len(c.Entries) == 0 {
		return []byte(emptyCalendar), nil
	}
	p := locale.For(c.Lang)
	out := ical.NewCalendar()
	out.Props.SetText(ical.PropVersion, "2.0")
	out.Props.SetText(ical.PropProductID, feedProduct)
	for _, e := range c.Entries {
		ev := ical.NewEvent()
		ev.Props.SetText(ical.PropUID, e.UID)
		ev.Props.SetDateTime(ical.PropDateTimeStamp, q.Now.UTC())
		ev.Props.SetDateTime(ical.PropDateTimeStart, e.Starts.UTC())
		ev.Props.SetDateTime(ical.PropDateTimeEnd, e.Ends.UTC())
		sequence := ical.NewProp(ical.PropSequence)
		sequence.SetValueType(ical.ValueInt)
		sequence.Value = strconv.Itoa(e.Sequence)
		ev.Props.Set(sequence)
		ev.Props.SetText(ical.PropSummary, p.T("feed.busy"))
		ev.Props.SetText(ical.PropClass, "PRIVATE")
		ev.SetStatus(ical.EventConfirmed)
		if e.Cancelled {
			ev.SetStatus(ical.EventCancelled)
		}
		out.Children = append(out.Children, ev.Component)
	}
	var b bytes.Buffer
	err := ical.NewEncoder(&b).Encode(out)
	return b.Bytes(), err
}

// The product says nothing of ours: a shared screen shows it in some programs.
const feedProduct = "-//Calendar//1//"

// emptyCalendar is a calendar without meetings, which the library refuses to write.
const emptyCalendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:" + feedProduct + "\r\nEND:VCALENDAR\r\n"
