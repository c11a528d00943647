package appointment

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/models"
)

var noon = time.Date(2027, 3, 6, 12, 20, 0, 0, time.UTC)

// life plays one episode through the rules, as the actions do, and keeps the sums.
type life struct {
	m    *model.Model
	ep   episode.Episode
	all  []Appointment
	sums map[string]int
	now  time.Time
	made int

	months     map[string]int // sums of first meetings, each in its month
	first      [2]string      // of the meeting that was measured: part of day, kind of place
	firstMonth string

	cover []episode.Span // where somebody else pays
	ends  map[ID]bool    // what the organisation pays itself
}

func newLife(m *model.Model, who model.Who) *life {
	p, _ := m.PartOf(who)
	l := &life{m: m, sums: map[string]int{}, months: map[string]int{}, now: noon, ends: map[ID]bool{}, ep: episode.Episode{
		ID: "e", Part: p.ID, Regime: string(m.Regime), Limit: p.Max, Stage: episode.StageOpen, Guardians: episode.Agree,
		Age: -1, Wait: -1, Contacted: noon.Add(-time.Hour),
	}}
	if m.Commitment != nil {
		today := calendar.DateOf(noon, time.UTC)
		l.ep.Limit, l.cover = m.Commitment.Min, []episode.Span{{First: today, Last: today.Add(6)}}
	}
	return l
}

func (l *life) state() episode.State {
	s := episode.State{Episode: l.ep, Age: -1, Cover: l.cover}
	for _, a := range l.all {
		s.Marks = append(s.Marks, episode.Mark{ID: string(a.ID), No: a.No, State: a.State, Counted: a.Counted, Starts: a.Starts, Ends: a.Ends,
			Day: a.At.Day, End: l.ends[a.ID]})
	}
	return s
}

// book is what Book does between the engine and storage.
func (l *life) book(in time.Duration) error {
	if err := episode.May(l.m, l.state(), model.Book, l.now); err != nil {
		return err
	}
	l.made++
	starts := l.now.Add(in)
	c := checked{Free: Free{Worker: "w", At: calendar.LocalOf(starts, "Europe/Helsinki"), Minutes: 60, PlaceKind: []string{Office, Home, Agreed}[l.made%3]}, starts: starts, ends: starts.Add(time.Hour)}
	l.all = append(l.all, newBooking(ID(strconv.Itoa(l.made)), l.state(), c, seal.Of("Hämeentie 3")))
	return nil
}

func (l *life) mark(i int, rule func(Case) (Outcome, error)) error {
	was := l.all[i]
	o, err := rule(Case{l.m, l.state(), was})
	if err != nil {
		return err
	}
	if o.Episode.Wait >= 0 && l.ep.Wait < 0 { // measured: what a recount would find
		l.first = [2]string{was.DayPart, was.PlaceKind}
		l.firstMonth = calendar.LocalOf(l.now, "Europe/Helsinki").Day.Month()
	}
	l.all[i], l.ep = o.Appointment, o.Episode
	for _, c := range o.Counts {
		l.sums[c.Name+"/"+c.Value] += c.N
		if strings.HasPrefix(c.Name, "first-") || c.Name == figure.WaitMinutes {
			l.months[c.Month+" "+c.Name+"/"+c.Value] += c.N
		}
	}
	return nil
}

