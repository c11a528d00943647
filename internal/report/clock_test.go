package report_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/release"
	"rinnalla.fi/rinnalla/internal/report"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"

	"rinnalla.fi/rinnalla/internal/disclosure"
)

// The clock tells shares by when and by where first meetings were, and of few nothing: not what they are by subtraction either (A-19, R-125, decision 0075).
func TestClock(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		y := newYear(t, db, clock)
		count := func(month, part, place string, kept, late int) {
			storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
				at := figure.Sum{Month: month, Unit: y.unit, Model: "turvaverkko-adult"}
				for name, by := range map[string]string{figure.FirstParts: part, figure.FirstPlaces: place} {
					for value, n := range map[string]int{"/0-24/kept": kept, "/72-168/late": late} {
						if at.Name, at.Value, at.N = name, by+value, n; n > 0 {
							if err := tx.AddFigure(ctx, at); err != nil {
								return err
							}
						}
					}
				}
				return nil
			})
		}
		count("2026-02", "office-hours", "office", 9, 3)
		count("2026-03", "evening", "home", 6, 6)
		count("2026-04", "weekend", "home", 1, 2) // three
		clock.Set(time.Date(2027, 3, 2, 9, 0, 0, 0, time.UTC))
		var lines []release.Line
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) (err error) {
			lines, err = report.Clock(ctx, tx, y.ms, "2027-03-02", 2026)
			return err
		})
		adult, _ := y.ms.Latest("turvaverkko-adult")
		child, _ := y.ms.Latest("turvaverkko-child")
		rows := report.ClockRows(y.unit, []*model.Model{adult, child})
		if len(rows) != 1 || !rows[0].Promised() {
			t.Fatalf("rows %+v", rows)
		}
		tell := func(by, value string) (share int, n int) {
			l, ok := report.FindClock(lines, rows[0], by, value, disclosure.Period{Year: 2026, Of: 1, Part: 1})
			if !ok {
				t.Fatalf("%s %s is not of the grid", by, value)
			}
			if a, ok := report.Promise(l); ok {
				share = a.Share.Percent
			}
			return share, l.N
		}
		for _, c := range []struct {
			by, value string
			share, n  int
		}{
			{"", "", 59, 27}, {report.ByPlace, "office", 75, 12}, {report.ByPlace, "home", 47, 15}, {report.ByPlace, "agreed", 0, 0},
			{report.ByPart, "weekend", 0, 0},
		} {
			if share, n := tell(c.by, c.value); share != c.share || n != c.n {
				t.Errorf("%s %s: %d %% of %d, want %d %% of %d", c.by, c.value, share, n, c.share, c.n)
			}
		}
		_, day := tell(report.ByPart, "office-hours")
		_, evening := tell(report.ByPart, "evening")
		if day+evening == 24 {
			t.Error("the three at a weekend are all but what is told")
		}
		if l, _ := report.FindClock(lines, rows[0], "", "", disclosure.Period{Year: 2026, Of: 1, Part: 1}); !slices.Equal(report.Waits(l), []int{59, 0, 0, 41, 0}) || report.Middle(l) != "0-24" {
			t.Errorf("%+v", l)
		}
	})
}
