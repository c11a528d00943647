package app

import (
	"slices"
	"strings"
	"testing"
)

// A second factor of the organisation's sign-in is asked for unless the settings say in so many words that none is (V6.3.3).
func TestSecondFactorIsAskedFor(t *testing.T) {
	for words, want := range map[string][]string{"": {"mfa"}, "  ": {"mfa"}, "otp hwk": {"otp", "hwk"}} {
		s := Settings{OIDCMFA: words}
		if got := s.factors(); !slices.Equal(got, want) || s.oneWay() {
			t.Errorf("oidc_mfa %q asks for %v (none: %v), want %v", words, got, s.oneWay(), want)
		}
	}
	if s := (Settings{OIDCMFA: "none"}); !s.oneWay() {
		t.Error("oidc_mfa none asks for a second factor")
	}
	s := Settings{OIDCIssuer: "https://login.example.fi", OIDCClient: "rinnalla", OIDCSecretFile: "/x", OIDCMFA: "none mfa"}
	if wrong := s.checkOrganisation(); len(wrong) != 1 || !strings.Contains(wrong[0], "oidc_mfa") {
		t.Errorf("none beside another word: %v", wrong)
	}
	if !strings.Contains(string(settingsExample), "# oidc_mfa: mfa\n") {
		t.Error("the example does not say the default")
	}
}
