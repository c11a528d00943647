// Package provider speaks with an organisation's own sign-in by OpenID Connect: where to send somebody, and who came back
// (decision 0044). Which account that is, and what it may do, is left to account.
package provider

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"rinnalla.fi/rinnalla/internal/fault"
)

// Settings are what the organisation says of its sign-in.
type Settings struct {
	Issuer   string
	ClientID string
	Secret   string
	Redirect string   // exactly as the provider knows it
	Domain   string   // of addresses; "" takes any that is verified
	MFA      []string // of which the provider must name one in amr or acr
	OneWay   bool     // takes a sign-in of whose second factor the provider says nothing
	Now      func() time.Time
}

// Provider is one organisation's sign-in. It is asked for its addresses and keys when they are first needed, so that the
// house starts without it.
type Provider struct {
	settings Settings
	client   *http.Client
	mu       sync.Mutex
	found    *oidc.Provider
	leave    string
}

// New is a provider that has not been asked yet.
func New(s Settings) *Provider {
	if s.Now == nil {
		s.Now = time.Now
	}
	return &Provider{settings: s, client: &http.Client{Timeout: 10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}} // nobody is asked whom the settings do not name
}

// Who is whom the provider names. Email is "" unless the provider has verified it.
type Who struct{ Issuer, Subject, Email string }

func down(err error) error { return fault.Wrap(err, fault.Unavailable, "account.organisation-down") }

func refused(why string) error {
	return fault.Wrap(errors.New("provider: "+why), fault.Invalid, "account.organisation-refused")
}

// discover asks the provider what it is. What it says of its own name must be what the settings say.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	// Its keys are fetched anew later, beyond this request.
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.settings.Issuer)
	if err != nil {
		return nil, down(errors.New("provider: discovery failed"))
	}
	var more struct {
		Leave string `json:"end_session_endpoint"`
	}
	if found.Claims(&more) == nil {
		p.leave = more.Leave
	}
	p.found = found
	return found, nil
}

func (p *Provider) flow(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: p.settings.ClientID, ClientSecret: p.settings.Secret, RedirectURL: p.settings.Redirect, Endpoint: found.Endpoint(),
		Scopes: []string{oidc.ScopeOpenID, "email"}}
}

// Address is where to send somebody. Again asks the provider not to take an older sign-in for this one.
func (p *Provider) Address(ctx context.Context, state, nonce, verifier string, again bool) (string, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)}
	if again {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return p.flow(found).AuthCodeURL(state, options...), nil
}

// Came is who came back with a code.
func (p *Provider) Came(ctx context.Context, code, verifier, nonce string, again bool) (Who, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return Who{}, err
	}
	token, err := p.flow(found).Exchange(oidc.ClientContext(ctx, p.client), code, oauth2.VerifierOption(verifier))
	var answered *oauth2.RetrieveError
	switch {
	case errors.As(err, &answered):
		return Who{}, refused("the code was not taken")
	case err != nil:
		return Who{}, down(errors.New("provider: no answer to the code"))
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return Who{}, refused("no identity")
	}
	who, c, err := p.read(ctx, raw, nonce, again)
	if err != nil {
		return Who{}, err
	}
	if c.Email == "" { // many providers tell it only when asked once more
		told, err := found.UserInfo(oidc.ClientContext(ctx, p.client), oauth2.StaticTokenSource(token))
		if err == nil && told.Subject == who.Subject {
			c.Email, c.Verified = told.Email, told.EmailVerified
		}
	}
	if c.Verified && p.ours(c.Email) {
		who.Email = c.Email
	}
	return who, nil
}

// claims are what is read of an identity.
type claims struct {
	Email    string   `json:"email"`
	Verified bool     `json:"email_verified"`
	ACR      string   `json:"acr"`
	AMR      []string `json:"amr"`
	AuthTime int64    `json:"auth_time"`
}

// lately is how old a sign-in may be that answers to "again".
const lately = 5 * time.Minute

// read checks an identity: signature, issuer, audience, time, nonce, and what the organisation asks for besides.
func (p *Provider) read(ctx context.Context, raw, nonce string, again bool) (Who, claims, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return Who{}, claims{}, err
	}
	identity, err := found.Verifier(&oidc.Config{ClientID: p.settings.ClientID, Now: p.settings.Now}).Verify(oidc.ClientContext(ctx, p.client), raw)
	if err != nil {
		return Who{}, claims{}, refused("the identity did not hold")
	}
	if identity.Subject == "" || subtle.ConstantTimeCompare([]byte(identity.Nonce), []byte(nonce)) != 1 {
		return Who{}, claims{}, refused("another's identity")
	}
	var c claims
	if err := identity.Claims(&c); err != nil {
		return Who{}, claims{}, refused("the claims are unreadable")
	}
	if again && p.settings.Now().Sub(time.Unix(c.AuthTime, 0)) > lately {
		return Who{}, claims{}, refused("an old sign-in")
	}
	if !p.settings.OneWay && !slices.ContainsFunc(append(c.AMR, c.ACR), func(v string) bool { return slices.Contains(p.settings.MFA, v) }) {
		return Who{}, claims{}, fault.Wrap(errors.New("provider: one way alone"), fault.Invalid, "account.organisation-one-way")
	}
	return Who{Issuer: identity.Issuer, Subject: identity.Subject}, c, nil
}

// ours tells whether an address is of the domain that is asked for.
func (p *Provider) ours(email string) bool {
	_, domain, ok := strings.Cut(email, "@")
	return ok && (p.settings.Domain == "" || strings.EqualFold(domain, p.settings.Domain))
}

// Leave is where somebody signs out of the organisation too; "" where it has no such address or was never asked.
func (p *Provider) Leave(back string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, err := url.Parse(p.leave)
	if p.leave == "" || err != nil {
		return ""
	}
	q := u.Query()
	q.Set("client_id", p.settings.ClientID)
	q.Set("post_logout_redirect_uri", back)
	u.RawQuery = q.Encode()
	return u.String()
}
