package web_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
)

var (
	askedShape = regexp.MustCompile(`value="(\d{4} \d{4})"`)
	linkMade   = regexp.MustCompile(`/sign-in/link/([\w-]{40,})`)
)

// word is what the letter to the account's owner has in its address.
func (h *staffHouse) word(who access.AccountID) (word string) {
	h.update(func(tx *storage.Tx) error {
		r, err := tx.RecoveryOf(context.Background(), who)
		word = account.Word(tx, r.ID)
		return err
	})
	return word
}

// One colleague asks and has the code, another agrees and has the link, and the owner needs both (V2.3.5, V6.4.4).
func TestRecoveryPages(t *testing.T) {
	h := newStaffHouse(t)
	link, who := h.invite("aino@example.org", locale.Finnish, access.Worker)
	owner := h.browser()
	owner.setUp(link)
	one, _ := h.demo("c@example.org", locale.Finnish, access.Coordinator)
	two, _ := h.demo("o@example.org", locale.Finnish, access.Operator)
	at := "/staff/" + string(who)

	one.want("before", one.get(at), 200, "", "Tunnuksen palautus", "Varmista ensin kasvotusten")
	asked := one.post(at + "/recovery")
	one.want("asked", asked, 200, "", "Palautusta on pyydetty", "Seuraavaksi joku toinen hyväksyy")
	code := askedShape.FindStringSubmatch(asked.body)[1]
	if strings.Contains(asked.body, "/sign-in/link/") {
		t.Error("who asks is shown a link")
	}
	one.want("who asked agrees", one.post(at+"/recovery/agree"), 409, "", "Joku toinen hyväksyy palautuksen")
	one.want("who asked looks", one.get(at), 200, "", "Pyysit palautusta", "Peru palautus")
	two.want("the staff's page of another", two.get("/staff"), 200, "", "odottaa, että hyväksyt sen", at)
	owner.want("the owner", owner.get("/account"), 200, "", "Tunnuksesi palautusta on pyydetty")

	agreed := two.post(at + "/recovery/agree")
	two.want("agreed", agreed, 200, "", "Linkki on valmis", "1 päivän")
	if strings.Contains(agreed.body, code) || askedShape.MatchString(agreed.body) {
		t.Error("who agrees is shown the code")
	}
	stranger := h.browser()
	open := "/sign-in/link/" + linkMade.FindStringSubmatch(agreed.body)[1]
	stranger.want("the link", stranger.get(open), 200, "", "Kahdeksan numeroa")
	stranger.want("without the code", stranger.post(open), 422, "", "Koodi ei täsmää")
	stranger.want("a wrong code", stranger.post(open, "code", "1111 1111"), 422, "", "Koodi ei täsmää")
	owner.want("a wrong code signs nobody out", owner.get("/account"), 200, "")
	stranger.want("the code", stranger.post(open, "code", code), 303, "/sign-in/set-up")
	owner.want("the former stay", owner.get("/account"), 401, "")
	stranger.want("once", stranger.get(open), 404, "", "Linkki ei toimi enää")
}

