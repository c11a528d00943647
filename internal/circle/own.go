package circle

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
)

// idle is how long a participant's stay lasts without use, like a client's.
const idle = 10 * time.Minute

// Visit is a participant who came back with their code. The token goes on in the page's forms; it holds what a vote's mark is
// made of, and that is kept nowhere: with all rows and all keys nobody finds who voted for what.
type Visit struct {
	Token       string
	Exit        string
	Participant Participant
	Circle      Circle
	hall        hall
	voter       string
}

// Enter opens what a group's code opens. What no code of a group is reads as any wrong code.
func Enter(ctx context.Context, tx Tx, ms model.Set, code intake.Code) (Visit, error) {
	p, c, err := tx.ParticipantByCode(ctx, codeIndex(tx, code))
	if fault.Is(err, fault.NotFound) {
		return Visit{}, fault.New(fault.NotFound, "code.wrong")
	}
	if err != nil {
		return Visit{}, err
	}
	voter := base64.RawURLEncoding.EncodeToString(tx.Derive("circle-voter", string(code)))
	var b [24]byte
	rand.Read(b[:])
	return stay(ctx, tx, ms, base64.RawURLEncoding.EncodeToString(b[:])+"."+voter, p, c)
}

// Resume goes on with a stay, ten more minutes from now.
func Resume(ctx context.Context, tx Tx, ms model.Set, token string) (Visit, error) {
	s, err := tx.CircleStay(ctx, stayHash(tx, token))
	if err == nil && !tx.Now().Before(s.Expires) {
		return Visit{}, fault.New(fault.Conflict, "stay.over")
	}
	var p Participant
	var c Circle
	if err == nil {
		p, c, err = tx.Participant(ctx, s.Participant)
	}
	if fault.Is(err, fault.NotFound) {
		return Visit{}, fault.New(fault.Conflict, "stay.over")
	}
	if err != nil {
		return Visit{}, err
	}
	return stay(ctx, tx, ms, token, p, c)
}

func stay(ctx context.Context, tx Tx, ms model.Set, token string, p Participant, c Circle) (Visit, error) {
	h, err := find(ctx, tx, ms, c.Offer)
	if err != nil {
		return Visit{}, err
	}
	_, voter, _ := strings.Cut(token, ".")
	v := Visit{Token: token, Exit: base64.RawURLEncoding.EncodeToString(tx.Derive("circle-exit", token)), Participant: p, Circle: c, hall: h, voter: voter}
	return v, tx.PutCircleStay(ctx, Stay{Hash: stayHash(tx, token), ExitHash: exitHash(tx, v.Exit), Participant: p.ID, Expires: tx.Now().Add(idle)})
}

func stayHash(tx Tx, token string) []byte { return tx.Index("circle-stay", token) }
func exitHash(tx Tx, exit string) []byte  { return tx.Index("circle-exit", exit) }

// Away ends a stay at once. Nothing to end is fine: whoever leaves has left.
func Away(ctx context.Context, tx Tx, exit string) error {
	return tx.DeleteCircleStay(ctx, exitHash(tx, exit))
}

// Talk is a topic as participants see it: no count, and nobody's name.
type Talk struct {
	ID    TopicID
	Text  seal.Text
	Ahead bool // the most voted for the next meeting as things stand
	Mine  bool // one's own vote
	No    int  // the meeting that was about it; 0 when none was
}

// OwnView is all a participant sees: coming meetings, where, and topics. Others who take part are not in it, nor how many they are.
type OwnView struct {
	Circle  Circle // the link only for those who have a place
	Unit    organization.Unit
	Model   *model.Model
	Waiting bool
	Coming  []Meeting
	Next    Meeting // the zero Meeting when none is to come
	Place   organization.Place
	Rooms   map[organization.RoomID]string // names of those of coming meetings, where the office tells them
	Topics  []Talk
}

// View is what a participant sees.
func (v Visit) View(ctx context.Context, tx Tx) (OwnView, error) {
	o := OwnView{Circle: v.Circle, Unit: v.hall.unit, Model: v.hall.model}
	var err error
	if o.Waiting, err = waits(ctx, tx, v.Circle, v.Participant); err != nil {
		return o, err
	}
	all, err := tx.CircleMeetings(ctx, []ID{v.Circle.ID})
	if err != nil {
		return o, err
	}
	for _, m := range all {
		if m.State != Held && m.Starts.Add(time.Duration(v.Circle.Minutes)*time.Minute).After(tx.Now()) && m.No >= v.Participant.FirstNo {
			o.Coming = append(o.Coming, m)
		}
	}
	o.Next, _ = Next(all, tx.Now())
	if o.Waiting {
		o.Circle.Link = seal.Text{}
		return o, nil
	}
	if v.Circle.Place != "" {
		if o.Place, err = tx.Place(ctx, v.Circle.Place); err != nil {
			return o, err
		}
		if o.Rooms, err = told(ctx, tx, o.Place); err != nil {
			return o, err
		}
	}
	mine, err := tx.Ballot(ctx, v.mark(tx, o.Next.No))
	if err != nil && !fault.Is(err, fault.NotFound) {
		return o, err
	}
	o.Topics, err = Talks(ctx, tx, v.Circle, all)
	for i := range o.Topics {
		o.Topics[i].Mine = o.Next.No > 0 && o.Topics[i].ID == mine.Topic
	}
	return o, err
}

