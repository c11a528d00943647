package circle_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/wall"
)

// must fails the test at once.
func (c *club) must(errs ...error) {
	c.t.Helper()
	for _, err := range errs {
		if err != nil {
			c.t.Fatal(err)
		}
	}
}

// leads asks somebody and has them say yes.
func (c *club) leads(g circle.Circle, no int, who access.Actor) {
	c.t.Helper()
	c.must(c.ask(g, no, who), c.yes(g, no, who))
}

// want has somebody who stands in looked for.
func (c *club) want(g circle.Circle, nos ...int) {
	c.t.Helper()
	for _, no := range nos {
		c.must(c.try(func(ctx context.Context, tx *storage.Tx) error {
			return circle.WantLead(ctx, tx, c.Models, c.Coordinator, g.ID, no, true)
		}))
	}
}

// asked is everybody who was asked about the group or a meeting of it.
func (c *club) asked(g circle.Circle) (out []circle.Asked) {
	c.t.Helper()
	c.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		out, err = tx.AskedOf(ctx, g.ID)
		return err
	})
	return out
}

// told are those to whom letters of a kind wait, who are then forgotten.
func (c *club) told(kind string) (out []string) {
	c.t.Helper()
	c.do(func(ctx context.Context, tx *storage.Tx) error {
		due, err := tx.TakeJobs(ctx, []string{kind}, tx.Now().Add(24*time.Hour), 20)
		for _, j := range due {
			out = append(out, j.Object)
			if err := tx.DropJob(ctx, j.ID); err != nil {
				return err
			}
		}
		return err
	})
	slices.Sort(out)
	return out
}

// letterTo is what a letter to a volunteer is about.
func (c *club) letterTo(who ...access.Actor) (out []string) {
	c.t.Helper()
	c.do(func(ctx context.Context, tx *storage.Tx) error {
		for _, w := range who {
			v, err := tx.VolunteerOf(ctx, w.Account)
			if err != nil {
				return err
			}
			out = append(out, string(v.ID))
		}
		return nil
	})
	slices.Sort(out)
	return out
}

// R-233, decision 0070: a mark is one volunteer's for one group or one of its meetings. Copied to somebody else, another group or another
// meeting it leads nothing.
func TestMarkIsForOneThing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		o := c.helps()
		timo, ari := c.trained(o, "Timo"), c.trained(o, "Ari")
		g, other := c.group(c.Coordinator, 8), c.group(c.Coordinator, 8)
		c.leads(g, 0, timo)
		c.want(g, 2, 3)
		c.leads(g, 2, ari)
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			here, err := tx.Circle(ctx, g.ID)
			if err != nil {
				return err
			}
			elsewhere := other
			elsewhere.Leaders, elsewhere.Cleared = []access.AccountID{timo.Account}, here.Cleared
			if err := tx.PutCircle(ctx, elsewhere); err != nil {
				return err
			}
			mark := here.Cleared[timo.Account]
			here.Leaders, here.Cleared = []access.AccountID{timo.Account, ari.Account}, maps.Clone(here.Cleared)
			here.Cleared[ari.Account] = mark
			if err := tx.PutCircle(ctx, here); err != nil {
				return err
			}
			all, err := tx.CircleMeetings(ctx, []circle.ID{g.ID})
			if err != nil {
				return err
			}
			third := all[2]
			third.Lead, third.Substitute, third.Cleared = circle.Found, ari.Account, all[1].Cleared
			if err := tx.PutCircleMeeting(ctx, third); err != nil {
				return err
			}
			fourth := all[3]
			fourth.Lead, fourth.Substitute, fourth.Cleared = circle.Found, timo.Account, mark
			return tx.PutCircleMeeting(ctx, fourth)
		})
		own := c.mine(timo)
		if len(own) != 1 || own[0].ID != g.ID || len(own[0].StandsIn) != 0 {
			t.Errorf("a group's mark in another group, or at a meeting, leads: %+v", own)
		}
		own = c.mine(ari)
		if len(own) != 1 || own[0].Leads || !slices.Equal(own[0].StandsIn, []int{2}) {
			t.Errorf("somebody else's mark, or another meeting's, leads: %+v", own)
		}
	})
}

