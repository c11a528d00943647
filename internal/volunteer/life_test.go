package volunteer_test

import (
	"context"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// rows are how many rows each table has, and how long the boxes of a volunteer are: what could count anything.
func rows(t *testing.T, db *storage.DB) map[string]int {
	in, out := storagetest.Look(t, db), map[string]int{}
	for _, table := range in.Tables(in.House) {
		in.Rows(in.House, table, func(row string) {
			out[table]++
			if table == "volunteer" {
				out["letters of a volunteer"] += len(row)
			}
		})
	}
	return out
}

// R-235…R-238: after a break, a stop that was taken back, a sign-up that was taken back and a call that was, nothing tells of
// it: no row more, no value other than before, no box of another size.
func TestNothingIsLeftOfDeclining(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		of := h.event("national-meeting")
		before, was := rows(t, h.db), h.volunteer()
		for name, steps := range map[string][]func(ctx context.Context, tx *storage.Tx) error{
			"a break": {func(ctx context.Context, tx *storage.Tx) error {
				return volunteer.Break(ctx, tx, h.Models, h.by, "2027-01-12", "2027-03-31")
			}, func(ctx context.Context, tx *storage.Tx) error { return volunteer.Back(ctx, tx, h.Models, h.by) }},
			"a stop": {func(ctx context.Context, tx *storage.Tx) error { return volunteer.Stop(ctx, tx, h.Models, h.by) },
				func(ctx context.Context, tx *storage.Tx) error { return volunteer.Return(ctx, tx, h.Models, h.by) }},
			"a sign-up": {func(ctx context.Context, tx *storage.Tx) error {
				return volunteer.SignUpFor(ctx, tx, h.Models, h.by, of, volunteer.Remotely)
			}, func(ctx context.Context, tx *storage.Tx) error { return volunteer.SignOff(ctx, tx, h.Models, h.by, of) }},
			"a task": {func(ctx context.Context, tx *storage.Tx) error { return volunteer.Does(ctx, tx, h.Models, h.by, nil) },
				func(ctx context.Context, tx *storage.Tx) error {
					return volunteer.Does(ctx, tx, h.Models, h.by, []string{"guide-group"})
				}},
		} {
			for _, step := range steps {
				h.do(step)
			}
			if got := h.volunteer(); !reflect.DeepEqual(got.Path, was.Path) || got.State != was.State {
				t.Errorf("%s: the volunteer is %+v, was %+v", name, got.Path, was.Path)
			}
			for table, n := range rows(t, h.db) {
				if n != before[table] {
					t.Errorf("%s: %s has %d, had %d", name, table, n, before[table])
				}
			}
		}
	})
}

// whoever was there has the training from that day; the sum of heads stays; a name that was ticked by mistake is
// taken back with what it gave.
func TestAttendingGivesTheTraining(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		other, alsoBy := h.taken("Ari", "guide-group")
		of := h.event("instructor-training")
		for _, by := range []access.Actor{h.by, alsoBy} {
			h.do(func(ctx context.Context, tx *storage.Tx) error {
				return volunteer.SignUpFor(ctx, tx, h.Models, by, of, volunteer.InPlace)
			})
		}
		attend := func(came ...volunteer.ID) error {
			return h.try(func(ctx context.Context, tx *storage.Tx) error {
				return volunteer.Attend(ctx, tx, h.Models, h.Coordinator, of, came)
			})
		}
		if err := attend(h.who); !fault.HasKey(err, "volunteer.not-yet") {
			t.Errorf("marked before it began: %v", err)
		}
		h.clock.Set(time.Date(2027, 2, 11, 9, 0, 0, 0, time.UTC))
		if err := attend(h.who, other, "nobody"); !fault.HasKey(err, "form.choice") {
			t.Errorf("who had not signed up was there: %v", err)
		}
		for _, came := range [][]volunteer.ID{{h.who, other}, {h.who}, {h.who}} {
			if err := attend(came...); err != nil {
				t.Fatal(err)
			}
		}
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			a, err := tx.Volunteer(ctx, h.who)
			if err != nil {
				return err
			}
			b, err := tx.Volunteer(ctx, other)
			if a.Path.Learnt("peer-instructor") != "2027-02-10" || b.Path.Learnt("peer-instructor") != "" {
				t.Errorf("%v and %v have learnt", a.Path.Trainings, b.Path.Trainings)
			}
			sums, err2 := tx.Figures(ctx, h.Unit.ID, "2027-01", "2027-12")
			got := map[string]int{}
			for _, s := range sums {
				got[s.Name] += s.N
			}
			if got[figure.TrainingsHeld] != 1 || got[figure.TrainingsAttended] != 1 || got[figure.VolunteersStarted] != 2 || got[figure.Applications] != 2 {
				t.Errorf("figures %v", got)
			}
			if err == nil {
				err = err2
			}
			return err
		})
	})
}

