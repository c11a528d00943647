package web

import (
	"net/http"
	"strconv"
	"time"

	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
)

// paced lets a network send only so many forms at once. One that made nothing, for a mistake in it, does not count.
func (s *Server) paced(by intake.Channel, h handler) handler {
	return func(w http.ResponseWriter, q *Ask) error {
		from := s.pace.Network(s.remote(q.Request))
		if wait := s.pace.Form(from); wait > 0 {
			return s.tooManyForms(w, q, by, wait)
		}
		err := h(w, q)
		if rec, ok := w.(*recorder); err != nil || !ok || rec.status != http.StatusOK {
			s.pace.Unsent(from)
		}
		return err
	}
}

// tooManyForms brings the form back as it was filled, and tells how long to wait and where to call meanwhile.
func (s *Server) tooManyForms(w http.ResponseWriter, q *Ask, by intake.Channel, wait time.Duration) error {
	c := readContact(q)
	v, err := s.contactPage(q, by, c)
	if err != nil {
		return err
	}
	v.Mistakes, v.Wrong = c.mistakes(q, hurry(w, q, v.Unit, wait)), true
	return s.show(w, q, http.StatusTooManyRequests, contactView(v))
}

// hurry says kindly that much came from one network; it names the unit's telephone where that is a way to reach it.
func hurry(w http.ResponseWriter, q *Ask, u openUnit, wait time.Duration) error {
	seconds := int((wait + time.Second - 1) / time.Second)
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	args := []any{"wait", q.P.DurationLong(fullMinutes(wait)), "seconds", seconds}
	if _, ok := u.takes(intake.Telephone); ok && u.Phone != "" {
		return fault.New(fault.TooMany, "public.hurry-phone", append(args, "phone", u.Phone)...)
	}
	return fault.New(fault.TooMany, "public.hurry", args...)
}
