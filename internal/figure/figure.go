// Package figure keeps sums as things happen, so that numbers stay when everything they came from has gone
// . A sum has a month, a unit, a model, a name and one coarse value; never a person, worker or day.
package figure

import (
	"context"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
)

// The figures of this release. The value beside each is in brackets.
const (
	Contacts     = "contacts"      // requests made [channel]
	Referrers    = "referrers"     // requests made [referrer]
	Unused       = "unused"        // requests whose code was never used [channel]
	Ended        = "ended"         // requests ended by staff before an episode [helped, gone, mistake]
	Started      = "started"       // episodes opened [part]
	FirstWait    = "first-wait"    // first meetings held [band of hours from first contact]
	FirstParts   = "first-parts"   // the same by when they were [part of day/band/kept], counted wherever FirstWait is
	FirstPlaces  = "first-places"  // the same by where they were [place kind/band/kept], counted wherever FirstWait is
	WaitMinutes  = "wait-minutes"  // sum of minutes from first contact to first meeting [""]
	Held         = "held"          // meetings held [part]
	DayParts     = "day-parts"     // meetings held [day part]
	PlaceKinds   = "place-kinds"   // meetings held [place kind]
	Missed       = "missed"        // meetings missed [part]
	Cancelled    = "cancelled"     // meetings cancelled [client or worker]
	Closed       = "closed"        // episodes closed [part]
	WaysOn       = "ways-on"       // ways on offered [destination]
	WaysOnTaken  = "ways-on-taken" // ways on accepted [destination]
	Meetings     = "meetings"      // group meetings held [""]
	Adults       = "adults"        // heads at group meetings, adults [""]
	Children     = "children"      // heads at group meetings, children [""]
	Groups       = "groups"        // groups that began [kind]
	Joined       = "joined"        // people who had a place in a group [""]
	Topics       = "topics"        // meetings whose topic was voted for [""]
	Families     = "families"      // families at days to which one signs up [""]
	Ideas        = "ideas"         // groups that were proposed [proposed, planned, not-now]
	ChatsStarted = "chats-started" // conversations begun [""]
	ChatsTaken   = "chats-taken"   // conversations answered [""]
	Messages     = "messages"      // messages to clients that left [sms or email]
	Emergencies  = "emergencies"   // uses of emergency access [ground]
	Applied      = "applied"       // commitments applied for [""]
	Refused      = "refused"       // commitments that a payer did not grant [""]
	Granted      = "granted"       // commitments recorded [kind of work]
	WorkKinds    = "work-kinds"    // visits held that somebody else pays for [kind of work]
	EndVisits    = "end-visits"    // visits that the organisation paid itself, to end well [""]
	EntriesLate  = "entries-late"  // visits whose entry in the payer's system was marked late [""]
	LineEvenings = "line-evenings" // evenings on which a line was answered [""]
	LineContacts = "line-contacts" // contacts with a line, never callers [""]
	LineLengths  = "line-lengths"  // contacts with a line [band of length]
	LineThemes   = "line-themes"   // contacts with a line, each once for every theme [theme]
	LineTips     = "line-tips"     // what callers were told of [destination]
	LineWorries  = "line-worries"  // worries handed from a line to a worker [""]
	LineMinutes  = "line-hours"    // minutes for which volunteers and workers answered a line [""]

	WaysOnDeclined    = "ways-on-declined"    // ways on declined [destination]
	WaysOnMade        = "ways-on-made"        // ways on made together with the client [destination]
	GoalsReached      = "goals-reached"       // goals at the ending [yes, partly, not-yet]
	Results           = "results"             // results at the ending [result.yes, result.partly, result.not-yet]
	EndingMarks       = "ending-marks"        // marks at the ending [mark.yes, mark.no]
	FollowUps         = "follow-ups"          // follow-ups agreed at the ending [contact, client, none]
	FollowUpsAnswered = "follow-ups-answered" // how follow-ups went [answer]
	WorkerChanges     = "worker-changes"      // another worker went on [ground]
	Again             = "again"               // new episodes for the same person [ground]

	Applications      = "applications"       // people who asked to be volunteers [""]
	VolunteersStarted = "volunteers-started" // volunteers taken on [""]; of those who stop or pause there is no figure
	TrainingsHeld     = "trainings-held"     // trainings and meetings of volunteers that were held [item of the year]
	TrainingsAttended = "trainings-attended" // who was there, in heads [item of the year]
	VolunteerMinutes  = "volunteer-hours"    // minutes that volunteers gave, all tasks together [""]
	SupportTalks      = "support-talks"      // what volunteers were owed and given [right]

	WallExceptions = "wall-exceptions" // exceptions to a wall that a second person approved [""], of no model
)

