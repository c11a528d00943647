package web

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/outside"
)

// The organisation's own sign-in. What binds the answer to this browser lies in a cookie of ten minutes, under our hash;
// state, nonce and verifier are derived from it, so nothing of it is kept. The answer comes from another site, and our
// session's cookie does not travel with it (SameSite=Strict): a page with one link leads on.

func (s *Server) organisationRoutes(add adder) {
	if s.Organisation == nil {
		return
	}
	add("GET /sign-in/organisation", access.Open, s.goToOrganisation)
	add("GET /sign-in/organisation/back", access.Open, s.backFromOrganisation)
}

const organisationStands = 10 * time.Minute

// errand is why a browser was sent to the organisation.
type errand struct {
	Random  string
	Ends    int64
	To      string
	Account access.AccountID // of the stay it is on; "" at the door
	Stay    string
}

func (s *Server) errandCookie() string { return s.cookieName() + "-go" }

// derived are the secrets of an errand.
type derived struct{ state, nonce, verifier string }

func derive(tx *storage.Tx, value string) derived {
	of := func(purpose string) string {
		return hex.EncodeToString(tx.Index("account.organisation."+purpose, value))
	}
	return derived{state: of("state"), nonce: of("nonce"), verifier: of("verifier")}
}

func (s *Server) goToOrganisation(w http.ResponseWriter, q *Ask) error {
	var random [16]byte
	rand.Read(random[:])
	e := errand{Random: hex.EncodeToString(random[:]), Ends: q.Now.Add(organisationStands).Unix(), To: outside.OwnPath(q.URL.Query().Get("to"))}
	var secrets derived
	var value string
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		_, who, stay, err := account.Come(q.Context(), tx, s.sessionToken(q.Request))
		if err != nil && !fault.Is(err, fault.SignIn) {
			return err
		}
		e.Account, e.Stay = who.ID, stay.ID
		raw, err := json.Marshal(e)
		value = base64.RawURLEncoding.EncodeToString(raw)
		value += "." + hex.EncodeToString(tx.Index("account.organisation.errand", value))
		secrets = derive(tx, value)
		return err
	})
	if err != nil {
		return err
	}
	to, err := s.Organisation.Address(q.Context(), secrets.state, secrets.nonce, secrets.verifier, e.Account != "")
	if err != nil {
		return s.organisationFailed(w, q, err)
	}
	s.setErrand(w, value, int(organisationStands.Seconds()))
	http.Redirect(w, q.Request, to, http.StatusSeeOther)
	return nil
}

func (s *Server) setErrand(w http.ResponseWriter, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: s.errandCookie(), Value: value, Path: "/", HttpOnly: true, Secure: s.https(), SameSite: http.SameSiteLaxMode, MaxAge: age})
}

// errandOf reads the cookie back, if it is ours and in time.
func (s *Server) errandOf(q *Ask, tx *storage.Tx) (errand, derived, error) {
	var e errand
	c, err := q.Cookie(s.errandCookie())
	if err != nil || len(c.Value) > 2000 {
		return e, derived{}, account.OrganisationRefused()
	}
	payload, sum, _ := strings.Cut(c.Value, ".")
	got, err := hex.DecodeString(sum)
	if err != nil || !hmac.Equal(got, tx.Index("account.organisation.errand", payload)) {
		return e, derived{}, account.OrganisationRefused()
	}
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil || json.Unmarshal(raw, &e) != nil || q.Now.Unix() >= e.Ends {
		return e, derived{}, account.OrganisationRefused()
	}
	return e, derive(tx, c.Value), nil
}

func (s *Server) backFromOrganisation(w http.ResponseWriter, q *Ask) error {
	s.setErrand(w, "", -1)
	var e errand
	signed, err := s.guarded(q, func(q *Ask) (signed account.Signed, err error) {
		e, signed, err = s.takeAnswer(q)
		if f := fault.Of(err); err != nil && f.Kind == fault.Invalid {
			return account.Signed{Refusal: err}, nil
		}
		return signed, err
	})
	if err == nil {
		err = signed.Refusal
	}
	if err != nil {
		return s.organisationFailed(w, q, err)
	}
	return s.arrived(w, q, signed, e.To)
}

// takeAnswer takes what the organisation answered, once, in the browser that was sent there.
func (s *Server) takeAnswer(q *Ask) (e errand, signed account.Signed, err error) {
	var secrets derived
	err = s.DB.View(q.Context(), func(tx *storage.Tx) (err error) { e, secrets, err = s.errandOf(q, tx); return err })
	if err == nil && !hmac.Equal([]byte(q.URL.Query().Get("state")), []byte(secrets.state)) {
		err = account.OrganisationRefused()
	}
	if err == nil && s.door.errands.Spend(secrets.state, q.Now) != nil {
		err = account.OrganisationRefused()
	}
	if err != nil {
		return e, signed, err
	}
	came, err := s.Organisation.Came(q.Context(), q.URL.Query().Get("code"), secrets.verifier, secrets.nonce, e.Account != "")
	if err != nil {
		s.door.errands.Release(secrets.state) // nothing came of it, and its code is the provider's to count
		return e, signed, err
	}
	signed, err = s.takeClaim(q, e, account.Claim{Issuer: came.Issuer, Subject: came.Subject, Email: came.Email})
	return e, signed, err
}

func (s *Server) takeClaim(q *Ask, e errand, c account.Claim) (signed account.Signed, err error) {
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		if e.Account != "" {
			signed, err = account.GoOnByOrganisation(q.Context(), tx, e.Account, e.Stay, c)
		} else {
			signed, err = account.SignInByOrganisation(q.Context(), tx, c)
		}
		if err != nil {
			return err
		}
		return account.On(q.Context(), tx, signed, device(q.Request))
	})
	return signed, err
}

// arrived gives the browser its stay and one link onwards.
func (s *Server) arrived(w http.ResponseWriter, q *Ask, signed account.Signed, to string) error {
	if to == "" {
		var err error
		if to, err = s.homeOf(q, signed); err != nil {
			return err
		}
	}
	s.setSession(w, signed.Token)
	v := linkView{Page: s.publicPage(q, q.P.T("account.organisation.in"), ""), Title: q.P.T("account.organisation.in"), Text: q.P.T("account.organisation.in-text"), Home: to, Go: q.P.T("account.link.go")}
	return s.show(w, q, http.StatusOK, linkPage(v))
}

// organisationFailed says that it did not work, in the same words whatever the reason, or that the organisation does not
// answer; the other ways of signing in are beside it.
func (s *Server) organisationFailed(w http.ResponseWriter, q *Ask, err error) error {
	f := fault.Of(err)
	if f.Kind == fault.Internal {
		return err
	}
	v := s.signInView(q, "")
	v.Notice, v.Wrong = q.P.Fault(f), true
	return s.show(w, q, statuses[f.Kind], signInPage(v))
}
