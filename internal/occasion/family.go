package occasion

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/wall"
)

// Numbers are what a family says of itself, with a first name where it signs up.
type Numbers struct {
	Adults, Children int
	Name             string
}

// check holds what was typed against the model; the name need not be anybody's, nor the only one of its kind.
func (n Numbers) check(m *model.Model, named bool, form *fault.Form) seal.Text {
	if n.Adults < 0 || n.Adults > mostHeads {
		form.Add("adults", "form.number")
	}
	if n.Children < 0 || n.Children > mostHeads {
		form.Add("children", "form.number")
	}
	if form.Err() == nil {
		switch heads := n.Adults + n.Children; {
		case heads == 0:
			form.Add("adults", "occasion.nobody")
		case heads > m.Occasion.Family:
			form.Add("adults", "occasion.family", "most", m.Occasion.Family)
		case n.Adults == 0:
			form.Add("adults", "occasion.adult")
		}
	}
	name := strings.TrimSpace(n.Name)
	switch {
	case !named:
	case name == "":
		form.Add("name", "occasion.empty")
	case !person.Short(name, MaxName):
		form.Add("name", "occasion.line", "most", MaxName)
	case strings.ContainsAny(name, "0123456789@"): // a way to reach them has no place here
		form.Add("name", "occasion.name")
	}
	return seal.Of(name)
}

// codeIndex is under a purpose of its own: a day's code opens no client's page, and the other way round.
func codeIndex(tx Tx, code intake.Code) []byte { return tx.Index("occasion-code", string(code)) }

// Signed is what a family that signed up is shown once.
type Signed struct {
	Code    intake.Code
	Waiting bool // there is no room yet: whoever has waited longest is next
}

// SignUp takes a family in that came by itself. A form that is sent twice signs up once.
func SignUp(ctx context.Context, tx Tx, ms model.Set, of ID, n Numbers, token string) (Signed, error) {
	d, err := tx.Occasion(ctx, of)
	if err != nil {
		return Signed{}, err
	}
	h, err := find(ctx, tx, ms, d.Offer)
	if err != nil {
		return Signed{}, err
	}
	if !id.Valid(token) {
		return Signed{}, notFound()
	}
	code := intake.CodeOf(tx.Derive("occasion-sign-up", string(of)+" "+token))
	if f, _, err := tx.FamilyByCode(ctx, codeIndex(tx, code)); err == nil {
		all, err := tx.Families(ctx, d)
		return Signed{code, Waits(all, d.Places, f.ID)}, err
	} else if !fault.Is(err, fault.NotFound) {
		return Signed{}, err
	}
	if !d.Open(tx.Now()) {
		return Signed{}, closed()
	}
	return enrol(ctx, tx, h, d, n, code, nil)
}

// closed is said when a day takes nobody any more, whatever the reason: that somebody who must not meet them is there reads the same.
func closed() error { return fault.New(fault.Conflict, "occasion.closed") }

// Bring signs up a family for somebody on the telephone, or a client of the worker's own. The episode is not linked to the day: what
// is kept of the client is a keyed mark of this day and them, by which two who must not meet do not come to one day by the hands of
// workers. Who may not come reads that the day takes nobody more (decision 0064).
func Bring(ctx context.Context, tx Tx, ms model.Set, by access.Actor, of ID, client episode.ID, n Numbers) (Signed, error) {
	s, err := see(ctx, tx, ms, by, of)
	if err != nil {
		return Signed{}, err
	}
	if s.State != Planned || !s.Coming(tx.Now()) || s.Gone() {
		return Signed{}, closed() // until it begins: a telephone call may come late
	}
	var kept []byte
	if client != "" {
		p, err := own(ctx, tx, by, client)
		if err != nil {
			return Signed{}, err
		}
		if parted, err := s.parted(ctx, tx, p); parted || err != nil {
			if err == nil {
				err = closed()
			}
			return Signed{}, err
		}
		kept = mark(tx, of, p)
	}
	return enrol(ctx, tx, s.hall, s.Day, n, intake.NewCode(), kept)
}

// SignUpByWay signs up a client whom a way on led to the service, by their own hand. Nothing leads from them to the day: a keyed mark of
// the two is kept, as with Bring, and by it somebody whom they must not meet reads of a day that takes nobody more (R-144, decision 0064).
func SignUpByWay(ctx context.Context, tx Tx, ms model.Set, p person.ID, destination string, of ID, n Numbers) (Signed, error) {
	d, err := tx.Occasion(ctx, of)
	if err != nil {
		return Signed{}, err
	}
	h, err := find(ctx, tx, ms, d.Offer)
	if err != nil {
		return Signed{}, err
	}
	if h.model.ID != destination || p == "" {
		return Signed{}, notFound()
	}
	if d.Gone() || !d.Open(tx.Now()) {
		return Signed{}, closed()
	}
	s := Sight{Day: d}
	if s.Helpers, err = tx.Helpers(ctx, d.ID); err != nil {
		return Signed{}, err
	}
	if parted, err := s.parted(ctx, tx, p); parted || err != nil {
		if err == nil {
			err = closed()
		}
		return Signed{}, err
	}
	return enrol(ctx, tx, h, d, n, intake.NewCode(), mark(tx, of, p))
}

