package storage

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/person"
)

var _ commitment.Tx = (*Tx)(nil)

const payerColumns = "id, name, contact, controller, privacy, by_number, active"

func scanPayer(r scanner) (p commitment.Payer, err error) {
	return p, r.Scan(&p.ID, &p.Name, &p.Contact, &p.Controller, &p.Privacy, &p.ByNumber, &p.Active)
}

// Payer finds a payer.
func (tx *Tx) Payer(ctx context.Context, id commitment.PayerID) (commitment.Payer, error) {
	return one(ctx, tx, scanPayer, "SELECT "+payerColumns+" FROM payer WHERE id = $1", id)
}

// Payers are all there are, those that take new commitments first, by name.
func (tx *Tx) Payers(ctx context.Context) ([]commitment.Payer, error) {
	return many(ctx, tx, scanPayer, "SELECT "+payerColumns+" FROM payer ORDER BY active DESC, name, id")
}

var putPayer = upsert("payer", "id", payerColumns)

// PutPayer keeps a payer.
func (tx *Tx) PutPayer(ctx context.Context, p commitment.Payer) error {
	return tx.exec(ctx, putPayer, p.ID, p.Name, p.Contact, p.Controller, p.Privacy, flag(p.ByNumber), flag(p.Active))
}

// PayerOf are those who pay for any of a person's visits, by name.
func (tx *Tx) PayerOf(ctx context.Context, id person.ID) ([]commitment.Payer, error) {
	return many(ctx, tx, scanPayer, "SELECT "+payerColumns+" FROM payer WHERE id IN (SELECT c.payer_id FROM commitment c "+
		"JOIN episode e ON e.id = c.episode_id WHERE e.person_id = $1) ORDER BY name, id", id)
}

const commitmentColumns = "episode_id, payer_id, number, social_worker, kind, granted, workers, route, child_welfare, times"

// commitmentRow is a commitment whose number and name are still sealed.
type commitmentRow struct {
	commitment.Commitment
	number, social, times []byte
}

func commitmentInto(c *commitmentRow) []any {
	return []any{&c.Episode, &c.Payer, &c.number, &c.social, &c.Kind, &c.Granted, &c.Workers, &c.Route, &c.ChildWelfare, &c.times}
}

func scanCommitment(r scanner) (c commitmentRow, err error) { return c, r.Scan(commitmentInto(&c)...) }

// openCommitment opens what the client's own key seals, and the days.
func (tx *Tx) openCommitment(ctx context.Context, key string, c *commitmentRow) (err error) {
	if c.Number, err = tx.open(ctx, key, sealedAt("commitment.number", c.Episode), c.number); err != nil {
		return err
	}
	if c.SocialWorker, err = tx.open(ctx, key, sealedAt("commitment.social_worker", c.Episode), c.social); err != nil {
		return err
	}
	w, err := tx.openWords(sealedAt("commitment.times", c.Episode), c.times, 2)
	if err == nil {
		c.Recorded, c.Agreed = calendar.Date(w[0]), calendar.Date(w[1])
	}
	return err
}

// Commitment finds what pays for an episode, with its stretches of days.
func (tx *Tx) Commitment(ctx context.Context, ep episode.ID) (commitment.Commitment, error) {
	c, err := one(ctx, tx, scanCommitment, "SELECT "+commitmentColumns+" FROM commitment WHERE episode_id = $1", ep)
	if err != nil {
		return c.Commitment, err
	}
	key, err := tx.episodeKey(ctx, ep)
	if err != nil {
		return c.Commitment, err
	}
	if err := tx.openCommitment(ctx, key, &c); err != nil {
		return c.Commitment, err
	}
	periods, err := tx.periods(ctx, "episode_id = $1", ep)
	for _, p := range periods {
		c.Periods = append(c.Periods, p.Period)
	}
	return c.Commitment, err
}

var putCommitment = upsert("commitment", "episode_id", "episode_id, regime, payer_id, number, number_index, social_worker, kind, granted, workers, "+
	"route, child_welfare, times")

