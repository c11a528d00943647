package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/outside"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// againView is where somebody who is signed in proves it once more, before what cannot be taken back.
type againView struct {
	Frame    ui.StaffPage
	To       string
	Email    string // for password managers
	Password bool   // the account has one
	Passkeys bool
	Ours     string // the organisation's own sign-in, where the account is bound to it
	Lost     []string
	Mistakes ui.Mistakes
}

func (s *Server) againView(q *Ask, to string) againView {
	v := againView{Frame: s.staffPage(q, q.P.T("account.again.title"), ""), To: outside.OwnPath(to), Email: q.Account.Email.Reveal(),
		Password: q.Account.Password != "", Passkeys: s.door.party != nil, Lost: written(q)}
	if len(q.Account.Subject) > 0 {
		v.Ours = s.ours(v.To)
	}
	v.Frame.Scripts = append(v.Frame.Scripts, "show.js")
	if v.Passkeys {
		v.Frame.Scripts = append(v.Frame.Scripts, "passkey.js")
	}
	return v
}

func (s *Server) againForm(w http.ResponseWriter, q *Ask) error {
	to := outside.OwnPath(q.URL.Query().Get("to"))
	if account.Fresh(q.Stay, q.Now) {
		return redirect(w, q, orHome(q, to))
	}
	return s.show(w, q, http.StatusOK, againPage(s.againView(q, to)))
}

// orHome is where to go on to.
func orHome(q *Ask, to string) string {
	if to == "" {
		return home(q.By)
	}
	return to
}

func (s *Server) again(w http.ResponseWriter, q *Ask) error {
	signed, err := s.guarded(q, s.tryAgain)
	if err != nil {
		return err
	}
	to := outside.OwnPath(q.PostFormValue("to"))
	if signed.Refusal != nil {
		v := s.againView(q, to)
		v.Lost, v.Mistakes, v.Frame.Wrong = nil, ui.MistakesOf(q.P, signed.Refusal), true
		return s.show(w, q, statusOf(signed.Refusal), againPage(v))
	}
	return s.enter(w, q, signed, orHome(q, to))
}

func (s *Server) tryAgain(q *Ask) (signed account.Signed, err error) {
	var proof *account.Proof
	err = s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		proof, err = account.ProveAgain(q.Context(), tx, q.By)
		return err
	})
	if err != nil {
		return signed, err
	}
	if err := proof.Check(q.Context(), q.PostFormValue("password")); err != nil {
		return signed, err
	}
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		signed, err = account.SignInAgain(q.Context(), tx, q.By, q.token, proof, q.PostFormValue("code"))
		return err
	})
	return signed, err
}

func (s *Server) passkeyAgain(w http.ResponseWriter, q *Ask) (any, error) {
	var signed account.Signed
	in, err := s.byPasskey(q, func(p *account.Party, tx *storage.Tx, in passkeyAnswer) (err error) {
		signed, err = p.SignInAgain(q.Context(), tx, q.By, q.token, in.State, in.Answer)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.enterByScript(w, q, signed, orHome(q, outside.OwnPath(in.To)))
}

// wayBack is the page to which signing in leads after a refusal: the one that was asked for, or the page that holds the
// form that was sent.
func (s *Server) wayBack(q *Ask) string {
	if q.Method == http.MethodGet {
		return q.URL.RequestURI()
	}
	for at := q.URL.Path; at != "" && at != "/"; at = at[:strings.LastIndex(at, "/")] {
		if s.opens(at) {
			return at
		}
	}
	return ""
}

// opens tells whether a path is a page that can be asked for.
func (s *Server) opens(path string) bool {
	_, pattern := s.mux.Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: path}})
	return strings.HasPrefix(pattern, http.MethodGet+" ")
}

// shortest and most are what of a refused form is worth showing for copying: a ticked choice is soon ticked again.
const (
	shortest = 20
	most     = 10
)

// written is what somebody wrote into a form that came too late or too soon. It is shown once, to the browser that sent
// it, and kept nowhere; passwords and codes are left out (decision 0044).
func written(q *Ask) []string {
	var out []string
	if outside.ReadForm(q.Request) != nil {
		return nil
	}
	for name, values := range q.PostForm {
		if secretField(name) {
			continue
		}
		for _, v := range values {
			if v = strings.TrimSpace(v); len(out) < most && len(v) >= shortest && strings.ContainsAny(v, " \n") {
				out = append(out, v)
			}
		}
	}
	slices.Sort(out)
	return out
}

func secretField(name string) bool {
	return slices.Contains([]string{"password", "present", "again", "code", "token", "link"}, name)
}

// device is what the browser says it runs on, as coarsely as its owner needs to tell their stays apart.
func device(r *http.Request) string {
	if strings.Contains(r.UserAgent(), "Mobi") {
		return account.Phone
	}
	return account.Computer
}

func isJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/json")
}
