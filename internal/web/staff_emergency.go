package web

import (
	"net/http"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/emergency"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// Emergency access: a number that one has been told, a ground from a list, three hours, and two others who see it.

func (s *Server) emergencyRoutes(add adder) {
	add("GET /emergency", access.ClientWork.Fresh(), s.emergencyForm)
	add("POST /emergency", access.ClientWork.Fresh(), s.openEmergency, "number", "ground")
	add("GET /emergency/seen", access.Witness, s.showEmergencies)
	add("POST /emergency/seen", access.Witness, s.seeEmergency, "use")
}

// emergencyView is the form.
type emergencyView struct {
	Frame          ui.StaffPage
	Number, Ground string
	Grounds        []ui.Option
	Mistakes       ui.Mistakes
}

func (s *Server) emergencyForm(w http.ResponseWriter, q *Ask) error {
	return s.showEmergencyForm(w, q, http.StatusOK, nil)
}

func (s *Server) showEmergencyForm(w http.ResponseWriter, q *Ask, status int, refusal error) error {
	v := emergencyView{Frame: s.staffPage(q, q.P.T("emergency.title"), "episodes"), Number: short(q.PostFormValue("number")), Ground: q.PostFormValue("ground"),
		Mistakes: ui.MistakesOf(q.P, refusal)}
	v.Frame.Wrong = refusal != nil
	for _, g := range emergency.Grounds {
		v.Grounds = append(v.Grounds, ui.Option{Value: g, Label: q.P.T("emergency.grounds." + g)})
	}
	return s.show(w, q, status, emergencyPage(v))
}

// openEmergency lets whoever names numbers that are not there wait, as at the door: nobody tries them through.
func (s *Server) openEmergency(w http.ResponseWriter, q *Ask) error {
	key := "emergency " + string(q.By.Account)
	if wait := s.door.tries.Wait(key, q.Now); wait > 0 {
		return fault.New(fault.TooMany, "too-many", "seconds", int(wait.Seconds())+1)
	}
	to := ""
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		e, err := emergency.Open(q.Context(), tx, q.By, q.PostFormValue("number"), q.PostFormValue("ground"))
		to = "/episodes/" + string(e)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		s.door.tries.Wrong(key, q.Now)
	}
	if shown(err) {
		return s.showEmergencyForm(w, q, statusOf(err), err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, to)
}

// emergenciesView is what waits to be seen, and how often it has been used.
type emergenciesView struct {
	Frame ui.StaffPage
	Uses  []emergencyRow
	Times []string // a line a month
	Done  string
}

type emergencyRow struct {
	ID, Who, Unit, Ground, Day, Number string
	Seen                               bool // one other has
}

func (s *Server) showEmergencies(w http.ResponseWriter, q *Ask) error {
	v := emergenciesView{Frame: s.staffPage(q, q.P.T("emergency.seen.title"), ""), Done: q.done("emergency.seen.", "done")}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		uses, err := emergency.ToSee(q.Context(), tx, q.By)
		if err != nil {
			return err
		}
		if v.Uses, err = emergencyRows(q, tx, uses); err != nil {
			return err
		}
		v.Times, err = emergencyTimes(q, tx)
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, emergenciesPage(v))
}

// emergencyRows tells who did it and why. The episode's number stands only where the reader may see the episode.
func emergencyRows(q *Ask, tx *storage.Tx, uses []emergency.Use) ([]emergencyRow, error) {
	units, err := unitNames(q, tx)
	out := []emergencyRow{}
	for _, u := range uses {
		a, err := tx.Account(q.Context(), u.Account)
		if err != nil {
			return nil, err
		}
		row := emergencyRow{ID: u.ID, Who: a.Name.Reveal(), Unit: units[u.Unit], Ground: q.P.T("emergency.grounds." + u.Ground), Day: q.P.Date(u.Day), Seen: u.First != ""}
		_, err = tx.Granted(q.Context(), q.By, access.Episode, string(u.Episode))
		switch {
		case err == nil:
			row.Number = emergency.Number(u.Episode)
		case !fault.Is(err, fault.NotFound):
			return nil, err
		}
		out = append(out, row)
	}
	return out, err
}

// emergencyTimes are this month and the two before it; it counts what staff did, so small numbers are told. A coordinator's
// are those of episodes they may see: the unit's whole sum would tell of one behind a wall.
func emergencyTimes(q *Ask, tx *storage.Tx) ([]string, error) {
	months := lastMonths(calendar.LocalOf(q.Now, q.zone()).Day, 3)
	n, err := emergencyCounts(q, tx, months)
	var out []string
	for _, m := range slices.Backward(months) {
		out = append(out, q.P.T("emergency.seen.times", "month", q.P.Month(m), "n", n[m]))
	}
	return out, err
}

func emergencyCounts(q *Ask, tx *storage.Tx, months []string) (map[string]int, error) {
	n := map[string]int{}
	if !q.By.Has(access.Keeper) && !q.By.Has(access.Operator) {
		for _, m := range months {
			var err error
			if n[m], err = tx.EmergenciesSeen(q.Context(), q.By, m); err != nil {
				return nil, err
			}
		}
		return n, nil
	}
	sums, err := tx.Figures(q.Context(), "", months[0], months[2])
	for _, x := range sums {
		if x.Name == figure.Emergencies {
			n[x.Month] += x.N
		}
	}
	return n, err
}

func (s *Server) seeEmergency(w http.ResponseWriter, q *Ask) error {
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return emergency.See(q.Context(), tx, q.By, q.PostFormValue("use")) })
	if err != nil {
		return err
	}
	return redirect(w, q, "/emergency/seen?done=done")
}

// emergenciesToSee is how many wait for the reader's eyes; it stands on the page where the day begins.
func emergenciesToSee(q *Ask, tx *storage.Tx) (int, error) {
	uses, err := emergency.ToSee(q.Context(), tx, q.By)
	return len(uses), err
}
