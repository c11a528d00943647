package account

import (
	"strings"
	"testing"
	"unicode/utf8"

	"rinnalla.fi/rinnalla/internal/seal"
)

// forms are what people make of a word when they are asked for a long password.
var forms = []func(string) string{
	func(w string) string { return w },
	func(w string) string { return w + w },
	func(w string) string { return w + "123" },
	func(w string) string { return w + "1234!" },
	func(w string) string { return w + "2024" },
	func(w string) string { return "123456" + w },
	func(w string) string { return strings.ToUpper(w[:1]) + w[1:] + "1!" },
	func(w string) string {
		return strings.NewReplacer("a", "4", "e", "3", "i", "1", "o", "0", "s", "5").Replace(w) + "12345"
	},
	func(w string) string { return backwards(w) + "1990" },
	func(w string) string { return w + ".salasana" },
	func(w string) string { return "iloveyou" + w },
	func(w string) string { return w + "!!!!!!" },
}

// More than three thousand passwords of twelve signs or more that are made of common words and runs are refused (V6.2.4).
func TestCommonPasswords(t *testing.T) {
	a := Account{Name: seal.Of("Aino Esimerkki"), Email: seal.Of("aino@example.org")}
	tried := map[string]bool{}
	for _, w := range common() {
		for i, form := range forms {
			p := form(w)
			if (i == 7 || i == 8) && strings.ContainsAny(w, "0123456789") {
				continue // digits for letters, and backwards, are of words
			}
			if n := utf8.RuneCountInString(p); n < minPassword || n > maxPassword || tried[p] {
				continue
			}
			if tried[p] = true; weakness(p, a) != "account.password-common" {
				t.Errorf("form %d lets %q through", i, p)
			}
		}
	}
	if len(tried) < 3000 {
		t.Errorf("only %d tried, want at least 3000", len(tried))
	}
	for _, p := range []string{"1q2w3e4r5t6y", "qwertyuiop123", "Password1234", "q1w2e3r4t5y6", "1qaz2wsx3edc", "zaq12wsxcde3", "123123123123", "qweasdzxc123",
		"Administrator1", "iloveyou12345", "abcd1234abcd", "asdfghjkl123", "Kesä2026Kesä", "Salasana2026!", "P@ssw0rd2025!", "Välkommen123!", "liverpoolfc1", "Dr4g0n123456",
		"drowssap12345", "chocolate12345", "christopher1", "unbelievable", "sosiaalityöntekijä", "Tervetuloa2026", "000000000000", "aaaaaaaaaaaa", "0987654321qwerty"} {
		if got := weakness(p, a); got != "account.password-common" {
			t.Errorf("%q: got %q, want it refused", p, got)
		}
	}
	for _, p := range []string{"villasukka kuivuu narulla", "neljä sanaa peräkkäin tässä", "kolme punaista omenaa korissa", "correct horse battery staple", "rauhallinen.aamu.77",
		"tuuli kääntyi lounaaseen", "regnet faller snett idag", "Xk7#pQ2m!vRz", "yksi perhonen istui kannolla"} {
		if got := weakness(p, a); got != "" {
			t.Errorf("%q: got %q, want it taken", p, got)
		}
	}
}

// A password that has leaked is refused whatever it looks like, and one whose list cannot be read is not taken (V6.2.12).
func TestLeakedPasswordIsRefused(t *testing.T) {
	leaked := func(p string) (bool, error) {
		if p == "tuuli kääntyi lounaaseen" {
			return true, nil
		}
		return false, map[bool]error{true: errHash}[p == "regnet faller snett idag"]
	}
	for _, c := range []struct {
		password, key string
		fails         bool
	}{{"tuuli kääntyi lounaaseen", "account.password-leaked", false}, {"tuuli ka\u0308a\u0308ntyi lounaaseen", "account.password-leaked", false},
		{"villasukka kuivuu narulla", "", false}, {"lyhyt", "account.password-short", false}, {"regnet faller snett idag", "", true}} {
		w, err := Want(t.Context(), Account{}, "", c.password, c.password, leaked)
		if (err != nil) != c.fails {
			t.Errorf("%q: %v", c.password, err)
		}
		if err == nil && (c.key != "") != (w.form.Err() != nil) {
			t.Errorf("%q: got %v, want %q", c.password, w.form.Err(), c.key)
		}
	}
}
