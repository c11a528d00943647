package model

import (
	"maps"
	"slices"
)

// Who answers a form.
const (
	OfAdult     = "adult"     // who had visits of their own
	OfChild     = "child"     // with pictures, and read by nobody else (D-121)
	OfParent    = "parent"    // a guardian, of a child's visits
	OfWorker    = "worker"    // signed in
	OfPartner   = "partner"   // in a round, without a name
	OfVolunteer = "volunteer" // signed in
	OfMember    = "member"    // who comes to a group
	OfGuest     = "guest"     // who came to an event
)

// When a form is offered.
const (
	AtEnding  = "ending"  // visits are over: the client's own page offers it, or a worker hands a slip
	AtMeeting = "meeting" // a group gathers
	AtEvent   = "event"
	InRounds  = "round" // staff and volunteers once in a period; partners when a coordinator opens a round
)

// FeedbackForm is what one kind of respondent is asked (R-150…R-160). Answers are counted at once and nobody keeps one
// (decision 0066). Texts: feedback-name.ID, feedback-lead.ID, and those of its questions.
type FeedbackForm struct {
	ID        string
	Of        string // OfAdult …
	When      string // AtEnding …
	Every     int    // months of a period in which staff and volunteers answer once; 0 elsewhere
	Easy      bool   // has its questions in easy reading too: texts feedback-easy.FORM.QUESTION
	Covers    []string
	Questions []FeedbackQuestion // in the file's order
	By        string             // what answers are divided by, at most one; "" is nothing. Text feedback-by.FORM
	Values    []string           // of By, to be chosen: texts feedback-value.FORM.VALUE
	Suggest   bool               // what one would like may be said in a line, which becomes a proposed group. Text feedback-suggest.FORM
	Words     bool               // a few words may be given, which are kept only for quoting. Text feedback-words.FORM
}

// FeedbackQuestion is one question with a scale. Text feedback-ask.FORM.QUESTION.
type FeedbackQuestion struct {
	ID       string
	Scale    string   // its words, a line for each answer: text feedback-scale.SCALE
	Answers  int      // how many there are: the answers are 1…Answers
	Good     []int    // which of them the published share is of, ascending
	Goal     string   // which of the four goals it is about: safety, control, networks, knowledge; "" is none
	Optional bool     // may be left out
	Pictures []string // one for each answer: a child's scale; empty elsewhere
}

// Question finds a question by its id.
func (f FeedbackForm) Question(id string) (FeedbackQuestion, bool) {
	return found(f.Questions, func(q FeedbackQuestion) bool { return q.ID == id })
}

// FeedbackForm finds a form by its id.
func (m *Model) FeedbackForm(id string) (FeedbackForm, bool) {
	return found(m.Feedback, func(f FeedbackForm) bool { return f.ID == id })
}

// FeedbackAt is the form of one kind of respondent that is offered at a time; there is at most one.
func (m *Model) FeedbackAt(when, of string) (FeedbackForm, bool) {
	return found(m.Feedback, func(f FeedbackForm) bool { return f.When == when && f.Of == of })
}

// rawFeedback is the key as model.schema.json describes it.
type rawFeedback struct {
	Scales map[string]rawScale        `json:"scales"`
	Forms  map[string]rawFeedbackForm `json:"forms"`
}

type rawScale struct {
	Answers  int      `json:"answers"`
	Good     []int    `json:"good"`
	Pictures []string `json:"pictures"`
}

type rawFeedbackForm struct {
	Of        string                 `json:"of"`
	When      string                 `json:"when"`
	Every     int                    `json:"every_months"`
	Easy      bool                   `json:"easy"`
	Covers    []string               `json:"covers"`
	Questions map[string]rawQuestion `json:"questions"`
	By        map[string][]string    `json:"by"`
	Words     bool                   `json:"words"`
	Suggest   bool                   `json:"suggest"`
}

type rawQuestion struct {
	Scale    string `json:"scale"`
	Good     []int  `json:"good"`
	Goal     string `json:"goal"`
	Optional bool   `json:"optional"`
}

// feedbackIDs are the names of a mapping under the key feedback, in the file's order.
func (d *draft) feedbackIDs(way ...string) []string {
	return d.at(append([]string{"feedback"}, way...)...).order
}

// feedback is the finished value; empty where the file asks nobody.
func (d *draft) feedback() (out []FeedbackForm) {
	if d.raw.Feedback == nil {
		return nil
	}
	for _, id := range d.feedbackIDs("forms") {
		r := d.raw.Feedback.Forms[id]
		f := FeedbackForm{ID: id, Of: r.Of, When: r.When, Every: r.Every, Easy: r.Easy, Covers: r.Covers, Words: r.Words, Suggest: r.Suggest}
		for f.By, f.Values = range r.By { // the schema lets one through
		}
		for _, q := range d.feedbackIDs("forms", id, "questions") {
			x := r.Questions[q]
			scale := d.raw.Feedback.Scales[x.Scale]
			good := scale.Good
			if len(x.Good) > 0 {
				good = x.Good
			}
			f.Questions = append(f.Questions, FeedbackQuestion{ID: q, Scale: x.Scale, Answers: scale.Answers, Good: slices.Sorted(slices.Values(good)),
				Goal: x.Goal, Optional: x.Optional, Pictures: scale.Pictures})
		}
		out = append(out, f)
	}
	return out
}

// asksWords tells whether any form takes words.
func (d *draft) asksWords() bool {
	return d.raw.Feedback != nil && slices.ContainsFunc(slices.Collect(maps.Values(d.raw.Feedback.Forms)), func(f rawFeedbackForm) bool { return f.Words })
}

// feedbackTexts are the words a model needs for its forms.
func (d *draft) feedbackTexts(all *needs) {
	r := d.raw.Feedback
	if r == nil {
		return
	}
	at := d.at("feedback")
	all.add(at.at("scales"), "feedback-scale.", d.feedbackIDs("scales")...)
	forms := d.feedbackIDs("forms")
	for _, prefix := range []string{"feedback-name.", "feedback-lead."} {
		all.add(at.at("forms"), prefix, forms...)
	}
	for _, id := range forms {
		f, asks := r.Forms[id], d.feedbackIDs("forms", id, "questions")
		way := at.at("forms", id)
		all.add(way.at("questions"), "feedback-ask."+id+".", asks...)
		if f.Easy {
			all.add(way.at("questions"), "feedback-easy."+id+".", asks...)
		}
		for by, values := range f.By {
			*all = append(*all, need{"feedback-by." + id, way.at("by")})
			all.add(way.at("by", by), "feedback-value."+id+".", values...)
		}
		if f.Words {
			*all = append(*all, need{"feedback-words." + id, way.at("words")})
		}
		if f.Suggest {
			*all = append(*all, need{"feedback-suggest." + id, way.at("suggest")})
		}
	}
}
