package web

import (
	"net/http"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// Recovery of a colleague's account by two (decision 0048): one asks and is told a code, another agrees and has the link.

func (s *Server) recoveryRoutes(add adder) {
	add("POST /staff/{id}/recovery", access.People.Fresh(), s.askRecovery)
	add("POST /staff/{id}/recovery/agree", access.People.Fresh(), s.agreeRecovery)
	add("POST /staff/{id}/recovery/stop", access.People.Fresh(), s.stopRecovery)
	add("POST /account/recovery/stop", access.SignedIn, s.stopOwnRecovery)
	add("GET /sign-in/recovery/{word}", access.Open, s.recoveryByWord)
	add("POST /sign-in/recovery/{word}", access.Open, s.stopByWord)
}

// recoveryView is how a colleague's recovery stands. The zero view has none.
type recoveryView struct {
	On, Mine, Agrees, Agreed bool
	Alone                    bool // nobody else could agree
	Ready                    bool // the waiting is over
	Text                     string
}

func recoveryOf(q *Ask, tx *storage.Tx, who access.AccountID) (v recoveryView, err error) {
	r, on, err := account.RecoveryFor(q.Context(), tx, q.By, who)
	if err != nil || !on {
		return v, err
	}
	v = recoveryView{On: true, Mine: r.Mine, Agrees: r.Agrees, Agreed: r.AgreedBy != "", Alone: !r.Alone.IsZero(), Ready: !r.Alone.IsZero() && !tx.Now().Before(r.Alone)}
	at := q.moment(r.At)
	switch {
	case v.Mine && v.Agreed:
		v.Text = q.P.T("recovery.on.agreed")
	case v.Mine && v.Alone:
		v.Text = q.P.T("recovery.on.alone", "time", at, "until", q.moment(r.Alone))
	case v.Mine:
		v.Text = q.P.T("recovery.on.mine", "time", at)
	default:
		asker, _, err := account.One(q.Context(), tx, q.By, r.AskedBy)
		if v.Text = q.P.T("recovery.on.gone", "time", at); err == nil {
			v.Text = q.P.T("recovery.on.named", "name", asker.Name.Reveal(), "time", at)
		}
	}
	return v, nil
}

// moment is an instant in the reader's words, where the organisation works.
func (q *Ask) moment(at time.Time) string { return q.P.Moment(here(at)) }

// recoveryCodeView shows a recovery's code, this once.
type recoveryCodeView struct {
	Frame          ui.StaffPage
	ID, Name, Code string
	Next           string // what happens now
	Letter         bool   // a letter goes to the owner
}

func (s *Server) askRecovery(w http.ResponseWriter, q *Ask) error {
	who, err := colleagueID(q)
	if err != nil {
		return err
	}
	v := recoveryCodeView{ID: string(who)}
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		if v.Code, err = account.AskRecovery(q.Context(), tx, q.By, who); err != nil {
			return err
		}
		c, _, err := account.One(q.Context(), tx, q.By, who)
		if err != nil {
			return err
		}
		r, _, err := account.RecoveryFor(q.Context(), tx, q.By, who)
		v.Name, v.Next = c.Name.Reveal(), q.P.T("recovery.code.second")
		if !r.Alone.IsZero() {
			v.Next = q.P.T("recovery.code.alone", "time", q.moment(r.Alone))
		}
		return err
	})
	if shown(err) {
		return s.showColleague(w, q, statusOf(err), "", err)
	}
	if err != nil {
		return err
	}
	v.Letter = s.Letters
	v.Frame = s.staffPage(q, q.P.T("recovery.code.title"), "people")
	return s.show(w, q, http.StatusOK, recoveryCodePage(v))
}

func (s *Server) agreeRecovery(w http.ResponseWriter, q *Ask) error {
	return s.makeLink(w, q, 1, func(tx *storage.Tx, who access.AccountID) (string, error) {
		return account.AgreeRecovery(q.Context(), tx, q.By, who)
	})
}

func (s *Server) stopRecovery(w http.ResponseWriter, q *Ask) error {
	who, err := colleagueID(q)
	if err != nil {
		return err
	}
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) error { return account.StopRecovery(q.Context(), tx, q.By, who) })
	if shown(err) {
		return s.showColleague(w, q, statusOf(err), "", err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, "/staff/"+string(who)+"?done=stopped")
}

// stopOwnRecovery is the owner's "this was not me", of one who is signed in. It takes nothing, so it asks for no new proof.
func (s *Server) stopOwnRecovery(w http.ResponseWriter, q *Ask) error {
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return account.StopRecovery(q.Context(), tx, q.By, q.By.Account) })
	if err != nil {
		return err
	}
	return redirect(w, q, "/account?done=stopped")
}

// recoveryByWord is where the owner's letter leads. It stops nothing yet: mail programs open addresses before people do.
func (s *Server) recoveryByWord(w http.ResponseWriter, q *Ask) error {
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error { return account.FindRecovery(q.Context(), tx, q.PathValue("word")) })
	if err != nil {
		return s.recoveryOver(w, q, err)
	}
	v := linkView{Page: s.publicPage(q, q.P.T("recovery.word.title"), ""), Title: q.P.T("recovery.word.title"), Text: q.P.T("recovery.word.text"),
		Action: q.path("/sign-in/recovery/" + q.PathValue("word"))}
	return s.show(w, q, http.StatusOK, stopPage(v))
}

func (s *Server) stopByWord(w http.ResponseWriter, q *Ask) error {
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return account.StopByWord(q.Context(), tx, q.PathValue("word")) })
	if err != nil {
		return s.recoveryOver(w, q, err)
	}
	return s.leadOn(w, q, http.StatusOK, q.P.T("recovery.word.done"), q.P.T("recovery.word.done-text"))
}

func (s *Server) recoveryOver(w http.ResponseWriter, q *Ask, err error) error {
	if !fault.HasKey(err, "account.recovery-over") {
		return err
	}
	return s.leadOn(w, q, http.StatusNotFound, q.P.T("recovery.word.over"), q.P.Fault(err))
}

// leadOn is a page with a few words and the way to sign in.
func (s *Server) leadOn(w http.ResponseWriter, q *Ask, status int, title, text string) error {
	v := linkView{Page: s.publicPage(q, title, ""), Title: title, Text: text, Home: q.path("/sign-in"), Go: q.P.T("account.link.home")}
	return s.show(w, q, status, linkPage(v))
}

// toAgree are the colleagues whose recovery waits for the reader.
func toAgree(q *Ask, tx *storage.Tx) ([]ui.Link, error) {
	all, err := account.ToAgree(q.Context(), tx, q.By)
	var out []ui.Link
	for _, r := range all {
		c, _, err := account.One(q.Context(), tx, q.By, r.Account)
		if err != nil {
			return nil, err
		}
		out = append(out, ui.Link{Text: c.Name.Reveal(), URL: "/staff/" + string(c.ID)})
	}
	locale.Sort(q.P.Lang(), out, func(l ui.Link) string { return l.Text })
	return out, err
}
