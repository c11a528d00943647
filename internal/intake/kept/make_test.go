package kept_test

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// wish is a form with the wish for contact and nothing else.
func wish(o storagetest.Organisation) intake.New {
	return intake.New{Offer: o.Adults.ID, Channel: intake.Form, Lang: "fi", Age: -1, Token: rand.Text()}
}

func ask(t *testing.T, db *storage.DB, o storagetest.Organisation, by access.Actor, in intake.New) (made intake.Made, err error) {
	t.Helper()
	err = db.Update(t.Context(), func(tx *storage.Tx) (err error) {
		made, err = intake.Make(t.Context(), tx, o.Models, by, in)
		return err
	})
	return made, err
}

func enter(t *testing.T, db *storage.DB, code intake.Code) (stay intake.Stay, err error) {
	t.Helper()
	err = db.Update(t.Context(), func(tx *storage.Tx) (err error) {
		stay, err = intake.Enter(t.Context(), tx, code)
		return err
	})
	return stay, err
}

// no contact data at all, a code, a waiting request that says "none"; fourteen days later all of it has gone.
func TestAskingWithoutContact(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		o := storagetest.Furnish(t, db)
		in := wish(o)
		in.Times = []string{"evening"}
		made, err := ask(t, db, o, access.Anyone(), in)
		if err != nil {
			t.Fatal(err)
		}
		if made.Code.String() == "" || made.Again {
			t.Errorf("made %+v, want a new code", made)
		}
		if r := made.Request; r.Referrer != "self" || !r.Due.Equal(clock.Now().Add(48*time.Hour)) || !slices.Equal(r.Times, []string{"evening"}) {
			t.Errorf("kept %+v", r)
		}
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			items, err := tx.Waiting(ctx, o.Worker, 10)
			if err != nil || len(items) != 1 || items[0].Contact != person.None || items[0].Kind != person.Adult {
				t.Errorf("the desk lists %+v, %v", items, err)
			}
			if items, _ := tx.Waiting(ctx, o.Stranger, 10); len(items) != 0 {
				t.Error("a stranger's desk lists it")
			}
			return nil
		})
		clock.Add(14*24*time.Hour - time.Minute)
		if n := vanish(t, db, o); n != 0 {
			t.Errorf("%d vanished before their time", n)
		}
		clock.Add(time.Minute)
		if _, err := enter(t, db, made.Code); !fault.HasKey(err, "code.wrong") {
			t.Errorf("an expired code that is still to be swept: %v", err)
		}
		if n := vanish(t, db, o); n != 1 {
			t.Errorf("%d vanished, want 1", n)
		}
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			if _, err := tx.Request(ctx, made.Request.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("the request: %v", err)
			}
			if _, err := tx.Person(ctx, made.Request.Person); !fault.Is(err, fault.NotFound) {
				t.Errorf("the person: %v", err)
			}
			sums, err := tx.Figures(ctx, o.Unit.ID, "2027-01", "2027-01")
			if !slices.ContainsFunc(sums, func(s figure.Sum) bool { return s.Name == figure.Unused && s.Value == "form" && s.N == 1 }) {
				t.Errorf("sums %+v", sums)
			}
			return err
		})
	})
}

func vanish(t *testing.T, db *storage.DB, o storagetest.Organisation) (n int) {
	t.Helper()
	storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) (err error) {
		n, err = intake.Vanish(ctx, tx, o.Models)
		return err
	})
	return n
}

// A code that was used keeps its request: somebody is coming back.
func TestUsedCodeDoesNotVanish(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		o := storagetest.Furnish(t, db)
		made, err := ask(t, db, o, access.Anyone(), wish(o))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := enter(t, db, made.Code); err != nil {
			t.Fatal(err)
		}
		clock.Add(15 * 24 * time.Hour)
		if n := vanish(t, db, o); n != 0 {
			t.Errorf("%d vanished", n)
		}
		if _, err := enter(t, db, made.Code); err != nil {
			t.Errorf("come back after 15 days: %v", err)
		}
	})
}

