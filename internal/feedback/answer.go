package feedback

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
)

// MostWords is how many characters somebody may give in their own words.
const MostWords = 280

// Marks are what somebody marked on a form.
type Marks struct {
	Answers map[string]int // by question: 1 is the first answer
	Value   string         // of what the form is divided by; "" is not said
	Words   string
	Quote   bool // the words may be quoted; otherwise they are dropped at once
	// Suggestion is what they would like, in one line; where the form asks for it.
	Suggestion string
}

// Hand is a form in somebody's hand: the way they have it, and what is asked.
type Hand struct {
	Way
	Asked *model.Model
	Form  model.FeedbackForm
	Place organization.Unit
	Offer organization.OfferID // whose coordinators read what is suggested; "" when the form asks for nothing or the unit has stopped
}

// Words tells whether words may be given, and kept if the respondent says so: a child's only when a guardian has agreed too.
func (h Hand) Words() bool { return h.Form.Words && (h.Form.Of != model.OfChild || h.Quoting) }

// gone is said of a code that is wrong, used up or over, all alike.
func gone() error { return fault.New(fault.NotFound, "feedback.gone") }

// Open finds the form that a right opens: a code as it was typed, or the ticket of a page. It spends nothing.
func Open(ctx context.Context, tx Tx, ms model.Set, right string) (Hand, error) {
	h, _, _, err := open(ctx, tx, ms, right)
	return h, err
}

func open(ctx context.Context, tx Tx, ms model.Set, right string) (h Hand, code intake.Code, word string, err error) {
	if strings.HasPrefix(right, ticketMark) {
		h.Way, word, err = tx.OpenTicket(strings.TrimPrefix(right, ticketMark))
	} else if code, err = intake.ParseCode(right); err == nil {
		h.Way, err = tx.WayOf(ctx, code)
	}
	if fault.Is(err, fault.NotFound) {
		err = gone()
	}
	if err != nil {
		return h, code, word, err
	}
	h, err = h.Way.hand(ctx, tx, ms)
	return h, code, word, err
}

// ticketMark tells a ticket from a code.
const ticketMark = "t."

// hand puts a way together with what it asks. One whose last day is over, or whose form the model has no longer, is none.
func (w Way) hand(ctx context.Context, tx Tx, ms model.Set) (Hand, error) {
	h := Hand{Way: w}
	m, ok := ms.Model(w.Model, w.Version)
	if !ok {
		m, ok = ms.Latest(w.Model)
	}
	if ok {
		h.Asked = m
		h.Form, ok = m.FeedbackForm(w.Form)
	}
	if !ok {
		return h, gone()
	}
	var err error
	if h.Place, err = tx.Unit(ctx, w.Unit); err != nil {
		return h, err
	}
	if h.today(tx) > w.Last || w.Left < 1 {
		return h, gone()
	}
	if !h.Form.Suggest {
		return h, nil
	}
	offers, err := tx.Offers(ctx, w.Unit)
	for _, o := range offers {
		if o.Model == w.Model && o.Open {
			h.Offer = o.ID
		}
	}
	return h, err
}

func (h Hand) today(tx Tx) calendar.Date { return calendar.LocalOf(tx.Now(), h.Place.Zone).Day }

// Answer adds what was marked to the month's sums and uses the right, both or neither: the one action for every way of answering
// . Nothing of it is kept together, logged or audited. Words are kept only with the respondent's own yes.
// What is missing or not on the form is a fault.Form over the questions by their ids.
func Answer(ctx context.Context, tx Tx, ms model.Set, right string, marks Marks) (Hand, error) {
	h, code, word, err := open(ctx, tx, ms, right)
	if err != nil {
		return h, err
	}
	if err := marks.check(h); err != nil {
		return h, err
	}
	if h.Kind == Ticket {
		err = tx.SpendTicket(ctx, word, h.Way)
	} else {
		err = tx.LessenWay(ctx, h.Way, code)
		h.Left--
	}
	if err != nil {
		return h, err
	}
	month := h.today(tx).Month()
	all := marks.sum(h.Form)
	sums := []Sum{all}
	if marks.Value != "" {
		all.By, all.Value = h.Form.By, marks.Value
		sums = append(sums, all)
	}
	if err := tx.AddFeedback(ctx, h.Unit, h.Model, h.Form.ID, month, sums...); err != nil {
		return h, err
	}
	if err := h.suggest(ctx, tx, marks.Suggestion, month); err != nil {
		return h, err
	}
	if words := strings.TrimSpace(marks.Words); words != "" && marks.Quote && h.Words() {
		return h, tx.AddQuote(ctx, Quote{Unit: h.Unit, Model: h.Model, Form: h.Form.ID, Month: month, Words: words, Guardian: h.Quoting})
	}
	return h, nil
}

// check says what is missing, and refuses whatever the form does not ask.
func (m Marks) check(h Hand) error {
	var form fault.Form
	for _, q := range h.Form.Questions {
		switch a := m.Answers[q.ID]; {
		case a == 0 && !q.Optional:
			form.Add(q.ID, "feedback.unanswered")
		case a < 0 || a > q.Answers:
			form.Add(q.ID, "form.choice")
		}
	}
	for id := range m.Answers {
		if _, ok := h.Form.Question(id); !ok {
			return fault.New(fault.Invalid, "form.choice")
		}
	}
	if m.Value != "" && !slices.Contains(h.Form.Values, m.Value) {
		form.Add("by", "form.choice")
	}
	if n := utf8.RuneCountInString(m.Words); n > MostWords {
		form.Add("words", "feedback.words-long", "n", n, "most", MostWords)
	}
	if m.Words != "" && !h.Words() {
		form.Add("words", "form.choice")
	}
	m.checkSuggestion(h, &form)
	return form.Err()
}

// sum is one answer as a sum.
func (m Marks) sum(f model.FeedbackForm) Sum {
	s := Sum{N: 1, Answers: map[string][]int{}}
	for _, q := range f.Questions {
		if a := m.Answers[q.ID]; a > 0 {
			s.Answers[q.ID] = make([]int, q.Answers)
			s.Answers[q.ID][a-1] = 1
		}
	}
	return s
}

// ReadAnswer reads an answer as a page sends it; "" and nonsense are none.
func ReadAnswer(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 9 {
		return 0
	}
	return n
}
