package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// from is a visitor whose requests come from an address, as the trusted proxy says.
func from(h *webtest.House, address string) *webtest.Browser {
	b := h.Visitor()
	b.Header.Set("X-Forwarded-For", "10.0.0.1, "+address)
	return b
}

// A network that sends many forms is slowed down kindly: the form is still filled, the telephone is named, and a minute
// later it goes. Mistakes do not count, others are not slowed, nothing of it is logged.
func TestManyFormsFromOneNetwork(t *testing.T) {
	h := webtest.New(t)
	b := from(h, "203.0.113.7")
	for range 15 {
		b.Want(b.Submit(b.Get("/contact/form"), "/contact/send", "channel", "call"), http.StatusUnprocessableEntity)
	}
	for i := range 10 {
		x := from(h, "203.0.113."+string(rune('1'+i%9)))
		codeOn(t, x.Submit(x.Get("/contact/form"), "/contact/send"))
	}
	for lang, words := range map[string]string{"": "monta lähetystä", "/sv": "många försändelser", "/en": "Many messages"} {
		p := b.Want(b.Submit(b.Get(lang+"/contact/form"), "/contact/send", "name", "Lumi", "times", "evening"), http.StatusTooManyRequests, words, "040 000 1122")
		if p.Header.Get("Retry-After") != "60" || b.Form(p, "/contact/send").Values.Get("name") != "Lumi" {
			t.Errorf("Retry-After %q, the form has %v", p.Header.Get("Retry-After"), b.Form(p, "/contact/send").Values)
		}
	}
	b.Want(b.Submit(b.Get("/partner"), "/partner/send", "present", "yes"), http.StatusTooManyRequests)
	other := from(h, "203.0.114.7")
	codeOn(t, other.Submit(other.Get("/contact/form"), "/contact/send"))
	h.Clock.Add(time.Minute)
	codeOn(t, b.Submit(b.Get("/contact/form"), "/contact/send"))
	b.Want(b.Submit(b.Get("/contact/form"), "/contact/send"), http.StatusTooManyRequests)
	near := h.Visitor() // the proxy names nobody
	for range 12 {
		codeOn(t, near.Submit(near.Get("/contact/form"), "/contact/send"))
	}
	if strings.Contains(h.Log.String(), "203.0.113") {
		t.Error("an address is in the log")
	}
}

// Three chats without a word may wait from one network; a word, an ending or three minutes frees a place. Empty ones end
// in three minutes, so they cannot fill a unit; what was typed too late begins the next one.
func TestEmptyChats(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		h.Answering("noora", "12:30")
		b := from(h, "203.0.113.7")
		start := func(b *webtest.Browser) *webtest.Page { return b.Submit(b.Get("/chat"), "/chat/start") }
		one, two := b.Want(start(b), http.StatusOK, "Kirjoita ensin"), start(b)
		late := b.Want(start(b), http.StatusOK)
		p := b.Want(start(b), http.StatusTooManyRequests, "monta lähetystä", "040 000 1122")
		if p.Header.Get("Retry-After") != "180" {
			t.Errorf("Retry-After %q", p.Header.Get("Retry-After"))
		}
		b.Want(b.Submit(one, "/chat/say", "text", "Hei"), http.StatusOK, "Odota hetki.")
		b.Want(start(b), http.StatusOK)
		b.Want(start(b), http.StatusTooManyRequests)
		b.Want(b.Submit(two, "/chat/end"), http.StatusOK)
		b.Want(start(b), http.StatusOK)
		for i := range 16 {
			x := from(h, "198.51."+string(rune('1'+i%9))+string(rune('0'+i/9))+".1")
			x.Want(start(x), http.StatusOK)
		}
		full := from(h, "192.0.2.1")
		full.Want(start(full), http.StatusConflict)
		h.Clock.Add(chat.Empty)
		full.Want(start(full), http.StatusOK)
		over := b.Want(b.Submit(late, "/chat/say", "text", "Sain sen viimein kirjoitettua"), http.StatusConflict, "Keskustelu on päättynyt")
		again := b.Want(b.Submit(over, "/chat/start"), http.StatusOK, "Sain sen viimein kirjoitettua", "Odota hetki.")
		b.Want(b.Submit(one, "/chat/read"), http.StatusOK, "Hei")
		h.Clock.Add(chat.Silence - chat.Empty)
		b.Want(b.Submit(again, "/chat/read"), http.StatusOK)
		b.Want(b.Submit(one, "/chat/read"), http.StatusConflict)
	})
}

// A worker who comes keeps an empty talk alive: the visitor may be slow to begin.
func TestATakenChatIsNotEmpty(t *testing.T) {
	h := webtest.New(t)
	h.Answering("noora", "12:30")
	b := h.Visitor()
	p := b.Submit(b.Get("/chat"), "/chat/start")
	h.Do(func(ctx context.Context, tx *storage.Tx) error {
		all, err := tx.Conversations(ctx, h.Staff["noora"])
		if err != nil {
			return err
		}
		return chat.Take(ctx, tx, h.Staff["noora"], all[0].ID)
	})
	h.Clock.Add(20 * time.Minute)
	b.Want(b.Submit(p, "/chat/read"), http.StatusOK, "Työntekijä on mukana.")
	b.Want(b.Post("/chat/start", url.Values{"for": {webtest.Adult}, "text": {strings.Repeat("ä", chat.MaxRunes+1)}}), http.StatusUnprocessableEntity, "enintään 1")
}
