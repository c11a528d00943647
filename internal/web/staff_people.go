package web

import (
	"net/http"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

func (s *Server) peopleRoutes(add adder) {
	add("GET /staff", access.People, s.people)
	add("GET /staff/invite", access.People.Fresh(), s.inviteForm)
	add("POST /staff/invite", access.People.Fresh(), s.invite, "name", "email", "lang", "unit", "roles...")
	add("GET /staff/{id}", access.People, s.colleague)
	add("POST /staff/{id}/roles", access.People.Fresh(), s.setRoles, "unit", "roles...")
	add("POST /staff/{id}/link", access.People.Fresh(), s.newLink)
	add("POST /staff/{id}/sign-out", access.People.Fresh(), s.signOutColleague)
	add("POST /staff/{id}/close", access.People.Fresh(), s.closeAccount, "sure")
}

// peopleView lists the staff.
type peopleView struct {
	Frame ui.StaffPage
	Rows  []personRow
	Waits waits
	Done  string
}

type personRow struct {
	ID, Name, Email, State string
	You, Waits             bool
	Roles                  []string
}

func (s *Server) people(w http.ResponseWriter, q *Ask) error {
	v := peopleView{Frame: s.staffPage(q, q.P.T("account.people.title"), "people")}
	if q.URL.Query().Get("done") == "closed" {
		v.Done = q.P.T("account.people.one.closed")
	}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		names, err := unitNames(q, tx)
		if err != nil {
			return err
		}
		if v.Waits, err = waitsFor(q, tx); err != nil {
			return err
		}
		all, err := account.Colleagues(q.Context(), tx, q.By)
		v.Rows = nil
		for _, c := range all {
			v.Rows = append(v.Rows, personRow{ID: string(c.ID), Name: c.Name.Reveal(), Email: c.Email.Reveal(), State: c.State,
				You: c.ID == q.By.Account, Waits: c.Waits(), Roles: roleWords(q, names, c.Roles)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, peoplePage(v))
}

func unitNames(q *Ask, tx *storage.Tx) (map[access.UnitID]string, error) {
	all, err := tx.Units(q.Context())
	out := map[access.UnitID]string{}
	for _, u := range all {
		out[u.ID] = u.Name.In(q.P.Lang())
	}
	return out, err
}

// roleOrder is how roles are told: what most are comes first.
var roleOrder = []access.Role{access.Worker, access.Coordinator, access.Keeper, access.Editor, access.Operator, access.Volunteer}

// roleWords tells each unit's roles in a line.
func roleWords(q *Ask, names map[access.UnitID]string, ms []access.Membership) []string {
	byUnit := map[access.UnitID][]string{}
	var order []access.UnitID
	slices.SortStableFunc(ms, func(a, b access.Membership) int {
		return slices.Index(roleOrder, a.Role) - slices.Index(roleOrder, b.Role)
	})
	for _, m := range ms {
		if byUnit[m.Unit] == nil {
			order = append(order, m.Unit)
		}
		byUnit[m.Unit] = append(byUnit[m.Unit], strings.ToLower(q.P.T("account.people.role."+string(m.Role))))
	}
	var out []string
	for _, u := range order {
		out = append(out, names[u]+": "+strings.Join(byUnit[u], ", "))
	}
	return out
}

// inviteView is the form that makes an account.
type inviteView struct {
	Frame             ui.StaffPage
	Name, Email, Lang string
	Unit              string
	Units             []ui.Option // one needs no choice
	Roles             []ui.Option
	Picked            []string
	Mistakes          ui.Mistakes
}

func (s *Server) inviteForm(w http.ResponseWriter, q *Ask) error {
	return s.showInvite(w, q, http.StatusOK, inviteView{Lang: string(q.P.Lang()), Picked: []string{string(access.Worker)}}, nil)
}

func (s *Server) showInvite(w http.ResponseWriter, q *Ask, status int, v inviteView, refusal error) error {
	v.Frame = s.staffPage(q, q.P.T("account.people.invite"), "people")
	v.Frame.Wrong, v.Mistakes, v.Roles = refusal != nil, ui.MistakesOf(q.P, refusal), roleOptions(q)
	if fault.HasKey(refusal, "account.email-taken") {
		v.Mistakes[0].Name = "email"
	}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		v.Units, err = ownUnits(q, tx)
		return err
	})
	if err != nil {
		return err
	}
	if v.Unit == "" && len(v.Units) > 0 {
		v.Unit = v.Units[0].Value
	}
	return s.show(w, q, status, invitePage(v))
}

// ownUnits are the units whose people the reader arranges.
func ownUnits(q *Ask, tx *storage.Tx) ([]ui.Option, error) {
	all, err := tx.Units(q.Context())
	locale.Sort(q.P.Lang(), all, func(u organization.Unit) string { return u.Name.In(q.P.Lang()) })
	var out []ui.Option
	for _, u := range all {
		if account.Gives(q.By, access.Membership{Unit: u.ID, Role: access.Worker}) {
			out = append(out, ui.Option{Value: string(u.ID), Label: u.Name.In(q.P.Lang())})
		}
	}
	return out, err
}

// roleOptions are the roles the reader may give.
func roleOptions(q *Ask) []ui.Option {
	roles := []access.Role{access.Worker, access.Coordinator, access.Keeper, access.Editor}
	if q.By.Has(access.Operator) {
		roles = append(roles, access.Operator)
	}
	var out []ui.Option
	for _, r := range roles {
		out = append(out, ui.Option{Value: string(r), Label: q.P.T("account.people.role." + string(r)), Hint: q.P.T("account.people.role-hint." + string(r))})
	}
	return out
}

func (s *Server) invite(w http.ResponseWriter, q *Ask) error {
	v := inviteView{Name: short(q.PostFormValue("name")), Email: short(q.PostFormValue("email")), Lang: q.PostFormValue("lang"),
		Unit: q.PostFormValue("unit"), Picked: q.PostForm["roles"]}
	var ms []access.Membership
	for _, r := range picked(q) {
		ms = append(ms, access.Membership{Unit: access.UnitID(v.Unit), Role: r})
	}
	var token string
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		_, token, err = account.InviteFor(q.Context(), tx, q.By, v.Name, v.Email, locale.Lang(v.Lang), ms)
		return err
	})
	if shown(err) {
		return s.showInvite(w, q, statusOf(err), v, err)
	}
	if err != nil {
		return err
	}
	return s.showLink(w, q, v.Name, token, 7)
}

