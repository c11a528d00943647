package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"rinnalla.fi/rinnalla/internal/calendar"
)

// sentence is one kind of step. In its form {x} is a word of a kind, [ ] may be left out.
type sentence struct {
	when string // the beginnings it goes with
	do   string
	form string
}

// grammar is all that can be said in a story. docs/models.md shows it to those who write one.
var grammar = append([]sentence{
	{"given when", "clock", "it is {day} {clock}"},
	{"given", "worker", "worker {new}"},
	{"given", "coordinator", "coordinator {new}"},

	{"when", "ask", "{new} asks by {channel} [from {referrer}] [aged {age}] [wishing {wish}]"},
	{"when", "hear", "{worker} hears {new} by {channel} [from {referrer}] [aged {age}]"},
	{"when", "chat", "{new} writes in the chat {text}"},
	{"when", "answer", "{worker} answers {client} {text}"},
	{"when", "request", "{worker} makes a request for {client} [from {referrer}] [aged {age}]"},
	{"when", "end-chat", "{client} ends the chat"},

	{"when", "offer", "{worker} offers {client} {day} {clock} [and {day2} {clock2}] at {place}"},
	{"when", "pick", "{client} picks {day} {clock}"},
	{"when", "book", "{worker} books {client} for {day} {clock} at {place}"},
	{"when", "book-twice", "{worker} books {client} at once for {day} {clock} and {day2} {clock2} at {place}"},
	{"when", "say-place", "{client} says the place is {text}"},
	{"when", "move", "{worker} moves {client} to {day} {clock} at {place}"},
	{"when", "hold", "{worker} holds the meeting with {client}"},
	{"when", "miss", "{worker} waits for {client} in vain"},
	{"when", "cancel", "{worker} cancels the meeting with {client} because {reason}"},
	{"when", "cancel-own", "{client} cancels the meeting"},
	{"given when", "meet", "{worker} meets {client} {n} times"},

	{"when", "talks", "{worker} begins talks with {new} about {client}"},
	{"when", "guardians", "{worker} marks that guardians of {client} {agreement}"},
	{"when", "decide", "{coordinator} decides {choice} for {client} because {ground}"},

	{"when", "ending", "{worker} ends the meetings with {client}"},
	{"when", "way", "{worker} offers {client} the way on to {way}"},
	{"when", "accept", "{client} accepts {way}"},
	{"when", "decline", "{client} declines {way}"},
	{"when", "close", "{worker} closes the episode of {client}"},
	{"when", "days", "{n} days pass"},
	{"when", "gather", "{worker} counts {n} adults and {n2} children at {service} [{n3} times]"},

	{"given", "payer", "payer {new}"},
	{"when", "record", "{coordinator} records {new} as {text} of {payer} for {n} visits of {kind} work by {worker} [and {worker2}] from {day} to {day2} [by route {route}] [child welfare {welfare}] [with {text2} on {day3}]"},
	{"when", "record-request", "{coordinator} grants {client} {text} of {payer} for {n} visits of {kind} work by {worker} [and {worker2}] from {day} to {day2} by route {route}"},
	{"when", "extend", "{coordinator} extends {client} from {day} to {day2}"},
	{"when", "apply", "{coordinator} applies to {payer} for {client} on {day}"},
	{"when", "refuse", "{coordinator} notes that {client} was refused on {day}"},
	{"when", "unmark", "{coordinator} takes the mark of {client} back"},
	{"when", "correct", "{coordinator} corrects the commitment of {client} to {text} for {n} visits"},
	{"when", "correct-days", "{coordinator} corrects the days of {client} to {day} until {day2}"},
	{"when", "follow", "{coordinator} follows {client} with {text} of {payer} for {n} visits of {kind} work by {worker} [and {worker2}] from {day} to {day2}"},
	{"when", "end-visit", "{worker} makes the visit of {client} on {day} the end visit"},
	{"when", "entry", "{worker} marks that the visit of {client} on {day} was entered on {day2}"},

	{"then", "ledger", "{client} has used {n} of {limit} with {n2} booked and {n3} not covered"},
	{"then", "stand", "the commitment of {client} is {stand}"},
	{"then", "warned", "{staff} is told that {client} expires {day} with {n} unused and {n2} after it"},
	{"then", "quiet", "{staff} is told nothing of {client}"},
	{"then", "late", "{staff} is reminded of {n} entries of {client}"},
	{"then", "periods", "{client} has {n} periods until {day}"},
	{"then", "asunder", "nothing of {client} opens from {client2}"},

	{"given when", "own", "{worker} meets {new} alone {n} times in {service}"},
	{"when", "prepare", "{worker} says that {client} {role} violence"},
	{"when", "asked", "{worker} notes that {client} asked"},
	{"when", "wish", "{worker} records the wish of {client} on {day}"},
	{"when", "point", "{worker} ticks {point} with {client}"},
	{"when", "unpoint", "{worker} takes {point} with {client} back"},
	{"when", "word", "{worker} says the word of {client} to {worker2} for {client2}"},
	{"when", "safer", "{worker} finds that meeting {client} together increases safety"},
	{"when", "not-safer", "{worker} finds no more that meeting {client} together increases safety"},
	{"when", "book-two", "{worker} books {client} together for {day} {clock}"},
	{"when", "hold-two", "{worker} holds the meeting of {client} together"},
	{"when", "wait-two", "{worker} puts the meeting of {client} together on hold"},
	{"when", "move-two", "{worker} moves {client} together to {day} {clock}"},
	{"when", "feels", "{client} answers {safe} about safety"},
	{"when", "feels-alone", "{client} answers {safe} about safety to {worker} alone"},
	{"then", "missing", "{worker} sees that {condition} is missing for {client}"},
	{"then", "nothing-missing", "{worker} misses nothing for {client}"},
	{"then", "used-two", "{client} together have used {n} of {limit}"},
	{"then", "state-two", "{client} together are {seat}"},
	{"then", "alike", "{client} and {client2} see the same"},
	{"then", "wish-day", "the wish of {client} was on {day}"},

	{"then", "refused", "refused {key}"},
	{"then", "used", "{client} has used {n} of {limit}"},
	{"then", "state", "{client} is {state}"},
	{"then", "times", "{client} sees {n} offered times"},
	{"then", "coming", "{client} sees {n} coming meetings"},
	{"then", "place", "{client} sees the place {text}"},
	{"then", "staff-place", "{staff} sees the place {text} of {client}"},
	{"then", "no-place", "{staff} sees no place of {client}"},
	{"then", "blind", "{staff} sees nothing of {client}"},
	{"then", "bare", "past meetings of {client} are numbers alone"},
	{"then", "waited", "{client} waited {n} h {n2} min"},
	{"then", "way-state", "way {way} of {client} is {answer}"},
	{"then", "chat-gone", "the chat of {client} is gone"},
	{"then", "gone", "nothing is kept of {client}"},
	{"then", "figure", "figure {figure} [of {service}] [for {word}] is {n}"},
}, slices.Concat(planSentences, volunteerSentences, lineSentences, rotaSentences, gatheringSentences, occasionSentences, feedbackSentences, reportSentences)...)

