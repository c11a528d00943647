package kept_test

import (
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
)

// Outi has Anna's visits; booked for Kari she is refused: to a keeper as a conflict of parties, to everybody else
// as a taken time; an exception needs a second person, is told by number, and ends.
func TestBothParties(t *testing.T) {
	towns(t, func(h *town) {
		anna := h.comes("040 555 0201")
		h.match()
		visits, err := h.book(h.leena, anna.Request.ID, h.at(h.outi, "2027-01-14", "13:00"))
		if err != nil {
			t.Fatal(err)
		}
		h.do(func(tx *storage.Tx) error {
			return wall.Mark(h.ctx, tx, h.outi, ofEpisode(visits.Episode), wall.Other, wall.Told{Phone: seal.Of("+358 40 555 0202")})
		})
		h.pending = append(h.pending, anna.Request.Person)
		h.match() // nobody is met yet
		if !h.sees(h.leena, ofEpisode(visits.Episode)) || !h.sees(h.pia, ofEpisode(visits.Episode)) {
			h.t.Fatal("without a tie both coordinators see the episode")
		}

		kari := h.comes("0405550202")
		for _, by := range h.staff {
			if h.sees(by, request(kari)) {
				h.t.Error("the newcomer is seen before he is matched")
			}
		}
		h.match()
		if h.sees(h.outi, request(kari)) || !h.sees(h.outi, ofEpisode(visits.Episode)) || !h.sees(h.Worker, request(kari)) {
			h.t.Error("Outi stays with Anna; the others answer Kari")
		}
		mine, others := h.pia, h.leena // who coordinates Kari's side
		if h.sees(h.leena, request(kari)) {
			mine, others = h.leena, h.pia
		}
		if !h.sees(mine, request(kari)) || h.sees(mine, ofEpisode(visits.Episode)) || !h.sees(others, ofEpisode(visits.Episode)) || h.sees(others, request(kari)) {
			h.t.Fatal("each side has one of the coordinators")
		}
		keeper, plain := mine, h.Worker
		keeper.Roles = append(slices.Clone(keeper.Roles), access.Membership{Unit: h.Unit.ID, Role: access.Keeper})

		busy := h.comes("")
		h.match()
		if _, err := h.book(h.Worker, busy.Request.ID, h.at(h.Colleague, "2027-01-14", "10:00")); err != nil {
			t.Fatal(err)
		}
		_, taken := h.book(plain, kari.Request.ID, h.at(h.Colleague, "2027-01-14", "10:00"))
		_, refused := h.book(plain, kari.Request.ID, h.at(h.outi, "2027-01-15", "13:00"))
		if taken == nil || refused == nil || fault.Of(refused).Key != "appointment.not-free" || fault.Of(taken).Key != fault.Of(refused).Key || fault.Of(taken).Kind != fault.Of(refused).Kind {
			h.t.Errorf("a booker hears %v and of a taken time %v", refused, taken)
		}
		if _, err := h.book(keeper, kari.Request.ID, h.at(h.outi, "2027-01-15", "13:00")); !fault.HasKey(err, "appointment.parties") {
			h.t.Errorf("a keeper hears %v", err)
		}
		_, err = h.book(keeper, kari.Request.ID, h.at(h.Colleague, "2027-01-14", "14:30")) // half an hour after Anna, at the same office
		if !fault.HasKey(err, "appointment.not-free") {
			h.t.Errorf("two parties at one office within the hour: %v", err)
		}
		h.do(func(tx *storage.Tx) error {
			free, err := appointment.FreeTimes(h.ctx, tx, plain, appointment.Wanted{Unit: h.Unit.ID, For: appointment.Target{Request: kari.Request.ID}, Minutes: 60}, 900)
			for _, f := range free {
				if f.Worker == h.outi.Account {
					h.t.Errorf("Outi's time %v is found for Kari", f.At)
				}
			}
			return err
		})

		ask := func(by access.Actor) error {
			return h.try(func(tx *storage.Tx) error {
				return wall.Ask(h.ctx, tx, by, request(kari), h.outi.Account, "2027-01-31")
			})
		}
		if err := ask(plain); !fault.HasKey(err, "not-found") {
			h.t.Errorf("a worker asks for an exception: %v", err)
		}
		if err := ask(keeper); err != nil {
			t.Fatal(err)
		}
		var line wall.Line
		h.do(func(tx *storage.Tx) error {
			lines, err := wall.List(h.ctx, tx, keeper, "2027-01")
			if len(lines) != 1 || lines[0].State != wall.Asked || lines[0].MayAnswer || len(lines[0].Number) != 5 {
				h.t.Fatalf("the month's list is %+v", lines)
			}
			line = lines[0]
			return err
		})
		approve := func(by access.Actor) error {
			return h.try(func(tx *storage.Tx) error { return wall.Approve(h.ctx, tx, by, line.ID) })
		}
		for _, by := range []access.Actor{keeper, h.outi} {
			if approve(by) == nil {
				h.t.Error("one person alone has approved an exception")
			}
		}
		if _, err := h.book(keeper, kari.Request.ID, h.at(h.outi, "2027-01-15", "13:00")); err == nil {
			h.t.Error("an exception that was only asked for holds")
		}
		if err := approve(others); err != nil {
			t.Fatal(err)
		}
		both, err := h.book(keeper, kari.Request.ID, h.at(h.outi, "2027-01-15", "13:00"))
		if err != nil || !h.sees(h.outi, ofEpisode(both.Episode)) || !h.sees(h.outi, ofEpisode(visits.Episode)) {
			h.t.Fatalf("with a second person's approval: %v", err)
		}
		h.clock.Set(time.Date(2027, 2, 1, 0, 0, 1, 0, time.UTC))
		if h.sees(h.outi, ofEpisode(both.Episode)) || !h.sees(h.outi, ofEpisode(visits.Episode)) {
			h.t.Error("after the last day the exception holds still, or took Anna too")
		}
		h.do(func(tx *storage.Tx) error { return wall.EndOver(h.ctx, tx) })
		h.do(func(tx *storage.Tx) error {
			e, err := tx.Episode(h.ctx, both.Episode)
			if e.Worker != "" {
				h.t.Error("Kari's episode still has Outi as its worker")
			}
			needs, err2 := wall.Needs(h.ctx, tx, keeper)
			if len(needs) != 1 || needs[0].What != wall.NeedsWorker || err2 != nil {
				h.t.Errorf("needs %+v, %v", needs, err2)
			}
			sums, err3 := tx.Figures(h.ctx, h.Unit.ID, "2027-01", "2027-01")
			if !slices.ContainsFunc(sums, func(s figureSum) bool { return s.Name == "wall-exceptions" && s.N == 1 }) || err3 != nil {
				h.t.Errorf("the exception is not in the figures: %+v", sums)
			}
			return err
		})
		h.do(func(tx *storage.Tx) error {
			return appointment.Name(h.ctx, tx, h.Models, keeper, both.Episode, h.Stranger.Account)
		})
		if !h.sees(h.Stranger, ofEpisode(both.Episode)) {
			h.t.Error("whom the keeper named does not see the episode")
		}
		h.do(func(tx *storage.Tx) error {
			all, err := tx.Appointments(h.ctx, both.Episode)
			if len(all) != 1 || all[0].Worker != h.Stranger.Account {
				h.t.Errorf("the booked meeting is %+v", all)
			}
			return err
		})
		h.sound()
	})
}

