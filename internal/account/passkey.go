package account

import (
	"bytes"
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/seal"
)

// ceremonyStands is how long a browser may take to ask for a fingerprint.
const ceremonyStands = 5 * time.Minute

const maxPasskeys = 10

// Party is this site in the eyes of passkeys: they are bound to its name.
type Party struct {
	Once
	lib *webauthn.WebAuthn
}

// Once lets each state of a ceremony through one time. The zero Once is ready.
type Once struct {
	mu    sync.Mutex
	spent map[string]time.Time
}

// NewParty is the site at an address, or nil where passkeys cannot work: browsers bind them to a name, and an address
// of numbers has none.
func NewParty(base *url.URL) (*Party, error) {
	host := base.Hostname()
	if host == "" || net.ParseIP(host) != nil || (base.Scheme != "https" && host != "localhost") {
		return nil, nil
	}
	lib, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: "Rinnalla", RPOrigins: []string{base.Scheme + "://" + base.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired},
	})
	return &Party{lib: lib}, err
}

// owner is an account as the library asks for it.
type owner struct {
	a    Account
	keys []webauthn.Credential
}

func (o owner) WebAuthnID() []byte                         { return []byte(o.a.ID) }
func (o owner) WebAuthnName() string                       { return o.a.Email.Reveal() }
func (o owner) WebAuthnDisplayName() string                { return o.a.Name.Reveal() }
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.keys }

func loadOwner(ctx context.Context, tx Tx, who access.AccountID) (owner, error) {
	a, err := tx.Account(ctx, who)
	if err != nil {
		return owner{}, err
	}
	keys, err := tx.Passkeys(ctx, who)
	o := owner{a: a}
	for _, k := range keys {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(k.Credential.Reveal()), &c); err != nil {
			return owner{}, errors.New("account: a kept passkey is unreadable")
		}
		o.keys = append(o.keys, c)
	}
	return o, err
}

// Ceremony is what the browser is told: the options of its passkey dialog, and a state to bring back.
type Ceremony struct {
	Options any    `json:"options"`
	State   string `json:"state"`
}

// ceremony is a state under way. It travels through the browser under our fingerprint instead of lying in a table.
type ceremony struct {
	Account access.AccountID // "" at sign-in
	Session webauthn.SessionData
	Ends    time.Time
}

func pack(tx Tx, c ceremony) (string, error) {
	c.Ends = tx.Now().Add(ceremonyStands)
	raw, err := json.Marshal(c)
	payload := base64.RawURLEncoding.EncodeToString(raw)
	return payload + "." + base64.RawURLEncoding.EncodeToString(tx.Index("account.ceremony", payload)), err
}

func unpack(tx Tx, state string) (ceremony, error) {
	var c ceremony
	payload, sum, _ := strings.Cut(state, ".")
	got, err := base64.RawURLEncoding.DecodeString(sum)
	if err != nil || !hmac.Equal(got, tx.Index("account.ceremony", payload)) {
		return c, passkeyRefused()
	}
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil || json.Unmarshal(raw, &c) != nil || !tx.Now().Before(c.Ends) {
		return c, passkeyRefused()
	}
	return c, nil
}

func passkeyRefused() error { return fault.New(fault.Invalid, "account.passkey-refused") }

// Spend lets a state through once on this machine. It is called before the transaction, which may run twice; Release
// takes it back where nothing came of it, so that answers that mean nothing cannot fill the memory and keep others out.
func (p *Once) Spend(state string, now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.spent == nil {
		p.spent = map[string]time.Time{}
	}
	for k, ends := range p.spent {
		if !now.Before(ends) {
			delete(p.spent, k)
		}
	}
	key := string(HashOf(state))
	if _, twice := p.spent[key]; twice || len(p.spent) > 10_000 {
		return passkeyRefused()
	}
	p.spent[key] = now.Add(ceremonyStands)
	return nil
}

// Release forgets a state that led nowhere.
func (p *Once) Release(state string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.spent, string(HashOf(state)))
}

// BeginSignIn opens the browser's dialog for whatever passkey of this site it holds.
func (p *Party) BeginSignIn(tx Tx) (Ceremony, error) {
	options, session, err := p.lib.BeginDiscoverableLogin()
	if err != nil {
		return Ceremony{}, err
	}
	state, err := pack(tx, ceremony{Session: *session})
	return Ceremony{Options: options, State: state}, err
}

// SignIn begins a stay by a passkey's answer. Wrong tries at the password do not slow it.
func (p *Party) SignIn(ctx context.Context, tx Tx, state string, answer []byte, former string) (Signed, error) {
	found, credential, err := p.answered(ctx, tx, state, answer)
	if err != nil {
		return Signed{}, err
	}
	if err := putCredential(ctx, tx, found.a.ID, credential, time.Time{}); err != nil {
		return Signed{}, err
	}
	token, err := open(ctx, tx, found.a.ID, ByPasskey, absolute, former)
	return Signed{Token: token, Account: found.a}, err
}