// The link is for those who come from elsewhere alone, and nobody comes so where it does not go: the schema says it too.
func TestOnlyWhoComesRemotelySeesTheLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		remote, here := h.event("national-meeting"), h.event("regional-meeting")
		link := func(how string) (out string) {
			h.do(func(ctx context.Context, tx *storage.Tx) error {
				if how != "" {
					if err := volunteer.SignUpFor(ctx, tx, h.Models, h.by, remote, how); err != nil {
						return err
					}
				}
				v, p, err := volunteer.Mine(ctx, tx, h.Models, h.by)
				if err != nil {
					return err
				}
				all, err := volunteer.OwnYear(ctx, tx, v, p)
				for _, c := range all {
					out += c.Link
				}
				return err
			})
			return out
		}
		if a, b, c := link(""), link(volunteer.InPlace), link(volunteer.Remotely); a != "" || b != "" || c != "https://meet.example.org/a" {
			t.Errorf("links %q, %q, %q", a, b, c)
		}
		if err := h.try(func(ctx context.Context, tx *storage.Tx) error {
			return volunteer.SignUpFor(ctx, tx, h.Models, h.by, here, volunteer.Remotely)
		}); !fault.HasKey(err, "form.mistakes") {
			t.Errorf("from elsewhere to what is here: %v", err)
		}
		if err := h.try(func(ctx context.Context, tx *storage.Tx) error {
			return tx.PutSignUp(ctx, volunteer.SignUp{Event: here, Volunteer: h.who, How: volunteer.Remotely})
		}); err == nil {
			t.Error("the schema takes somebody from elsewhere where that does not go")
		}
	})
}

// who stops is gone on the model's day, name and address with them; what they were at stays as a number.
func TestStopping(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		key, who := h.volunteer().Key, h.volunteer().Account
		h.do(func(ctx context.Context, tx *storage.Tx) error { return volunteer.Stop(ctx, tx, h.Models, h.by) })
		forget := func() {
			h.do(func(ctx context.Context, tx *storage.Tx) error {
				_, err := volunteer.Forget(ctx, tx, h.Models)
				return err
			})
		}
		h.clock.Add(89 * 24 * time.Hour)
		forget()
		if got := h.volunteer(); got.State != volunteer.Stopped || got.Path.Gone != "2027-04-12" {
			t.Fatalf("on the 89th day %s, gone on %s", got.State, got.Path.Gone)
		}
		h.clock.Add(24 * time.Hour)
		forget()
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			if _, err := tx.Volunteer(ctx, h.who); !fault.Is(err, fault.NotFound) {
				t.Errorf("the volunteer is there: %v", err)
			}
			return nil
		})
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			a, err := tx.Account(ctx, who)
			if a.State != account.Closed || strings.Contains(a.Name.Reveal()+a.Email.Reveal(), "ekka") {
				t.Errorf("the account is %s and tells who it was", a.State)
			}
			return err
		})
		if err := h.db.DestroyKey(t.Context(), key); err != nil { // as the job that was left does
			t.Fatal(err)
		}
	})
}