// event plays one of all that can happen, chosen by two bytes.
func (l *life) event(what, which byte) {
	i := 0
	if len(l.all) > 0 {
		i = int(which) % len(l.all)
	} else if what%14 >= 2 && what%14 <= 8 || what%14 == 13 {
		return
	}
	switch what % 14 {
	case 0, 1:
		_ = l.book(time.Duration(1+which%96) * 15 * time.Minute)
	case 2:
		_ = l.mark(i, func(c Case) (Outcome, error) { return c.Held(l.now) })
	case 3:
		_ = l.mark(i, func(c Case) (Outcome, error) { return c.Missed(l.now) })
	case 4:
		_ = l.mark(i, func(c Case) (Outcome, error) { return c.Cancelled(ByWorker, l.now) })
	case 5:
		_ = l.mark(i, func(c Case) (Outcome, error) { return c.Cancelled(ByClient, l.now) })
	case 6, 7, 8:
		to := []string{Held, Missed, Cancelled}[what%14-6]
		_ = l.mark(i, func(c Case) (Outcome, error) { return c.Corrected(to, l.now) })
	case 9:
		l.now = l.now.Add(time.Duration(which) * time.Hour)
	case 10:
		l.arrange(which)
	case 11:
		l.ep.Guardians = []string{episode.Agree, episode.Disagree}[which%2]
		l.ep.Decision.Choice = []string{"", "continue", "pause", "stop"}[which/2%4]
	case 12:
		l.extend(int(which))
	case 13:
		if episode.CanTouch(l.m, l.state(), episode.ActEndVisit, string(l.all[i].ID), l.now) == nil {
			l.ends[l.all[i].ID] = true
		}
	}
}

// extend is the payer agreeing to more days, now and then with a gap before them.
func (l *life) extend(which int) {
	if which%3 == 0 && episode.Can(l.m, l.state(), episode.ActExtend, l.now) == nil {
		first := l.state().LastCovered().Add(1 + which%4)
		l.cover = append(l.cover, episode.Span{First: first, Last: first.Add(which % 9)})
	}
}

func (l *life) arrange(which byte) {
	stages := map[model.Action]episode.Stage{episode.ActEnd: episode.StageEnding, episode.ActReopen: episode.StageOpen, model.Close: episode.StageClosed}
	a := []model.Action{episode.ActEnd, episode.ActReopen, model.Close}[which%3]
	if episode.Can(l.m, l.state(), a, l.now) == nil {
		l.ep.Stage = stages[a]
	}
}

// broken tells what holds no more. The first lines are the schema's own promises.
func (l *life) broken() string {
	numbers, states := map[int]bool{}, map[string]int{}
	for _, a := range l.all {
		states[a.State]++
		holds := a.State == Booked || a.Counted
		switch {
		case holds != (a.No > 0):
			return fmt.Sprintf("%s counted %v has number %d", a.State, a.Counted, a.No)
		case holds && l.ep.Limit > 0 && a.No > l.ep.Limit:
			return fmt.Sprintf("number %d of %d", a.No, l.ep.Limit)
		case holds && numbers[a.No]:
			return fmt.Sprintf("number %d twice", a.No)
		case a.State == Booked && (a.Starts.IsZero() || a.Ends.IsZero() || a.At == calendar.Local{} || a.Worker == "" || a.Minutes == 0):
			return "a booked meeting without its time"
		case a.State != Booked && !a.Place.Empty():
			return a.State + " keeps its place"
		case a.State != Booked && l.m.Regime == model.NoRecord && (a.At != calendar.Local{} || !a.Starts.IsZero() || !a.Ends.IsZero() || a.Worker != "" || a.PlaceID != "" || a.Minutes != 0):
			return a.State + " keeps when, where or with whom"
		case a.PlaceKind == "" || a.DayPart == "":
			return "place kind or day part is lost"
		case (a.State == Cancelled) != (a.CancelledBy != ""):
			return a.State + " was cancelled by " + a.CancelledBy
		}
		numbers[a.No] = holds
		if wrong := l.brokenCover(a); wrong != "" {
			return wrong
		}
	}
	return l.brokenSums(states)
}

// brokenCover: what uses a granted visit was on a day that somebody pays for, and never is an end visit.
func (l *life) brokenCover(a Appointment) string {
	if l.m.Commitment == nil || a.State == Booked {
		return ""
	}
	switch {
	case a.Counted && (l.ends[a.ID] || !l.state().Covers(a.At.Day)):
		return a.State + " uses a visit that nobody granted"
	case a.State == Held && !a.Counted && !l.ends[a.ID]:
		return "a visit is held that nobody pays for"
	}
	return ""
}

