package web_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/chat"
	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// typeIntoPages goes by what real pages show: every form on them, with the marker in every field that takes letters,
// as somebody types it, and in every hidden one, as a script would.
func (c *canary) typeIntoPages() {
	request, _ := c.thing("request", "worker", "own", true)
	episode, _ := c.thing("episode", "worker", "own", true)
	visitor, worker := c.Visitor(), c.SignIn("noora")
	for _, at := range []string{"/contact/form", "/contact/form?for=lapset", "/sv/contact/form", "/partner", "/code", "/answer", "/chat", "/sign-in"} {
		c.typeInto(visitor, at)
	}
	for _, at := range []string{"/requests/new", "/requests/" + request.path["id"] + "?kind=agreed", "/episodes/" + episode.path["id"] + "?kind=agreed", "/episodes", "/chats",
		"/groups/new", "/feedback", "/hours", "/account", "/account/password"} {
		c.typeInto(worker, at)
	}
	c.typeIntoForms(visitor, "of a form of answers", visitor.Want(visitor.Send(http.MethodPost, "/answer", url.Values{"code": {c.answerable()}}), http.StatusOK))
	seat := c.couple.kari.seat
	c.typeIntoForms(visitor, "of a seat", visitor.Want(open(visitor, seat.String()), http.StatusOK))
}

func (c *canary) typeInto(b *webtest.Browser, at string) {
	c.t.Helper()
	c.typeIntoForms(b, at, b.Want(b.Get(at), http.StatusOK))
}

func (c *canary) typeIntoForms(b *webtest.Browser, at string, p *webtest.Page) {
	c.t.Helper()
	for i, f := range p.Forms() {
		if strings.HasSuffix(f.Action, "/sign-out") || strings.HasSuffix(f.Action, "/exit") || strings.HasPrefix(f.Action, "/exit/") || strings.HasSuffix(f.Action, "/everywhere") {
			continue
		}
		word, mail, phone := c.mark("the page " + at + ", its form to " + f.Action)
		for _, hidden := range []bool{false, true} {
			values := url.Values{}
			for name, v := range f.Values {
				values[name] = slices.Clone(v)
			}
			for _, n := range f.Node.All(func(n *webtest.Node) bool { return n.Name == "input" || n.Name == "textarea" }) {
				switch kind := n.Attr["type"]; {
				case kind == "hidden" && !hidden, kind == "radio", kind == "checkbox", kind == "submit":
				case kind == "email":
					values.Set(n.Attr["name"], mail)
				case kind == "tel":
					values.Set(n.Attr["name"], phone)
				default:
					values.Set(n.Attr["name"], word)
				}
			}
			got := b.Send(map[bool]string{true: http.MethodPost, false: http.MethodGet}[f.Method == http.MethodPost], action(f, values), map[bool]url.Values{true: values}[f.Method == http.MethodPost])
			if birds.MatchString(got.Body) {
				c.shown++
			}
			if got.Status >= 500 {
				c.t.Errorf("%s, form %d: %d", at, i, got.Status)
			}
		}
	}
}

func action(f *webtest.Form, values url.Values) string {
	if f.Method == http.MethodPost {
		return f.Action
	}
	return f.Action + "?" + values.Encode()
}

// talk says the marker from both sides of a chat that goes on, and of one that has ended; names a client by it, and a
// place to meet. All of these are kept for a while, sealed.
func (c *canary) talk() {
	for _, ends := range []bool{false, true} {
		stay := c.anotherTalk("noora")
		c.lastTalk = ""
		said, _, _ := c.mark("a visitor's words in a chat")
		answered, _, _ := c.mark("a worker's words in a chat")
		c.Do(func(ctx context.Context, tx *storage.Tx) error {
			if _, err := chat.Say(ctx, tx, stay.Token, said); err != nil {
				return err
			}
			return chat.SayAsWorker(ctx, tx, c.Staff["noora"], stay.ID, answered)
		})
		worker := c.SignIn("noora")
		worker.Want(worker.Get("/chats/"+string(stay.ID)), http.StatusOK, said, answered)
		if ends {
			c.Do(func(ctx context.Context, tx *storage.Tx) error { return chat.EndByClient(ctx, tx, stay.Token) })
		}
	}
	name, mail, phone := c.mark("a client's name and ways of contact")
	code, _, _ := c.mark("a code word")
	v, worker := c.Visitor(), c.SignIn("noora")
	for _, ways := range [][]string{{"channel", "email", "email-address", mail, "email-hour-from", "9", "email-hour-to", "12"}, {"channel", "call", "call-address", phone, "call-hour-from", "9", "call-hour-to", "12",
		"call-code-word", code}} {
		v.Want(v.Submit(v.Get("/contact/form"), "/contact/send", append(ways, "name", name)...), http.StatusOK)
	}
	at := ""
	for _, n := range worker.Want(worker.Get("/desk"), http.StatusOK).Root.Tags("a") {
		if to := strings.Split(n.Attr["href"], "?")[0]; strings.HasPrefix(to, "/requests/") && to != "/requests/new" && worker.Get(to).Says(mail) {
			at = to
		}
	}
	if at == "" {
		c.t.Error("the worker does not find the client's address: it was not kept sealed, or not at all")
	}
	place, _, _ := c.mark("the place of a meeting")
	booked := worker.Post(at+"/book", url.Values{"day": {"2027-02-02"}, "clock": {"12:00"}, "kind": {"agreed"}, "with": {c.here["worker"]}, "place": {place}})
	worker.Want(booked, http.StatusOK, place)
}

// answerable is a code for a form that takes words.
func (c *canary) answerable() string {
	var codes []intake.Code
	c.Do(func(ctx context.Context, tx *storage.Tx) error {
		codes = []intake.Code{intake.NewCode()}
		return tx.AddWays(ctx, feedback.Way{Kind: feedback.Round, Unit: c.Unit, Model: "turvaverkko-adult", Version: 1, Form: "adult", Last: "2028-01-01", Left: 50}, codes)
	})
	return codes[0].String()
}
