package storage

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/job"
)

var _ job.Tx = (*Tx)(nil)

// PutJob leaves something to be done after this transaction, not before at.
func (tx *Tx) PutJob(ctx context.Context, kind, object string, at time.Time) error {
	tx.leftJob = true
	return tx.exec(ctx, "INSERT INTO job (id, kind, object_id, run_at, lease_until, attempt) VALUES ($1, $2, $3, $4, '', 0)",
		id.New(), kind, object, calendar.Stamp(at))
}

// KeepJob sees that a repeated job of the kind is there; the first is due at once.
func (tx *Tx) KeepJob(ctx context.Context, kind string) error {
	return tx.exec(ctx, "INSERT INTO job (id, kind, object_id, run_at, lease_until, attempt) VALUES ($1, $2, '', $3, '', 0) "+
		"ON CONFLICT (id) DO NOTHING", "every-"+kind, kind, calendar.Stamp(tx.Now()))
}

// TakeJobs takes due jobs of the kinds, oldest first, so that nobody else does until the lease ends.
func (tx *Tx) TakeJobs(ctx context.Context, kinds []string, until time.Time, limit int) ([]job.Job, error) {
	args := []any{calendar.Stamp(tx.Now()), calendar.Stamp(until), limit}
	in := ""
	for _, k := range kinds {
		args = append(args, k)
		in += ", " + place(len(args))
	}
	if in == "" {
		return nil, nil
	}
	found, err := tx.rows(ctx, `UPDATE job SET lease_until = $2, attempt = attempt + 1 WHERE id IN
		(SELECT id FROM job WHERE run_at <= $1 AND lease_until <= $1 AND kind IN (`+in[2:]+`) ORDER BY run_at, id LIMIT 0 + $3)
		RETURNING id, kind, object_id, run_at, attempt`, args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var out []job.Job
	for found.Next() {
		var j job.Job
		var at string
		if err := found.Scan(&j.ID, &j.Kind, &j.Object, &at, &j.Attempt); err != nil {
			return nil, err
		}
		if j.RunAt, err = calendar.ParseStamp(at); err != nil {
			return nil, err
		}
		out = append(out, j)
	}
	job.Sort(out)
	return out, found.Err()
}

// DropJob removes a job that is done or given up.
func (tx *Tx) DropJob(ctx context.Context, id job.ID) error {
	return tx.exec(ctx, "DELETE FROM job WHERE id = $1", id)
}

// PutOffJob lets a job go until later: after a failure with its attempts kept, otherwise counting from nothing.
func (tx *Tx) PutOffJob(ctx context.Context, id job.ID, at time.Time, attempt int) error {
	return tx.exec(ctx, "UPDATE job SET run_at = $2, lease_until = '', attempt = $3 WHERE id = $1", id, calendar.Stamp(at), attempt)
}

// NextJob is when the next job of the kinds may be taken; the zero time when there is none.
func (tx *Tx) NextJob(ctx context.Context, kinds []string) (time.Time, error) {
	if len(kinds) == 0 {
		return time.Time{}, nil
	}
	args := make([]any, len(kinds))
	for i, k := range kinds {
		args[i] = k
	}
	var at sql.NullString
	err := tx.row(ctx, `SELECT MIN(CASE WHEN run_at > lease_until THEN run_at ELSE lease_until END) FROM job
		WHERE kind IN (`+places(len(kinds))+`)`, args...).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) || !at.Valid {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	return calendar.ParseStamp(at.String)
}
