package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// hoursRoutes are when and where a worker can be met: one's own, and a coordinator's workers'.
func (s *Server) hoursRoutes(add adder) {
	add("GET /hours", access.ClientWork, s.showHours)
	add("GET /hours/{account}", access.ClientWork, s.showHours)
	add("POST /hours/{account}/serves", access.ClientWork, s.keepServes, "languages...", "areas...", "places...", "travel")
	add("POST /hours/{account}/times", access.ClientWork, s.addTimes, "days...", "opens", "closes")
	add("POST /hours/{account}/times/drop", access.ClientWork, s.dropTimes, "id")
	add("POST /hours/{account}/absences", access.ClientWork, s.addAbsence, "first", "last")
	add("POST /hours/{account}/absences/drop", access.ClientWork, s.dropAbsence, "id")
}

// hoursPage is a worker's week and what they serve. Without a worker it lists the coordinator's workers alone.
type hoursPage struct {
	Frame       ui.StaffPage
	Worker      organization.Worker
	Own         bool
	Team        []organization.Worker // others whose hours the reader arranges
	Week        []stretchRow
	Absences    []organization.Absence // those not over
	Areas       []string               // that there are to choose from
	Serves      servesForm
	Time        stretchForm
	First, Last string
	Done        string
	Mistakes    ui.Mistakes
}

// servesForm is what a worker serves, as it was typed.
type servesForm struct {
	Languages, Areas, Places []string
	Travel                   string
}

func (v hoursPage) url(step string) string { return "/hours/" + string(v.Worker.Account) + step }

func (s *Server) showHours(w http.ResponseWriter, q *Ask) error {
	return s.answerHours(w, q, nil, nil)
}

// answerHours shows the page; typed puts back what was refused.
func (s *Server) answerHours(w http.ResponseWriter, q *Ask, wrong error, typed func(v *hoursPage)) error {
	v := hoursPage{Frame: s.staffPage(q, q.P.T("hours.title"), "hours"), Done: q.done("hours.done.", "serves", "added", "dropped")}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error { return v.fill(q.Context(), tx, q) })
	if err != nil {
		return err
	}
	if wrong != nil {
		v.Frame.Wrong = true
		v.Mistakes = mistakesAt(q.P, wrong, hoursFields[fault.Of(wrong).Key])
		typed(&v)
	}
	return s.show(w, q, statusOf(wrong), workerHoursPage(q, v))
}

// hoursFields is where a refusal of a whole form is said.
var hoursFields = map[string]string{"hours.order": "closes", "hours.overlap": "opens", "absence.order": "last", "absence.long": "last",
	"worker.travel": "travel", "calendar.date": "first"}

func (v *hoursPage) fill(ctx context.Context, tx *storage.Tx, q *Ask) (err error) {
	who := access.AccountID(q.PathValue("account"))
	if v.Team, err = team(ctx, tx, q.By); err != nil {
		return err
	}
	if who == "" && !q.By.Has(access.Worker) {
		return nil // a coordinator who meets no clients arranges others' hours
	}
	if who == "" {
		who = q.By.Account
	}
	v.Own = who == q.By.Account
	if v.Worker, err = workerOf(ctx, tx, q.By, who); err != nil {
		return err
	}
	for _, h := range v.Worker.Hours {
		v.Week = append(v.Week, stretchRow{h.ID, h.Weekday, h.Opens, h.Closes})
	}
	today := calendar.LocalOf(q.Now, q.zone()).Day
	for _, a := range v.Worker.Absences {
		if a.Last >= today {
			v.Absences = append(v.Absences, a)
		}
	}
	v.Serves = servesForm{v.Worker.Languages, v.Worker.Areas, v.Worker.Places, strconv.Itoa(v.Worker.TravelMinutes)}
	v.Areas, err = areasOf(ctx, tx, q.By, v.Worker)
	return err
}

// team are the workers of the units that the actor coordinates.
func team(ctx context.Context, tx *storage.Tx, by access.Actor) ([]organization.Worker, error) {
	var out []organization.Worker
	for _, m := range by.Roles {
		if m.Role != access.Coordinator {
			continue
		}
		workers, err := tx.Workers(ctx, m.Unit)
		if err != nil {
			return nil, err
		}
		for _, w := range workers {
			if !slices.ContainsFunc(out, func(x organization.Worker) bool { return x.Account == w.Account }) {
				out = append(out, w)
			}
		}
	}
	return out, nil
}

// workerOf finds a worker whose hours the actor may see: their own, or a coordinator's worker's.
func workerOf(ctx context.Context, tx *storage.Tx, by access.Actor, who access.AccountID) (organization.Worker, error) {
	if who == by.Account && by.Has(access.Worker) {
		return tx.Worker(ctx, who)
	}
	all, err := team(ctx, tx, by)
	if i := slices.IndexFunc(all, func(w organization.Worker) bool { return w.Account == who }); i >= 0 {
		return all[i], err
	}
	if err == nil {
		err = notFound()
	}
	return organization.Worker{}, err
}

