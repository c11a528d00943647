package appointment

import (
	"context"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
)

// What a client's page is about.
const (
	ClientWaiting = "waiting"   // asked; nothing is offered yet
	ClientOffered = "offered"   // times to pick from
	ClientBooked  = "booked"    // a meeting is coming
	ClientBetween = "between"   // nothing is agreed just now
	ClientEnding  = "ending"    // ways on
	ClientFollow  = "follow-up" // a day on which somebody makes contact
	ClientWaits   = "waits"     // a couple's meeting waits for a new time
	ClientClosed  = "closed"
)

// ClientView is what a return code opens: the client's own and nothing of anybody else's.
type ClientView struct {
	Offer     organization.Offer
	Unit      organization.Unit
	Model     *model.Model
	State     string
	Slots     []Slot        // that can still be picked
	Coming    []Appointment // with the place
	Used      int
	Max       int // 0 is no limit
	WaysOn    []episode.WayOn
	Goals     []episode.Goal // with their words
	AgreesNow bool           // the client may still agree to a goal
	FollowUp  *episode.FollowUp
	Workers   map[access.AccountID]string                 // names of those in Slots and Coming
	Places    map[organization.PlaceID]organization.Place // the unit's offices
	Rooms     map[organization.RoomID]string              // names of rooms in Coming, of offices where clients are told them
	// MissedCounts: not coming without a word uses a visit; LateHours: so does cancelling later than this, 0 never.
	MissedCounts bool
	LateHours    int
	// Of a party's way into a joint process: what both of a couple may know, and nothing else.
	Together bool
	Held     int  // the number of the last meeting held, which safety is asked about; 0 before the first
	Waits    bool // a new time is looked for
	Stage    episode.Stage
}

// ForClient is what a return code opens.
func ForClient(ctx context.Context, tx Tx, ms model.Set, holder intake.Holder) (ClientView, error) {
	a, err := heldBy(ctx, tx, ms, holder)
	if err != nil {
		return ClientView{}, err
	}
	v := ClientView{Unit: a.Unit, Model: a.Model, Used: a.State.Used(), Max: a.Episode.Limit, FollowUp: a.State.FollowUp}
	if p := a.Part(); p.MissedCounts {
		v.MissedCounts, v.LateHours = true, p.LateCancelHours
	}
	offer := a.request.Offer
	if a.target.Episode != "" {
		offer = a.Episode.Offer
		p, is, err := seat(ctx, tx, a.Episode)
		switch {
		case err != nil:
		case is:
			err = v.readSeat(ctx, tx, ms, p)
		default:
			err = v.readEpisode(ctx, tx, a)
		}
		if err != nil {
			return ClientView{}, err
		}
	}
	if v.Offer, err = tx.Offer(ctx, offer); err != nil {
		return ClientView{}, err
	}
	if episode.Can(a.Model, a.State, model.Book, tx.Now()) == nil {
		if v.Slots, err = pickable(ctx, tx, a.target); err != nil {
			return ClientView{}, err
		}
	}
	v.State = v.state(a)
	return v, v.readNames(ctx, tx)
}

func (v *ClientView) readEpisode(ctx context.Context, tx Tx, a aim) (err error) {
	all, err := tx.Appointments(ctx, a.Episode.ID)
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.State == Booked && tx.Now().Before(x.Ends) {
			v.Coming = append(v.Coming, x)
		}
	}
	slices.SortFunc(v.Coming, func(x, y Appointment) int { return x.Starts.Compare(y.Starts) })
	if v.WaysOn, err = tx.WaysOn(ctx, a.Episode.ID); err != nil || len(a.State.Goals) == 0 {
		return err
	}
	v.AgreesNow = a.May(episode.ActGoals, tx.Now()) == nil
	v.Goals, err = tx.Goals(ctx, a.Episode.ID)
	return err
}

func (v *ClientView) state(a aim) string {
	switch {
	case v.Together && v.Stage != episode.StageClosed && len(v.Coming) == 0:
		switch {
		case v.Stage == episode.StageEnding, v.Stage == episode.StageFollowUp: // no new time is looked for any more
			return ClientEnding
		case v.Waits:
			return ClientWaits
		}
		return ClientBetween
	case a.Episode.Stage == episode.StageClosed, v.Stage == episode.StageClosed:
		return ClientClosed
	case len(v.Coming) > 0:
		return ClientBooked
	case a.Episode.Stage == episode.StageEnding:
		return ClientEnding
	case a.Episode.Stage == episode.StageFollowUp:
		return ClientFollow
	case len(v.Slots) > 0:
		return ClientOffered
	case a.target.Request != "":
		return ClientWaiting
	}
	return ClientBetween
}

func (v *ClientView) readNames(ctx context.Context, tx Tx) error {
	v.Workers, v.Places = map[access.AccountID]string{}, map[organization.PlaceID]organization.Place{}
	workers, err := tx.Workers(ctx, v.Unit.ID)
	if err != nil {
		return err
	}
	meets := func(w access.AccountID) bool {
		return slices.ContainsFunc(v.Slots, func(s Slot) bool { return s.Worker == w }) ||
			slices.ContainsFunc(v.Coming, func(a Appointment) bool { return slices.Contains(a.Workers(), w) })
	}
	for _, w := range workers {
		if meets(w.Account) {
			v.Workers[w.Account] = w.Name
		}
	}
	places, err := tx.Places(ctx, v.Unit.ID)
	for _, p := range places {
		v.Places[p.ID] = p
	}
	if err != nil {
		return err
	}
	return v.readRooms(ctx, tx)
}

// readRooms finds the names of the rooms that a client is told: where the coordinator has said so for the office.
func (v *ClientView) readRooms(ctx context.Context, tx Tx) error {
	v.Rooms = map[organization.RoomID]string{}
	for _, a := range v.Coming {
		if a.Room == "" || !v.Places[a.PlaceID].TellRoom {
			continue
		}
		r, err := tx.Room(ctx, a.Room)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		v.Rooms[r.ID] = r.Name
	}
	return nil
}