// A worker who has both already links them and stays with one; the desk learns nothing, and an undone tie gives all back.
func TestLinkAndUndo(t *testing.T) {
	towns(t, func(h *town) {
		anna, kari := h.comes(""), h.comes("")
		h.match()
		a, err := h.book(h.outi, anna.Request.ID, h.at(h.outi, "2027-01-14", "13:00"))
		if err != nil {
			t.Fatal(err)
		}
		k, err := h.book(h.outi, kari.Request.ID, h.at(h.outi, "2027-01-14", "15:00"))
		if err != nil {
			t.Fatal(err)
		}
		link := func(by access.Actor, one, other, stay wall.Ref) error {
			return h.try(func(tx *storage.Tx) error { return wall.Link(h.ctx, tx, by, one, other, stay) })
		}
		A, K := ofEpisode(a.Episode), ofEpisode(k.Episode)
		if err := link(h.Worker, A, K, A); !fault.HasKey(err, "not-found") {
			h.t.Errorf("somebody who sees neither: %v", err)
		}
		if err := link(h.outi, A, A, A); !fault.Is(err, fault.Invalid) {
			h.t.Errorf("one with themselves: %v", err)
		}
		if err := link(h.outi, A, K, K); err != nil {
			t.Fatal(err)
		}
		if h.sees(h.outi, A) || !h.sees(h.outi, K) || h.sees(h.leena, A) == h.sees(h.pia, A) || h.sees(h.leena, K) == h.sees(h.leena, A) {
			h.t.Error("after linking somebody is on both sides, or a coordinator on none")
		}
		h.sound()
		keeper, at := h.leena, K
		if h.sees(h.leena, A) {
			at = A
		}
		h.do(func(tx *storage.Tx) error {
			walls, err := wall.Walls(h.ctx, tx, keeper, at)
			if len(walls) != 1 {
				t.Fatalf("the keeper sees %+v", walls)
			}
			if none, _ := wall.Walls(h.ctx, tx, h.outi, K); len(none) > 0 {
				h.t.Error("a worker is told of the wall")
			}
			if err := wall.Undo(h.ctx, tx, h.pia, at, walls[0].Tie); !fault.Is(err, fault.NotFound) {
				h.t.Errorf("without the right: %v", err)
			}
			return err
		})
		h.do(func(tx *storage.Tx) error {
			walls, err := wall.Walls(h.ctx, tx, keeper, at)
			if err != nil {
				return err
			}
			return wall.Undo(h.ctx, tx, keeper, at, walls[0].Tie)
		})
		if !h.sees(h.leena, A) || !h.sees(h.leena, K) || !h.sees(h.pia, A) || !h.sees(h.pia, K) {
			h.t.Error("after undoing the coordinators do not see both again")
		}
	})
}

