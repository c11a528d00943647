package model

import (
	"fmt"
	"slices"

	"rinnalla.fi/rinnalla/internal/locale"
)

// feedbacks: what is asked can be answered by whom it is asked of, and what is published of it can be counted.
func (l *loader) feedbacks(d *draft) {
	r := d.raw.Feedback
	if r == nil || !d.sure("feedback") {
		return
	}
	scales, used, taken := d.feedbackIDs("scales"), map[string]bool{}, map[string]string{}
	for _, id := range scales {
		s, at := r.Scales[id], d.at("feedback", "scales", id)
		l.goodOf(at.at("good"), s.Good, s.Answers)
		if n := len(s.Pictures); n > 0 && n != s.Answers {
			l.mistakes.at(at.at("pictures"), fmt.Sprintf("the scale has %d answers and %d pictures", s.Answers, n), "Give each answer one picture, or take pictures out")
		}
		l.scaleLines(d, id, s.Answers)
	}
	for _, id := range d.feedbackIDs("forms") {
		f, at := r.Forms[id], d.at("feedback", "forms", id)
		covered := map[string]bool{}
		for _, q := range d.feedbackIDs("forms", id, "questions") {
			x, at := f.Questions[q], at.at("questions", q)
			used[x.Scale], covered[x.Goal] = true, true
			scale, known := r.Scales[x.Scale]
			if !known {
				l.mistakes.at(at.at("scale"), fmt.Sprintf("there is no scale %q", x.Scale), suggest(x.Scale, scales))
				continue
			}
			l.goodOf(at.at("good"), x.Good, scale.Answers)
			if f.Of == OfChild && len(scale.Pictures) == 0 {
				l.mistakes.at(at.at("scale"), fmt.Sprintf("a child answers with pictures, and the scale %q has none", x.Scale), "Give the scale pictures, or use another")
			}
		}
		for _, goal := range f.Covers {
			if !covered[goal] {
				l.mistakes.at(at.at("covers").spelled(goal), fmt.Sprintf("the form says that it covers %q, and no question has that goal", goal), "Add a question with goal: "+goal)
			}
		}
		l.respondents(d, id)
		if first, twice := taken[f.Of+" "+f.When]; twice && f.When == AtEnding {
			l.mistakes.at(at.named(), fmt.Sprintf("%q is offered to the same people at the same time", first), "Make one form of the two")
		}
		taken[f.Of+" "+f.When] = id
	}
	for _, id := range scales {
		if !used[id] {
			l.mistakes.at(d.at("feedback", "scales", id).named(), fmt.Sprintf("no question uses the scale %q", id), "Take it out")
		}
	}
	for lang, f := range l.texts[d.id] {
		for _, id := range d.feedbackIDs("forms") {
			if x, ok := f.lines["feedback-name."+id]; ok && locale.Telltale(x.lines[0]) != "" {
				l.mistakes.at(x.at, fmt.Sprintf("the form's name says %q in %s, and it stands on paper and on screens", locale.Telltale(x.lines[0]), lang), "Choose words that tell nothing of why one comes")
			}
		}
	}
}

// goodOf: answers that are called good must be there.
func (l *loader) goodOf(at *node, good []int, answers int) {
	for i, n := range good {
		if n < 1 || n > answers {
			l.mistakes.at(at.item(i), fmt.Sprintf("the answer %d is called good, and the answers are 1 to %d", n, answers), "Choose among those")
		}
	}
}

// scaleLines: in each language a scale has one line for every answer.
func (l *loader) scaleLines(d *draft, scale string, answers int) {
	for _, f := range l.texts[d.id] {
		if x, ok := f.lines["feedback-scale."+scale]; ok && len(x.lines) != answers {
			l.mistakes.at(x.at, fmt.Sprintf("the scale %q has %d answers, and here are %d lines", scale, answers, len(x.lines)), "Write one line for each answer")
		}
	}
}

// respondents: a form is offered to people whom the service meets, at a time that it has.
func (l *loader) respondents(d *draft, id string) {
	f, at := d.raw.Feedback.Forms[id], d.at("feedback", "forms", id)
	if !d.sure("form", "clients", "parts") {
		return
	}
	m := &Model{Form: d.raw.Form}
	visits := !m.ByHeads() && m.Form != Helpline && m.Form != Volunteer
	guardians := slices.ContainsFunc(d.partIDs(), func(p string) bool { return d.raw.Parts[p].Who == Guardian })
	type rule struct {
		met  bool
		when []string
	}
	rules := map[string]rule{
		OfAdult: {visits && slices.Contains(d.raw.Clients, "adult"), []string{AtEnding}}, OfChild: {visits && slices.Contains(d.raw.Clients, "child"), []string{AtEnding}},
		OfParent: {visits && guardians, []string{AtEnding}}, OfMember: {m.ByHeads() && m.Form != Event, []string{AtEnding, AtMeeting}},
		OfGuest: {m.ByHeads(), []string{AtEvent}}, OfVolunteer: {m.Form == Volunteer, []string{InRounds}},
		OfWorker: {true, []string{InRounds}}, OfPartner: {true, []string{InRounds}},
	}
	switch known := rules[f.Of]; {
	case !known.met:
		l.mistakes.at(at.at("of"), fmt.Sprintf("the service meets no %s", f.Of), "Ask those whom it meets, or take the form out")
	case !slices.Contains(known.when, f.When):
		l.mistakes.at(at.at("when"), fmt.Sprintf("the time %q is none at which a service meets this respondent: %s", f.When, f.Of), suggest(f.When, known.when))
	}
	if g := d.raw.Gathering; f.Suggest && (g == nil || !g.Ideas || f.Of != OfMember && f.Of != OfGuest) {
		l.mistakes.at(at.at("suggest").named(), "nobody would ever read what is suggested", "A suggestion becomes a proposed group: give gathering ideas: true and ask members or guests, or take it out")
	}
	signed := f.Of == OfWorker || f.Of == OfVolunteer
	switch {
	case signed && f.Every == 0:
		l.mistakes.at(at.named(), "who signs in answers once in a period, and the form does not say how long one is", "Add every_months")
	case !signed && f.Every > 0:
		l.mistakes.at(at.at("every_months").named(), fmt.Sprintf("nobody counts how often one answers as %s", f.Of), "Take it out")
	}
}