// The owner stops it by the letter's address, without signing in and without losing anything; and signed in, by a button.
func TestOwnerStopsARecovery(t *testing.T) {
	h := newStaffHouse(t)
	link, who := h.invite("aino@example.org", locale.English, access.Worker)
	owner := h.browser()
	owner.setUp(link)
	one, _ := h.demo("c@example.org", locale.Finnish, access.Coordinator)
	at := "/staff/" + string(who)
	one.want("asked by the only one", one.post(at+"/recovery"), 200, "", "Kukaan muu ei voi hyväksyä", "kolme vuorokautta")
	one.want("too soon", one.post(at+"/recovery/agree"), 409, "", "Odotusaika ei ole vielä ohi")
	h.clock.Add(account.AloneAfter)
	made := one.post(at + "/recovery/agree")
	one.want("after three days", made, 200, "", "Linkki on valmis")

	letter := h.browser()
	word := "/sign-in/recovery/" + h.word(who)
	letter.want("a mail program looks", letter.get(word), 200, "", "En pyytänyt tätä")
	letter.want("it stopped nothing", letter.get("/sign-in/link/"+linkMade.FindStringSubmatch(made.body)[1]), 200, "")
	letter.want("a spoilt address", letter.get(word[:len(word)-1]+"z"), 404, "", "ei ole enää voimassa")
	letter.want("a foreign form", letter.post(word), 200, "", "Palautus on pysäytetty")
	letter.want("twice", letter.post(word), 404, "", "ei ole enää voimassa")
	letter.want("the link", letter.get("/sign-in/link/"+linkMade.FindStringSubmatch(made.body)[1]), 404, "")

	link, who = h.invite("bertta@example.org", locale.Finnish, access.Worker)
	owner = h.browser()
	owner.setUp(link)
	at = "/staff/" + string(who)
	one.post(at + "/recovery")
	h.clock.Add(11 * time.Minute) // no fresh proof is asked of her
	owner.want("stopped", owner.post("/account/recovery/stop"), 303, "/account?done=stopped")
	owner.want("still in", owner.get("/account?done=stopped"), 200, "", "Palautus on pysäytetty")
	one.want("gone for who asked", one.get(at), 200, "", "Pyydä palautusta")
	one.want("asked again", one.post(at+"/recovery"), 200, "")
	one.want("taken back", one.post(at+"/recovery/stop"), 303, at+"?done=stopped")
}

// A newcomer reads a number to a colleague and has no rights until that colleague has typed it (V2.3.5).
func TestNewcomerPages(t *testing.T) {
	h := newStaffHouse(t)
	op, _ := h.demo("o@example.org", locale.Finnish, access.Operator)
	work, _ := h.demo("w@example.org", locale.Finnish, access.Worker)
	made := op.post("/staff/invite", "name", "Uusi Tulija", "email", "uusi@example.org", "lang", "fi", "unit", string(h.unit), "roles", "worker", "roles", "coordinator")
	second := h.browser()
	second.setUpTo(linkMade.FindStringSubmatch(made.body)[1], "/account")
	second.want("a desk of one's own making", second.get("/desk"), 404, "")
	second.want("the staff", second.get("/staff"), 404, "")
	mine := second.get("/account")
	second.want("the own page", mine, 200, "", "Vielä yksi vaihe")
	number := regexp.MustCompile(`data-number[^>]*>(\d{3} \d{3})<`).FindStringSubmatch(mine.body)[1]
	op.want("who invited", op.get("/newcomers"), 200, "", "Ketään ei ole tunnistettavana")
	op.want("the list", op.get("/staff"), 200, "", "odottaa tunnistusta")

	work.want("the day begins", work.get("/account"), 200, "", "odottaa, että joku tunnistaa hänet")
	page := work.get("/newcomers")
	work.want("the newcomer", page, 200, "", "Uusi Tulija", "Kutsuja: Aino Esimerkki", "Pohjoinen: työntekijä, koordinaattori")
	if strings.Contains(page.body, number) {
		t.Error("the number is shown to who is to ask for it")
	}
	who := regexp.MustCompile(`name="who" value="([0-9a-f-]{36})"`).FindStringSubmatch(page.body)[1]
	op.want("who invited vouches", op.post("/newcomers", "who", who, "number", number), 404, "")
	work.want("a wrong number", work.post("/newcomers", "who", who, "number", "12 34"), 422, "", "Numero ei täsmää", `value="12 34"`, `href="#f-number-`+who)
	work.want("the number", work.post("/newcomers", "who", who, "number", strings.ReplaceAll(number, " ", "")), 303, "/newcomers?done=known")
	second.want("a desk", second.get("/staff"), 200, "")
	second.want("no number any more", second.get("/account"), 200, "")
	if strings.Contains(second.get("/account").body, "data-number") {
		t.Error("the number stays on the page")
	}
}
