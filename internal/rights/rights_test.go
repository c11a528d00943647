package rights_test

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

type family struct {
	storagetest.Organisation
	t     *testing.T
	db    *storage.DB
	clock *storagetest.Clock

	child, mother, father                   episode.Episode
	motherCode, fatherCode, childCode       intake.Code
	childHolder, motherHolder, fatherHolder intake.Holder
}

// each makes a child's episode with two guardians' talks, and an adult of their own.
func each(t *testing.T, run func(f *family)) {
	t.Helper()
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		f := &family{Organisation: storagetest.Furnish(t, db), t: t, db: db, clock: clock}
		f.must(f.begin)
		run(f)
	})
}

func (f *family) must(do func(ctx context.Context, tx *storage.Tx) error) {
	f.t.Helper()
	storagetest.Update(f.t, f.db, do)
}

func (f *family) begin(ctx context.Context, tx *storage.Tx) error {
	made, err := intake.Make(ctx, tx, f.Models, f.Worker, intake.New{Offer: f.Children.ID, Channel: intake.Telephone, Name: "Aino", Age: 9, Referrer: "self",
		Contact: person.SafeContact{Channel: person.SMS, Address: seal.Of("0405550100"), HourFrom: 9, HourTo: 12}})
	if err != nil {
		return err
	}
	f.childCode = made.Code
	a, err := appointment.Book(ctx, tx, f.Models, f.Worker, appointment.Target{Request: made.Request.ID}, f.at("2027-01-14"), "koulun aula")
	if err != nil {
		return err
	}
	if f.child, err = tx.Episode(ctx, a.Episode); err != nil {
		return err
	}
	if f.mother, f.motherCode, err = episode.AddGuardianTalk(ctx, tx, f.Models, f.Worker, f.child.ID, "Äiti"); err != nil {
		return err
	}
	if f.father, f.fatherCode, err = episode.AddGuardianTalk(ctx, tx, f.Models, f.Worker, f.child.ID, "Isä"); err != nil {
		return err
	}
	f.childHolder, f.motherHolder, f.fatherHolder = intake.Holder{Episode: string(f.child.ID)}, intake.Holder{Episode: string(f.mother.ID)}, intake.Holder{Episode: string(f.father.ID)}
	return nil
}

func (f *family) at(day calendar.Date) appointment.Free {
	return appointment.Free{Worker: f.Worker.Account, At: calendar.Local{Day: day, Clock: "12:00", Zone: f.Unit.Zone}, Minutes: 60, PlaceKind: "agreed"}
}

func (f *family) is(what string, err error, key string) {
	f.t.Helper()
	if !fault.HasKey(err, key) {
		f.t.Errorf("%s: got %v, want %s", what, err, key)
	}
}

// An erasure that touches another's way is carried out by two, within a month, and the other's own stays whole.
func TestTwoPeopleErase(t *testing.T) {
	each(t, func(f *family) {
		var asked rights.Erasure
		f.must(func(ctx context.Context, tx *storage.Tx) (err error) {
			if asked, err = rights.EraseByClient(ctx, tx, f.Models, f.childHolder); err != nil {
				return err
			}
			again, err := rights.EraseByClient(ctx, tx, f.Models, f.childHolder)
			if again.ID != asked.ID {
				t.Errorf("asked twice: got %s, want %s", again.ID, asked.ID)
			}
			return err
		})
		if asked.ID == "" || asked.Asked != "2027-01-12" || asked.Due != "2027-02-12" {
			t.Fatalf("got %+v, want one month", asked)
		}
		f.refusals(asked.ID)
		var motherBefore rights.Copy
		f.must(func(ctx context.Context, tx *storage.Tx) (err error) {
			if motherBefore, err = rights.OwnCopy(ctx, tx, f.motherHolder); err != nil {
				return err
			}
			return rights.CarryOut(ctx, tx, f.Models, f.Worker, asked.ID)
		})
		f.must(func(ctx context.Context, tx *storage.Tx) error {
			_, err := tx.Episode(ctx, f.child.ID)
			f.is("the child's episode", err, "not-found")
			_, err = intake.Enter(ctx, tx, f.childCode)
			f.is("the child's code", err, "code.wrong")
			after, err := rights.OwnCopy(ctx, tx, f.motherHolder)
			if err != nil || !reflect.DeepEqual(after, motherBefore) {
				t.Errorf("the mother's own: got %v, %v, want it as it was", after, err)
			}
			if _, err := intake.Enter(ctx, tx, f.motherCode); err != nil {
				t.Errorf("the mother's code: %v", err)
			}
			if _, err := episode.One(ctx, tx, f.Models, f.Worker, f.mother.ID); err != nil {
				t.Errorf("the mother's episode as the worker sees it: %v", err)
			}
			open, done, err := rights.Open(ctx, tx, f.Coordinator)
			if err != nil || len(open) != 0 || len(done) != 1 || done[0].Person != "" || done[0].ApprovedBy != f.Coordinator.Account || done[0].DoneBy != f.Worker.Account {
				t.Errorf("got %v open and %v done, %v", open, done, err)
			}
			return err
		})
		f.clock.Add(92 * 24 * time.Hour)
		f.must(func(ctx context.Context, tx *storage.Tx) error {
			n, err := rights.Sweep(ctx, tx)
			if n != 1 {
				t.Errorf("swept %d, want what is told of the erasure", n)
			}
			return err
		})
	})
}

