package person

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/seal"
)

const today calendar.Date = "2027-01-12"

func checked(s SafeContact) (SafeContact, []string) {
	var form fault.Form
	s = Check(s, today, &form)
	var wrong []string
	if err := form.Err(); err != nil {
		for _, f := range fault.Of(err).Fields {
			wrong = append(wrong, f.Name)
		}
	}
	return s, wrong
}

// D-188: "do not contact me" is the default and as good an answer as any; nothing typed beside it is kept.
func TestNoContactKeepsNothing(t *testing.T) {
	for _, c := range []Channel{"", None} {
		got, wrong := checked(SafeContact{Channel: c, Address: seal.Of("0405550200"), CodeWord: seal.Of("x"), HourFrom: 99, LastDay: "1999-01-01", Voicemail: true})
		if len(wrong) > 0 || got.Channel != None || !got.Address.Empty() || !got.CodeWord.Empty() || got.Voicemail || got.LastDay != "" {
			t.Errorf("kept %+v, mistakes at %v", got, wrong)
		}
	}
}

// D-185…D-189: an address that works, hours, and a last day that comes.
func TestCheck(t *testing.T) {
	good := SafeContact{Channel: SMS, Address: seal.Of(" +358 40 555 0200 "), HourFrom: 10, HourTo: 14}
	for name, c := range map[string]struct {
		change func(*SafeContact)
		want   []string
	}{
		"good":                 {func(*SafeContact) {}, nil},
		"good e-mail":          {func(s *SafeContact) { s.Channel, s.Address = Email, seal.Of("nimi@example.fi") }, nil},
		"until midnight":       {func(s *SafeContact) { s.HourFrom, s.HourTo = 0, 24 }, nil},
		"a year":               {func(s *SafeContact) { s.LastDay = "2028-01-12" }, nil},
		"today":                {func(s *SafeContact) { s.LastDay = today }, nil},
		"more than a year":     {func(s *SafeContact) { s.LastDay = "2028-01-13" }, []string{"last-day"}},
		"yesterday":            {func(s *SafeContact) { s.LastDay = "2027-01-11" }, []string{"last-day"}},
		"a number of nowhere":  {func(s *SafeContact) { s.Address = seal.Of("405550200") }, []string{"address"}},
		"others, in a story":   {func(s *SafeContact) { s.Others = "he sometimes takes it" }, []string{"others"}},
		"no address":           {func(s *SafeContact) { s.Address = seal.Text{} }, []string{"address"}},
		"too short a number":   {func(s *SafeContact) { s.Address = seal.Of("112") }, []string{"address"}},
		"too long a number":    {func(s *SafeContact) { s.Address = seal.Of("0405550200040555") }, []string{"address"}},
		"a plus in the middle": {func(s *SafeContact) { s.Address = seal.Of("040+5550200") }, []string{"address"}},
		"an address of spaces": {func(s *SafeContact) { s.Address = seal.Of(strings.Repeat(" ", 40) + "01234" + strings.Repeat(" ", 40)) }, nil},
		"e-mail with a name":   {func(s *SafeContact) { s.Channel, s.Address = Email, seal.Of("Nimi <nimi@example.fi>") }, []string{"address"}},
		"e-mail of two":        {func(s *SafeContact) { s.Channel, s.Address = Email, seal.Of("a@example.fi, b@example.fi") }, []string{"address"}},
		"e-mail with a header": {func(s *SafeContact) { s.Channel, s.Address = Email, seal.Of("a@example.fi\r\nBcc: b@example.fi") }, []string{"address"}},
		"e-mail without a dot": {func(s *SafeContact) { s.Channel, s.Address = Email, seal.Of("a@localhost") }, []string{"address"}},
		"no hours":             {func(s *SafeContact) { s.HourFrom, s.HourTo = 0, 0 }, []string{"hour-to"}},
		"hours backwards":      {func(s *SafeContact) { s.HourFrom, s.HourTo = 14, 10 }, []string{"hour-to"}},
		"no such hour":         {func(s *SafeContact) { s.HourFrom = -1 }, []string{"hour-from"}},
		"hours past midnight":  {func(s *SafeContact) { s.HourTo = 25 }, []string{"hour-to"}},
		"no such channel":      {func(s *SafeContact) { s.Channel = "pigeon" }, []string{"channel"}},
		"a long code word":     {func(s *SafeContact) { s.CodeWord = seal.Of(strings.Repeat("å", 41)) }, []string{"code-word"}},
		"everything":           {func(s *SafeContact) { *s = SafeContact{Channel: Call, HourFrom: 30, LastDay: "2020-01-01"} }, []string{"address", "hour-from", "last-day"}},
	} {
		s := good
		c.change(&s)
		if got, wrong := checked(s); !slices.Equal(wrong, c.want) {
			t.Errorf("%s: mistakes at %v, want %v (%+v)", name, wrong, c.want, got)
		}
	}
	got, _ := checked(good)
	if got.LastDay != "2027-04-12" || got.Address.Reveal() != "+358 40 555 0200" {
		t.Errorf("kept %q until %s", got.Address.Reveal(), got.LastDay)
	}
}

// An address that passes can be put in a letter's head or a dialler without doing anything else there.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"040 555 0200", "a@b.fi", "\"a b\"@c.fi", "a@[127.0.0.1]", "ä@ö.fi", "a@b.fi\n", "a@b.fi,c@d.fi", "+", "(0)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if telephone(s) && strings.Trim(s, "+0123456789 -()") != "" {
			t.Errorf("telephone(%q)", s)
		}
		if email(s) && (strings.Count(s, "@") != 1 || strings.ContainsAny(s, " ,;<>\"") || strings.IndexFunc(s, unicode.IsControl) >= 0) {
			t.Errorf("email(%q)", s)
		}
	})
}

// One number is one number, however people and gateways write it.
func TestInternational(t *testing.T) {
	for _, s := range []string{"040 555 0200", "+358 40 555 0200", "+358 (0)40-5550200", "00358405550200", "358405550200"} {
		if got := International(s); got != "+358405550200" {
			t.Errorf("International(%q) = %q", s, got)
		}
	}
	if got := International("+46 70 123 45 67"); got != "+46701234567" {
		t.Errorf("got %q", got)
	}
}

// After the last day nobody is shown the number or the code word; on it everybody who may is.
func TestShown(t *testing.T) {
	s := SafeContact{Channel: SMS, Address: seal.Of("040 555 0200"), CodeWord: seal.Of("kanerva"), LastDay: "2027-03-31"}
	for day, want := range map[calendar.Date]string{"2027-03-31": "040 555 0200 kanerva", "2027-04-01": " "} {
		if c := s.Shown(day); c.Address.Reveal()+" "+c.CodeWord.Reveal() != want || c.Channel != SMS || c.LastDay != s.LastDay {
			t.Errorf("%s: shown %q", day, c.Address.Reveal())
		}
	}
	if (SafeContact{Channel: None}).Ended("2027-04-01") {
		t.Error("what was never given has not ended")
	}
}
