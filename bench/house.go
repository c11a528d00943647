package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the same driver

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
	if h.db, err = storage.Open(ctx, storage.Options{Driver: "sqlite", Path: filepath.Join(dir, "bench.db"), KeysPath: filepath.Join(dir, "keys.db"), Keyring: ring, Logger: log}); err != nil {
		return nil, err
	}
	base, err := url.Parse("http://127.0.0.1")
	if err != nil {
		return nil, err
	}
	server, err := web.New(web.Options{DB: h.db, Models: set, Log: log, BaseURL: base, ExitURL: "http://127.0.0.1/", Version: "bench"})
	if err != nil {
		return nil, err
	}
	if h.address, h.stop, err = serve(server.Handler()); err != nil {
		return nil, err
	}
	now := time.Now()
	links, err := demo.Play(ctx, demo.House{DB: h.db, Models: set, Now: func() time.Time { return now }, Turn: func(context.Context, time.Time) error { return nil }},
		demo.Options{Seed: 1, Until: now, BaseURL: h.address})
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
			if m, ok := set.Model(o.Model, o.Version); ok && !m.ByHeads() && m.Clients[0] == person.Adult {
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

// pages measures the public form and the worker's list of fifty against the same bytes sent by nobody in particular.
func (h *house) pages() ([]result, error) {
	var out []result
	for _, p := range []struct {
		name, path, aim string
		signedIn        bool
	}{{"public front page", "/", ">= 0.90", false}, {"public form page", "/contact/form?for=" + h.slug, ">= 0.90", false}, {"worker's list, 50 rows", "/desk", ">= 0.25", true}} {
		get := func(base string) func(int, time.Duration) (load, error) {
			return func(conns int, d time.Duration) (load, error) {
				return drive(conns, d, http.StatusOK, func(int, int) (*http.Request, error) {
					r, err := http.NewRequest(http.MethodGet, base+p.path, nil)
					if err == nil && p.signedIn {
						r.AddCookie(h.cookie)
					}
					return r, err
				})
			}
		}
		body, err := h.bytesOf(p.path, p.signedIn)
		if err != nil {
			return nil, err
		}
		bare, stop, err := serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Write(body)
		}))
		if err != nil {
			return nil, err
		}
		r, err := beside(p.name, p.aim, 16, get(h.address), get(bare))
		stop()
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// bytesOf is the page as the load generator gets it: plain, so that both sides send and read the same.
func (h *house) bytesOf(path string, signedIn bool) ([]byte, error) {
	r, err := http.NewRequest(http.MethodGet, h.address+path, nil)
	if err != nil {
		return nil, err
	}
	if signedIn {
		r.AddCookie(h.cookie)
	}
	plainly := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	a, err := plainly.Do(r)
	if err != nil {
		return nil, err
	}
	defer a.Body.Close()
	return io.ReadAll(a.Body)
}

// submissions measures durable contacts against rows of the same size committed one by one.
func (h *house) submissions() ([]result, error) {
	plain, err := newPlain(filepath.Join(h.dir, "plain.db"))
	if err != nil {
		return nil, err
	}
	defer plain.Close()
	var out []result
	for _, c := range []struct {
		conns int
		aim   string
	}{{1, ">= 0.5"}, {8, "-"}, {64, ">= 3.0, p99 <= 15 ms"}} {
		r, err := beside("durable contact submissions", c.aim, c.conns, h.submit, plain.commitOneByOne)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func (h *house) submit(conns int, d time.Duration) (load, error) {
	return drive(conns, d, http.StatusOK, func(int, int) (*http.Request, error) {
		form := url.Values{"for": {h.slug}, "channel": {"none"}, "language": {"fi"}, "token": {id.New()}, "times": {"evening"}}
		r, err := http.NewRequest(http.MethodPost, h.address+"/contact/send", strings.NewReader(form.Encode()))
		if err == nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		return r, err
	})
}

// plain is what one would write first: one row, one commit, full durability.
type plain struct{ *sql.DB }

func newPlain(path string) (plain, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(5000)")
	if err != nil {
		return plain{}, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec("CREATE TABLE contact (id TEXT PRIMARY KEY, body BLOB NOT NULL)")
	return plain{db}, err
}

func (p plain) commitOneByOne(conns int, d time.Duration) (load, error) {
	body := make([]byte, 700)
	var n atomic.Int64
	var group sync.WaitGroup
	var wrong atomic.Value
	start := time.Now()
	for range conns {
		group.Go(func() {
			for time.Since(start) < d {
				if _, err := p.Exec("INSERT INTO contact VALUES (?, ?)", id.New(), body); err != nil {
					wrong.Store(err)
					return
				}
				n.Add(1)
			}
		})
	}
	group.Wait()
	if err, ok := wrong.Load().(error); ok {
		return load{}, err
	}
	return load{perSecond: float64(n.Load()) / time.Since(start).Seconds()}, nil
}
