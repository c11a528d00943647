package model

import (
	"fmt"
	"slices"
	"strings"
)

// kept tells what a service must keep to work at all, and why: all of it needs an end.
func (d *draft) kept() map[string]string {
	out, r := map[string]string{}, d.raw
	if len(r.Figures) > 0 {
		out["figures"] = "figures are counted"
	}
	if r.Feedback != nil {
		out["feedback"] = "answers are counted"
	}
	if d.asksWords() {
		out["quotes"] = "words may be given for quoting"
	}
	if (&Model{Form: r.Form}).ByHeads() {
		out["heads"] = "gatherings are counted by heads"
		d.gatheringKept(out)
		d.occasionKept(out)
		return out
	}
	if r.Form == Volunteer {
		out["volunteer"], out["application"] = "volunteers are known", "people ask to be volunteers"
		return out
	}
	if r.Form == Helpline {
		out["evenings"] = "contacts are counted by the evening"
		return out
	}
	out["episode"] = "clients have visits"
	if len(r.Channels) > 0 {
		out["request"], out["contact"] = "people make contact", "people may leave a way to reach them"
	}
	if slices.Contains(r.Channels, "chat") {
		out["chat"] = "people may chat"
	}
	if slices.Contains(r.Wishes.Places, "home") || slices.Contains(r.Wishes.Places, "agreed") {
		out["place"] = "meetings are elsewhere than at the office too"
	}
	if r.Parties != nil {
		out["wish"], out["safety"], out["themes"] = "the wish of one party opens it", "safety is asked of each party", "themes are ticked for each party"
	}
	if r.Commitment != nil {
		out["commitment"], out["entry-mark"] = "somebody else pays for the visits", "the payer's own entry of a visit is marked"
	}
	d.planKept(out)
	return out
}

// mayKeep are the things beside those that a regime lets be kept of a person (design 3).
var mayKeep = map[Regime][]string{
	NoRecord:  {},
	Anonymous: {"themes"},
	Goals:     {"goals", "results", "themes", "follow-up"},
	Joint:     {"goals", "results", "themes", "follow-up", "wish", "safety"},
	Buyer:     {"goals", "results", "themes", "follow-up", "entry-mark", "commitment"},
}

// retention: whatever is kept has an end, and what is not kept is not in the list.
func (l *loader) retention(d *draft) {
	kept, ids := d.kept(), d.keepIDs()
	for what, why := range kept {
		if !slices.Contains(ids, what) && d.sure("form", restsOn[what]) {
			l.mistakes.at(d.at("keep").named(), fmt.Sprintf("%q has no retention, though %s", what, why), "Add it to keep, with how long: for: 30d and after: closing, or with: episode")
		}
	}
	for _, what := range ids {
		at := d.at("keep", what)
		if !d.sure("keep/" + what) {
			continue
		}
		l.ends(d, what, at)
		_, needed := kept[what]
		switch {
		case needed || !d.sure("form", "regime", restsOn[what]):
		case slices.Contains(mayKeep[d.raw.Regime], what) && !slices.Contains(withEpisode, what):
		case slices.Contains(mayKeep[d.raw.Regime], what):
			l.mistakes.at(at.named(), fmt.Sprintf("%q stands in keep, but no part keeps it", what), "Take it out, or give a part its plan, goals or ending")
		case slices.Contains(regimeThings, what):
			l.mistakes.at(at.named(), fmt.Sprintf("%q may not be kept in the regime %q", what, d.raw.Regime), "Take it out, or choose the regime that allows it")
		default:
			l.mistakes.at(at.named(), fmt.Sprintf("%q stands in keep, but the service never keeps it", what), "Take it out")
		}
	}
}

// restsOn is the key that says whether a thing is kept at all.
var restsOn = map[string]string{"request": "channels", "contact": "channels", "chat": "channels", "place": "wishes", "figures": "figures",
	"themes": "parts", "goals": "parts", "results": "parts", "follow-up": "parts", "participants": "gathering", "ideas": "gathering", "families": "event", "feedback": "feedback", "quotes": "feedback"}

var regimeThings = []string{"goals", "results", "themes", "follow-up", "wish", "safety", "entry-mark", "commitment"}

