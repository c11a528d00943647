package story_test

import (
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/story"
	"rinnalla.fi/rinnalla/models"
)

// Every story of every model comes true on both databases.
func TestStories(t *testing.T) {
	set, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range set.All() {
		for _, s := range set.Stories(m.ID) {
			t.Run(m.ID+"/"+s.Name, func(t *testing.T) {
				storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
					if err := story.Run(t.Context(), db, clock.Set, set, s); err != nil {
						t.Error(err)
					}
				})
			})
		}
	}
}

// A story that does not come true fails at its line: each of these is a true one with one word changed.
func TestUntrueStories(t *testing.T) {
	const begin = "-- s --\ngiven it is 2027-01-12 10:00\nand worker Jukka\nwhen Antti asks by form\n"
	const five = begin + "and Jukka meets Antti 5 times\n"
	const talk = "-- s --\ngiven worker Jukka\nwhen Antti writes in the chat Hello\nand Jukka answers Antti Hello\nand Jukka makes a request for Antti\n"
	for _, c := range []struct{ name, story, fails string }{
		{"a sixth", five + "when Jukka books Antti for 2027-03-01 10:00 at office\nthen Antti has used 5 of 5", "story.txtar:6"},
		{"not refused", begin + "when Jukka meets Antti 1 times\nthen refused visit.limit", "allowed"},
		{"refused otherwise", five + "when Jukka books Antti for 2027-03-01 10:00 at office\nthen refused episode.closed", "refused otherwise"},
		{"both tabs", begin + "when Jukka books Antti at once for 2027-01-13 10:00 and 2027-01-13 12:00 at office\nthen refused visit.limit", "one was to be refused"},
		{"the counter", five + "then Antti has used 4 of 5", "got 5 of 5, want 4 of 5"},
		{"the state", begin + "then Antti is booked", "got waiting"},
		{"the slots", begin + "then Antti sees 1 offered times", "got 0, want 1"},
		{"the meetings", five + "then Antti sees 1 coming meetings", "got 0, want 1"},
		{"a time not offered", begin + "when Jukka offers Antti 2027-01-13 10:00 at office\nand Antti picks 2027-01-13 11:00\nthen Antti is booked", "not offered"},
		{"no place", begin + "when Jukka books Antti for 2027-01-13 10:00 at agreed\nthen Antti sees the place Library", "no coming meeting has that place"},
		{"a place is there", begin + "when Jukka books Antti for 2027-01-13 10:00 at agreed\nand Antti says the place is Library\nthen Jukka sees no place of Antti", "got 1, want 0"},
		{"another place", begin + "when Jukka books Antti for 2027-01-13 10:00 at agreed\nand Antti says the place is Library\nthen Jukka sees the place Park of Antti", "got [Library]"},
		{"it is seen", five + "then Jukka sees nothing of Antti", "was shown"},
		{"nothing is over", begin + "when Jukka books Antti for 2027-01-13 10:00 at office\nthen past meetings of Antti are numbers alone", "no meeting is over"},
		{"the wait", five + "then Antti waited 1 h 0 min", "want 1h0m0s"},
		{"no way on", five + "then way police of Antti is offered", "was not offered"},
		{"the answer", five + "when Jukka offers Antti the way on to police\nthen way police of Antti is accepted", "got offered"},
		{"the chat goes on", talk + "then the chat of Antti is gone", "conversation is there"},
		{"kept", five + "when Jukka closes the episode of Antti\nand 5 days pass\nthen nothing is kept of Antti", "is there"},
		{"a figure", five + "then figure held for client is 6", "got 5, want 6"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := tell(t, c.story); err == nil || !strings.Contains(err.Error(), c.fails) {
				t.Errorf("the story ended with %v, want %q", err, c.fails)
			}
		})
	}
}

func tell(t *testing.T, text string) error {
	t.Helper()
	set, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	stories, mistakes := model.ParseStory("turvaverkko-adult", "story.txtar", []byte(text), set)
	if len(mistakes) > 0 || len(stories) != 1 {
		t.Fatal(mistakes)
	}
	clock := storagetest.NewClock()
	return story.Run(t.Context(), storagetest.Open(t, "sqlite", clock), clock.Set, set, stories[0])
}
