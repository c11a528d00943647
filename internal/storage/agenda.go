package storage

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
)

// whyOf asks of each appointment why the actor may see its episode, by the same rows as Granted: $1 is the account,
// $2 the instant. It is asked inside the select, so that a day's meetings are looked through and not a year's grants.
const whyOf = "(SELECT " + strongest + ` FROM access_grant g JOIN holding h ON h.holder = g.holder AND h.account_id = $1
	WHERE g.object_id = a.episode_id AND g.kind = 'episode' AND (g.until = '' OR g.until > $2)) AS why`

// Calendar is what the actor may see of the meetings that start between two instants, by start; every unit's when
// unit is "".
func (tx *Tx) Calendar(ctx context.Context, by access.Actor, from, to time.Time, unit access.UnitID) ([]appointment.Entry, error) {
	meetings, err := tx.between(ctx, by, from, to)
	if err != nil {
		return nil, err
	}
	seen, err := tx.seenOf(ctx, by, unit, meetings)
	if err != nil {
		return nil, err
	}
	return tx.entries(ctx, seen)
}

// Overdue are the meetings that were booked and over before an instant, and nobody has told how they went, oldest first.
func (tx *Tx) Overdue(ctx context.Context, by access.Actor, before time.Time, limit int) ([]appointment.Entry, error) {
	over, err := tx.seenOver(ctx, by, before)
	if err != nil {
		return nil, err
	}
	seen, err := tx.seenOf(ctx, by, "", over)
	if err != nil {
		return nil, err
	}
	return tx.entries(ctx, seen[:min(limit, len(seen))])
}

// PlacesOver are booked meetings that ended before an instant and whose agreed place is still kept, oldest first.
func (tx *Tx) PlacesOver(ctx context.Context, before time.Time, limit int) ([]appointment.ID, error) {
	over, err := tx.bookedOver(ctx, before, " AND a.place IS NOT NULL")
	var out []appointment.ID
	for _, m := range over[:min(limit, len(over))] {
		out = append(out, m.id)
	}
	return out, err
}

type entryRow struct {
	appointment.Entry
	place  []byte
	person personRow
	worker personRow // of the account: key and name alone
	second personRow
}

func (tx *Tx) scanEntry(r scanner) (e entryRow, err error) {
	var a appointmentRow
	err = r.Scan(append(appointmentInto(&a), &e.Model, &e.Version, &e.Part, &e.person.ID, &e.person.Key, &e.person.name,
		textOf(&e.worker.Key), &e.worker.name, textOf(&e.second.Key), &e.second.name)...)
	if err == nil {
		err = tx.openTimes(&a)
	}
	e.Appointment, e.place = a.Appointment, a.place
	return e, err
}

const entryQuery = ", e.model, e.version, e.part, p.id, p.key_id, p.name, w.key_id, w.name, s.key_id, s.name FROM appointment a " +
	"JOIN episode e ON e.id = a.episode_id JOIN person p ON p.id = e.person_id LEFT JOIN account w ON w.id = a.worker_id " +
	"LEFT JOIN account s ON s.id = a.second_id "

// entries fills in the appointments that are seen.
func (tx *Tx) entries(ctx context.Context, seen []seen) ([]appointment.Entry, error) {
	found := map[string]entryRow{}
	err := inParts(objects(seen), func(ids []any) error {
		rows, err := many(ctx, tx, tx.scanEntry,
			"SELECT "+of("a", appointmentColumns)+entryQuery+"WHERE a.id IN ("+marks(1, len(ids))+")", ids...)
		for _, r := range rows {
			found[string(r.ID)] = r
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]appointment.Entry, 0, len(seen))
	for _, s := range seen {
		r, ok := found[s.object]
		if !ok {
			continue
		}
		if err := tx.reveal(ctx, &r, s.relation); err != nil {
			return nil, err
		}
		out = append(out, r.Entry)
	}
	return out, nil
}

// reveal opens what the relation may read: the workers' names for everyone, the client's chosen name and the agreed
// place for the episode's worker alone, until the meeting is over.
func (tx *Tx) reveal(ctx context.Context, r *entryRow, why access.Relation) error {
	r.Relation = why
	worker, err := tx.open(ctx, r.worker.Key, sealedAt("account.name", r.Worker), r.worker.name)
	if err != nil {
		return err
	}
	second, err := tx.open(ctx, r.second.Key, sealedAt("account.name", r.Second), r.second.name)
	if err != nil {
		return err
	}
	r.WorkerName, r.SecondName = worker.Reveal(), second.Reveal()
	if r.Name, err = tx.nameFor(ctx, why, r.person); err != nil || why != access.ByWorker {
		return err
	}
	if r.Place, err = tx.open(ctx, r.person.Key, sealedAt("appointment.place", r.ID), r.place); err == nil {
		r.Place = r.PlaceFor(why, false, tx.Now())
	}
	return err
}
