package web

import (
	"net/http"
	"strconv"

	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// linkView greets who comes by an invitation or a recovery link. Purpose is "" for a link that is over.
type linkView struct {
	ui.Page
	Purpose  string
	Action   string
	Text     string // of a link that is over
	Home     string
	Title    string // of a page that only leads on
	Go       string
	Mistakes ui.Mistakes
}

// link greets, and uses nothing: mail programs open links before people do. A demo link signs in at once.
func (s *Server) link(w http.ResponseWriter, q *Ask) error {
	l, err := s.findLink(q)
	switch {
	case err != nil:
		return s.linkOver(w, q, err)
	case l.Purpose == account.Demo:
		return s.useLink(w, q)
	}
	return s.showGreeting(w, q, http.StatusOK, l.Purpose, nil)
}

func (s *Server) findLink(q *Ask) (l account.Link, err error) {
	err = s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		l, err = account.FindLink(q.Context(), tx, q.PathValue("token"))
		return err
	})
	return l, err
}

func (s *Server) showGreeting(w http.ResponseWriter, q *Ask, status int, purpose string, refusal error) error {
	v := linkView{Page: s.publicPage(q, q.P.T("account.link.title"), ""), Purpose: purpose, Action: q.path("/sign-in/link/" + q.PathValue("token")),
		Mistakes: ui.MistakesOf(q.P, refusal)}
	v.Wrong = refusal != nil
	return s.show(w, q, status, linkPage(v))
}

func (s *Server) linkOver(w http.ResponseWriter, q *Ask, err error) error {
	if !fault.HasKey(err, "account.link-over") {
		return err
	}
	return s.leadOn(w, q, http.StatusNotFound, q.P.T("account.link.over"), q.P.Fault(err))
}

// useLink spends the link. The redirect takes it out of the address. A recovery's link asks for its code, and who tries
// wrong ones waits like at the door.
func (s *Server) useLink(w http.ResponseWriter, q *Ask) error {
	signed, err := s.guarded(q, s.tryLink)
	switch {
	case err != nil:
		return s.linkOver(w, q, err)
	case signed.Refusal != nil:
		return s.linkRefused(w, q, signed.Refusal)
	case signed.Account.State == account.Active:
		return s.enter(w, q, signed, "")
	}
	return s.enter(w, q, signed, "/sign-in/set-up")
}

// linkRefused shows the greeting again, while the link stands.
func (s *Server) linkRefused(w http.ResponseWriter, q *Ask, refusal error) error {
	l, err := s.findLink(q)
	if err != nil {
		return s.linkOver(w, q, err)
	}
	return s.showGreeting(w, q, statusOf(refusal), l.Purpose, refusal)
}

func (s *Server) tryLink(q *Ask) (signed account.Signed, err error) {
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		if signed, err = account.UseLink(q.Context(), tx, q.PathValue("token"), q.PostFormValue("code"), q.token); err != nil {
			return err
		}
		return account.On(q.Context(), tx, signed, device(q.Request))
	})
	return signed, err
}

// setUpView is choosing a way of signing in, and later changing the password.
type setUpView struct {
	Frame    ui.StaffPage
	Title    string
	Lead     string
	Action   string
	Present  bool // asks for the present password
	Secret   account.Secret
	Passkeys bool
	Mistakes ui.Mistakes
	Email    string // for password managers
	Ours     string // the organisation's own sign-in
}

func (v setUpView) secret() bool { return v.Secret.Text != "" }

func (s *Server) setUpForm(w http.ResponseWriter, q *Ask) error {
	if q.Account.State == account.Active {
		return redirect(w, q, "/account")
	}
	return s.showSetUp(w, q, http.StatusOK, nil)
}

func (s *Server) showSetUp(w http.ResponseWriter, q *Ask, status int, refusal error) error {
	v := setUpView{Frame: s.staffPage(q, q.P.T("account.set-up.title"), ""), Title: q.P.T("account.set-up.title"), Lead: q.P.T("account.set-up.lead"),
		Action: "/sign-in/set-up", Passkeys: s.door.party != nil, Ours: s.ours("")}
	v.Frame.Nav, v.Frame.Name = nil, ""
	if v.Passkeys {
		v.Frame.Scripts = append(v.Frame.Scripts, "passkey.js")
	}
	return s.showSecret(w, q, status, v, refusal)
}

// showSecret fills in what a new authenticator application is told, where the account has none.
func (s *Server) showSecret(w http.ResponseWriter, q *Ask, status int, v setUpView, refusal error) error {
	v.Frame.Scripts = append(v.Frame.Scripts, "show.js")
	v.Email, v.Mistakes, v.Frame.Wrong = q.Account.Email.Reveal(), ui.MistakesOf(q.P, refusal), refusal != nil
	if q.Account.TOTP.Empty() {
		var err error
		if v.Secret, err = s.offered(q); err != nil {
			return err
		}
	}
	return s.show(w, q, status, setUpPage(v))
}

func (s *Server) offered(q *Ask) (secret account.Secret, err error) {
	err = s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		secret, err = account.Offered(q.Context(), tx, q.By, q.token)
		return err
	})
	return secret, err
}

func (s *Server) setUp(w http.ResponseWriter, q *Ask) error {
	if q.Account.State == account.Active {
		return redirect(w, q, "/account")
	}
	signed, err := s.keepPassword(q)
	if err != nil {
		return err
	}
	if signed.Refusal != nil {
		return s.showSetUp(w, q, statusOf(signed.Refusal), signed.Refusal)
	}
	return s.enter(w, q, signed, "")
}

func (s *Server) keepPassword(q *Ask) (signed account.Signed, err error) {
	wanted, err := account.Want(q.Context(), q.Account, q.PostFormValue("present"), q.PostFormValue("password"), q.PostFormValue("again"), s.Leaked)
	if err != nil {
		return signed, err
	}
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		signed, err = account.KeepPassword(q.Context(), tx, q.By, q.token, wanted, q.PostFormValue("code"))
		return err
	})
	return signed, err
}

// qr is the offered secret as a picture of our own: nothing else may be loaded by a page.
func (s *Server) qr(w http.ResponseWriter, q *Ask) error {
	secret, err := s.offered(q)
	if err != nil {
		return err
	}
	picture, err := secret.QR()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Content-Length", strconv.Itoa(len(picture)))
	w.Write(picture)
	return nil
}
