package storage

import (
	"cmp"
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/person"
)

// Erasing: an object goes with everything that names it. What stands in tables of its own goes by foreign keys; grants,
// audit and jobs name objects of many kinds, so they are dropped here. A person goes with the last thing that holds
// them, and then a job destroys the key, after the commit.

// forget drops what an object leaves outside its own rows: who might see it, who did, what was still to be done.
func (tx *Tx) forget(ctx context.Context, object string) error {
	for _, table := range []string{"access_grant", "job"} {
		if err := tx.exec(ctx, "DELETE FROM "+table+" WHERE object_id = $1", object); err != nil {
			return err
		}
	}
	return tx.forgetAudit(ctx, object)
}

// DeleteRequest drops a request with its slots, codes, grants and audit, and its person if nothing else holds them.
func (tx *Tx) DeleteRequest(ctx context.Context, id intake.RequestID) error {
	r, err := tx.Request(ctx, id)
	if err != nil {
		return err
	}
	if err := tx.endRequest(ctx, id); err != nil {
		return err
	}
	if err := tx.exec(ctx, "DELETE FROM request WHERE id = $1", id); err != nil {
		return err
	}
	if err := tx.forget(ctx, string(id)); err != nil {
		return err
	}
	return tx.release(ctx, r.Person)
}

// endRequest lists a request that is over. One that has become an episode goes on as that.
func (tx *Tx) endRequest(ctx context.Context, id intake.RequestID) error {
	goesOn, err := many(ctx, tx, scanWord, "SELECT id FROM episode WHERE request_id = $1 LIMIT 1", id)
	if err != nil || len(goesOn) > 0 {
		return err
	}
	return tx.end(ctx, endRequest, string(id))
}

// DueForErasure are closed episodes whose time has run out, longest due first. Their days are sealed: those that are
// closed are opened, which the sweep does and nobody waits for.
func (tx *Tx) DueForErasure(ctx context.Context, day calendar.Date, limit int) ([]episode.ID, error) {
	var due []episode.Episode
	_, err := many(ctx, tx, func(r scanner) (e episode.Episode, err error) {
		if err := r.Scan(&e.ID, spells{tx, &e}); err != nil {
			return e, err
		}
		if e.EraseOn != "" && e.EraseOn <= day {
			due = append(due, e)
		}
		return e, nil
	}, "SELECT id, times FROM episode WHERE state = 'closed'")
	slices.SortFunc(due, func(a, b episode.Episode) int {
		return cmp.Or(cmp.Compare(a.EraseOn, b.EraseOn), cmp.Compare(a.ID, b.ID))
	})
	var out []episode.ID
	for _, e := range due[:min(limit, len(due))] {
		out = append(out, e.ID)
	}
	return out, err
}

// EraseEpisode drops an episode and, with a child's, the guardians' talks about it: appointments, slots, ways on,
// codes, grants, audit, and the persons if nothing else holds them.
func (tx *Tx) EraseEpisode(ctx context.Context, id episode.ID) error {
	e, err := tx.Episode(ctx, id)
	if err != nil {
		return err
	}
	talks, err := tx.About(ctx, id)
	if err != nil {
		return err
	}
	for _, talk := range talks {
		if err := tx.EraseEpisode(ctx, talk.ID); err != nil {
			return err
		}
	}
	last, err := tx.leaveTogether(ctx, e)
	if err != nil {
		return err
	}
	for kind, what := range map[string]string{endEpisode: string(id), endRequest: string(e.Request)} {
		if what != "" {
			if err := tx.end(ctx, kind, what); err != nil {
				return err
			}
		}
	}
	visits, err := many(ctx, tx, scanWord, "SELECT id FROM appointment WHERE episode_id = $1", id)
	if err != nil {
		return err
	}
	if err := tx.endOutings(ctx, visits); err != nil {
		return err
	}
	if err := tx.exec(ctx, "DELETE FROM episode WHERE id = $1", id); err != nil {
		return err
	}
	for _, gone := range append(visits, string(id), string(e.Request)) {
		if gone == "" {
			continue
		}
		if err := tx.forget(ctx, gone); err != nil {
			return err
		}
	}
	if last != "" {
		if err := alreadyGone(tx.EraseEpisode(ctx, last)); err != nil {
			return err
		}
	}
	return tx.release(ctx, e.Person)
}

// DeleteConversation drops a conversation with its messages, grants and audit, and its key.
func (tx *Tx) DeleteConversation(ctx context.Context, id chat.ID) error {
	c, err := tx.Conversation(ctx, id)
	if err != nil {
		return err
	}
	if err := tx.exec(ctx, "DELETE FROM conversation WHERE id = $1", id); err != nil {
		return err
	}
	if err := tx.forget(ctx, string(id)); err != nil {
		return err
	}
	return tx.DestroyKey(ctx, c.Key)
}

// release lets go of a person: when no request and no episode holds them, they and their key are gone.
func (tx *Tx) release(ctx context.Context, id person.ID) error {
	held, err := many(ctx, tx, scanWord, `SELECT id FROM request WHERE person_id = $1
		UNION ALL SELECT id FROM episode WHERE person_id = $1 LIMIT 1`, id)
	if err != nil || len(held) > 0 {
		return err
	}
	key, err := tx.personKey(ctx, id)
	if err != nil {
		return err
	}
	if err := tx.exec(ctx, "DELETE FROM person WHERE id = $1", id); err != nil {
		return err
	}
	if err := tx.forget(ctx, string(id)); err != nil {
		return err
	}
	return tx.DestroyKey(ctx, key)
}

// ErasePerson drops a person with every request and episode of theirs, and leaves their key to be destroyed. Talks that
// somebody else has about it stay whole: from now on they are about nothing.
func (tx *Tx) ErasePerson(ctx context.Context, id person.ID) error {
	err := tx.exec(ctx, "UPDATE episode SET about_id = NULL WHERE person_id <> $1 AND about_id IN (SELECT id FROM episode WHERE person_id = $1)", id)
	if err != nil {
		return err
	}
	episodes, err := many(ctx, tx, scanAs[episode.ID], "SELECT id FROM episode WHERE person_id = $1", id)
	if err != nil {
		return err
	}
	for _, e := range episodes {
		if err := alreadyGone(tx.EraseEpisode(ctx, e)); err != nil {
			return err
		}
	}
	requests, err := many(ctx, tx, scanAs[intake.RequestID], "SELECT id FROM request WHERE person_id = $1", id)
	if err != nil {
		return err
	}
	for _, q := range requests {
		if err := alreadyGone(tx.DeleteRequest(ctx, q)); err != nil {
			return err
		}
	}
	return alreadyGone(tx.release(ctx, id))
}

// alreadyGone takes "not found" for done: it went along with something else.
func alreadyGone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
