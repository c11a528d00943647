package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"sync"
	"time"

	"rinnalla.fi/rinnalla/internal/courier"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/runner"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web"
)

// house is the rooms put together.
type house struct {
	settings Settings
	log      *slog.Logger
	clock    *Clock
	db       *storage.DB
	models   model.Set
	runner   *runner.Runner
	courier  *courier.Courier
	web      *web.Server
}

// build opens the database and puts the rooms together. keyring opens what is sealed.
func build(ctx context.Context, s Settings, keyring *seal.Keyring, log *slog.Logger, clock *Clock, demo web.Demo, dev bool) (*house, error) {
	h := &house{settings: s, log: log, clock: clock}
	if err := h.gather(ctx, keyring); err != nil {
		return nil, err
	}
	var err error
	if err = h.knowsOffers(ctx); err != nil {
		return nil, errors.Join(err, h.db.Close())
	}
	if h.courier, err = newCourier(s); err != nil {
		return nil, errors.Join(err, h.db.Close())
	}
	h.runner, err = newRunner(h)
	base, wrong := url.Parse(s.BaseURL)
	ours, missing := organisation(s)
	leaked, unreadable := leakedPasswords(s.Leaked)
	if err = errors.Join(err, wrong, missing, unreadable); err == nil {
		h.web, err = web.New(web.Options{DB: h.db, Models: h.models, Log: log, BaseURL: base, ExitURL: s.ExitURL, ReplySecret: s.SMSReplySecret,
			TrustedProxy: s.TrustedProxy, Demo: demo, Dev: dev, Organisation: ours, Letters: s.SMTP != "", Leaked: leaked, Stopping: ctx.Done()})
	}
	if err != nil {
		return nil, errors.Join(err, h.db.Close())
	}
	return h, nil
}

// gather reads the models, the first language and opens the database, side by side: somebody may be waiting at the door. The
// other languages are read while nobody waits, in listen.
func (h *house) gather(ctx context.Context, keyring *seal.Keyring) error {
	go locale.For(locale.Finnish).Has("")
	var opened error
	var open sync.WaitGroup
	open.Go(func() { h.db, opened = storage.Open(ctx, storageOptions(h.settings, keyring, h.log, h.clock)) })
	var wrong error
	h.models, wrong = loadModels(h.settings)
	open.Wait()
	if opened != nil {
		opened = fmt.Errorf("open the database: %w", opened)
	} else if wrong != nil {
		opened = h.db.Close()
	}
	return errors.Join(wrong, opened)
}

// knowsOffers refuses to open a house whose services stand on models that are not there: their pages, limits and retention
// would be gone with the folder that somebody forgot to name.
func (h *house) knowsOffers(ctx context.Context) error {
	var offers []organization.Offer
	err := h.db.View(ctx, func(tx *storage.Tx) (err error) {
		offers, err = tx.Offers(ctx, "")
		return err
	})
	for _, o := range offers {
		if _, there := h.models.Model(o.Model, o.Version); !there {
			return fmt.Errorf("a service stands on the model %s, version %d, which is not there: see the setting models", o.Model, o.Version)
		}
	}
	return err
}

// server is patient with slow networks and not with those who only hold a connection. A live answer sets its own time.
func (h *house) server(ctx context.Context) *http.Server {
	return &http.Server{Handler: h.web.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 2 * time.Minute,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10, TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		ErrorLog:    slog.NewLogLogger(dropDetail{h.log.Handler()}, slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) }}
}

// listen serves until ctx ends, then finishes what is under way: requests first, jobs next, the database last.
func (h *house) listen(ctx context.Context, l net.Listener) error {
	srv := h.server(ctx)
	var jobs sync.WaitGroup
	jobs.Go(func() { h.runner.Run(ctx) })
	jobs.Go(func() { h.keepBackups(ctx) })
	served := make(chan error, 1)
	go func() {
		if h.settings.TLSCert != "" {
			served <- srv.ServeTLS(l, h.settings.TLSCert, h.settings.TLSKey)
		} else {
			served <- srv.Serve(l)
		}
	}()
	go func() {
		for _, lang := range locale.Langs() {
			locale.For(lang).Has("")
		}
		debug.FreeOSMemory() // starting takes several times what running does: texts, models and schemas are read
	}()
	select {
	case err := <-served:
		return errors.Join(err, h.db.Close())
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	err := srv.Shutdown(last)
	jobs.Wait()
	return errors.Join(err, h.db.Close())
}

// dropDetail keeps net/http's own error lines, which hold remote addresses, out of the log: only that there was one.
type dropDetail struct{ slog.Handler }

func (d dropDetail) Handle(ctx context.Context, r slog.Record) error {
	return d.Handler.Handle(ctx, slog.NewRecord(r.Time, r.Level, "connection trouble", 0))
}

func logger(io IO, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(io.Err, &slog.HandlerOptions{Level: l}))
}
