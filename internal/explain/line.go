package explain

import "strconv"

// line tells when a telephone line is open, who answers, and what is ticked after a call.
func (t teller) line() []string {
	l := t.m.Line
	if l == nil {
		return nil
	}
	out := []string{t.say("line-exactly", "n", l.Min)}
	if l.Max > l.Min {
		out[0] = t.say("line-evenings", "min", l.Min, "max", l.Max)
	}
	out = append(out, t.say("line-answerers", "n", l.Answerers))
	if l.Reserves > 0 {
		out = append(out, t.say("line-reserves", "n", l.Reserves))
	}
	out = append(out, t.say("line-decline"), t.say("line-late", "n", l.LateMins), t.say("line-ticks"),
		t.say("line-lengths", "what", list(l.Lengths, t.worded("length."))),
		t.say("line-themes", "n", strconv.Itoa(l.MostThemes), "what", list(l.Themes, t.worded("theme."))))
	if l.Worry {
		out = append(out, t.say("line-worry"))
	}
	return append(append(out, t.own("call-price")...), t.own("call-bill")...)
}
