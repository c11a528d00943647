package storage

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
)

// A worker is an account and what is kept of its serving. An account that has told nothing yet serves nowhere.
const workerQuery = "SELECT a.id, a.key_id, a.name, coalesce(w.languages, '[]'), coalesce(w.areas, '[]'), " +
	"coalesce(w.places, '[]'), coalesce(w.travel_minutes, 0) FROM account a LEFT JOIN worker w ON w.account_id = a.id "

type workerRow struct {
	organization.Worker
	key  string
	name []byte
}

func scanWorker(r scanner) (w workerRow, err error) {
	return w, r.Scan(&w.Account, &w.key, &w.name, list{&w.Languages}, list{&w.Areas}, list{&w.Places}, &w.TravelMinutes)
}

// Worker is when and where a staff member can meet clients.
func (tx *Tx) Worker(ctx context.Context, id access.AccountID) (organization.Worker, error) {
	all, err := tx.workers(ctx, workerQuery+"WHERE a.id = $1", id)
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, "not-found")
	}
	if err != nil {
		return organization.Worker{}, err
	}
	return all[0], nil
}

// Workers are a unit's members with role worker, every unit's when unit is "", by name. Those whose account is
// closed are no longer among them.
func (tx *Tx) Workers(ctx context.Context, unit access.UnitID) ([]organization.Worker, error) {
	all, err := tx.workers(ctx, workerQuery+`WHERE a.state <> 'closed' AND EXISTS (SELECT 1 FROM membership m
		WHERE m.account_id = a.id AND m.role = 'worker' AND ($1 = '' OR m.unit_id = $1)) ORDER BY a.id`, unit)
	locale.Sort(locale.Finnish, all, func(w organization.Worker) string { return w.Name })
	return all, err
}

func (tx *Tx) workers(ctx context.Context, query string, args ...any) ([]organization.Worker, error) {
	rows, err := many(ctx, tx, scanWorker, query, args...)
	if err != nil {
		return nil, err
	}
	at := map[access.AccountID]int{}
	all := make([]organization.Worker, len(rows))
	for i, w := range rows {
		name, err := tx.open(ctx, w.key, sealedAt("account.name", w.Account), w.name)
		if err != nil {
			return nil, err
		}
		w.Name = name.Reveal()
		all[i], at[w.Account] = w.Worker, i
	}
	return all, tx.times(ctx, all, at)
}

type hoursRow struct {
	organization.Hours
	of access.AccountID
}

func scanHours(r scanner) (h hoursRow, err error) {
	return h, r.Scan(&h.ID, &h.of, &h.Weekday, &h.Opens, &h.Closes)
}

type absenceRow struct {
	organization.Absence
	of access.AccountID
}

func scanAbsence(r scanner) (a absenceRow, err error) {
	return a, r.Scan(&a.ID, &a.of, &a.First, &a.Last)
}

const (
	hoursColumns   = "id, account_id, weekday, opens, closes"
	absenceColumns = "id, account_id, first, last"
)

// times fills in the workers' hours and absences: two queries, however many workers.
func (tx *Tx) times(ctx context.Context, all []organization.Worker, at map[access.AccountID]int) error {
	ids := make([]access.AccountID, len(all))
	for i, w := range all {
		ids[i] = w.Account
	}
	return inParts(anys(ids), func(ids []any) error {
		among := " WHERE account_id IN (" + marks(1, len(ids)) + ") ORDER BY "
		hours, err := many(ctx, tx, scanHours, "SELECT "+hoursColumns+" FROM working_hours"+among+"weekday, opens, id", ids...)
		if err != nil {
			return err
		}
		absences, err := many(ctx, tx, scanAbsence, "SELECT "+absenceColumns+" FROM absence"+among+"first, id", ids...)
		for _, h := range hours {
			w := &all[at[h.of]]
			w.Hours = append(w.Hours, h.Hours)
		}
		for _, a := range absences {
			w := &all[at[a.of]]
			w.Absences = append(w.Absences, a.Absence)
		}
		return err
	})
}

var putWorker = upsert("worker", "account_id", "account_id, languages, areas, places, travel_minutes")

// PutWorker keeps what a worker serves. The name is the account's; hours and absences are put one by one.
func (tx *Tx) PutWorker(ctx context.Context, w organization.Worker) error {
	return tx.exec(ctx, putWorker, w.Account, words(w.Languages), words(w.Areas), words(w.Places), w.TravelMinutes)
}

// isWorker makes the row that hours and absences hang on, where a worker has told nothing else yet.
func (tx *Tx) isWorker(ctx context.Context, who access.AccountID) error {
	return tx.exec(ctx, "INSERT INTO worker (account_id, languages, areas, places, travel_minutes) "+
		"VALUES ($1, '[]', '[]', '[]', 0) ON CONFLICT (account_id) DO NOTHING", who)
}

var putHours = upsert("working_hours", "id", hoursColumns)

// PutHours keeps a weekly stretch of work.
func (tx *Tx) PutHours(ctx context.Context, who access.AccountID, h organization.Hours) error {
	if err := tx.isWorker(ctx, who); err != nil {
		return err
	}
	return tx.exec(ctx, putHours, h.ID, who, h.Weekday, h.Opens, h.Closes)
}

// DeleteHours drops a worker's weekly stretch.
func (tx *Tx) DeleteHours(ctx context.Context, who access.AccountID, id string) error {
	return tx.exec(ctx, "DELETE FROM working_hours WHERE account_id = $1 AND id = $2", who, id)
}

var putAbsence = upsert("absence", "id", absenceColumns)

// PutAbsence keeps whole days away.
func (tx *Tx) PutAbsence(ctx context.Context, who access.AccountID, a organization.Absence) error {
	if err := tx.isWorker(ctx, who); err != nil {
		return err
	}
	return tx.exec(ctx, putAbsence, a.ID, who, a.First, a.Last)
}

// DeleteAbsence drops a worker's days away.
func (tx *Tx) DeleteAbsence(ctx context.Context, who access.AccountID, id string) error {
	return tx.exec(ctx, "DELETE FROM absence WHERE account_id = $1 AND id = $2", who, id)
}

const presenceColumns = "account_id, unit_id, channel, until"

func scanPresence(r scanner) (p organization.Presence, err error) {
	return p, r.Scan(&p.Account, &p.Unit, &p.Channel, instant{&p.Until})
}

// Presences are who answers a unit's channel just now.
func (tx *Tx) Presences(ctx context.Context, unit access.UnitID, channel string) ([]organization.Presence, error) {
	return many(ctx, tx, scanPresence, "SELECT "+presenceColumns+" FROM presence "+
		"WHERE unit_id = $1 AND channel = $2 AND until > $3 ORDER BY account_id", unit, channel, calendar.Stamp(tx.Now()))
}

var putPresence = upsert("presence", "account_id, unit_id, channel", presenceColumns)

// PutPresence keeps that a worker answers a channel until an instant.
func (tx *Tx) PutPresence(ctx context.Context, p organization.Presence) error {
	return tx.exec(ctx, putPresence, p.Account, p.Unit, p.Channel, calendar.Stamp(p.Until))
}

// DeletePresence notes that a worker has stopped answering.
func (tx *Tx) DeletePresence(ctx context.Context, who access.AccountID, unit access.UnitID, channel string) error {
	return tx.exec(ctx, "DELETE FROM presence WHERE account_id = $1 AND unit_id = $2 AND channel = $3", who, unit, channel)
}
