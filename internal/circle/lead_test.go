package circle_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/wall"
)

// helps is the offer about volunteers of the unit.
func (c *club) helps() (o organization.Offer) {
	c.t.Helper()
	c.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		m, _ := c.Models.Latest("volunteering")
		o, err = organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: c.Unit.ID, Model: m.ID, Version: m.Version, Slug: m.Slug, Position: 15, Open: true})
		return err
	})
	return o
}

// helper is an active volunteer of the unit with the task of leading groups, who has these trainings.
func (c *club) helper(o organization.Offer, name string, trainings ...string) access.Actor {
	c.t.Helper()
	by := storagetest.Hire(c.t, c.db, name, access.Membership{Unit: c.Unit.ID, Role: access.Volunteer})
	c.do(func(ctx context.Context, tx *storage.Tx) error {
		key, err := tx.NewKey()
		if err != nil {
			return err
		}
		v := volunteer.Volunteer{ID: volunteer.ID(id.New()), Unit: c.Unit.ID, Offer: o.ID, Account: by.Account, Key: key, State: volunteer.Active,
			Own:  volunteer.Own{Name: seal.Of(name), Email: seal.Of(name + "@example.org"), Lang: "fi", Letters: volunteer.Plain, QuietFrom: 21, QuietTo: 8},
			Path: volunteer.Path{Began: "2026-06-01", Inducted: true, Tasks: []string{"guide-group"}}}
		for _, t := range trainings {
			v.Path.Trainings = append(v.Path.Trainings, volunteer.Mark{What: t, Day: "2026-06-02"})
		}
		return tx.PutVolunteer(ctx, v)
	})
	return by
}

func (c *club) trained(o organization.Offer, name string) access.Actor {
	return c.helper(o, name, "induction", "peer-instructor")
}

func (c *club) ready(tx *storage.Tx) circle.Ready { return circle.Ready(shift.Eligible(tx, c.Models)) }

func (c *club) ask(g circle.Circle, no int, who access.Actor) error {
	return c.try(func(ctx context.Context, tx *storage.Tx) error {
		return circle.Ask(ctx, tx, c.Models, c.ready(tx), c.Coordinator, g.ID, no, who.Account)
	})
}

func (c *club) yes(g circle.Circle, no int, who access.Actor) error {
	return c.try(func(ctx context.Context, tx *storage.Tx) error {
		return circle.Yes(ctx, tx, c.Models, c.ready(tx), who, g.ID, no)
	})
}

func (c *club) no(g circle.Circle, no int, who access.Actor) error {
	return c.try(func(ctx context.Context, tx *storage.Tx) error { return circle.No(ctx, tx, c.Models, who, g.ID, no) })
}

func (c *club) mine(who access.Actor) (out []circle.Own) {
	c.t.Helper()
	c.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		out, err = circle.Mine(ctx, tx, c.Models, c.ready(tx), who)
		return err
	})
	return out
}

// at is the group's meeting as it stands.
func (c *club) at(g circle.Circle, no int) (m circle.Meeting) {
	c.t.Helper()
	c.do(func(ctx context.Context, tx *storage.Tx) error {
		all, err := tx.CircleMeetings(ctx, []circle.ID{g.ID})
		m = all[no-1]
		return err
	})
	return m
}

// asking are the names of who was asked and of who may be.
func (c *club) asking(g circle.Circle, no int) (asked, may []string) {
	c.t.Helper()
	c.do(func(ctx context.Context, tx *storage.Tx) error {
		s, err := circle.See(ctx, tx, c.Models, c.Coordinator, g.ID)
		if err != nil {
			return err
		}
		a, err := circle.AskingFor(ctx, tx, c.ready(tx), s, no)
		for _, v := range a.Asked {
			asked = append(asked, v.Own.Name.Reveal())
		}
		for _, v := range a.Candidates {
			may = append(may, v.Own.Name.Reveal())
		}
		return err
	})
	return asked, may
}

// gave is how many minutes stand at a volunteer.
func (c *club) gave(who access.Actor) (n int) {
	c.do(func(ctx context.Context, tx *storage.Tx) error {
		v, err := tx.VolunteerOf(ctx, who.Account)
		n = v.Path.Minutes
		return err
	})
	return n
}

