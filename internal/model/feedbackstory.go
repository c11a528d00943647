package model

// feedbackSentences are a story's steps with what is asked afterwards. Nobody is named in them: a slip knows nobody.
var feedbackSentences = []sentence{
	{"when", "give-slip", "{staff} gives slip {text} for the form {form} [with guardian {yesno}]"},
	{"when", "answer-slip", "slip {text} answers {n} to {question} [and {n2} to {question2}] [and {n3} to {question3}] [with words {text2}] [quoting {yesno}]"},
	{"then", "answered", "the form {form} has {n} answers in {month}"},
	{"then", "good-answers", "the form {form} has {n} good answers to {question} in {month}"},
	{"then", "quotable", "{n} quotes wait for two readers"},
}

// ofFeedback are the forms and questions a story may name; none where nothing is asked.
func (m *Model) ofFeedback(kind string) []string {
	out := []string{}
	for _, f := range m.Feedback {
		if kind == "form" {
			out = append(out, f.ID)
			continue
		}
		for _, q := range f.Questions {
			out = append(out, q.ID)
		}
	}
	return out
}