// Sum is one kept number.
type Sum struct {
	Month string // "2006-01" in the unit's zone
	Unit  access.UnitID
	Model string
	Name  string
	Value string
	N     int
}

// Tx is the part of a storage transaction that figures need.
type Tx interface {
	Now() time.Time
	AddFigure(ctx context.Context, sums ...Sum) error // adds each N to what is kept; no two are of the same sum
	Figures(ctx context.Context, unit access.UnitID, from, to string) ([]Sum, error)
}

// Where is the unit and model a sum belongs to.
type Where struct {
	Unit  access.UnitID
	Zone  string
	Model string
}

// Add counts n more of a figure in the month of now.
func Add(ctx context.Context, tx Tx, w Where, name, value string, n int) error {
	return AddIn(ctx, tx, calendar.LocalOf(tx.Now(), w.Zone).Day.Month(), w, name, value, n)
}

// AddIn is Add in a month of its own: what is taken back goes out of the month in which it was counted.
func AddIn(ctx context.Context, tx Tx, month string, w Where, name, value string, n int) error {
	return tx.AddFigure(ctx, Sum{Month: month, Unit: w.Unit, Model: w.Model, Name: name, Value: value, N: n})
}

// One is a figure that grows by one.
type One struct{ Name, Value string }

// AddOnes counts one more of each, in the month of now.
func AddOnes(ctx context.Context, tx Tx, w Where, ones ...One) error {
	if len(ones) == 0 {
		return nil
	}
	month := calendar.LocalOf(tx.Now(), w.Zone).Day.Month()
	sums := make([]Sum, len(ones))
	for i, o := range ones {
		sums[i] = Sum{Month: month, Unit: w.Unit, Model: w.Model, Name: o.Name, Value: o.Value, N: 1}
	}
	return tx.AddFigure(ctx, sums...)
}

// Bands are those of a first wait, in hours, the shortest first.
var Bands = []string{"0-24", "24-48", "48-72", "72-168", "168+"}

// What became of the promise of a first meeting: kept, broken, or there was none.
const (
	Kept      = "kept"
	Late      = "late"
	NoPromise = "none"
)

// First is what a first meeting was counted as, kept sealed with the episode, so that a correction takes back exactly that from the very month. It tells
// no more of the meeting than its own row does. The zero First is of no meeting, or of one that was counted before this was kept.
type First struct {
	Month   string // in which it was counted
	DayPart string // of the meeting
	Place   string // the kind of place
	Band    string
	Promise string
}

// Sums are what it adds to the figures of first meetings.
func (f First) Sums() []One {
	return []One{{FirstWait, f.Band}, {FirstParts, f.value(f.DayPart)}, {FirstPlaces, f.value(f.Place)}}
}

func (f First) value(by string) string { return by + "/" + f.Band + "/" + f.Promise }

// FirstOf reads a value of FirstParts or FirstPlaces: by what, the band, and what became of the promise.
func FirstOf(value string) (by, band, promise string, ok bool) {
	words := strings.Split(value, "/")
	if len(words) != 3 {
		return "", "", "", false
	}
	return words[0], words[1], words[2], true
}

// PromiseOf tells whether a wait keeps a promise; 0 is none.
func PromiseOf(wait, promise time.Duration) string {
	switch {
	case promise <= 0:
		return NoPromise
	case wait <= promise:
		return Kept
	}
	return Late
}

// WaitBand is the band of hours a first wait falls in: "0-24", "24-48", "48-72", "72-168", "168+".
func WaitBand(d time.Duration) string {
	switch h := d.Hours(); {
	case h < 24:
		return "0-24"
	case h < 48:
		return "24-48"
	case h < 72:
		return "48-72"
	case h < 168:
		return "72-168"
	default:
		return "168+"
	}
}
