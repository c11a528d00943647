package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/report"
)

var _ report.Tx = (*Tx)(nil)

// Draft is what a coordinator has arranged of a grant object's year; the zero Draft when nothing is.
func (tx *Tx) Draft(ctx context.Context, grant string, year int) (d report.Draft, err error) {
	text, err := one(ctx, tx, scanWord, "SELECT arranged FROM report_draft WHERE grant_object = $1 AND year = $2", grant, year)
	if fault.Is(err, fault.NotFound) {
		return d, nil
	}
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal([]byte(text), &d)
}

// PutDraft keeps what is arranged of a grant object's year: public lines of the organisation's own.
func (tx *Tx) PutDraft(ctx context.Context, grant string, year int, d report.Draft) error {
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return tx.exec(ctx, upsert("report_draft", "grant_object, year", "grant_object, year, arranged"), grant, year, string(text))
}

// DraftYears are the years of a grant object of which something is arranged, the latest first.
func (tx *Tx) DraftYears(ctx context.Context, grant string) ([]int, error) {
	return many(ctx, tx, scanCount, "SELECT year FROM report_draft WHERE grant_object = $1 ORDER BY year DESC", grant)
}

const madeColumns = "id, grant_object, year, no, made, sheets"

func (tx *Tx) scanMade(r scanner) (m report.Made, err error) {
	var box []byte
	if err := r.Scan(&m.ID, &m.Grant, &m.Year, &m.No, &m.Day, &box); err != nil {
		return m, err
	}
	s, err := tx.timesSeal()
	if err != nil {
		return m, err
	}
	plain, err := s.key.Open(sealedAt("report_made.sheets", m.ID), box)
	if err != nil {
		return m, fmt.Errorf("open a report: %w", err)
	}
	m.Sheets = map[locale.Lang]report.Sheet{}
	if json.Unmarshal(plain, &m.Sheets) != nil {
		return m, errors.New("a report cannot be read")
	}
	return m, nil
}

// MadeReports are a grant object's finished reports, the latest first.
func (tx *Tx) MadeReports(ctx context.Context, grant string) ([]report.Made, error) {
	return many(ctx, tx, tx.scanMade, "SELECT "+madeColumns+" FROM report_made WHERE grant_object = $1 ORDER BY year DESC, no DESC", grant)
}

// SeesReport is no fault for the coordinators of a unit of the grant object that a report is of.
func (tx *Tx) SeesReport(ctx context.Context, by access.Actor, id string) error {
	_, err := one(ctx, tx, scanWord, "SELECT m.id FROM report_made m WHERE m.id = $1 AND EXISTS (SELECT 1 FROM unit u JOIN membership s ON s.unit_id = u.id "+
		"WHERE u.grant_object = m.grant_object AND s.account_id = $2 AND s.role = 'coordinator')", id, by.Account)
	return err
}

// MadeReport finds one finished report.
func (tx *Tx) MadeReport(ctx context.Context, id string) (report.Made, error) {
	return one(ctx, tx, tx.scanMade, "SELECT "+madeColumns+" FROM report_made WHERE id = $1", id)
}

// PutMadeReport keeps a report as it left; the schema lets nobody change it. A number that is taken is fault.Conflict "report.again".
func (tx *Tx) PutMadeReport(ctx context.Context, m report.Made) error {
	s, err := tx.timesSeal()
	if err != nil {
		return err
	}
	plain, err := padded(m.Sheets)
	if err != nil {
		return err
	}
	return taken(tx.exec(ctx, insert("report_made", madeColumns), m.ID, m.Grant, m.Year, m.No, calendar.Date(m.Day),
		s.key.Seal(sealedAt("report_made.sheets", m.ID), plain)), "report.again")
}