// Decision 0070: two lead at the most, whoever is asked and in whichever way; what others were asked is gone then and does not come back.
func TestTwoLeadAtTheMost(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		o := c.helps()
		timo, ari, pekka := c.trained(o, "Timo"), c.trained(o, "Ari"), c.trained(o, "Pekka")
		g := c.group(c.Coordinator, 8) // whom the coordinator leads herself
		for _, who := range []access.Actor{timo, ari} {
			c.must(c.ask(g, 0, who))
		}
		c.must(c.yes(g, 0, timo))
		if own := c.mine(ari); len(own) != 0 || len(c.asked(g)) != 0 {
			t.Errorf("the other question stands still: %+v", own)
		}
		if err := c.ask(g, 0, pekka); !fault.HasKey(err, "circle.no-room") {
			t.Errorf("a third: %v", err)
		}
		g = c.group(c.Coordinator, 8)
		c.leads(g, 0, timo)
		c.must(c.try(func(ctx context.Context, tx *storage.Tx) error { // the volunteer alone, and then two of them
			return circle.SetLeaders(ctx, tx, c.Models, anybody, c.Coordinator, g.ID, []access.AccountID{timo.Account})
		}))
		c.leads(g, 0, ari)
		for _, who := range []access.Actor{timo, ari} {
			if own := c.mine(who); !slices.ContainsFunc(own, func(x circle.Own) bool { return x.ID == g.ID && x.Leads }) {
				t.Errorf("one of two leads no more: %+v", own)
			}
		}
		late := c.group(c.Coordinator, 8)
		c.must(c.ask(late, 0, pekka), c.try(func(ctx context.Context, tx *storage.Tx) error { // a worker is there first
			return circle.SetLeaders(ctx, tx, c.Models, anybody, c.Coordinator, late.ID, []access.AccountID{c.Coordinator.Account, c.Worker.Account})
		}))
		if own := c.mine(pekka); len(own) != 0 {
			t.Errorf("what a full group asks: %+v", own)
		}
		if err := c.yes(late, 0, pekka); !fault.HasKey(err, "circle.first") {
			t.Errorf("yes to a full group: %v", err)
		}
	})
}

// only a coordinator of the unit asks, only a volunteer of the unit is asked, only where the service has a task for it, and
// of the day on which one would begin.
func TestWhoAsksWhom(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		o := c.helps()
		timo := c.trained(o, "Timo")
		g := c.group(c.Worker, 8)
		if err := c.try(func(ctx context.Context, tx *storage.Tx) error {
			return circle.Ask(ctx, tx, c.Models, c.ready(tx), c.Worker, g.ID, 0, timo.Account)
		}); !fault.Is(err, fault.NotFound) {
			t.Errorf("a worker who leads asks: %v", err)
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			s, err := circle.See(ctx, tx, c.Models, c.Worker, g.ID)
			if err != nil {
				return err
			}
			if a, err := circle.AskingFor(ctx, tx, c.ready(tx), s, 0); err != nil || len(a.Candidates) != 0 {
				t.Errorf("a worker who leads reads who may be asked: %+v, %v", a, err)
			}
			return nil
		})
		c.must(c.ask(g, 0, timo))
		if err := c.try(func(ctx context.Context, tx *storage.Tx) error {
			return circle.Unask(ctx, tx, c.Models, c.Worker, g.ID, 0, timo.Account)
		}); !fault.Is(err, fault.NotFound) || len(c.asked(g)) != 1 {
			t.Errorf("a worker who leads takes the question back: %v", err)
		}
		if err := c.try(func(ctx context.Context, tx *storage.Tx) error {
			return circle.SetLeaders(ctx, tx, c.Models, anybody, c.Worker, g.ID, []access.AccountID{c.Worker.Account, c.Colleague.Account})
		}); !fault.Is(err, fault.NotFound) {
			t.Errorf("a worker who leads says who leads: %v", err)
		}

		far := c.trained(o, "Kaukana")
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			v, err := tx.VolunteerOf(ctx, far.Account)
			v.Unit = c.Stranger.Roles[0].Unit
			if err != nil {
				return err
			}
			return tx.PutVolunteer(ctx, v)
		})
		if err := c.ask(g, 0, far); !fault.Is(err, fault.NotFound) {
			t.Errorf("a volunteer of another unit is asked: %v", err)
		}
		if _, may := c.asking(g, 0); slices.Contains(may, "Kaukana") {
			t.Errorf("%v may be asked", may)
		}

		var guided circle.Circle
		c.do(func(ctx context.Context, tx *storage.Tx) (err error) {
			guided, err = circle.Plan(ctx, tx, c.Models, anybody, c.Coordinator, circle.New{Offer: c.guided, Day: "2027-03-18", Clock: "18:00", Minutes: 90, Weeks: 1, Number: 10,
				Places: 8, Place: c.office, Leaders: []access.AccountID{c.Coordinator.Account}})
			return err
		})
		if err := c.ask(guided, 0, timo); !fault.Is(err, fault.NotFound) {
			t.Errorf("a service whose workers lead asks a volunteer: %v", err)
		}

		c.want(g, 1, 2)
		c.do(func(ctx context.Context, tx *storage.Tx) error { // away on the day of the first meeting, and back for the second
			v, err := tx.VolunteerOf(ctx, timo.Account)
			v.Path.Pause = volunteer.Pause{From: "2027-03-10", Until: "2027-03-20"}
			if err != nil {
				return err
			}
			return tx.PutVolunteer(ctx, v)
		})
		if err := c.ask(g, 1, timo); !fault.HasKey(err, "volunteer.may-pause") {
			t.Errorf("asked for a day in a break: %v", err)
		}
		if own := c.mine(timo); len(own) != 0 {
			t.Errorf("asked to begin in a break: %+v", own)
		}
	})
}

