package outgoing

import (
	"strings"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/person"
)

// wording is all that a message's words are made of.
type wording struct {
	lang    locale.Lang
	kind    Kind
	meeting calendar.Local // zero where no time is told
	today   calendar.Date
	name    string // the organisation's, "" unless it may be said
}

// nameFor is the organisation's name where the permission lets it be said and nobody else can read it. Whoever was
// never asked is not alone (D-187, D-189).
func nameFor(c person.SafeContact, name string) string {
	if c.SayOrganisation && c.Others == person.OthersNo {
		return name
	}
	return ""
}

// text is the message: no theme, place, worker or link, and no name unless it was allowed (D-189).
func (w wording) text() string {
	p := locale.For(w.lang)
	key := w.kind
	if key == Moved { // "moved" would tell that something had been agreed before
		key = Reminder
	}
	text := p.T("outgoing.text."+string(key), "when", w.when(p))
	if w.name == "" {
		return text
	}
	if named := strings.TrimSuffix(text, ".") + ". " + w.name; Fits(named) {
		return named
	}
	return text
}

// when is "huomenna 17.15", "tänään 17.15" or "ti 9.3. 17.15".
func (w wording) when(p *locale.Printer) string {
	if w.meeting.Day == "" {
		return ""
	}
	clock := p.Clock(w.meeting.Clock)
	switch w.meeting.Day {
	case w.today:
		return p.T("outgoing.today", "clock", clock)
	case w.today.Add(1):
		return p.T("outgoing.tomorrow", "clock", clock)
	}
	return p.T("outgoing.day", "day", p.Day(w.meeting.Day), "clock", clock)
}

func (w wording) subject() string { return locale.For(w.lang).T("outgoing.subject") }

// gsm7 is the alphabet in which a text message has 160 letters; in any other it has seventy and costs more.
const gsm7 = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"

// Fits tells whether a text is one text message of the plain alphabet.
func Fits(text string) bool {
	n := 0
	for _, r := range text {
		if !strings.ContainsRune(gsm7, r) {
			return false
		}
		n++
	}
	return n <= 160
}