// arg is a word of a step in its place of the sentence.
type arg struct {
	name, text string
	column     int
}

// forms are the grammar's sentences in their parts, made once: a story of a hundred lines tries each of them a hundred
// times whenever the program starts.
var forms = sync.OnceValue(func() map[string][]string {
	apart := strings.NewReplacer("[", "[ ", "]", " ]")
	out := map[string][]string{}
	for _, s := range grammar {
		out[s.form] = strings.Fields(apart.Replace(s.form))
	}
	return out
})

func matchParts(form []string, words []word) ([]arg, bool) {
	if len(form) == 0 {
		return nil, len(words) == 0
	}
	if form[0] == "[" {
		end := slices.Index(form, "]")
		with := slices.Concat(form[1:end], form[end+1:])
		if args, ok := matchParts(with, words); ok {
			return args, true
		}
		return matchParts(form[end+1:], words)
	}
	if len(words) == 0 {
		return nil, false
	}
	name, isArg := strings.CutPrefix(form[0], "{")
	if !isArg && form[0] != words[0].text {
		return nil, false
	}
	rest, ok := matchParts(form[1:], words[1:])
	if !ok || !isArg {
		return rest, ok
	}
	return append([]arg{{strings.TrimSuffix(name, "}"), words[0].text, words[0].column}}, rest...), true
}

