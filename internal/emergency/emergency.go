// Package emergency is seeing an episode that is not one's own when it cannot wait: a colleague is away, somebody is in
// danger (break-glass, decision 0046). It lasts three hours, names a ground from a list, and is seen by two others. There
// is nothing to search: whoever comes has been told the episode's number. Walls stand: the grant is a row like any other,
// and storage refuses it there.
package emergency

import (
	"context"
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/organization"
)

// Lasts is how long the episode stays open to the one who asked.
const Lasts = 3 * time.Hour

// Grounds are the reasons there are. None is typed: a sentence here would be a sentence about a client.
var Grounds = []string{"absent", "danger", "reached"}

// Use is one use of it. First and Second have seen that it was done; "" while nobody has.
type Use struct {
	ID            string
	Episode       episode.ID
	Unit          access.UnitID
	Account       access.AccountID
	Ground        string
	Day           calendar.Date
	Until         time.Time
	First, Second access.AccountID
}

// Tx is the part of a storage transaction that this needs.
type Tx interface {
	audit.Tx
	figure.Tx
	Granted(ctx context.Context, by access.Actor, kind access.Kind, id string) (access.Relation, error)
	PutGrant(ctx context.Context, g access.Grant) error
	Episode(ctx context.Context, id episode.ID) (episode.Episode, error)
	EpisodesNumbered(ctx context.Context, number string) ([]episode.ID, error) // by the first twelve signs of the id
	Unit(ctx context.Context, id access.UnitID) (organization.Unit, error)
	Emergency(ctx context.Context, id string) (Use, error)
	EmergencyOf(ctx context.Context, who access.AccountID, e episode.ID) (Use, error) // the one that stands now
	UnseenEmergencies(ctx context.Context) ([]Use, error)                             // seen by fewer than two, the oldest first
	PutEmergency(ctx context.Context, u Use) error
	DropEmergencies(ctx context.Context, now time.Time) (int, error) // over and seen by two, and grants that are over
}

// Number is what an episode is called on the telephone: the first twelve signs of its id, which are random.
func Number(e episode.ID) string {
	s := strings.ToUpper(strings.ReplaceAll(string(e), "-", ""))
	if len(s) < 12 {
		return ""
	}
	return s[:4] + " " + s[4:8] + " " + s[8:12]
}

// ParseNumber is a typed number in the shape storage looks for; "" when it is none.
func ParseNumber(typed string) string {
	s := strings.ToLower(strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(typed))
	if len(s) != 12 || strings.Trim(s, "0123456789abcdef") != "" {
		return ""
	}
	return s
}

func hidden() error { return fault.New(fault.NotFound, "not-found") }

// Open opens an episode of the actor's own unit for three hours. A number that is not there, another unit's, a closed one
// and one behind a wall are all not found.
func Open(ctx context.Context, tx Tx, by access.Actor, typed, ground string) (episode.ID, error) {
	var form fault.Form
	n := ParseNumber(typed)
	if n == "" {
		form.Add("number", "emergency.number")
	}
	if !slices.Contains(Grounds, ground) {
		form.Add("ground", "emergency.ground")
	}
	if err := form.Err(); err != nil {
		return "", err
	}
	e, err := find(ctx, tx, by, n)
	if err != nil {
		return "", err
	}
	relation, err := tx.Granted(ctx, by, access.Episode, string(e.ID))
	switch {
	case err == nil && relation == access.ByWorker:
		return "", fault.New(fault.Conflict, "emergency.already")
	case err != nil && !fault.Is(err, fault.NotFound):
		return "", err
	}
	return e.ID, open(ctx, tx, by, e, ground)
}

// find is the episode a number names, where the actor may open one.
func find(ctx context.Context, tx Tx, by access.Actor, n string) (episode.Episode, error) {
	ids, err := tx.EpisodesNumbered(ctx, n)
	if err != nil || len(ids) != 1 {
		return episode.Episode{}, orHidden(err)
	}
	e, err := tx.Episode(ctx, ids[0])
	if err == nil && (e.Stage == episode.StageClosed || (!by.Is(access.Worker, e.Unit) && !by.Is(access.Coordinator, e.Unit))) {
		err = hidden()
	}
	return e, err
}

