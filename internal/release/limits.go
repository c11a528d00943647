package release

import (
	"context"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/disclosure"
	"rinnalla.fi/rinnalla/internal/fault"
)

// mostLeast is the highest limit that makes sense: of more, hardly any service would tell anything.
const mostLeast = 50

// Limits are of how many anything is told in this house: the usual ones, or what a coordinator has raised them to (D-213).
func Limits(ctx context.Context, tx interface {
	Setting(ctx context.Context, name string) (string, error)
}) (disclosure.Settings, error) {
	text, err := tx.Setting(ctx, disclosure.LeastSetting)
	if err != nil {
		return disclosure.Settings{}, err
	}
	return disclosure.Raised(text).Filled()
}

// RaiseTx is what raising a limit needs.
type RaiseTx interface {
	audit.Tx
	Setting(ctx context.Context, name string) (string, error)
	PutSetting(ctx context.Context, name, value string) error
}

// Raise lets nothing be told of fewer than so many, anywhere in the house, from now on. What has left has left: smaller numbers only leave the pages. A limit is never lowered, and the schema
// asks for that too: fault.Form on "least".
func Raise(ctx context.Context, tx RaiseTx, by access.Actor, unit access.UnitID, least int) error {
	if !by.Is(access.Coordinator, unit) {
		return fault.New(fault.NotFound, "not-found")
	}
	was, err := Limits(ctx, tx)
	if err != nil {
		return err
	}
	if least < was.Threshold || least > mostLeast {
		var form fault.Form
		form.Add("least", "release.least", "from", was.Threshold, "most", mostLeast)
		return form.Err()
	}
	if err := tx.PutSetting(ctx, disclosure.LeastSetting, strconv.Itoa(least)); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, audit.Changed, audit.Unit, string(unit))
}