// PutCommitment keeps what was granted, sealed with the client's own key. A payer's number stands once.
func (tx *Tx) PutCommitment(ctx context.Context, c commitment.Commitment) error {
	if c.ChildWelfare && c.Agreed == "" {
		return errNotAgreed // what no check of a schema can see
	}
	key, err := tx.episodeKey(ctx, c.Episode)
	if err != nil {
		return err
	}
	number, err := tx.seal(ctx, key, sealedAt("commitment.number", c.Episode), c.Number)
	if err != nil {
		return err
	}
	social, err := tx.seal(ctx, key, sealedAt("commitment.social_worker", c.Episode), c.SocialWorker)
	if err != nil {
		return err
	}
	days, err := tx.sealWords(sealedAt("commitment.times", c.Episode), string(c.Recorded), string(c.Agreed))
	if err != nil {
		return err
	}
	return taken(tx.exec(ctx, putCommitment, c.Episode, "buyer", c.Payer, number, tx.Index("commitment.number", string(c.Payer)+"/"+c.Number.Reveal()),
		nullBytes(social), c.Kind, c.Granted, c.Workers, c.Route, flag(c.ChildWelfare), days), "commitment.number-taken")
}

var (
	errNotAgreed = errors.New("the goals of a child-welfare client were agreed on no day")
	errNoStretch = errors.New("a stretch of days has a first and a last, in this order")
)

const periodColumns = "episode_id, no, times"

type periodRow struct {
	episode episode.ID
	commitment.Period
}

func (tx *Tx) scanPeriod(r scanner) (p periodRow, err error) {
	var no int
	var box []byte
	if err := r.Scan(&p.episode, &no, &box); err != nil {
		return p, err
	}
	w, err := tx.openWords(periodAt(string(p.episode), no), box, 3)
	if err == nil {
		p.First, p.Last, p.Recorded = calendar.Date(w[0]), calendar.Date(w[1]), calendar.Date(w[2])
	}
	return p, err
}

// periods are stretches of days, by episode and first day.
func (tx *Tx) periods(ctx context.Context, where string, args ...any) ([]periodRow, error) {
	all, err := many(ctx, tx, tx.scanPeriod, "SELECT "+periodColumns+" FROM commitment_period WHERE "+where, args...)
	slices.SortFunc(all, func(a, b periodRow) int {
		return cmp.Or(cmp.Compare(a.episode, b.episode), cmp.Compare(a.First, b.First))
	})
	return all, err
}

// AddPeriod adds a stretch of days. Stretches are never changed: an extension can be told from what was granted first. One
// that ends before it begins is refused, and so is a second that begins on the same day.
func (tx *Tx) AddPeriod(ctx context.Context, ep episode.ID, p commitment.Period) error {
	for _, day := range []calendar.Date{p.First, p.Last} {
		if _, err := calendar.ParseDate(string(day)); err != nil || p.First > p.Last {
			return errNoStretch
		}
	}
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	was, err := one(ctx, tx, scanInt, "SELECT coalesce(max(no), 0) FROM commitment_period WHERE episode_id = $1", ep)
	if err != nil {
		return err
	}
	return tx.exec(ctx, insert("commitment_period", periodColumns+", mark"), ep, was+1, sealPeriod(s, string(ep), was+1, p), s.period(string(ep), p.First))
}

// granted reads what somebody else pays for in an episode, and who does the work.
func (tx *Tx) granted(ctx context.Context, s *episode.State) (err error) {
	periods, err := tx.periods(ctx, "episode_id = $1", s.Episode.ID)
	if err != nil {
		return err
	}
	for _, p := range periods {
		s.Cover = append(s.Cover, episode.Span{First: p.First, Last: p.Last})
	}
	work, err := many(ctx, tx, scanWork, "SELECT c.kind, c.workers, s.account_id FROM commitment c LEFT JOIN second_worker s ON s.episode_id = c.episode_id "+
		"WHERE c.episode_id = $1", s.Episode.ID)
	if len(work) > 0 {
		s.Work = work[0]
	}
	return err
}

