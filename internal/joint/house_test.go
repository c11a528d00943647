package joint_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// two is a couple in a furnished house: Anna, who experienced violence, with Hanna; Kari, who used it, with Mikko.
type two struct {
	storagetest.Organisation
	t            *testing.T
	db           *storage.DB
	clock        *storagetest.Clock
	hanna, mikko access.Actor
	anna, kari   episode.ID
	joint        episode.ID
	annaCode     intake.Code // into the joint process
	kariCode     intake.Code
	annaOwn      intake.Code
}

func (w *two) do(do func(ctx context.Context, tx *storage.Tx) error) error {
	return w.db.Update(w.t.Context(), func(tx *storage.Tx) error { return do(w.t.Context(), tx) })
}

func (w *two) must(do func(ctx context.Context, tx *storage.Tx) error) {
	w.t.Helper()
	if err := w.do(do); err != nil {
		w.t.Fatal(err)
	}
}

func (w *two) at(by access.Actor, day calendar.Date, clock calendar.Clock) appointment.Free {
	return appointment.Free{Worker: by.Account, At: calendar.Local{Day: day, Clock: clock, Zone: w.Unit.Zone}, Minutes: 60, PlaceKind: appointment.Office, Place: w.office()}
}

func (w *two) office() (id organization.PlaceID) {
	w.must(func(ctx context.Context, tx *storage.Tx) error {
		all, err := tx.Places(ctx, w.Unit.ID)
		if err == nil && len(all) == 0 {
			p, err := organization.KeepPlace(ctx, tx, access.System(), organization.Place{Unit: w.Unit.ID, Name: w.Unit.Name, Address: "x", Active: true})
			id = p.ID
			return err
		}
		id = all[0].ID
		return err
	})
	return id
}

func each(t *testing.T, run func(w *two)) {
	t.Helper()
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		w := &two{Organisation: storagetest.Furnish(t, db), t: t, db: db, clock: clock}
		w.hanna = storagetest.Hire(t, db, "Hanna", access.Membership{Unit: w.Unit.ID, Role: access.Worker})
		w.mikko = storagetest.Hire(t, db, "Mikko", access.Membership{Unit: w.Unit.ID, Role: access.Worker})
		var own organization.Offer
		w.must(func(ctx context.Context, tx *storage.Tx) (err error) {
			for i, id := range []string{"low-threshold-individual", "couple-meetings"} {
				m, _ := w.Models.Latest(id)
				o, err := organization.KeepOffer(ctx, tx, access.System(), organization.Offer{Unit: w.Unit.ID, Model: id, Version: m.Version, Slug: m.Slug, Position: 20 + i, Open: true})
				if err != nil {
					return err
				}
				if i == 0 {
					own = o
				}
			}
			return nil
		})
		w.anna, w.annaOwn = w.comes(own.ID, w.hanna, "Anna")
		w.kari, _ = w.comes(own.ID, w.mikko, "Kari")
		run(w)
	})
}

// comes begins visits of one's own, and holds two.
func (w *two) comes(offer organization.OfferID, by access.Actor, name string) (home episode.ID, code intake.Code) {
	target := appointment.Target{}
	w.must(func(ctx context.Context, tx *storage.Tx) error {
		made, err := intake.Make(ctx, tx, w.Models, by, intake.New{Offer: offer, Channel: intake.Telephone, Name: name, Age: -1, Lang: "fi"})
		target.Request, code = made.Request.ID, made.Code
		return err
	})
	for range 2 {
		at := w.at(by, calendar.LocalOf(w.clock.Now(), w.Unit.Zone).Day.Add(1), "10:00")
		var id appointment.ID
		w.must(func(ctx context.Context, tx *storage.Tx) error {
			a, err := appointment.Book(ctx, tx, w.Models, by, target, at, "")
			home, id = a.Episode, a.ID
			return err
		})
		target = appointment.Target{Episode: home}
		starts, _ := at.At.Instant()
		w.clock.Set(starts.Add(time.Hour))
		w.must(func(ctx context.Context, tx *storage.Tx) error { return appointment.Hold(ctx, tx, w.Models, by, id) })
	}
	return home, code
}

