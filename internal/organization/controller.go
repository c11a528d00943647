package organization

import (
	"context"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/person"
)

// Basis is the legal basis on which the controller handles clients' data; "" until it is chosen.
type Basis string

// The bases a controller may choose (GDPR Art. 6(1)(a), (e) and (f); D-070).
const (
	Consent    Basis = "consent"
	Task       Basis = "task"
	Legitimate Basis = "legitimate"
)

// Bases are all that may be chosen, in the order of pages.
func Bases() []Basis { return []Basis{Consent, Task, Legitimate} }

// Controller is who answers for the data, as the papers tell it in public (GDPR Art. 13(1), 30(1)).
type Controller struct {
	Name, Address, Contact string
	Officer                string // the data protection officer, "" when there is none
	Basis                  Basis
}

// parts are the controller's facts under the names of their settings and inputs.
func (c *Controller) parts() map[string]*string {
	return map[string]*string{"name": &c.Name, "address": &c.Address, "contact": &c.Contact, "officer": &c.Officer, "basis": (*string)(&c.Basis)}
}

const controllerSetting = "controller."

// ControllerOf is what has been told so far.
func ControllerOf(ctx context.Context, tx Tx) (c Controller, err error) {
	for name, value := range c.parts() {
		if *value, err = tx.Setting(ctx, controllerSetting+name); err != nil {
			return c, err
		}
	}
	return c, nil
}

// KeepController keeps the facts. Coordinators and operators may; nothing is required, for the papers say what is missing.
func KeepController(ctx context.Context, tx Tx, by access.Actor, c Controller) error {
	if !by.System && !by.Has(access.Coordinator) && !by.Has(access.Operator) {
		return fault.New(fault.NotFound, "not-found")
	}
	var form fault.Form
	for name, value := range c.parts() {
		if *value = strings.TrimSpace(*value); !person.Short(*value, 200) {
			form.Add(name, "form.too-long")
		}
	}
	if c.Basis != "" && c.Basis != Consent && c.Basis != Task && c.Basis != Legitimate {
		form.Add("basis", "paper.basis")
	}
	if err := form.Err(); err != nil {
		return err
	}
	for name, value := range c.parts() {
		if err := tx.PutSetting(ctx, controllerSetting+name, *value); err != nil {
			return err
		}
	}
	return nil
}
