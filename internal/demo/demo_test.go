package demo

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/runner"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/wall"
	"rinnalla.fi/rinnalla/models"
)

// played is a play that has come to its end.
type played struct {
	*testing.T
	*world
	ctx context.Context
}

// play lives so many days up to an instant, with the seed's dice, and matches parties as the house does.
func play(t *testing.T, seed uint64, until time.Time, days int) played {
	t.Helper()
	p := founded(t, seed, until, days)
	if _, err := p.play(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// founded is a play that has not begun.
func founded(t *testing.T, seed uint64, until time.Time, days int) played {
	t.Helper()
	clock := storagetest.NewClock()
	clock.Set(until.AddDate(0, 0, -days))
	db := storagetest.Open(t, "sqlite", clock)
	set, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	r := runner.New(db, slog.New(slog.DiscardHandler))
	r.Promise(wall.MatchJob, func(ctx context.Context, db *storage.DB, j job.Job) error {
		return db.Update(ctx, func(tx *storage.Tx) error { return wall.Match(ctx, tx, person.ID(j.Object)) })
	})
	r.Promise(joint.AnsweredJob, func(ctx context.Context, db *storage.DB, j job.Job) error {
		return db.Update(ctx, func(tx *storage.Tx) error { return joint.Heed(ctx, tx, set, episode.ID(j.Object)) })
	})
	w := newWorld(House{DB: db, Models: set, Now: clock.Now, Turn: func(ctx context.Context, to time.Time) error {
		clock.Set(to)
		return r.RunDue(ctx)
	}}, Options{Seed: seed, Until: until})
	return played{t, w, t.Context()}
}

func (p played) view(look func(tx *storage.Tx) error) {
	p.Helper()
	if err := p.db.View(p.ctx, look); err != nil {
		p.Fatal(err)
	}
}

// of is a member of the demo's staff by the beginning of their name.
func (p played) of(name string) access.Actor {
	return p.staff[slices.IndexFunc(p.staff, func(c colleague) bool { return strings.HasPrefix(c.name, name) })].Actor
}

// A-08 in the demo: two parties with a worker each, a wall between them, and one exception that two coordinators stand
// behind: in the month's list by number, and used.
func TestParties(t *testing.T) {
	for seed, until := range map[uint64]string{1: "2027-01-12T16:40:00Z", 7: "2026-11-22T06:05:00Z", 40: "2027-04-01T23:30:00Z"} {
		t.Run(until, func(t *testing.T) {
			end, err := time.Parse(time.RFC3339, until)
			if err != nil {
				t.Fatal(err)
			}
			p := play(t, seed, end, 24)
			p.view(func(tx *storage.Tx) error {
				ties, err := tx.Ties(p.ctx, nil)
				if len(ties) != 1 || ties[0].Source != wall.ByMark {
					t.Fatalf("the ties are %+v, %v", ties, err)
				}
				lines, err := wall.List(p.ctx, tx, p.of("Marja"), end.AddDate(0, 0, -5).Format("2006-01"))
				if len(lines) != 1 || lines[0].State != wall.Approved || len(lines[0].Number) != 5 {
					t.Errorf("the month's list is %+v, %v", lines, err)
				}
				return err
			})
			p.view(func(tx *storage.Tx) error {
				both, err := tx.Episodes(p.ctx, p.of("Elina"), episode.Filter{Stage: episode.StageOpen, Mine: true, Limit: 99})
				ties, err2 := tx.Ties(p.ctx, nil)
				found := slices.DeleteFunc(both, func(x episode.Item) bool { return ties[0].Other(x.Person) == "" })
				if len(found) != 2 || err2 != nil {
					t.Errorf("whom the exception is for works with %d of the two", len(found))
				}
				return err
			})
		})
	}
}

// The same seed is the same year: whatever is counted, and whatever waits.
func TestSameSeedSameYear(t *testing.T) {
	until := time.Date(2027, 1, 12, 14, 40, 0, 0, time.UTC)
	told := func(seed uint64) string {
		p, out := play(t, seed, until, 24), ""
		p.view(func(tx *storage.Tx) error {
			for _, u := range p.units {
				sums, err := tx.Figures(p.ctx, u.ID, "2026-01", "2027-12")
				if err != nil {
					return err
				}
				for _, s := range sums {
					out += fmt.Sprintln(u.Slug, s.Month, s.Model, s.Name, s.Value, s.N)
				}
			}
			waiting, err := tx.AllSuggested(p.ctx)
			if err != nil || len(waiting) != 1 || len(waiting[0].Said) != 2 { // of a survey that is open, and nobody has read them
				t.Errorf("%d services have suggestions that wait, %v", len(waiting), err)
			}
			for _, h := range waiting {
				out += fmt.Sprintln(h.Said)
			}
			for _, name := range []string{"Noora", "Elina", "Marja"} {
				all, err := tx.Episodes(p.ctx, p.of(name), episode.Filter{Limit: 500})
				if err != nil {
					return err
				}
				out += fmt.Sprintln(name, len(all))
			}
			return nil
		})
		return out
	}
	first := told(3)
	if again := told(3); again != first {
		t.Errorf("got another year:\n%s\nthan before:\n%s", again, first)
	}
	if told(4) == first {
		t.Error("another seed is the same year: nothing depends on the dice")
	}
}
