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
		{"the report", "-- s --\ngiven it is 2026-03-02 09:00\nand worker Noora\nand coordinator Marja\nwhen Noora has 5 people answer the form adult with 5 good answers to each question\n" +
			"and it is 2027-03-01 09:00\nthen Marja reads in the report of 2026 that form/turvaverkko-adult/adult/situation is \"100 % (n = 5)\"", "at least 60"},
		{"a form of one's own", "-- s --\ngiven worker Noora\nwhen Noora has 5 people answer the form worker with 5 good answers to each question\nthen the form adult has 0 answers in 2027-01", "handed to nobody"},
		{"a figure", five + "then figure held for client is 6", "got 5, want 6"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := tell(t, "turvaverkko-adult", c.story); err == nil || !strings.Contains(err.Error(), c.fails) {
				t.Errorf("the story ended with %v, want %q", err, c.fails)
			}
		})
	}
}

// The sentences of who answers a line fail at what is not so.
func TestUntrueEvenings(t *testing.T) {
	const evening = "-- s --\ngiven it is 2027-01-12 10:00\nand coordinator Sari\nand Sari has trained Ari for answer-line on 2026-09-01\n" +
		"when Sari plans 2 evenings of the line from 2027-01-14 at 18:00 on weekdays 2 and 4\nand Sari puts Ari on the evening of 2027-01-14\n"
	for _, c := range []struct{ name, story, fails string }{
		{"another evening", "then Ari answers on 2027-01-19", "got false, want true"},
		{"somebody answers", "then nobody answers on 2027-01-14", "got 1, want 0"},
		{"no letter", "then Sari gets a letter", "got false, want true"},
		{"is told", "when Ari cannot come on 2027-01-14\nthen Sari gets no letter", "got true, want false"},
		{"not asked", "then Ari is asked for 2027-01-19", "got false, want true"},
		{"somebody is needed", "when Ari cannot come on 2027-01-14\nthen Sari sees that no evening needs anybody", "want 0"},
		{"not late yet", "when Ari cannot come on 2027-01-14\nthen Sari sees that 2027-01-14 cannot wait", "the desk tells"},
		{"nothing lacks", "then Sari reads that 1 could answer on 2027-01-14 but for month", "nobody is missing"},
		{"not there", "then Sari reads that 0 others could answer on 2027-01-19 instead of Ari", "does not stand there"},
		{"not asked to swap", "when Ari answers yes to swapping with Ari\nthen refused not-found", "nobody asked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := tell(t, "miesluuri", evening+c.story); err == nil || !strings.Contains(err.Error(), c.fails) {
				t.Errorf("the story ended with %v, want %q", err, c.fails)
			}
		})
	}
}

func tell(t *testing.T, service, text string) error {
	t.Helper()
	set, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	stories, mistakes := model.ParseStory(service, "story.txtar", []byte(text), set)
	if len(mistakes) > 0 || len(stories) != 1 {
		t.Fatal(mistakes)
	}
	clock := storagetest.NewClock()
	return story.Run(t.Context(), storagetest.Open(t, "sqlite", clock), clock.Set, set, stories[0])
}
