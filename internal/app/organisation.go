package app

import (
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/provider"
)

// checkOrganisation are the mistakes in how staff sign in through the organisation.
func (s Settings) checkOrganisation() (wrong []string) {
	if s.OIDCIssuer == "" {
		if s.OIDCClient+s.OIDCSecretFile+s.OIDCDomain+s.OIDCMFA != "" {
			wrong = append(wrong, "oidc_issuer is needed with the other oidc settings")
		}
		return wrong
	}
	if u, err := url.Parse(s.OIDCIssuer); err != nil || u.Host == "" || (u.Scheme != "https" && u.Hostname() != "localhost" && u.Hostname() != "127.0.0.1") {
		wrong = append(wrong, "oidc_issuer must be a whole https address")
	}
	if s.OIDCClient == "" || s.OIDCSecretFile == "" {
		wrong = append(wrong, "oidc_client and oidc_secret_file are needed with oidc_issuer")
	}
	if slices.Contains(s.factors(), "none") && !s.oneWay() {
		wrong = append(wrong, "oidc_mfa is none, or the words one of which is asked for")
	}
	return wrong
}

// oneWay tells that the organisation's word is taken on how its staff prove who they are.
func (s Settings) oneWay() bool { return strings.TrimSpace(s.OIDCMFA) == "none" }

// factors are the words of which the organisation's sign-in must give one.
func (s Settings) factors() []string {
	if words := strings.Fields(s.OIDCMFA); len(words) > 0 {
		return words
	}
	return []string{"mfa"} // RFC 8176: more than one
}

// organisation is the organisation's own sign-in; nil where the settings name none.
func organisation(s Settings) (*provider.Provider, error) {
	if s.OIDCIssuer == "" {
		return nil, nil
	}
	secret, err := os.ReadFile(s.OIDCSecretFile)
	if err != nil {
		return nil, errors.New("oidc_secret_file cannot be read")
	}
	return provider.New(provider.Settings{Issuer: s.OIDCIssuer, ClientID: s.OIDCClient, Secret: strings.TrimSpace(string(secret)),
		Redirect: strings.TrimSuffix(s.BaseURL, "/") + "/sign-in/organisation/back", Domain: s.OIDCDomain, MFA: s.factors(), OneWay: s.oneWay()}), nil
}