// IsHere tells whether a client was signed up to a day by a worker or by a way on.
func IsHere(ctx context.Context, tx Tx, d Day, p person.ID) (bool, error) {
	here, err := Sight{Day: d}.here(ctx, tx)
	return err == nil && here(p), err
}

// own is whose episode it is, if the actor meets them as their worker.
func own(ctx context.Context, tx Tx, by access.Actor, client episode.ID) (person.ID, error) {
	relation, err := tx.Granted(ctx, by, access.Episode, string(client))
	if err != nil {
		return "", err
	}
	if relation != access.ByWorker {
		return "", notFound()
	}
	e, err := tx.Episode(ctx, client)
	return e.Person, err
}

func enrol(ctx context.Context, tx Tx, h hall, d Day, n Numbers, code intake.Code, mark []byte) (Signed, error) {
	var form fault.Form
	name := n.check(h.model, true, &form)
	if err := form.Err(); err != nil {
		return Signed{}, err
	}
	all, err := tx.Families(ctx, d)
	if err != nil {
		return Signed{}, err
	}
	if _, waiting := Split(all, d.Places); len(waiting) >= mostWaiting {
		return Signed{}, closed()
	}
	f := Family{ID: FamilyID(id.New()), Day: d.ID, Code: codeIndex(tx, code), Mark: mark, Adults: n.Adults, Children: n.Children, Name: name, Came: tx.Now()}
	for _, other := range all { // two within one instant stay in the order in which they were kept
		if !f.Came.After(other.Came) {
			f.Came = other.Came.Add(time.Millisecond)
		}
	}
	if err := tx.PutFamily(ctx, d, f); err != nil {
		return Signed{}, err
	}
	return Signed{code, Waits(append(all, f), d.Places, f.ID)}, nil
}

// mark is what is kept of a client whom a worker signed up: a keyed fingerprint of this day and them. Who holds the rows reads nobody
// out of it; the program can ask "is this one here?" and nothing else. It goes with the list.
func mark(tx Tx, of ID, p person.ID) []byte {
	return tx.Index("occasion-person", string(of)+" "+string(p))
}

// here answers who of those whom workers signed up comes.
func (s Sight) here(ctx context.Context, tx Tx) (wall.Here, error) {
	all, err := tx.Families(ctx, s.Day)
	known := map[string]bool{}
	for _, f := range all {
		if len(f.Mark) > 0 {
			known[hex.EncodeToString(f.Mark)] = true
		}
	}
	return func(p person.ID) bool { return p != "" && known[hex.EncodeToString(mark(tx, s.ID, p))] }, err
}

// Together tells a coordinator of the day's unit whether two who must not meet have both been signed up (decision 0074).
func Together(ctx context.Context, tx Tx, w wall.Watch, d Day) (bool, error) {
	if d.State != Planned || d.Gone() {
		return false, nil
	}
	return w.Together(ctx, tx, func() (wall.Here, error) { return Sight{Day: d}.here(ctx, tx) })
}

// parted tells whether a person may not come: who must not meet them is known to be there, or works there.
func (s Sight) parted(ctx context.Context, tx Tx, p person.ID) (bool, error) {
	here, err := s.here(ctx, tx)
	if err != nil {
		return false, err
	}
	var works []access.AccountID
	for _, h := range Comes(s.Helpers) {
		works = append(works, h.Account)
	}
	return wall.PartedHere(ctx, tx, here, works, p)
}

// Remove takes a family off the list, by whoever works on the day: they have said that they do not come.
func Remove(ctx context.Context, tx Tx, ms model.Set, may May, by access.Actor, of ID, who FamilyID) error {
	s, in, err := Names(ctx, tx, ms, may, by, of)
	if err != nil {
		return err
	}
	if !s.Works {
		return notFound()
	}
	for _, f := range in {
		if f.ID == who {
			return tx.DeleteFamily(ctx, who)
		}
	}
	return notFound()
}

// idle is how long a family's stay lasts without use, like a client's.
const idle = 10 * time.Minute

// Visit is a family that came back with its code. The token goes on in the page's forms.
type Visit struct {
	Token  string
	Exit   string
	Family Family
	Day    Day
	hall   hall
}

