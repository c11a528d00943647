package web

import (
	"net/http"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/emergency"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

func (s *Server) auditRoutes(add adder) {
	add("GET /audit", access.People, s.showAudit)
}

// auditLines is the most of each part that a page shows.
const auditLines = 100

// auditView is who saw and changed what, of clients' objects and of staff.
type auditView struct {
	Frame            ui.StaffPage
	Number, Who, Day string
	Names            []ui.Option
	Clients, Staff   []auditRow
	Groups           []auditRow // groups and days: by month
	Work             bool       // the reader sees clients' objects
	Mistakes         ui.Mistakes
}

type auditRow struct{ Day, Who, What, Object string }

func (v auditView) filtered() bool { return v.Number+v.Who+v.Day != "" }

func (s *Server) showAudit(w http.ResponseWriter, q *Ask) error {
	in := q.URL.Query()
	v := auditView{Frame: s.staffPage(q, q.P.T("audit.title"), "people"), Number: short(in.Get("number")), Who: short(in.Get("who")), Day: short(in.Get("day")),
		Work: q.By.Has(access.Coordinator)}
	f, ok := audit.By(v.Number, access.AccountID(v.Who), v.Day, auditLines)
	status := http.StatusOK
	if !ok {
		status, v.Frame.Wrong = http.StatusUnprocessableEntity, true
		v.Mistakes = ui.MistakesOf(q.P, fault.New(fault.Invalid, "audit.filter"))
	}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error { return s.readAudit(q, tx, f, ok, &v) })
	if err != nil {
		return err
	}
	return s.show(w, q, status, auditPage(v))
}

func (s *Server) readAudit(q *Ask, tx *storage.Tx, f audit.Filter, ok bool, v *auditView) error {
	v.Clients, v.Groups, v.Staff, v.Names = nil, nil, nil, nil
	known, err := account.Colleagues(q.Context(), tx, q.By)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, c := range known {
		names[string(c.ID)] = c.Name.Reveal()
		v.Names = append(v.Names, ui.Option{Value: string(c.ID), Label: c.Name.Reveal()})
	}
	units, err := unitNames(q, tx)
	if err != nil || !ok {
		return err
	}
	if v.Work {
		lines, err := audit.Read(q.Context(), tx, q.By, f)
		if err != nil {
			return err
		}
		for _, l := range lines {
			v.Clients = append(v.Clients, auditRowOf(q, names, l, emergency.Number(episode.ID(l.Object))))
		}
	}
	if v.Number != "" {
		return nil
	}
	if v.Work {
		if v.Groups, err = s.auditGroups(q, tx, f, names); err != nil {
			return err
		}
	}
	lines, err := tx.AuditOfStaff(q.Context(), f)
	for _, l := range lines {
		if object, may := staffObject(q, names, units, l); may {
			v.Staff = append(v.Staff, auditRowOf(q, names, l, object))
		}
	}
	return err
}

// auditGroups are who saw and changed what of groups and days (decision 0074). Which group it is, its coordinators know by its first day.
func (s *Server) auditGroups(q *Ask, tx *storage.Tx, f audit.Filter, names map[string]string) (out []auditRow, err error) {
	lines, err := audit.ReadGroups(q.Context(), tx, q.By, f)
	for _, l := range lines {
		var object string
		if l.Kind == audit.Circle {
			c, err := tx.Circle(q.Context(), circle.ID(l.Object))
			if err != nil {
				return nil, err
			}
			o, err := tx.Offer(q.Context(), c.Offer)
			if err != nil {
				return nil, err
			}
			if m, ok := s.Models.Model(o.Model, o.Version); ok {
				object = circleName(q, m, c.Kind) + " " + q.P.Date(c.First.Day)
			}
		} else {
			d, err := tx.Occasion(q.Context(), occasion.ID(l.Object))
			if err != nil {
				return nil, err
			}
			object = d.About + " " + q.P.Date(d.At.Day)
		}
		if who, err := tx.VolunteerOf(q.Context(), l.Account); err == nil && names[string(l.Account)] == "" {
			names[string(l.Account)] = who.Own.Name.Reveal()
		}
		out = append(out, auditRowOf(q, names, l, object))
	}
	return out, err
}

// staffObject is the name of an account or a unit the reader may know of.
func staffObject(q *Ask, names map[string]string, units map[access.UnitID]string, l audit.Line) (string, bool) {
	if l.Kind == audit.Unit {
		u := access.UnitID(l.Object)
		return units[u], q.By.Has(access.Operator) || q.By.Is(access.Coordinator, u)
	}
	name, may := names[l.Object]
	return name, may
}

func auditRowOf(q *Ask, names map[string]string, l audit.Line, object string) auditRow {
	day := ""
	if strings.Count(string(l.Day), "-") == 1 {
		day = q.P.Month(string(l.Day))
	} else {
		day = q.P.Date(calendar.Date(l.Day))
	}
	who, ok := names[string(l.Account)]
	if !ok {
		who = q.P.T("audit.gone")
	}
	return auditRow{Day: day, Who: who, What: q.P.T("audit.action." + l.Action), Object: q.P.T("audit.kind."+string(l.Kind)) + " " + object}
}
