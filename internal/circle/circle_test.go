package circle_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/wall"
)

// club is a unit that offers groups, and an office.
type club struct {
	storagetest.Organisation
	t      *testing.T
	db     *storage.DB
	sakki  organization.OfferID
	guided organization.OfferID
	office organization.PlaceID
}

func build(t *testing.T, db *storage.DB) *club {
	c := &club{Organisation: storagetest.Furnish(t, db), t: t, db: db}
	c.do(func(ctx context.Context, tx *storage.Tx) error {
		for i, of := range []string{"sakki", "vkm-group"} {
			m, _ := c.Models.Latest(of)
			o, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: c.Unit.ID, Model: of, Version: m.Version, Slug: m.Slug, Position: 10 + i, Open: true})
			if err != nil {
				return err
			}
			if c.guided = o.ID; i == 0 {
				c.sakki = o.ID
			}
		}
		p, err := organization.KeepPlace(ctx, tx, access.System(), organization.Place{Unit: c.Unit.ID, Name: c.Unit.Name, Active: true})
		c.office = p.ID
		return err
	})
	return c
}

func (c *club) do(fn func(ctx context.Context, tx *storage.Tx) error) {
	c.t.Helper()
	storagetest.Update(c.t, c.db, fn)
}

func (c *club) try(fn func(ctx context.Context, tx *storage.Tx) error) error {
	return c.db.Update(c.t.Context(), func(tx *storage.Tx) error { return fn(c.t.Context(), tx) })
}

func anybody(context.Context, access.AccountID, access.UnitID) (bool, error) { return true, nil }

// group is one that the worker leads.
func (c *club) group(by access.Actor, places int) (g circle.Circle) {
	c.t.Helper()
	c.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		g, err = circle.Plan(ctx, tx, c.Models, anybody, by, circle.New{Offer: c.sakki, Kind: "talk", Day: "2027-03-16", Clock: "18:00", Minutes: 90, Weeks: 2, Number: 4,
			Places: places, Place: c.office, Leaders: []access.AccountID{by.Account}})
		return err
	})
	return g
}

func (c *club) join(g circle.Circle, name string) (in circle.Joined) {
	c.t.Helper()
	c.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		in, err = circle.Join(ctx, tx, c.Models, g.ID, name, id.New())
		return err
	})
	return in
}

// client is somebody of whom the house knows.
func (c *club) client() (made intake.Made) {
	c.t.Helper()
	c.do(func(ctx context.Context, tx *storage.Tx) (err error) {
		made, err = intake.Make(ctx, tx, c.Models, access.Anyone(), intake.New{Offer: c.Adults.ID, Channel: intake.Form, Age: -1})
		return err
	})
	return made
}

// with is a group to which somebody has come.
func (c *club) with(leader access.Actor, p person.ID) circle.Circle {
	c.t.Helper()
	g := c.group(leader, 8)
	if err := c.come(p, g); err != nil {
		c.t.Fatal(err)
	}
	return g
}

func (c *club) come(p person.ID, g circle.Circle) error {
	return c.try(func(ctx context.Context, tx *storage.Tx) error {
		_, err := circle.JoinByWay(ctx, tx, c.Models, p, "sakki", g.ID, "Make")
		return err
	})
}

