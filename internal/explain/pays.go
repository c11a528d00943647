package explain

import (
	"strconv"
	"strings"
)

// commitment tells what somebody else pays for, and what becomes of it.
func (t teller) commitment() []string {
	c := t.m.Commitment
	if c == nil {
		return nil
	}
	out := []string{t.say("commitment-who"), t.say("commitment-needed"), t.say("commitment-visits", "min", c.Min, "max", c.Max)}
	for _, k := range c.Kinds {
		out = append(out, t.say("commitment-kind", "kind", t.word("commitment.kind."+k.ID), "n", k.Workers)+".")
	}
	var days []string
	for _, d := range c.WarnDays {
		days = append(days, strconv.Itoa(d))
	}
	out = append(out, t.say("commitment-routes", "routes", list(c.Routes, t.worded("commitment.route."))), t.say("commitment-social"),
		t.say("commitment-warn", "days", strings.Join(days, ", ")), t.say("commitment-over"))
	if c.EndVisits > 0 {
		out = append(out, t.say("commitment-end", "n", c.EndVisits))
	}
	return append(out, t.say("commitment-entry", "n", c.EntryDays))
}
