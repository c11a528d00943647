package web

import (
	"net/http"
	"strconv"
	"strings"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// followingFields are what the form of a new commitment for the same client may carry: who they are is known.
var followingFields = []string{"payer", "number", "kind", "granted", "workers", "worker", "second", "first", "last", "route", "child-welfare", "social-worker", "agreed"}

// newFollowing shows the form of a new commitment for the client of an old one, filled with what the old one had.
func (s *Server) newFollowing(w http.ResponseWriter, q *Ask) error {
	return s.answerFollowing(w, q, nil)
}

func (s *Server) answerFollowing(w http.ResponseWriter, q *Ask, wrong error) error {
	r := recording{Typed: q.PostFormValue, Mistakes: ui.MistakesOf(q.P, wrong)}
	id := episode.ID(q.PathValue("id"))
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		old, err := commitment.One(q.Context(), tx, s.Models, q.By, commitment.Wanted{Episode: id})
		if err != nil {
			return err
		}
		r.Follows = &old
		if wrong == nil && q.Method == http.MethodGet {
			r.Typed = typedAs(old.Next(calendar.LocalOf(q.Now, old.Zone).Day))
		}
		return s.readRecording(q.Context(), tx, q, &r)
	})
	if err != nil {
		return err
	}
	return s.show(w, q, statusOf(wrong), s.recordingView(q, r, wrong != nil))
}

// typedAs is a commitment as if it had been typed.
func typedAs(n commitment.New) func(string) string {
	values := map[string]string{"payer": string(n.Payer), "kind": n.Kind, "workers": strconv.Itoa(n.Workers), "worker": string(n.Worker), "second": string(n.Second),
		"first": string(n.First), "route": n.Route, "child-welfare": n.ChildWelfare, "social-worker": n.SocialWorker}
	return func(name string) string { return values[name] }
}

// recordFollowing keeps it, and shows the new one.
func (s *Server) recordFollowing(w http.ResponseWriter, q *Ask) error {
	n, err := readCommitmentForm(q)
	var kept commitment.Commitment
	if err == nil {
		err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
			kept, _, err = commitment.Follow(q.Context(), tx, s.Models, q.By, episode.ID(q.PathValue("id")), n)
			return err
		})
	}
	err = numberTaken(err)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return s.answerFollowing(w, q, err)
	}
	if err != nil {
		return err
	}
	return redirect(w, q, "/commitments/"+string(kept.Episode))
}

// numberTaken puts the refusal of a payer's number that stands already at its field.
func numberTaken(err error) error {
	if !fault.HasKey(err, "commitment.number-taken") {
		return err
	}
	var form fault.Form
	form.Add("number", "commitment.number-taken")
	return form.Err()
}

// typedNumber is a number as it was typed; what cannot be read is nought, which the action refuses.
func typedNumber(q *Ask, name string) int {
	n, err := strconv.Atoi(strings.TrimSpace(q.PostFormValue(name)))
	if err != nil {
		return 0
	}
	return n
}
