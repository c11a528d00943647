package web

import (
	"net/http"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// New colleagues, until somebody else than who invited them knows them (decision 0048).

func (s *Server) newcomerRoutes(add adder) {
	add("GET /newcomers", access.SignedIn.Fresh(), s.newcomers)
	add("POST /newcomers", access.SignedIn.Fresh(), s.vouch, "who", "number")
}

type newcomersView struct {
	Frame    ui.StaffPage
	Rows     []newcomerRow
	Done     string
	Mistakes ui.Mistakes
}

type newcomerRow struct {
	ID, Name, By string
	Roles        []string
	Typed, Error string
}

func (s *Server) newcomers(w http.ResponseWriter, q *Ask) error {
	v := newcomersView{}
	if q.URL.Query().Get("done") == "known" {
		v.Done = q.P.T("newcomer.done")
	}
	return s.showNewcomers(w, q, http.StatusOK, v, nil)
}

func (s *Server) showNewcomers(w http.ResponseWriter, q *Ask, status int, v newcomersView, refusal error) error {
	v.Frame = s.staffPage(q, q.P.T("newcomer.title"), "people")
	v.Frame.Wrong, v.Mistakes = refusal != nil, ui.MistakesOf(q.P, refusal)
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		names, err := unitNames(q, tx)
		if err != nil {
			return err
		}
		all, err := account.Newcomers(q.Context(), tx, q.By)
		v.Rows = nil
		for _, c := range all {
			inviter, err := tx.Account(q.Context(), c.InvitedBy)
			if err != nil {
				return err
			}
			row := newcomerRow{ID: string(c.ID), Name: c.Name.Reveal(), By: inviter.Name.Reveal(), Roles: roleWords(q, names, c.Roles)}
			if refusal != nil && row.ID == q.PostFormValue("who") {
				row.Typed, row.Error = short(q.PostFormValue("number")), v.Mistakes.Of("number")
				v.Mistakes[0].Name = "number-" + row.ID
			}
			v.Rows = append(v.Rows, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, q, status, newcomersPage(v))
}

func (s *Server) vouch(w http.ResponseWriter, q *Ask) error {
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return account.Vouch(q.Context(), tx, q.By, access.AccountID(q.PostFormValue("who")), q.PostFormValue("number"))
	})
	if shown(err) {
		return s.showNewcomers(w, q, statusOf(err), newcomersView{}, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, "/newcomers?done=known")
}

// waits is what waits for the reader as a colleague; it stands on the pages where the day begins.
type waits struct {
	Emergencies int
	Newcomers   int
	Recoveries  []ui.Link
	Own         string // when somebody asked for a recovery of the reader's own account; "" when nobody has
}

func waitsFor(q *Ask, tx *storage.Tx) (v waits, err error) {
	if v.Emergencies, err = emergenciesToSee(q, tx); err != nil {
		return v, err
	}
	all, err := account.Newcomers(q.Context(), tx, q.By)
	if err != nil {
		return v, err
	}
	v.Newcomers = len(all)
	if v.Recoveries, err = toAgree(q, tx); err != nil {
		return v, err
	}
	own, on, err := account.OwnRecovery(q.Context(), tx, q.By)
	if on {
		v.Own = q.moment(own.At)
	}
	return v, err
}