func (l *life) brokenSums(states map[string]int) string {
	byName := map[string]int{}
	for key, n := range l.sums {
		name, _, _ := strings.Cut(key, "/")
		byName[name] += n
		if n < 0 {
			return fmt.Sprintf("%s is %d", key, n)
		}
	}
	wait, measured := max(l.ep.Wait, 0), 0
	if l.ep.Wait >= 0 {
		measured = 1
	}
	for name, want := range map[string]int{
		figure.Held: states[Held], figure.DayParts: states[Held], figure.PlaceKinds: states[Held], figure.Missed: states[Missed],
		figure.Cancelled: states[Cancelled], figure.WorkKinds: l.paid(), figure.EndVisits: l.own(), figure.FirstWait: measured, figure.WaitMinutes: wait,
	} {
		if byName[name] != want {
			return fmt.Sprintf("%s is %d, want %d", name, byName[name], want)
		}
	}
	// A recount of who was measured, in the very months: no correction may leave anything behind, nor take what was not there.
	want := map[string]int{}
	if measured == 1 {
		band, promise := figure.WaitBand(time.Duration(wait)*time.Minute), figure.PromiseOf(time.Duration(wait)*time.Minute, l.m.FirstVisit)
		want[l.firstMonth+" "+figure.FirstWait+"/"+band] = 1
		want[l.firstMonth+" "+figure.FirstParts+"/"+l.first[0]+"/"+band+"/"+promise] = 1
		want[l.firstMonth+" "+figure.FirstPlaces+"/"+l.first[1]+"/"+band+"/"+promise] = 1
		if wait > 0 {
			want[l.firstMonth+" "+figure.WaitMinutes+"/"] = wait
		}
	}
	got := maps.Clone(l.months)
	maps.DeleteFunc(got, func(_ string, n int) bool { return n == 0 })
	if !maps.Equal(got, want) {
		return fmt.Sprintf("first meetings are %v, want %v", got, want)
	}
	if measured == 1 && !l.ep.Contacted.IsZero() {
		return "the first contact is kept beside the wait"
	}
	return ""
}

// paid are the held visits that somebody else pays for, own those that the organisation does.
func (l *life) paid() int { return l.held(func(a Appointment) bool { return !l.ends[a.ID] }) }
func (l *life) own() int  { return l.held(func(a Appointment) bool { return l.ends[a.ID] }) }

func (l *life) held(which func(Appointment) bool) (n int) {
	for _, a := range l.all {
		if l.m.Commitment != nil && a.State == Held && which(a) {
			n++
		}
	}
	return n
}

// variants are the models that ship, and the same with the settings and regimes they do not use yet.
func variants(t testing.TB) []*model.Model {
	t.Helper()
	ms, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out, paid []*model.Model
	for _, m := range ms.All() {
		if m.ByHeads() || m.Parties != nil { // two who meet together have a test of their own in package joint
			continue
		}
		if m.Commitment != nil {
			paid = append(paid, m)
			continue
		}
		out = append(out, m)
		for _, regime := range []model.Regime{model.NoRecord, model.Goals} {
			strict := *m
			strict.Regime, strict.Parts = regime, slices.Clone(m.Parts)
			for i := range strict.Parts {
				strict.Parts[i].MissedCounts, strict.Parts[i].LateCancelHours = true, 24
			}
			out = append(out, &strict)
		}
	}
	slices.SortStableFunc(out, func(a, b *model.Model) int { return unlimited(a) - unlimited(b) }) // the first have a limit to reach
	if len(out) < 6 {
		t.Fatalf("only %d models to play", len(out))
	}
	return append(out, paid...)
}

// unlimited is 1 of a model whose clients have as many visits as they need.
func unlimited(m *model.Model) int {
	if p, _ := m.PartOf(model.Client); p.Max == 0 {
		return 1
	}
	return 0
}

