// Package story carries out the stories of service models through the real actions on a real database, with the clock
// turned as they say. Nothing is inserted behind the actions' backs. How a story is read is left to package model.
package story

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/occasion"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// zone is where stories happen.
const zone = "Europe/Helsinki"

// Run carries out a story in an empty database whose clock is turned by turn. The error names the line that did not
// come true.
func Run(ctx context.Context, db *storage.DB, turn func(time.Time), set model.Set, s model.Story) error {
	w := &world{db: db, turn: turn, set: set, model: s.Model, staff: map[string]access.Actor{}, clients: map[string]*client{},
		circles: map[string]circle.ID{}, days: map[string]occasion.ID{}, codes: map[string]intake.Code{}, offers: map[string]organization.OfferID{}, payers: map[string]commitment.PayerID{},
		helpers: map[string]volunteer.ID{}, year: map[string]volunteer.EventID{}}
	if err := w.setUp(ctx); err != nil {
		return fmt.Errorf("%s: set up: %w", s.File, err)
	}
	var refused error
	for i, step := range s.Steps {
		expects := i+1 < len(s.Steps) && s.Steps[i+1].Do == "refused"
		err := w.step(ctx, step, refused)
		refused = nil
		if err != nil && expects && !errors.As(err, new(untrue)) {
			refused, err = err, nil
		}
		if err != nil {
			return fmt.Errorf("%s: %q: %w", s.Place(step), step.Text, err)
		}
	}
	return nil
}

// world is an organisation with one unit that offers every model, and the people of a story.
type world struct {
	db      *storage.DB
	turn    func(time.Time)
	set     model.Set
	model   string
	unit    access.UnitID
	office  organization.PlaceID
	offers  map[string]organization.OfferID // by model
	staff   map[string]access.Actor
	first   string // the first worker's name: the one who answers the chat
	clients map[string]*client
	payers  map[string]commitment.PayerID
	helpers map[string]volunteer.ID
	year    map[string]volunteer.EventID // the latest of each item
	slip    string                       // takes the last call of a line back
	letters map[access.AccountID]bool    // who has had one about evenings since the clock was turned
	circles map[string]circle.ID
	codes   map[string]intake.Code // into groups and days, by group or day and name
	days    map[string]occasion.ID
}

// client is somebody with a return code, and what they made.
type client struct {
	person  person.ID
	code    intake.Code
	request intake.RequestID
	couple  intake.Code // opens the way into a joint process
	joint   episode.ID
	episode episode.ID
	talk    chat.ID
	token   string
}

// untrue is an expectation that does not hold; it is never the refusal that a story waits for.
type untrue struct{ error }

func differs(got, want any) error {
	if got == want {
		return nil
	}
	return untrue{fmt.Errorf("got %v, want %v", got, want)}
}

func (w *world) step(ctx context.Context, s model.Step, refused error) error {
	if s.Do == "refused" {
		return refusal(refused, s.Args["key"])
	}
	do, ok := steps[s.Do]
	if !ok {
		do, ok = planSteps[s.Do]
	}
	if !ok {
		do, ok = volunteerSteps[s.Do]
	}
	if !ok {
		do, ok = lineSteps[s.Do]
	}
	if !ok {
		do, ok = rotaSteps[s.Do]
	}
	if !ok {
		do, ok = circleSteps[s.Do]
	}
	if !ok {
		do, ok = occasionSteps[s.Do]
	}
	if !ok {
		do, ok = feedbackSteps[s.Do]
	}
	if !ok {
		do, ok = reportSteps[s.Do]
	}
	if !ok {
		return untrue{fmt.Errorf("nobody carries out %q", s.Do)}
	}
	return do(w, ctx, s.Args)
}

// refusal holds what was refused against a fault's key, or the name of the model's own refusal.
func refusal(err error, key string) error {
	if err == nil {
		return untrue{errors.New("it was allowed")}
	}
	f := fault.Of(err)
	inForm := slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Key == key })
	if f.Kind == fault.Internal || f.Key != key && f.Args["reason"] != key && !inForm {
		return untrue{fmt.Errorf("refused otherwise: %w", err)}
	}
	return nil
}

// args are the words of a step.
type args map[string]string

func (a args) number(name string) int {
	n, _ := strconv.Atoi(a[name]) // the reader saw to it
	return n
}

// at is the local time in the words day and clock, with 2 after each for a second one.
func (a args) at(which string) calendar.Local {
	return calendar.Local{Day: calendar.Date(a["day"+which]), Clock: calendar.Clock(a["clock"+which]), Zone: zone}
}

// minutes is how long a meeting of a story is.
const minutes = 60

// free is a time of the worker's at the kind of place in the words.
func (w *world) free(a args, at calendar.Local) appointment.Free {
	f := appointment.Free{Worker: w.staff[a["worker"]].Account, At: at, Minutes: minutes, PlaceKind: a["place"]}
	if f.PlaceKind == appointment.Office {
		f.Place = w.office
	}
	return f
}

// target is the client's episode, or the request it will come from.
func (c *client) target() appointment.Target {
	if c.episode != "" {
		return appointment.Target{Episode: c.episode}
	}
	return appointment.Target{Request: c.request}
}

// update carries out one action in a transaction of its own.
func (w *world) update(ctx context.Context, do func(tx *storage.Tx) error) error {
	return w.db.Update(ctx, do)
}

// asClient lets the client come back with the code, as they would.
func (w *world) asClient(ctx context.Context, name string, do func(tx *storage.Tx, c *client, h intake.Holder) error) error {
	c := w.clients[name]
	return w.update(ctx, func(tx *storage.Tx) error {
		if c.code == "" && c.token != "" {
			if err := c.readCode(ctx, tx); err != nil {
				return err
			}
		}
		stay, err := intake.Enter(ctx, tx, c.code)
		if err != nil {
			return err
		}
		return do(tx, c, stay.Holder)
	})
}

// readCode finds the code in the chat, where the visitor alone can read it.
func (c *client) readCode(ctx context.Context, tx *storage.Tx) error {
	t, err := chat.Read(ctx, tx, c.token, 0)
	if err != nil {
		return err
	}
	for _, m := range t.Messages {
		if m.Sender == chat.FromCode {
			c.code, err = intake.ParseCode(m.Body.Reveal())
		}
	}
	return err
}