// whoever was asked and has not said yes does nothing in the group, and reads no link; a worker has no way in by a volunteer's pages.
func TestWhoWasAskedDoesNothing(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		c := build(t, db)
		o := c.helps()
		timo, ari := c.trained(o, "Timo"), c.trained(o, "Ari")
		var g circle.Circle
		c.do(func(ctx context.Context, tx *storage.Tx) (err error) {
			g, err = circle.Plan(ctx, tx, c.Models, anybody, c.Coordinator, circle.New{Offer: c.sakki, Kind: "talk", Day: "2027-03-16", Clock: "18:00", Minutes: 90, Weeks: 2, Number: 4, Places: 8,
				Online: true, Link: "https://example.org/huone"})
			return err
		})
		c.leads(g, 0, timo)
		c.must(c.ask(g, 0, ari))
		if own := c.mine(timo); len(own) != 1 || own[0].Link.Reveal() == "" {
			t.Errorf("who leads has no link: %+v", own)
		}
		if own := c.mine(ari); len(own) != 1 || own[0].Link.Reveal() != "" {
			t.Errorf("who was asked has the link: %+v", own)
		}
		c.must(c.no(g, 2, ari)) // a meeting that is nobody's question to them
		if m := c.at(g, 2); m.Lead != "" {
			t.Errorf("somebody who only was asked has a leader looked for: %+v", m)
		}
		c.want(g, 1)
		clock.Set(c.at(g, 1).Starts.Add(-time.Hour))
		do := map[string]func(ctx context.Context, tx *storage.Tx) error{
			"comes after all": func(ctx context.Context, tx *storage.Tx) error {
				return circle.ComeAfterAll(ctx, tx, c.Models, ari, g.ID, 1)
			},
			"proposes a topic": func(ctx context.Context, tx *storage.Tx) error {
				return circle.ProposeMine(ctx, tx, c.Models, ari, g.ID, "Isyys")
			},
			"takes a topic away": func(ctx context.Context, tx *storage.Tx) error {
				return circle.DropMine(ctx, tx, c.Models, ari, g.ID, "isyys")
			},
			"opens the list of names": func(ctx context.Context, tx *storage.Tx) error {
				_, err := circle.See(ctx, tx, c.Models, ari, g.ID)
				return err
			},
			"and a worker opens a volunteer's page": func(ctx context.Context, tx *storage.Tx) error {
				_, err := circle.One(ctx, tx, c.Models, c.ready(tx), c.Coordinator, g.ID)
				return err
			},
		}
		for name, act := range do {
			if err := c.try(act); !fault.Is(err, fault.NotFound) {
				t.Errorf("who was asked %s: %v", name, err)
			}
		}
		clock.Set(c.at(g, 1).Starts.Add(time.Hour))
		if err := c.try(func(ctx context.Context, tx *storage.Tx) error {
			return circle.CountMine(ctx, tx, c.Models, ari, g.ID, 1, 3)
		}); !fault.Is(err, fault.NotFound) {
			t.Errorf("who was asked counts: %v", err)
		}
		c.must(c.try(func(ctx context.Context, tx *storage.Tx) error {
			return circle.Count(ctx, tx, c.Models, c.Coordinator, g.ID, 1, 3)
		}))
		if got := c.gave(timo); got != 0 {
			t.Errorf("whoever could not come gave %d minutes of a meeting that wanted somebody (decision 0073)", got)
		}
	})
}

