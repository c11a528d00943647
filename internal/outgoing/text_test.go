package outgoing

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
)

var quarterPastFive = calendar.Local{Day: "2027-03-09", Clock: "17:15", Zone: helsinki}

func TestTexts(t *testing.T) {
	for _, c := range []struct {
		lang  locale.Lang
		kind  Kind
		today calendar.Date
		want  string
	}{
		{locale.Finnish, Moved, "2027-03-08", "Muistutus: huomenna 17.15"},
		{locale.Finnish, Reminder, "2027-03-08", "Muistutus: huomenna 17.15"},
		{locale.Finnish, Moved, "2027-03-09", "Muistutus: tänään 17.15"},
		{locale.Finnish, Moved, "2027-03-01", "Muistutus: ti 9.3. 17.15"},
		{locale.Finnish, Cancelled, "2027-03-08", "Aika siirtyy. Olemme yhteydessä."},
		{locale.Finnish, Offered, "2027-03-08", "Uusi aika on valittavissa."},
		{locale.Swedish, Moved, "2027-03-08", "Påminnelse: i morgon 17.15"},
		{locale.Swedish, Offered, "2027-03-08", "En ny tid finns att välja."},
		{locale.English, Moved, "2027-03-09", "Reminder: today 17:15"},
		{locale.English, Cancelled, "2027-03-08", "The time will change. We will be in touch."},
	} {
		w := wording{lang: c.lang, kind: c.kind, today: c.today, meeting: quarterPastFive}
		if c.kind == Offered || c.kind == Cancelled {
			w.meeting = calendar.Local{}
		}
		if got := w.text(); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.lang, c.kind, got, c.want)
		}
	}
}

// D-189: whatever it tells, in every language, a message fits one text message of the plain alphabet and holds no link,
// no address and no word that tells of violence, help or a service. The organisation's name stands in it when it may be
// said and nobody else reads, and is left out rather than making two messages of one.
func TestTextsAreNeutralAndFit(t *testing.T) {
	telling := []string{"http", "www", "@", ".fi", "väkival", "våld", "violence", "apu", "hjälp", "help", "tuki", "stöd", "support", "asiak", "klient", "client",
		"turva", "trygg", "safe", "palvelu", "service", "tapaami", "träff", "meeting", "yksikkö"}
	names := []string{"", "Yksikkö", "Åbolands mödrahem och skyddshem rf", strings.Repeat("Hyvin pitkä nimi ", 12), "Ελπίδα 希望"}
	for _, lang := range locale.Langs() {
		for _, kind := range []Kind{Offered, Moved, Reminder, Cancelled} {
			for _, day := range []calendar.Date{"2027-03-09", "2027-03-08", "2027-02-24"} {
				for _, name := range names {
					w := wording{lang: lang, kind: kind, today: day, meeting: quarterPastFive, name: name}
					text := w.text()
					if !Fits(text) {
						t.Errorf("%s %s: %q does not fit", lang, kind, text)
					}
					if strings.ContainsAny(w.subject(), "\r\n") || slices.ContainsFunc(telling[:5], func(s string) bool { return strings.Contains(w.subject(), s) }) {
						t.Errorf("subject %q", w.subject())
					}
					short := name == "Yksikkö" || strings.HasPrefix(name, "Å")
					if got := name != "" && strings.Contains(text, name); got != short {
						t.Errorf("%s %s with %q: %q", lang, kind, name, text)
					}
					bare := strings.ToLower(strings.Replace(text, name, "", 1))
					for _, word := range telling {
						if strings.Contains(bare, word) {
							t.Errorf("%s %s: %q tells %q", lang, kind, text, word)
						}
					}
				}
			}
		}
	}
}

// The name is said only to whoever said that it may be, and that nobody else reads.
func TestNameFor(t *testing.T) {
	for _, c := range []struct {
		say    bool
		others person.Others
		want   string
	}{
		{false, person.OthersNo, ""}, {false, person.OthersYes, ""}, {false, person.OthersUnknown, ""},
		{true, person.OthersYes, ""}, {true, person.OthersUnknown, ""}, {true, person.OthersNo, "Yksikkö"},
	} {
		if got := nameFor(person.SafeContact{SayOrganisation: c.say, Others: c.others}, "Yksikkö"); got != c.want {
			t.Errorf("say %v, others %q: got %q, want %q", c.say, c.others, got, c.want)
		}
	}
}

func TestFits(t *testing.T) {
	for text, want := range map[string]bool{strings.Repeat("ä", 160): true, strings.Repeat("a", 161): false, "a – b": false, "ÅÄÖåäö": true, "š": false} {
		if Fits(text) != want {
			t.Errorf("Fits(%q) = %v", text, !want)
		}
	}
}

// A message on its way out prints as nothing, whoever prints it.
func TestLeavingPrintsNothing(t *testing.T) {
	l := Leaving{id: "m", key: "k", channel: person.SMS, to: seal.Of("040 555 0200"), subject: seal.Of("Viesti"), text: seal.Of("Muistutus")}
	for _, s := range []string{fmt.Sprint(l), fmt.Sprintf("%+v", l), fmt.Sprintf("%#v", l)} {
		for _, secret := range []string{"555", "Viesti", "Muistutus"} {
			if strings.Contains(s, secret) {
				t.Errorf("%q prints %q", s, secret)
			}
		}
	}
	if l.To() != "+358405550200" || l.Key() != "k" || l.Text() != "Muistutus" {
		t.Errorf("carried to %s as %s", l.To(), l.Key())
	}
}
