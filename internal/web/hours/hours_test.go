package hours

import (
	"testing"

	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
)

func TestWeekInOneLine(t *testing.T) {
	var openings []organization.Opening
	for day := 1; day <= 5; day++ {
		openings = append(openings, organization.Opening{Channel: "telephone", Weekday: day, Opens: "09:00", Closes: "15:00"})
	}
	openings = append(openings, organization.Opening{Channel: "telephone", Weekday: 7, Opens: "12:00", Closes: "14:00"},
		organization.Opening{Channel: "telephone", Weekday: 7, Opens: "16:00", Closes: "18:00"}, organization.Opening{Channel: "chat", Weekday: 6, Opens: "10:00", Closes: "11:00"})
	for channel, want := range map[string]string{"telephone": "Auki ma–pe 09.00–15.00, su 12.00–14.00 ja 16.00–18.00.", "chat": "Auki la 10.00–11.00.", "letters": ""} {
		if got := Week(locale.For(locale.Finnish), openings, channel); got != want {
			t.Errorf("%s: %q, want %q", channel, got, want)
		}
	}
}