// a trained volunteer is asked, says yes and leads: they see meetings, heads and topics, and no name.
func TestVolunteerLeadsAGroup(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		c := build(t, db)
		o := c.helps()
		timo, ari := c.trained(o, "Timo"), c.helper(o, "Ari", "induction")
		g := c.group(c.Coordinator, 8)
		c.join(g, "Make")
		if _, may := c.asking(g, 0); !slices.Equal(may, []string{"Timo"}) {
			t.Errorf("%v may be asked, want Timo alone", may)
		}
		if err := c.ask(g, 0, ari); !fault.HasKey(err, "volunteer.may-training") {
			t.Errorf("who has not been trained: %v", err)
		}
		if err := c.yes(g, 0, timo); !fault.HasKey(err, "circle.first") {
			t.Errorf("who was not asked: %v", err)
		}
		if err := c.ask(g, 0, timo); err != nil {
			t.Fatal(err)
		}
		if own := c.mine(timo); len(own) != 1 || own[0].Leads || !own[0].AskedFor(0) || len(own[0].Meetings) != 4 || own[0].Topics != nil || own[0].In != 0 {
			t.Errorf("what who was asked sees: %+v", own)
		}
		if err := c.yes(g, 0, timo); err != nil {
			t.Fatal(err)
		}
		if err := c.yes(g, 0, timo); err != nil {
			t.Errorf("pressing twice: %v", err)
		}
		own := c.mine(timo)
		if len(own) != 1 || !own[0].Leads || own[0].In != 1 || len(own[0].Asked) != 0 || own[0].Against != nil {
			t.Fatalf("what who leads sees: %+v", own)
		}
		if err := c.try(func(ctx context.Context, tx *storage.Tx) error {
			_, err := circle.See(ctx, tx, c.Models, timo, g.ID)
			return err
		}); !fault.Is(err, fault.NotFound) {
			t.Errorf("a volunteer opens the list of names: %v", err)
		}
		clock.Set(time.Date(2027, 3, 16, 17, 0, 0, 0, time.UTC))
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			if err := circle.ProposeMine(ctx, tx, c.Models, timo, g.ID, "Isyys"); err != nil {
				return err
			}
			return circle.CountMine(ctx, tx, c.Models, timo, g.ID, 1, 6)
		})
		if m := c.at(g, 1); m.State != circle.Held || m.Came != 6 {
			t.Errorf("counted %+v", m)
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error { // put right: heads change, and hours do not
			return circle.CountMine(ctx, tx, c.Models, timo, g.ID, 1, 5)
		})
		if got := c.gave(timo); got != g.Minutes {
			t.Errorf("who led gave %d minutes, want %d once (decision 0073)", got, g.Minutes)
		}
		if err := c.try(func(ctx context.Context, tx *storage.Tx) error {
			return circle.CountMine(ctx, tx, c.Models, ari, g.ID, 1, 5)
		}); !fault.Is(err, fault.NotFound) {
			t.Errorf("another volunteer counts: %v", err)
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error { // the coordinator leads it on to the two, and then to the volunteer alone
			return circle.SetLeaders(ctx, tx, c.Models, anybody, c.Coordinator, g.ID, []access.AccountID{timo.Account})
		})
		if own := c.mine(timo); len(own) != 1 || !own[0].Leads {
			t.Errorf("who leads alone: %+v", own)
		}
	})
}

