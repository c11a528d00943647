package model

// gatheringSentences are a story's steps in services of groups that gather a number of times. Groups, those who take part in
// them and topics go by words in the story; nobody of them is known to it otherwise.
var gatheringSentences = []sentence{
	{"when", "plan-group", "{staff} plans the group {text} [of kind {sort}] from {day} {clock} every {n} weeks {n2} times for {n3} people at {where}"},
	{"when", "set-online", "{coordinator} lets {sort} meet {where}"},
	{"when", "take-in", "{staff} takes {text} into the group {text2}"},
	{"when", "join-group", "{text} joins the group {text2}"},
	{"when", "leave-group", "{text} leaves the group {text2}"},
	{"when", "come-to-group", "{client} comes to the group {text} as {text2}"},
	{"when", "tick-group", "{staff} ticks {n} at meeting {n2} of the group {text}"},
	{"when", "correct-group", "{staff} corrects meeting {n} of the group {text} to {n2}"},
	{"when", "cancel-group", "{staff} cancels meeting {n} of the group {text}"},
	{"when", "move-group", "{staff} moves meeting {n} of the group {text} to {day} {clock} alone"},
	{"when", "move-groups", "{staff} moves meeting {n} of the group {text} to {day} {clock} and the rest"},
	{"when", "substitute", "{staff} lets {worker} lead meeting {n} of the group {text}"},
	{"when", "propose-topic", "{text} proposes {text2} in the group {text3}"},
	{"when", "vote-topic", "{text} votes for {text2} in the group {text3}"},
	{"when", "think", "somebody would like {text} [of kind {sort}]"},
	{"when", "look-idea", "{coordinator} looks at {text}"},
	{"when", "answer-idea", "{coordinator} answers {text} with {word}"},

	{"then", "group-day", "meeting {n} of the group {text} is on {day} {clock}"},
	{"then", "group-last", "the group {text} has {n} meetings until {day}"},
	{"then", "group-came", "meeting {n} of the group {text} shows {n2}"},
	{"then", "group-from", "{text} is in the group {text2} from meeting {n}"},
	{"then", "group-waits", "{text} waits for the group {text2}"},
	{"then", "group-topic", "the topic of meeting {n} of the group {text} is {text2}"},
	{"then", "group-schedule", "the schedule of the group {text} is weekly by {n} {n2} times from {day}"},
	{"then", "group-gone", "nothing is kept of the group {text}"},
	{"then", "idea-state", "the idea {text} is {word}"},
	{"then", "idea-gone", "nothing is kept of the idea {text}"},
}

// ofGathering are the kinds of groups a story may name; none where there are none.
func (m *Model) ofGathering() []string {
	out := []string{}
	if m.Gathering == nil {
		return out
	}
	for _, k := range m.Gathering.Kinds {
		out = append(out, k.ID)
	}
	return out
}