// Sent twice is once; the code shows it and takes it back whole; a wrong one tells nothing.
func TestApplying(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in := volunteer.Application{Offer: h.offer, Token: id.New(), Name: "Jari", Email: "jari@example.org", Lang: locale.Finnish, Tasks: []string{"guide-group"}}
		var codes [2]string
		for i := range codes {
			h.do(func(ctx context.Context, tx *storage.Tx) error {
				c, err := volunteer.Apply(ctx, tx, h.Models, in)
				codes[i] = string(c)
				return err
			})
		}
		if codes[0] != codes[1] || rows(t, h.db)["volunteer"] != 2 {
			t.Errorf("codes %v, %d volunteers", codes, rows(t, h.db)["volunteer"])
		}
		for name, change := range map[string]func(in *volunteer.Application){
			"name": func(in *volunteer.Application) { in.Name = "" }, "email": func(in *volunteer.Application) { in.Email = "jari" },
			"tasks": func(in *volunteer.Application) { in.Tasks = []string{"dancing"} }, "times": func(in *volunteer.Application) { in.Times = []string{"yö"} },
			"phone": func(in *volunteer.Application) { in.Phone = "hän soitti eilen" },
		} {
			wrong := in
			wrong.Token = id.New()
			change(&wrong)
			err := h.try(func(ctx context.Context, tx *storage.Tx) error {
				_, err := volunteer.Apply(ctx, tx, h.Models, wrong)
				return err
			})
			if f := fault.Of(err); len(f.Fields) != 1 || f.Fields[0].Name != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := h.apply("Erkki", "answer-line"); !fault.HasKey(err, "form.mistakes") {
			t.Errorf("a task that the unit has not: %v", err)
		}
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			_, _, err := volunteer.ByCode(ctx, tx, h.Models, "AAAABBBBCCCC")
			if !fault.HasKey(err, "code.wrong") {
				t.Errorf("a wrong code: %v", err)
			}
			return nil
		})
	})
}

// Two who say at once that they take care of a call: one does.
func TestOneSeesTheCall(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for range 2 {
			h.do(func(ctx context.Context, tx *storage.Tx) error {
				return volunteer.CallFor(ctx, tx, h.Models, h.by, volunteer.Now)
			})
		}
		var calls []volunteer.Call
		h.do(func(ctx context.Context, tx *storage.Tx) (err error) {
			if all, err := volunteer.Waiting(ctx, tx, h.Stranger); len(all) > 0 || err != nil {
				t.Errorf("another unit sees %v, %v", all, err)
			}
			calls, err = volunteer.Waiting(ctx, tx, h.Coordinator)
			return err
		})
		if len(calls) != 1 {
			t.Fatalf("%d calls, want one", len(calls))
		}
		var both sync.WaitGroup
		errs := make([]error, 2)
		for i, by := range []access.Actor{h.Worker, h.Coordinator} {
			both.Go(func() {
				errs[i] = h.try(func(ctx context.Context, tx *storage.Tx) error { return volunteer.See(ctx, tx, by, calls[0].ID) })
			})
		}
		both.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("both are told the same: %v, %v", errs[0], errs[1])
		}
		if err := h.try(func(ctx context.Context, tx *storage.Tx) error {
			return volunteer.Answer(ctx, tx, h.Models, h.Stranger, calls[0].ID)
		}); !fault.Is(err, fault.NotFound) {
			t.Errorf("another unit ends it: %v", err)
		}
	})
}

// Who arranges another unit, who works here, and the volunteer are all told that there is nobody.
func TestWhoMayArrange(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for name, by := range map[string]access.Actor{"a worker": h.Worker, "a stranger": h.Stranger, "the volunteer": h.by, "a visitor": access.Anyone()} {
			err := h.try(func(ctx context.Context, tx *storage.Tx) error {
				return volunteer.Shown(ctx, tx, h.Models, by, h.who, "2027-01-11", true)
			})
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		err := h.try(func(ctx context.Context, tx *storage.Tx) error {
			return volunteer.Shown(ctx, tx, h.Models, h.Coordinator, h.who, "2027-01-11", false)
		})
		if f := fault.Of(err); len(f.Fields) != 1 || f.Fields[0].Key != "volunteer.consent" {
			t.Errorf("without consent: %v", err)
		}
	})
}

