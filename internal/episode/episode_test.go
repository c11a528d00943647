package episode_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/models"
)

var now = time.Date(2027, 3, 6, 12, 20, 0, 0, time.UTC)

func loaded(t testing.TB) model.Set {
	t.Helper()
	ms, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	return ms
}

func latest(t testing.TB, id string) *model.Model {
	t.Helper()
	m, ok := loaded(t).Latest(id)
	if !ok {
		t.Fatalf("no model %s", id)
	}
	return m
}

func state(m *model.Model, who model.Who, marks ...episode.Mark) episode.State {
	p, _ := m.PartOf(who)
	e := episode.Episode{ID: "e", Part: p.ID, Limit: p.Max, Stage: episode.StageOpen, Guardians: episode.Agree, Age: -1}
	return episode.State{Episode: e, Marks: marks, Age: -1}
}

func mark(id string, no int, state string, counted bool, starts time.Time) episode.Mark {
	return episode.Mark{ID: id, No: no, State: state, Counted: counted, Starts: starts}
}

func heldTimes(n int) (marks []episode.Mark) {
	for i := range n {
		marks = append(marks, mark(string(rune('a'+i)), i+1, "held", true, time.Time{}))
	}
	return marks
}

// the sixth visit is refused with the service's name, the limit and what may follow, in each language.
func TestSixthVisitIsRefusedWithWaysOn(t *testing.T) {
	ms, m := loaded(t), latest(t, "turvaverkko-adult")
	s := state(m, model.Client, heldTimes(5)...)
	s.Ways = episode.Ways(ms, m)
	for _, a := range []model.Action{model.Book, model.Offer} {
		f := episode.Can(m, s, a, now)
		if f == nil || f.Key != "visit.limit" || f.Kind != fault.Conflict {
			t.Fatalf("%s at 5/5: got %v, want visit.limit", a, f)
		}
		for _, lang := range locale.Langs() {
			got := locale.For(lang).Fault(f)
			group, _ := ms.Latest("open-peer-group")
			for _, want := range []string{m.Name(lang), "5", group.Name(lang), m.Text(lang, "way.shelter")} {
				if !strings.Contains(got, want) {
					t.Errorf("%s: %q does not tell %q", lang, got, want)
				}
			}
		}
	}
}

// Numbers: what holds one and what gives it back.
func TestNumbers(t *testing.T) {
	m := latest(t, "turvaverkko-adult")
	later := now.Add(time.Hour)
	for _, c := range []struct {
		name       string
		marks      []episode.Mark
		free, used int
	}{
		{"nothing yet", nil, 1, 0},
		{"booked holds its number", []episode.Mark{mark("a", 1, "booked", false, later)}, 2, 0},
		{"held is used", heldTimes(2), 3, 2},
		{"a missed one that does not count", append(heldTimes(4), mark("x", 0, "missed", false, time.Time{})), 5, 4},
		{"a missed one that counts", append(heldTimes(4), mark("x", 5, "missed", true, time.Time{})), 0, 5},
		{"cancelled by the worker gives it back", append(heldTimes(4), mark("x", 0, "cancelled", false, time.Time{})), 5, 4},
		{"cancelled too late where that counts", append(heldTimes(4), mark("x", 5, "cancelled", true, time.Time{})), 0, 5},
		{"the lowest free one", []episode.Mark{mark("a", 1, "held", true, now), mark("c", 3, "booked", false, later)}, 2, 1},
		{"numbers above the limit count too", []episode.Mark{mark("a", 6, "held", true, now), mark("b", 7, "held", true, now), mark("c", 8, "held", true, now), mark("d", 9, "held", true, now), mark("e", 10, "held", true, now)}, 0, 5},
	} {
		s := state(m, model.Client, c.marks...)
		if got := s.FreeNumber(); got != c.free {
			t.Errorf("%s: free number %d, want %d", c.name, got, c.free)
		}
		if got := s.Used(); got != c.used {
			t.Errorf("%s: used %d, want %d", c.name, got, c.used)
		}
		if may := episode.Can(m, s, model.Book, now) == nil; may != (c.free > 0) {
			t.Errorf("%s: booking allowed %v with free number %d", c.name, may, c.free)
		}
	}
}