func scanWork(r scanner) (w episode.Work, err error) {
	return w, r.Scan(&w.Kind, &w.Workers, textOf(&w.Second))
}

// Entry is the day on which a visit was entered in the payer's system; "" when that is not marked.
func (tx *Tx) Entry(ctx context.Context, v appointment.ID) (calendar.Date, error) {
	box, err := one(ctx, tx, scanBytes, "SELECT times FROM buyer_entry WHERE appointment_id = $1", v)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return tx.openEntry(v, box)
}

// openEntry opens the day of an entry. It is most often the visit's own, and sealed as that is.
func (tx *Tx) openEntry(v appointment.ID, box []byte) (calendar.Date, error) {
	s, err := tx.timesSeal()
	if err != nil {
		return "", err
	}
	w, err := s.words(sealedAt("buyer_entry.times", v), box)
	if err != nil {
		return "", err
	}
	return calendar.Date(w[0]), nil
}

var putEntry = upsert("buyer_entry", "appointment_id", "appointment_id, episode_id, regime, times")

// PutEntry keeps the day on which a visit was entered in the payer's system.
func (tx *Tx) PutEntry(ctx context.Context, v appointment.Appointment, day calendar.Date) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	return tx.exec(ctx, putEntry, v.ID, v.Episode, v.Regime, s.box(sealedAt("buyer_entry.times", v.ID), string(day)))
}

var putEndVisit = upsert("end_visit", "appointment_id", "appointment_id, episode_id, regime")

// PutEndVisit keeps that the organisation pays a visit itself.
func (tx *Tx) PutEndVisit(ctx context.Context, v appointment.Appointment) error {
	return tx.exec(ctx, putEndVisit, v.ID, v.Episode, v.Regime)
}

// DeleteEndVisit takes that back.
func (tx *Tx) DeleteEndVisit(ctx context.Context, v appointment.ID) error {
	return tx.exec(ctx, "DELETE FROM end_visit WHERE appointment_id = $1", v)
}

// Second is the other of a pair of workers; "" where one works alone.
func (tx *Tx) Second(ctx context.Context, ep episode.ID) (access.AccountID, error) {
	found, err := many(ctx, tx, scanAs[access.AccountID], "SELECT account_id FROM second_worker WHERE episode_id = $1", ep)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// PutSecond gives an episode a second worker who sees it like the first, or with "" takes them away.
func (tx *Tx) PutSecond(ctx context.Context, ep episode.ID, who access.AccountID) error {
	was, err := tx.Second(ctx, ep)
	if err != nil {
		return err
	}
	sight := access.Grant{Holder: string(was), Kind: access.Episode, Object: string(ep), Relation: access.ByWorker}
	if was != "" && was != who {
		// Who has become the episode's own worker goes on seeing it.
		err := tx.exec(ctx, deleteGrant+" AND NOT EXISTS (SELECT 1 FROM episode e WHERE e.id = $3 AND e.worker_id = $1)",
			sight.Holder, sight.Kind, sight.Object, sight.Relation)
		if err != nil {
			return err
		}
	}
	if who == "" {
		return tx.exec(ctx, "DELETE FROM second_worker WHERE episode_id = $1", ep)
	}
	if err := tx.exec(ctx, upsert("second_worker", "episode_id", "episode_id, account_id"), ep, who); err != nil {
		return err
	}
	sight.Holder = string(who)
	return tx.PutGrant(ctx, sight)
}

// leaveSecond takes somebody out of a pair, and gives back the time that booked meetings have taken of them.
func (tx *Tx) leaveSecond(ctx context.Context, ep episode.ID, who access.AccountID) error {
	n, err := tx.affect(ctx, "DELETE FROM second_worker WHERE episode_id = $1 AND account_id = $2", ep, who)
	if err != nil || n == 0 {
		return err
	}
	all, err := tx.Appointments(ctx, ep)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.State != appointment.Booked || a.Second != who {
			continue
		}
		a.Second = ""
		a.Sequence++
		if err := tx.PutAppointment(ctx, a); err != nil {
			return err
		}
	}
	return nil
}
