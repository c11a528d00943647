package explain

import (
	"rinnalla.fi/rinnalla/internal/model"
)

// plan tells what each visit is for, and the goals.
func (t teller) plan(p model.Part) []string {
	var out []string
	for i, v := range p.Plan {
		out = append(out, t.say("visit", "n", i+1, "theme", t.word("theme."+v.Theme), "steps", list(v.Steps, t.worded("step."))))
		if v.Minimum != "" {
			out = append(out, t.say("minimum", "n", i+1, "minimum", t.word("minimum."+v.Minimum)))
		}
	}
	if len(p.Plan) > 0 {
		out = append(out, t.say("loose"))
	}
	if p.Goals > 0 {
		out = append(out, t.own("goals")...)
		out = append(out, t.say("goals", "n", p.Goals))
	}
	return out
}

// ending tells what is asked when visits are over, and what then is waited for.
func (t teller) ending() []string {
	var out []string
	for _, p := range t.m.Parts {
		e := p.Ending
		if e == nil {
			continue
		}
		out = append(out, t.say("ending-when"))
		if p.Goals > 0 {
			out = append(out, t.say("ending-goals"))
		}
		out = append(out, t.say("ending-results", "what", list(e.Results, t.worded("result."))))
		if len(e.Marks) > 0 {
			out = append(out, t.say("ending-marks", "what", list(e.Marks, t.worded("mark."))))
		}
		if len(e.FollowUp) > 0 {
			out = append(out, t.say("follow-up"), t.say("follow-up-answers", "what", list(e.FollowUp, t.worded("follow-up."))))
		}
	}
	return out
}

// carried tells who carries an episode through, and when a new one is opened.
func (t teller) carried() []string {
	var out []string
	if len(t.m.Unless) > 0 {
		out = append(out, t.say("same-worker", "what", list(t.m.Unless, t.worded("change."))))
	}
	if len(t.m.Again) > 0 {
		out = append(out, t.say("again", "what", list(t.m.Again, t.worded("again."))))
	}
	return out
}

// planned are the visits of a plan as stops of the way, the first with its promise.
func (t teller) planned(p model.Part, first Stop) []Stop {
	var out []Stop
	for i, v := range p.Plan {
		s := Stop{Name: t.say("stop.visit", "n", i+1), Text: t.word("theme." + v.Theme)}
		if i == 0 {
			s = Stop{Name: first.Name, Text: s.Text}
			if first.Text != "" {
				s.Text += ", " + first.Text
			}
		}
		out = append(out, s)
	}
	return out
}

func (t teller) atTheEnd(p model.Part) []Stop {
	if p.Ending == nil {
		return nil
	}
	out := []Stop{{Name: t.say("stop.ending"), Text: t.say("stop.ending-text")}}
	if len(p.Ending.FollowUp) > 0 {
		out = append(out, Stop{Name: t.say("stop.follow-up"), Text: t.say("stop.follow-up-text")})
	}
	return out
}
