package web_test

import (
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// The server lets go of who holds a connection without sending or reading; a live answer goes on past that, for it is
// the server that waits there.
func TestLiveAnswersOutlastTheServersPatience(t *testing.T) {
	h := webtest.New(t)
	h.Answering("noora", "12:30")
	front := httptest.NewUnstartedServer(h.Server.Handler())
	front.Config.ReadTimeout, front.Config.WriteTimeout = 300*time.Millisecond, 300*time.Millisecond
	front.Start()
	t.Cleanup(front.Close)

	b := h.Visitor()
	p := b.Submit(b.Get("/chat"), "/chat/start")
	form := b.Form(p, "/chat/say").Values
	lines := stream(t, front.URL+"/chat/live", url.Values{"talk": form["talk"], "after": {"0"}})
	expect(t, lines, `"over":false`)
	time.Sleep(time.Second)
	form.Set("text", "hei")
	b.Post("/chat/say", form)
	expect(t, lines, `"from":"me","seq":1,"text":"hei"`)

	slow, err := net.Dial("tcp", front.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	fmt.Fprintf(slow, "POST /code HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\ncode=")
	slow.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.ReadAll(slow); err != nil {
		t.Errorf("who sends a form without end is still held: %v", err)
	}
}
