package web_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/locale"
)

// authenticator is a small one in software: one credential, as the WebAuthn specification writes its bytes.
type authenticator struct {
	key     *ecdsa.PrivateKey
	id      []byte
	handle  []byte
	origin  string
	flags   byte // user present 1, verified 4
	counts  bool // a key of its own; one that is synced between devices stays at zero
	counter uint32
}

func newAuthenticator() *authenticator {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	a := &authenticator{key: key, id: make([]byte, 32), origin: "http://localhost", flags: 1 | 4}
	rand.Read(a.id)
	return a
}

var b64 = base64.RawURLEncoding.EncodeToString

func (a *authenticator) client(kind, challenge string) []byte {
	raw, _ := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.origin, "crossOrigin": false})
	return raw
}

func (a *authenticator) data(flags byte, attested []byte) []byte {
	rp := sha256.Sum256([]byte("localhost"))
	out := append(rp[:], flags)
	out = binary.BigEndian.AppendUint32(out, a.counter)
	return append(out, attested...)
}

func (a *authenticator) create(challenge string) map[string]any {
	point, _ := a.key.PublicKey.Bytes()
	public, _ := webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	attested := append(make([]byte, 16), binary.BigEndian.AppendUint16(nil, uint16(len(a.id)))...)
	attested = append(append(attested, a.id...), public...)
	object, _ := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": a.data(a.flags|0x40, attested)})
	return a.credential(map[string]any{"clientDataJSON": b64(a.client("webauthn.create", challenge)), "attestationObject": b64(object)})
}

func (a *authenticator) get(challenge string) map[string]any {
	if a.counts {
		a.counter++
	}
	client, data := a.client("webauthn.get", challenge), a.data(a.flags, nil)
	sum := sha256.Sum256(client)
	digest := sha256.Sum256(append(bytes.Clone(data), sum[:]...))
	signature, _ := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	return a.credential(map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(a.handle)})
}

