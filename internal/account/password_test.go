package account

import (
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/seal"
)

func TestWeakness(t *testing.T) {
	a := Account{Name: seal.Of("Maija Meikäläinen"), Email: seal.Of("mmeikalainen@apua.example")}
	for password, want := range map[string]string{
		"":                                "account.password-short",
		"lyhyt":                           "account.password-short",
		"yksitoista!":                     "account.password-short",
		"ääääääääääää":                    "account.password-common",
		"salasana1234":                    "account.password-common",
		"Salasana2027!":                   "account.password-common",
		"qwertyuiopåasdf":                 "account.password-common",
		"123456789012":                    "account.password-common",
		"MaijaMeikäläinen1":               "account.password-common",
		"mmeikalainen2026":                "account.password-common",
		"abababababab":                    "account.password-common",
		"Kesäkuu2026!!":                   "account.password-common",
		"villasukka kuivuu narulla":       "",
		"correct horse battery staple":    "",
		"x8#kQ2!vLp0z":                    "",
		"Ääkköset öylätit":                "",
		strings.Repeat("aivan uusi ", 20): "account.password-long",
	} {
		if got := weakness(password, a); got != want {
			t.Errorf("%q: got %q, want %q", password, got, want)
		}
	}
}

func TestHash(t *testing.T) {
	one, err := hashPassword(t.Context(), "ä villasukka")
	if err != nil {
		t.Fatal(err)
	}
	two, _ := hashPassword(t.Context(), "ä villasukka")
	if one == two {
		t.Error("two hashes of one password are the same: no salt")
	}
	if !strings.HasPrefix(one, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the hash reads %q, want PHC with our parameters", one[:40])
	}
	for password, want := range map[string]bool{"ä villasukka": true, "a\u0308 villasukka": true, "a villasukka": false, "": false} {
		if got, err := matches(t.Context(), one, password); got != want || err != nil {
			t.Errorf("%q: got %v, %v, want %v", password, got, err, want)
		}
	}
	for _, bad := range []string{"", "$argon2id$", "$argon2i$v=19$m=1,t=1,p=1$aa$aa", "$argon2id$v=19$m=19456,t=0,p=1$YWFhYWFhYWE$YWFhYQ"} {
		if ok, err := matches(t.Context(), bad, "x"); ok || err == nil {
			t.Errorf("the hash %q: got %v, %v, want an error", bad, ok, err)
		}
	}
}

// The values of RFC 6238 for SHA-1, in six digits.
func TestCodes(t *testing.T) {
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	for at, code := range map[int64]string{2000000000: "279037", 1111111109: "081804", 1234567890: "005924"} {
		step, ok := codeStep(secret, 0, code, time.Unix(at, 0))
		if !ok || step != at/30 {
			t.Errorf("at %d: got step %d, %v, want %d", at, step, ok, at/30)
		}
		for what, c := range map[string]struct {
			last int64
			at   int64
			ok   bool
		}{
			"spent":             {at / 30, at, false},
			"a later one spent": {at/30 + 1, at, false},
			"clock behind":      {0, at + 30, true},
			"clock ahead":       {0, at - 30, true},
			"too old":           {0, at + 60, false},
			"too early":         {0, at - 60, false},
		} {
			if _, ok := codeStep(secret, c.last, code, time.Unix(c.at, 0)); ok != c.ok {
				t.Errorf("at %d, %s: got %v, want %v", at, what, ok, c.ok)
			}
		}
	}
	if _, ok := codeStep("", 0, "000000", time.Unix(0, 0)); ok {
		t.Error("an account without a secret took a code")
	}
}
