package commitment_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
)

// every field that is wrong is told at once, at its input, and nothing is kept.
func TestRecordTellsAllMistakes(t *testing.T) {
	each(t, func(h house) {
		for name, c := range map[string]struct {
			change func(n *commitment.New)
			want   string
		}{
			"nine":               {func(n *commitment.New) { n.Granted = 9 }, "granted"},
			"twenty-one":         {func(n *commitment.New) { n.Granted = 21 }, "granted"},
			"no number of them":  {func(n *commitment.New) { n.Granted = 0 }, "granted"},
			"one worker":         {func(n *commitment.New) { n.Workers, n.Second = 1, "" }, "workers"},
			"nobody second":      {func(n *commitment.New) { n.Second = "" }, "second"},
			"the same twice":     {func(n *commitment.New) { n.Second = n.Worker }, "second"},
			"somebody else's":    {func(n *commitment.New) { n.Worker = kalle.Account }, "worker"},
			"no payer":           {func(n *commitment.New) { n.Payer = "" }, "payer"},
			"unknown payer":      {func(n *commitment.New) { n.Payer = "who" }, "payer"},
			"no number":          {func(n *commitment.New) { n.Number = " " }, "number"},
			"a story":            {func(n *commitment.New) { n.Number = "Hän kertoi eilen, että kaikki alkoi uudestaan" }, "number"},
			"a formula":          {func(n *commitment.New) { n.Number = "=1+1" }, "number"},
			"no route":           {func(n *commitment.New) { n.Route = "" }, "route"},
			"another route":      {func(n *commitment.New) { n.Route = "c" }, "route"},
			"backwards":          {func(n *commitment.New) { n.Last = n.First }, "last"},
			"over":               {func(n *commitment.New) { n.First, n.Last = "2026-01-01", "2026-06-30" }, "last"},
			"no last day":        {func(n *commitment.New) { n.Last = "" }, "last"},
			"a slip of the year": {func(n *commitment.New) { n.Last = "2037-06-30" }, "last"},
			"not said":           {func(n *commitment.New) { n.ChildWelfare = "" }, "child-welfare"},
			"nobody named":       {func(n *commitment.New) { n.ChildWelfare, n.Agreed = "yes", "2027-01-11" }, "social-worker"},
			"no day agreed":      {func(n *commitment.New) { n.ChildWelfare, n.SocialWorker = "yes", "Tiina N." }, "agreed"},
			"agreed tomorrow":    {func(n *commitment.New) { n.SocialWorker, n.Agreed = "Tiina N.", "2027-01-13" }, "agreed"},
			"another kind":       {func(n *commitment.New) { n.Kind = "choir" }, "kind"},
		} {
			n := couple()
			c.change(&n)
			err := h.try(func(tx *storage.Tx) error {
				_, err := commitment.Record(h.ctx, tx, h.ms, leena, n)
				return err
			})
			if fields := fault.Of(err).Fields; !fault.Is(err, fault.Invalid) || !slices.ContainsFunc(fields, func(f fault.Field) bool { return f.Name == c.want }) {
				t.Errorf("%s: %v, want a mistake at %s", name, err, c.want)
			}
			for _, lang := range locale.Langs() {
				for _, f := range fault.Of(err).Fields {
					if said := locale.For(lang).Field(f); len(said) < 5 {
						t.Errorf("%s in %s: %q", name, lang, said)
					}
				}
			}
		}
		h.do(func(tx *storage.Tx) error {
			all, err := tx.Commitments(h.ctx, leena, commitment.Wanted{All: true})
			if len(all) != 0 {
				t.Errorf("%d were kept", len(all))
			}
			return err
		})
	})
}

