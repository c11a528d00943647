package locale

import (
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// plurals answers which CLDR form a number takes. go-i18n knows the rules; asking it once per small number at the
// start keeps a list of hundreds of rows quick.
type plurals struct {
	small     [100]string
	localizer *i18n.Localizer
}

// probe is a message whose forms are their own names, so that what comes back is the form.
var probe = &i18n.Message{ID: "form", Zero: "zero", One: "one", Two: "two", Few: "few", Many: "many", Other: "other"}

func newPlurals(lang Lang) *plurals {
	tag := language.Make(string(lang))
	bundle := i18n.NewBundle(tag)
	bundle.MustAddMessages(tag, probe)
	p := &plurals{localizer: i18n.NewLocalizer(bundle, string(lang))}
	for n := range p.small {
		p.small[n] = p.ask(n)
	}
	return p
}

func (p *plurals) form(n int) string {
	if n >= 0 && n < len(p.small) {
		return p.small[n]
	}
	return p.ask(n)
}

func (p *plurals) ask(n int) string {
	form, err := p.localizer.Localize(&i18n.LocalizeConfig{MessageID: probe.ID, PluralCount: n})
	if err != nil {
		return "other"
	}
	return form
}