func orHidden(err error) error {
	if err == nil {
		return hidden()
	}
	return err
}

func open(ctx context.Context, tx Tx, by access.Actor, e episode.Episode, ground string) error {
	until := tx.Now().Add(Lasts)
	err := tx.PutGrant(ctx, access.Grant{Holder: string(by.Account), Kind: access.Episode, Object: string(e.ID), Relation: access.ByWorker, Until: until})
	if fault.Is(err, fault.Conflict) {
		return hidden() // a wall
	}
	if err != nil {
		return err
	}
	unit, err := tx.Unit(ctx, e.Unit)
	if err != nil {
		return err
	}
	use := Use{ID: id.New(), Episode: e.ID, Unit: e.Unit, Account: by.Account, Ground: ground, Day: calendar.LocalOf(tx.Now(), unit.Zone).Day, Until: until}
	if err := tx.PutEmergency(ctx, use); err != nil {
		return err
	}
	if err := audit.Note(ctx, tx, by, audit.Emergency, access.Episode, string(e.ID)); err != nil {
		return err
	}
	return figure.Add(ctx, tx, figure.Where{Unit: e.Unit, Zone: unit.Zone, Model: e.Model}, figure.Emergencies, ground, 1)
}

// Held is the use by which the actor sees the episode now; the zero Use when they see it otherwise.
func Held(ctx context.Context, tx Tx, by access.Actor, e episode.ID) (Use, error) {
	u, err := tx.EmergencyOf(ctx, by.Account, e)
	if fault.Is(err, fault.NotFound) {
		return Use{}, nil
	}
	return u, err
}

// witnesses tells whether the actor is one of those who shall see a use: a coordinator of the unit who may see the episode,
// a keeper of the walls, an operator; never the one who did it, and each once. A coordinator on the other side of a wall
// would learn from it that there is an episode they do not see.
func (u Use) witnesses(ctx context.Context, tx Tx, by access.Actor) (bool, error) {
	if !by.Staff() || by.Account == u.Account || by.Account == u.First || u.Second != "" {
		return false, nil
	}
	if by.Has(access.Keeper) || by.Has(access.Operator) {
		return true, nil
	}
	_, err := tx.Granted(ctx, by, access.Episode, string(u.Episode))
	if err != nil && !fault.Is(err, fault.NotFound) {
		return false, err
	}
	return err == nil && by.Is(access.Coordinator, u.Unit), nil
}

// ToSee are the uses that wait for the actor's eyes.
func ToSee(ctx context.Context, tx Tx, by access.Actor) ([]Use, error) {
	if !access.Witness.Allows(by) {
		return nil, nil
	}
	all, err := tx.UnseenEmergencies(ctx)
	var out []Use
	for _, u := range all {
		sees, err := u.witnesses(ctx, tx, by)
		if err != nil {
			return nil, err
		}
		if sees {
			out = append(out, u)
		}
	}
	return out, err
}

// See notes that the actor has seen a use. With the second it needs nobody more.
func See(ctx context.Context, tx Tx, by access.Actor, use string) error {
	u, err := tx.Emergency(ctx, use)
	if err != nil {
		return err
	}
	if sees, err := u.witnesses(ctx, tx, by); err != nil || !sees {
		return orHidden(err)
	}
	if u.First == "" {
		u.First = by.Account
	} else {
		u.Second = by.Account
	}
	if err := tx.PutEmergency(ctx, u); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, audit.Witnessed, access.Episode, string(u.Episode))
}

// Forget drops grants that are over, and uses that are over and have been seen by two. The audit keeps that there was one.
func Forget(ctx context.Context, tx Tx) (int, error) { return tx.DropEmergencies(ctx, tx.Now()) }
