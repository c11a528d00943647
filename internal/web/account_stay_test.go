package web_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/locale"
)

// Every page tells when the stay ends; a page that asks by itself moves nothing, a person who asks does, and nothing
// moves the absolute end (ASVS 7.3).
func TestStayTellsItsEnd(t *testing.T) {
	h := newStaffHouse(t)
	link, _ := h.invite("aino@example.org", locale.Finnish, access.Worker)
	b := h.browser()
	b.setUp(link)
	left := func(path string) int {
		t.Helper()
		got := b.post(path)
		var in struct{ Left int }
		if err := json.Unmarshal([]byte(got.body), &in); err != nil || got.status != 200 {
			t.Fatalf("%s: %d %v", path, got.status, err)
		}
		return in.Left
	}
	b.want("the page", b.get("/account"), 200, "", `data-ends="1800"`, "Istunto päättyy kello ")
	h.clock.Add(20 * time.Minute)
	for range 2 {
		if got := left("/account/stay/left"); got != 600 {
			t.Errorf("left after twenty minutes: %d s, want 600", got)
		}
	}
	if got := left("/account/stay"); got != 1800 {
		t.Errorf("left after staying on: %d s, want 1800", got)
	}
	if got := left("/account/stay/left"); got != 1800 {
		t.Errorf("left afterwards: %d s, want 1800", got)
	}
	for range 28 {
		h.clock.Add(25 * time.Minute)
		b.get("/account")
	}
	b.want("twelve hours later", b.get("/account"), 401, "")
	b.want("asking then", b.post("/account/stay"), 401, "")
}

// A page with a live connection keeps nobody signed in.
func TestLivePageKeepsNoStayAlive(t *testing.T) {
	h := newStaffHouse(t)
	link, _ := h.invite("aino@example.org", locale.Finnish, access.Worker)
	b := h.browser()
	b.setUp(link)
	for range 3 {
		h.clock.Add(10 * time.Minute)
		b.post("/account/stay/left")
	}
	b.want("after half an hour of a page's own questions", b.get("/account"), 401, "")
}

// The list of own stays: each by device and way and no closer, one ended alone, all ended together.
func TestOwnStays(t *testing.T) {
	h := newStaffHouse(t)
	link, _ := h.invite("aino@example.org", locale.Finnish, access.Worker)
	one := h.browser()
	secret := one.setUp(link)
	h.clock.Add(time.Minute)
	two := h.browser()
	two.want("another browser", two.post("/sign-in", "email", "aino@example.org", "password", longPassword, "code", two.code(secret)), 303, "/desk")
	page := two.get("/account")
	two.want("the list", page, 200, "", "Tämä selain", "Tietokone, kirjauduttu salasanalla ja koodilla")
	found := regexp.MustCompile(`name="stay" value="([0-9a-f-]+)"`).FindAllStringSubmatch(page.body, -1)
	if len(found) != 1 {
		t.Fatalf("%d stays to end, want the other one alone", len(found))
	}
	stranger := h.browser()
	another, _ := h.invite("bertta@example.org", locale.Finnish, access.Worker)
	stranger.setUp(another)
	stranger.post("/account/stays/end", "stay", found[0][1])
	one.want("after a stranger's try", one.get("/account"), 200, "")
	two.want("ending it", two.post("/account/stays/end", "stay", found[0][1]), 303, "/account?done=stay")
	one.want("the ended one", one.get("/account"), 401, "")
	two.want("this one", two.get("/account"), 200, "")
	h.clock.Add(11 * time.Minute)
	two.want("everywhere, unproven", two.post("/account/everywhere"), 401, "", "Vahvista, että olet sinä")
	two.want("proven", two.post("/sign-in/again", "password", longPassword, "code", two.code(secret), "to", "/account"), 303, "/account")
	two.want("everywhere", two.post("/account/everywhere"), 303, "/sign-in?out")
	two.want("afterwards", two.get("/account"), 401, "")
}

// A coordinator ends a colleague's stays at once; the colleague signs in again and has lost nothing.
func TestSignOutAColleague(t *testing.T) {
	h := newStaffHouse(t)
	coord, self := h.demo("c@example.org", locale.Finnish, access.Coordinator)
	link, who := h.invite("aino@example.org", locale.Finnish, access.Worker)
	b := h.browser()
	secret := b.setUp(link)
	if page := coord.get("/staff/" + string(self)); strings.Contains(page.body, "/sign-out\"") && strings.Contains(page.body, "/staff/"+string(self)+"/sign-out") {
		t.Error("the own page offers to sign oneself out as a colleague")
	}
	b.want("by a worker", b.post("/staff/"+string(self)+"/sign-out"), 404, "")
	coord.want("the coordinator", coord.get("/staff/"+string(who)), 200, "", "/staff/"+string(who)+"/sign-out")
	coord.want("signing out", coord.post("/staff/"+string(who)+"/sign-out"), 303, "/staff/"+string(who)+"?done=out")
	b.want("the next page", b.get("/account"), 401, "")
	h.clock.Add(time.Minute)
	b.want("signing in again", b.post("/sign-in", "email", "aino@example.org", "password", longPassword, "code", b.code(secret)), 303, "/desk")
}
