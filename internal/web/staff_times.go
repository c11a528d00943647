package web

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/outside"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// times is the part of a page on which times are found, offered and booked, for a request or an episode alike.
type times struct {
	Base     string // the page's address: /requests/{id} or /episodes/{id}
	Unit     access.UnitID
	For      appointment.Target
	Minutes  int
	Lang     locale.Lang
	Area     string
	Kinds    []string // place kinds of the model
	Parts    []string // wishes of the model
	Search   search
	Workers  []organization.Worker
	Places   []organization.Place
	Rooms    []organization.Room // of the office that is searched for; none where it lists none
	Free     []appointment.Free
	Slots    []appointment.Slot
	Fixed    access.AccountID // an episode's worker; "" while anybody may be
	Typed    url.Values       // what was typed when a time was refused
	Mistakes ui.Mistakes
	Moving   appointment.ID    // a meeting that is being moved; "" otherwise
	Second   bool              // something else on the page is the likely next step
	Granted  *model.Commitment // where somebody else pays: what for
	Work     episode.Work      // and what they have granted
	Agreed   bool              // a time is agreed with all of them; none is offered to pick from
}

// timeFields are what the form of offering, booking and moving may carry.
var timeFields = []string{"time...", "day", "clock", "with", "kind", "office", "room", "place", "participants", "alone"}

// search is what the worker looks for, as it stands in the address: kinds and ids, nothing about the client.
type search struct{ Kind, Place, Part, Worker, From string }

func searchOf(v url.Values, kind, part string) search {
	s := search{Kind: v.Get("kind"), Place: v.Get("office"), Part: v.Get("part"), Worker: v.Get("worker"), From: v.Get("from")}
	if s.Kind == "" {
		s.Kind, s.Part = kind, part
	}
	return s
}

// freeShown is how many first free times one search shows, freeSought how many it looks at: of times that overlap, the
// first of each worker is enough to choose from.
const (
	freeShown  = 12
	freeSought = 400
)

// spread leaves out times that overlap an earlier one of the same worker.
func spread(all []appointment.Free, most int) []appointment.Free {
	var out []appointment.Free
	until := map[access.AccountID]string{} // worker → the last shown time's end, as day and minutes
	for _, f := range all {
		if len(out) == most {
			break
		}
		if at := moment(f.At, 0); at >= until[f.Worker] {
			out = append(out, f)
			until[f.Worker] = moment(f.At, f.Minutes)
		}
	}
	return out
}

// moment orders times of a zone: the day, then minutes since its midnight.
func moment(l calendar.Local, later int) string {
	return fmt.Sprintf("%s %05d", l.Day, l.Clock.Minutes()+later)
}

// find fills in who there is and the first free times over all suitable workers.
func (t *times) find(ctx context.Context, tx *storage.Tx, q *Ask) (err error) {
	if t.Workers, err = tx.Workers(ctx, t.Unit); err != nil {
		return err
	}
	if t.Places, err = tx.Places(ctx, t.Unit); err != nil {
		return err
	}
	w := appointment.Wanted{Unit: t.Unit, For: t.For, Minutes: t.Minutes, Lang: t.Lang, Area: t.Area, PlaceKind: t.Search.Kind, Worker: access.AccountID(t.Search.Worker)}
	if t.Fixed != "" {
		w.Worker = t.Fixed
	}
	if t.Work.Workers == 2 {
		w.Second = t.Work.Second
	}
	if t.Search.Kind == appointment.Office {
		w.Place = organization.PlaceID(t.Search.Place)
	}
	if w.Participants = appointment.ParticipantsOf(t.Work.Kind); t.Agreed {
		w.Participants = appointment.WithCouple
	}
	if t.Search.Part != "" {
		w.Parts = []string{t.Search.Part}
	}
	if t.Search.From != "" {
		if w.From, err = calendar.ParseDate(t.Search.From); err != nil {
			t.Mistakes = append(t.Mistakes, ui.Mistake{Name: "from", Text: q.P.Fault(err)})
			return nil
		}
	}
	t.Free, err = appointment.FreeTimes(ctx, tx, q.By, w, freeSought)
	t.Free = spread(t.Free, freeShown)
	if fault.Is(err, fault.Invalid) {
		t.Mistakes, err = ui.MistakesOf(q.P, err), nil
	}
	if err != nil || t.Search.Kind != appointment.Office {
		return err
	}
	if len(t.Free) > 0 { // a time of one's own is at the same office, and so are the rooms to choose from
		t.Search.Place = string(t.Free[0].Place)
	}
	t.Rooms, err = listedRooms(ctx, tx, organization.PlaceID(t.office()))
	return err
}

// chosenTimes are the times that were ticked, and the one that was typed by hand.
func chosenTimes(q *Ask, minutes int, fixed access.AccountID) ([]appointment.Free, error) {
	var out []appointment.Free
	for _, v := range q.PostForm["time"] {
		f, err := outside.ParseFree(v, q.zone())
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	typed, err := typedTime(q, minutes, fixed)
	if err != nil {
		return nil, err
	}
	if typed != nil {
		out = append(out, *typed)
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Invalid, "times.none")
	}
	for i := range out {
		out[i].Participants, out[i].Alone = q.PostFormValue("participants"), q.PostFormValue("alone") == "yes"
		out[i].Room = organization.RoomID(q.PostFormValue("room"))
	}
	return out, nil
}

// offeredTimes are the times to be offered. Where they meet is agreed with the time, and the room is taken then: a place or a
// room that was told already is not dropped in silence.
func offeredTimes(q *Ask, minutes int, fixed access.AccountID) ([]appointment.Free, error) {
	var form fault.Form
	if strings.TrimSpace(q.PostFormValue("place")) != "" {
		form.Add("place", "times.place-later")
	}
	if q.PostFormValue("room") != "" {
		form.Add("room", "times.room-later")
	}
	if err := form.Err(); err != nil {
		return nil, err
	}
	return chosenTimes(q, minutes, fixed)
}

// typedTime is a time of the worker's own choosing; nil when none was typed.
func typedTime(q *Ask, minutes int, fixed access.AccountID) (*appointment.Free, error) {
	v := q.PostFormValue
	if v("day") == "" && v("clock") == "" {
		return nil, nil
	}
	var form fault.Form
	day, err := calendar.ParseDate(v("day"))
	if err != nil {
		form.Add("day", "calendar.date")
	}
	clock, err := calendar.ParseClock(v("clock"))
	if err != nil {
		form.Add("clock", "calendar.clock")
	}
	worker := access.AccountID(v("with"))
	if worker == "" {
		worker = fixed
	}
	f := appointment.Free{Worker: worker, At: calendar.Local{Day: day, Clock: clock, Zone: q.zone()}, Minutes: minutes, PlaceKind: v("kind")}
	if f.PlaceKind == appointment.Office {
		f.Place = organization.PlaceID(v("office"))
	}
	return &f, form.Err()
}

// workerName finds a name for a time.
func (t times) workerName(id access.AccountID) string {
	for _, w := range t.Workers {
		if w.Account == id {
			return w.Name
		}
	}
	return ""
}
