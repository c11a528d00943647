package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/outside"
)

// asJSON answers a script: what went wrong comes as words for the page, and where signing in is needed as an address.
func (s *Server) asJSON(h func(w http.ResponseWriter, q *Ask) (any, error)) handler {
	return func(w http.ResponseWriter, q *Ask) error {
		v, err := h(w, q)
		if err == nil {
			answerJSON(w, http.StatusOK, v)
			return nil
		}
		f := fault.Of(err)
		if f.Kind == fault.Internal {
			s.Log.Error("fault", "pattern", q.Pattern, "error", f.Error())
		}
		refuseJSON(w, q, f)
		return nil
	}
}

// refuseJSON tells a script what went wrong, and where signing in is asked for.
func refuseJSON(w http.ResponseWriter, q *Ask, f *fault.Fault) {
	out := map[string]string{"error": q.P.Fault(f)}
	switch {
	case f.Key == "account.again":
		out["to"] = "/sign-in/again?to=/account"
	case f.Kind == fault.SignIn:
		out["to"] = "/sign-in?to=/account"
	}
	answerJSON(w, statuses[f.Kind], out)
}

// party reads a script's body and gives the site as passkeys know it; without a name it has none.
func (s *Server) party(q *Ask, body any) (*account.Party, error) {
	if err := readJSON(q, body); err != nil {
		return nil, err
	}
	if s.door.party == nil {
		return nil, fault.New(fault.NotFound, "not-found")
	}
	return s.door.party, nil
}

// passkeyAnswer is what the browser's dialog brought back.
type passkeyAnswer struct {
	State  string          `json:"state"`
	Answer json.RawMessage `json:"answer"`
	To     string          `json:"to"`
}

// byPasskey reads an answer and does what it is for, once for each state.
func (s *Server) byPasskey(q *Ask, do func(p *account.Party, tx *storage.Tx, in passkeyAnswer) error) (in passkeyAnswer, err error) {
	p, err := s.party(q, &in)
	if err != nil {
		return in, err
	}
	if err := p.Spend(in.State, q.Now); err != nil {
		return in, err
	}
	if err = s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(p, tx, in) }); err != nil {
		p.Release(in.State)
	}
	return in, err
}

// readJSON reads a script's body, which may carry nothing that is not asked for.
func readJSON(q *Ask, into any) error {
	read := json.NewDecoder(q.Body)
	read.DisallowUnknownFields()
	err := read.Decode(into)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return fault.New(fault.TooLarge, "form.too-large")
	case err != nil && strings.Contains(err.Error(), "unknown field"):
		return fault.New(fault.Invalid, "form.unknown-field")
	case err != nil || read.More():
		return fault.New(fault.Invalid, "account.passkey-refused")
	}
	return nil
}

func (s *Server) passkeySignInBegin(_ http.ResponseWriter, q *Ask) (any, error) {
	p, err := s.party(q, &struct{}{})
	if err != nil {
		return nil, err
	}
	var c account.Ceremony
	err = s.DB.View(q.Context(), func(tx *storage.Tx) (err error) { c, err = p.BeginSignIn(tx); return err })
	return c, err
}

func (s *Server) passkeySignIn(w http.ResponseWriter, q *Ask) (any, error) {
	var signed account.Signed
	in, err := s.byPasskey(q, func(p *account.Party, tx *storage.Tx, in passkeyAnswer) (err error) {
		if signed, err = p.SignIn(q.Context(), tx, in.State, in.Answer, q.token); err != nil {
			return err
		}
		return account.On(q.Context(), tx, signed, device(q.Request))
	})
	if err != nil {
		return nil, err
	}
	return s.enterByScript(w, q, signed, outside.OwnPath(in.To))
}

// enterByScript gives the browser its stay and tells the script where to go.
func (s *Server) enterByScript(w http.ResponseWriter, q *Ask, signed account.Signed, to string) (any, error) {
	if to == "" {
		var err error
		if to, err = s.homeOf(q, signed); err != nil {
			return nil, err
		}
	}
	s.setSession(w, signed.Token)
	return map[string]string{"to": to}, nil
}

func (s *Server) passkeyAddBegin(_ http.ResponseWriter, q *Ask) (any, error) {
	p, err := s.party(q, &struct{}{})
	if err != nil {
		return nil, err
	}
	var c account.Ceremony
	err = s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		c, err = p.BeginAdd(q.Context(), tx, q.By, q.token)
		return err
	})
	return c, err
}

func (s *Server) passkeyAdd(w http.ResponseWriter, q *Ask) (any, error) {
	var signed account.Signed
	_, err := s.byPasskey(q, func(p *account.Party, tx *storage.Tx, in passkeyAnswer) (err error) {
		signed, err = p.Add(q.Context(), tx, q.By, q.token, in.State, in.Answer)
		return err
	})
	if err != nil {
		return nil, err
	}
	if q.Account.State == account.Active {
		return s.enterByScript(w, q, signed, "/account?done=passkey")
	}
	return s.enterByScript(w, q, signed, "")
}