// "Not me with this one": who says so is out at once, and can be chosen no more; others take over.
func TestRecuse(t *testing.T) {
	towns(t, func(h *town) {
		anna := h.comes("")
		h.match()
		if err := h.try(func(tx *storage.Tx) error { return wall.Recuse(h.ctx, tx, h.outi, request(anna)) }); err != nil {
			t.Fatal(err)
		}
		if h.sees(h.outi, request(anna)) || !h.sees(h.Worker, request(anna)) || !h.sees(h.leena, request(anna)) {
			h.t.Error("who keeps away still sees, or the others no longer")
		}
		if _, err := h.book(h.leena, anna.Request.ID, h.at(h.outi, "2027-01-14", "13:00")); !fault.HasKey(err, "appointment.not-free") {
			h.t.Errorf("even a keeper hears of a taken time alone: %v", err)
		}
		a, err := h.book(h.leena, anna.Request.ID, h.at(h.Worker, "2027-01-14", "13:00"))
		if err != nil {
			t.Fatal(err)
		}
		if err := h.try(func(tx *storage.Tx) error { return wall.Recuse(h.ctx, tx, h.Worker, ofEpisode(a.Episode)) }); err != nil {
			t.Fatal(err)
		}
		h.do(func(tx *storage.Tx) error {
			e, err := tx.Episode(h.ctx, a.Episode)
			if e.Worker != "" {
				h.t.Error("the episode still has the worker who keeps away")
			}
			return err
		})
		h.do(func(tx *storage.Tx) error {
			return appointment.Assign(h.ctx, tx, h.Models, h.leena, a.Episode, h.Colleague.Account, "")
		})
		h.sound()
	})
}
