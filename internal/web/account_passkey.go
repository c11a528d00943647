package web

import (
	"encoding/json"
	"errors"
	"net/http"

	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
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
		out := map[string]string{"error": q.P.Fault(f)}
		if f.Kind == fault.SignIn {
			out["to"] = "/sign-in?to=/account"
		}
		answerJSON(w, statuses[f.Kind], out)
		return nil
	}
}

// party is the site as passkeys know it; without a name it has none.
func (s *Server) party() (*account.Party, error) {
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

// readPasskey reads an answer and spends its state.
func (s *Server) readPasskey(q *Ask, p *account.Party) (passkeyAnswer, error) {
	var in passkeyAnswer
	if err := json.NewDecoder(q.Body).Decode(&in); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return in, fault.New(fault.TooLarge, "form.too-large")
		}
		return in, fault.New(fault.Invalid, "account.passkey-refused")
	}
	return in, p.Spend(in.State, q.Now)
}

func (s *Server) passkeySignInBegin(_ http.ResponseWriter, q *Ask) (any, error) {
	p, err := s.party()
	if err != nil {
		return nil, err
	}
	var c account.Ceremony
	err = s.DB.View(q.Context(), func(tx *storage.Tx) (err error) { c, err = p.BeginSignIn(tx); return err })
	return c, err
}

func (s *Server) passkeySignIn(w http.ResponseWriter, q *Ask) (any, error) {
	p, err := s.party()
	if err != nil {
		return nil, err
	}
	in, err := s.readPasskey(q, p)
	if err != nil {
		return nil, err
	}
	var signed account.Signed
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		signed, err = p.SignIn(q.Context(), tx, in.State, in.Answer, sessionToken(q.Request))
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.enterByScript(w, q, signed, ownPath(in.To))
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
	p, err := s.party()
	if err != nil {
		return nil, err
	}
	var c account.Ceremony
	err = s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		c, err = p.BeginAdd(q.Context(), tx, q.By, sessionToken(q.Request))
		return err
	})
	return c, err
}

func (s *Server) passkeyAdd(w http.ResponseWriter, q *Ask) (any, error) {
	p, err := s.party()
	if err != nil {
		return nil, err
	}
	in, err := s.readPasskey(q, p)
	if err != nil {
		return nil, err
	}
	var signed account.Signed
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		signed, err = p.Add(q.Context(), tx, q.By, sessionToken(q.Request), in.State, in.Answer)
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
