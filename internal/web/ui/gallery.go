package ui

import (
	"errors"
	"time"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
)

// Sample is a whole page of invented content, to be looked at in development and in pictures.
type Sample struct {
	Name string
	Page templ.Component
}

// Samples are the components as pages use them. Their content is invented and in Finnish or English.
func Samples(p *locale.Printer, asset func(string) string) []Sample {
	s := sampler{p, asset}
	return []Sample{
		{"front", s.public("/", "", sampleFront(s))},
		{"form", s.public("/contact", s.say("Yhteydenotto", "Contact"), sampleForm(s, nil))},
		{"form-wrong", s.wrong(s.say("Yhteydenotto", "Contact"), sampleForm(s, s.mistakes()))},
		{"code", s.public("/contact", s.say("Koodi", "Code"), sampleCode(s))},
		{"return", s.public("/code", s.say("Omat aikasi", "Your times"), sampleReturn(s))},
		{"chat", s.public("/chat", s.say("Keskustelu", "Chat"), sampleChat(s))},
		{"desk", s.staff("desk", s.say("Työpöytä", "Desk"), sampleDesk(s))},
		{"episode", s.staff("episodes", s.say("Asiakkuus", "Client"), sampleEpisode(s))},
		{"calendar", s.staff("calendar", s.say("Kalenteri", "Calendar"), sampleCalendar(s))},
		{"intake", s.staff("desk", s.say("Uusi yhteydenotto", "New contact"), sampleIntake(s))},
		{"volunteer", s.staff("desk", s.say("Oma sivu", "My page"), sampleVolunteer(s))},
		{"line", s.public("/services/line", s.say("Iltalinja", "Evening line"), sampleLine(s))},
		{"after-call", s.staff("desk", s.say("Merkitse puhelu", "Mark a call"), sampleAfterCall(s))},
		{"group", s.staff("groups", s.say("Ryhmä", "Group"), sampleGroup(s))},
		{"day", s.staff("groups", s.say("Päivä", "Day"), sampleDay(s))},
		{"feedback", s.public("/answer", s.say("Palaute", "Feedback"), sampleFeedback(s))},
		{"gallery", s.staff("unit", "Gallery", Gallery(p))},
	}
}

type sampler struct {
	p     *locale.Printer
	asset func(string) string
}

func (s sampler) say(fi, en string) string {
	if s.p.Lang() == locale.English {
		return en
	}
	return fi
}

func (s sampler) public(path, title string, body templ.Component) templ.Component {
	return within(Public(Page{P: s.p, Title: title, Path: path, Asset: s.asset,
		Exit: Exit{Show: true, Action: "/exit", URL: "https://example.org/"}}), body)
}

func (s sampler) wrong(title string, body templ.Component) templ.Component {
	return within(Public(Page{P: s.p, Title: title, Wrong: true, Asset: s.asset,
		Exit: Exit{Show: true, Action: "/exit", URL: "https://example.org/"}}), body)
}

func (s sampler) staff(current, title string, body templ.Component) templ.Component {
	var nav []NavItem
	for _, key := range []string{"desk", "calendar", "episodes", "chats", "groups", "figures", "unit"} {
		nav = append(nav, Nav(s.p, key, "/"+key, map[string]int{"desk": 4, "chats": 1}[key]))
	}
	return within(Staff(StaffPage{P: s.p, Title: title, Name: "Noora S.", Current: current, Nav: nav, Asset: s.asset,
		Warn: s.say("Esittely: kaikki täällä on keksittyä.", "Demonstration: everything here is invented.")}), body)
}

func (s sampler) mistakes() Mistakes {
	var f fault.Form
	f.Add("way", "form.choice")
	f.Add("day", "calendar.date")
	return append(MistakesOf(s.p, f.Err()), MistakesOf(s.p, fault.Wrap(errors.New("sample"), fault.TooMany, "too-many"))...)
}

// sampleNow is Tuesday 19 January 2027, 14.20 in Helsinki.
var sampleNow = time.Date(2027, 1, 19, 12, 20, 0, 0, time.UTC)

func waited(d, promised time.Duration) Wait {
	return Wait{Since: sampleNow.Add(-d), Due: sampleNow.Add(-d + promised), Now: sampleNow}
}

func (s sampler) visits() []Step {
	return []Step{
		{No: 1, State: StepDone, Title: s.say("Pidetty", "Held")},
		{No: 2, State: StepDone, Title: s.say("Pidetty", "Held")},
		{No: 3, State: StepNow, Title: s.say("Tänään klo 16.00", "Today at 16:00"), Note: s.say("60 min · muu paikka", "60 min · another place"),
			Tag: s.say("paikka näkyy vain teille", "only you two see the place"),
			Body: buttons(Action{Text: s.say("Merkitse pidetyksi", "Mark as held"), Kind: Secondary, Small: true},
				Action{Text: s.say("Siirrä", "Move"), Kind: Quiet, Small: true}, Action{Text: s.say("Peru", "Cancel"), Kind: Danger, Small: true})},
		{No: 4, State: StepOffered, Title: s.say("Kolme aikaa tarjottu", "Three times offered")},
		{No: 5, State: StepAhead, Title: s.say("Lopetus ja jatko", "Ending and what follows")},
	}
}

func (s sampler) week() Week {
	monday := calendar.Date("2027-01-18")
	events := map[int][]Event{
		0: {{From: "09:00", To: "10:00", Title: s.say("Tapaaminen 2\u00a0/\u00a05", "Meeting 2\u00a0of\u00a05"), Note: s.say("toimisto", "office"), URL: "#", Tone: Good, Tag: s.say("pidetty", "held")},
			{From: "17:15", To: "18:15", Title: s.say("Tapaaminen 1\u00a0/\u00a05", "Meeting 1\u00a0of\u00a05"), Note: s.say("koti", "home"), URL: "#", Tone: Late, Tag: s.say("ei toteutunut", "did not happen")}},
		1: {{From: "16:00", To: "17:00", Title: s.say("Tapaaminen 3\u00a0/\u00a05", "Meeting 3\u00a0of\u00a05"), Note: s.say("muu paikka", "another place"), URL: "#"}},
		2: {{From: "17:30", To: "19:00", Title: s.say("Avoin ryhmä", "Open group"), Note: s.say("6 aikuista", "6 adults"), URL: "#", Tone: Plain}},
		3: {{From: "10:00", To: "11:00", Title: s.say("Tarjottu aika", "Offered time"), Free: true}, {From: "13:00", To: "14:00", Title: s.say("Tarjottu aika", "Offered time"), Free: true},
			{From: "18:00", To: "19:00", Title: s.say("Tapaaminen 4\u00a0/\u00a05", "Meeting 4\u00a0of\u00a05"), URL: "#"}},
		5: {{From: "12:00", To: "13:00", Title: s.say("Lapsen tapaaminen 1\u00a0/\u00a05", "Child's meeting 1\u00a0of\u00a05"), Note: s.say("toimisto", "office"), URL: "#"}},
	}
	w := Week{Title: s.say("Viikko 3", "Week 3"), Prev: "#", This: "#", Next: "#"}
	for i := range 7 {
		w.Days = append(w.Days, WeekDay{Date: monday.Add(i), Today: i == 1, Events: events[i]})
	}
	w.Days[4].Note = s.say("Koulutus koko päivän", "Training all day")
	return w
}
