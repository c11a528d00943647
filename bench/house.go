package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/demo"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web"
	"rinnalla.fi/rinnalla/models"
)

// house is a whole Rinnalla on a database of its own, with fifty contacts waiting.
type house struct {
	db      *storage.DB
	address string
	stop    func()
	cookie  *http.Cookie
	slug    string
	dir     string
}

const waiting = 50

func newHouse(ctx context.Context, dir string) (*house, error) {
	key := make([]byte, 32)
	rand.Read(key)
	ring, err := seal.NewKeyring(key)
	if err != nil {
		return nil, err
	}
	set, err := models.Load()
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	h := &house{dir: dir}
	if h.db, err = storage.Open(ctx, storage.Options{Driver: "sqlite", Path: h.path(), KeysPath: h.keysPath(), Keyring: ring, Logger: log}); err != nil {
		return nil, err
	}
	base, err := url.Parse("http://127.0.0.1")
	if err != nil {
		return nil, err
	}
	server, err := web.New(web.Options{DB: h.db, Models: set, Log: log, BaseURL: base, ExitURL: "http://127.0.0.1/"})
	if err != nil {
		return nil, err
	}
	if h.address, h.stop, err = serve(server.Handler()); err != nil {
		return nil, err
	}
	now := time.Now()
	links, err := demo.Play(ctx, demo.House{DB: h.db, Models: set, Now: func() time.Time { return now }, Turn: func(context.Context, time.Time) error { return nil }},
		demo.Options{Seed: 1, Until: now, BaseURL: "http://" + h.address})
	if err != nil {
		return nil, err
	}
	if err := h.signIn(links); err != nil {
		return nil, err
	}
	return h, h.db.Update(ctx, func(tx *storage.Tx) error {
		offers, err := tx.Offers(ctx, "")
		if err != nil {
			return err
		}
		for _, o := range offers {
			if m, ok := set.Model(o.Model, o.Version); ok && !m.ByHeads() && slices.Contains(m.Clients, person.Adult) && slices.Contains(m.Channels, string(intake.Form)) {
				h.slug = o.Slug
				for range waiting {
					if _, err := intake.Make(ctx, tx, set, access.Anyone(), intake.New{Offer: o.ID, Channel: intake.Form, Lang: locale.Finnish, Age: -1,
						Token: id.New(), Contact: person.SafeContact{Channel: person.None}}); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

// signIn takes the first worker's link.
func (h *house) signIn(links []demo.Link) error {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, l := range links {
		if l.Key != string(access.Worker) {
			continue
		}
		a, err := client.Get(l.URL)
		if err != nil {
			return err
		}
		a.Body.Close()
		for _, c := range a.Cookies() {
			h.cookie = c
			return nil
		}
	}
	return fmt.Errorf("no session came of a sign-in link")
}

func (h *house) close() {
	h.stop()
	h.db.Close()
}

func (h *house) path() string     { return filepath.Join(h.dir, "bench.db") }
func (h *house) keysPath() string { return filepath.Join(h.dir, "keys.db") }