// Two who must not meet cannot both come by ways on, and whoever keeps away from one or serves the other party can neither lead
// the group nor stand in; the refusals are those of a full group and of anybody who may not lead (decision 0061, design 4.3).
func TestPartedAsFarAsKnown(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		a, b, d := c.client().Request, c.client().Request, c.client().Request
		c.do(func(ctx context.Context, tx *storage.Tx) error { return wall.Couple(ctx, tx, a.Person, b.Person) })
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			return tx.PutApart(ctx, wall.Apart{ID: id.New(), Other: min(a.Person, d.Person), Person: max(a.Person, d.Person)})
		})
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			return tx.PutApart(ctx, wall.Apart{ID: id.New(), Account: c.Stranger.Account, Person: a.Person})
		})
		neutral := storagetest.Hire(t, db, "sijainen", access.Membership{Unit: c.Unit.ID, Role: access.Worker})
		g := c.group(neutral, 8)
		var serves access.AccountID // the other party
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.PartyGrants(ctx, []person.ID{b.Person})
			for _, x := range all {
				if len(x.Holder) == 36 { // an account, no desk
					serves = access.AccountID(x.Holder)
				}
			}
			return err
		})
		if serves == "" {
			t.Fatal("nobody serves the other party: the test proves nothing")
		}
		lead := func(who access.AccountID) error {
			return c.try(func(ctx context.Context, tx *storage.Tx) error {
				return circle.Substitute(ctx, tx, c.Models, anybody, c.Coordinator, g.ID, 1, who)
			})
		}
		leads := func(who access.AccountID) error {
			return c.try(func(ctx context.Context, tx *storage.Tx) error {
				return circle.SetLeaders(ctx, tx, c.Models, anybody, c.Coordinator, g.ID, []access.AccountID{who})
			})
		}
		for _, who := range []access.AccountID{serves, c.Stranger.Account} {
			if err := lead(who); err != nil {
				t.Fatalf("before anybody is known to be there: %v", err)
			}
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			return circle.WantLead(ctx, tx, c.Models, c.Coordinator, g.ID, 1, false)
		})
		if err := c.come(a.Person, g); err != nil {
			t.Fatal(err)
		}
		for name, p := range map[string]person.ID{"the other party": b.Person, "kept apart": d.Person} {
			if err := c.come(p, g); !fault.HasKey(err, "circle.full") {
				t.Errorf("%s: %v, want the words of a full group", name, err)
			}
		}
		for name, who := range map[string]access.AccountID{"serves the other party": serves, "keeps away": c.Stranger.Account} {
			for _, err := range []error{lead(who), leads(who)} {
				if f := fault.Of(err); len(f.Fields) != 1 || f.Fields[0].Key != "circle.leader" {
					t.Errorf("%s: %v, want the words for anybody who may not lead", name, err)
				}
			}
		}
		if err := c.come(a.Person, g); !fault.HasKey(err, "circle.twice") {
			t.Errorf("twice: %v", err)
		}
		other := c.group(neutral, 8)
		if err := c.come(b.Person, other); err != nil {
			t.Errorf("another group: %v", err)
		}
		// The other way round: whichever of the two stands first in the pair, the second to come is told that it is full.
		if err := c.come(d.Person, c.with(neutral, a.Person)); !fault.HasKey(err, "circle.full") {
			t.Errorf("kept apart, and the first is here: %v", err)
		}
		if err := c.come(a.Person, c.with(neutral, d.Person)); !fault.HasKey(err, "circle.full") {
			t.Errorf("kept apart, and the second is here: %v", err)
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			one, err := tx.Participants(ctx, g)
			if err != nil {
				return err
			}
			if here, err := circle.IsHere(ctx, tx, other, a.Person); here || err != nil {
				t.Errorf("one mark stands for somebody in two groups: %v", err)
			}
			if bytes.Contains(one[0].Mark, []byte(a.Person)) {
				t.Error("the mark tells the person")
			}
			return nil
		})
	})
}

// Who waits is in by order of coming, whoever leaves; and a form that is sent twice joins once.
func TestWaitingIsByArrival(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		g := c.group(c.Worker, 2)
		var in []circle.Joined
		for i := range 4 {
			in = append(in, c.join(g, fmt.Sprint("n", i)))
		}
		if got := []bool{in[0].Waiting, in[1].Waiting, in[2].Waiting, in[3].Waiting}; !slices.Equal(got, []bool{false, false, true, true}) {
			t.Fatalf("waiting %v", got)
		}
		waits := func(i int) (w bool) {
			c.do(func(ctx context.Context, tx *storage.Tx) error {
				v, err := circle.Enter(ctx, tx, c.Models, in[i].Code)
				if err != nil {
					return err
				}
				o, err := v.View(ctx, tx)
				if w = o.Waiting; w && (len(o.Topics) > 0 || !o.Circle.Link.Empty()) {
					t.Error("who waits sees topics or the link")
				}
				return err
			})
			return w
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			v, err := circle.Enter(ctx, tx, c.Models, in[0].Code)
			if err != nil {
				return err
			}
			return v.Leave(ctx, tx)
		})
		if waits(2) || !waits(3) {
			t.Error("the place was not the next one's")
		}
		err := c.try(func(ctx context.Context, tx *storage.Tx) error {
			_, err := circle.Enter(ctx, tx, c.Models, in[0].Code)
			return err
		})
		if !fault.HasKey(err, "code.wrong") {
			t.Errorf("the code of somebody who left: %v", err)
		}
		token := id.New()
		var twice [2]circle.Joined
		for i := range twice {
			c.do(func(ctx context.Context, tx *storage.Tx) (err error) {
				twice[i], err = circle.Join(ctx, tx, c.Models, g.ID, "Kahdesti", token)
				return err
			})
		}
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Participants(ctx, g)
			if twice[0] != twice[1] || len(all) != 4 {
				t.Errorf("sent twice: %v, %d in the group", twice[0] == twice[1], len(all))
			}
			return err
		})
	})
}

