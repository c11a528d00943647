package web

import (
	"net/http"

	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// ownView is the page of one's own account.
type ownView struct {
	Frame    ui.StaffPage
	Account  account.Account
	Keys     []ownKey
	Stays    []ownStay
	Days     []account.Day
	Waits    waits
	Number   string // what a newcomer reads to a colleague; "" for others
	Party    bool   // passkeys work at this address
	Fresh    bool   // signed in lately enough to change how one signs in
	Done     string
	Mistakes ui.Mistakes
}

type ownKey struct{ ID, Text string }

// dones are what the page may say was done, by the word in its address.
var dones = []string{"name", "password", "passkey", "removed", "stay", "stopped"}

func (s *Server) own(w http.ResponseWriter, q *Ask) error {
	done := ""
	for _, d := range dones {
		if q.URL.Query().Get("done") == d {
			done = q.P.T("account.own.done." + d)
		}
	}
	return s.showOwn(w, q, http.StatusOK, done, nil)
}

func (s *Server) showOwn(w http.ResponseWriter, q *Ask, status int, done string, refusal error) error {
	v := ownView{Frame: s.staffPage(q, q.P.T("account.own.title"), "account"), Account: q.Account, Party: s.door.party != nil, Done: done,
		Mistakes: ui.MistakesOf(q.P, refusal), Fresh: account.Fresh(q.Stay, q.Now)}
	v.Frame.Wrong = refusal != nil
	if v.Party {
		v.Frame.Scripts = append(v.Frame.Scripts, "passkey.js")
	}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		keys, err := account.Passkeys(q.Context(), tx, q.By)
		if err != nil {
			return err
		}
		zone, err := calendar.Zone("Europe/Helsinki")
		if err != nil {
			return err
		}
		v.Keys = nil
		for _, k := range keys {
			v.Keys = append(v.Keys, ownKey{ID: k.ID, Text: q.P.T("account.own.passkey", "day", q.P.Date(calendar.DateOf(k.Created, zone)))})
		}
		if v.Stays, err = s.stays(q, tx); err != nil {
			return err
		}
		if q.Account.Waits() {
			v.Number = account.Number(tx, q.Account.ID)
		}
		if v.Days, err = account.OwnDays(q.Context(), tx, q.By); err != nil {
			return err
		}
		v.Waits, err = waitsFor(q, tx)
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, q, status, ownPage(v))
}

func (s *Server) rename(w http.ResponseWriter, q *Ask) error {
	name, lang := q.PostFormValue("name"), locale.Lang(q.PostFormValue("lang"))
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return account.Rename(q.Context(), tx, q.By, name, lang) })
	if shown(err) {
		q.Account.Name, q.Account.Lang = seal.Of(short(name)), lang
		return s.showOwn(w, q, statusOf(err), "", err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, "/account?done=name")
}

func (s *Server) passwordForm(w http.ResponseWriter, q *Ask) error {
	return s.showPassword(w, q, http.StatusOK, nil)
}

func (s *Server) showPassword(w http.ResponseWriter, q *Ask, status int, refusal error) error {
	v := setUpView{Frame: s.staffPage(q, q.P.T("account.own.password"), "account"), Title: q.P.T("account.own.password"),
		Lead: q.P.T("account.own.password-text"), Action: "/account/password", Present: q.Account.Password != ""}
	return s.showSecret(w, q, status, v, refusal)
}

func (s *Server) changePassword(w http.ResponseWriter, q *Ask) error {
	signed, err := s.keepPassword(q)
	if err != nil {
		return err
	}
	if signed.Refusal != nil {
		return s.showPassword(w, q, statusOf(signed.Refusal), signed.Refusal)
	}
	return s.enter(w, q, signed, "/account?done=password")
}

func (s *Server) passkeyRemove(w http.ResponseWriter, q *Ask) error {
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return account.RemovePasskey(q.Context(), tx, q.By, q.token, q.PostFormValue("passkey"))
	})
	if shown(err) {
		return s.showOwn(w, q, statusOf(err), "", err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, "/account?done=removed")
}

func (s *Server) signOutEverywhere(w http.ResponseWriter, q *Ask) error {
	if err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return account.SignOutEverywhere(q.Context(), tx, q.By) }); err != nil {
		return err
	}
	s.endSession(w)
	return redirect(w, q, "/sign-in?out")
}