// who leads cannot send home whoever stands in, and nobody says "I cannot come" of what has begun; a question of a meeting
// that is called off, or found somebody, is gone for good.
func TestWhatIsFoundStays(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		c := build(t, db)
		o := c.helps()
		timo, ari, pekka := c.trained(o, "Timo"), c.trained(o, "Ari"), c.trained(o, "Pekka")
		g := c.group(c.Coordinator, 8)
		c.leads(g, 0, timo)
		c.want(g, 2, 3)
		c.must(c.ask(g, 2, ari), c.ask(g, 2, pekka), c.yes(g, 2, pekka), c.no(g, 2, timo))
		if m := c.at(g, 2); m.Lead != circle.Found || m.Substitute != pekka.Account {
			t.Errorf("who leads sent home who stands in: %+v", m)
		}
		if err := c.ask(g, 2, ari); !fault.HasKey(err, "circle.no-room") {
			t.Errorf("asked for a meeting that found somebody: %v", err)
		}
		c.must(c.no(g, 2, pekka))
		if err := c.yes(g, 2, ari); !fault.HasKey(err, "circle.first") {
			t.Errorf("a question that was answered by another comes back: %v", err)
		}
		c.must(c.ask(g, 3, ari), c.try(func(ctx context.Context, tx *storage.Tx) error {
			return circle.Cancel(ctx, tx, c.Models, c.Coordinator, g.ID, 3)
		}))
		if left := c.asked(g); len(left) != 0 {
			t.Errorf("a meeting that is called off still asks: %v", left)
		}
		c.must(c.try(func(ctx context.Context, tx *storage.Tx) error { // on another day again
			return circle.Move(ctx, tx, c.Models, c.Coordinator, g.ID, 3, "2027-04-14", "18:00", false)
		}))
		c.want(g, 3)
		c.leads(g, 2, ari)
		c.leads(g, 3, ari)
		clock.Set(c.at(g, 2).Starts.Add(time.Hour))
		if err := c.no(g, 2, ari); !fault.HasKey(err, "circle.over") {
			t.Errorf("cannot come to what has begun: %v", err)
		}
		count := func() error {
			return c.try(func(ctx context.Context, tx *storage.Tx) error {
				return circle.CountMine(ctx, tx, c.Models, ari, g.ID, 2, 4)
			})
		}
		c.must(count())
		if own := c.mine(ari); len(own) != 1 || !slices.Equal(own[0].StandsIn, []int{3}) {
			t.Errorf("what was counted is led still: %+v", own)
		}
		if err := count(); !fault.Is(err, fault.NotFound) {
			t.Errorf("who stood in counts again: %v", err)
		}
	})
}

// letters to whoever leads, stands in or was asked when a meeting moves, to whoever stood in when another does, and to the
// coordinators when a volunteer cannot come or leads no more.
func TestWhoIsWrittenTo(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		o := c.helps()
		timo, ari, pekka := c.trained(o, "Timo"), c.trained(o, "Ari"), c.trained(o, "Pekka")
		c.trained(o, "Muu")
		g := c.group(c.Coordinator, 8)
		c.leads(g, 0, timo)
		c.want(g, 2, 3)
		c.leads(g, 2, ari)
		c.must(c.ask(g, 3, pekka))
		same := func(what, kind string, want []string, errs ...error) {
			t.Helper()
			c.must(errs...)
			if got := c.told(kind); !slices.Equal(got, want) {
				t.Errorf("%s: letters to %v, want %v", what, got, want)
			}
		}
		same("asked", volunteer.TellVolunteer, c.letterTo(timo, ari, pekka))
		same("a meeting moves", volunteer.TellVolunteer, c.letterTo(timo, ari, pekka), c.try(func(ctx context.Context, tx *storage.Tx) error {
			return circle.Move(ctx, tx, c.Models, c.Coordinator, g.ID, 1, "2027-03-17", "18:00", false)
		}))
		same("a worker stands in instead", volunteer.TellVolunteer, c.letterTo(ari), c.try(func(ctx context.Context, tx *storage.Tx) error {
			return circle.Substitute(ctx, tx, c.Models, anybody, c.Coordinator, g.ID, 2, c.Worker.Account)
		}))
		coordinator := []string{string(c.Coordinator.Account)}
		c.told(appointment.TellWorker)
		same("a volunteer cannot come", appointment.TellWorker, coordinator, c.no(g, 4, timo))
		same("a volunteer leads no more", appointment.TellWorker, coordinator, c.no(g, 0, timo))
		same("somebody who was asked says no", appointment.TellWorker, nil, c.no(g, 3, pekka))
	})
}

// Decision 0070: of somebody who leads, the coordinator reads which training is missing, and never that a wall has come.
func TestWhatIsMissingOfWhoLeads(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		o := c.helps()
		timo, ari := c.trained(o, "Timo"), c.trained(o, "Ari")
		a := c.client().Request
		g, other := c.group(c.Coordinator, 8), c.group(c.Coordinator, 8)
		c.leads(g, 0, timo)
		c.leads(other, 0, ari)
		c.must(c.come(a.Person, g))
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			return tx.PutApart(ctx, wall.Apart{ID: id.New(), Person: a.Person, Account: timo.Account})
		})
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			v, err := tx.VolunteerOf(ctx, ari.Account)
			v.Path.Trainings = v.Path.Trainings[:1]
			if err != nil {
				return err
			}
			return tx.PutVolunteer(ctx, v)
		})
		if own := c.mine(timo); len(own) != 1 || own[0].Against != nil {
			t.Errorf("a wall is told: %+v", own)
		}
		if own := c.mine(ari); len(own) != 1 || !fault.HasKey(own[0].Against, "volunteer.may-training") {
			t.Errorf("what is missing is not told: %+v", own)
		}
	})
}
