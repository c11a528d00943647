package storage

import (
	"cmp"
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
)

var _ joint.Tx = (*Tx)(nil)

const partyColumns = "id, home_id, home_regime, role, asked, word, joint_id, joint_regime, seat_id, wish, word_times"

func (tx *Tx) scanParty(r scanner) (p episode.Party, err error) {
	var regime string
	var wish, until []byte
	if err := r.Scan(&p.ID, &p.Home, &p.HomeRegime, &p.Role, &p.Asked, &p.Word, textOf(&p.Joint), textOf(&regime), textOf(&p.Seat), &wish, &until); err != nil {
		return p, err
	}
	if len(wish) > 0 {
		w, err := tx.openWords(sealedAt("joint_party.wish", p.ID), wish, 1)
		if err != nil {
			return p, err
		}
		p.Wish = calendar.Date(w[0])
	}
	if len(until) > 0 {
		p.WordUntil, err = tx.openMoment(sealedAt("joint_party.word_times", p.ID), until)
	}
	return p, err
}

func (tx *Tx) party(ctx context.Context, where string, arg any) (episode.Party, error) {
	return one(ctx, tx, tx.scanParty, "SELECT "+partyColumns+" FROM joint_party WHERE "+where+" = $1", arg)
}

// PartyAt is the party whose own visits an episode is.
func (tx *Tx) PartyAt(ctx context.Context, home episode.ID) (episode.Party, error) {
	return tx.party(ctx, "home_id", home)
}

// PartyIn is the party whose way into a joint process an episode is.
func (tx *Tx) PartyIn(ctx context.Context, seat episode.ID) (episode.Party, error) {
	return tx.party(ctx, "seat_id", seat)
}

// PartyByWord is the party that a word brings together with another.
func (tx *Tx) PartyByWord(ctx context.Context, word []byte) (episode.Party, error) {
	return tx.party(ctx, "word", word)
}

// Parties are those of a joint process. Their ids are random, and so is their order.
func (tx *Tx) Parties(ctx context.Context, id episode.ID) ([]episode.Party, error) {
	return many(ctx, tx, tx.scanParty, "SELECT "+partyColumns+" FROM joint_party WHERE joint_id = $1 ORDER BY seat_id", id)
}

// JointsOf are the joint processes that a person is a party of.
func (tx *Tx) JointsOf(ctx context.Context, id person.ID) ([]episode.ID, error) {
	return many(ctx, tx, scanAs[episode.ID], `SELECT p.joint_id FROM joint_party p JOIN episode e ON e.id = p.home_id
		WHERE e.person_id = $1 AND p.joint_id IS NOT NULL ORDER BY p.joint_id`, id)
}

var putParty = upsert("joint_party", "id", partyColumns)

// PutParty keeps a party.
func (tx *Tx) PutParty(ctx context.Context, p episode.Party) error {
	regime := ""
	if p.Joint != "" {
		regime = "joint"
	}
	var wish, until []byte
	var err error
	if p.Wish != "" { // it is said in a visit (decision 0057)
		if wish, err = tx.sealWords(sealedAt("joint_party.wish", p.ID), string(p.Wish)); err != nil {
			return err
		}
	}
	if !p.WordUntil.IsZero() {
		if until, err = tx.sealWords(sealedAt("joint_party.word_times", p.ID), calendar.Stamp(p.WordUntil)); err != nil {
			return err
		}
	}
	return tx.exec(ctx, putParty, p.ID, p.Home, p.HomeRegime, p.Role, flag(p.Asked), nullBytes(p.Word), null(p.Joint), null(regime), null(p.Seat),
		nullBytes(wish), nullBytes(until))
}

// DeleteParty takes a preparation back that was begun by mistake.
func (tx *Tx) DeleteParty(ctx context.Context, id string) error {
	return tx.exec(ctx, "DELETE FROM joint_party WHERE id = $1", id)
}

// MarkPoint ticks what was gone through with a party, or takes the tick back.
func (tx *Tx) MarkPoint(ctx context.Context, party, point string, done bool) error {
	if !done {
		return tx.exec(ctx, "DELETE FROM joint_point WHERE party_id = $1 AND point = $2", party, point)
	}
	return tx.exec(ctx, "INSERT INTO joint_point (party_id, point) VALUES ($1, $2) ON CONFLICT (party_id, point) DO NOTHING", party, point)
}

// PutAnswer keeps what a party said after a meeting, in the place of what they said since.
func (tx *Tx) PutAnswer(ctx context.Context, party string, a episode.Answer) error {
	if err := tx.exec(ctx, "DELETE FROM joint_answer WHERE party_id = $1 AND visit_no > $2", party, a.No); err != nil {
		return err
	}
	return tx.exec(ctx, upsert("joint_answer", "party_id, visit_no", "party_id, visit_no, answer"), party, a.No, a.Said)
}

// ForgetAnswers drops the parties' yes after a meeting; a no stays until it is talked over.
func (tx *Tx) ForgetAnswers(ctx context.Context, id episode.ID, no int) error {
	return tx.exec(ctx, "DELETE FROM joint_answer WHERE visit_no = $1 AND answer = 'yes' AND party_id IN (SELECT id FROM joint_party WHERE joint_id = $2)", no, id)
}

// MarkSafer keeps that a worker finds meeting together to increase safety, or does not any more.
func (tx *Tx) MarkSafer(ctx context.Context, id episode.ID, who access.AccountID, safer bool) error {
	if !safer {
		return tx.exec(ctx, "DELETE FROM joint_safer WHERE joint_id = $1 AND account_id = $2", id, who)
	}
	return tx.exec(ctx, "INSERT INTO joint_safer (joint_id, account_id) VALUES ($1, $2) ON CONFLICT (joint_id, account_id) DO NOTHING", id, who)
}