// wrong tells what is wrong with a word, or "".
func (p *storyParser) wrong(s sentence, a arg) (what, do string) {
	switch kind := strings.TrimRight(a.name, "23"); kind {
	case "new":
		return p.introduce(s.do, a.text)
	case "worker", "coordinator", "client", "payer", "volunteer":
		return p.known(kind, a.text)
	case "staff":
		if p.people[a.text] == "client" {
			return fmt.Sprintf("%s is a client here", a.text), "Name a worker or a coordinator"
		}
		return p.known(p.people[a.text], a.text)
	case "day":
		if _, err := calendar.ParseDate(a.text); err != nil {
			return fmt.Sprintf("%q is no day", a.text), "Write it as 2027-03-06"
		}
	case "clock":
		if _, err := calendar.ParseClock(a.text); err != nil {
			return fmt.Sprintf("%q is no time of day", a.text), "Write it as 14:20"
		}
	case "n", "age":
		if n, err := strconv.Atoi(a.text); err != nil || n < 0 || n > 10000 {
			return fmt.Sprintf("%q is no number", a.text), "Write it in figures"
		}
	case "month":
		if _, err := calendar.ParseDate(a.text + "-01"); err != nil {
			return fmt.Sprintf("%q is no month", a.text), "Write it as 2027-03"
		}
	case "text", "key", "word":
	default:
		if known := p.list(kind, s); known != nil && !slices.Contains(known, a.text) {
			return fmt.Sprintf("the model knows no %s %q", kind, a.text), suggest(a.text, known)
		}
	}
	return "", ""
}

// counted: a story asks only for figures that the service counts.
func (p *storyParser) counted(step Step, at *node) bool {
	name, asked := step.Args["figure"]
	m := p.model
	if of := step.Args["service"]; of != "" {
		m, _ = p.set.Latest(of)
	}
	if !asked || m == nil || m.Counts(name) {
		return true
	}
	p.mistakes.at(at, fmt.Sprintf("%s does not count %q", m.ID, name), suggest(name, m.Figures))
	return false
}

func (p *storyParser) introduce(do, name string) (string, string) {
	role := "client"
	if do == "come-forward" || do == "trained" {
		role = "volunteer"
	}
	if do == "worker" || do == "coordinator" || do == "payer" {
		role = do
	}
	if p.people[name] != "" {
		return fmt.Sprintf("%s is here already, as a %s", name, p.people[name]), "Choose another name"
	}
	p.people[name] = role
	return "", ""
}

func (p *storyParser) known(role, name string) (string, string) {
	switch has := p.people[name]; {
	case has == "" || role == "":
		return fmt.Sprintf("nobody knows %s yet", name), "Bring them in first: given worker, given coordinator, or by asking"
	case has != role:
		return fmt.Sprintf("%s is a %s here, not a %s", name, has, role), "Name a " + role
	}
	return "", ""
}

// list is what a kind of word may be; nil is anything.
func (p *storyParser) list(kind string, s sentence) []string {
	switch kind {
	case "place":
		return []string{"office", "home", "agreed"}
	case "agreement":
		return []string{"agree", "disagree"}
	case "state":
		return []string{"waiting", "offered", "booked", "between", "ending", "follow-up", "closed"}
	case "answer":
		return []string{"offered", "accepted", "declined", "made"}
	case "wish":
		return []string{"office-hours", "evening", "weekend"}
	case "service":
		return p.services
	case "role":
		return []string{Experienced, Used}
	case "safe":
		return []string{"yes", "no", "stop"}
	case "seat":
		return []string{"booked", "waits", "between", "closed"}
	case "where":
		return []string{"office", "online"}
	case "welfare":
		return []string{"yes", "no"}
	case "stand":
		return []string{"applied", "refused", "granted", "in-use", "nearly-used", "used", "expired", "ended"}
	}
	if p.model == nil {
		return nil
	}
	return p.ofModel(kind)
}

func (p *storyParser) ofModel(kind string) []string {
	m := p.model
	switch kind {
	case "channel":
		return slices.Concat(m.Channels, []string{})
	case "referrer":
		return m.Referrers
	case "reason":
		return slices.Concat(m.Cancel.Worker, m.Cancel.Client)
	case "way":
		var out []string
		for _, w := range m.WaysOn {
			out = append(out, w.Destination)
		}
		return out
	case "choice", "ground":
		if m.Decision == nil {
			return []string{}
		}
		if kind == "choice" {
			return m.Decision.Choices
		}
		return m.Decision.Grounds
	case "point", "condition":
		return m.ofCouple(kind)
	case "task", "training", "event", "right":
		return p.set.PathBeside(m).ofVolunteers(kind)
	case "sort":
		return m.ofGathering()
	case "kind", "route":
		return m.ofCommitment(kind)
	case "length":
		return m.ofLine(kind)
	case "form", "question":
		return m.ofFeedback(kind)
	case "limit":
		out := m.ofCommitment(kind)
		for _, part := range m.Parts {
			out = append(out, limitWord(part.Max))
		}
		return out
	}
	return m.planWords(kind)
}

func limitWord(max int) string {
	if max == 0 {
		return "unlimited"
	}
	return strconv.Itoa(max)
}
