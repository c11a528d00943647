package episode

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
)

// Loaded is an episode with all that its rules need, and why the one who asks may see it.
type Loaded struct {
	Episode  Episode
	State    State
	Model    *model.Model
	Unit     organization.Unit
	Relation access.Relation // "" for a client and for the program itself
}

// Load reads an episode for a staff member who was granted it, or for the program. Otherwise it is not found.
func Load(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id ID) (Loaded, error) {
	if by.System {
		return load(ctx, tx, ms, id)
	}
	relation, err := tx.Granted(ctx, by, access.Episode, string(id))
	if err != nil {
		return Loaded{}, err
	}
	l, err := load(ctx, tx, ms, id)
	l.Relation = relation
	l.State.Aside = relation != access.ByWorker
	return l, err
}

// LoadForClient reads the episode that a return code opens.
func LoadForClient(ctx context.Context, tx Tx, ms model.Set, holder intake.Holder) (Loaded, error) {
	if holder.Episode == "" {
		return Loaded{}, notFound()
	}
	return load(ctx, tx, ms, ID(holder.Episode))
}

func load(ctx context.Context, tx Tx, ms model.Set, id ID) (Loaded, error) {
	s, err := tx.EpisodeState(ctx, id)
	if err != nil {
		return Loaded{}, err
	}
	l := Loaded{Episode: s.Episode, State: s}
	var ok bool
	if l.Model, ok = ms.Model(s.Episode.Model, s.Episode.Version); !ok {
		return l, fmt.Errorf("episode %s: model %s version %d is not loaded", id, s.Episode.Model, s.Episode.Version)
	}
	l.State.Ways = Ways(ms, l.Model)
	l.Unit, err = tx.Unit(ctx, s.Episode.Unit)
	return l, err
}

// May is nil when the action may happen now.
func (l Loaded) May(a model.Action, now time.Time) error { return May(l.Model, l.State, a, now) }

// Part is the model's part this episode counts.
func (l Loaded) Part() model.Part {
	p, _ := l.Model.Part(l.Episode.Part)
	return p
}

// Today is the day in the unit's zone.
func (l Loaded) Today(now time.Time) calendar.Date { return calendar.LocalOf(now, l.Unit.Zone).Day }

// Count adds to a figure that the model counts.
func (l Loaded) Count(ctx context.Context, tx figure.Tx, name, value string, n int) error {
	return l.CountIn(ctx, tx, l.Today(tx.Now()).Month(), name, value, n)
}

// CountIn is Count in a month of its own. What divides first meetings is counted where they are.
func (l Loaded) CountIn(ctx context.Context, tx figure.Tx, month, name, value string, n int) error {
	of := name
	if name == figure.FirstParts || name == figure.FirstPlaces {
		of = figure.FirstWait
	}
	if !l.Model.Counts(of) || n == 0 {
		return nil
	}
	return figure.AddIn(ctx, tx, month, figure.Where{Unit: l.Unit.ID, Zone: l.Unit.Zone, Model: l.Model.ID}, name, value, n)
}

// keep puts the changed episode and notes who did it.
func (l Loaded) keep(ctx context.Context, tx Tx, by access.Actor, did string) error {
	if err := tx.PutEpisode(ctx, l.Episode); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, did, access.Episode, string(l.Episode.ID))
}

func notFound() error { return fault.New(fault.NotFound, "not-found") }

// Single is the one person whose episode it is; "" of a couple's joint process, which is both parties' own and no
// conflict to its workers.
func (l Loaded) Single() person.ID {
	if l.Episode.Regime == string(model.Joint) {
		return ""
	}
	return l.Episode.Person
}

// coordinates tells whether the actor coordinates the episode's unit, or this episode of another: some things a worker
// may see but not do.
func (l Loaded) coordinates(by access.Actor) error {
	if by.System || by.Is(access.Coordinator, l.Unit.ID) || by.Has(access.Coordinator) && l.Relation == access.ByCoordinator {
		return nil
	}
	return fault.New(fault.Conflict, "episode.coordinator")
}

// Line is one line as a person typed it, without what surrounds it. Not ok when it is longer than max characters,
// has a line end or another control character, or is no text at all.
func Line(s string, max int) (line string, ok bool) {
	s = strings.TrimSpace(s)
	hidden := func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > max || strings.ContainsFunc(s, hidden) {
		return "", false
	}
	return s, true
}
