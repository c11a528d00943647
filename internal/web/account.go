package web

import (
	"net/http"
	"net/url"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/outside"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// door is what signing in needs beyond the database: this site as passkeys know it (nil where they cannot work), and
// who has been trying.
type door struct {
	party   *account.Party
	errands *account.Once
	tries   *intake.Throttle
}

func newDoor(base *url.URL) (door, error) {
	party, err := account.NewParty(base)
	return door{party: party, errands: &account.Once{}, tries: intake.NewThrottle()}, err
}

func (s *Server) accountRoutes(add adder) {
	add("GET /sign-in", access.Open, s.signInForm)
	add("POST /sign-in", access.Open, s.signIn, "to", "email", "password*", "code*")
	add("POST /sign-in/passkey/begin", access.Open, s.asJSON(s.passkeySignInBegin), outside.JSONBody)
	add("POST /sign-in/passkey/finish", access.Open, s.asJSON(s.passkeySignIn), outside.JSONBody)
	add("GET /sign-in/again", access.SignedIn, s.againForm)
	add("POST /sign-in/again", access.SignedIn, s.again, "to", "username", "password*", "code*")
	add("POST /sign-in/again/passkey", access.SignedIn, s.asJSON(s.passkeyAgain), outside.JSONBody)
	add("GET /sign-in/link/{token}", access.Open, s.link)
	add("POST /sign-in/link/{token}", access.Open, s.useLink, "code*")
	add("GET /sign-in/set-up", access.SignedIn, s.setUpForm)
	add("POST /sign-in/set-up", access.SignedIn, s.setUp, "username", "password*", "again*", "code*")
	add("GET /sign-in/set-up/square", access.SignedIn.Fresh(), s.qr)
	s.organisationRoutes(add)
	add("POST /sign-out", access.Open, s.signOut)
	add("GET /account", access.SignedIn, s.own)
	add("POST /account", access.SignedIn, s.rename, "name", "lang")
	add("GET /account/password", access.SignedIn.Fresh(), s.passwordForm)
	add("POST /account/password", access.SignedIn.Fresh(), s.changePassword, "username", "present*", "password*", "again*", "code*")
	add("POST /account/passkeys/begin", access.SignedIn.Fresh(), s.asJSON(s.passkeyAddBegin), outside.JSONBody)
	add("POST /account/passkeys/finish", access.SignedIn.Fresh(), s.asJSON(s.passkeyAdd), outside.JSONBody)
	add("POST /account/passkeys/remove", access.SignedIn.Fresh(), s.passkeyRemove, "passkey")
	add("POST /account/stay", access.SignedIn, s.left)
	add(leftPattern, access.SignedIn.Unattended(), s.left)
	add("POST /account/stays/end", access.SignedIn.Fresh(), s.endOwnStay, "stay")
	add("POST /account/everywhere", access.SignedIn.Fresh(), s.signOutEverywhere)
}

// signInView is the page where staff sign in.
type signInView struct {
	ui.Page
	Action   string
	To       string // where to go afterwards
	Email    string
	Notice   string
	Lost     []string // what was typed into a form that could not be taken
	Mistakes ui.Mistakes
	Passkeys bool
	Ours     string // the address of the organisation's own sign-in; "" where there is none
	Leave    string // where one signs out of that too
}

func (s *Server) signInView(q *Ask, to string) signInView {
	v := signInView{Page: s.publicPage(q, q.P.T("account.sign-in.title"), "/sign-in"), Action: q.path("/sign-in"), To: outside.OwnPath(to),
		Passkeys: s.door.party != nil}
	v.Scripts = []string{"show.js"}
	if v.Passkeys {
		v.Scripts = append(v.Scripts, "passkey.js")
	}
	v.Ours = s.ours(v.To)
	return v
}

// ours is the address of the organisation's own sign-in.
func (s *Server) ours(to string) string {
	switch {
	case s.Organisation == nil:
		return ""
	case to == "":
		return "/sign-in/organisation"
	}
	return "/sign-in/organisation?to=" + url.QueryEscape(to)
}

func (s *Server) signInForm(w http.ResponseWriter, q *Ask) error {
	v := s.signInView(q, q.URL.Query().Get("to"))
	if q.URL.Query().Has("out") {
		v.Notice = q.P.T("account.sign-in.out")
		if s.Organisation != nil {
			v.Leave = s.Organisation.Leave(s.BaseURL.Scheme + "://" + s.BaseURL.Host + "/sign-in")
		}
	}
	return s.show(w, q, http.StatusOK, signInPage(v))
}

// signInNeeded is the page in place of one that asks for signing in. Signing in leads back to it. A staff address says no
// language, so it is read in the one the browser asks for; another can be chosen.
func (s *Server) signInNeeded(q *Ask, f *fault.Fault) signInView {
	if _, chosen := q.Context().Value(languageKey{}).(locale.Lang); !chosen {
		q.P = locale.For(locale.Negotiate(q.Header.Get("Accept-Language")))
	}
	v := s.signInView(q, s.wayBack(q))
	if v.To != "" {
		v.Path += "?to=" + url.QueryEscape(v.To)
	}
	v.Action = q.path("/sign-in")
	v.Notice, v.Lost = q.P.T("account.sign-in.needed"), written(q)
	if f.Key != "sign-in.needed" {
		v.Notice = q.P.Fault(f)
	}
	return v
}

// home is where somebody begins the day.
func home(by access.Actor) string {
	switch {
	case access.ClientWork.Allows(by):
		return "/desk"
	case access.People.Allows(by):
		return "/staff"
	case access.AsVolunteer.Allows(by):
		return "/mine"
	}
	return "/account"
}

// failTakes is how long every refused try takes. Counting a wrong try of a known account writes to the database and an
// unknown address does not; the answer must not tell by its time who works here.
const failTakes = 600 * time.Millisecond

func (s *Server) signIn(w http.ResponseWriter, q *Ask) error {
	signed, err := s.guarded(q, s.tryPassword)
	if err != nil {
		return err
	}
	if signed.Refusal != nil {
		return s.signInRefused(w, q, signed.Refusal)
	}
	return s.enter(w, q, signed, outside.OwnPath(q.PostFormValue("to")))
}

// guarded makes who tries too often wait, and every refused try take its time.
func (s *Server) guarded(q *Ask, try func(q *Ask) (account.Signed, error)) (account.Signed, error) {
	until := time.Now().Add(failTakes)
	visitor := s.visitor(q.Request)
	if wait := s.door.tries.Wait(visitor, q.Now); wait > 0 {
		return account.Signed{Refusal: fault.New(fault.TooMany, "too-many", "seconds", int(wait.Seconds())+1)}, nil
	}
	signed, err := try(q)
	if err != nil {
		return signed, err
	}
	if signed.Refusal == nil {
		s.door.tries.Right(visitor)
		return signed, nil
	}
	s.door.tries.Wrong(visitor, q.Now)
	select {
	case <-time.After(time.Until(until)):
	case <-q.Context().Done():
	}
	return signed, nil
}

// tryPassword hashes between two transactions, so that neither waits for it.
func (s *Server) tryPassword(q *Ask) (signed account.Signed, err error) {
	var proof *account.Proof
	err = s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		proof, err = account.Prove(q.Context(), tx, q.PostFormValue("email"))
		return err
	})
	if err != nil {
		return signed, err
	}
	if err := proof.Check(q.Context(), q.PostFormValue("password")); err != nil {
		return signed, err
	}
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		if signed, err = account.SignIn(q.Context(), tx, proof, q.PostFormValue("code"), q.token); err != nil {
			return err
		}
		return account.On(q.Context(), tx, signed, device(q.Request))
	})
	return signed, err
}

