package storage

import (
	"cmp"
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
)

const slotColumns = "id, request_id, episode_id, worker_id, second_id, times"

func (tx *Tx) scanSlot(r scanner) (s appointment.Slot, err error) {
	var box []byte
	if err := r.Scan(&s.ID, textOf(&s.Request), textOf(&s.Episode), &s.Worker, textOf(&s.Second), &box); err != nil {
		return s, err
	}
	t, err := tx.openBox(sealedAt("slot.times", s.ID), box)
	s.At, s.Minutes, s.Starts, s.PlaceKind, s.Place = t.at, t.minutes, t.starts, t.kind, t.place
	return s, err
}

// Slot finds an offered time.
func (tx *Tx) Slot(ctx context.Context, id appointment.SlotID) (appointment.Slot, error) {
	return one(ctx, tx, tx.scanSlot, "SELECT "+slotColumns+" FROM slot WHERE id = $1", id)
}

// Slots are the times offered to a request or to an episode, by start.
func (tx *Tx) Slots(ctx context.Context, request intake.RequestID, ep episode.ID) ([]appointment.Slot, error) {
	all, err := many(ctx, tx, tx.scanSlot, "SELECT "+slotColumns+" FROM slot WHERE request_id = $1 OR episode_id = $2", null(request), null(ep))
	slices.SortFunc(all, func(a, b appointment.Slot) int { return cmp.Or(a.Starts.Compare(b.Starts), cmp.Compare(a.ID, b.ID)) })
	return all, err
}

// PutSlot keeps an offered time. The same worker and start offered twice is offered once.
func (tx *Tx) PutSlot(ctx context.Context, s appointment.Slot) error {
	k, err := tx.timesSeal()
	if err != nil {
		return err
	}
	box := k.seal(sealedAt("slot.times", s.ID), times{at: s.At, minutes: s.Minutes, starts: s.Starts, kind: s.PlaceKind, place: s.Place})
	return walled(tx.exec(ctx, "INSERT INTO slot ("+slotColumns+", mark) VALUES ("+marks(1, 7)+") ON CONFLICT DO NOTHING",
		s.ID, null(s.Request), null(s.Episode), s.Worker, null(s.Second), box, k.slot(string(s.Request)+string(s.Episode), string(s.Worker), s.Starts)))
}

// DeleteSlot withdraws an offered time.
func (tx *Tx) DeleteSlot(ctx context.Context, id appointment.SlotID) error {
	return tx.exec(ctx, "DELETE FROM slot WHERE id = $1", id)
}

// DeleteSlots withdraws all times offered to a request or to an episode.
func (tx *Tx) DeleteSlots(ctx context.Context, request intake.RequestID, ep episode.ID) error {
	return tx.exec(ctx, "DELETE FROM slot WHERE request_id = $1 OR episode_id = $2", null(request), null(ep))
}

// DeletePassedSlots withdraws the offered times that began before an instant, and tells how many.
func (tx *Tx) DeletePassedSlots(ctx context.Context, before time.Time) (int, error) {
	all, err := many(ctx, tx, tx.scanSlot, "SELECT "+slotColumns+" FROM slot")
	var passed []any
	for _, s := range all {
		if s.Starts.Before(before) {
			passed = append(passed, s.ID)
		}
	}
	if err != nil {
		return 0, err
	}
	return len(passed), inParts(passed, func(ids []any) error {
		return tx.exec(ctx, "DELETE FROM slot WHERE id IN ("+marks(1, len(ids))+")", ids...)
	})
}

// openSlots counts, of each request, the offered times that still come.
func (tx *Tx) openSlots(ctx context.Context, requests []any) (map[intake.RequestID]int, error) {
	open := map[intake.RequestID]int{}
	return open, inParts(requests, func(ids []any) error {
		all, err := many(ctx, tx, tx.scanSlot, "SELECT "+slotColumns+" FROM slot WHERE request_id IN ("+marks(1, len(ids))+")", ids...)
		for _, s := range all {
			if s.Starts.After(tx.Now()) {
				open[s.Request]++
			}
		}
		return err
	})
}
