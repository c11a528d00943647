package web

import (
	"encoding/json"
	"net/http"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
)

// health tells a watcher whether pages can be answered, and nothing else: not the version, which helps only who looks
// for one with a known weakness. An operator reads it by "rinnalla version" and in the log.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	status, word := http.StatusOK, "ok"
	if err := s.DB.View(r.Context(), func(*storage.Tx) error { return nil }); err != nil {
		status, word = http.StatusServiceUnavailable, "database"
	}
	answerJSON(w, status, map[string]string{"status": word})
}

func answerJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

// turnClock is the demo's alone: an outside test drives a year in a minute by it. It takes to=2027-01-12T21:40 (local
// time) or by=26h, as a form or as JSON, does all that has become due, and only then answers.
func (s *Server) turnClock(w http.ResponseWriter, q *Ask) error {
	http.NewResponseController(w).SetWriteDeadline(time.Time{}) // a year takes longer than a page may
	to, err := s.turnTo(q)
	if err != nil {
		answerJSON(w, http.StatusUnprocessableEntity, map[string]string{"error": "to must be like 2027-01-12T21:40 and later than now, or by like 26h"})
		return nil
	}
	if err := s.Demo.Turn(q.Context(), to); err != nil {
		return err
	}
	s.ready.Forget()
	at := calendar.LocalOf(s.Demo.Now(), "Europe/Helsinki")
	answerJSON(w, http.StatusOK, map[string]string{"now": string(at.Day) + "T" + string(at.Clock)})
	return nil
}

func (s *Server) turnTo(q *Ask) (time.Time, error) {
	in := struct{ To, By, Now string }{q.PostFormValue("to"), q.PostFormValue("by"), q.PostFormValue("now")}
	if q.Header.Get("Content-Type") == "application/json" {
		read := json.NewDecoder(q.Body)
		read.DisallowUnknownFields()
		if err := read.Decode(&in); err != nil {
			return time.Time{}, err
		}
	}
	if in.To == "" {
		in.To = in.Now
	}
	to := time.Time{}
	if in.By != "" {
		by, err := time.ParseDuration(in.By)
		if err != nil {
			return to, err
		}
		to = s.Demo.Now().Add(by)
	} else {
		at, err := ParseMoment(in.To, "Europe/Helsinki")
		if err != nil {
			return to, err
		}
		to = at
	}
	if to.Before(s.Demo.Now().Add(-time.Minute)) {
		return to, fault.New(fault.Invalid, "demo.backwards")
	}
	return to, nil
}

// ParseMoment reads "2027-01-12T21:40" in a zone, or a whole RFC 3339 instant.
func ParseMoment(s, zone string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	z, err := calendar.Zone(zone)
	if err != nil {
		return time.Time{}, err
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, s, z); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fault.New(fault.Invalid, "calendar.date")
}