// refusals tries what is not to be: by a stranger, before it is approved, by one person alone.
func (f *family) refusals(id string) {
	f.must(func(ctx context.Context, tx *storage.Tx) error {
		f.is("a stranger approves", rights.Approve(ctx, tx, f.Stranger, id), "not-found")
		f.is("a colleague without a grant carries out", rights.CarryOut(ctx, tx, f.Models, access.Actor{Account: "nobody"}, id), "not-found")
		f.is("carried out before it is approved", rights.CarryOut(ctx, tx, f.Models, f.Worker, id), "erasure.not-approved")
		f.is("a worker approves", rights.Approve(ctx, tx, f.Worker, id), "erasure.coordinator")
		if err := rights.Approve(ctx, tx, f.Coordinator, id); err != nil {
			return err
		}
		f.is("the same person carries out", rights.CarryOut(ctx, tx, f.Models, f.Coordinator, id), "erasure.same-person")
		open, _, err := rights.Open(ctx, tx, f.Stranger)
		if len(open) != 0 {
			f.t.Errorf("a stranger sees %v", open)
		}
		return err
	})
	// The schema keeps the two apart whatever the code does.
	err := f.db.Update(f.t.Context(), func(tx *storage.Tx) error {
		return tx.PutErasure(f.t.Context(), rights.Erasure{ID: id, Unit: f.Unit.ID, Asked: "2027-01-12", Due: "2027-02-12", ApprovedBy: f.Worker.Account, DoneBy: f.Worker.Account, Done: "2027-01-13"})
	})
	if err == nil {
		f.t.Error("the schema took one person for two")
	}
}

// What is the client's alone goes at once, by the code and nothing else, also where there is a wall to somebody.
func TestErasesAloneAtOnce(t *testing.T) {
	each(t, func(f *family) {
		var made, other intake.Made
		f.must(func(ctx context.Context, tx *storage.Tx) (err error) {
			if made, err = intake.Make(ctx, tx, f.Models, f.Worker, intake.New{Offer: f.Adults.ID, Channel: intake.Telephone, Name: "Meri", Age: -1}); err != nil {
				return err
			}
			_, err = appointment.Book(ctx, tx, f.Models, f.Worker, appointment.Target{Request: made.Request.ID}, f.at("2027-01-15"), "kirjasto")
			if err != nil {
				return err
			}
			other, err = intake.Make(ctx, tx, f.Models, access.Anyone(), intake.New{Offer: f.Adults.ID, Channel: intake.Form, Age: -1})
			return err
		})
		for _, code := range []intake.Code{made.Code, other.Code} {
			f.must(func(ctx context.Context, tx *storage.Tx) error {
				stay, err := intake.Enter(ctx, tx, code)
				if err != nil {
					return err
				}
				asked, err := rights.EraseByClient(ctx, tx, f.Models, stay.Holder)
				if err != nil || asked.ID != "" {
					t.Errorf("got %+v, %v, want it done at once", asked, err)
				}
				_, err = intake.Enter(ctx, tx, code)
				f.is("the code", err, "code.wrong")
				_, err = tx.Person(ctx, made.Request.Person)
				f.is("the person", err, "not-found")
				return nil
			})
		}
	})
}

// D-072: a copy holds a person's own and nothing that anybody else's changes could be told from.
func TestCopyTellsNothingOfTheOther(t *testing.T) {
	each(t, func(f *family) {
		read := func(h intake.Holder) string {
			t.Helper()
			var text []byte
			f.must(func(ctx context.Context, tx *storage.Tx) error {
				c, err := rights.OwnCopy(ctx, tx, h)
				if err != nil {
					return err
				}
				plain := []any{}
				for _, table := range c {
					for _, row := range table.Rows {
						for _, v := range row {
							plain = append(plain, table.Name, v.Column, v.Text.Reveal())
						}
					}
				}
				text, err = json.Marshal(plain)
				return err
			})
			return string(text)
		}
		before := read(f.motherHolder)
		for _, own := range []string{"Äiti", "turvaverkko-child"} {
			if !strings.Contains(before, own) {
				t.Errorf("the mother's copy lacks %q: %s", own, before)
			}
		}
		child := read(f.childHolder)
		for _, own := range []string{"Aino", "0405550100", "koulun aula", "self"} {
			if !strings.Contains(child, own) {
				t.Errorf("the child's copy lacks %q: %s", own, child)
			}
		}
		f.change()
		if after := read(f.motherHolder); after != before {
			t.Errorf("the mother's copy changed by what is the others':\n%s\n%s", before, after)
		}
		for _, never := range []string{"Isä", "Aino", "0405550100", "koulun", "2027-01-21", "disagree", string(f.Worker.Account), string(f.child.ID)} {
			if strings.Contains(before, never) || never != "Aino" && never != "0405550100" && never != "koulun" && strings.Contains(read(f.childHolder), never) {
				t.Errorf("a copy tells %q", never)
			}
		}
	})
}