// Enter opens what a day's code opens. What is no code of a day reads as any wrong code.
func Enter(ctx context.Context, tx Tx, ms model.Set, code intake.Code) (Visit, error) {
	f, d, err := tx.FamilyByCode(ctx, codeIndex(tx, code))
	if fault.Is(err, fault.NotFound) {
		return Visit{}, fault.New(fault.NotFound, "code.wrong")
	}
	if err != nil {
		return Visit{}, err
	}
	var b [24]byte
	rand.Read(b[:])
	return stay(ctx, tx, ms, base64.RawURLEncoding.EncodeToString(b[:]), f, d)
}

// Resume goes on with a stay, ten more minutes from now.
func Resume(ctx context.Context, tx Tx, ms model.Set, token string) (Visit, error) {
	s, err := tx.OccasionStay(ctx, tx.Index("occasion-stay", token))
	if err == nil && !tx.Now().Before(s.Expires) {
		return Visit{}, fault.New(fault.Conflict, "stay.over")
	}
	var f Family
	var d Day
	if err == nil {
		f, d, err = tx.Family(ctx, s.Family)
	}
	if fault.Is(err, fault.NotFound) {
		return Visit{}, fault.New(fault.Conflict, "stay.over")
	}
	if err != nil {
		return Visit{}, err
	}
	return stay(ctx, tx, ms, token, f, d)
}

func stay(ctx context.Context, tx Tx, ms model.Set, token string, f Family, d Day) (Visit, error) {
	h, err := find(ctx, tx, ms, d.Offer)
	if err != nil {
		return Visit{}, err
	}
	v := Visit{Token: token, Exit: base64.RawURLEncoding.EncodeToString(tx.Derive("occasion-exit", token)), Family: f, Day: d, hall: h}
	return v, tx.PutOccasionStay(ctx, Stay{Hash: tx.Index("occasion-stay", token), ExitHash: tx.Index("occasion-exit", v.Exit), Family: f.ID, Expires: tx.Now().Add(idle)})
}

// Away ends a stay at once. Nothing to end is fine: whoever leaves has left.
func Away(ctx context.Context, tx Tx, exit string) error {
	return tx.DeleteOccasionStay(ctx, tx.Index("occasion-exit", exit))
}

// OwnView is all that a family sees: the day, their own numbers, and whether there is room. Others are not in it, nor how many come.
type OwnView struct {
	Day     Day // the place only for those who have room
	Family  Family
	Unit    organization.Unit
	Model   *model.Model
	Waiting bool
	Where   Whereabouts // for those who have room
}

// View is what a family sees.
func (v Visit) View(ctx context.Context, tx Tx) (OwnView, error) {
	o := OwnView{Day: v.Day, Family: v.Family, Unit: v.hall.unit, Model: v.hall.model}
	all, err := tx.Families(ctx, v.Day)
	if err != nil {
		return o, err
	}
	for _, f := range all {
		if f.ID == v.Family.ID {
			o.Family = f
		}
	}
	if o.Waiting = Waits(all, v.Day.Places, v.Family.ID); o.Waiting {
		o.Day.Place, o.Day.Office, o.Day.Room = seal.Text{}, "", ""
	}
	o.Where, err = o.Day.whereabouts(ctx, tx, false)
	return o, err
}

// Change says that they are more or fewer. Fewer is always fine; more as far as there is room, so that nobody else loses theirs.
func (v Visit) Change(ctx context.Context, tx Tx, n Numbers) error {
	if v.Day.State != Planned || !v.Day.Coming(tx.Now()) {
		return fault.New(fault.Conflict, "occasion.over")
	}
	var form fault.Form
	n.check(v.hall.model, false, &form)
	if err := form.Err(); err != nil {
		return err
	}
	all, err := tx.Families(ctx, v.Day)
	if err != nil {
		return err
	}
	in, _ := Split(all, v.Day.Places)
	adults, children := Heads(in)
	for _, f := range all {
		if f.ID != v.Family.ID {
			continue
		}
		more := n.Adults + n.Children - f.Heads()
		if room := v.Day.Places - adults - children; more > 0 && more > room && !Waits(all, v.Day.Places, f.ID) {
			form.Add("adults", "occasion.no-room", "n", f.Heads()+room)
			return form.Err()
		}
		f.Adults, f.Children = n.Adults, n.Children
		return tx.PutFamily(ctx, v.Day, f)
	}
	return notFound()
}

// Leave is "we are not coming": the name goes at once. Nothing is asked.
func (v Visit) Leave(ctx context.Context, tx Tx) error { return tx.DeleteFamily(ctx, v.Family.ID) }
