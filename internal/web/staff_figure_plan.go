package web

import (
	"strings"

	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
)

// planWord is what a value of the figures of goals, endings and follow-ups means. A word that no version of the model has
// any more stays as it was counted.
func planWord(q *Ask, m *model.Model, x figure.Sum) string {
	item, answer, _ := strings.Cut(x.Value, ".")
	own := func(key, word string) string {
		if m.Says(q.P.Lang(), key+word) {
			return m.Text(q.P.Lang(), key+word)
		}
		return word
	}
	switch x.Name {
	case figure.GoalsReached:
		return q.P.T("outcome." + x.Value)
	case figure.Results:
		return own("result.", item) + ": " + q.P.T("outcome."+answer)
	case figure.EndingMarks:
		return own("mark.", item) + ": " + q.P.T("outcome."+answer)
	case figure.FollowUps:
		return q.P.T("follow-up.by." + x.Value)
	case figure.FollowUpsAnswered:
		return own("follow-up.", x.Value)
	case figure.WorkerChanges:
		return own("change.", x.Value)
	}
	return own("again.", x.Value)
}