// No sequence of events gives a visit too many, one number twice, a trace where none may be, or a figure that does
// not agree with what it counts (design 5, R-131, R-133, R-143).
func TestNoSequenceBreaksTheCount(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	full := 0
	for _, m := range variants(t) {
		for _, who := range []model.Who{model.Client, model.Guardian} {
			if _, ok := m.PartOf(who); !ok {
				continue
			}
			for range 300 {
				l := newLife(m, who)
				var played []byte
				for range 80 {
					what, which := byte(random.IntN(256)), byte(random.IntN(256))
					played = append(played, what, which)
					l.event(what, which)
					if broken := l.broken(); broken != "" {
						t.Fatalf("%s %s, seed %d: %s after %v", m.ID, who, seed, broken, played)
					}
				}
				if l.ep.Limit > 0 && l.state().FreeNumber() == 0 {
					full++
				}
			}
		}
	}
	if full < 50 {
		t.Errorf("only %d lives came to their limit: the events are too tame to prove anything", full)
	}
}

func FuzzLife(f *testing.F) {
	f.Add([]byte{0, 0, 9, 30, 2, 0, 0, 3, 9, 30, 3, 1, 6, 1})
	f.Add([]byte{2, 1, 0, 4, 0, 4, 0, 4, 0, 4, 0, 4, 0, 4, 0, 4, 4, 0, 6, 0})
	all := variants(f)
	f.Fuzz(func(t *testing.T, events []byte) {
		if len(events) < 3 || len(events) > 600 {
			return
		}
		l := newLife(all[int(events[0])%len(all)], model.Client)
		for i := 1; i+1 < len(events); i += 2 {
			l.event(events[i], events[i+1])
			if broken := l.broken(); broken != "" {
				t.Fatalf("%s: %s after event %d", l.m.ID, broken, i)
			}
		}
	})
}

func play(t *testing.T, m *model.Model) *life {
	t.Helper()
	return newLife(m, model.Client)
}

func (l *life) must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if broken := l.broken(); broken != "" {
		t.Fatal(broken)
	}
}

// first contact on Saturday 6.3.2027 at 14.20, meeting on Sunday 7.3. at 16.00: 25 h 40 min.
func TestFirstWait(t *testing.T) {
	l := play(t, variants(t)[0])
	l.ep.Contacted = noon
	l.must(t, l.book(25*time.Hour+40*time.Minute))
	l.now = noon.Add(26 * time.Hour)
	l.must(t, l.mark(0, func(c Case) (Outcome, error) { return c.Held(l.now) }))
	if l.ep.Wait != 25*60+40 || !l.ep.Contacted.IsZero() || l.sums["first-wait/24-48"] != 1 || l.sums["wait-minutes/"] != 1540 {
		t.Errorf("wait %d, contacted %v, sums %v", l.ep.Wait, l.ep.Contacted, l.sums)
	}
	// The second meeting measures nothing.
	l.must(t, l.book(time.Hour))
	l.now = l.now.Add(2 * time.Hour)
	l.must(t, l.mark(1, func(c Case) (Outcome, error) { return c.Held(l.now) }))
	if l.sums["first-wait/24-48"] != 1 || l.sums["wait-minutes/"] != 1540 {
		t.Errorf("the second meeting was measured too: %v", l.sums)
	}
}