// picked are the ticked roles, each once.
func picked(q *Ask) []access.Role {
	var out []access.Role
	for _, r := range q.PostForm["roles"] {
		if !slices.Contains(out, access.Role(r)) {
			out = append(out, access.Role(r))
		}
	}
	return out
}

// newLinkView shows a link, this once.
type newLinkView struct {
	Frame ui.StaffPage
	Name  string
	URL   string
	Days  int
}

// showLink is the answer to the form itself: nothing keeps the link, so no other page could show it.
func (s *Server) showLink(w http.ResponseWriter, q *Ask, name, token string, days int) error {
	v := newLinkView{Frame: s.staffPage(q, q.P.T("account.people.link.title"), "people"), Name: name, Days: days,
		URL: s.BaseURL.Scheme + "://" + s.BaseURL.Host + "/sign-in/link/" + token}
	return s.show(w, q, http.StatusOK, newLinkPage(v))
}

// colleagueView is one colleague: roles by unit, a new link, the end.
type colleagueView struct {
	Frame    ui.StaffPage
	ID       string
	Name     string
	Email    string
	State    string
	You      bool
	Keeps    bool // may make a link and close
	Waits    bool // nobody has vouched yet
	Recovery recoveryView
	Refused  []account.Day
	Units    []unitRoles
	Roles    []ui.Option
	Done     string
	Mistakes ui.Mistakes
}

type unitRoles struct {
	ID     string
	Name   string
	Picked []string
}

