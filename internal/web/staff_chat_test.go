package web_test

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// hireIn gives the house one more staff member, in a language and a unit of one's choice.
func hireIn(t *testing.T, h *webtest.House, key string, lang locale.Lang, unit access.UnitID, roles ...access.Role) *webtest.Browser {
	t.Helper()
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		var ms []access.Membership
		for _, r := range roles {
			ms = append(ms, access.Membership{Unit: unit, Role: r})
		}
		a, _, err := account.InviteFor(ctx, tx, access.System(), key, key+"@example.org", lang, ms)
		h.Staff[key] = access.Actor{Account: a.ID, Roles: ms}
		return err
	})
	return h.SignIn(key)
}

// otherUnit is a second unit of the organisation.
func otherUnit(t *testing.T, h *webtest.House) (unit access.UnitID) {
	t.Helper()
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		u, err := organization.KeepUnit(ctx, tx, access.System(), organization.Unit{Slug: "toinen", Zone: webtest.Zone,
			Name: organization.Names{locale.Finnish: "Toinen", locale.Swedish: "Andra", locale.English: "Other"}})
		unit = u.ID
		return err
	})
	return unit
}

// waitingTalk is the id of the conversation that waits longest.
func waitingTalk(t *testing.T, h *webtest.House) (id chat.ID) {
	t.Helper()
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		all, err := tx.Conversations(ctx, h.Staff["noora"])
		id = all[0].ID
		return err
	})
	return id
}

// the worker says how long they answer; it shows at once to visitors, and ends by itself or when told.
func TestStaffAnswerTheChat(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		b := h.SignIn("noora")
		p := b.Want(b.Get("/chats"), http.StatusOK, "Et vastaa nyt chatissa.", "kukaan ei vastaa", "Kukaan ei odota chatissa.")
		until := "until-" + string(h.Unit)
		for _, wrong := range []string{"<b>illalla", "25:10", "10:30", ""} {
			back := b.Want(b.Submit(p, "/chats/present", until, wrong), http.StatusUnprocessableEntity, "Tarkista nämä kohdat", "Et vastaa nyt chatissa.")
			if got := b.Form(back, "/chats/present").Values.Get(until); got != wrong || !strings.HasPrefix(back.Title(), "Virhe:") {
				t.Errorf("%q came back as %q under %q", wrong, got, back.Title())
			}
		}
		v := h.Visitor()
		v.Want(v.Get("/"), http.StatusOK, "mutta kukaan ei juuri nyt vastaa")
		b.Want(b.Submit(p, "/chats/present", until, "12:30"), http.StatusOK, "Vastaat nyt chatissa.", "Vastaat chatissa klo 12.30 asti", "Chat on auki klo 13.00 asti.")
		if v.Get("/").Says("mutta kukaan ei juuri nyt vastaa") {
			t.Error("the front page does not know that somebody answers")
		}
		v.Want(v.Get("/chat"), http.StatusOK, "Joku on paikalla.")
		elina := h.SignIn("elina")
		elina.Want(elina.Get("/chats"), http.StatusOK, "Et vastaa nyt chatissa.", "Myös paikalla: Noora")
		p = b.Want(b.Post("/chats/present", url.Values{"unit": {string(h.Unit)}, "do": {"stop"}}), http.StatusOK, "Et enää vastaa chatissa.", "Et vastaa nyt chatissa.")
		v.Want(v.Get("/chat"), http.StatusOK, "Kukaan ei juuri nyt vastaa")
		b.Want(b.Submit(p, "/chats/present", until, "12:30"), http.StatusOK, "Vastaat chatissa klo 12.30 asti")
		h.Clock.Add(2 * time.Hour)
		b.Want(b.Get("/chats"), http.StatusOK, "Et vastaa nyt chatissa.", "Chat on kiinni. Se aukeaa la 16.1. klo 12.00.")
	})
}

