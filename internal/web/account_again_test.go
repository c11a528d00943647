package web_test

import (
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/locale"
)

// What cannot be taken back asks for a proof of the last ten minutes, leads back to the page, and goes nowhere else.
func TestSignInAgain(t *testing.T) {
	h := newStaffHouse(t)
	link, _ := h.invite("aino@example.org", locale.Finnish, access.Worker)
	b := h.browser()
	secret := b.setUp(link)
	b.want("just signed in", b.get("/account/password"), 200, "", "Vaihda salasana")
	h.clock.Add(11 * time.Minute)
	b.want("later", b.get("/account/password"), 401, "", "Vahvista, että olet sinä", `value="/account/password"`)
	b.want("sent later", b.post("/account/passkeys/remove", "passkey", "x"), 401, "", "Vahvista, että olet sinä", `value="/account"`)
	again := b.get("/sign-in/again?to=//evil.example")
	b.want("the page", again, 200, "", "Vahvista, että olet sinä")
	if strings.Contains(again.body, "evil") {
		t.Error("the page leads to another site")
	}
	b.want("a wrong code", b.post("/sign-in/again", "password", longPassword, "code", "000000", "to", "/account/password"), 422, "", "Kirjautuminen ei onnistunut", `value="/account/password"`)
	b.want("elsewhere", b.post("/sign-in/again", "password", longPassword, "code", b.code(secret), "to", "https://evil.example/"), 303, "/desk")
	b.want("fresh again", b.get("/account/password"), 200, "", "Vaihda salasana")
	b.want("nothing to prove", b.get("/sign-in/again?to=/account"), 303, "/account")
	h.clock.Add(11 * time.Minute)
	b.want("once more", b.post("/sign-in/again", "password", longPassword, "code", b.code(secret), "to", "/account/password"), 303, "/account/password")
	b.want("visitors", h.browser().get("/sign-in/again"), 401, "", "Kirjaudu sisään")
}

// What was typed into a form that came too late is shown once for copying, without passwords and codes (decision 0044).
func TestTypedTextOfALapsedStay(t *testing.T) {
	h := newStaffHouse(t)
	link, _ := h.invite("aino@example.org", locale.Finnish, access.Worker)
	b := h.browser()
	b.setUp(link)
	h.clock.Add(31 * time.Minute)
	const text = "Tätä olen kirjoittanut jo kauan"
	got := b.post("/account", "name", text, "lang", "fi", "password", "neljä sanaa peräkkäin tässä")
	b.want("too late", got, 401, "", text, "Kopioi teksti", `value="/account"`)
	if strings.Contains(got.body, "neljä sanaa") {
		t.Error("the password came back")
	}
	if strings.Contains(b.get("/sign-in").body, text) || strings.Contains(h.log.String(), "kauan") {
		t.Error("the text is kept somewhere")
	}
	b.want("short words", b.post("/account", "name", "Aino", "lang", "fi"), 401, "")
}
