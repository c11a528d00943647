package line

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
)

// Answering finds an evening for who may mark its calls: those who answer it, and the unit's workers and coordinators, who
// may have taken it themselves. To anybody else there is nothing.
func Answering(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id EveningID) (Evening, Hall, error) {
	may, err := tx.Answers(ctx, id, by.Account)
	if err != nil {
		return Evening{}, Hall{}, err
	}
	e, err := Found(ctx, tx, id, func(unit access.UnitID) bool {
		return may || by.Is(access.Worker, unit) || by.Is(access.Coordinator, unit)
	})
	if err != nil {
		return e, Hall{}, err
	}
	h, err := At(ctx, tx, ms, e.Offer)
	return e, h, err
}

// Found is an evening of an offer in a unit that the asker may see. Which those are is asked before the evening, so that one
// that is hidden takes the time of one that never was.
func Found(ctx context.Context, tx Tx, id EveningID, may func(access.UnitID) bool) (Evening, error) {
	offers, err := tx.Offers(ctx, "")
	if err != nil {
		return Evening{}, err
	}
	e, err := tx.Evening(ctx, id)
	if err == nil && !slices.ContainsFunc(offers, func(o organization.Offer) bool { return o.ID == e.Offer && may(o.Unit) }) {
		e, err = Evening{}, hidden()
	}
	return e, err
}

// Mark counts one contact with its ticks. form is random words of the page it was ticked on: the same form sent twice
// counts once, and with other ticks it is refused. What it answers takes the same ticks back, once, until another form is sent.
func Mark(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id EveningID, form string, t Ticks) (back string, err error) {
	e, h, err := Answering(ctx, tx, ms, by, id)
	if err != nil {
		return "", err
	}
	if !isForm(form) {
		return "", fault.New(fault.Invalid, "line.no-slip")
	}
	if err := t.check(h.Model); err != nil {
		return "", err
	}
	switch now := tx.Now(); {
	case e.State == Closed:
		return "", fault.New(fault.Conflict, "line.closed")
	case now.Before(e.Starts):
		return "", fault.New(fault.Conflict, "line.not-yet")
	case now.After(e.Ends().Add(late)):
		return "", fault.New(fault.Conflict, "line.over")
	}
	s := slip{id, by.Account, form, t}
	last, err := tx.LastForm(ctx, id, by.Account)
	if err != nil {
		return "", err
	}
	if hmac.Equal(last.Form, s.formMark(tx)) {
		switch {
		case last.Undone:
			return "", fault.New(fault.Conflict, "line.taken-back")
		case !hmac.Equal(last.Ticks, s.ticksMark(tx)):
			return "", fault.New(fault.Conflict, "line.sent")
		}
		return s.String(), nil
	}
	if err := s.count(ctx, tx, h, e, 1); err != nil {
		return "", err
	}
	return s.String(), tx.PutLastForm(ctx, id, by.Account, Last{Form: s.formMark(tx), Ticks: s.ticksMark(tx)})
}

// TakeBack takes a contact back by what Mark answered.
func TakeBack(ctx context.Context, tx Tx, ms model.Set, by access.Actor, id EveningID, back string) error {
	e, h, err := Answering(ctx, tx, ms, by, id)
	if err != nil {
		return err
	}
	s, ok := readSlip(id, by.Account, back)
	if !ok || s.check(h.Model) != nil {
		return fault.New(fault.Invalid, "line.no-slip")
	}
	last, err := tx.LastForm(ctx, id, by.Account)
	switch {
	case err != nil:
		return err
	case !hmac.Equal(last.Form, s.formMark(tx)) || !hmac.Equal(last.Ticks, s.ticksMark(tx)):
		return fault.New(fault.Conflict, "line.not-last")
	case last.Undone:
		return fault.New(fault.Conflict, "line.taken-back")
	}
	if err := s.count(ctx, tx, h, e, -1); err != nil {
		return err
	}
	last.Undone = true
	return tx.PutLastForm(ctx, id, by.Account, last)
}

// isForm tells whether words can be a page's own: long enough to be guessed by nobody, and nothing but an id.
func isForm(s string) bool {
	return len(s) >= 16 && len(s) <= 64 && strings.Trim(s, "0123456789abcdef-") == ""
}

// check says what is missing or too much. Whatever is not in the model's lists is refused, so that nothing else is kept.
func (t Ticks) check(m *model.Model) error {
	var form fault.Form
	l := m.Line
	if !slices.Contains(l.Lengths, t.Length) {
		form.Add("length", "line.length")
	}
	switch {
	case len(t.Themes) == 0 || !each(t.Themes, func(x string) bool { return slices.Contains(l.Themes, x) }):
		form.Add("themes", "line.themes", "most", l.MostThemes)
	case len(t.Themes) > l.MostThemes:
		form.Add("themes", "line.themes-most", "most", l.MostThemes)
	}
	if !each(t.Tips, func(x string) bool {
		return slices.ContainsFunc(m.Tips(), func(w model.WayOn) bool { return w.Destination == x })
	}) {
		form.Add("tips", "form.choice")
	}
	if t.Worry && !l.Worry {
		form.Add("worry", "form.choice")
	}
	return form.Err()
}

// each tells whether every word is one that is known, and none stands twice.
func each(words []string, known func(string) bool) bool {
	for i, w := range words {
		if !known(w) || slices.Contains(words[:i], w) {
			return false
		}
	}
	return true
}

// slip is a form that was sent: what takes it back carries all of it, so that nobody has to keep it.
type slip struct {
	evening EveningID
	who     access.AccountID
	form    string
	Ticks
}

// String is what the page carries: the form's random words and the ticks. A changed one fits no fingerprint.
func (s slip) String() string {
	b, _ := json.Marshal(s.Ticks) // lists of words always marshal
	return s.form + "." + base64.RawURLEncoding.EncodeToString(b)
}

func readSlip(evening EveningID, who access.AccountID, text string) (slip, bool) {
	form, ticks, ok := strings.Cut(text, ".")
	s := slip{evening: evening, who: who, form: form}
	b, err := base64.RawURLEncoding.DecodeString(ticks)
	return s, ok && err == nil && json.Unmarshal(b, &s.Ticks) == nil
}

func (s slip) formMark(tx Tx) []byte {
	return tx.Derive("line-form", strings.Join([]string{string(s.evening), string(s.who), s.form}, "/"))
}

func (s slip) ticksMark(tx Tx) []byte {
	return tx.Derive("line-ticks", strings.Join([]string{string(s.evening), string(s.who), s.String()}, "/"))
}

// count adds the ticks to the sums of the evening's month, or takes them from there. The evening itself has the number of
// contacts alone: on an evening with one call all else would be that call.
func (s slip) count(ctx context.Context, tx Tx, h Hall, e Evening, n int) error {
	e.Contacts += n
	if err := tx.PutEvening(ctx, e); err != nil {
		return err
	}
	sums := []figure.Sum{h.sum(e, figure.LineContacts, "", n), h.sum(e, figure.LineLengths, s.Length, n)}
	for _, x := range s.Themes {
		sums = append(sums, h.sum(e, figure.LineThemes, x, n))
	}
	for _, x := range s.Tips {
		sums = append(sums, h.sum(e, figure.LineTips, x, n))
	}
	if s.Worry {
		sums = append(sums, h.sum(e, figure.LineWorries, "", n))
	}
	return add(ctx, tx, h, sums)
}
