package explain

// gathering tells how the groups of a service are put together.
func (t teller) gathering() []string {
	g := t.m.Gathering
	joining := "gathering.open"
	if g.ByWorker {
		joining = "gathering.by-worker"
	}
	out := []string{t.say(joining)}
	if g.Fewest == g.Most {
		out = append(out, t.say("gathering.meetings-set", "n", g.Most))
	} else {
		out = append(out, t.say("gathering.meetings", "least", g.Fewest, "most", g.Most))
	}
	out = append(out, t.say("gathering.weeks", "least", g.MinWeeks, "most", g.MaxWeeks), t.say("gathering.places", "most", g.MostPlaces))
	var all, online []string
	for _, k := range g.Kinds {
		all = append(all, k.ID)
		if k.Online {
			online = append(online, k.ID)
		}
	}
	if len(all) > 0 {
		out = append(out, t.say("gathering.kinds", "what", list(all, t.worded("kind."))))
	}
	if len(online) > 0 {
		out = append(out, t.say("gathering.online", "what", list(online, t.worded("kind."))))
	}
	out = append(out, t.say("gathering.topics"))
	if g.Ideas {
		out = append(out, t.say("gathering.ideas"))
	}
	if g.Task != "" {
		out = append(out, t.say("gathering.task"))
	}
	return out
}

// gatheringPath is the way of somebody who joins a group.
func (t teller) gatheringPath() []Stop {
	g := t.m.Gathering
	keep, _ := t.m.Retention("participants")
	meetings := t.say("gathering.meetings", "least", g.Fewest, "most", g.Most)
	if g.Fewest == g.Most {
		meetings = t.say("gathering.stop-meetings", "n", g.Most)
	}
	return []Stop{{Name: t.say("gathering.stop"), Text: t.say("gathering.stop-text")}, {Name: meetings},
		{Name: t.say("stop.counted"), Text: t.say("stop.counted-text")}, {Name: t.say("gathering.stop-gone"), Text: t.say("gathering.stop-gone-text", "n", keep.Days)}}
}
