package storage

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
)

var putApplication = upsert("application", "id", "id, request_id, payer_id, applied, refused")

// PutApplication keeps that a commitment was applied for. A second open one of a contact is fault.Conflict
// "commitment.applied-race".
func (tx *Tx) PutApplication(ctx context.Context, a commitment.Application) error {
	return taken(tx.exec(ctx, putApplication, a.ID, a.Request, a.Payer, a.Applied, a.Refused), "commitment.applied-race")
}

// DeleteApplication takes one back.
func (tx *Tx) DeleteApplication(ctx context.Context, id commitment.ApplicationID) error {
	return tx.exec(ctx, "DELETE FROM application WHERE id = $1", id)
}

const applicationColumns = "a.id, a.request_id, a.payer_id, y.name, a.applied, a.refused"

func applicationInto(a *commitment.Application) []any {
	return []any{&a.ID, &a.Request, &a.Payer, &a.PayerName, &a.Applied, &a.Refused}
}

func scanApplication(r scanner) (a commitment.Application, err error) {
	return a, r.Scan(applicationInto(&a)...)
}

// ApplicationsOf are a contact's: the refused first, by day, then the open one.
func (tx *Tx) ApplicationsOf(ctx context.Context, of intake.RequestID) ([]commitment.Application, error) {
	return many(ctx, tx, scanApplication, "SELECT "+applicationColumns+" FROM application a JOIN payer y ON y.id = a.payer_id "+
		"WHERE a.request_id = $1 ORDER BY CASE WHEN a.refused = '' THEN 1 ELSE 0 END, a.refused, a.applied, a.id", of)
}

func scanApplicant(r scanner) (x commitment.Applicant, err error) {
	return x, r.Scan(append(applicationInto(&x.Application), &x.Kind, number{&x.Age, -1}, &x.Channel, instant{&x.Created}, &x.Model, &x.Version, &x.Zone)...)
}

// Applicants are the contacts that the actor may see and for whom a commitment was applied for, with what became of the last
// application of each, the oldest first. They begin from the table of applications, which is short.
func (tx *Tx) Applicants(ctx context.Context, by access.Actor) ([]commitment.Applicant, error) {
	return many(ctx, tx, scanApplicant, "SELECT "+applicationColumns+`, p.kind, r.age, r.channel, r.created, o.model, o.version, u.zone
		FROM application a JOIN payer y ON y.id = a.payer_id JOIN request r ON r.id = a.request_id JOIN person p ON p.id = r.person_id
			JOIN offer o ON o.id = r.offer_id JOIN unit u ON u.id = r.unit_id
		WHERE NOT EXISTS (SELECT 1 FROM application b WHERE b.request_id = a.request_id AND b.id <> a.id AND a.refused <> '' AND
				(b.refused = '' OR b.refused > a.refused OR b.refused = a.refused AND b.id > a.id))
			AND EXISTS (SELECT 1 FROM access_grant g JOIN holding h ON h.holder = g.holder AND h.account_id = $1
				WHERE g.object_id = a.request_id AND g.kind = 'request' AND (g.until = '' OR g.until > $2))
		ORDER BY a.applied, a.id`, by.Account, calendar.Stamp(tx.Now()))
}

// PutGranted changes how many visits were granted. The commitment, its episode and its visits hold one another to that number:
// they are changed one after the other and asked at the end.
func (tx *Tx) PutGranted(ctx context.Context, ep episode.ID, n int) error {
	if err := tx.exec(ctx, tx.db.engine.later()); err != nil {
		return err
	}
	for _, change := range []string{"UPDATE episode SET visit_limit = $2 WHERE id = $1", "UPDATE commitment SET granted = $2 WHERE episode_id = $1",
		"UPDATE appointment SET visit_limit = $2 WHERE episode_id = $1"} {
		if err := tx.exec(ctx, change, ep, n); err != nil {
			return err
		}
	}
	return tx.exec(ctx, tx.db.engine.atOnce())
}

// PutPeriods keeps a commitment's stretches of days in place of those that were there.
func (tx *Tx) PutPeriods(ctx context.Context, ep episode.ID, all []commitment.Period) error {
	if err := tx.exec(ctx, "DELETE FROM commitment_period WHERE episode_id = $1", ep); err != nil {
		return err
	}
	for _, p := range all {
		if err := tx.AddPeriod(ctx, ep, p); err != nil {
			return err
		}
	}
	return nil
}