// change changes all it can of the child's and the father's, and ties the father and the mother as parties.
func (f *family) change() {
	f.must(func(ctx context.Context, tx *storage.Tx) error {
		if err := episode.MarkGuardians(ctx, tx, f.Models, f.Worker, f.child.ID, true); err != nil {
			return err
		}
		if err := episode.Decide(ctx, tx, f.Models, f.Coordinator, f.child.ID, "continue", f.decisionGround()); err != nil {
			return err
		}
		if _, err := appointment.Book(ctx, tx, f.Models, f.Worker, appointment.Target{Episode: f.father.ID}, f.at("2027-01-21"), "isän paikka"); err != nil {
			return err
		}
		err := tx.PutSafeContact(ctx, person.SafeContact{Person: f.father.Person, Channel: person.SMS, Address: seal.Of("0409990000"), LastDay: "2027-04-12", Asked: tx.Now()})
		if err != nil {
			return err
		}
		_, err = episode.One(ctx, tx, f.Models, f.Worker, f.father.ID)
		return err
	})
	f.clock.Add(3 * 24 * time.Hour)
}

func (f *family) decisionGround() string {
	m, _ := f.Models.Latest("turvaverkko-child")
	return m.Decision.Grounds[0]
}

// A worker prints the copy of a client they meet; to anybody else it is not there.
func TestWorkerPrints(t *testing.T) {
	each(t, func(f *family) {
		f.must(func(ctx context.Context, tx *storage.Tx) error {
			for what, by := range map[string]access.Actor{"a coordinator": f.Coordinator, "a stranger": f.Stranger} {
				_, err := rights.CopyFor(ctx, tx, f.Models, by, f.child.ID)
				f.is(what, err, "not-found")
			}
			c, err := rights.CopyFor(ctx, tx, f.Models, f.Worker, f.child.ID)
			if err != nil || len(c) < 4 {
				t.Errorf("got %d tables, %v", len(c), err)
			}
			return nil
		})
	})
}

// Design 4.4: one fact, one partner, once.
func TestRelease(t *testing.T) {
	each(t, func(f *family) {
		give := func(fact string) (code intake.Code) {
			t.Helper()
			f.must(func(ctx context.Context, tx *storage.Tx) (err error) {
				code, _, err = rights.Give(ctx, tx, f.childHolder, fact, "social")
				return err
			})
			return code
		}
		take := func(code intake.Code) (told rights.Told, err error) {
			err = f.db.Update(t.Context(), func(tx *storage.Tx) error {
				told, err = rights.Take(t.Context(), tx, f.Models, code)
				return err
			})
			return told, err
		}
		for fact, want := range map[string]rights.Told{"client": {Fact: "client", Partner: "social"},
			"booked": {Fact: "booked", Partner: "social", Yes: true}, "visits": {Fact: "visits", Partner: "social"}} {
			code := give(fact)
			if told, err := take(code); err != nil || told != want {
				t.Errorf("%s: got %+v, %v, want %+v", fact, told, err, want)
			}
			_, err := take(code)
			f.is(fact+" a second time", err, "code.wrong")
		}
		late := give("client")
		f.clock.Add(7 * 24 * time.Hour)
		_, err := take(late)
		f.is("after seven days", err, "code.wrong")
		_, err = take(intake.NewCode())
		f.is("a code that was never given", err, "code.wrong")
		f.must(func(ctx context.Context, tx *storage.Tx) error {
			for _, x := range [][2]string{{"everything", "social"}, {"client", "the neighbour"}} {
				_, _, err := rights.Give(ctx, tx, f.childHolder, x[0], x[1])
				f.is(x[0]+" for "+x[1], err, "form.mistakes")
			}
			_, err := intake.Enter(ctx, tx, late)
			f.is("a release as a return code", err, "code.wrong")
			_, err = rights.Take(ctx, tx, f.Models, f.childCode)
			f.is("a return code as a release", err, "code.wrong")
			return nil
		})
	})
}
