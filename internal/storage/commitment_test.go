package storage_test

import (
	"reflect"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

var county = commitment.Payer{ID: "county", Name: "Pohjois-Pohjanmaa", Contact: "PL 1\n90015 Oulu", Controller: "Pohjois-Pohjanmaan hyvinvointialue",
	Privacy: "tietosuoja@example.org", ByNumber: true, Active: true}

// granted puts a commitment of ten visits for a new person.
func (h house) granted(number string) (episode.Episode, commitment.Commitment) {
	e := h.episode("Aino", "buyer")
	e.Limit, e.ID = 10, e.ID+"x"
	h.must(h.tx.PutEpisode(h.ctx, e))
	h.grant(e)
	c := commitment.Commitment{Episode: e.ID, Payer: county.ID, Number: seal.Of(number), SocialWorker: seal.Of("Tiina N."), Kind: "couple", Granted: 10,
		Workers: 2, Route: "a", ChildWelfare: true, Agreed: "2027-01-11", Recorded: "2027-01-12",
		Periods: []commitment.Period{{First: "2027-01-12", Last: "2027-06-30", Recorded: "2027-01-12"}}}
	h.must(h.tx.PutCommitment(h.ctx, c))
	h.must(h.tx.AddPeriod(h.ctx, e.ID, c.Periods[0]))
	return e, c
}

// What is granted comes back as it was put, to those who may see it, and the second worker sees it like the first.
func TestCommitmentRows(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) {
			same := func(what string, got, want any, err error) {
				t.Helper()
				h.must(err)
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s: got\n%+v\nwant\n%+v", what, plain(got), plain(want))
				}
			}
			h.must(h.tx.PutPayer(h.ctx, county))
			p, err := h.tx.Payer(h.ctx, county.ID)
			same("payer", p, county, err)
			e, c := h.granted("PPHVA-1")
			read, err := h.tx.Commitment(h.ctx, e.ID)
			same("commitment", read, c, err)
			more := commitment.Period{First: "2027-07-01", Last: "2027-12-31", Recorded: "2027-06-15"}
			h.must(h.tx.AddPeriod(h.ctx, e.ID, more))
			c.Periods = append(c.Periods, more)

			v := visit(e, 1, clockAt("2027-02-01", "23:30"))
			v.State, v.Counted, v.Place = appointment.Held, true, seal.Text{}
			h.put(v)
			h.must(h.tx.PutEntry(h.ctx, v, "2027-02-02"))
			h.must(h.tx.PutEndVisit(h.ctx, v))
			day, err := h.tx.Entry(h.ctx, v.ID)
			same("entry", day, calendar.Date("2027-02-02"), err)
			h.must(h.tx.PutSecond(h.ctx, e.ID, colleague))

			for who, sees := range map[access.AccountID]access.Relation{own: access.ByWorker, colleague: access.ByWorker, coordinator: access.ByCoordinator, stranger: ""} {
				all, err := h.tx.Commitments(h.ctx, by(who), commitment.Wanted{Episode: e.ID})
				h.must(err)
				if sees == "" {
					same("to "+string(who), len(all), 0, nil)
					continue
				}
				same("to "+string(who), len(all), 1, nil)
				it := all[0]
				same("to "+string(who), it.Commitment, c, nil)
				same("relation of "+string(who), it.Relation, sees, nil)
				same("name to "+string(who), it.Name != "", sees == access.ByWorker, nil)
				if len(it.Visits) != 1 || !it.Visits[0].End || it.Visits[0].Entry != "2027-02-02" || it.Visits[0].At.Day != "2027-02-01" || it.Second != colleague {
					t.Errorf("to %s: %+v", who, it)
				}
			}
			h.must(h.tx.PutSecond(h.ctx, e.ID, ""))
			all, err := h.tx.Commitments(h.ctx, by(colleague), commitment.Wanted{All: true})
			same("to a second worker who has left", len(all), 0, err)
			s, err := h.tx.EpisodeState(h.ctx, e.ID)
			h.must(err)
			if len(s.Cover) != 2 || !s.Covers("2027-12-31") || s.Covers("2028-01-01") || !s.IsEnd(string(v.ID)) {
				t.Errorf("the engine sees %+v", s)
			}
		})
	})
}

