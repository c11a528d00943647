package explain

// occasion tells how families sign up to a service's days, who reads the list, and when a volunteer is confirmed.
func (t teller) occasion() []string {
	o := t.m.Occasion
	out := []string{t.say("occasion.sign-up", "n", o.Family), t.say("occasion.places", "most", o.Most), t.say("occasion.list", "n", o.ListDays)}
	if o.Task != "" {
		out = append(out, t.say("occasion.task"))
	}
	return out
}

// occasionPath is the way of a family.
func (t teller) occasionPath() []Stop {
	keep, _ := t.m.Retention("families")
	return []Stop{{Name: t.say("occasion.stop"), Text: t.say("occasion.stop-text")}, {Name: t.say("occasion.stop-day")},
		{Name: t.say("stop.counted"), Text: t.say("stop.counted-text")}, {Name: t.say("occasion.stop-gone"), Text: t.say("occasion.stop-gone-text", "n", keep.Days)}}
}