// ends: a length with what it is counted from, or the thing it goes with; ever is for sums alone.
func (l *loader) ends(d *draft, what string, at *node) {
	k, sums := d.raw.Keep[what], what == "figures" || what == "heads" || what == "evenings" || what == "feedback"
	switch {
	case k.For == "" && k.With == "":
		l.mistakes.at(at, fmt.Sprintf("%q is kept without an end", what), "Say for how long (for: 30d, after: closing) or with what it goes (with: episode)")
	case k.With != "" && (k.For != "" || k.After != ""):
		l.mistakes.at(at, fmt.Sprintf("%q has two ends", what), "Use either for and after, or with")
	case k.For == "ever" && !sums:
		l.mistakes.at(at.at("for"), fmt.Sprintf("%q belongs to persons and cannot be kept for ever", what), "Give a number of days, as 30d")
	case k.For == "ever" && k.After != "":
		l.mistakes.at(at.at("after"), "what is kept for ever is counted from nothing", "Take after out")
	case k.For != "" && k.For != "ever" && k.After == "" && k.With == "":
		l.mistakes.at(at, fmt.Sprintf("%q does not say what its days are counted from", what), "Add after: asking, meeting, last-meeting, chat or closing")
	case k.With != "" && !slices.Contains(d.keepIDs(), k.With):
		l.mistakes.at(at.at("with"), fmt.Sprintf("%q goes with %q, which is not kept", what, k.With), "Name something that stands in keep")
	case what == "place" && d.raw.Regime == NoRecord && (k.For != "0d" || k.After != "meeting"):
		l.mistakes.at(at, `in the regime "none" a place goes when the meeting is over`, "Write for: 0d, after: meeting")
	case slices.Contains(withEpisode, what) && k.With != "episode":
		l.mistakes.at(at, fmt.Sprintf("%q goes when the episode goes", what), "Write with: episode")
	case what == "chat" && (k.For != "0d" || k.After != "chat"):
		l.mistakes.at(at, "what is said in a chat goes when the chat ends", "Write for: 0d, after: chat")
	case what == "volunteer" && (k.After != "stopping" || k.For == "ever"):
		l.mistakes.at(at, "a volunteer's days are counted from their stopping", "Write for: 90d, after: stopping")
	case what == "application" && (k.After != "answering" || k.For == "ever"):
		l.mistakes.at(at, "an application's days are counted from its answer", "Write for: 30d, after: answering")
	case what == "participants" && (k.After != "last-meeting" || k.For == "ever"):
		l.mistakes.at(at, "the days of who takes part are counted from the group's last meeting", "Write for: 30d, after: last-meeting")
	case what == "families" && (k.After != "meeting" || k.For == "ever"):
		l.mistakes.at(at, "a list of first names goes some days after the day", "Write for: 7d, after: meeting")
	case what == "ideas" && (k.After != "asking" || k.For == "ever"):
		l.mistakes.at(at, "an idea's days are counted from when it was proposed", "Write for: 180d, after: asking")
	case what == "quotes" && (k.After != "answering" || k.For == "ever"):
		l.mistakes.at(at, "the days of words for quoting are counted from their answering", "Write for: 730d, after: answering")
	case what == "feedback" && k.For != "ever":
		l.mistakes.at(at, "answers are sums without persons, and sums are kept", "Write for: ever")
	case what == "episode" && (k.After != "closing" || k.For == "ever"):
		l.mistakes.at(at, "an episode's days are counted from its closing", "Write for: 30d, after: closing")
	}
}

// figureNeeds is what must be there for a figure to be countable at all.
var figureNeeds = map[string]string{
	"contacts": "channels", "referrers": "referrers", "unused": "channels", "ended": "channels", "chats-started": "chat", "chats-taken": "chat",
	"started": "visits", "first-wait": "first", "wait-minutes": "first", "held": "visits", "day-parts": "visits",
	"applied": "commitment", "refused": "commitment", "granted": "commitment", "work-kinds": "commitment", "end-visits": "commitment", "entries-late": "commitment",
	"place-kinds": "visits", "missed": "visits", "cancelled": "visits", "closed": "visits", "ways-on": "ways",
	"ways-on-taken": "ways", "ways-on-declined": "ways", "ways-on-made": "ways", "goals-reached": "goals", "results": "results",
	"ending-marks": "marks", "follow-ups": "follow-up", "follow-ups-answered": "follow-up", "worker-changes": "same-worker",
	"applications": "volunteers", "volunteers-started": "volunteers", "trainings-held": "volunteers", "trainings-attended": "volunteers", "support-talks": "volunteers", "volunteer-hours": "volunteers",
	"again": "again", "meetings": "heads", "adults": "heads", "children": "heads", "groups": "gathering", "joined": "gathering", "topics": "gathering", "ideas": "ideas", "families": "event",
	"line-evenings": "line", "line-contacts": "line", "line-lengths": "line", "line-themes": "line", "line-tips": "tips", "line-worries": "worry", "line-hours": "line",
}

