package web

import (
	"context"
	"net/http"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// dayDones are what a day's page may say was done.
var dayDones = []string{"planned", "altered", "moved", "cancelled", "restored", "workers", "counted", "removed", "offered", "confirmed", "withdrawn", "room"}

// dayHelper is a volunteer of the day: who, and what speaks against them now.
type dayHelper struct {
	occasion.Helper
	ID      volunteer.ID
	Name    string
	Against error
}

// lapsed tells of one who was confirmed, and could not be any more.
func (h dayHelper) lapsed() bool { return h.State == occasion.Confirmed && h.Against != nil }

// dayPage is one day, to its unit's own. No name of a family is in it.
type dayPage struct {
	Frame      ui.StaffPage
	At         occasion.Sight
	In         []occasion.Family
	Waiting    []occasion.Family
	Workers    []organization.Worker // of the unit
	Offices    []organization.Place
	Rooms      []organization.Room // of the day's office, where it lists any
	Together   bool                // two who must not meet have signed up
	Names      []string            // of the workers who are there
	Helpers    []dayHelper
	Candidates []occasion.Candidate
	Clients    []episode.Item // the reader's own
	Form       dayForm
	Adults     string // what was typed of a family, or of those who came
	Children   string
	Families   string
	Name       string
	Client     string
	Done       string
	Mistakes   ui.Mistakes
}

func (s *Server) showOccasion(w http.ResponseWriter, q *Ask) error {
	return s.answerOccasion(w, q, nil)
}

func (s *Server) answerOccasion(w http.ResponseWriter, q *Ask, wrong error) error {
	v := dayPage{Frame: s.staffPage(q, q.P.T("days.one"), "groups"), Mistakes: ui.MistakesOf(q.P, wrong), Done: q.done("days.done.", dayDones...)}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error { return s.fillDay(q.Context(), tx, q, &v) })
	if err != nil {
		return err
	}
	d := v.At.Day
	v.Form = dayForm{Day: string(d.At.Day), Clock: string(d.At.Clock), Minutes: strconv.Itoa(d.Minutes), Closes: string(d.Closes), Places: strconv.Itoa(d.Places),
		Volunteers: strconv.Itoa(d.Volunteers), About: d.About, Area: d.Area, Office: string(d.Office), Place: d.Place.Reveal()}
	for _, h := range v.At.Helpers {
		if !h.Volunteer {
			v.Form.Workers = append(v.Form.Workers, string(h.Account))
		}
	}
	if !d.Coming(q.Now) {
		v.suggest()
	}
	if wrong != nil {
		v.Frame.Wrong, v.Done = true, ""
		v.Mistakes = mistakesAt(q.P, wrong, dayFields[fault.Of(wrong).Key])
		v.retype(q)
	}
	return s.show(w, q, statusOf(wrong), dayView(q, v))
}

// suggest puts those who signed up where those who came are asked, or what was said of them.
func (v *dayPage) suggest() {
	adults, children := occasion.Heads(v.In)
	n := [3]int{len(v.In), adults, children}
	if v.At.State == occasion.Held {
		n = [3]int{v.At.Families, v.At.Adults, v.At.Children}
	}
	if v.At.State == occasion.Held || len(v.In) > 0 {
		v.Families, v.Adults, v.Children = strconv.Itoa(n[0]), strconv.Itoa(n[1]), strconv.Itoa(n[2])
	}
}

// retype brings back what was typed in the form that was refused.
func (v *dayPage) retype(q *Ask) {
	f := readDayForm(q)
	switch {
	case q.PostForm.Has("about"):
		f.Day, f.Clock, f.Workers = v.Form.Day, v.Form.Clock, v.Form.Workers
		v.Form = f
	case q.PostForm.Has("clock"):
		v.Form.Day, v.Form.Clock = f.Day, f.Clock
	case q.PostForm.Has("adults"):
		v.Adults, v.Children, v.Families, v.Name, v.Client = typed(q, "adults"), typed(q, "children"), typed(q, "families"), typed(q, "name"), token(q, "client")
	case q.PostForm.Has("workers"):
		v.Form.Workers = f.Workers
	}
}

