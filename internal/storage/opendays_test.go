package storage_test

import (
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/storage"
)

// openDays are the columns of the house that hold an instant, a day or a month in the open, each with the judgement that it
// tells of no visit (decision 0057). Nothing else may: seal it, or say here why not and in docs/threat-model.md what it tells.
var openDays = map[string]string{
	"opening.opens": hours, "opening.closes": hours, "working_hours.opens": hours, "working_hours.closes": hours,
	"account.wait_until": staffs, "account.created": staffs, "passkey.created": staffs, "sign_in_link.expires": staffs, "session.created": staffs, "session.seen": staffs,
	"session.expires": staffs, "session.proved": staffs, "recovery.asked": staffs, "recovery.expires": staffs, "feed.made": staffs, "sign_in_day.day": staffs,
	"room.out_first": rooms, "room.out_last": rooms,
	"absence.first": staffs, "absence.last": staffs, "presence.until": staffs,
	"group_meeting.day": posters, "group_meeting.clock": posters, "group_meeting.starts": posters,
	"line_evening.day": posters, "line_evening.clock": posters, "line_evening.starts": posters,
	"shift_wish.away_first": staffs, "shift_wish.away_last": staffs,
	"circle_stay.expires": staying, "occasion_stay.expires": staying, "circle_idea.expires": asking,
	"request.created": asking, "request.due": asking, "request.expires": asking, "application.applied": asking, "application.refused": asking,
	"conversation.created": talking, "conversation.last": talking, "conversation.ends": talking,
	"client_session.expires": staying, "release_code.expires": staying, "erasure.asked": staying, "erasure.due": staying, "erasure.done": staying,
	"wall_exception.month": agreed, "wall_exception.last_day": agreed,
	"access_grant.until": "three hours of an emergency, until the next sweep", "access_grant.rank": "a request's hour, an episode's month",
	"job.run_at": "work that is done at once; what waits for a meeting is no job", "job.lease_until": "minutes from now",
	"feedback_quote.month": months,
	"feedback_drawn.month": "after which month a fingerprint goes",
	"ended.day":            "of fingerprints that name nothing",
	"report_made.made":     staffs, "release_memory.held": months, "figure.month": months, "audit.month": months, "episode.month": months,
	"goose_db_version.tstamp": "of the program",
}

const (
	hours   = "hours of every week"
	staffs  = "staff's own"
	rooms   = "of a room that nobody can use: nobody is met there"
	posters = "told on posters, of nobody"
	asking  = "somebody asks and has not been met: the row goes when they are given a time"
	talking = "a talk while it goes on"
	staying = "what a client does on their own page, of days at most"
	agreed  = "an end that two agreed on for a wall's exception"
	months  = "a month, which the sums tell"
)

// Whatever holds a time in the open is known and judged, and nothing is judged that is not there.
func TestTimesInTheOpenAreKnown(t *testing.T) {
	all, err := storage.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	is := map[string]bool{}
	for _, c := range all {
		if c.Store != storage.House {
			continue
		}
		name := c.Table + "." + c.Name
		is[name] = c.Class == storage.ClassTime
		if is[name] && openDays[name] == "" {
			t.Errorf("%s holds a time in the open: does a visit's day follow from it?", name)
		}
		if c.Class == storage.ClassSealed && strings.HasSuffix(c.Name, "times") && !strings.Contains(c.Purpose, "sealed with the house's key of times") {
			t.Errorf("%s: its purpose does not say whose key seals it", name)
		}
	}
	for name := range openDays {
		if !is[name] {
			t.Errorf("%s is judged and holds no time in the open", name)
		}
	}
}