// A payer's number stands once, also for two who record at the same moment; another payer may use the same.
func TestCommitmentNumberOnce(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) { h.must(h.tx.PutPayer(h.ctx, county)); h.granted("PPHVA-1") })
		err := try(t, db, func(h house) error {
			e := h.episode("Toinen", "buyer")
			c := commitment.Commitment{Episode: e.ID, Payer: county.ID, Number: seal.Of("PPHVA-1"), Kind: "individual", Granted: e.Limit, Workers: 1, Route: "b", Recorded: "2027-01-12"}
			return h.tx.PutCommitment(h.ctx, c)
		})
		if !fault.HasKey(err, "commitment.number-taken") {
			t.Errorf("the same number twice: %v", err)
		}
	})
}

// What no commitment may be, the schema refuses, whatever the code above does: another regime than the buyer's, another
// number of visits than the episode's, a child-welfare client without a social worker.
func TestCommitmentSchemaRefuses(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		in(t, db, func(h house) { h.must(h.tx.PutPayer(h.ctx, county)) })
		for name, wrong := range map[string]func(h house) error{
			"another regime": func(h house) error {
				e := h.episode("A", "goals")
				return h.tx.PutCommitment(h.ctx, commitment.Commitment{Episode: e.ID, Payer: county.ID, Number: seal.Of("1"), Kind: "couple", Granted: e.Limit, Workers: 1, Route: "a"})
			},
			"another limit": func(h house) error {
				e := h.episode("A", "buyer")
				return h.tx.PutCommitment(h.ctx, commitment.Commitment{Episode: e.ID, Payer: county.ID, Number: seal.Of("1"), Kind: "couple", Granted: e.Limit + 1, Workers: 1, Route: "a"})
			},
			"no social worker": func(h house) error {
				e := h.episode("A", "buyer")
				return h.tx.PutCommitment(h.ctx, commitment.Commitment{Episode: e.ID, Payer: county.ID, Number: seal.Of("1"), Kind: "couple", Granted: e.Limit, Workers: 1, Route: "a", ChildWelfare: true})
			},
			"an entry of another regime": func(h house) error {
				e := h.episode("A", "none")
				v := visit(e, 1, clockAt("2027-02-01", "10:00"))
				h.put(v)
				return h.tx.PutEntry(h.ctx, v, "2027-02-02")
			},
			"days in the wrong order": func(h house) error {
				e, _ := h.granted("2")
				return h.tx.AddPeriod(h.ctx, e.ID, commitment.Period{First: "2027-09-01", Last: "2027-08-01"})
			},
		} {
			if err := try(t, db, wrong); err == nil {
				t.Errorf("%s was kept", name)
			}
		}
	})
}

// Erasing the episode leaves nothing of what was granted.
func TestCommitmentGoesWithItsEpisode(t *testing.T) {
	furnished(t, func(t *testing.T, db *storage.DB, _ *storagetest.Clock) {
		var e episode.Episode
		in(t, db, func(h house) {
			h.must(h.tx.PutPayer(h.ctx, county))
			e, _ = h.granted("1")
			v := visit(e, 1, clockAt("2027-02-01", "10:00"))
			h.put(v)
			h.must(h.tx.PutEntry(h.ctx, v, "2027-02-02"))
			h.must(h.tx.PutEndVisit(h.ctx, v))
			h.must(h.tx.PutSecond(h.ctx, e.ID, colleague))
			h.must(h.tx.EraseEpisode(h.ctx, e.ID))
			for _, table := range []string{"commitment", "commitment_period", "buyer_entry", "end_visit", "second_worker"} {
				n := 0
				h.must(h.tx.Row(h.ctx, "SELECT count(*) FROM "+table).Scan(&n))
				if n != 0 {
					t.Errorf("%s keeps %d rows", table, n)
				}
			}
		})
	})
}