func (s *Server) fillDay(ctx context.Context, tx *storage.Tx, q *Ask, v *dayPage) (err error) {
	if v.At, err = occasion.See(ctx, tx, s.Models, q.By, occasion.ID(q.PathValue("id"))); err != nil {
		return err
	}
	if !v.At.Works {
		return notFound() // volunteers have pages of their own
	}
	all, err := tx.Families(ctx, v.At.Day)
	if err != nil {
		return err
	}
	v.In, v.Waiting = occasion.Split(all, v.At.Places)
	if v.At.Coordinate {
		watch, err := wall.WatchFor(ctx, tx, q.By)
		if err != nil {
			return err
		}
		if v.Together, err = occasion.Together(ctx, tx, watch, v.At.Day); err != nil {
			return err
		}
	}
	if v.Rooms, err = v.At.Rooms(ctx, tx); err != nil {
		return err
	}
	if v.Offices, err = activePlaces(ctx, tx, v.At.Unit.ID); err != nil {
		return err
	}
	if v.Workers, err = tx.Workers(ctx, v.At.Unit.ID); err != nil {
		return err
	}
	if err := v.fillHelpers(ctx, tx, s.dayMay(tx)); err != nil {
		return err
	}
	if v.Candidates, err = occasion.Candidates(ctx, tx, s.dayMay(tx), v.At); err != nil {
		return err
	}
	v.Clients = nil
	mine, err := tx.Episodes(ctx, q.By, episode.Filter{Stage: episode.StageOpen, Mine: true, Limit: 100})
	for _, x := range mine {
		if x.Relation == access.ByWorker {
			v.Clients = append(v.Clients, x)
		}
	}
	return err
}

// fillHelpers reads who works on the day. Volunteers who were asked are the coordinators' to see, those who come everybody's.
func (v *dayPage) fillHelpers(ctx context.Context, tx *storage.Tx, may occasion.May) error {
	v.Names, v.Helpers = nil, nil
	for _, h := range v.At.Helpers {
		if !h.Volunteer {
			w, err := tx.Worker(ctx, h.Account)
			if err != nil {
				return err
			}
			v.Names = append(v.Names, w.Name)
			continue
		}
		if !v.At.Coordinate && h.State != occasion.Confirmed {
			continue
		}
		x, err := tx.VolunteerOf(ctx, h.Account)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		y := dayHelper{Helper: h, ID: x.ID, Name: x.Own.Name.Reveal()}
		if y.Against = may(ctx, h.Account, v.At.Model.Occasion.Task, v.At.At.Day); y.Against != nil && !fault.Is(y.Against, fault.Conflict) {
			return y.Against
		}
		v.Helpers = append(v.Helpers, y)
	}
	return nil
}

// confirmed are how many volunteers come.
func (v dayPage) confirmed() (n int) {
	for _, h := range v.Helpers {
		if h.State == occasion.Confirmed && !h.lapsed() {
			n++
		}
	}
	return n
}

// dayListPage is who comes, by first names, to print: for those who work on the day.
type dayListPage struct {
	Frame ui.StaffPage
	At    occasion.Sight
	In    []occasion.Family
	Mine  bool // a volunteer reads it, who takes nobody off
	Back  string
}

func (s *Server) showDayList(w http.ResponseWriter, q *Ask) error {
	return s.answerDayList(w, q, dayListPage{Frame: s.staffPage(q, q.P.T("days.list"), "groups"), Back: "/days/" + q.PathValue("id")})
}

func (s *Server) answerDayList(w http.ResponseWriter, q *Ask, v dayListPage) error {
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) { // who reads it is noted
		v.At, v.In, err = occasion.Names(q.Context(), tx, s.Models, s.dayMay(tx), q.By, occasion.ID(q.PathValue("id")))
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, dayListView(q, v))
}

func (s *Server) removeFamily(w http.ResponseWriter, q *Ask) error {
	return s.dayStep(w, q, "removed", func(ctx context.Context, tx *storage.Tx, of occasion.ID) error {
		return occasion.Remove(ctx, tx, s.Models, s.dayMay(tx), q.By, of, occasion.FamilyID(token(q, "family")))
	})
}

// bringFamily signs a family up for somebody on the telephone or in a meeting, and shows the code once.
func (s *Server) bringFamily(w http.ResponseWriter, q *Ask) error {
	id := occasion.ID(q.PathValue("id"))
	var in occasion.Signed
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		in, err = occasion.Bring(q.Context(), tx, s.Models, q.By, id, episode.ID(token(q, "client")), familyNumbers(q))
		return err
	})
	if shown(err) {
		return s.answerOccasion(w, q, err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget()
	return s.show(w, q, http.StatusOK, dayCodePage(q, s.staffPage(q, q.P.T("days.code"), "groups"), in, "/days/"+string(id)))
}

// familyNumbers is what was typed of a family; what cannot be read is refused at its field.
func familyNumbers(q *Ask) occasion.Numbers {
	n := occasion.Numbers{Adults: number(typed(q, "adults"), -1), Children: number(typed(q, "children"), -1), Name: typed(q, "name")}
	if typed(q, "children") == "" {
		n.Children = 0
	}
	return n
}
