package model

import (
	"fmt"
	"math"
	"slices"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"rinnalla.fi/rinnalla/internal/fault"
)

// Action is something that may happen next in an episode.
type Action string

// The actions a condition may guard.
const (
	Offer  Action = "offer"
	Book   Action = "book"
	Move   Action = "move"
	Cancel Action = "cancel"
	Hold   Action = "hold"
	Miss   Action = "miss"
	GoOn   Action = "way-on"
	Close  Action = "close"
)

// Facts are all that a condition may ask about. There is no clock and no outside.
type Facts struct {
	Visits    Visits   `expr:"visits"`
	State     string   `expr:"state"`     // open, ending, follow-up, closed
	Guardians string   `expr:"guardians"` // agree, disagree
	Decision  string   `expr:"decision"`  // empty, or a choice of the model's decision
	Age       int      `expr:"age"`       // a child's age in years, -1 when not told
	Couple    Together `expr:"couple"`    // nothing where the process is no couple's
}

// Visits are the counts of one part.
type Visits struct {
	Max    int `expr:"max"`    // NoLimit where there is none
	Used   int `expr:"used"`   // held, and missed ones that count
	Booked int `expr:"booked"` // still to come
	Held   int `expr:"held"`
	Missed int `expr:"missed"`
}

// NoLimit is the Max of a part whose visits are not limited, so that "used < max" simply holds.
const NoLimit = math.MaxInt32

// Condition allows an action in a part while its expression holds.
type Condition struct {
	Actions []Action
	Part    string
	When    string
	Refusal string // text refusal.ID

	program *vm.Program
}

// Refused is nil while the model's own conditions allow the action in the part, or a Conflict that carries the
// model's words: key "model.refused", argument "why".
func (m *Model) Refused(a Action, part string, f Facts) *fault.Fault {
	for _, c := range m.Conditions {
		if c.Part != part || !slices.Contains(c.Actions, a) {
			continue
		}
		holds, err := c.holds(f)
		switch {
		case err != nil: // cannot come from a checked model; a rule that fails allows nothing
			return fault.Wrap(fmt.Errorf("condition %q of %s: %w", c.When, m.ID, err), fault.Internal, "internal")
		case !holds:
			return fault.New(fault.Conflict, "model.refused", "model", m.Phrase("name"), "why", m.Phrase("refusal."+c.Refusal), "reason", c.Refusal)
		}
	}
	return nil
}

// Holds tells whether the condition holds; one that fails allows nothing.
func (c Condition) Holds(f Facts) bool {
	holds, err := c.holds(f)
	return err == nil && holds
}

func (c Condition) holds(f Facts) (bool, error) {
	out, err := expr.Run(c.program, f)
	if err != nil {
		return false, err
	}
	return out.(bool), nil // AsBool saw to it
}

// maxNodes bounds an expression: a rule that needs more is two rules.
const maxNodes = 200

func compile(when string) (*vm.Program, error) {
	return expr.Compile(when, expr.Env(Facts{}), expr.AsBool(), expr.MaxNodes(maxNodes), expr.DisableAllBuiltins(),
		expr.EnableBuiltin("all"), expr.EnableBuiltin("any"), expr.EnableBuiltin("len"), expr.Optimize(false))
}
