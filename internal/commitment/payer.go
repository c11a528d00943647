package commitment

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
)

const (
	maxName  = 120
	maxLines = 300
)

// KeepPayer adds or changes a payer. Payers are the organisation's: any coordinator may arrange them.
func KeepPayer(ctx context.Context, tx Tx, by access.Actor, p Payer) (Payer, error) {
	if !by.System && !by.Has(access.Coordinator) {
		return p, fault.New(fault.NotFound, "not-found")
	}
	if p.ID == "" {
		p.ID = PayerID(id.New())
	} else if _, err := tx.Payer(ctx, p.ID); err != nil {
		return p, err
	}
	var form fault.Form
	p.Name = line(p.Name, "name", true, maxName, &form)
	p.Contact = lines(p.Contact, "contact", false, &form)
	p.Controller = line(p.Controller, "controller", true, maxName, &form)
	p.Privacy = lines(p.Privacy, "privacy", true, &form)
	if err := form.Err(); err != nil {
		return p, err
	}
	return p, tx.PutPayer(ctx, p)
}

// line is one line that must be there, or may be empty.
func line(s, name string, needed bool, max int, form *fault.Form) string {
	s = strings.TrimSpace(s)
	control := strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' })
	switch n := utf8.RuneCountInString(s); {
	case n > max || control:
		form.Add(name, "form.too-long")
	case n == 0 && needed:
		form.Add(name, "commitment.payer-empty")
	case max == maxName && strings.Contains(s, "\n"):
		form.Add(name, "form.too-long")
	}
	return s
}

// lines is an address: a few lines, as one typed them.
func lines(s, name string, needed bool, form *fault.Form) string {
	return line(strings.ReplaceAll(s, "\r\n", "\n"), name, needed, maxLines, form)
}
