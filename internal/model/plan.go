package model

import (
	"fmt"
	"slices"
)

// What a part may have beside its visits: a plan of them, goals agreed by two, and questions at the end. Each is a list
// to choose from or tick; a goal's one line is the only thing that is written (R-009…R-049).

// Visit is what one visit is for. It guides and never blocks.
type Visit struct {
	Theme   string   // text theme.ID
	Steps   []string // what to go through: texts step.ID
	Minimum string   // the worker's minimum goal of the visit: text minimum.ID; "" is none
}

// Ending is what is asked when visits are over.
type Ending struct {
	Results  []string // yes, partly, not yet: texts result.ID
	Marks    []string // yes, no: texts mark.ID
	FollowUp []string // how a follow-up went: texts follow-up.ID; empty where none is agreed
}

// Outcomes are the answers to a result and to a goal; YesNo those to a mark.
var (
	Outcomes = []string{"yes", "partly", "not-yet"}
	YesNo    = []string{"yes", "no"}
)

// Steps are all steps of the plan, in the order of its visits.
func (p Part) Steps() (all []string) {
	for _, v := range p.Plan {
		all = append(all, v.Steps...)
	}
	return all
}

type rawVisit struct {
	Theme   string   `json:"theme"`
	Steps   []string `json:"steps"`
	Minimum string   `json:"minimum"`
}

type rawGoals struct {
	Max int `json:"max"`
}

type rawEnding struct {
	Results  []string `json:"results"`
	Marks    []string `json:"marks"`
	FollowUp *struct {
		Answers []string `json:"answers"`
	} `json:"follow_up"`
}

// planned fills in what a part has beside its visits.
func (r rawPart) planned(p *Part) {
	for _, v := range r.Plan {
		p.Plan = append(p.Plan, Visit(v))
	}
	if r.Goals != nil {
		p.Goals = r.Goals.Max
	}
	if r.Ending == nil {
		return
	}
	p.Ending = &Ending{Results: r.Ending.Results, Marks: r.Ending.Marks}
	if f := r.Ending.FollowUp; f != nil {
		p.Ending.FollowUp = f.Answers
	}
}

// planTexts are the texts that a part's plan, goals and ending use.
func (ns *needs) planTexts(p rawPart, at *node) {
	for i, v := range p.Plan {
		visit := at.at("plan").item(i)
		ns.add(visit.at("theme"), "theme.", v.Theme)
		ns.add(visit.at("steps"), "step.", v.Steps...)
		if v.Minimum != "" {
			ns.add(visit.at("minimum"), "minimum.", v.Minimum)
		}
	}
	if p.Goals != nil {
		*ns = append(*ns, need{"goals", at.at("goals").named()})
	}
	if p.Ending == nil {
		return
	}
	ns.add(at.at("ending", "results"), "result.", p.Ending.Results...)
	ns.add(at.at("ending", "marks"), "mark.", p.Ending.Marks...)
	if f := p.Ending.FollowUp; f != nil {
		ns.add(at.at("ending", "follow_up", "answers"), "follow-up.", f.Answers...)
	}
}

// plans: a plan fits its visits, names each thing once, and belongs to a person whose ticks may be kept.
func (l *loader) plans(d *draft) {
	for _, id := range d.partIDs() {
		p, at := d.raw.Parts[id], d.at("parts", id)
		for key, has := range map[string]bool{"plan": len(p.Plan) > 0, "goals": p.Goals != nil, "ending": p.Ending != nil} {
			switch {
			case !has || !d.sure("regime", "parts/"+id):
			case p.Who == Heads:
				l.mistakes.at(at.at(key).named(), fmt.Sprintf("%s is kept of a person, and here heads are counted", key), "Take it out")
			case d.raw.Regime == NoRecord || d.raw.Regime == Anonymous:
				l.mistakes.at(at.at(key).named(), fmt.Sprintf("the regime %q keeps nothing that %s would hold", d.raw.Regime, key), "Take it out, or choose the regime goals, joint or buyer")
			}
		}
		l.plan(p, at)
	}
}

func (l *loader) plan(p rawPart, at *node) {
	if limit := p.Visits.Max; limit != nil && len(p.Plan) > *limit {
		l.mistakes.at(at.at("plan").named(), fmt.Sprintf("the plan has %d visits, but there are %d", len(p.Plan), *limit), "Leave out what nobody will come to, or raise visits.max")
	}
	themes, steps := map[string]bool{}, map[string]bool{}
	for i, v := range p.Plan {
		visit := at.at("plan").item(i)
		if themes[v.Theme] && v.Theme != "" {
			l.mistakes.at(visit.at("theme"), fmt.Sprintf("the theme %q stands in the plan twice", v.Theme), "Name each visit's own theme")
		}
		themes[v.Theme] = true
		for n, step := range v.Steps {
			if steps[step] {
				l.mistakes.at(visit.at("steps").item(n), fmt.Sprintf("the step %q stands in the plan twice", step), "Keep it on the visit it belongs to: what is left open comes back by itself")
			}
		}
		for _, step := range v.Steps {
			steps[step] = true
		}
	}
}

// planKept are the things a plan, goals and an ending keep, and why.
func (d *draft) planKept(out map[string]string) {
	for _, p := range d.raw.Parts {
		if len(p.Plan) > 0 {
			out["themes"] = "what was gone through is ticked"
		}
		if p.Goals != nil {
			out["goals"] = "goals are agreed"
		}
		if p.Ending != nil {
			out["results"] = "the ending asks how it went"
			if p.Ending.FollowUp != nil {
				out["follow-up"] = "a follow-up is agreed"
			}
		}
	}
}

// withEpisode are the things that go when the episode does, and never before or after.
var withEpisode = []string{"themes", "goals", "results", "follow-up"}

// hasPlans is what a figure of plans, goals and endings needs.
func (d *draft) hasPlans(has map[string]bool) {
	for _, p := range d.raw.Parts {
		has["goals"] = has["goals"] || p.Goals != nil && p.Ending != nil
		has["results"] = has["results"] || p.Ending != nil
		has["marks"] = has["marks"] || p.Ending != nil && len(p.Ending.Marks) > 0
		has["follow-up"] = has["follow-up"] || p.Ending != nil && p.Ending.FollowUp != nil
	}
	has["same-worker"], has["again"] = len(d.raw.SameWorker.Unless) > 0, len(d.raw.Again) > 0
}

// followed tells whether the model has a part that waits for a follow-up.
func (d *draft) followed() bool {
	for _, p := range d.raw.Parts {
		if p.Ending != nil && p.Ending.FollowUp != nil {
			return true
		}
	}
	return false
}

// FollowedUp tells whether some way through the model waits for a follow-up.
func (m *Model) FollowedUp() bool {
	return slices.ContainsFunc(m.Parts, func(p Part) bool { return p.Ending != nil && len(p.Ending.FollowUp) > 0 })
}
