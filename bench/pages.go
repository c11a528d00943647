package main

import (
	"net/http"
	"time"
)

// pages measures pages against the same bytes, headers and all, ready in memory, sent by a server that does nothing
// else. Beside each public page stands how it compares with its body alone under two headers: what ours adds for safety
// (a policy, no-store, no frames and so on) is a dozen headers, and net/http takes its time for each. That has no aim.
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
		page, err := fetch(h.address, request)
		if err != nil {
			return nil, err
		}
		r, err := s.besideBare(p.name, p.aim, h.address, request, page.head, page.body)
		if err != nil {
			return nil, err
		}
		out = append(out, r...)
		if p.signedIn {
			continue
		}
		few := http.Header{"Content-Type": page.head["Content-Type"], "Content-Length": page.head["Content-Length"]}
		if r, err = s.besideBare(p.name+", of its body alone", aim{}, h.address, request, few, page.body); err != nil {
			return nil, err
		}
		out = append(out, r...)
	}
	return out, nil
}

// besideBare measures our page beside a bare server.
func (s settings) besideBare(name string, a aim, ours string, request []byte, head http.Header, page []byte) ([]result, error) {
	bare, stop, err := serve(bareServer(head, page))
	if err != nil {
		return nil, err
	}
	defer stop()
	from := func(address string) side {
		return func(conns int, d time.Duration) (load, error) {
			return drive(address, conns, d, http.StatusOK, func(int, int) []byte { return request })
		}
	}
	return s.beside(name, a, 16, from(ours), from(bare))
}

// bareServer is the least that net/http can do to send these bytes: no routes, nothing made for each request.
func bareServer(head http.Header, page []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for name, value := range head {
			h[name] = value
		}
		w.Write(page)
	})
}
