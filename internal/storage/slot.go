package storage

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
)

const slotColumns = "id, request_id, episode_id, worker_id, place_kind, place_id, day, clock, zone, minutes, starts"

func scanSlot(r scanner) (s appointment.Slot, err error) {
	return s, r.Scan(&s.ID, textOf(&s.Request), textOf(&s.Episode), &s.Worker, &s.PlaceKind, textOf(&s.Place),
		&s.At.Day, &s.At.Clock, &s.At.Zone, &s.Minutes, instant{&s.Starts})
}

// Slot finds an offered time.
func (tx *Tx) Slot(ctx context.Context, id appointment.SlotID) (appointment.Slot, error) {
	return one(ctx, tx, scanSlot, "SELECT "+slotColumns+" FROM slot WHERE id = $1", id)
}

// Slots are the times offered to a request or to an episode, by start.
func (tx *Tx) Slots(ctx context.Context, request intake.RequestID, ep episode.ID) ([]appointment.Slot, error) {
	return many(ctx, tx, scanSlot, "SELECT "+slotColumns+" FROM slot WHERE request_id = $1 OR episode_id = $2 "+
		"ORDER BY starts, id", null(request), null(ep))
}

// PutSlot keeps an offered time. The same worker and start offered twice is offered once.
func (tx *Tx) PutSlot(ctx context.Context, s appointment.Slot) error {
	return walled(tx.exec(ctx, "INSERT INTO slot ("+slotColumns+") VALUES ("+marks(1, 11)+") ON CONFLICT DO NOTHING",
		s.ID, null(s.Request), null(s.Episode), s.Worker, s.PlaceKind, null(s.Place),
		s.At.Day, s.At.Clock, s.At.Zone, s.Minutes, calendar.Stamp(s.Starts)))
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
	return tx.affect(ctx, "DELETE FROM slot WHERE starts < $1", calendar.Stamp(before))
}