// The schema itself refuses an eleventh meeting of ten, a count of what was not held, and a vote for a topic of another group.
func TestSchemaHoldsTheNumber(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := build(t, db)
		g, other := c.group(c.Worker, 8), c.group(c.Worker, 8)
		in := c.join(g, "Make")
		c.do(func(ctx context.Context, tx *storage.Tx) error {
			return circle.ProposeByLeader(ctx, tx, c.Models, c.Worker, other.ID, "Toisten aihe")
		})
		at := calendar.Local{Day: "2027-06-01", Clock: "18:00", Zone: "Europe/Helsinki"}
		for name, do := range map[string]func(ctx context.Context, tx *storage.Tx) error{
			"one too many": func(ctx context.Context, tx *storage.Tx) error {
				return tx.PutCircleMeeting(ctx, circle.Meeting{Circle: g.ID, No: 5, Number: 4, At: at, State: circle.Planned, Came: -1})
			},
			"another number": func(ctx context.Context, tx *storage.Tx) error {
				return tx.PutCircleMeeting(ctx, circle.Meeting{Circle: g.ID, No: 5, Number: 5, At: at, State: circle.Planned, Came: -1})
			},
			"counted and not held": func(ctx context.Context, tx *storage.Tx) error {
				return tx.PutCircleMeeting(ctx, circle.Meeting{Circle: g.ID, No: 1, Number: 4, At: at, State: circle.Planned, Came: 3})
			},
			"another group's topic": func(ctx context.Context, tx *storage.Tx) error {
				topics, err := tx.Topics(ctx, other)
				if err != nil {
					return err
				}
				return tx.PutBallot(ctx, circle.Ballot{Mark: make([]byte, 32), Circle: g.ID, No: 1, Topic: topics[0].ID})
			},
		} {
			if err := c.try(do); err == nil {
				t.Errorf("%s: let through", name)
			}
		}
		err := c.try(func(ctx context.Context, tx *storage.Tx) error {
			v, err := circle.Enter(ctx, tx, c.Models, in.Code)
			if err != nil {
				return err
			}
			topics, err := tx.Topics(ctx, other)
			if err != nil {
				return err
			}
			return v.Vote(ctx, tx, topics[0].ID)
		})
		if !fault.HasKey(err, "public.gone") {
			t.Errorf("voted for another group's topic: %v", err)
		}
	})
}

// A vote's mark leads to nobody: it is not what anything that is kept of a participant gives, and a token made up for another
// vote opens no stay.
func TestVotesLeadToNobody(t *testing.T) {
	db := storagetest.Open(t, "sqlite", nil)
	c := build(t, db)
	g := c.group(c.Worker, 8)
	in := c.join(g, "Make")
	c.do(func(ctx context.Context, tx *storage.Tx) error {
		v, err := circle.Enter(ctx, tx, c.Models, in.Code)
		if err != nil {
			return err
		}
		if err := v.Propose(ctx, tx, "Isyys"); err != nil {
			return err
		}
		topics, err := tx.Topics(ctx, g)
		if err != nil {
			return err
		}
		if err := v.Vote(ctx, tx, topics[0].ID); err != nil {
			return err
		}
		p := v.Participant
		for _, known := range []string{string(p.ID), string(p.Code), p.Name.Reveal()} {
			for _, what := range []string{known, known + " " + string(g.ID) + " 1"} {
				if _, err := tx.Ballot(ctx, tx.Index("circle-vote", what)); !fault.Is(err, fault.NotFound) {
					t.Errorf("a vote is found by what is kept of the voter")
				}
			}
		}
		if _, err := circle.Resume(ctx, tx, c.Models, v.Token+"x"); !fault.HasKey(err, "stay.over") {
			t.Errorf("a token with another voter in it: %v", err)
		}
		return nil
	})
}

// A group goes with its key the day after its days are over, and what is kept of it as sums stays.
func TestForget(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		c := build(t, db)
		g := c.group(c.Worker, 8)
		c.join(g, "Make")
		forget := func() (n int) {
			c.do(func(ctx context.Context, tx *storage.Tx) (err error) {
				n, err = circle.Forget(ctx, tx, c.Models, 50)
				return err
			})
			return n
		}
		clock.Set(time.Date(2027, 4, 27+30, 12, 0, 0, 0, time.UTC)) // the last of four every second week is the 27th of April
		if n := forget(); n != 0 {
			t.Fatalf("%d went on the thirtieth day", n)
		}
		clock.Add(24 * time.Hour)
		if n := forget(); n != 1 {
			t.Fatalf("%d went on the day after", n)
		}
		err := c.try(func(ctx context.Context, tx *storage.Tx) error { _, err := tx.Circle(ctx, g.ID); return err })
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("it is still there: %v", err)
		}
	})
}

// what others may read of a group is its rhythm, and no link or leader is even in it.
func TestSchedule(t *testing.T) {
	got := circle.ScheduleOf(circle.Circle{Number: 8, Weeks: 2, Minutes: 90, First: calendar.Local{Day: "2027-10-05", Clock: "18:00", Zone: "Europe/Helsinki"}, Last: "2028-01-11"})
	want := circle.Schedule{Freq: "WEEKLY", Interval: 2, Count: 8, Day: "TU", Start: "2027-10-05", ValidFrom: "2027-10-05", ValidTo: "2028-01-11", Opens: "18:00", Closes: "19:30", Zone: "Europe/Helsinki"}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