// Talks are a group's topics in the order in which they were proposed.
func Talks(ctx context.Context, tx Tx, c Circle, all []Meeting) ([]Talk, error) {
	topics, err := tx.Topics(ctx, c)
	if err != nil {
		return nil, err
	}
	tallies, err := tx.Tallies(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	next, _ := Next(all, tx.Now())
	chosen := Chosen(topics, tallies, len(all))
	var out []Talk
	for _, t := range topics {
		talk := Talk{ID: t.ID, Text: t.Text}
		for no, id := range chosen {
			switch {
			case id != t.ID:
			case no == next.No:
				talk.Ahead = true
			case next.No == 0 || no < next.No:
				talk.No = no
			}
		}
		out = append(out, talk)
	}
	return out, nil
}

// mark is a vote's: of the voter's own code, the group and the meeting, one way.
func (v Visit) mark(tx Tx, no int) []byte {
	return tx.Index("circle-vote", v.voter+" "+string(v.Circle.ID)+" "+strconv.Itoa(no))
}

// Vote is the participant's one vote for the next meeting's topic, in the place of what they voted before.
func (v Visit) Vote(ctx context.Context, tx Tx, topic TopicID) error {
	o, err := v.View(ctx, tx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(o.Topics, func(t Talk) bool { return t.ID == topic })
	switch {
	case o.Waiting || o.Next.No == 0:
		return fault.New(fault.Conflict, "circle.no-vote")
	case i < 0:
		return fault.New(fault.Conflict, "public.gone")
	case o.Topics[i].No > 0:
		return fault.New(fault.Conflict, "circle.talked")
	}
	return tx.PutBallot(ctx, Ballot{Mark: v.mark(tx, o.Next.No), Circle: v.Circle.ID, No: o.Next.No, Topic: topic})
}

// Propose puts a topic on the list. Who proposed it is kept nowhere.
func (v Visit) Propose(ctx context.Context, tx Tx, text string) error {
	waiting, err := waits(ctx, tx, v.Circle, v.Participant)
	if err != nil {
		return err
	}
	if waiting {
		return fault.New(fault.Conflict, "circle.no-vote")
	}
	return propose(ctx, tx, v.Circle, text)
}

// ProposeByLeader lets who leads a group propose a topic like anybody else. They do not vote, choose or put in order.
func ProposeByLeader(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, text string) error {
	s, err := change(ctx, tx, ms, by, of)
	if err != nil {
		return err
	}
	return propose(ctx, tx, s.Circle, text)
}

func propose(ctx context.Context, tx Tx, c Circle, text string) error {
	var form fault.Form
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		form.Add("topic", "circle.empty")
	case !person.Short(text, MaxTopic):
		form.Add("topic", "circle.topic", "most", MaxTopic)
	}
	if err := form.Err(); err != nil {
		return err
	}
	topics, err := tx.Topics(ctx, c)
	if err != nil {
		return err
	}
	t := Topic{ID: TopicID(id.New()), Circle: c.ID, Text: seal.Of(text), Proposed: tx.Now()}
	for _, o := range topics {
		if strings.EqualFold(o.Text.Reveal(), text) {
			return nil // it is there already
		}
		if !t.Proposed.After(o.Proposed) {
			t.Proposed = o.Proposed.Add(time.Millisecond)
		}
	}
	if len(topics) >= mostTopics || c.State != Open {
		return fault.New(fault.Conflict, "circle.topics-full")
	}
	return tx.PutTopic(ctx, c, t)
}

// Leave is "I leave": the name goes at once, with the votes for what is still to come. Nothing is asked.
func (v Visit) Leave(ctx context.Context, tx Tx) error {
	all, err := tx.CircleMeetings(ctx, []ID{v.Circle.ID})
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.Starts.After(tx.Now()) {
			if err := tx.DeleteBallot(ctx, v.mark(tx, m.No)); err != nil {
				return err
			}
		}
	}
	return leave(ctx, tx, v.hall, v.Circle, v.Participant)
}