// What may happen by stage and marks: each refusal by its key, "" is allowed.
func TestActions(t *testing.T) {
	adult, child := latest(t, "turvaverkko-adult"), latest(t, "turvaverkko-child")
	coming, begun := mark("a", 1, "booked", false, now.Add(time.Minute)), mark("a", 1, "booked", false, now)
	in := func(s episode.State, change func(*episode.State)) episode.State {
		change(&s)
		return s
	}
	stage := func(g episode.Stage) func(*episode.State) { return func(s *episode.State) { s.Episode.Stage = g } }
	disagree := func(choice string) func(*episode.State) {
		return func(s *episode.State) { s.Episode.Guardians, s.Episode.Decision.Choice = episode.Disagree, choice }
	}
	for _, c := range []struct {
		name string
		m    *model.Model
		s    episode.State
		a    model.Action
		want string
	}{
		{"hold before it begins", adult, state(adult, model.Client, coming), model.Hold, "visit.not-yet"},
		{"miss before it begins", adult, state(adult, model.Client, coming), model.Miss, "visit.not-yet"},
		{"hold at its minute", adult, state(adult, model.Client, begun), model.Hold, ""},
		{"hold nothing", adult, state(adult, model.Client, heldTimes(1)...), model.Hold, "visit.nothing-booked"},
		{"move what has begun", adult, state(adult, model.Client, begun), model.Move, "visit.begun"},
		{"move what is coming", adult, state(adult, model.Client, coming), model.Move, ""},
		{"cancel afterwards", adult, state(adult, model.Client, begun), model.Cancel, ""},
		{"place of what has begun", adult, state(adult, model.Client, begun), episode.ActPlace, "visit.begun"},
		{"correct nothing", adult, state(adult, model.Client, coming), episode.ActCorrect, "visit.nothing-marked"},
		{"correct a mark", adult, state(adult, model.Client, heldTimes(1)...), episode.ActCorrect, ""},
		{"close before a meeting", adult, state(adult, model.Client, coming), model.Close, "episode.booked"},
		{"close with an unmarked one", adult, state(adult, model.Client, begun), model.Close, "episode.unmarked"},
		{"close after meetings", adult, state(adult, model.Client, heldTimes(5)...), model.Close, ""},
		{"close a child's with talks open", child, in(state(child, model.Client), func(s *episode.State) { s.Talks = 2 }), model.Close, "episode.talks"},
		{"book while ending", adult, in(state(adult, model.Client), stage(episode.StageEnding)), model.Book, "episode.ending"},
		{"mark while ending", adult, in(state(adult, model.Client, begun), stage(episode.StageEnding)), model.Hold, ""},
		{"way on while ending", adult, in(state(adult, model.Client), stage(episode.StageEnding)), model.GoOn, ""},
		{"anything when closed", adult, in(state(adult, model.Client, begun), stage(episode.StageClosed)), model.Hold, "episode.closed"},
		{"reopen what is closed", adult, in(state(adult, model.Client), stage(episode.StageClosed)), episode.ActReopen, ""},
		{"reopen what is open", adult, state(adult, model.Client), episode.ActReopen, "episode.open"},
		{"guardians of an adult", adult, state(adult, model.Client), episode.ActGuardians, "guardians.none"},
		{"talks of an adult's guardian", adult, state(adult, model.Client), episode.ActTalk, "guardians.no-talks"},
		{"guardians of a child", child, state(child, model.Client), episode.ActGuardians, ""},
		{"talks of a guardian's guardian", child, state(child, model.Guardian), episode.ActTalk, "guardians.no-talks"},
		{"a fifth guardian", child, in(state(child, model.Client), func(s *episode.State) { s.Talks = 4 }), episode.ActTalk, "guardians.enough"},
		{"decide where they agree", child, state(child, model.Client), episode.ActDecide, "guardians.agree"},
		{"A-16: book where they disagree", child, in(state(child, model.Client), disagree("")), model.Book, "model.refused"},
		{"A-16: offer where they disagree", child, in(state(child, model.Client), disagree("")), model.Offer, "model.refused"},
		{"A-16: book after \"continue\"", child, in(state(child, model.Client), disagree("continue")), model.Book, ""},
		{"A-16: book after \"pause\"", child, in(state(child, model.Client), disagree("pause")), model.Book, "model.refused"},
		{"A-16: book after \"stop\"", child, in(state(child, model.Client), disagree("stop")), model.Book, "model.refused"},
		{"A-16: what is booked stands", child, in(state(child, model.Client, begun), disagree("")), model.Hold, ""},
		{"A-16: a guardian's talks go on", child, in(state(child, model.Guardian), disagree("")), model.Book, ""},
	} {
		f := episode.Can(c.m, c.s, c.a, now)
		got := ""
		if f != nil {
			got = f.Key
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// Every refusal the engine can give is a sentence in every language: a missing text or argument panics here.
func TestEveryRefusalHasWords(t *testing.T) {
	said := map[string]bool{}
	for _, id := range []string{"turvaverkko-adult", "turvaverkko-child", "open-peer-group"} {
		m := latest(t, id)
		for _, who := range []model.Who{model.Client, model.Guardian} {
			for _, stage := range []episode.Stage{episode.StageOpen, episode.StageEnding, episode.StageClosed} {
				for _, marks := range [][]episode.Mark{nil, heldTimes(5), {mark("a", 1, "booked", false, now)}, {mark("a", 1, "booked", false, now.Add(1))}} {
					for _, talks := range []int{0, 1, 4} {
						s := state(m, who, marks...)
						s.Episode.Stage, s.Talks = stage, talks
						for _, p := range episode.Actions(m, s, now) {
							if p.Refusal == nil {
								continue
							}
							said[p.Refusal.Key] = true
							for _, lang := range locale.Langs() {
								if text := locale.For(lang).Fault(p.Refusal); len(text) < 10 {
									t.Errorf("%s %s: %q", lang, p.Refusal.Key, text)
								}
							}
						}
					}
				}
			}
		}
	}
	for _, key := range []string{"visit.limit", "visit.not-yet", "visit.begun", "episode.closed", "episode.ending", "episode.booked", "episode.unmarked", "episode.talks", "guardians.enough", "way-on.none"} {
		if !said[key] {
			t.Errorf("the cases never met %s", key)
		}
	}
}

func TestActionsAreAllThere(t *testing.T) {
	m := latest(t, "turvaverkko-adult")
	var got []model.Action
	for _, p := range episode.Actions(m, state(m, model.Client), now) {
		got = append(got, p.Action)
	}
	slices.Sort(got)
	if len(got) != 26 || len(slices.Compact(got)) != 26 {
		t.Errorf("got %d actions: %v", len(got), got)
	}
}

func TestLine(t *testing.T) {
	for in, ok := range map[string]bool{
		"Kahvila Aalto, Hämeentie 3": true, "  ": true, strings.Repeat("ä", 80): true, strings.Repeat("ä", 81): false,
		"a\nb": false, "a\x00b": false, "a\u2028b": false, "\xff": false, "<script>": true,
	} {
		if _, got := episode.Line(in, 80); got != ok {
			t.Errorf("Line(%q) ok = %v, want %v", in, got, ok)
		}
	}
}
