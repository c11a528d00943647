package person

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/seal"
)

// Three months unless the person says otherwise, a year at the most: what was safe then may not be safe now, so it is
// asked again (D-185).
const (
	usualMonths   = 3
	longestMonths = 12
)

// The longest words kept of a person's name and of the word that is asked before anything is said.
const (
	MaxName     = 60
	MaxCodeWord = 40
)

// Check gives the permission as it is kept and notes every mistake at the input's name. "Do not contact me" is as
// good an answer as any, and then nothing else of it is kept (D-185, D-188).
func Check(s SafeContact, today calendar.Date, form *fault.Form) SafeContact {
	switch s.Channel {
	case None, "":
		return SafeContact{Person: s.Person, Channel: None}
	case Call, SMS:
		s.Address = line(s.Address)
		if !telephone(s.Address.Reveal()) || !strings.ContainsAny(s.Address.Reveal()[:1], "+0(") {
			form.Add("address", "contact.telephone") // without a nought or a country it might be somebody else's
		}
	case Email:
		s.Address = line(s.Address)
		if !email(s.Address.Reveal()) {
			form.Add("address", "contact.email")
		}
	default:
		form.Add("channel", "form.choice")
	}
	s.CodeWord = line(s.CodeWord)
	if !Short(s.CodeWord.Reveal(), MaxCodeWord) {
		form.Add("code-word", "form.too-long")
	}
	if s.Others != OthersUnknown && s.Others != OthersYes && s.Others != OthersNo {
		form.Add("others", "form.choice")
	}
	if s.Channel == Call { // nobody telephones to remind
		s.Reminders = false
	}
	checkHours(s, form)
	s.LastDay = checkLastDay(s.LastDay, today, form)
	return s
}

// checkHours asks for hours that were said: a permission nobody gave is none (D-185).
func checkHours(s SafeContact, form *fault.Form) {
	switch {
	case s.HourFrom < 0 || s.HourFrom > 23:
		form.Add("hour-from", "contact.hours")
	case s.HourTo < 1 || s.HourTo > 24 || s.HourTo <= s.HourFrom:
		form.Add("hour-to", "contact.hours")
	}
}

func checkLastDay(day, today calendar.Date, form *fault.Form) calendar.Date {
	latest := calendar.Date(today.Midnight().AddDate(0, longestMonths, 0).Format("2006-01-02"))
	switch {
	case day == "":
		return calendar.Date(today.Midnight().AddDate(0, usualMonths, 0).Format("2006-01-02"))
	case day < today || day > latest:
		form.Add("last-day", "contact.last-day", "latest", latest)
	}
	return day
}

// line takes the spaces around a text away.
func line(t seal.Text) seal.Text { return seal.Of(strings.TrimSpace(t.Reveal())) }

// telephone tells whether a number can be dialled: five to fifteen digits, as people group them.
func telephone(s string) bool {
	digits := 0
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0:
		case r == ' ' || r == '-' || r == '(' || r == ')':
		default:
			return false
		}
	}
	return digits >= 5 && digits <= 15 && len(s) <= 30
}

// International is a number as a gateway and a blind index take it: "+358405550200" of "040 555 0200". A number without
// a country is read as Finnish.
func International(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
	switch {
	case strings.HasPrefix(strings.TrimSpace(number), "+"):
		return "+" + finnish(digits)
	case strings.HasPrefix(digits, "00"):
		return "+" + finnish(digits[2:])
	case strings.HasPrefix(digits, "0"):
		return "+358" + digits[1:]
	}
	return "+" + finnish(digits) // as some gateways write the number of a reply
}

// finnish leaves out the nought that people write in "+358 (0)40".
func finnish(digits string) string {
	if rest, ok := strings.CutPrefix(digits, "3580"); ok {
		return "358" + rest
	}
	return digits
}

// email tells whether an address can be written to: one bare address with a domain that has a dot.
func email(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || len(s) > 254 || a.Address != s {
		return false
	}
	domain := s[strings.LastIndex(s, "@")+1:]
	return strings.Contains(strings.Trim(domain, "."), ".") && Short(s, 254)
}

// Short tells whether s is text of one line and at most so many letters.
func Short(s string, most int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && strings.IndexFunc(s, unicode.IsControl) < 0
}