func (s *Server) colleague(w http.ResponseWriter, q *Ask) error {
	done := ""
	switch q.URL.Query().Get("done") {
	case "roles":
		done = q.P.T("account.people.one.saved")
	case "out":
		done = q.P.T("account.people.one.out")
	case "stopped":
		done = q.P.T("recovery.stopped")
	}
	return s.showColleague(w, q, http.StatusOK, done, nil)
}

// colleagueID is the colleague in the address.
func colleagueID(q *Ask) (access.AccountID, error) {
	if v := q.PathValue("id"); id.Valid(v) {
		return access.AccountID(v), nil
	}
	return "", fault.New(fault.NotFound, "not-found")
}

func (s *Server) showColleague(w http.ResponseWriter, q *Ask, status int, done string, refusal error) error {
	who, err := colleagueID(q)
	if err != nil {
		return err
	}
	v := colleagueView{Done: done, Mistakes: ui.MistakesOf(q.P, refusal), Roles: roleOptions(q), ID: string(who), You: who == q.By.Account}
	err = s.DB.View(q.Context(), func(tx *storage.Tx) error {
		c, keeps, err := account.One(q.Context(), tx, q.By, who)
		if err != nil {
			return err
		}
		v.Name, v.Email, v.State, v.Keeps = c.Name.Reveal(), c.Email.Reveal(), c.State, keeps
		v.Waits = c.Waits()
		if v.Recovery, err = recoveryOf(q, tx, who); err != nil {
			return err
		}
		if v.Refused, err = account.RefusedDays(q.Context(), tx, q.By, who); err != nil {
			return err
		}
		units, err := ownUnits(q, tx)
		v.Units = nil
		for _, u := range units {
			v.Units = append(v.Units, unitRoles{ID: u.Value, Name: u.Label, Picked: rolesIn(c.Roles, u.Value)})
		}
		return err
	})
	if err != nil {
		return err
	}
	v.Frame = s.staffPage(q, v.Name, "people")
	v.Frame.Wrong = refusal != nil
	return s.show(w, q, status, colleaguePage(v))
}

func rolesIn(ms []access.Membership, unit string) []string {
	var out []string
	for _, m := range ms {
		if string(m.Unit) == unit {
			out = append(out, string(m.Role))
		}
	}
	return out
}

func (s *Server) setRoles(w http.ResponseWriter, q *Ask) error {
	who, err := colleagueID(q)
	if err != nil {
		return err
	}
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return account.SetRoles(q.Context(), tx, q.By, who, access.UnitID(q.PostFormValue("unit")), picked(q))
	})
	if shown(err) {
		return s.showColleague(w, q, statusOf(err), "", err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, "/staff/"+string(who)+"?done=roles")
}

func (s *Server) newLink(w http.ResponseWriter, q *Ask) error {
	return s.makeLink(w, q, 7, func(tx *storage.Tx, who access.AccountID) (string, error) {
		return account.LinkFor(q.Context(), tx, q.By, who, account.Invite)
	})
}

// makeLink makes a colleague's link and shows it, this once.
func (s *Server) makeLink(w http.ResponseWriter, q *Ask, days int, do func(*storage.Tx, access.AccountID) (string, error)) error {
	who, err := colleagueID(q)
	if err != nil {
		return err
	}
	var token, name string
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		if token, err = do(tx, who); err != nil {
			return err
		}
		c, _, err := account.One(q.Context(), tx, q.By, who)
		name = c.Name.Reveal()
		return err
	})
	if shown(err) {
		return s.showColleague(w, q, statusOf(err), "", err)
	}
	if err != nil {
		return err
	}
	return s.showLink(w, q, name, token, days)
}

func (s *Server) closeAccount(w http.ResponseWriter, q *Ask) error {
	who, err := colleagueID(q)
	if err != nil {
		return err
	}
	if q.PostFormValue("sure") != "yes" {
		form := fault.Form{}
		form.Add("sure", "account.sure")
		return s.showColleague(w, q, http.StatusUnprocessableEntity, "", form.Err())
	}
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) error { return account.Close(q.Context(), tx, q.By, who) })
	if shown(err) {
		return s.showColleague(w, q, statusOf(err), "", err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, "/staff?done=closed")
}