// a support talk that was asked for and had is the right of this half-year, marked this day and counted; a call for a worker at
// once is not.
func TestATalkThatWasHeldIsARightThatWasMet(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, kind := range []string{volunteer.Now, volunteer.Talk} {
			h.do(func(ctx context.Context, tx *storage.Tx) error {
				if err := volunteer.CallFor(ctx, tx, h.Models, h.by, kind); err != nil {
					return err
				}
				calls, err := volunteer.Waiting(ctx, tx, h.Worker)
				if err != nil {
					return err
				}
				return volunteer.Answer(ctx, tx, h.Models, h.Worker, calls[0].ID)
			})
			met, want := h.volunteer().Path.Met("support-talk"), h.clock.Today()
			if kind == volunteer.Now {
				want = ""
			}
			if met != want {
				t.Errorf("after a call of kind %s the right was met on %q, want %q", kind, met, want)
			}
		}
		for _, d := range volunteer.Owed(h.model, h.volunteer(), h.clock.Today()) {
			if d.Right == "support-talk" && (d.Late || d.By <= h.clock.Today()) {
				t.Errorf("it is owed still: %+v", d)
			}
		}
	})
}

// whoever is on call is asked at once, after a minute the next; who has been asked and who is next follows from the clock, and
// the letters leave at those minutes. A support talk is asked of all.
func TestACallGoesOnToTheNext(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		asked := func() (names []string) {
			h.do(func(ctx context.Context, tx *storage.Tx) error {
				_, p, err := volunteer.Mine(ctx, tx, h.Models, h.by)
				if err != nil {
					return err
				}
				calls, err := volunteer.Waiting(ctx, tx, h.Coordinator)
				if err != nil {
					return err
				}
				chain, err := volunteer.Chain(ctx, tx, p, calls[0])
				for _, a := range chain {
					if !a.At.After(tx.Now()) {
						names = append(names, a.Name.Reveal())
					}
				}
				return err
			})
			return names
		}
		if err := h.try(func(ctx context.Context, tx *storage.Tx) error {
			return volunteer.SetOnCall(ctx, tx, h.Worker, h.Unit.ID, h.Worker.Account)
		}); !fault.Is(err, fault.NotFound) {
			t.Errorf("a worker says who is on call: %v", err)
		}
		if err := h.try(func(ctx context.Context, tx *storage.Tx) error {
			return volunteer.SetOnCall(ctx, tx, h.Coordinator, h.Unit.ID, h.Stranger.Account)
		}); !fault.HasKey(err, "form.mistakes") {
			t.Errorf("somebody of another unit is on call: %v", err)
		}
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			if err := volunteer.SetOnCall(ctx, tx, h.Coordinator, h.Unit.ID, h.Worker.Account); err != nil {
				return err
			}
			return volunteer.CallFor(ctx, tx, h.Models, h.by, volunteer.Now)
		})
		at := h.clock.Now()
		first := asked()
		if len(first) != 1 || first[0] != "worker" {
			t.Errorf("asked at once: %v, want the worker on call alone", first)
		}
		h.clock.Add(time.Minute)
		if got := asked(); len(got) != 2 {
			t.Errorf("asked after a minute: %v, want two", got)
		}
		h.do(func(ctx context.Context, tx *storage.Tx) error {
			jobs, err := tx.TakeJobs(ctx, []string{volunteer.TellCall}, tx.Now().Add(time.Hour), 100)
			if len(jobs) != 2 || jobs[0].Object != string(h.Worker.Account) {
				t.Errorf("letters that are due a minute after %s: %+v, want two, the first to the worker on call", at, jobs)
			}
			return err
		})
	})
}
