package storage

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
)

func digits(n int) string { return strconv.Itoa(n) }

type topicRow struct {
	circle.Topic
	box []byte
}

// Topics are what was proposed in a group, in the order in which it was.
func (tx *Tx) Topics(ctx context.Context, c circle.Circle) ([]circle.Topic, error) {
	rows, err := many(ctx, tx, func(r scanner) (t topicRow, err error) { return t, r.Scan(&t.ID, &t.Circle, &t.box) },
		"SELECT id, circle_id, words FROM circle_topic WHERE circle_id = $1", c.ID)
	if err != nil {
		return nil, err
	}
	var out []circle.Topic
	for _, r := range rows {
		if r.Text, r.Proposed, err = tx.openStamped(ctx, c.Key, sealedAt("circle_topic.words", r.ID), r.box); err != nil {
			return nil, err
		}
		out = append(out, r.Topic)
	}
	slices.SortFunc(out, func(a, b circle.Topic) int { return cmp.Or(a.Proposed.Compare(b.Proposed), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

// PutTopic keeps a topic, sealed with the group's key.
func (tx *Tx) PutTopic(ctx context.Context, c circle.Circle, t circle.Topic) error {
	box, err := tx.sealFilled(ctx, c.Key, sealedAt("circle_topic.words", t.ID), calendar.Stamp(t.Proposed)+" "+t.Text.Reveal(), topicSize)
	if err != nil {
		return err
	}
	return tx.exec(ctx, insert("circle_topic", "id, circle_id, words"), t.ID, t.Circle, box)
}

// DeleteTopic takes a topic away with all votes for it. A restored backup takes it away again.
func (tx *Tx) DeleteTopic(ctx context.Context, id circle.TopicID) error {
	if err := tx.end(ctx, endTopic, string(id)); err != nil {
		return err
	}
	return tx.exec(ctx, "DELETE FROM circle_topic WHERE id = $1", id)
}

// DeleteVotes takes all votes of one meeting back.
func (tx *Tx) DeleteVotes(ctx context.Context, of circle.ID, no int) error {
	return tx.exec(ctx, "DELETE FROM circle_vote WHERE circle_id = $1 AND no = $2", of, no)
}

// Tallies are how many votes each topic of a group has for each meeting.
func (tx *Tx) Tallies(ctx context.Context, of circle.ID) ([]circle.Tally, error) {
	return many(ctx, tx, func(r scanner) (t circle.Tally, err error) { return t, r.Scan(&t.No, &t.Topic, &t.Votes) },
		"SELECT no, topic_id, count(*) FROM circle_vote WHERE circle_id = $1 GROUP BY no, topic_id ORDER BY no, topic_id", of)
}

const ballotColumns = "mark, circle_id, no, topic_id"

// Ballot finds a vote by its mark, which only whoever gave it can make.
func (tx *Tx) Ballot(ctx context.Context, mark []byte) (circle.Ballot, error) {
	return one(ctx, tx, func(r scanner) (b circle.Ballot, err error) { return b, r.Scan(&b.Mark, &b.Circle, &b.No, &b.Topic) },
		"SELECT "+ballotColumns+" FROM circle_vote WHERE mark = $1", mark)
}

// PutBallot keeps a vote, in the place of the one before.
func (tx *Tx) PutBallot(ctx context.Context, b circle.Ballot) error {
	return tx.exec(ctx, upsert("circle_vote", "mark", ballotColumns), b.Mark, b.Circle, b.No, b.Topic)
}

// DeleteBallot takes a vote back.
func (tx *Tx) DeleteBallot(ctx context.Context, mark []byte) error {
	return tx.exec(ctx, "DELETE FROM circle_vote WHERE mark = $1", mark)
}

const ideaColumns = "id, offer_id, key_id, kind, online, helps, state, answer, words, expires, account_id"

type ideaRow struct {
	circle.Idea
	box []byte
}

func scanIdea(r scanner) (i ideaRow, err error) {
	return i, r.Scan(&i.ID, &i.Offer, &i.Key, &i.Kind, &i.Online, &i.Helps, &i.State, &i.Answer, &i.box, &i.Expires, textOf(&i.By))
}

func (tx *Tx) openIdea(ctx context.Context, r ideaRow) (circle.Idea, error) {
	words, err := tx.openFilled(ctx, r.Key, sealedAt("circle_idea.words", r.ID), r.box)
	title, area, _ := strings.Cut(words, "\n")
	r.Title, r.Area = seal.Of(title), seal.Of(area)
	return r.Idea, err
}

// Idea finds a group that somebody would like.
func (tx *Tx) Idea(ctx context.Context, id circle.IdeaID) (circle.Idea, error) {
	r, err := one(ctx, tx, scanIdea, "SELECT "+ideaColumns+" FROM circle_idea WHERE id = $1", id)
	if err != nil {
		return circle.Idea{}, err
	}
	return tx.openIdea(ctx, r)
}

// Ideas are those of offers, nil being all, the one that goes first at the top.
func (tx *Tx) Ideas(ctx context.Context, offers []organization.OfferID) ([]circle.Idea, error) {
	where, args := "1 = 1", []any(nil)
	if offers != nil {
		if len(offers) == 0 {
			return nil, nil
		}
		where, args = "offer_id IN ("+marks(1, len(offers))+")", anys(offers)
	}
	rows, err := many(ctx, tx, scanIdea, "SELECT "+ideaColumns+" FROM circle_idea WHERE "+where+" ORDER BY expires, id", args...)
	if err != nil {
		return nil, err
	}
	var out []circle.Idea
	for _, r := range rows {
		i, err := tx.openIdea(ctx, r)
		if err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, nil
}

var putIdea = upsert("circle_idea", "id", ideaColumns)

// PutIdea keeps an idea, its words sealed with a key of its own.
func (tx *Tx) PutIdea(ctx context.Context, i circle.Idea) error {
	box, err := tx.sealFilled(ctx, i.Key, sealedAt("circle_idea.words", i.ID), i.Title.Reveal()+"\n"+i.Area.Reveal(), ideaSize)
	if err != nil {
		return err
	}
	return tx.exec(ctx, putIdea, i.ID, i.Offer, i.Key, i.Kind, flag(i.Online), flag(i.Helps), i.State, i.Answer, box, i.Expires, null(i.By))
}

// DeleteIdea drops an idea and its key.
func (tx *Tx) DeleteIdea(ctx context.Context, id circle.IdeaID) error {
	key, err := one(ctx, tx, scanWord, "SELECT key_id FROM circle_idea WHERE id = $1", id)
	if err != nil {
		return err
	}
	if err := tx.exec(ctx, "DELETE FROM circle_idea WHERE id = $1", id); err != nil {
		return err
	}
	return tx.DestroyKey(ctx, key)
}

// replayCircles lets groups, ideas and names go again that had gone since the rows were copied.
func (tx *Tx) replayCircles(ctx context.Context, r *Replayed, is func(kind, what string) bool) error {
	for table, drop := range map[string]func(id string) error{
		"circle":      func(id string) error { return tx.DeleteCircle(ctx, circle.ID(id)) },
		"circle_idea": func(id string) error { return tx.DeleteIdea(ctx, circle.IdeaID(id)) },
	} {
		all, err := many(ctx, tx, scanPair, "SELECT id, key_id FROM "+table)
		if err != nil {
			return err
		}
		for _, x := range all {
			if !is(endKey, x.key) {
				continue
			}
			r.Circles++
			if err := drop(x.id); err != nil {
				return err
			}
		}
	}
	names, err := many(ctx, tx, scanWord, "SELECT id FROM circle_participant")
	if err != nil {
		return err
	}
	for _, p := range names {
		if is(endParticipant, p) {
			r.Circles++
			if err := tx.DeleteParticipant(ctx, circle.ParticipantID(p)); err != nil {
				return err
			}
		}
	}
	topics, err := many(ctx, tx, scanWord, "SELECT id FROM circle_topic")
	if err != nil {
		return err
	}
	for _, t := range topics {
		if is(endTopic, t) {
			r.Circles++
			if err := tx.DeleteTopic(ctx, circle.TopicID(t)); err != nil {
				return err
			}
		}
	}
	return nil
}