// Sending twice is sending once: the same request and the same code, for ten minutes.
func TestSendingTwice(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		o := storagetest.Furnish(t, db)
		in := wish(o)
		first, err := ask(t, db, o, access.Anyone(), in)
		if err != nil {
			t.Fatal(err)
		}
		clock.Add(9 * time.Minute)
		again, err := ask(t, db, o, access.Anyone(), in)
		if err != nil || !again.Again || again.Code != first.Code || again.Request.ID != first.Request.ID {
			t.Errorf("the second time: %+v, %v, want %+v", again, err, first)
		}
		if _, err := enter(t, db, again.Code); err != nil {
			t.Errorf("the code does not open: %v", err)
		}
		clock.Add(2 * time.Minute)
		if _, err := ask(t, db, o, access.Anyone(), in); !fault.HasKey(err, "intake.sent") {
			t.Errorf("after ten minutes: %v, want intake.sent", err)
		}
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error { return tx.DeleteRequest(ctx, first.Request.ID) })
		if made, err := ask(t, db, o, access.Anyone(), wish(o)); err != nil || made.Code == first.Code {
			t.Errorf("another form: %+v, %v", made, err)
		}
	})
}

// A form sent again after its request has become an episode makes nothing new, and its code stays the client's.
func TestSendingAgainAfterBooking(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := storagetest.Furnish(t, db)
		in := wish(o)
		made, err := ask(t, db, o, access.Anyone(), in)
		if err != nil {
			t.Fatal(err)
		}
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			at := appointment.Free{Worker: o.Worker.Account, At: calendar.Local{Day: "2027-01-14", Clock: "12:00", Zone: o.Unit.Zone}, Minutes: 60, PlaceKind: "home"}
			_, err := appointment.Book(ctx, tx, o.Models, o.Worker, appointment.Target{Request: made.Request.ID}, at, "")
			return err
		})
		if _, err := ask(t, db, o, access.Anyone(), in); !fault.HasKey(err, "intake.sent") {
			t.Errorf("sent again: %v", err)
		}
		if stay, err := enter(t, db, made.Code); err != nil || stay.Holder.Episode == "" {
			t.Errorf("the code opens %+v, %v", stay.Holder, err)
		}
	})
}

// Sixty-four sends of one form at one instant make one request.
func TestSendingAtOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := storagetest.Furnish(t, db)
		in := wish(o)
		const sends = 64
		codes := make([]intake.Code, sends)
		var wg sync.WaitGroup
		for i := range sends {
			wg.Go(func() {
				made, err := ask(t, db, o, access.Anyone(), in)
				if err != nil {
					t.Errorf("send %d: %v", i, err)
				}
				codes[i] = made.Code
			})
		}
		wg.Wait()
		slices.Sort(codes)
		if got := slices.Compact(codes); len(got) != 1 {
			t.Errorf("%d codes were shown", len(got))
		}
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			items, err := tx.Waiting(ctx, o.Worker, 100)
			if len(items) != 1 {
				t.Errorf("%d requests were made", len(items))
			}
			return err
		})
	})
}

// Sixty-four who ask at one instant are all heard, each with a code of their own.
func TestManyAskAtOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := storagetest.Furnish(t, db)
		const people = 64
		codes := make([]intake.Code, people)
		var wg sync.WaitGroup
		for i := range people {
			wg.Go(func() {
				in := wish(o)
				in.Token = id.New()
				made, err := ask(t, db, o, access.Anyone(), in)
				if err != nil {
					t.Errorf("person %d: %v", i, err)
				}
				codes[i] = made.Code
			})
		}
		wg.Wait()
		slices.Sort(codes)
		if got := slices.Compact(slices.Clone(codes)); len(got) != people {
			t.Errorf("%d different codes were shown", len(got))
		}
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			items, err := tx.Waiting(ctx, o.Worker, 100)
			if len(items) != people {
				t.Errorf("%d requests are kept", len(items))
			}
			return err
		})
	})
}