func (s *Server) signInRefused(w http.ResponseWriter, q *Ask, refusal error) error {
	v := s.signInView(q, q.PostFormValue("to"))
	v.Email, v.Mistakes, v.Wrong = short(q.PostFormValue("email")), ui.MistakesOf(q.P, refusal), true
	return s.show(w, q, statusOf(refusal), signInPage(v))
}

// short keeps what comes back in a form from growing past what its field takes.
func short(v string) string {
	if r := []rune(v); len(r) > 200 {
		return string(r[:200])
	}
	return v
}

// enter gives the browser its stay and leads to where it wanted to go.
func (s *Server) enter(w http.ResponseWriter, q *Ask, signed account.Signed, to string) error {
	s.setSession(w, signed.Token)
	if to == "" {
		var err error
		if to, err = s.homeOf(q, signed); err != nil {
			return err
		}
	}
	return redirect(w, q, to)
}

func (s *Server) homeOf(q *Ask, signed account.Signed) (string, error) {
	to := ""
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		by, _, err := account.Actor(q.Context(), tx, signed.Token)
		to = home(by)
		return err
	})
	return to, err
}

// signOut ends the stay whether or not it is still alive, so that nobody is asked to sign in to sign out.
func (s *Server) signOut(w http.ResponseWriter, q *Ask) error {
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return account.SignOut(q.Context(), tx, q.token) })
	if err != nil {
		return err
	}
	s.endSession(w)
	return redirect(w, q, "/sign-in?out")
}