// The whole talk from the worker's side without scripts: take, read, say, make a contact, end.
func TestStaffTalkWithoutScripts(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		h.Answering("noora", "12:30")
		v, b := h.Visitor(), h.SignIn("noora")
		theirs := v.Submit(v.Submit(v.Get("/chat"), "/chat/start"), "/chat/say", "text", "Hei <script>alert(1)</script>")
		h.Clock.Add(7 * time.Minute)
		id := waitingTalk(t, h)
		at := "/chats/" + string(id)
		list := b.Want(b.Get("/chats"), http.StatusOK, "1 odottaa vastausta.", "7 min", "Tukea arkeen")
		if unread := b.Want(b.Get(at), http.StatusOK, "Tekstin näkee vasta"); unread.Says("Hei") {
			t.Error("a talk is read before it is taken")
		}
		b.Want(b.Post(at+"/say", url.Values{"text": {"Hei"}}), http.StatusConflict, "Ota keskustelu ensin itsellesi.")
		b.Want(b.Post(at+"/end", url.Values{}), http.StatusConflict, "Ota keskustelu ensin itsellesi.")
		p := b.Want(b.Submit(list, at+"/take"), http.StatusOK, "Keskustelu on nyt sinun.", "Hei <script>alert(1)</script>", "Mitään ei tallenneta")
		if strings.Contains(p.Body, "<script>alert") {
			t.Error("a visitor's words are in the page as they were typed")
		}
		elina := h.SignIn("elina")
		elina.Want(elina.Get("/chats"), http.StatusOK, "Kukaan ei odota chatissa.")
		elina.Want(elina.Get(at), http.StatusNotFound, "Keskustelua ei enää ole")
		elina.Want(elina.Post(at+"/take", url.Values{}), http.StatusConflict, "Keskustelua ei enää ole")
		long := strings.Repeat("ä", chat.MaxRunes+1)
		back := b.Want(b.Submit(p, at+"/say", "text", long), http.StatusUnprocessableEntity, "enintään 1")
		if got := b.Form(back, at+"/say").Values.Get("text"); got != long {
			t.Error("a message that is too long was lost")
		}
		p = b.Want(b.Submit(p, at+"/say", "text", "Hei, olen tässä."), http.StatusOK, "Sinä Hei, olen tässä.", "Kävijä Hei")
		v.Want(v.Submit(theirs, "/chat/read"), http.StatusOK, "Hei, olen tässä.")
		madeOfTalk(t, h, b, p, at)
		code := codeIn(t, v.Want(v.Submit(theirs, "/chat/read"), http.StatusOK, "Koodisi, vain sinulle"))
		p = b.Want(b.Get(at), http.StatusOK, "Kävijä sai koodin. Sitä ei näytetä sinulle.", "Yhteydenotto on tehty")
		if strings.Contains(p.Body, code) {
			t.Error("the worker sees the visitor's code")
		}
		b.Want(b.Submit(p, at+"/end"), http.StatusOK, "Keskustelu on päättynyt, ja sen teksti on hävitetty.")
		v.Want(v.Submit(theirs, "/chat/read"), http.StatusConflict, "Keskustelu on päättynyt")
		b.Want(b.Get(at), http.StatusNotFound, "Keskustelua ei enää ole")
		for step, v := range map[string]url.Values{"/say": {"text": {"vielä"}}, "/contact": {}, "/take": {}} {
			b.Want(b.Post(at+step, v), http.StatusConflict, "Keskustelua ei enää ole")
		}
		client := h.Visitor()
		client.Want(client.Submit(client.Get("/code"), "/code", "code", code), http.StatusOK, "Yhteydenottosi on meillä")
	})
}

// madeOfTalk makes a contact of the talk: what cannot be comes back as it was typed, and the second time is refused.
func madeOfTalk(t *testing.T, h *webtest.House, b *webtest.Browser, p *webtest.Page, at string) {
	t.Helper()
	back := b.Want(b.Submit(p, at+"/contact", "times", "evening", "reach", "call", "address", `"><i>x`, "code-word", "myrsky"), http.StatusUnprocessableEntity, "Tarkista nämä kohdat")
	f := b.Form(back, at+"/contact")
	if f.Values.Get("address") != `"><i>x` || f.Values.Get("code-word") != "myrsky" || f.Values.Get("times") != "evening" || f.Values.Get("reach") != "call" {
		t.Errorf("came back with %v", f.Values)
	}
	child := b.Want(b.Get(at+"?offer="+string(h.Offers[webtest.Child].ID)), http.StatusOK, "Lapsen ikä vuosina")
	b.Want(b.Submit(child, at+"/contact", "age", "40"), http.StatusUnprocessableEntity, "Tarkista nämä kohdat")
	b.Want(b.Submit(p, at+"/contact", "referrer", "nollalinja"), http.StatusOK, "Koodi näkyy vain kävijälle.", "Tarjoa aikoja")
	b.Want(b.Submit(p, at+"/contact"), http.StatusConflict, "Keskustelusta on jo tehty yhteydenotto.")
}

// codeIn is the code as the visitor reads it in the talk.
func codeIn(t *testing.T, p *webtest.Page) string {
	t.Helper()
	for _, n := range p.Root.All(func(n *webtest.Node) bool { return n.Has("from-code") }) {
		for _, text := range n.All(func(n *webtest.Node) bool { return n.Has("line-text") }) {
			return strings.Fields(text.Words())[0]
		}
	}
	t.Fatal("no code in the talk")
	return ""
}

// A silent talk ends by itself, and the page says so before the sweep has come.
func TestStaffTalkThatRanOut(t *testing.T) {
	h := webtest.New(t)
	h.Answering("noora", "12:30")
	v, b := h.Visitor(), h.SignIn("noora")
	v.Submit(v.Get("/chat"), "/chat/start")
	at := "/chats/" + string(waitingTalk(t, h))
	p := b.Submit(b.Get("/chats"), at+"/take")
	h.Clock.Add(31 * time.Minute)
	b.Want(b.Submit(p, at+"/say", "text", "Hei"), http.StatusConflict, "Keskustelua ei enää ole")
	b.Want(b.Get(at), http.StatusConflict, "Keskustelua ei enää ole")
	b.Want(b.Get("/chats"), http.StatusOK, "Kukaan ei odota chatissa.")
}

