// Package demo plays a year of an invented organisation's life through the same actions that pages call, with the
// clock turned from one event to the next. Nothing is put into the database behind the actions' back; a seed decides
// the dice, so that the same seed gives the same year.
package demo

import (
	"container/heap"
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
)

const zone = "Europe/Helsinki"

// House is what the demo plays in.
type House struct {
	DB     *storage.DB
	Models model.Set
	Turn   func(ctx context.Context, to time.Time) error // sets the clock and does what has become due
	Now    func() time.Time
}

// Options say how to play. Until is the instant at which the play stops and people take over.
type Options struct {
	Seed     uint64
	Until    time.Time
	BaseURL  string
	Progress func(day string)
}

// Link is a one-time sign-in link of one of the staff.
type Link struct {
	Key   string // "worker", "coordinator", "operator", "editor"; further ones carry unit and number
	Label string
	URL   string
}

// world is the year under way.
type world struct {
	db      *storage.DB
	models  model.Set
	house   House
	opt     Options
	dice    *rand.Rand
	queue   events
	units   []*unit
	staff   []colleague
	counter int
	answers *rand.Rand // of what people answer afterwards
}

// Play founds the organisation at the clock's present instant and lives until opt.Until.
func Play(ctx context.Context, h House, opt Options) ([]Link, error) {
	return newWorld(h, opt).play(ctx)
}

func newWorld(h House, opt Options) *world {
	return &world{db: h.DB, models: h.Models, house: h, opt: opt, dice: rand.New(rand.NewPCG(opt.Seed, 2027)), answers: newAnswers(opt.Seed)}
}

func (w *world) play(ctx context.Context) ([]Link, error) {
	if err := w.found(ctx); err != nil {
		return nil, err
	}
	w.begin()
	if err := w.live(ctx); err != nil {
		return nil, err
	}
	return w.links(ctx)
}

// event is something that somebody does at an instant.
type event struct {
	at  time.Time
	seq int // keeps the order of what happens at the same instant
	do  func(ctx context.Context) error
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	if e[i].at.Equal(e[j].at) {
		return e[i].seq < e[j].seq
	}
	return e[i].at.Before(e[j].at)
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// at plans something. What is planned for after the end of the play never happens.
func (w *world) at(t time.Time, do func(ctx context.Context) error) {
	w.counter++
	heap.Push(&w.queue, event{t, w.counter, do})
}

// in plans something some time from now.
func (w *world) in(d time.Duration, do func(ctx context.Context) error) {
	w.at(w.house.Now().Add(d), do)
}

// live turns the clock from event to event.
func (w *world) live(ctx context.Context) error {
	day := ""
	for w.queue.Len() > 0 && w.queue[0].at.Before(w.opt.Until) {
		e := heap.Pop(&w.queue).(event)
		if e.at.After(w.house.Now()) {
			if err := w.house.Turn(ctx, e.at); err != nil {
				return err
			}
		}
		if d := string(calendar.LocalOf(e.at, zone).Day); d != day && w.opt.Progress != nil {
			day = d
			w.opt.Progress(day)
		}
		if err := e.do(ctx); err != nil {
			return fmt.Errorf("the demo on %s: %w", calendar.LocalOf(e.at, zone).Day, err)
		}
	}
	return w.house.Turn(ctx, w.opt.Until)
}

// update runs one action the way a page does.
func (w *world) update(ctx context.Context, do func(tx *storage.Tx) error) error {
	return w.db.Update(ctx, do)
}

// chance throws the dice.
func (w *world) chance(p float64) bool { return w.dice.Float64() < p }

// between is a length of time from a to b.
func (w *world) between(a, b time.Duration) time.Duration {
	return a + time.Duration(w.dice.Int64N(int64(b-a)+1))
}

func (w *world) from(span [2]int) int {
	if span[1] <= span[0] {
		return span[0]
	}
	return span[0] + w.dice.IntN(span[1]-span[0]+1)
}

// weighted picks one of the words by weight.
func (w *world) weighted(words []string, weights []int) string {
	sum := 0
	for _, n := range weights {
		sum += n
	}
	x := w.dice.IntN(sum)
	for i, n := range weights {
		if x < n {
			return words[i]
		}
		x -= n
	}
	return words[0]
}

// local is an instant from a day and a clock in the demo's zone. The demo asks for no clock of a night when clocks change.
func local(day calendar.Date, clock string) time.Time {
	t, err := calendar.Local{Day: day, Clock: calendar.Clock(clock), Zone: zone}.Instant()
	if err != nil {
		panic(err)
	}
	return t
}

// links makes a sign-in link for everybody, the first of each role under the role's own name.
func (w *world) links(ctx context.Context) ([]Link, error) {
	var out []Link
	seen := map[string]bool{}
	for _, c := range w.staff {
		token := ""
		if err := w.update(ctx, func(tx *storage.Tx) (err error) {
			token, err = account.LinkFor(ctx, tx, access.System(), c.Account, account.Demo)
			return err
		}); err != nil {
			return nil, err
		}
		key := string(c.role)
		for n := 2; seen[key]; n++ {
			key = fmt.Sprintf("%s-%d", c.role, n)
		}
		seen[key] = true
		out = append(out, Link{Key: key, Label: fmt.Sprintf("%s, %s (%s)", c.name, c.role, c.unit), URL: w.opt.BaseURL + "/sign-in/link/" + token})
	}
	return out, nil
}
