package bill_test

import (
	"bytes"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/bill"
	"rinnalla.fi/rinnalla/internal/locale"
)

// A certificate tells hours as one number in every language, and none where none have been counted yet (decision 0073).
func TestCertificateHours(t *testing.T) {
	for lang, want := range map[locale.Lang]string{locale.Finnish: "42 tuntia", locale.Swedish: "42 timmar", locale.English: "42 hours"} {
		for _, hours := range []int{42, 0} {
			var out bytes.Buffer
			c := bill.Certificate{Organisation: "Yhdistys", Unit: "Koti", Name: "Pekka Mäki", Began: "2026-01-15", Day: "2027-09-16", Hours: hours, Tasks: []string{"Linjalla vastaaminen"}}
			if err := bill.WriteCertificate(&out, c, locale.For(lang)); err != nil {
				t.Fatal(err)
			}
			got := readPDF(t, out.Bytes())
			if !strings.Contains(got, "Pekka Mäki") || strings.Contains(got, want) != (hours > 0) || hours == 0 && strings.Contains(got, "0 "+strings.Fields(want)[1]) {
				t.Errorf("%s with %d hours: %s", lang, hours, got)
			}
		}
	}
}
