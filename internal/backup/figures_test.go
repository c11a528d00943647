package backup_test

import (
	"context"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/backup"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/disclosure"
	left "rinnalla.fi/rinnalla/internal/release"
	"rinnalla.fi/rinnalla/internal/storage"
)

// leave lets a subject's year leave, and gives its rows by period.
func (o *organisation) leave(subject string, d disclosure.Data) map[string]left.Line {
	o.t.Helper()
	out := map[string]left.Line{}
	o.must(func(ctx context.Context, tx *storage.Tx) error {
		today := calendar.LocalOf(o.clock.Now(), "Europe/Helsinki").Day
		lines, err := left.Tell(ctx, tx, left.Subject{ID: subject}, left.Ask{Today: today, Data: d, Rows: left.Grid(2027, []string{"a", "b"}, []string{"a"}, []string{"b"})})
		for _, l := range lines {
			if len(l.Row.Services) == 2 {
				out[l.Row.Period.String()] = l
			} else {
				out[l.Row.Services[0]+" "+l.Row.Period.String()] = l
			}
		}
		return err
	})
	return out
}

func answers(in map[[2]string]int) disclosure.Data {
	d := disclosure.Data{"": {}}
	for at, n := range in {
		d[""][disclosure.Atom{Service: at[0], Month: at[1]}] = disclosure.Count{N: n}
	}
	return d
}

// An old backup must not forget what has left since (D-217.4): had the restored house told the half-year of which a quarter had left after the backup,
// the other quarter would come out. With the list the subject is held by name; without it all are.
func TestRestoreKnowsThatFiguresHaveLeft(t *testing.T) {
	each(t, func(o *organisation) {
		t := o.t
		first := map[[2]string]int{{"a", "2027-02"}: 9, {"b", "2027-02"}: 9}
		o.clock.Set(time.Date(2027, 4, 2, 8, 0, 0, 0, time.UTC))
		o.leave("known", answers(first))
		o.leave("still", answers(first))
		made := o.backUp()
		o.clock.Set(time.Date(2027, 7, 2, 8, 0, 0, 0, time.UTC))
		later := map[[2]string]int{{"a", "2027-02"}: 9, {"b", "2027-02"}: 9, {"a", "2027-05"}: 30, {"b", "2027-05"}: 6}
		if l := o.leave("known", answers(later)); l["2027/4-2"].N != 36 || l["b 2027/4-2"].N != 6 {
			t.Fatalf("%+v", l)
		}
		if l := o.leave("new", answers(later)); l["2027/2-1"].N != 54 {
			t.Fatalf("%+v", l)
		}
		if err := o.db.Close(); err != nil {
			t.Fatal(err)
		}
		for name, list := range map[string]string{"with the list": o.options.List, "without it": ""} {
			to := o.nowhere()
			from := o.from(made, to)
			from.List, from.AcceptGaps = list, true
			r, err := backup.Restore(t.Context(), from)
			if err != nil || r.Known != (list != "") || list != "" && r.Again.Releases != 2 {
				t.Fatalf("%s: %+v, %v", name, r, err)
			}
			o.db = o.start(to)
			// The answers of May are lost but for two of each.
			back := answers(map[[2]string]int{{"a", "2027-02"}: 9, {"b", "2027-02"}: 9, {"a", "2027-05"}: 27, {"b", "2027-05"}: 5})
			for _, subject := range []string{"known", "new", "still"} {
				l := o.leave(subject, back)
				if subject == "still" && list != "" {
					if l["2027/2-1"].State != left.Told || l["2027/2-1"].N != 50 {
						t.Errorf("%s, %s: nothing had left after the backup: %+v", name, subject, l["2027/2-1"])
					}
					continue
				}
				for _, p := range []string{"2027/2-1", "2027/4-2", "b 2027/4-2", "b 2027/2-1"} {
					if l[p].State != left.Before || l[p].Shows() {
						t.Errorf("%s, %s: %s tells %+v", name, subject, p, l[p])
					}
				}
				if quarter := l["2027/4-1"]; subject != "new" && quarter.N != 18 {
					t.Errorf("%s, %s: what had left is known anyway: %+v", name, subject, quarter)
				}
			}
			if err := o.db.Close(); err != nil {
				t.Fatal(err)
			}
		}
		o.db = o.start(o.nowhere())
	})
}
