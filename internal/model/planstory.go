package model

// planSentences are what stories say of plans, goals, endings and follow-ups.
var planSentences = []sentence{
	{"when", "may-call", "{worker} notes that {client} may be called until {day}"},
	{"when", "goal", "{worker} sets the goal {text} with {client}"},
	{"when", "reword", "{worker} changes goal {n} of {client} to {text}"},
	{"when", "drop", "{worker} takes goal {n} of {client} away"},
	{"when", "agree", "{worker} agrees to goal {n} of {client}"},
	{"when", "both-agree", "{worker} marks that both agree to goal {n} of {client}"},
	{"when", "agree-own", "{client} agrees to goal {n}"},
	{"when", "step", "{worker} goes through {step} with {client}"},
	{"when", "unstep", "{worker} takes back that {step} was gone through with {client}"},
	{"when", "answers", "{worker} answers the ending of {client} with goals {outcome} and results {outcome2} and marks {yesno} [and a follow-up on {day} by {side}]"},
	{"when", "followed", "{worker} marks the follow-up of {client} as {follow-up}"},
	{"when", "again", "{coordinator} opens the way again for {client} as {new} because {again}"},
	{"when", "give", "{coordinator} gives {client} to {worker} [because {change}]"},
	{"when", "made", "{worker} makes the way on to {way} together with {client}"},
	{"when", "revive", "{worker} moves the cancelled meeting of {client} to {day} {clock} at {place}"},
	{"when", "recall", "{worker} marks the cancelled meeting of {client} as held"},
	{"when", "copy", "{worker} prints what is kept of {client}"},
	{"when", "reopen", "{worker} opens {client} anew"},

	{"then", "silent", "{staff} sees that {client} is not to be contacted"},
	{"then", "theme", "visit {n} of {client} is about {theme}"},
	{"then", "left-none", "visit {n} of {client} brings back nothing"},
	{"then", "left", "visit {n} of {client} brings back {step}"},
	{"then", "agreed", "goal {n} of {client} is {goal}"},
	{"then", "sees-goals", "{client} sees {n} goals"},
	{"then", "to-answer", "{staff} has {n} endings to answer"},
	{"then", "follow-ups", "{staff} has {n} follow-ups on the desk"},
}

// planWords are what words of these sentences may be.
func (m *Model) planWords(kind string) []string {
	switch kind {
	case "step":
		return m.ofParts(func(p Part) []string { return p.Steps() })
	case "theme":
		if m.Line != nil {
			return m.ofLine(kind)
		}
		return m.ofParts(func(p Part) (out []string) {
			for _, v := range p.Plan {
				out = append(out, v.Theme)
			}
			return out
		})
	case "outcome":
		return Outcomes
	case "yesno":
		return YesNo
	case "side":
		return []string{"contact", "client"}
	case "goal":
		return []string{"agreed", "open"}
	case "follow-up":
		return m.ofParts(func(p Part) []string {
			if p.Ending == nil {
				return nil
			}
			return p.Ending.FollowUp
		})
	case "again":
		return append([]string{}, m.Again...)
	case "change":
		return append([]string{}, m.Unless...)
	}
	return nil
}

func (m *Model) ofParts(of func(Part) []string) []string {
	out := []string{}
	for _, p := range m.Parts {
		out = append(out, of(p)...)
	}
	return out
}
