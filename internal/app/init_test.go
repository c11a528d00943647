package app

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// outs collects what a command writes, from the command's own goroutine.
type outs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *outs) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *outs) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestInitThenServe is the first day of a real house: init writes and makes what is needed and gives a link, serve
// answers, gives a new link as long as nobody has come in, and stops gracefully.
func TestInitThenServe(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	address := freeAddress(t)
	env := func(k string) string { return map[string]string{"RINNALLA_LISTEN": address}[k] }
	link := regexp.MustCompile(`http://` + regexp.QuoteMeta(address) + `/sign-in/link/\S+`)

	var first outs
	if code := Run(t.Context(), IO{&first, &first, env}, []string{"init"}); code != 0 || !link.MatchString(first.String()) {
		t.Fatalf("init: %d\n%s", code, first.String())
	}
	if info, err := os.Stat(filepath.Join(dir, "data", "master.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the master key's file: %v, %v; want it for its owner alone", info, err)
	}

	ctx, stop := context.WithCancel(t.Context())
	var out, log outs
	done := make(chan int, 1)
	go func() { done <- Run(ctx, IO{&out, &log, env}, []string{"serve"}) }()
	waitHealthy(t, "http://"+address)
	again := link.FindString(out.String())
	if again == "" || again == link.FindString(first.String()) {
		t.Errorf("serve printed %q, want a new link", out.String())
	}
	if got := get(t, link.FindString(first.String())); got != http.StatusNotFound && got != http.StatusConflict {
		t.Errorf("the older link answers %d, want it dead", got)
	}
	if got := get(t, again); got != http.StatusOK {
		t.Errorf("the link answers %d", got)
	}
	stop()
	select {
	case code := <-done:
		if code != 0 {
			t.Errorf("serve ended with %d\n%s", code, log.String())
		}
	case <-time.After(20 * time.Second):
		t.Fatal("serve did not stop")
	}
	if token := again[strings.LastIndex(again, "/")+1:]; strings.Contains(log.String(), token) {
		t.Errorf("the log holds a link's token:\n%s", log.String())
	}
}

func waitHealthy(t *testing.T, base string) {
	t.Helper()
	for range 200 {
		a, err := http.Get(base + "/health")
		if err != nil {
			time.Sleep(50 * time.Millisecond)
			continue
		}
		defer a.Body.Close()
		var said struct{ Status string }
		if err := json.NewDecoder(a.Body).Decode(&said); err != nil || said.Status != "ok" || a.StatusCode != http.StatusOK {
			t.Fatalf("health says %d %q, %v", a.StatusCode, said.Status, err)
		}
		return
	}
	t.Fatal("the house does not answer")
}

func get(t *testing.T, url string) int {
	t.Helper()
	a, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	io.Copy(io.Discard, a.Body)
	return a.StatusCode
}

func TestUnknownCommand(t *testing.T) {
	var out outs
	if code := Run(t.Context(), IO{&out, &out, os.Getenv}, []string{"demonstrate"}); code != 2 || !strings.Contains(out.String(), "rinnalla demo") {
		t.Errorf("got %d %q, want the commands told", code, out.String())
	}
	if code := Run(t.Context(), IO{&out, &out, os.Getenv}, nil); code != 0 {
		t.Error("no command tells the commands")
	}
}
