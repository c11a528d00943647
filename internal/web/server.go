// Package web shows pages: it reads a request, calls an action, shows what came of it. Rules, SQL and sending are
// other rooms' work.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/provider"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/departed"
	"rinnalla.fi/rinnalla/internal/web/live"
	"rinnalla.fi/rinnalla/internal/web/outside"
	"rinnalla.fi/rinnalla/internal/web/pace"
	"rinnalla.fi/rinnalla/internal/web/ready"
)

// Options are what the house hands to its pages.
type Options struct {
	DB           *storage.DB
	Models       model.Set
	Log          *slog.Logger
	BaseURL      *url.URL
	ExitURL      string
	ReplySecret  string // the last part of the address that the SMS gateway tells of replies; "" takes none
	TrustedProxy string
	Demo         Demo               // the demo alone; nil otherwise
	Dev          bool               // shows the gallery at /dev/pages
	Letters      bool               // a mail server takes letters to staff
	Leaked       account.Leaked     // a list of leaked passwords; nil where the settings name none
	Organisation *provider.Provider // the organisation's own sign-in; nil where it has none
	Stopping     <-chan struct{}    // closed when the house stops, so that live answers end; nil never
}

// Demo is what the demo lets a test do from outside: see and turn the clock.
type Demo interface {
	Now() time.Time
	Turn(ctx context.Context, to time.Time) error
}

// Server answers every request.
type Server struct {
	Options
	throttle *intake.Throttle
	pace     *pace.Pace
	live     *live.Hub
	ready    *ready.Cache[openUnit]
	departed departed.Forms
	assets   assets
	door     door
	mux      *http.ServeMux
}

// New puts the pages together.
func New(o Options) (*Server, error) {
	all, err := loadAssets()
	if err != nil {
		return nil, err
	}
	d, err := newDoor(o.BaseURL)
	return &Server{Options: o, throttle: intake.NewThrottle(), pace: pace.New(o.DB.Now), live: live.New(), ready: ready.New[openUnit](), assets: all, door: d}, err
}

// Handler is the whole site. From the outside in: log and catch, headers, cross-origin, size, language, route.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	s.mux = mux
	for _, r := range s.routes() {
		mux.Handle(r.pattern, s.page(r))
	}
	mux.Handle("GET /static/", s.assets)
	mux.HandleFunc("GET /health", s.health)
	mux.Handle("/", s.page(route{permission: access.Open, handler: s.otherwise(mux), fields: outside.Fields{outside.Anything}}))
	var h http.Handler = mux
	h = s.language(h)
	h = limitBody(h)
	h = s.sameOrigin(h)
	h = s.headers(h)
	return s.logged(h)
}