// With scripts a stream brings the visitor's words, with the worker's rights of each moment.
func TestStaffTalkLive(t *testing.T) {
	h := webtest.New(t)
	h.Answering("noora", "12:30")
	v, b := h.Visitor(), h.SignIn("noora")
	theirs := v.Submit(v.Get("/chat"), "/chat/start")
	at := "/chats/" + string(waitingTalk(t, h))
	b.Post(at+"/take", url.Values{})
	lines := streamOf(t, h, "noora", at+"/live")
	expect(t, lines, `"text":"Vain sinä ja kävijä`)
	v.Submit(theirs, "/chat/say", "text", "hei")
	expect(t, lines, `"from":"them","seq":1,"text":"hei","who":"Kävijä"`)
	script := h.SignIn("noora")
	script.Header.Set("Accept", "application/json")
	if said := script.Post(at+"/say", url.Values{"text": {"Hei"}}); said.Status != http.StatusNoContent {
		t.Fatalf("a script's message = %d %s", said.Status, said.Body)
	}
	expect(t, lines, `"from":"me","seq":2`)
	v.Submit(theirs, "/chat/end")
	expect(t, lines, `"over":true`)
	if said := script.Post(at+"/say", url.Values{"text": {"Hei"}}); said.Status != http.StatusConflict || !strings.Contains(said.Body, "error") {
		t.Errorf("a message after the end = %d %s", said.Status, said.Body)
	}
}

// streamOf reads a worker's live answer's data lines.
func streamOf(t *testing.T, h *webtest.House, who, path string) <-chan string {
	t.Helper()
	token := ""
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		link, err := account.LinkFor(ctx, tx, access.System(), h.Staff[who].Account, account.Demo)
		if err != nil {
			return err
		}
		in, err := account.UseLink(ctx, tx, link, "", "")
		token = in.Token
		return err
	})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+path, strings.NewReader("after=0"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "rinnalla", Value: token})
	return streamed(t, r)
}

// streamed sends the request and reads the answer's data lines as they come.
func streamed(t *testing.T, r *http.Request) <-chan string {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if got := answer.Header.Get("Content-Type"); got != "text/event-stream; charset=utf-8" {
		t.Fatalf("the stream is %q with status %d", got, answer.StatusCode)
	}
	out := make(chan string, 64)
	go func() {
		defer close(out)
		defer answer.Body.Close()
		for s := bufio.NewScanner(answer.Body); s.Scan(); {
			if data, ok := strings.CutPrefix(s.Text(), "data: "); ok {
				out <- data
			}
		}
	}()
	return out
}

// What belongs to another unit is not there, and the pages are staff's alone.
func TestStaffChatOfAnotherUnit(t *testing.T) {
	h := webtest.New(t)
	h.Answering("noora", "12:30")
	v := h.Visitor()
	v.Submit(v.Get("/chat"), "/chat/start")
	at := "/chats/" + string(waitingTalk(t, h))
	b := hireIn(t, h, "vieras", locale.Finnish, otherUnit(t, h), access.Worker)
	b.Want(b.Get("/chats"), http.StatusOK, "Yksikössäsi ei ole chatia")
	b.Want(b.Get(at), http.StatusNotFound)
	b.Want(b.Post(at+"/live", url.Values{}), http.StatusNotFound)
	b.Want(b.Post("/chats/present", url.Values{"unit": {string(h.Unit)}, "until-" + string(h.Unit): {"12:30"}}), http.StatusNotFound)
	v.Want(v.Get("/chats"), http.StatusUnauthorized)
	olli := h.SignIn("olli")
	olli.Want(olli.Get("/chats"), http.StatusNotFound)
}

func TestStaffChatInEveryLanguage(t *testing.T) {
	h := webtest.New(t)
	h.Answering("noora", "12:30")
	v := h.Visitor()
	for lang, words := range map[locale.Lang][]string{locale.Swedish: {"Du svarar inte i chatten nu.", "1 väntar på svar.", "Bara du och besökaren"},
		locale.English: {"You do not answer the chat now.", "1 waits for an answer.", "Only you and the visitor"}} {
		v.Submit(v.Get("/chat"), "/chat/start")
		at := "/chats/" + string(waitingTalk(t, h))
		b := hireIn(t, h, "ny-"+string(lang), lang, h.Unit, access.Worker)
		p := b.Want(b.Get("/chats"), http.StatusOK, words[:2]...)
		p = b.Want(b.Submit(p, at+"/take"), http.StatusOK, words[2])
		b.Want(b.Submit(p, at+"/end"), http.StatusOK)
	}
}
