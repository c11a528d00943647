package report

import (
	"cmp"
	"strconv"
	"strings"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/disclosure"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/release"
)

// Period is a period of the grid in words: "2027", "1.1.–30.6.2027".
func Period(p *locale.Printer, of disclosure.Period) string {
	if of.Of == 1 {
		return strconv.Itoa(of.Year)
	}
	months := of.Months()
	return p.T("report.span", "first", p.Date(calendar.Date(months[0]+"-01")), "last", p.Date(lastDay(months[len(months)-1])))
}

// lastDay is the last day of a month.
func lastDay(month string) calendar.Date {
	return calendar.Date(calendar.Date(month+"-28").Add(4).Month() + "-01").Add(-1)
}

// NextDay is the first day on which a period is told.
func NextDay(of disclosure.Period) calendar.Date {
	months := of.Months()
	return lastDay(months[len(months)-1]).Add(1)
}

// Share is a share in words: "85 %", "at least 70 %".
func Share(p *locale.Printer, s disclosure.Share) string {
	switch s.Bound {
	case disclosure.AtLeast:
		return p.T("report.at-least", "percent", s.Percent)
	case disclosure.AtMost:
		return p.T("report.at-most", "percent", s.Percent)
	case disclosure.Exactly:
		return p.T("report.percent", "percent", s.Percent)
	}
	return "–"
}

// Question is a form's question in words.
func Question(m *model.Model, lang locale.Lang, form, question string) string {
	return m.Text(lang, "feedback-ask."+form+"."+question)
}

// Answers are a question's answers in words, the first first.
func Answers(m *model.Model, lang locale.Lang, q model.FeedbackQuestion) []string {
	return m.Lines(lang, "feedback-scale."+q.Scale)
}

// Good are the answers that a question's share is of, in words: "much or very much".
func Good(p *locale.Printer, m *model.Model, q model.FeedbackQuestion) string {
	words := Answers(m, p.Lang(), q)
	var out []string
	for _, k := range q.Good {
		if k <= len(words) {
			out = append(out, "“"+words[k-1]+"”")
		}
	}
	return strings.Join(out, " "+p.T("report.or")+" ")
}

// Note says about a line what is not in its number: why there is none, or of when it is.
func Note(p *locale.Printer, l release.Line) string {
	switch l.State {
	case release.Hidden:
		return p.T("report.hidden", "n", Least(l))
	case release.GoingOn:
		return p.T("report.going", "day", p.Date(NextDay(l.Row.Period)))
	case release.Before:
		if l.N > 0 {
			return p.T("report.before-told", "day", p.Date(l.On))
		}
		return p.T("report.before")
	case release.Partly:
		return p.T("report.partly", "day", p.Date(calendar.Date(l.From+"-01")))
	case release.Earlier:
		return p.T("report.earlier", "day", p.Date(l.On))
	}
	return ""
}

// Least is of fewer than how many nothing is told where a line stands; a line that was not asked for has the usual limit.
func Least(l release.Line) int { return cmp.Or(l.Least, disclosure.UsualThreshold) }

// Exact is of fewer than how many nothing exact is told of how they answered.
func Exact(l release.Line) int { return cmp.Or(l.Exact, disclosure.UsualExact) }

// With says of a hidden line which told one it would be subtracted from, or else by; "" when there is none.
func With(p *locale.Printer, l release.Line) string {
	if l.State != release.Hidden || l.With == nil {
		return ""
	}
	return p.T("report.with", "period", Period(p, l.With.Period))
}
