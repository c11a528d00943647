package web

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/outside"
)

// Ask is a request with what we already know of it: who acts and in which language the answer is read.
type Ask struct {
	*http.Request
	By      access.Actor
	Account account.Account // the staff member's, zero for visitors
	Stay    account.Session // zero for visitors
	P       *locale.Printer
	Now     time.Time
	token   string // the browser's session, whether or not it opens anything
}

// handler answers one route. An error becomes a page once, in Server.fail.
type handler func(w http.ResponseWriter, q *Ask) error

// page asks the permission, reads the form and refuses what nobody knows in it, then calls the handler.
func (s *Server) page(at route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rec, ok := w.(*recorder); ok {
			rec.pattern, rec.staff = r.Pattern, at.permission.Staff
		}
		q, err := s.ask(r, at.permission)
		if err == nil && !at.permission.Allows(q.By) {
			err = refusal(at.permission, q.By)
		}
		if err == nil && at.permission.Recent && !account.Fresh(q.Stay, q.Now) {
			err = account.Again()
		}
		if err == nil {
			err = outside.ReadForm(r)
		}
		if err == nil {
			err = s.answer(w, q, at)
		}
		if err != nil {
			s.fail(w, q, err)
		}
	})
}

func (s *Server) answer(w http.ResponseWriter, q *Ask, at route) error {
	if err := at.fields.Check(q.Request); err != nil {
		return s.refuseField(w, q, at.fields, err)
	}
	return at.handler(w, q)
}

// refusal is the answer to somebody whom the route does not let in: sign in first, or nothing is here. A staff member
// without the role learns no more than that.
func refusal(p access.Permission, by access.Actor) error {
	if p.Staff && !by.Staff() {
		return fault.New(fault.SignIn, "sign-in.needed")
	}
	return fault.New(fault.NotFound, "not-found")
}

// ask finds out who acts. Open pages never look: they are the same for everybody.
func (s *Server) ask(r *http.Request, p access.Permission) (*Ask, error) {
	q := &Ask{Request: r, P: locale.For(languageOf(r)), Now: s.DB.Now(), token: s.sessionToken(r)}
	if !p.Staff || q.token == "" {
		return q, nil
	}
	err := s.actor(r.Context(), q, q.token, p.Quiet)
	if fault.Is(err, fault.SignIn) || fault.Is(err, fault.NotFound) {
		return q, nil
	}
	return q, err
}

// actor reads the staff member behind a session, with rights as they are this moment, and keeps a session in use alive.
// What a page asks by itself is no use.
func (s *Server) actor(ctx context.Context, q *Ask, token string, quiet bool) error {
	err := s.DB.View(ctx, func(tx *storage.Tx) error {
		by, who, stay, err := account.Come(ctx, tx, token)
		if err != nil {
			return err
		}
		q.By, q.Account, q.Stay, q.P = by, who, stay, locale.For(who.Lang)
		return nil
	})
	if err != nil || quiet || !q.Stay.Stale(q.Now) {
		return err
	}
	return s.DB.Update(ctx, func(tx *storage.Tx) error { return account.Touch(ctx, tx, token) })
}

// maxBody is the most that any form of ours takes; a chat message of a thousand characters is the largest.
const maxBody = 64 << 10

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// show fills the page into a buffer before the first byte leaves.
func (s *Server) show(w http.ResponseWriter, q *Ask, status int, page templ.Component) error {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer buffers.Put(b)
	if err := page.Render(q.Context(), b); err != nil {
		return err
	}
	h := w.Header()
	h["Content-Type"], h["Content-Length"] = htmlType, []string{strconv.Itoa(b.Len())}
	w.WriteHeader(status)
	w.Write(b.Bytes()) // when the reader went away, nothing more can be said to them
	return nil
}

// redirect sends the reader on with GET. to is always a path of ours.
func redirect(w http.ResponseWriter, q *Ask, to string) error {
	http.Redirect(w, q.Request, to, http.StatusSeeOther)
	return nil
}