// who cannot come says so; somebody who was asked stands in, the first who says yes; the other question is gone.
func TestVolunteerStandsIn(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		c := build(t, db)
		o := c.helps()
		timo, ari, pekka := c.trained(o, "Timo"), c.trained(o, "Ari"), c.trained(o, "Pekka")
		g := c.group(c.Coordinator, 8)
		if err := c.ask(g, 0, timo); err != nil {
			t.Fatal(err)
		}
		if err := c.yes(g, 0, timo); err != nil {
			t.Fatal(err)
		}
		if err := c.ask(g, 2, ari); !fault.HasKey(err, "circle.no-room") {
			t.Errorf("nobody is looked for: %v", err)
		}
		if err := c.no(g, 2, timo); err != nil {
			t.Fatal(err)
		}
		if m := c.at(g, 2); m.Lead != circle.Wanted {
			t.Errorf("the meeting: %+v", m)
		}
		for _, who := range []access.Actor{ari, pekka} {
			if err := c.ask(g, 2, who); err != nil {
				t.Fatal(err)
			}
		}
		if own := c.mine(ari); len(own) != 1 || len(own[0].Meetings) != 1 || own[0].Does() {
			t.Errorf("what who is asked for one meeting sees: %+v", own)
		}
		if err := c.yes(g, 2, pekka); err != nil {
			t.Fatal(err)
		}
		if err := c.yes(g, 2, ari); !fault.HasKey(err, "circle.first") {
			t.Errorf("the second yes: %v", err)
		}
		if own := c.mine(ari); len(own) != 0 {
			t.Errorf("the other question stands still: %+v", own)
		}
		if err := c.try(func(ctx context.Context, tx *storage.Tx) error {
			return circle.ComeAfterAll(ctx, tx, c.Models, timo, g.ID, 2)
		}); !fault.HasKey(err, "circle.first") {
			t.Errorf("coming after all, when somebody was found: %v", err)
		}
		if own := c.mine(pekka); len(own) != 1 || own[0].Leads || len(own[0].Meetings) != 1 || own[0].Meetings[0].No != 2 {
			t.Errorf("what who stands in sees: %+v", own)
		}
		if err := c.no(g, 2, pekka); err != nil { // cannot come either
			t.Fatal(err)
		}
		if m := c.at(g, 2); m.Lead != circle.Wanted || m.Substitute != "" || m.Cleared != nil {
			t.Errorf("after a second no: %+v", m)
		}
		if err := c.no(g, 0, timo); err != nil {
			t.Fatal(err)
		}
		if own := c.mine(timo); len(own) != 0 {
			t.Errorf("who leads no more: %+v", own)
		}
		if err := c.ask(g, 2, ari); err != nil {
			t.Fatal(err)
		}
		if err := c.yes(g, 2, ari); err != nil {
			t.Fatal(err)
		}
		clock.Set(c.at(g, 2).Starts.Add(time.Hour))
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			return circle.CountMine(ctx, tx, c.Models, ari, g.ID, 2, 4)
		})
		if c.gave(ari) != g.Minutes || c.gave(timo) != 0 || c.gave(pekka) != 0 {
			t.Errorf("who stood in gave %d minutes, who could not come %d and %d; want %d, 0, 0 (decision 0073)", c.gave(ari), c.gave(timo), c.gave(pekka), g.Minutes)
		}
	})
}

// two houses, in one of which somebody was asked and said no, are the same to every row, but for the letter; and the
// list of who may be asked is in the same order.
func TestDecliningAGroupLeavesNothing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		o := c.helps()
		timo := c.trained(o, "Timo")
		c.trained(o, "Ari")
		g := c.group(c.Coordinator, 8)
		in := storagetest.Look(t, db)
		before := in.Digest()
		_, may := c.asking(g, 0)
		if err := c.ask(g, 0, timo); err != nil {
			t.Fatal(err)
		}
		if err := c.no(g, 0, timo); err != nil {
			t.Fatal(err)
		}
		if changed := before.Changed(in.Digest()); !slices.Equal(changed, []string{"job"}) { // the letter, which has not left yet
			t.Errorf("changed %v", changed)
		}
		if _, again := c.asking(g, 0); !slices.Equal(may, again) {
			t.Errorf("who may be asked was %v, is %v", may, again)
		}
	})
}

// design 4.3: as far as it is known who comes, a volunteer who keeps away from one of them is no candidate, and can neither
// be asked nor say yes; nothing tells why.
func TestVolunteerBehindAWall(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		o := c.helps()
		timo, ari := c.trained(o, "Timo"), c.trained(o, "Ari")
		a := c.client().Request
		g := c.group(c.Coordinator, 8)
		for _, who := range []access.Actor{timo, ari} {
			if err := c.ask(g, 0, who); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.come(a.Person, g); err != nil {
			t.Fatal(err)
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			return tx.PutApart(ctx, wall.Apart{ID: id.New(), Person: a.Person, Account: timo.Account})
		})
		if own := c.mine(timo); len(own) != 0 {
			t.Errorf("what was asked before stands still: %+v", own)
		}
		if err := c.yes(g, 0, timo); !fault.HasKey(err, "circle.first") {
			t.Errorf("yes: %v", err)
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			return circle.Unask(ctx, tx, c.Models, c.Coordinator, g.ID, 0, timo.Account)
		})
		if _, may := c.asking(g, 0); slices.Contains(may, "Timo") {
			t.Errorf("%v may be asked", may)
		}
		if err := c.ask(g, 0, timo); !fault.HasKey(err, "circle.leader") {
			t.Errorf("asked: %v", err)
		}
		if err := c.yes(g, 0, ari); err != nil {
			t.Errorf("somebody else: %v", err)
		}
	})
}

