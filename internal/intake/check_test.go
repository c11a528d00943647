package intake

import (
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/models"
)

func deskFor(t testing.TB, of string) Desk {
	t.Helper()
	set, err := models.Load()
	if err != nil {
		t.Fatal(err)
	}
	m, _ := set.Latest(of)
	return Desk{Unit: organization.Unit{ID: "u", Zone: "Europe/Helsinki", Area: "Vantaa"}, Model: m}
}

// Whatever is typed: what passes is within the model's lists and bounds, and what does not is told at inputs that exist.
func FuzzCheck(f *testing.F) {
	f.Add("Aamu", "sms", "040 555 0200", 9, 12, "2027-02-01", "evening", "office", "Vantaa", 7, "self", "fi", "kuusi")
	f.Add("\x00", "none", "", -1, 99, "", "", "", "", -1, "", "", "")
	f.Add("<script>", "email", "a@b.fi\r\nBcc: x@y.fi", 0, 24, "9999-99-99", "night", "'; DROP", "\xff", 1<<40, "..", "xx", "\u202e")
	inputs := []string{"name", "channel", "address", "code-word", "hour-from", "hour-to", "last-day", "times", "places", "area", "age", "referrer", "language"}
	now := time.Date(2027, 1, 12, 9, 0, 0, 0, time.UTC)
	adults, children := deskFor(f, "turvaverkko-adult"), deskFor(f, "turvaverkko-child")
	f.Fuzz(func(t *testing.T, name, channel, address string, from, to int, last, times, places, area string, years int, referrer, lang, word string) {
		in := New{Channel: Form, Name: name, Times: []string{times}, Places: []string{places, places}, Area: area, Age: years, Referrer: referrer, Lang: locale.Lang(lang)}
		in.Contact = person.SafeContact{Channel: person.Channel(channel), Address: seal.Of(address), CodeWord: seal.Of(word), HourFrom: from, HourTo: to}
		for _, at := range []Desk{adults, children} {
			c, err := check(at, access.Anyone(), in, now)
			for _, x := range fault.Of(err).Fields {
				if err != nil && !slices.Contains(inputs, x.Name) {
					t.Errorf("a mistake at %q", x.Name)
				}
			}
			if err != nil {
				continue
			}
			r := c.request
			if !slices.Contains(at.Model.Times, times) || !slices.Equal(r.Places, []string{places}) || !slices.Contains(at.Model.Referrers, r.Referrer) {
				t.Errorf("passed %+v", r)
			}
			if r.Age < -1 || r.Age > 17 || at.Model.ID == "turvaverkko-adult" && r.Age != -1 {
				t.Errorf("passed the age %d", r.Age)
			}
			if n := c.name.Reveal(); !utf8.ValidString(n) || utf8.RuneCountInString(n) > person.MaxName {
				t.Errorf("passed the name %q", n)
			}
			if s := c.contact; s.Channel == person.None && (!s.Address.Empty() || !s.CodeWord.Empty()) {
				t.Error("kept an address with no channel")
			}
		}
	})
}