func scanAnswer(r scanner) (a episode.Answer, err error) { return a, r.Scan(&a.No, &a.Said) }

// Side is a party as rules see it.
func (tx *Tx) Side(ctx context.Context, p episode.Party) (s episode.Side, err error) {
	s.Role, s.Wish = p.Role, p.Wish != ""
	if s.Points, err = many(ctx, tx, scanWord, "SELECT point FROM joint_point WHERE party_id = $1 ORDER BY point", p.ID); err != nil {
		return s, err
	}
	if s.Answers, err = many(ctx, tx, scanAnswer, "SELECT visit_no, answer FROM joint_answer WHERE party_id = $1 ORDER BY visit_no", p.ID); err != nil {
		return s, err
	}
	s.Held, err = one(ctx, tx, scanInt, "SELECT count(*) FROM appointment WHERE episode_id = $1 AND state = 'held'", p.Home)
	return s, err
}

// together fills in what the rules of a joint process see of its two parties and its pair of workers.
func (tx *Tx) together(ctx context.Context, s *episode.State) error {
	parties, err := tx.Parties(ctx, s.Episode.ID)
	if err != nil || len(parties) == 0 { // a party's way into it has nothing of its own to decide
		return err
	}
	s.Couple = &episode.Couple{}
	for _, p := range parties {
		side, err := tx.Side(ctx, p)
		if err != nil {
			return err
		}
		s.Couple.Sides = append(s.Couple.Sides, side)
	}
	s.Couple.Safer, err = many(ctx, tx, scanAs[access.AccountID], "SELECT account_id FROM joint_safer WHERE joint_id = $1 ORDER BY account_id", s.Episode.ID)
	if err != nil {
		return err
	}
	s.Work = episode.Work{Kind: "couple", Workers: 2}
	s.Work.Second, err = tx.Second(ctx, s.Episode.ID)
	return err
}

// restsOn tells whether a joint process that is not closed rests on a party's own visits.
func (tx *Tx) restsOn(ctx context.Context, home episode.ID) (bool, error) {
	n, err := one(ctx, tx, scanInt, "SELECT count(*) FROM joint_party p JOIN episode e ON e.id = p.joint_id WHERE p.home_id = $1 AND e.state <> 'closed'", home)
	return n > 0, err
}

// PutShows keeps from when the parties see that a meeting waits for a new time.
func (tx *Tx) PutShows(ctx context.Context, id appointment.ID, at time.Time) error {
	box, err := tx.sealWords(sealedAt("joint_hold.times", id), calendar.Stamp(at))
	if err != nil {
		return err
	}
	return tx.exec(ctx, upsert("joint_hold", "appointment_id", "appointment_id, times"), id, box)
}

// Shows is from when the parties see that a meeting waits for a new time; zero where none does.
func (tx *Tx) Shows(ctx context.Context, id appointment.ID) (at time.Time, err error) {
	found, err := many(ctx, tx, scanBytes, "SELECT times FROM joint_hold WHERE appointment_id = $1", id)
	if err == nil && len(found) > 0 {
		at, err = tx.openMoment(sealedAt("joint_hold.times", id), found[0])
	}
	return at, err
}

// OnHold are the meetings on hold that the actor may see and that may still have a new time, the earliest first.
func (tx *Tx) OnHold(ctx context.Context, by access.Actor, limit int) ([]appointment.Entry, error) {
	waiting, err := many(ctx, tx, func(r scanner) (m timed, err error) { return m, r.Scan(&m.id) }, "SELECT a.id FROM appointment a JOIN episode e ON e.id = a.episode_id WHERE a.state = 'on-hold' AND e.state = 'open'")
	if err != nil {
		return nil, err
	}
	seen, err := tx.seenOf(ctx, by, "", waiting)
	if err != nil {
		return nil, err
	}
	out, err := tx.entries(ctx, seen)
	slices.SortFunc(out, func(a, b appointment.Entry) int { return cmp.Or(a.Starts.Compare(b.Starts), cmp.Compare(a.ID, b.ID)) })
	return out[:min(limit, len(out))], err
}

// leaveTogether takes what is about to be erased out of a joint process. With a party's own visits their way in goes, with
// the joint process both ways in; with the last party's way in the joint process itself, which is told.
func (tx *Tx) leaveTogether(ctx context.Context, e episode.Episode) (last episode.ID, err error) {
	if e.Regime != string(model.Joint) {
		p, err := tx.PartyAt(ctx, e.ID)
		if err != nil || p.Seat == "" {
			return "", alreadyGone(err)
		}
		return "", alreadyGone(tx.EraseEpisode(ctx, p.Seat))
	}
	parties, err := tx.Parties(ctx, e.ID)
	if err != nil {
		return "", err
	}
	if err := tx.exec(ctx, "DELETE FROM joint_party WHERE joint_id = $1", e.ID); err != nil {
		return "", err
	}
	for _, p := range parties {
		if err := alreadyGone(tx.EraseEpisode(ctx, p.Seat)); err != nil {
			return "", err
		}
	}
	p, err := tx.PartyIn(ctx, e.ID)
	if err != nil {
		return "", alreadyGone(err)
	}
	all, err := tx.Parties(ctx, p.Joint)
	if len(all) > 1 {
		p.Joint = ""
	}
	return p.Joint, err
}
