package circle

import (
	"context"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
)

// codeIndex is under a purpose of its own: a group's code opens no client's page, and the other way round.
func codeIndex(tx Tx, code intake.Code) []byte { return tx.Index("circle-code", string(code)) }

// nickname checks the name somebody chose. It need not be anybody's, nor be the only one of its kind: to refuse a second
// would tell that there is a first.
func nickname(typed string, form *fault.Form) seal.Text {
	name := strings.TrimSpace(typed)
	switch {
	case name == "":
		form.Add("nickname", "circle.empty")
	case !person.Short(name, MaxNickname):
		form.Add("nickname", "circle.nickname", "most", MaxNickname)
	}
	return seal.Of(name)
}

// Joined is what somebody who joined is shown once.
type Joined struct {
	Code    intake.Code
	Waiting bool // the group is full: whoever has waited longest is next
	FirstNo int
}

// Add takes somebody into the group at the door, by whoever leads it or coordinates its unit. They are there from the next
// meeting on.
func Add(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, name string) (Joined, error) {
	s, err := change(ctx, tx, ms, by, of)
	if err != nil {
		return Joined{}, err
	}
	return enrol(ctx, tx, s.hall, s.Circle, s.Meetings, name, intake.NewCode(), nil)
}

// Joinable are the groups of a service that one may join by oneself: they are open, and have a meeting to come. The first to
// begin stands first.
func Joinable(ctx context.Context, tx Tx, all []Circle) ([]Circle, error) {
	var ids []ID
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	meetings, err := tx.CircleMeetings(ctx, ids)
	if err != nil {
		return nil, err
	}
	by := ByCircle(meetings)
	var out []Circle
	for _, c := range all {
		if _, coming := Next(by[c.ID], tx.Now()); coming && c.State == Open {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b Circle) int { return strings.Compare(string(a.First.Day), string(b.First.Day)) })
	return out, nil
}

// ByCircle puts meetings to their groups.
func ByCircle(all []Meeting) map[ID][]Meeting {
	out := map[ID][]Meeting{}
	for _, m := range all {
		out[m.Circle] = append(out[m.Circle], m)
	}
	return out
}

// Join takes somebody in who came by themselves, under a name of their choice and nothing else. A form that is sent
// twice joins once. A full group lets one wait, with no reason asked.
func Join(ctx context.Context, tx Tx, ms model.Set, of ID, name, token string) (Joined, error) {
	c, err := tx.Circle(ctx, of)
	if err != nil {
		return Joined{}, err
	}
	h, err := find(ctx, tx, ms, c.Offer)
	if err != nil {
		return Joined{}, err
	}
	if h.model.Gathering.ByWorker || !id.Valid(token) {
		return Joined{}, notFound()
	}
	code := intake.CodeOf(tx.Derive("circle-join", string(of)+" "+token))
	if p, _, err := tx.ParticipantByCode(ctx, codeIndex(tx, code)); err == nil {
		waiting, err := waits(ctx, tx, c, p)
		return Joined{code, waiting, p.FirstNo}, err
	} else if !fault.Is(err, fault.NotFound) {
		return Joined{}, err
	}
	all, err := tx.CircleMeetings(ctx, []ID{of})
	if err != nil {
		return Joined{}, err
	}
	return enrol(ctx, tx, h, c, all, name, code, nil)
}

// JoinByWay takes a client in whom a way on led here. Somebody who must not meet another who is known to be there is refused
// in the words of a group that takes nobody.
func JoinByWay(ctx context.Context, tx Tx, ms model.Set, p person.ID, destination string, of ID, name string) (Joined, error) {
	c, err := tx.Circle(ctx, of)
	if err != nil {
		return Joined{}, err
	}
	h, err := find(ctx, tx, ms, c.Offer)
	if err != nil {
		return Joined{}, err
	}
	if h.model.ID != destination || p == "" {
		return Joined{}, notFound()
	}
	all, err := tx.CircleMeetings(ctx, []ID{of})
	if err != nil {
		return Joined{}, err
	}
	apart, err := parted(ctx, tx, c, all, p)
	if err != nil {
		return Joined{}, err
	}
	if apart {
		return Joined{}, fault.New(fault.Conflict, "circle.full")
	}
	return enrol(ctx, tx, h, c, all, name, intake.NewCode(), mark(tx, of, p))
}

// IsHere tells whether a client came to a group by a way on.
func IsHere(ctx context.Context, tx Tx, c Circle, p person.ID) (bool, error) {
	k, err := knownIn(ctx, tx, c)
	return k.has(tx, c.ID, p), err
}

func enrol(ctx context.Context, tx Tx, h hall, c Circle, all []Meeting, name string, code intake.Code, mark []byte) (Joined, error) {
	next, coming := Next(all, tx.Now())
	if c.State != Open || !coming {
		return Joined{}, fault.New(fault.Conflict, "circle.ended")
	}
	before, err := tx.Participants(ctx, c)
	if err != nil {
		return Joined{}, err
	}
	full := len(before) >= c.Places
	if full && (h.model.Gathering.ByWorker || len(before) >= c.Places+mostWaiting) {
		return Joined{}, fault.New(fault.Conflict, "circle.full")
	}
	var form fault.Form
	p := Participant{ID: ParticipantID(id.New()), Circle: c.ID, FirstNo: next.No, Code: codeIndex(tx, code), Mark: mark, Name: nickname(name, &form), Came: tx.Now()}
	if err := form.Err(); err != nil {
		return Joined{}, err
	}
	for _, other := range before { // two within one instant stay in the order in which they were kept
		if !p.Came.After(other.Came) {
			p.Came = other.Came.Add(1e6)
		}
	}
	if err := tx.PutParticipant(ctx, c, p); err != nil {
		return Joined{}, err
	}
	if full {
		return Joined{code, true, next.No}, nil
	}
	return Joined{code, false, next.No}, h.count(ctx, tx, figure.Joined, "", 1)
}

// waits tells whether somebody waits for a place.
func waits(ctx context.Context, tx Tx, c Circle, p Participant) (bool, error) {
	all, err := tx.Participants(ctx, c)
	_, waiting := Split(all, c.Places)
	return slices.ContainsFunc(waiting, func(o Participant) bool { return o.ID == p.ID }), err
}

// Remove takes a name off the list, by whoever leads the group: somebody has said that they leave, or was added by mistake.
func Remove(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, who ParticipantID) error {
	s, err := change(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	p, _, err := tx.Participant(ctx, who)
	if err != nil {
		return err
	}
	if p.Circle != s.ID {
		return notFound()
	}
	return leave(ctx, tx, s.hall, s.Circle, p)
}

// leave lets a name go, and the next who waits come in: nobody chooses who.
func leave(ctx context.Context, tx Tx, h hall, c Circle, p Participant) error {
	all, err := tx.Participants(ctx, c)
	if err != nil {
		return err
	}
	if err := tx.DeleteParticipant(ctx, p.ID); err != nil {
		return err
	}
	in, waiting := Split(all, c.Places)
	if len(waiting) > 0 && slices.ContainsFunc(in, func(o Participant) bool { return o.ID == p.ID }) {
		return h.count(ctx, tx, figure.Joined, "", 1)
	}
	return nil
}
