// Package model is a service as data: who may come, by which channels, how many visits, under which conditions, what
// is kept and for how long, what follows, what is counted (design 2). It knows no service by name, and it decides
// nothing about an episode: package episode asks it.
package model

import (
	"cmp"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/person"
)

// Form is how people meet.
type Form string

// The forms.
const (
	Individual Form = "individual"
	Couple     Form = "couple"
	Group      Form = "group"
	OpenGroup  Form = "open-group"
	Event      Form = "event"
	Helpline   Form = "helpline"
	Volunteer  Form = "volunteer"
)

// Regime is what may be kept of one person's visit (design 3).
type Regime string

// The regimes.
const (
	NoRecord  Regime = "none"
	Anonymous Regime = "anonymous"
	Goals     Regime = "goals"
	Joint     Regime = "joint"
	Buyer     Regime = "buyer"
)

// Who is whose visits a part counts.
type Who string

// A part's visits are the client's own, a guardian's, or gatherings counted by heads.
const (
	Client   Who = "client"
	Guardian Who = "guardian"
	Heads    Who = "group"
)

// Model is one version of one service. It is never changed after loading.
type Model struct {
	ID         string
	Slug       string // a neutral word for addresses, to be suggested to whoever offers the service
	Version    int
	Form       Form
	Regime     Regime
	Clients    []person.Kind
	Channels   []string      // form, chat, telephone, email, partner
	Referrers  []string      // texts referrer.ID
	FirstVisit time.Duration // the promise: first meeting this soon after the first contact; 0 when none is made
	UnusedDays int           // an unused return code and its request vanish after these days
	Times      []string      // wishes: office-hours, evening, weekend
	Places     []string      // wishes: office, home, agreed
	Parts      []Part        // in the file's order
	Conditions []Condition
	Parties    *Parties       // a couple's process rests on each party's own; nil where there is none
	Decision   *Decision      // what is decided when guardians disagree; nil where there are none
	Volunteer  *VolunteerPath // a volunteer's path; nil where it is about clients
	Commitment *Commitment    // what somebody else may agree to pay for; nil where nobody does
	Line       *Line          // a telephone line on evenings; nil where there is none
	Feedback   []FeedbackForm // what people are asked afterwards, in the file's order
	Gathering  *Gathering     // how its groups are put together; nil but in the form group
	Occasion   *Occasion      // days to which families sign up; nil where there are none
	Cancel     Reasons
	Unless     []string // one worker carries an episode through; grounds for another: texts change.ID. Empty where it is not said
	Again      []string // grounds on which a coordinator opens a new episode for the same person: texts again.ID
	WithClient bool     // nobody speaks of a person who is not there: text speaking says it
	WaysOn     []WayOn
	Keep       []Keep
	Documents  []string // kinds of papers; empty where none may be written, and the text "documents" says why
	Figures    []string

	texts texts
}

// Part is one counted way through the service.
type Part struct {
	ID              string
	Who             Who
	PerGuardian     bool // one for each guardian, apart from each other
	Max             int  // visits at the most; 0 is not limited
	Minutes         int  // how long one usually is
	MissedCounts    bool // a visit missed without a word uses one
	LateCancelHours int  // cancelling later than this before counts like missing; 0 is never
	Plan            []Visit
	Goals           int     // goals at the most; 0 is none at all. Text goals says how many
	Ending          *Ending // nil where nothing is asked at the end
}

// Decision is what a coordinator decides where guardians disagree: from lists alone.
type Decision struct {
	Choices []string // continue, pause, stop
	Grounds []string // texts decision.ground.ID
}

// Reasons for cancelling, to choose from. Texts cancel.ID.
type Reasons struct{ Worker, Client []string }

// WayOn is something that may follow: another model, or a kind of place elsewhere (texts way.ID).
type WayOn struct {
	Kind        string // "service" or "elsewhere", as way_on.kind
	Destination string
}

// withClient is the one word of the key speaking.
const withClient = "with-client"

// Kinds of ways on.
const (
	Service   = "service"
	Elsewhere = "elsewhere"
)

// Keep is one thing that is kept, and how long. Text keep.ID says it to the client.
type Keep struct {
	What  string
	Ever  bool   // sums without persons
	Days  int    // counted from After
	After string // asking, meeting, last-meeting, chat, closing, answering, stopping
	With  string // goes when that goes: request, episode
}

// Part finds a part by its id.
func (m *Model) Part(id string) (Part, bool) {
	i := slices.IndexFunc(m.Parts, func(p Part) bool { return p.ID == id })
	if i < 0 {
		return Part{}, false
	}
	return m.Parts[i], true
}

// PartOf finds the part for the client, a guardian or the group.
func (m *Model) PartOf(w Who) (Part, bool) {
	i := slices.IndexFunc(m.Parts, func(p Part) bool { return p.Who == w })
	if i < 0 {
		return Part{}, false
	}
	return m.Parts[i], true
}

// Retention tells how long a thing is kept.
func (m *Model) Retention(what string) (Keep, bool) {
	i := slices.IndexFunc(m.Keep, func(k Keep) bool { return k.What == what })
	if i < 0 {
		return Keep{}, false
	}
	return m.Keep[i], true
}

// EraseAfterDays is how many days after its closing an episode is erased.
func (m *Model) EraseAfterDays() int {
	k, _ := m.Retention("episode")
	return k.Days
}

// Counts tells whether the model counts a figure.
func (m *Model) Counts(name string) bool { return slices.Contains(m.Figures, name) }

// ByHeads tells whether the service is gatherings counted by heads, without episodes.
func (m *Model) ByHeads() bool { return m.Form == OpenGroup || m.Form == Event || m.Form == Group }

// Circles tells whether those who gather are the same each time, a number of times set beforehand (package circle).
func (m *Model) Circles() bool { return m.Form == Group }

// Volunteers tells whether it is about volunteers, who are nobody's clients.
func (m *Model) Volunteers() bool { return m.Form == Volunteer && m.Volunteer != nil }

// Leads tells whether the way on is one of the model's.
func (m *Model) Leads(kind, destination string) bool {
	return slices.Contains(m.WaysOn, WayOn{kind, destination})
}

// Set is all models that were loaded, with their old versions.
type Set struct {
	byID    map[string][]*Model // versions descending
	stories map[string][]Story
}

// Model finds one version: an open episode stays on the one it began with.
func (s Set) Model(id string, version int) (*Model, bool) {
	for _, m := range s.byID[id] {
		if m.Version == version {
			return m, true
		}
	}
	return nil, false
}

// Latest finds the newest version, for what begins today.
func (s Set) Latest(id string) (*Model, bool) {
	if ms := s.byID[id]; len(ms) > 0 {
		return ms[0], true
	}
	return nil, false
}

// All are the newest versions, by id.
func (s Set) All() []*Model {
	var out []*Model
	for _, ms := range s.byID {
		out = append(out, ms[0])
	}
	slices.SortFunc(out, func(a, b *Model) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Stories are the stories that walk a model's newest version.
func (s Set) Stories(id string) []Story { return slices.Clone(s.stories[id]) }

// Versions are all versions of a model, newest first.
func (s Set) Versions(id string) []*Model { return slices.Clone(s.byID[id]) }
