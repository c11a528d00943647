package model

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/person"
)

// draft is a model file on its way to a Model: the file's tree for the places, and its values as written.
type draft struct {
	id   string // the folder's name
	file string
	root *node
	raw  raw
	// unsure are the keys, as "keep" and "keep/place", in which the schema found a mistake. What rests on them is not
	// judged: one slip should not be told ten times.
	unsure map[string]bool
}

// raw is the file as model.schema.json describes it.
type raw struct {
	ID        string        `json:"id"`
	Slug      string        `json:"slug"`
	Version   int           `json:"version"`
	Form      Form          `json:"form"`
	Regime    Regime        `json:"regime"`
	Clients   []person.Kind `json:"clients"`
	Channels  []string      `json:"channels"`
	Referrers []string      `json:"referrers"`
	Promise   struct {
		FirstMeeting string `json:"first_meeting"`
	} `json:"promise"`
	Code struct {
		UnusedDays int `json:"unused_days"`
	} `json:"code"`
	Wishes     struct{ Times, Places []string } `json:"wishes"`
	Parts      map[string]rawPart               `json:"parts"`
	Conditions []rawCondition                   `json:"conditions"`
	Decisions  map[string]Decision              `json:"decisions"`
	Parties    *rawParties                      `json:"parties"`
	Commitment *rawCommitment                   `json:"commitment"`
	Volunteer  *rawVolunteer                    `json:"volunteer"`
	Line       *rawLine                         `json:"line"`
	Gathering  *rawGathering                    `json:"gathering"`
	Feedback   *rawFeedback                     `json:"feedback"`
	Event      *rawOccasion                     `json:"event"`
	Cancel     Reasons                          `json:"cancel"`
	SameWorker struct{ Unless []string }        `json:"same_worker"`
	Again      []string                         `json:"again"`
	Speaking   string                           `json:"speaking"`
	WaysOn     []rawWay                         `json:"ways_on"`
	Keep       map[string]rawKeep               `json:"keep"`
	Documents  []string                         `json:"documents"`
	Figures    []string                         `json:"figures"`
}

type rawPart struct {
	Who    Who    `json:"who"`
	Per    string `json:"per"`
	Visits struct {
		Max             *int `json:"max"`
		Minutes         int  `json:"minutes"`
		MissedCounts    bool `json:"missed_counts"`
		LateCancelHours int  `json:"late_cancel_hours"`
	} `json:"visits"`
	Plan   []rawVisit `json:"plan"`
	Goals  *rawGoals  `json:"goals"`
	Ending *rawEnding `json:"ending"`
}

type rawCondition struct {
	Action  oneOrMore `json:"action"`
	Part    string    `json:"part"`
	When    string    `json:"when"`
	Refusal string    `json:"refusal"`
}

type rawWay struct {
	Service   string   `json:"service"`
	Elsewhere []string `json:"elsewhere"`
}

type rawKeep struct {
	For   string `json:"for"`
	After string `json:"after"`
	With  string `json:"with"`
}

// oneOrMore is a word or a list of words.
type oneOrMore []Action

func (o *oneOrMore) UnmarshalJSON(b []byte) error {
	var one Action
	if json.Unmarshal(b, &one) == nil {
		*o = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(b, (*[]Action)(o))
}

// read fills raw from the tree. What has the wrong type stays empty: the schema has told of it already.
func (d *draft) read() {
	b, err := json.Marshal(d.root.value())
	if err != nil {
		return
	}
	if err := json.Unmarshal(b, &d.raw); err != nil {
		return
	}
}

func (d *draft) at(way ...string) *node { return d.root.at(way...) }

// model is the finished value of a draft without mistakes.
func (d *draft) model(conditions []Condition, t texts) *Model {
	r := d.raw
	m := &Model{
		ID: r.ID, Slug: r.Slug, Version: r.Version, Form: r.Form, Regime: r.Regime, Clients: r.Clients,
		Channels: r.Channels, Referrers: r.Referrers, FirstVisit: length(r.Promise.FirstMeeting),
		UnusedDays: r.Code.UnusedDays, Times: r.Wishes.Times, Places: r.Wishes.Places, Conditions: conditions,
		Cancel: r.Cancel, Unless: r.SameWorker.Unless, Again: r.Again, WithClient: r.Speaking == withClient,
		Documents: r.Documents, Figures: r.Figures, texts: t,
	}
	for _, id := range d.partIDs() {
		m.Parts = append(m.Parts, d.part(id))
	}
	m.Commitment, m.Gathering, m.Occasion = d.commitment(), d.gathering(), d.occasion()
	m.Volunteer = d.volunteerPath()
	m.Line, m.Feedback = d.line(), d.feedback()
	m.Parties = r.Parties.parties()
	if x, ok := r.Decisions["guardians-disagree"]; ok {
		m.Decision = &x
	}
	for _, w := range r.WaysOn {
		if w.Service != "" {
			m.WaysOn = append(m.WaysOn, WayOn{Service, w.Service})
		}
		for _, kind := range w.Elsewhere {
			m.WaysOn = append(m.WaysOn, WayOn{Elsewhere, kind})
		}
	}
	for _, what := range d.keepIDs() {
		m.Keep = append(m.Keep, d.keep(what))
	}
	return m
}

func (d *draft) partIDs() []string {
	if f, ok := d.root.field("parts"); ok {
		return f.order
	}
	return nil
}

func (d *draft) keepIDs() []string {
	if f, ok := d.root.field("keep"); ok {
		return f.order
	}
	return nil
}

func (d *draft) part(id string) Part {
	p := d.raw.Parts[id]
	v := p.Visits
	part := Part{
		ID: id, Who: p.Who, PerGuardian: p.Per == "guardian", Minutes: v.Minutes,
		MissedCounts: v.MissedCounts, LateCancelHours: v.LateCancelHours,
	}
	p.planned(&part)
	if v.Max != nil {
		part.Max = *v.Max
	}
	return part
}

func (d *draft) keep(what string) Keep {
	k := d.raw.Keep[what]
	days, _ := strconv.Atoi(strings.TrimSuffix(k.For, "d"))
	return Keep{What: what, Ever: k.For == "ever", Days: days, After: k.After, With: k.With}
}

// length reads "48h" or "3d"; the schema lets nothing else through.
func length(s string) time.Duration {
	if s == "" {
		return 0
	}
	n, _ := strconv.Atoi(s[:len(s)-1])
	if strings.HasSuffix(s, "d") {
		return time.Duration(n) * 24 * time.Hour
	}
	return time.Duration(n) * time.Hour
}
