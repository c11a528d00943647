package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/web/ready"
)

// showReady answers with a page that is the same for everybody; build runs only when none is ready. Names come from
// a fixed set (addresses that exist), so the map cannot grow without end.
func (s *Server) showReady(w http.ResponseWriter, q *Ask, name string, build func(context.Context) (templ.Component, error)) error {
	key := ready.Key{Name: name, Lang: q.P.Lang()}
	page, round := s.ready.Page(key, q.Now)
	if page == nil {
		component, err := build(q.Context())
		if err != nil {
			return err
		}
		if page, err = ready.Make(q.Context(), component, q.Now.Add(ready.For)); err != nil {
			return err
		}
		s.ready.Put(key, page, round)
	}
	h := w.Header()
	h["Content-Type"], h["Vary"] = htmlType, varyEncoding
	body := &page.Plain
	if strings.Contains(q.Header.Get("Accept-Encoding"), "gzip") {
		h["Content-Encoding"] = gzipEncoding
		body = &page.Zipped
	}
	h["Content-Length"] = body.Length
	body.Send(w, q.visit())
	return nil
}

var (
	htmlType     = []string{"text/html; charset=utf-8"}
	varyEncoding = []string{"Accept-Encoding"}
	gzipEncoding = []string{"gzip"}
)
