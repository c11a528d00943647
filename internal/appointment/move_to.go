package appointment

import (
	"context"

	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/outgoing"
)

// MoveTo gives booked meetings of one episode of a client to another of theirs that has just begun: the hours stay, the
// numbers begin anew, and those who work in the new one hold them. The caller has asked leave.
func MoveTo(ctx context.Context, tx Tx, to episode.Loaded, meetings []Appointment) error {
	for i, a := range meetings {
		if err := said(ctx, tx, to, a, outgoing.MeetingOver); err != nil { // what waits was said of the old one
			return err
		}
		a.Episode, a.Limit, a.Regime, a.No = to.Episode.ID, to.Episode.Limit, to.Episode.Regime, i+1
		a.Worker, a.Second = to.Episode.Worker, to.State.Work.Second
		if !takesTwo(to, a) {
			a.Second = ""
		}
		a.Sequence++
		if err := reseat(ctx, tx, &a); err != nil {
			return err
		}
		if err := put(ctx, tx, to, a); err != nil {
			return asNotFree(err)
		}
		if err := said(ctx, tx, to, a, outgoing.MeetingBooked); err != nil {
			return err
		}
	}
	return nil
}