// together brings the two as far as a first meeting that may be booked.
func (w *two) together() {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *storage.Tx) error {
		ms := w.Models
		today := calendar.LocalOf(tx.Now(), w.Unit.Zone).Day
		for _, err := range []error{
			joint.Prepare(ctx, tx, ms, w.hanna, w.anna, model.Experienced), joint.Wish(ctx, tx, ms, w.hanna, w.anna, today, true),
			joint.Prepare(ctx, tx, ms, w.mikko, w.kari, model.Used),
			joint.Mark(ctx, tx, ms, w.hanna, w.anna, []string{"motivated", "charted", "emotion-regulation", "time-out"}),
			joint.Mark(ctx, tx, ms, w.mikko, w.kari, []string{"motivated", "charted", "emotion-regulation", "time-out"}),
		} {
			if err != nil {
				return err
			}
		}
		word, err := joint.Word(ctx, tx, ms, w.hanna, w.anna)
		if err != nil {
			return err
		}
		if w.joint, err = joint.Join(ctx, tx, ms, w.mikko, w.kari, word.String()); err != nil {
			return err
		}
		if w.annaCode, err = joint.NewCode(ctx, tx, ms, w.hanna, w.anna); err != nil {
			return err
		}
		if w.kariCode, err = joint.NewCode(ctx, tx, ms, w.mikko, w.kari); err != nil {
			return err
		}
		if err := joint.Safer(ctx, tx, ms, w.hanna, w.joint, true); err != nil {
			return err
		}
		return joint.Safer(ctx, tx, ms, w.mikko, w.joint, true)
	})
}

func (w *two) holder(ctx context.Context, tx *storage.Tx, c intake.Code) intake.Holder {
	w.t.Helper()
	stay, err := intake.Enter(ctx, tx, c)
	if err != nil {
		w.t.Fatal(err)
	}
	return stay.Holder
}

// answers is an answer with the job that it leaves.
func (w *two) answers(ctx context.Context, tx *storage.Tx, c intake.Code, said string) error {
	if err := joint.Answer(ctx, tx, w.Models, w.holder(ctx, tx, c), said); err != nil {
		return err
	}
	return joint.Heed(ctx, tx, w.Models, w.joint)
}

func (w *two) sees(c intake.Code) (v appointment.ClientView) {
	w.t.Helper()
	w.must(func(ctx context.Context, tx *storage.Tx) (err error) {
		v, err = appointment.ForClient(ctx, tx, w.Models, w.holder(ctx, tx, c))
		return err
	})
	return v
}

// Neither worker sees the other party's own visits, and neither party's joint code gives anything of their own.
func TestEachKeepsTheirOwn(t *testing.T) {
	each(t, func(w *two) {
		w.together()
		w.must(func(ctx context.Context, tx *storage.Tx) error {
			for _, c := range []struct {
				by    access.Actor
				other episode.ID
			}{{w.hanna, w.kari}, {w.mikko, w.anna}} {
				if _, err := joint.Look(ctx, tx, w.Models, c.by, c.other); !fault.Is(err, fault.NotFound) {
					t.Errorf("a worker looks at the other party's own: %v", err)
				}
				list, err := tx.Episodes(ctx, c.by, episode.Filter{Limit: 10})
				if err != nil || len(list) != 2 {
					t.Errorf("a worker's list: %d episodes, %v; want one's own client's and the joint one", len(list), err)
				}
				for _, it := range list {
					if it.ID == c.other || it.ID == w.joint && it.Name != "" {
						t.Errorf("the list tells %q", it.Name)
					}
				}
			}
			h := w.holder(ctx, tx, w.annaCode)
			if _, err := rights.OwnCopy(ctx, tx, h); !fault.HasKey(err, "rights.own-code") {
				t.Errorf("a copy by the joint code: %v", err)
			}
			if _, err := rights.EraseByClient(ctx, tx, w.Models, h); !fault.HasKey(err, "rights.own-code") {
				t.Errorf("an erasure by the joint code: %v", err)
			}
			return nil
		})
	})
}

