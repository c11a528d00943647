package web

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/locale"
)

// ready keeps public pages that are the same for everybody as bytes, plain and compressed, for a few seconds of the
// house's own clock. They carry no token: what guards a form is where the browser says it came from.
type ready struct {
	mu    sync.RWMutex
	pages map[readyKey]*readyPage
}

type readyKey struct {
	name string
	lang locale.Lang
}

type readyPage struct {
	plain, zipped []byte
	until         time.Time
}

func newReady() *ready { return &ready{pages: map[readyKey]*readyPage{}} }

// readyFor is how long a page that tells who is there may be behind.
const readyFor = 5 * time.Second

// forget drops every page: the clock was turned or the organisation changed.
func (c *ready) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.pages)
}

func (c *ready) get(k readyKey, now time.Time) *readyPage {
	c.mu.RLock()
	defer c.mu.RUnlock()
	p := c.pages[k]
	if p == nil || !now.Before(p.until) || p.until.Sub(now) > readyFor {
		return nil
	}
	return p
}

// showReady answers with a page that is the same for everybody; build runs only when none is ready. Names come from
// a fixed set (addresses that exist), so the map cannot grow without end.
func (s *Server) showReady(w http.ResponseWriter, q *Ask, name string, build func(context.Context) (templ.Component, error)) error {
	key := readyKey{name, q.P.Lang()}
	page := s.ready.get(key, q.Now)
	if page == nil {
		component, err := build(q.Context())
		if err != nil {
			return err
		}
		if page, err = makeReady(q.Context(), component, q.Now.Add(readyFor)); err != nil {
			return err
		}
		s.ready.mu.Lock()
		s.ready.pages[key] = page
		s.ready.mu.Unlock()
	}
	h := w.Header()
	h["Content-Type"] = htmlType
	h["Vary"] = varyEncoding
	body := page.plain
	if strings.Contains(q.Header.Get("Accept-Encoding"), "gzip") {
		h["Content-Encoding"] = gzipEncoding
		body = page.zipped
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body)
	return nil
}

var (
	htmlType     = []string{"text/html; charset=utf-8"}
	varyEncoding = []string{"Accept-Encoding"}
	gzipEncoding = []string{"gzip"}
)

func makeReady(ctx context.Context, c templ.Component, until time.Time) (*readyPage, error) {
	var plain bytes.Buffer
	if err := c.Render(ctx, &plain); err != nil {
		return nil, err
	}
	return &readyPage{plain: plain.Bytes(), zipped: zip(plain.Bytes()), until: until}, nil
}
