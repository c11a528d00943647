package main

import (
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"rinnalla.fi/rinnalla/internal/id"
)

// submissions measures durable contacts against what one would write first: the same rows, one durable commit for each
// contact, one after another. How fast one plain row is committed stands beside it and has no aim: our rows are more
// than one, and a ratio to it would tell of their number.
func (h *house) submissions(s settings) ([]result, error) {
	if !s.only.MatchString("durable contact submissions") {
		return nil, nil
	}
	rows, err := h.rowsOfOne()
	if err != nil {
		return nil, err
	}
	same, err := newSame(h, rows)
	if err != nil {
		return nil, err
	}
	defer same.Close()
	plain, err := newPlain(filepath.Join(h.dir, "plain.db"))
	if err != nil {
		return nil, err
	}
	defer plain.Close()
	var out []result
	for _, c := range []struct {
		conns int
		aim   aim
	}{{1, aim{ratio: 0.5}}, {8, aim{}}, {64, aim{ratio: 3, p99: 15}}} {
		for _, other := range []struct {
			name string
			aim  aim
			side side
		}{{"", c.aim, same.commit}, {", of a single plain row", aim{}, plain.commit}} {
			r, err := s.beside("durable contact submissions"+other.name, other.aim, c.conns, h.submit, other.side)
			if err != nil {
				return nil, err
			}
			out = append(out, r...)
		}
	}
	return out, nil
}

func (h *house) submit(conns int, d time.Duration) (load, error) {
	return drive(h.address, conns, d, http.StatusOK, func(int, int) []byte { return h.contact() })
}

// contact is a form with what most send: no way to be reached, a wish.
func (h *house) contact() []byte {
	return post("/contact/send", url.Values{"for": {h.slug}, "channel": {"none"}, "language": {"fi"}, "token": {id.New()}, "times": {"evening"}}.Encode())
}