func (a *authenticator) credential(response map[string]any) map[string]any {
	return map[string]any{"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "clientExtensionResults": map[string]any{}, "response": response}
}

// ceremony is what our begin answers.
type ceremony struct {
	State   string
	Options struct {
		PublicKey struct {
			Challenge              string
			User                   struct{ ID, Name string }
			AuthenticatorSelection struct{ UserVerification, ResidentKey string }
			UserVerification       string
		}
	}
}

func (b *browser) json(path string, in any) answer {
	b.Helper()
	raw, _ := json.Marshal(in)
	r, err := b.client.Post(b.site.URL+path, "application/json", bytes.NewReader(raw))
	return b.answer(r, err)
}

func (b *browser) begin(path string) (c ceremony) {
	b.Helper()
	got := b.json(path, struct{}{})
	if err := json.Unmarshal([]byte(got.body), &c); err != nil || got.status != http.StatusOK {
		b.Fatalf("%s: %d %s", path, got.status, got.body)
	}
	return c
}

// add goes through adding a passkey and gives the answer.
func (b *browser) add(a *authenticator) answer {
	b.Helper()
	c := b.begin("/account/passkeys/begin")
	a.handle, _ = base64.RawURLEncoding.DecodeString(c.Options.PublicKey.User.ID)
	return b.json("/account/passkeys/finish", map[string]any{"state": c.State, "answer": a.create(c.Options.PublicKey.Challenge)})
}

// From the invitation to signing in by a passkey alone.
func TestPasskey(t *testing.T) {
	h := newStaffHouse(t)
	link, who := h.invite("aino@example.org", locale.Finnish, access.Worker)
	b, a := h.browser(), newAuthenticator()
	b.post("/sign-in/link/" + link)
	got := b.add(a)
	b.want("adding", got, 200, "", `"to":"/desk"`)
	if string(a.handle) != string(who) {
		t.Errorf("the handle is %q, want the account's opaque id", a.handle)
	}
	b.want("the own page", b.get("/account"), 200, "", "Avain, lisätty 12.1.2027")
	b.post("/sign-out")

	h.clock.Add(time.Minute)
	c := b.begin("/sign-in/passkey/begin")
	if c.Options.PublicKey.UserVerification != "required" {
		t.Errorf("user verification is %q, want required", c.Options.PublicKey.UserVerification)
	}
	assertion := a.get(c.Options.PublicKey.Challenge)
	got = b.json("/sign-in/passkey/finish", map[string]any{"state": c.State, "answer": assertion, "to": "/account"})
	b.want("signing in", got, 200, "", `"to":"/account"`)
	b.want("afterwards", b.get("/account"), 200, "", "Aino Esimerkki")

	thief := h.browser()
	thief.want("the same answer again", thief.json("/sign-in/passkey/finish", map[string]any{"state": c.State, "answer": assertion}), 422, "", "error")
	thief.want("and its page", thief.get("/account"), 401, "")
	b.want("the only way removed", b.post("/account/passkeys/remove", "passkey", b64(a.id)), 422, "", "ainoa tapasi")
}

func TestPasskeyRefused(t *testing.T) {
	h := newStaffHouse(t)
	link, _ := h.invite("aino@example.org", locale.Finnish, access.Worker)
	b, a := h.browser(), newAuthenticator()
	b.post("/sign-in/link/" + link)
	b.want("adding", b.add(a), 200, "")
	try := func(change func(a *authenticator, c *ceremony)) answer {
		c, copied := b.begin("/sign-in/passkey/begin"), *a
		change(&copied, &c)
		return h.browser().json("/sign-in/passkey/finish", map[string]any{"state": c.State, "answer": copied.get(c.Options.PublicKey.Challenge)})
	}
	stranger := newAuthenticator()
	for what, change := range map[string]func(a *authenticator, c *ceremony){
		"without user verification": func(a *authenticator, _ *ceremony) { a.flags = 1 },
		"from another site":         func(a *authenticator, _ *ceremony) { a.origin = "http://evil.example" },
		"another challenge":         func(_ *authenticator, c *ceremony) { c.Options.PublicKey.Challenge = b64(make([]byte, 32)) },
		"another key":               func(a *authenticator, _ *ceremony) { a.key = stranger.key },
		"an unknown credential":     func(a *authenticator, _ *ceremony) { a.id = stranger.id },
		"somebody else's handle":    func(a *authenticator, _ *ceremony) { a.handle = []byte("00000000-0000-4000-8000-000000000000") },
		"a forged state":            func(_ *authenticator, c *ceremony) { c.State = "x" + c.State[1:] },
		"no state":                  func(_ *authenticator, c *ceremony) { c.State = "" },
		"too late":                  func(*authenticator, *ceremony) { h.clock.Add(5 * time.Minute) },
	} {
		got := try(change)
		if got.status != 422 || got.header.Get("Set-Cookie") != "" || !strings.Contains(got.body, "Avainta ei voitu") {
			t.Errorf("%s: %d %s, want 422 and one refusal", what, got.status, got.body)
		}
	}
	if got := try(func(*authenticator, *ceremony) {}); got.status != 200 {
		t.Errorf("the right one: %d %s", got.status, got.body)
	}
}

// Answers that mean nothing keep nobody out: a state that led nowhere is not remembered.
func TestPasskeyIsNotSpentByOthers(t *testing.T) {
	h := newStaffHouse(t)
	link, _ := h.invite("aino@example.org", locale.Finnish, access.Worker)
	b, a := h.browser(), newAuthenticator()
	b.post("/sign-in/link/" + link)
	b.want("adding", b.add(a), 200, "")
	c := b.begin("/sign-in/passkey/begin")
	for range 2 {
		b.want("nonsense", h.browser().json("/sign-in/passkey/finish", map[string]any{"state": c.State, "answer": map[string]any{}}), 422, "")
	}
	in := map[string]any{"state": c.State, "answer": a.get(c.Options.PublicKey.Challenge)}
	b.want("the right answer", h.browser().json("/sign-in/passkey/finish", in), 200, "")
	b.want("and once more", h.browser().json("/sign-in/passkey/finish", in), 422, "")
}

// A key that counts and has gone back has been copied.
func TestPasskeyCopied(t *testing.T) {
	h := newStaffHouse(t)
	link, _ := h.invite("aino@example.org", locale.Finnish, access.Worker)
	b, a := h.browser(), newAuthenticator()
	a.counts = true
	b.post("/sign-in/link/" + link)
	b.want("adding", b.add(a), 200, "")
	for _, c := range []struct {
		counter uint32
		status  int
	}{{7, 200}, {8, 200}, {3, 422}, {8, 422}, {20, 200}} {
		a.counter = c.counter
		begun := b.begin("/sign-in/passkey/begin")
		got := h.browser().json("/sign-in/passkey/finish", map[string]any{"state": begun.State, "answer": a.get(begun.Options.PublicKey.Challenge)})
		if got.status != c.status {
			t.Errorf("counter %d: got %d, want %d", c.counter+1, got.status, c.status)
		}
	}
}

// Adding a passkey asks for a sign-in that is not old, and an answer from one's own ceremony.
func TestPasskeyAddRefused(t *testing.T) {
	h := newStaffHouse(t)
	link, _ := h.invite("aino@example.org", locale.Finnish, access.Worker)
	other, _ := h.invite("bertta@example.org", locale.Finnish, access.Worker)
	b, c := h.browser(), h.browser()
	b.post("/sign-in/link/" + link)
	c.post("/sign-in/link/" + other)
	a := newAuthenticator()
	begun := b.begin("/account/passkeys/begin")
	in := map[string]any{"state": begun.State, "answer": a.create(begun.Options.PublicKey.Challenge)}
	c.want("another's ceremony", c.json("/account/passkeys/finish", in), 422, "")
	unverified := newAuthenticator()
	unverified.flags = 1
	b.want("without user verification", b.add(unverified), 422, "")
	b.want("garbage", b.json("/account/passkeys/finish", "x"), 422, "")
	b.want("a visitor", h.browser().json("/account/passkeys/begin", struct{}{}), 401, "")

	secret := secretShape.FindStringSubmatch(b.get("/sign-in/set-up").body)[1]
	b.want("a password", b.post("/sign-in/set-up", "password", longPassword, "again", longPassword, "code", b.code(secret)), 303, "/desk")
	h.clock.Add(29 * time.Minute)
	b.want("keeping it alive", b.get("/account"), 200, "")
	h.clock.Add(2 * time.Minute)
	b.want("long after signing in", b.json("/account/passkeys/begin", struct{}{}), 401, "", "/sign-in/again?to=/account")
}
