package web

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"rinnalla.fi/rinnalla/internal/bill"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// myOwnPage is what a volunteer has told of themselves, a break, the copy, the certificate, and stopping.
type myOwnPage struct {
	Frame    ui.StaffPage
	V        volunteer.Volunteer
	At       volunteer.Place
	Today    calendar.Date
	Reach    map[string]string // as it was typed
	Keep     int               // days after stopping
	Done     string
	Mistakes ui.Mistakes
}

func (s *Server) showMyOwn(w http.ResponseWriter, q *Ask) error { return s.answerMyOwn(w, q, nil) }

func (s *Server) answerMyOwn(w http.ResponseWriter, q *Ask, wrong error) error {
	p := myOwnPage{Frame: s.staffPage(q, q.P.T("mine.own.title"), "mine-own"), Done: q.done("mine.done.", mineDones...), Mistakes: ui.MistakesOf(q.P, wrong), Reach: map[string]string{}}
	p.Frame.Wrong = wrong != nil
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		p.V, p.At, err = volunteer.Mine(q.Context(), tx, s.Models, q.By)
		return err
	})
	if err != nil {
		return err
	}
	p.Today = p.At.Day(q.Now)
	keep, _ := p.At.Model.Retention("volunteer")
	p.Keep = keep.Days
	o := p.V.Own
	p.Reach = map[string]string{"name": o.Name.Reveal(), "phone": o.Phone.Reveal(), "lang": string(o.Lang), "letters": o.Letters,
		"quiet-from": strconv.Itoa(o.QuietFrom), "quiet-to": strconv.Itoa(o.QuietTo)}
	for name := range q.PostForm {
		p.Reach[name] = short(q.PostFormValue(name))
	}
	return s.show(w, q, statusOf(wrong), myOwnView(q, p))
}

func (s *Server) keepMyOwn(w http.ResponseWriter, q *Ask) error {
	v := q.PostFormValue
	r := volunteer.Reach{Name: v("name"), Phone: v("phone"), Lang: locale.Lang(v("lang")), Letters: v("letters"), QuietFrom: number(v("quiet-from"), -1), QuietTo: number(v("quiet-to"), -1)}
	return s.mine(w, q, "/mine/own?done=own", s.answerMyOwn, func(ctx context.Context, tx *storage.Tx) error {
		return volunteer.KeepReach(ctx, tx, s.Models, q.By, r)
	})
}

// myCopy is all that is kept of a volunteer, for them and for a program to read (GDPR art. 15 and 20), under a name that tells
// nothing.
func (s *Server) myCopy(w http.ResponseWriter, q *Ask) error {
	var text []byte
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		c, err := volunteer.OwnCopy(q.Context(), tx, s.Models, q.By)
		if err != nil {
			return err
		}
		text, err = json.MarshalIndent(map[string]any{"day": calendar.LocalOf(q.Now, homeZone).Day, "data": c}, "", "  ")
		return err
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="tiedot.json"`)
	w.Write(text)
	return nil
}

// myCertificate is a page to print of what the volunteer has done, as the organisation confirms it.
func (s *Server) myCertificate(w http.ResponseWriter, q *Ask) error {
	var c bill.Certificate
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		v, at, err := volunteer.Mine(q.Context(), tx, s.Models, q.By)
		if err != nil {
			return err
		}
		who, err := organization.ControllerOf(q.Context(), tx)
		if err != nil {
			return err
		}
		c = bill.Certificate{Organisation: who.Name, Unit: at.Unit.Name.In(q.P.Lang()), Name: v.Own.Name.Reveal(), Began: v.Path.Began, Day: at.Day(q.Now), Hours: volunteer.Hours(v.Path.Minutes)}
		for _, t := range v.Path.Tasks {
			if _, ok := at.Model.Volunteer.Task(t); ok {
				c.Tasks = append(c.Tasks, at.Model.Text(q.P.Lang(), "task."+t))
			}
		}
		for _, m := range v.Path.Trainings {
			if _, ok := at.Model.Volunteer.Training(m.What); ok {
				c.Trainings = append(c.Trainings, bill.Training{Name: at.Model.Text(q.P.Lang(), "training."+m.What), Day: m.Day})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := bill.WriteCertificate(&page, c, q.P); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `attachment; filename="todistus.pdf"`)
	w.Write(page.Bytes())
	return nil
}

// handbookPage is the model's handbook, a chapter after another.
type handbookPage struct {
	Frame    ui.StaffPage
	Chapters []section
}

func (s *Server) showHandbook(w http.ResponseWriter, q *Ask) error {
	p := handbookPage{Frame: s.staffPage(q, q.P.T("mine.handbook.title"), "mine-handbook")}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		_, at, err := volunteer.Mine(q.Context(), tx, s.Models, q.By)
		if err != nil {
			return err
		}
		p.Chapters = nil
		for _, id := range at.Model.Volunteer.Handbook {
			p.Chapters = append(p.Chapters, section{Heading: at.Model.Text(q.P.Lang(), "handbook-title."+id), Lines: at.Model.Lines(q.P.Lang(), "handbook."+id)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, handbookView(q, p))
}