// A party who answers no, one who does not come and a worker who is ill leave the very same for both parties.
func TestEveryCauseLooksAlike(t *testing.T) {
	var seen []string
	for _, cause := range []func(w *two) error{
		func(w *two) error {
			return w.do(func(ctx context.Context, tx *storage.Tx) error {
				return w.answers(ctx, tx, w.annaCode, episode.SafeNo)
			})
		},
		func(w *two) error {
			return w.do(func(ctx context.Context, tx *storage.Tx) error {
				return w.answers(ctx, tx, w.kariCode, episode.Stop)
			})
		},
		func(w *two) error {
			return w.do(func(ctx context.Context, tx *storage.Tx) error {
				all, err := tx.Appointments(ctx, w.joint)
				if err != nil {
					return err
				}
				return appointment.Wait(ctx, tx, w.Models, w.mikko, all[0].ID)
			})
		},
	} {
		each(t, func(w *two) {
			w.together()
			day := calendar.LocalOf(w.clock.Now(), w.Unit.Zone).Day.Add(7)
			at := w.at(w.hanna, day, "10:00")
			w.must(func(ctx context.Context, tx *storage.Tx) error {
				_, err := appointment.Book(ctx, tx, w.Models, w.hanna, appointment.Target{Episode: w.joint}, at, "")
				return err
			})
			if err := cause(w); err != nil {
				t.Fatal(err)
			}
			looks := ""
			for _, hours := range []time.Duration{0, 24 * time.Hour} {
				w.clock.Add(hours)
				anna, kari := w.sees(w.annaCode), w.sees(w.kariCode)
				anna.Coming, kari.Coming = trim(anna.Coming), trim(kari.Coming)
				if !reflect.DeepEqual(anna, kari) {
					t.Errorf("the two see different things: %+v and %+v", anna, kari)
				}
				looks += fmt.Sprint(anna.State, len(anna.Coming), anna.Waits, anna.Used, ";")
			}
			w.must(func(ctx context.Context, tx *storage.Tx) error {
				for _, by := range []access.Actor{w.hanna, w.mikko} {
					if held, err := tx.OnHold(ctx, by, 10); err != nil || len(held) != 1 {
						t.Errorf("a worker's desk: %d on hold, %v", len(held), err)
					}
				}
				return nil
			})
			seen = append(seen, looks)
		})
	}
	for _, looks := range seen {
		if looks != seen[0] {
			t.Errorf("a cause shows: %v", seen)
		}
	}
}

// trim leaves of meetings what a page shows.
func trim(all []appointment.Appointment) (out []appointment.Appointment) {
	for _, a := range all {
		out = append(out, appointment.Appointment{ID: a.ID, No: a.No, State: a.State, Worker: a.Worker, Second: a.Second, At: a.At})
	}
	return out
}

// Whatever is marked, answered, taken back, booked and held in whatever order: no meeting is booked while a condition does
// not hold, none beyond the fifth, and the rules never see a wish of the one who used violence.
func TestNoOrderOpensWhatIsClosed(t *testing.T) {
	m := storagetest.Models(t)
	couple, _ := m.Latest("couple-meetings")
	booked := 0
	for seed := range uint64(2000) {
		dice := rand.New(rand.NewPCG(seed, 53))
		s := episode.State{Episode: episode.Episode{Part: "couple", Limit: 5, Worker: "h", Stage: episode.StageOpen, Guardians: episode.Agree}, Age: -1,
			Work: episode.Work{Second: "m"}, Couple: &episode.Couple{Sides: []episode.Side{{Role: model.Experienced}, {Role: model.Used}}}}
		now := time.Date(2027, 3, 1, 8, 0, 0, 0, time.UTC)
		points := couple.Parties.Points()
		for step := range 150 {
			side := &s.Couple.Sides[dice.IntN(2)]
			switch dice.IntN(10) {
			case 0:
				side.Wish = true
			case 1, 2, 3:
				if p := points[dice.IntN(len(points))]; !side.Has(p) {
					side.Points = append(side.Points, p)
				}
			case 4:
				side.Held++
			case 5:
				s.Couple.Safer = []access.AccountID{"h", "m"}[:dice.IntN(3)]
			case 6, 7:
				said := []string{episode.SafeYes, episode.SafeYes, episode.SafeYes, episode.SafeNo}[dice.IntN(4)]
				side.Answers = append(side.Answers, episode.Answer{No: s.LastHeld(), Said: said})
			case 8:
				for i, k := range s.Marks {
					if k.State == "booked" {
						s.Marks[i].State, s.Marks[i].Counted = "held", true
					}
				}
			default:
				if episode.Can(couple, s, model.Book, now) != nil {
					continue
				}
				booked++
				a, k := s.Couple.Sides[0], s.Couple.Sides[1]
				ready := a.Wish && len(s.Couple.Safer) == 2 && a.Held >= 2 && k.Held >= 2 && len(a.Points) == 4 && len(k.Points) == 4 && a.Safe() && k.Safe() &&
					a.Answered(s.LastHeld()) && k.Answered(s.LastHeld()) && s.Booked() == 0
				if !ready || len(s.Marks) >= 5 {
					t.Fatalf("seed %d, step %d: booked with %+v and %d meetings", seed, step, s.Couple, len(s.Marks))
				}
				s.Marks = append(s.Marks, episode.Mark{ID: fmt.Sprint(len(s.Marks)), No: s.FreeNumber(), State: "booked", Starts: now})
			}
		}
	}
	if booked == 0 {
		t.Error("no order came to a meeting")
	}
}