// Who may bring a contact, and what stands in its way.
func TestWhoMayAsk(t *testing.T) {
	db := storagetest.Open(t, "sqlite", nil)
	o := storagetest.Furnish(t, db)
	closed := o.Children
	storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
		closed.Open = false
		return tx.PutOffer(ctx, closed)
	})
	for name, c := range map[string]struct {
		by     access.Actor
		change func(*intake.New)
		want   string
	}{
		"a visitor by form":         {access.Anyone(), func(*intake.New) {}, ""},
		"a visitor as a telephone":  {access.Anyone(), func(n *intake.New) { n.Channel = intake.Telephone }, "not-found"},
		"a visitor as a chat":       {access.Anyone(), func(n *intake.New) { n.Channel = intake.Chat }, "not-found"},
		"a stranger on the line":    {o.Stranger, func(n *intake.New) { n.Channel = intake.Telephone }, "not-found"},
		"the worker on the line":    {o.Worker, func(n *intake.New) { n.Channel = intake.Telephone }, ""},
		"the coordinator's letters": {o.Coordinator, func(n *intake.New) { n.Channel = intake.Email }, ""},
		"no such channel":           {o.Worker, func(n *intake.New) { n.Channel = "pigeon" }, "intake.other-way"},
		"a group takes no contacts": {access.Anyone(), func(n *intake.New) { n.Offer = o.Group.ID }, "intake.other-way"},
		"an offer that is closed":   {access.Anyone(), func(n *intake.New) { n.Offer = closed.ID }, "intake.closed"},
		"no such offer":             {access.Anyone(), func(n *intake.New) { n.Offer = "x" }, "not-found"},
		"a guessed token":           {access.Anyone(), func(n *intake.New) { n.Token = "1" }, "intake.form-old"},
	} {
		in := wish(o)
		c.change(&in)
		_, err := ask(t, db, o, c.by, in)
		if got := key(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func key(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Key
}

// a partner hands a contact in with the client beside them, and learns nothing of who is here already.
func TestPartner(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := storagetest.Furnish(t, db)
		in := wish(o)
		in.Channel, in.Name = intake.Partner, "Aamu"
		_, err := ask(t, db, o, access.Anyone(), in)
		if got := fields(err); !slices.Equal(got, []string{"referrer", "present"}) {
			t.Errorf("mistakes at %v", got)
		}
		in.Present, in.Referrer = true, "shelter"
		first, err := ask(t, db, o, access.Anyone(), in)
		if err != nil {
			t.Fatal(err)
		}
		in.Token = rand.Text()
		second, err := ask(t, db, o, access.Anyone(), in)
		if err != nil || second.Again || second.Request.Person == first.Request.Person {
			t.Errorf("the same client again: %+v, %v, want an answer like the first", second, err)
		}
	})
}

func fields(err error) []string {
	var out []string
	for _, f := range fault.Of(err).Fields {
		out = append(out, f.Name)
	}
	return out
}

// All mistakes are told at once, each at its input, and nothing is kept.
func TestMistakes(t *testing.T) {
	db := storagetest.Open(t, "sqlite", nil)
	o := storagetest.Furnish(t, db)
	in := wish(o)
	in.Name = string(make([]byte, 3)) + "\n"
	in.Times, in.Places, in.Area, in.Age, in.Referrer, in.Lang = []string{"night"}, []string{"moon"}, "Turku", 12, "nobody", "xx"
	in.Contact = person.SafeContact{Channel: person.SMS, Address: seal.Of("call me"), HourFrom: 12, HourTo: 9}
	_, err := ask(t, db, o, access.Anyone(), in)
	want := []string{"name", "address", "hour-to", "times", "places", "area", "age", "referrer", "language"}
	if got := fields(err); !fault.Is(err, fault.Invalid) || !slices.Equal(got, want) {
		t.Errorf("mistakes at %v, want %v", got, want)
	}
	storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
		if items, _ := tx.Waiting(ctx, o.Worker, 10); len(items) != 0 {
			t.Error("something was kept")
		}
		return nil
	})
}

// A child's age makes a child; a letter's own time is the first contact.
func TestKindAndFirstContact(t *testing.T) {
	storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
		o := storagetest.Furnish(t, db)
		in := wish(o)
		in.Offer, in.Age, in.Channel, in.First = o.Children.ID, 0, intake.Email, clock.Now().Add(-20*time.Hour)
		made, err := ask(t, db, o, o.Worker, in)
		if err != nil || made.Request.Age != 0 || !made.Request.Created.Equal(in.First) || !made.Request.Due.Equal(in.First.Add(48*time.Hour)) {
			t.Fatalf("made %+v, %v", made.Request, err)
		}
		if again, err := ask(t, db, o, o.Worker, in); err != nil || !again.Again {
			t.Errorf("sent again: %+v, %v", again, err)
		}
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			p, err := tx.Person(ctx, made.Request.Person)
			if p.Kind != person.Child {
				t.Errorf("a client of %q", p.Kind)
			}
			return err
		})
		in.Token, in.Channel, in.First = rand.Text(), intake.Form, clock.Now().Add(-time.Hour)
		if made, err := ask(t, db, o, access.Anyone(), in); err != nil || !made.Request.Created.Equal(clock.Now()) {
			t.Errorf("a visitor set the first contact: %+v, %v", made.Request, err)
		}
		in.Token, in.Channel, in.First = rand.Text(), intake.Email, clock.Now().Add(time.Hour)
		if _, err := ask(t, db, o, o.Worker, in); !slices.Equal(fields(err), []string{"first"}) {
			t.Errorf("a first contact to come: %v", err)
		}
	})
}
