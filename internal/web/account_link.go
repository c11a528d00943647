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
	Purpose string
	Action  string
	Text    string // of a link that is over
	Home    string
	Title   string // of a page that only leads on
	Go      string
}

// link greets, and uses nothing: mail programs open links before people do. A demo link signs in at once.
func (s *Server) link(w http.ResponseWriter, q *Ask) error {
	var l account.Link
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		l, err = account.FindLink(q.Context(), tx, q.PathValue("token"))
		return err
	})
	switch {
	case err != nil:
		return s.linkOver(w, q, err)
	case l.Purpose == account.Demo:
		return s.useLink(w, q)
	}
	v := linkView{Page: s.publicPage(q, q.P.T("account.link.title"), ""), Purpose: l.Purpose, Action: q.path("/sign-in/link/" + q.PathValue("token"))}
	return s.show(w, q, http.StatusOK, linkPage(v))
}

func (s *Server) linkOver(w http.ResponseWriter, q *Ask, err error) error {
	if !fault.HasKey(err, "account.link-over") {
		return err
	}
	v := linkView{Page: s.publicPage(q, q.P.T("account.link.over"), ""), Text: q.P.Fault(err), Home: q.path("/sign-in"), Title: q.P.T("account.link.over"), Go: q.P.T("account.link.home")}
	return s.show(w, q, http.StatusNotFound, linkPage(v))
}

// useLink spends the link. The redirect takes it out of the address.
func (s *Server) useLink(w http.ResponseWriter, q *Ask) error {
	var signed account.Signed
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		if signed, err = account.UseLink(q.Context(), tx, q.PathValue("token"), q.token); err != nil {
			return err
		}
		return account.On(q.Context(), tx, signed, device(q.Request))
	})
	if err != nil {
		return s.linkOver(w, q, err)
	}
	if signed.Account.State == account.Active {
		return s.enter(w, q, signed, "")
	}
	return s.enter(w, q, signed, "/sign-in/set-up")
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
		v.Frame.Scripts = []string{"passkey.js"}
	}
	return s.showSecret(w, q, status, v, refusal)
}

// showSecret fills in what a new authenticator application is told, where the account has none.
func (s *Server) showSecret(w http.ResponseWriter, q *Ask, status int, v setUpView, refusal error) error {
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
	wanted, err := account.Want(q.Context(), q.Account, q.PostFormValue("present"), q.PostFormValue("password"), q.PostFormValue("again"))
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