// areasOf are the parts of the reader's units' regions, and what the worker has chosen before.
func areasOf(ctx context.Context, tx *storage.Tx, by access.Actor, w organization.Worker) ([]string, error) {
	out := []string{}
	for _, unit := range unitsOf(by) {
		u, err := tx.Unit(ctx, unit)
		if err != nil {
			return nil, err
		}
		places, err := tx.Places(ctx, unit)
		if err != nil {
			return nil, err
		}
		out = append(out, intake.Areas(u, places)...)
	}
	out = append(out, w.Areas...)
	slices.Sort(out)
	return slices.Compact(out), nil
}

// hoursStep does one thing to a worker's hours; what is refused comes back with what was typed.
func (s *Server) hoursStep(w http.ResponseWriter, q *Ask, done string, err error, typed func(v *hoursPage), do func(ctx context.Context, tx *storage.Tx, x organization.Worker) error) error {
	if err == nil {
		err = s.DB.Update(q.Context(), func(tx *storage.Tx) error {
			x, err := workerOf(q.Context(), tx, q.By, access.AccountID(q.PathValue("account")))
			if err != nil {
				return err
			}
			return do(q.Context(), tx, x)
		})
	}
	if shown(err) {
		return s.answerHours(w, q, err, typed)
	}
	if err != nil {
		return err
	}
	to := "/hours"
	if who := q.PathValue("account"); who != string(q.By.Account) {
		to += "/" + who
	}
	return redirect(w, q, to+"?done="+done)
}

var placeKinds = []string{appointment.Office, appointment.Home, appointment.Agreed}

func (s *Server) keepServes(w http.ResponseWriter, q *Ask) error {
	f := servesForm{q.PostForm["languages"], q.PostForm["areas"], q.PostForm["places"], q.PostFormValue("travel")}
	var form fault.Form
	travel := neededNumber(f.Travel, "travel", &form)
	if len(f.Languages) == 0 || !known(f.Languages, langs()) {
		form.Add("languages", "form.choice")
	}
	if len(f.Places) == 0 || !known(f.Places, placeKinds) {
		form.Add("places", "form.choice")
	}
	return s.hoursStep(w, q, "serves", form.Err(), func(v *hoursPage) { v.Serves = f }, func(ctx context.Context, tx *storage.Tx, x organization.Worker) error {
		areas, err := areasOf(ctx, tx, q.By, x)
		if err != nil {
			return err
		}
		if !known(f.Areas, areas) {
			form.Add("areas", "form.choice")
			return form.Err()
		}
		x.Languages, x.Areas, x.Places, x.TravelMinutes = f.Languages, f.Areas, f.Places, travel
		return organization.KeepWorker(ctx, tx, q.By, x)
	})
}

func langs() []string {
	var out []string
	for _, l := range locale.Langs() {
		out = append(out, string(l))
	}
	return out
}

func (s *Server) addTimes(w http.ResponseWriter, q *Ask) error {
	f := readStretch(q)
	rows, err := f.read()
	return s.hoursStep(w, q, "added", err, func(v *hoursPage) { v.Time = f }, func(ctx context.Context, tx *storage.Tx, x organization.Worker) error {
		for _, r := range rows {
			h := organization.Hours{Weekday: r.Weekday, Opens: r.Opens, Closes: r.Closes}
			if err := organization.KeepHours(ctx, tx, q.By, x.Account, h); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Server) dropTimes(w http.ResponseWriter, q *Ask) error {
	return s.hoursStep(w, q, "dropped", nil, nil, func(ctx context.Context, tx *storage.Tx, x organization.Worker) error {
		return organization.DropHours(ctx, tx, q.By, x.Account, q.PostFormValue("id"))
	})
}

// addAbsence keeps whole days away. Why is not asked, and there is nowhere to say it.
func (s *Server) addAbsence(w http.ResponseWriter, q *Ask) error {
	first, last, wrong := typedDays(q)
	a := organization.Absence{First: first, Last: last}
	typed := func(v *hoursPage) { v.First, v.Last = q.PostFormValue("first"), q.PostFormValue("last") }
	return s.hoursStep(w, q, "added", wrong, typed, func(ctx context.Context, tx *storage.Tx, x organization.Worker) error {
		return organization.KeepAbsence(ctx, tx, q.By, x.Account, a)
	})
}

func (s *Server) dropAbsence(w http.ResponseWriter, q *Ask) error {
	return s.hoursStep(w, q, "dropped", nil, nil, func(ctx context.Context, tx *storage.Tx, x organization.Worker) error {
		return organization.DropAbsence(ctx, tx, q.By, x.Account, q.PostFormValue("id"))
	})
}
