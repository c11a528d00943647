package explain

import (
	"rinnalla.fi/rinnalla/internal/model"
)

// feedback tells what people are asked afterwards, form by form, and what becomes of it.
func (t teller) feedback() []string {
	if len(t.m.Feedback) == 0 {
		return nil
	}
	out := []string{t.say("feedback.kept")}
	words, suggest := false, false
	for _, f := range t.m.Feedback {
		line := t.say("feedback.form", "name", t.word("feedback-name."+f.ID), "who", t.say("feedback.of."+f.Of), "when", t.say("feedback.when."+f.When))
		if f.Every > 0 {
			line = t.say("feedback.every", "name", t.word("feedback-name."+f.ID), "who", t.say("feedback.of."+f.Of), "n", f.Every)
		}
		out = append(out, line, list(questionsOf(f), t.worded("feedback-ask."+f.ID+".")))
		words, suggest = words || f.Words, suggest || f.Suggest
	}
	if suggest {
		out = append(out, t.say("feedback.suggest"))
	}
	if words {
		out = append(out, t.say("feedback.words"))
	}
	return out
}

func questionsOf(f model.FeedbackForm) (ids []string) {
	for _, q := range f.Questions {
		ids = append(ids, q.ID)
	}
	return ids
}