// A wrong mark put right takes its figures along and says what cannot come back.
func TestCorrections(t *testing.T) {
	l := play(t, variants(t)[0])
	l.must(t, l.book(time.Hour))
	l.now = l.now.Add(time.Hour)
	l.must(t, l.mark(0, func(c Case) (Outcome, error) { return c.Held(l.now) }))
	options := Case{l.m, l.state(), l.all[0]}.Corrections(l.now)
	if len(options) != 2 || options[0].State != Missed || options[0].Refusal != nil || !slices.Equal(options[0].Lost, []string{"visit.lost.wait"}) {
		t.Errorf("corrections of the only held meeting: %+v", options)
	}
	l.must(t, l.mark(0, func(c Case) (Outcome, error) { return c.Corrected(Missed, l.now) }))
	if l.ep.Wait != -1 || l.all[0].No != 0 || l.sums["held/client"] != 0 || l.sums["missed/client"] != 1 {
		t.Errorf("after held → missed: wait %d, number %d, sums %v", l.ep.Wait, l.all[0].No, l.sums)
	}
	l.must(t, l.mark(0, func(c Case) (Outcome, error) { return c.Corrected(Held, l.now) }))
	if l.ep.Wait != -1 || l.all[0].No != 1 {
		t.Errorf("after missed → held: wait %d (must stay unknown), number %d", l.ep.Wait, l.all[0].No)
	}
	// With another held meeting left, the measured wait stays.
	two := play(t, variants(t)[0])
	for i := range 2 {
		two.must(t, two.book(time.Hour))
		two.now = two.now.Add(time.Hour)
		two.must(t, two.mark(i, func(c Case) (Outcome, error) { return c.Held(two.now) }))
	}
	two.must(t, two.mark(1, func(c Case) (Outcome, error) { return c.Corrected(Missed, two.now) }))
	if two.ep.Wait != 120 || two.sums["wait-minutes/"] != 120 {
		t.Errorf("the wait of the other held meeting is %d, sums %v", two.ep.Wait, two.sums)
	}
	for to, want := range map[string]string{Booked: "visit.book-again", Held: "visit.same-mark", "gone": "form.choice"} {
		if err := l.mark(0, func(c Case) (Outcome, error) { return c.Corrected(to, l.now) }); !fault.HasKey(err, want) {
			t.Errorf("correct to %q: got %v, want %s", to, err, want)
		}
	}
}

// "by dragging a cancelled visit": a cancelled meeting cannot come back as the sixth.
func TestCancelledDoesNotComeBackAsTheSixth(t *testing.T) {
	l := play(t, variants(t)[0])
	l.must(t, l.book(time.Hour))
	l.must(t, l.mark(0, func(c Case) (Outcome, error) { return c.Cancelled(ByWorker, l.now) }))
	for i := range 5 {
		l.must(t, l.book(time.Hour))
		l.now = l.now.Add(2 * time.Hour)
		l.must(t, l.mark(i+1, func(c Case) (Outcome, error) { return c.Held(l.now) }))
	}
	if err := l.book(time.Hour); !fault.HasKey(err, "visit.limit") {
		t.Errorf("booking at 5/5: %v", err)
	}
	for _, to := range []string{Held, Booked} {
		if err := l.mark(0, func(c Case) (Outcome, error) { return c.Corrected(to, l.now) }); err == nil {
			t.Errorf("the cancelled meeting became %s as the sixth", to)
		}
	}
}

// A client's late word uses a visit only where the model says so; the worker's never.
func TestLateCancelling(t *testing.T) {
	all := variants(t)
	for _, c := range []struct {
		m       *model.Model
		who     string
		before  time.Duration
		counted bool
	}{
		{all[0], ByClient, time.Hour, false}, {all[1], ByClient, time.Hour, true}, {all[1], ByClient, 24 * time.Hour, false},
		{all[1], ByClient, -time.Hour, true}, {all[1], ByWorker, time.Hour, false},
	} {
		l := play(t, c.m)
		l.must(t, l.book(30*time.Hour))
		l.now = l.now.Add(30*time.Hour - c.before)
		l.must(t, l.mark(0, func(x Case) (Outcome, error) { return x.Cancelled(c.who, l.now) }))
		if l.all[0].Counted != c.counted {
			t.Errorf("%s, missed counts %v, %v before: counted %v", c.who, c.m.Parts[0].MissedCounts, c.before, l.all[0].Counted)
		}
	}
}
