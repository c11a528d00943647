package storage

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/episode"
)

// commitmentItemRow is a commitment as a list shows it, with the name still sealed.
type commitmentItemRow struct {
	commitment.Item
	row    commitmentRow
	person personRow
}

func scanCommitmentItem(r scanner) (it commitmentItemRow, err error) {
	var why int
	err = r.Scan(append(commitmentInto(&it.row), &it.PayerName, &it.Unit, &it.Zone, &it.Model, &it.Version, &it.Stage, textOf(&it.Worker),
		textOf(&it.Second), &it.person.ID, &it.person.Key, &it.person.name, &why)...)
	if err == nil {
		it.Relation = relations[why]
	}
	return it, err
}

// Commitments are those that the actor may see, with their days and visits, the first to end first. They begin from the
// table of commitments, which is short: an organisation has hundreds of them, not millions.
func (tx *Tx) Commitments(ctx context.Context, by access.Actor, w commitment.Wanted) ([]commitment.Item, error) {
	rows, err := many(ctx, tx, scanCommitmentItem, "SELECT * FROM (SELECT "+of("c", commitmentColumns)+`, y.name, e.unit_id, u.zone, e.model, e.version,
			e.state, e.worker_id, s.account_id, p.id AS person, p.key_id, p.name AS sealed,
			(SELECT `+strongest+` FROM access_grant g JOIN holding h ON h.holder = g.holder AND h.account_id = $1
				WHERE g.object_id = c.episode_id AND g.kind = 'episode' AND (g.until = '' OR g.until > $2)) AS why
		FROM commitment c JOIN payer y ON y.id = c.payer_id JOIN episode e ON e.id = c.episode_id JOIN unit u ON u.id = e.unit_id
			JOIN person p ON p.id = e.person_id LEFT JOIN second_worker s ON s.episode_id = c.episode_id
		WHERE ($3 = '' OR c.episode_id = $3) AND ($4 = '' OR c.payer_id = $4) AND ($5 = 1 OR (e.state = 'closed') = ($6 = 1))) seen
		WHERE why IS NOT NULL`,
		by.Account, calendar.Stamp(tx.Now()), w.Episode, w.Payer, flag(w.All), flag(w.Closed))
	if err != nil {
		return nil, err
	}
	out := make([]commitment.Item, len(rows))
	at := map[episode.ID]*commitment.Item{}
	var ids []episode.ID
	for i, r := range rows {
		if err := tx.openCommitment(ctx, r.person.Key, &r.row); err != nil {
			return nil, err
		}
		if r.Name, err = tx.nameFor(ctx, r.Relation, r.person); err != nil {
			return nil, err
		}
		out[i] = r.Item
		out[i].Commitment = r.row.Commitment
		at[r.row.Episode] = &out[i]
		ids = append(ids, r.row.Episode)
	}
	err = inParts(ids, func(part []episode.ID) error { return tx.fillCommitments(ctx, part, at) })
	slices.SortFunc(out, func(a, b commitment.Item) int {
		return cmp.Or(cmp.Compare(lastDay(a.Periods), lastDay(b.Periods)), cmp.Compare(a.Commitment.Episode, b.Commitment.Episode))
	})
	return out, err
}

// lastDay is the last day of all stretches; "" where there is none.
func lastDay(all []commitment.Period) (last calendar.Date) {
	for _, p := range all {
		last = max(last, p.Last)
	}
	return last
}

// fillCommitments adds days and visits.
func (tx *Tx) fillCommitments(ctx context.Context, ids []episode.ID, at map[episode.ID]*commitment.Item) error {
	in := " WHERE episode_id IN (" + marks(1, len(ids)) + ")"
	periods, err := tx.periods(ctx, strings.TrimPrefix(in, " WHERE "), anys(ids)...)
	if err != nil {
		return err
	}
	for _, p := range periods {
		at[p.episode].Periods = append(at[p.episode].Periods, p.Period)
	}
	marks, err := many(ctx, tx, tx.scanVisitMark, "SELECT appointment_id, episode_id, times, 0 FROM buyer_entry"+in+
		" UNION ALL SELECT appointment_id, episode_id, CAST(NULL AS BYTEA), 1 FROM end_visit"+in, anys(ids)...)
	if err != nil {
		return err
	}
	marked := map[appointment.ID]visitMark{}
	for _, m := range marks {
		was := marked[m.visit]
		marked[m.visit] = visitMark{entry: max(was.entry, m.entry), end: was.end || m.end}
	}
	for _, id := range ids {
		visits, err := tx.Appointments(ctx, id)
		if err != nil {
			return err
		}
		for _, a := range visits {
			m := marked[a.ID]
			at[id].Visits = append(at[id].Visits, commitment.Visit{ID: a.ID, Episode: id, No: a.No, At: a.At, Starts: a.Starts, State: a.State, Counted: a.Counted,
				Participants: a.Participants, Workers: len(a.Workers()), End: m.end, Entry: m.entry})
		}
		slices.SortStableFunc(at[id].Visits, func(a, b commitment.Visit) int { return a.Starts.Compare(b.Starts) })
	}
	return nil
}

// visitMark is what is kept of a visit beside the visit itself.
type visitMark struct {
	visit   appointment.ID
	episode episode.ID
	entry   calendar.Date
	end     bool
}

func (tx *Tx) scanVisitMark(r scanner) (m visitMark, err error) {
	var box []byte
	if err := r.Scan(&m.visit, &m.episode, &box, &m.end); err != nil || box == nil {
		return m, err
	}
	m.entry, err = tx.openEntry(m.visit, box)
	return m, err
}