// neither schema takes a leader or a substitute who is a volunteer and has no mark; and a mark that was made otherwise leads nothing.
func TestSchemaHasNoVolunteerWithoutAMark(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		timo := c.trained(c.helps(), "Timo")
		g := c.group(c.Coordinator, 8)
		forged := g
		forged.Leaders = []access.AccountID{timo.Account}
		if err := c.try(func(ctx context.Context, tx *storage.Tx) error { return tx.PutCircle(ctx, forged) }); err == nil {
			t.Error("a volunteer leads without a mark")
		}
		m := c.at(g, 1)
		m.Lead, m.Substitute = circle.Found, timo.Account
		if err := c.try(func(ctx context.Context, tx *storage.Tx) error { return tx.PutCircleMeeting(ctx, m) }); err == nil {
			t.Error("a volunteer stands in without a mark")
		}
		forged.Cleared = map[access.AccountID][]byte{timo.Account: make([]byte, 32)}
		c.do(func(ctx context.Context, tx *storage.Tx) error { return tx.PutCircle(ctx, forged) })
		if own := c.mine(timo); len(own) != 0 {
			t.Errorf("a forged mark leads: %+v", own)
		}
		if err := c.try(func(ctx context.Context, tx *storage.Tx) error {
			return circle.ProposeMine(ctx, tx, c.Models, timo, g.ID, "Isyys")
		}); !fault.Is(err, fault.NotFound) {
			t.Errorf("a forged mark proposes: %v", err)
		}
	})
}

// a letter that a meeting has moved waits for the end of the volunteer's quiet hours.
func TestLettersOfGroupsKeepQuietHours(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		c := build(t, db)
		timo := c.trained(c.helps(), "Timo")
		g := c.group(c.Coordinator, 8)
		if err := c.ask(g, 0, timo); err != nil {
			t.Fatal(err)
		}
		if err := c.yes(g, 0, timo); err != nil {
			t.Fatal(err)
		}
		storagetest.Look(t, db).Exec("DELETE FROM job")         // the first letter has left
		night := time.Date(2027, 3, 10, 21, 30, 0, 0, time.UTC) // 23.30 in Helsinki
		clock.Set(night)
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			return circle.Move(ctx, tx, c.Models, c.Coordinator, g.ID, 1, "2027-03-17", "18:00", false)
		})
		if m := c.at(g, 1); !m.Moved {
			t.Error("nothing says that the meeting has moved")
		}
		if got, want := c.letterAt(), time.Date(2027, 3, 11, 6, 0, 0, 0, time.UTC); !got.Equal(want) {
			t.Errorf("the letter leaves at %s, want %s", got, want)
		}
	})
}

// letterAt is when the next letter to a volunteer leaves.
func (c *club) letterAt() (at time.Time) {
	c.t.Helper()
	c.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		at, err = tx.NextJob(ctx, []string{volunteer.TellVolunteer})
		return err
	})
	return at
}

// a worker who cannot lead a meeting has the coordinators told at once, and once; a coordinator who says it herself is not, nor
// is anybody told that it was taken back.
func TestWorkerWhoCannotLeadTellsCoordinators(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		g := c.group(c.Worker, 8)
		told := func(by access.Actor, no int, wanted bool) (n int) {
			t.Helper()
			c.do(func(ctx context.Context, tx *storage.Tx) error {
				if err := circle.WantLead(ctx, tx, c.Models, by, g.ID, no, wanted); err != nil {
					return err
				}
				due, err := tx.TakeJobs(ctx, []string{appointment.TellWorker}, tx.Now().Add(time.Minute), 10)
				for _, j := range due {
					if j.Object != string(c.Coordinator.Account) {
						t.Errorf("somebody else than the coordinator is told")
					}
					if err := tx.DropJob(ctx, j.ID); err != nil {
						return err
					}
				}
				n = len(due)
				return err
			})
			return n
		}
		for _, x := range []struct {
			name   string
			by     access.Actor
			no     int
			wanted bool
			told   int
		}{{"cannot come", c.Worker, 1, true, 1}, {"pressed twice", c.Worker, 1, true, 0}, {"taken back", c.Worker, 1, false, 0}, {"the coordinator herself", c.Coordinator, 2, true, 0}} {
			if got := told(x.by, x.no, x.wanted); got != x.told {
				t.Errorf("%s: %d told, want %d", x.name, got, x.told)
			}
		}
	})
}