var needSaid = map[string]string{
	"channels": "a way to make contact (channels)", "referrers": "a list of referrers", "chat": "chat among the channels",
	"goals": "goals and an ending that asks about them", "results": "an ending", "marks": "marks at the ending", "follow-up": "a follow-up",
	"commitment": "visits that somebody else pays for", "same-worker": "the key same_worker", "again": "the key again", "visits": "visits of one's own", "volunteers": "volunteers", "first": "channels and visits of one's own", "ways": "ways on", "heads": "gatherings by heads", "gathering": "groups of a number of meetings", "ideas": "ideas asked for (gathering/ideas)", "event": "families who sign up (event)",
	"line": "a line that is open on evenings", "tips": "a line, and ways on to tell callers of", "worry": "a line with worry: true",
}

var needRests = map[string]string{"commitment": "commitment", "channels": "channels", "referrers": "referrers", "chat": "channels", "first": "channels", "ways": "ways_on",
	"goals": "parts", "results": "parts", "marks": "parts", "follow-up": "parts", "same-worker": "same_worker", "again": "again", "gathering": "gathering", "ideas": "gathering", "event": "event", "line": "line", "tips": "line", "worry": "line"}

// regime: no field and no figure beyond what the regime allows.
func (l *loader) regime(d *draft) {
	r := d.raw
	if r.Regime == NoRecord {
		for i, kind := range r.Documents {
			l.mistakes.at(d.at("documents").item(i), fmt.Sprintf(`the regime "none" allows no papers, and here is %q`, kind), "Empty the list: documents: []")
		}
	}
	if !d.sure("form", "regime") {
		return
	}
	byHeads := (&Model{Form: r.Form}).ByHeads()
	if byHeads && r.Regime != Anonymous {
		l.mistakes.at(d.at("regime"), fmt.Sprintf("in the form %q nobody is written down, and the regime %q keeps something of a person", r.Form, r.Regime), "Use anonymous")
	}
	if r.Regime == Anonymous && !byHeads && r.Form != Helpline {
		l.mistakes.at(d.at("regime"), `in the regime "anonymous" there is no person who could have visits`, `Use none or goals, or another form`)
	}
}

// figures: nothing is counted that the service does not have.
func (l *loader) figures(d *draft) {
	r, byHeads, helpers := d.raw, (&Model{Form: d.raw.Form}).ByHeads(), d.raw.Form == Volunteer
	visits := !byHeads && !helpers && r.Form != Helpline
	has := map[string]bool{
		"channels": len(r.Channels) > 0, "referrers": len(r.Referrers) > 0, "chat": slices.Contains(r.Channels, "chat"),
		"commitment": r.Commitment != nil, "volunteers": helpers, "visits": visits, "first": visits && len(r.Channels) > 0, "ways": visits && len(r.WaysOn) > 0, "heads": byHeads,
		"line": r.Line != nil, "tips": r.Line != nil && len(r.WaysOn) > 0, "worry": r.Line != nil && r.Line.Worry,
		"gathering": r.Gathering != nil, "ideas": r.Gathering != nil && r.Gathering.Ideas, "event": r.Event != nil,
	}
	d.hasPlans(has)
	for i, name := range r.Figures {
		if n, ok := figureNeeds[name]; ok && !has[n] && d.sure("form", needRests[n]) {
			l.mistakes.at(d.at("figures").item(i), fmt.Sprintf("the figure %q needs %s, which this service does not have%s", name, needSaid[n], regimeNote(r.Regime, n)), "Take it out")
		}
	}
}

func regimeNote(r Regime, need string) string {
	if r == Anonymous && strings.Contains("visits first", need) {
		return ` in the regime "anonymous"`
	}
	return ""
}