// answered is whose passkey gave the answer.
func (p *Party) answered(ctx context.Context, tx Tx, state string, answer []byte) (owner, *webauthn.Credential, error) {
	c, err := unpack(tx, state)
	if err != nil || c.Account != "" {
		return owner{}, nil, passkeyRefused()
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return owner{}, nil, passkeyRefused()
	}
	var found owner
	var trouble error
	_, credential, err := p.lib.ValidatePasskeyLogin(func(rawID, handle []byte) (webauthn.User, error) {
		found, trouble = holderOf(ctx, tx, rawID)
		return found, trouble
	}, c.Session, parsed)
	switch {
	case trouble != nil && !fault.Is(trouble, fault.NotFound):
		return owner{}, nil, trouble // ours, such as a lost race: the transaction is tried again
	case err != nil || credential.Authenticator.CloneWarning:
		return owner{}, nil, passkeyRefused()
	}
	return found, credential, nil
}

func holderOf(ctx context.Context, tx Tx, rawID []byte) (owner, error) {
	k, err := tx.Passkey(ctx, keyID(rawID))
	if err != nil {
		return owner{}, err
	}
	o, err := loadOwner(ctx, tx, k.Account)
	if err == nil && o.a.State != Active {
		err = hidden()
	}
	return o, err
}

func keyID(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// putCredential keeps a credential; created is zero for one that is there already.
func putCredential(ctx context.Context, tx Tx, who access.AccountID, c *webauthn.Credential, created time.Time) error {
	id := keyID(c.ID)
	if created.IsZero() {
		k, err := tx.Passkey(ctx, id)
		if err != nil {
			return err
		}
		created = k.Created
	}
	raw, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return tx.PutPasskey(ctx, Passkey{ID: id, Account: who, Credential: seal.Of(string(raw)), Created: created})
}

// BeginAdd opens the browser's dialog for a new passkey of the signed-in account.
func (p *Party) BeginAdd(ctx context.Context, tx Tx, by access.Actor, token string) (Ceremony, error) {
	if _, err := freshly(ctx, tx, by, token); err != nil {
		return Ceremony{}, err
	}
	o, err := loadOwner(ctx, tx, by.Account)
	if err != nil {
		return Ceremony{}, err
	}
	if len(o.keys) >= maxPasskeys {
		return Ceremony{}, fault.New(fault.Invalid, "account.passkeys-full")
	}
	options, session, err := p.lib.BeginRegistration(o, webauthn.WithExclusions(webauthn.Credentials(o.keys).CredentialDescriptors()))
	if err != nil {
		return Ceremony{}, err
	}
	state, err := pack(tx, ceremony{Account: by.Account, Session: *session})
	return Ceremony{Options: options, State: state}, err
}

// Add keeps a new passkey. It makes an invited account active. Every other stay ends.
func (p *Party) Add(ctx context.Context, tx Tx, by access.Actor, token, state string, answer []byte) (Signed, error) {
	if _, err := freshly(ctx, tx, by, token); err != nil {
		return Signed{}, err
	}
	c, err := unpack(tx, state)
	if err != nil || c.Account != by.Account || by.Account == "" {
		return Signed{}, passkeyRefused()
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Signed{}, passkeyRefused()
	}
	o, err := loadOwner(ctx, tx, by.Account)
	if err != nil {
		return Signed{}, err
	}
	credential, err := p.lib.CreateCredential(o, c.Session, parsed)
	if err != nil {
		return Signed{}, passkeyRefused()
	}
	if _, err := tx.Passkey(ctx, keyID(credential.ID)); !fault.Is(err, fault.NotFound) {
		if err == nil {
			err = passkeyRefused()
		}
		return Signed{}, err
	}
	if err := putCredential(ctx, tx, by.Account, credential, tx.Now()); err != nil {
		return Signed{}, err
	}
	return ready(ctx, tx, o.a, ByPasskey, token)
}

// RemovePasskey takes one away, as long as another way of signing in stays.
func RemovePasskey(ctx context.Context, tx Tx, by access.Actor, token, passkey string) error {
	if _, err := freshly(ctx, tx, by, token); err != nil {
		return err
	}
	a, err := tx.Account(ctx, by.Account)
	if err != nil {
		return err
	}
	keys, err := tx.Passkeys(ctx, by.Account)
	if err != nil {
		return err
	}
	if len(keys) <= 1 && a.Password == "" {
		return fault.New(fault.Invalid, "account.last-way")
	}
	if err := tx.DeletePasskey(ctx, by.Account, passkey); err != nil {
		return err
	}
	// A stay that the lost passkey began goes with it: all but this one do.
	if err := endOthers(ctx, tx, by.Account, token); err != nil {
		return err
	}
	if err := note(ctx, tx, by, audit.Ways, by.Account); err != nil {
		return err
	}
	return tellOwner(ctx, tx, by.Account)
}

func endOthers(ctx context.Context, tx Tx, who access.AccountID, token string) error {
	all, err := tx.Sessions(ctx, who)
	if err != nil {
		return err
	}
	for _, s := range all {
		if bytes.Equal(s.Hash, HashOf(token)) {
			continue
		}
		if err := tx.DeleteSession(ctx, s.Hash); err != nil {
			return err
		}
	}
	return nil
}

// Passkeys are the signed-in account's own.
func Passkeys(ctx context.Context, tx Tx, by access.Actor) ([]Passkey, error) {
	if !by.Staff() {
		return nil, signInFirst()
	}
	return tx.Passkeys(ctx, by.Account)
}
