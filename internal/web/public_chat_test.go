package web_test

import (
	"bufio"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// outside hours, or with nobody there, the chat says so and offers the form.
func TestChatSaysWhetherSomebodyIsThere(t *testing.T) {
	h := webtest.New(t)
	b := h.Visitor()
	away := b.Want(b.Get("/chat"), http.StatusOK, "Kukaan ei juuri nyt vastaa chatissa.", "Ota yhteyttä lomakkeella")
	if len(away.Forms()) != 0 {
		t.Error("a chat that nobody answers can be begun")
	}
	b.Want(b.Get("/"), http.StatusOK, "Ei paikalla juuri nyt")
	h.Answering("noora", "12:30")
	h.Clock.Add(6 * time.Second)
	status := b.Want(b.Get("/chat"), http.StatusOK, "Joku on paikalla.", "klo 13.00 asti", "Keskustelu katoaa, kun se päättyy")
	b.Want(b.Get("/"), http.StatusOK, "Paikalla nyt")
	h.Clock.Set(h.Clock.Now().Add(3 * time.Hour))
	b.Want(b.Get("/chat"), http.StatusOK, "Chat on nyt kiinni.", "Seuraavan kerran chat on auki la 16.1. klo 12.00")
	b.Want(b.Submit(status, "/chat/start"), http.StatusConflict, "Chat ei ole juuri nyt auki")
}

// The whole talk without scripts: begin, write, look for answers, get a code, end; then its words are gone.
func TestChatWithoutScripts(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		h.Answering("noora", "12:30")
		b := h.Visitor()
		p := b.Want(b.Submit(b.Get("/chat"), "/chat/start"), http.StatusOK, "Joku tulee pian mukaan")
		p = b.Want(b.Submit(p, "/chat/say", "text", "Hei <b>siellä</b>"), http.StatusOK, "Hei <b>siellä</b>")
		b.Want(b.Submit(p, "/chat/say", "text", "   "), http.StatusUnprocessableEntity, "Kirjoita viesti ennen lähettämistä.")
		long := strings.Repeat("ä", chat.MaxRunes+1)
		back := b.Want(b.Submit(p, "/chat/say", "text", long), http.StatusUnprocessableEntity, "enintään 1")
		if got := b.Form(back, "/chat/say").Values.Get("text"); got != long {
			t.Error("a message that is too long was lost")
		}
		id := takeUp(t, h, "Hei. Näkeekö joku muu näyttösi?")
		p = b.Want(b.Submit(p, "/chat/read"), http.StatusOK, "Työntekijä on mukana.", "Näkeekö joku muu näyttösi?")
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			_, err := chat.MakeRequest(ctx, tx, h.Models, h.Staff["noora"], id, intake.New{Offer: h.Offers[webtest.Adult].ID, Channel: intake.Chat, Age: -1,
				Contact: person.SafeContact{Channel: person.None}})
			return err
		})
		p = b.Want(b.Submit(p, "/chat/read"), http.StatusOK, "Koodisi, vain sinulle")
		b.Want(b.Submit(p, "/chat/end"), http.StatusOK, "Keskustelu on päättynyt", "on hävitetty")
		for _, to := range []string{"/chat/read", "/chat/say", "/chat/end"} {
			over := b.Want(b.Submit(p, to), http.StatusConflict, "Keskustelu on päättynyt")
			if over.Says("Hei") {
				t.Error("an ended chat still shows its words")
			}
		}
		b.Want(b.Get("/chat/say"), http.StatusOK, "Ennen kuin aloitat")
	})
}

// takeUp takes the conversation that waits and writes in it.
func takeUp(t *testing.T, h *webtest.House, text string) (id chat.ID) {
	t.Helper()
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		all, err := tx.Conversations(ctx, h.Staff["noora"])
		if err != nil {
			return err
		}
		id = all[0].ID
		if err := chat.Take(ctx, tx, h.Staff["noora"], id); err != nil {
			return err
		}
		return chat.SayAsWorker(ctx, tx, h.Staff["noora"], id, text)
	})
	return id
}

// A page that is sent again (reload, back button) says nothing twice; the same words meant twice are said twice.
func TestChatPageSentAgainSaysNothingTwice(t *testing.T) {
	h := webtest.New(t)
	h.Answering("noora", "12:30")
	b := h.Visitor()
	p := b.Submit(b.Get("/chat"), "/chat/start")
	one := b.Submit(p, "/chat/say", "text", "joo")
	again := b.Submit(p, "/chat/say", "text", "joo")
	if n := strings.Count(again.Root.Words(), "Sinä joo"); n != 1 {
		t.Errorf("a page sent again says it %d times, want 1", n)
	}
	if n := strings.Count(b.Submit(one, "/chat/say", "text", "joo").Root.Words(), "Sinä joo"); n != 2 {
		t.Errorf("the same words meant twice are there %d times, want 2", n)
	}
}

// Leaving destroys the conversation at once.
func TestExitDestroysTheChat(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		h.Answering("noora", "12:30")
		b := h.Visitor()
		p := b.Submit(b.Get("/chat"), "/chat/start")
		b.Get(exitOf(t, p))
		b.Want(b.Submit(p, "/chat/read"), http.StatusConflict, "Keskustelu on päättynyt")
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			n, err := tx.CountConversations(ctx, h.Unit)
			if n != 0 {
				t.Errorf("%d conversations are left", n)
			}
			return err
		})
	})
}

// With scripts a stream brings what is new. Its token travels in the body, and it tells the end.
func TestLiveChat(t *testing.T) {
	h := webtest.New(t)
	h.Answering("noora", "12:30")
	b := h.Visitor()
	p := b.Submit(b.Get("/chat"), "/chat/start")
	form := b.Form(p, "/chat/say").Values
	lines := stream(t, h.URL+"/chat/live", url.Values{"talk": form["talk"], "after": {"0"}})
	expect(t, lines, `"over":false,"text":"Kirjoita ensin`)
	script := h.Visitor()
	script.Header.Set("Accept", "application/json")
	form.Set("text", "hei")
	if said := script.Post("/chat/say", form); said.Status != http.StatusNoContent {
		t.Fatalf("a script's message = %d %s", said.Status, said.Body)
	}
	expect(t, lines, `"from":"me","seq":1,"text":"hei"`)
	takeUp(t, h, "Hei, olen Noora.")
	expect(t, lines, `"from":"them","seq":2,"text":"Hei, olen Noora."`)
	expect(t, lines, `"over":false,"text":"Työntekijä on mukana."`)
	form.Set("text", strings.Repeat("a", chat.MaxRunes+1))
	if said := script.Post("/chat/say", form); said.Status != http.StatusUnprocessableEntity || !strings.Contains(said.Body, "enintään") {
		t.Errorf("a message too long = %d %s", said.Status, said.Body)
	}
	b.Want(b.Submit(p, "/chat/end"), http.StatusOK, "Keskustelu on päättynyt")
	expect(t, lines, `"over":true`)
	if said := script.Post("/chat/say", form); said.Status != http.StatusConflict {
		t.Errorf("a message after the end = %d", said.Status)
	}
}

// stream reads a live answer's data lines.
func stream(t *testing.T, address string, body url.Values) <-chan string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
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

func expect(t *testing.T, lines <-chan string, part string) {
	t.Helper()
	late := time.After(15 * time.Second)
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				t.Fatalf("the stream ended before %s", part)
			}
			if strings.Contains(line, part) {
				return
			}
		case <-late:
			t.Fatalf("no %s within 15 s", part)
		}
	}
}
