package appointment

import (
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/organization"
)

// A worker of eight hours a day fits five meetings of an hour and a half; a meeting in the middle takes what it overlaps; what has begun is past, and Sunday ends a week.
func TestAheadCountsWholeMeetings(t *testing.T) {
	day := func(d, h, m int) time.Time { return time.Date(2027, 1, d, h-2, m, 0, 0, time.UTC) } // Helsinki's clocks
	hours := []organization.Hours{{Weekday: 4, Opens: "09:00", Closes: "17:00"}, {Weekday: 6, Opens: "10:00", Closes: "11:30"}}
	s := Supply{Zone: "Europe/Helsinki", Places: []organization.Place{{ID: "p", Active: true}}, Workers: []organization.Worker{{Account: "a", Hours: hours}, {Account: "b", Hours: hours}}, Busy: []Busy{
		{Worker: access.AccountID("a"), Starts: day(14, 12, 0), Ends: day(14, 13, 30), PlaceKind: Office, PlaceID: "p"},
		{Worker: access.AccountID("a"), Starts: day(11, 9, 0), Ends: day(11, 10, 30), PlaceKind: Office, PlaceID: "p"},
	}}
	got := s.ahead(Wanted{PlaceKind: Office, Minutes: 90, From: "2027-01-12", To: "2027-01-24"}, day(12, 8, 0))
	if len(got) != 2 || got[0].First != "2027-01-12" || got[0].Last != "2027-01-17" || got[1].First != "2027-01-18" {
		t.Fatalf("%+v", got)
	}
	if w := got[0]; w.Booked != 1 || w.Free != 4+5+2 || w.Parts["weekend"] != 2 || w.Parts["office-hours"] != 9 {
		t.Errorf("this week: %+v", w)
	}
	if w := got[1]; w.Booked != 0 || w.Free != 12 {
		t.Errorf("the next: %+v", w)
	}
}
