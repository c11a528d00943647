package main

import (
	"net/http"
	"strconv"
	"time"
)

// pages measures pages against the same bytes, ready in memory, sent by a server that does nothing else.
func (h *house) pages(s settings) ([]result, error) {
	var out []result
	for _, p := range []struct {
		name, path string
		aim        aim
		signedIn   bool
	}{
		{"public front page", "/", aim{ratio: 0.90}, false},
		{"public form page", "/contact/form?for=" + h.slug, aim{ratio: 0.90}, false},
		{"worker's list, 50 rows", "/desk", aim{ratio: 0.25, p99OfBare: 3}, true},
	} {
		request := get(p.path)
		if p.signedIn {
			request = get(p.path, "Cookie: "+h.cookie.Name+"="+h.cookie.Value+"\r\n")
		}
		page, _, err := fetch(h.address, request)
		if err != nil {
			return nil, err
		}
		bare, stop, err := serve(bareServer(page))
		if err != nil {
			return nil, err
		}
		from := func(address string) side {
			return func(conns int, d time.Duration) (load, error) {
				return drive(address, conns, d, http.StatusOK, func(int, int) []byte { return request })
			}
		}
		r, err := s.beside(p.name, p.aim, 16, from(h.address), from(bare))
		stop()
		if err != nil {
			return nil, err
		}
		out = append(out, r...)
	}
	return out, nil
}

// bareServer is the least that net/http can do: no routes, no headers but these two, the length known.
func bareServer(page []byte) http.Handler {
	length := strconv.Itoa(len(page))
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", length)
		w.Write(page)
	})
}
