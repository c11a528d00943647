package backup_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/backup"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
)

// A suggestion that was read or dropped after the backup, and a topic that a leader took away, do not come back with it; what nobody touched
// does, and what still waits is read when its time comes (R-206, R-171, decisions 0070, 0071).
func TestWhatWasSuggestedStaysReadAfterARestore(t *testing.T) {
	each(t, func(o *organisation) {
		t := o.t
		sakki := o.Offer(t, o.db, "sakki").ID
		group := o.group(sakki)
		for i, words := range []string{"Melontaa", "Naapurin Seppo", "Kuoro", "Lautapelejä", "Saunailta"} {
			o.suggest(sakki, words)
			if i == 3 && len(o.ideas()) > 0 {
				t.Fatal("four are read")
			}
		}
		ripe := o.ideas()
		o.topics(group.ID, "Naapurin Seppo", "Uni")
		o.suggest(sakki, "Odottaa ja luetaan")
		var elsewhere organization.OfferID // whose list nobody opens
		o.must(func(ctx context.Context, tx *storage.Tx) error {
			m, _ := o.Models.Latest("sakki")
			x, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: o.Stranger.Roles[0].Unit, Model: m.ID, Version: m.Version, Slug: "sakki-toisaalla", Position: 90, Open: true})
			elsewhere = x.ID
			return err
		})
		o.suggest(elsewhere, "Odottaa yhä")
		made := o.backUp()

		for _, i := range ripe {
			o.must(func(ctx context.Context, tx *storage.Tx) error {
				switch i.Title.Reveal() {
				case "Naapurin Seppo":
					return circle.Drop(ctx, tx, o.Models, o.Coordinator, i.ID)
				case "Kuoro":
					return circle.Look(ctx, tx, o.Models, o.Coordinator, i.ID)
				}
				return nil
			})
		}
		o.must(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Topics(ctx, group)
			for _, x := range all {
				if err == nil && x.Text.Reveal() == "Naapurin Seppo" {
					err = circle.DropTopic(ctx, tx, o.Models, o.Worker, group.ID, x.ID)
				}
			}
			return err
		})
		for range 4 { // five together are read at once
			o.suggest(sakki, "Lisää "+id.New()[:8])
		}
		if got := o.titles(); !slices.Contains(got, "Odottaa ja luetaan") {
			t.Fatalf("not read: %q", got)
		}
		if err := o.db.SweepEnded(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := o.db.Close(); err != nil {
			t.Fatal(err)
		}
		o.clock.Add(time.Hour)
		to := o.elsewhere()
		if _, err := backup.Restore(t.Context(), o.from(made, to)); err != nil {
			t.Fatal(err)
		}
		o.db = o.start(to)
		if got, want := o.titles(), []string{"Kuoro", "Lautapelejä", "Melontaa", "Saunailta"}; !slices.Equal(got, want) {
			t.Errorf("proposals after a restore: %q, want %q", got, want)
		}
		o.must(func(ctx context.Context, tx *storage.Tx) error {
			all, err := tx.Topics(ctx, group)
			if len(all) != 1 || all[0].Text.Reveal() != "Uni" {
				t.Errorf("%d topics after a restore", len(all))
			}
			if err != nil {
				return err
			}
			waiting, err := tx.AllSuggested(ctx)
			if len(waiting) != 1 || waiting[0].Offer != elsewhere || len(waiting[0].Said) != 1 {
				t.Errorf("what waits after a restore: %d heaps", len(waiting))
			}
			return err
		})
		o.suggest(sakki, "Uusi toive") // the heap that was read is made anew
		o.clock.Add(31 * 24 * time.Hour)
		if got := o.titles(); !slices.Contains(got, "Uusi toive") || !slices.Contains(got, "Odottaa yhä") || slices.Contains(got, "Odottaa ja luetaan") {
			t.Errorf("a month later: %q", got)
		}
	})
}

// group is one that the worker leads.
func (o *organisation) group(offer organization.OfferID) (g circle.Circle) {
	o.t.Helper()
	o.must(func(ctx context.Context, tx *storage.Tx) error {
		p, err := organization.KeepPlace(ctx, tx, access.System(), organization.Place{Unit: o.Unit.ID, Name: o.Unit.Name, Active: true})
		if err != nil {
			return err
		}
		may := func(context.Context, access.AccountID, access.UnitID) (bool, error) { return true, nil }
		g, err = circle.Plan(ctx, tx, o.Models, may, o.Worker, circle.New{Offer: offer, Kind: "talk", Day: "2027-03-16", Clock: "18:00", Minutes: 90, Weeks: 2, Number: 4,
			Places: 8, Place: p.ID, Leaders: []access.AccountID{o.Worker.Account}})
		return err
	})
	return g
}

// topics are proposed by somebody who takes part.
func (o *organisation) topics(of circle.ID, topics ...string) {
	o.t.Helper()
	o.must(func(ctx context.Context, tx *storage.Tx) error {
		in, err := circle.Join(ctx, tx, o.Models, of, "Make", id.New())
		if err != nil {
			return err
		}
		v, err := circle.Enter(ctx, tx, o.Models, in.Code)
		for _, x := range topics {
			if err == nil {
				err = v.Propose(ctx, tx, x)
			}
		}
		return err
	})
}

// suggest answers the form that guests of an event are given.
func (o *organisation) suggest(offer organization.OfferID, words string) {
	o.t.Helper()
	o.must(func(ctx context.Context, tx *storage.Tx) error {
		x, err := tx.Offer(ctx, offer)
		if err != nil {
			return err
		}
		by := access.Actor{Account: o.Worker.Account, Roles: []access.Membership{{Unit: x.Unit, Role: access.Worker}}}
		_, codes, err := feedback.Give(ctx, tx, o.Models, by, feedback.Wanted{Offer: offer, Form: "guest", Kind: feedback.Room, N: 1})
		if err != nil {
			return err
		}
		m, _ := o.Models.Latest(x.Model)
		_, err = feedback.Answer(ctx, tx, o.Models, codes[0].String(), feedback.Marks{Answers: firstOf(m, "guest"), Suggestion: words})
		return err
	})
}

// firstOf answers every question of a form with the first of its answers.
func firstOf(m *model.Model, form string) map[string]int {
	out := map[string]int{}
	f, _ := m.FeedbackForm(form)
	for _, q := range f.Questions {
		out[q.ID] = 1
	}
	return out
}

// ideas are the proposals that are on the lists, now that what waited long enough has been read.
func (o *organisation) ideas() (all []circle.Idea) {
	o.t.Helper()
	o.must(func(ctx context.Context, tx *storage.Tx) error {
		if _, err := feedback.Ripen(ctx, tx, o.Models); err != nil {
			return err
		}
		var err error
		all, err = tx.Ideas(ctx, nil)
		return err
	})
	return all
}

func (o *organisation) titles() (out []string) {
	o.t.Helper()
	for _, i := range o.ideas() {
		if t := i.Title.Reveal(); !strings.HasPrefix(t, "Lisää") {
			out = append(out, t)
		}
	}
	slices.Sort(out)
	return out
}