// Only coordinators of the unit record, and only where somebody pays; to everybody else there is nothing.
func TestWhoMayRecord(t *testing.T) {
	each(t, func(h house) {
		for name, c := range map[string]struct {
			by   access.Actor
			key  string
			want func(n *commitment.New)
		}{
			"a worker":               {hanna, "not-found", func(*commitment.New) {}},
			"another unit":           {kalle, "not-found", func(*commitment.New) {}},
			"a service that is free": {leena, "commitment.none", func(n *commitment.New) { n.Contact.Offer = free }},
			"a contact of nobody's":  {leena, "not-found", func(n *commitment.New) { n.Request = intake.RequestID(id.New()) }},
		} {
			n := couple()
			c.want(&n)
			h.refused(c.key, func(tx *storage.Tx) error {
				_, err := commitment.Record(h.ctx, tx, h.ms, c.by, n)
				if !fault.HasKey(err, c.key) {
					t.Errorf("%s: %v", name, err)
				}
				return err
			})
		}
		ep := h.recorded(couple())
		for _, by := range []access.Actor{hanna, mikko} {
			h.refused("episode.coordinator", func(tx *storage.Tx) error {
				return commitment.Extend(h.ctx, tx, h.ms, by, ep, "2027-07-01", "2027-12-31")
			})
		}
		for _, by := range []access.Actor{outi, kalle} { // who may not know of it
			h.refused("not-found", func(tx *storage.Tx) error {
				return commitment.Extend(h.ctx, tx, h.ms, by, ep, "2027-07-01", "2027-12-31")
			})
			h.do(func(tx *storage.Tx) error {
				tasks, err := commitment.Tasks(h.ctx, tx, h.ms, by)
				if len(tasks) > 0 {
					t.Error(by.Account, "is told of it")
				}
				return err
			})
		}
		h.refused("commitment.overlap", func(tx *storage.Tx) error {
			return commitment.Extend(h.ctx, tx, h.ms, leena, ep, "2027-06-30", "2027-12-31")
		})
	})
}

// Two tabs that record the same number in the same second: one has it, and the other's mistake is told.
func TestRecordTwiceAtOnce(t *testing.T) {
	each(t, func(h house) {
		errs := make([]error, 2)
		var both sync.WaitGroup
		for i, by := range []access.Actor{leena, lauri} {
			both.Go(func() {
				errs[i] = h.try(func(tx *storage.Tx) error {
					_, err := commitment.Record(h.ctx, tx, h.ms, by, couple())
					return err
				})
			})
		}
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || !fault.HasKey(cmpOr(errs[0], errs[1]), "commitment.number-taken") {
			t.Errorf("got %v and %v, want one of them kept", errs[0], errs[1])
		}
	})
}

func cmpOr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// What is billed: the counted visits of the days, of those whom the coordinator may see, and each is noted.
func TestBillFor(t *testing.T) {
	each(t, func(h house) {
		ep := h.recorded(couple())
		a := h.booked(hanna, ep, at("2027-01-18", "09:00"))
		h.clock.Set(a.Ends.Add(time.Minute))
		h.do(func(tx *storage.Tx) error { return appointment.Hold(h.ctx, tx, h.ms, hanna, a.ID) })
		for _, c := range []struct {
			by          access.Actor
			first, last calendar.Date
			want        int
		}{{leena, "2027-01-01", "2027-01-31", 1}, {leena, "2027-01-18", "2027-01-18", 1}, {leena, "2027-01-19", "2027-01-31", 0}, {kalle, "2027-01-01", "2027-01-31", 0}} {
			h.do(func(tx *storage.Tx) error {
				b, err := commitment.BillFor(h.ctx, tx, h.ms, c.by, north, c.first, c.last)
				if b.Visits() != c.want || c.want == 1 && (b.Lines[0].Number != "PPHVA-2027-0142" || b.Lines[0].Workers != 2 || b.Lines[0].Work != "couple") {
					t.Errorf("%s from %s to %s: %+v", c.by.Account, c.first, c.last, b)
				}
				return err
			})
		}
		h.refused("commitment.period", func(tx *storage.Tx) error {
			_, err := commitment.BillFor(h.ctx, tx, h.ms, leena, north, "2027-02-01", "2027-01-01")
			return err
		})
		h.refused("not-found", func(tx *storage.Tx) error {
			_, err := commitment.BillFor(h.ctx, tx, h.ms, hanna, north, "2027-01-01", "2027-01-31")
			return err
		})
		h.do(func(tx *storage.Tx) error {
			all, err := tx.Audit(h.ctx, string(ep))
			n := 0
			for _, x := range all {
				if x.Action == "billed" && x.Account == leena.Account {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%d notes of the bill", n)
			}
			return err
		})
	})
}

// Whoever holds the code learns whose the documents are; before there is an episode there are none.
func TestControllers(t *testing.T) {
	each(t, func(h house) {
		ep := h.recorded(couple())
		h.do(func(tx *storage.Tx) error {
			all, err := commitment.Controllers(h.ctx, tx, intake.Holder{Episode: string(ep)})
			if len(all) != 1 || all[0].ID != north {
				t.Errorf("got %+v", all)
			}
			none, err2 := commitment.Controllers(h.ctx, tx, intake.Holder{Request: "r"})
			if len(none) != 0 || err2 != nil {
				t.Errorf("of a request %+v, %v", none, err2)
			}
			return err
		})
	})
}
