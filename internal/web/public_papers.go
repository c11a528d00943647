package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// paperPage is a page of text: how to use the site more safely, what is kept, what is accessible.
type paperPage struct {
	ui.Page
	Heading, Lead string
	Sections      []section
	More          ui.Link // the whole of what the page tells in short
	Links         []ui.Link
}

// paper builds a page from its texts: for each key a heading and, under key-text, its lines.
func (s *Server) paper(q *Ask, name string, keys ...string) paperPage {
	t := func(key string) string { return q.P.T("public." + name + "." + key) }
	v := paperPage{Page: s.publicPage(q, t("title"), "/"+name), Heading: t("heading"), Lead: t("lead")}
	for _, key := range keys {
		lines := strings.Split(strings.TrimSpace(t(key+"-text")), "\n")
		v.Sections = append(v.Sections, section{Heading: t(key), Lines: lines, List: len(lines) > 1})
	}
	return v
}

func (s *Server) safety(w http.ResponseWriter, q *Ask) error {
	return s.showReady(w, q, "safety", func(context.Context) (templ.Component, error) {
		return paperView(s.paper(q, "safety", "leave", "history", "watched", "shared", "phone", "here")), nil
	})
}

func (s *Server) accessibility(w http.ResponseWriter, q *Ask) error {
	return s.showReady(w, q, "accessibility", func(context.Context) (templ.Component, error) {
		return paperView(s.paper(q, "accessibility", "aims", "known", "tell")), nil
	})
}

// privacy says what is true of every service; each service's own page tells the rest.
func (s *Server) privacy(w http.ResponseWriter, q *Ask) error {
	return s.showReady(w, q, "privacy", func(ctx context.Context) (templ.Component, error) {
		v := s.paper(q, "privacy", "visit", "asking", "chat", "meeting", "sums", "rights")
		v.More = ui.Link{Text: q.P.T("paper.page.full"), URL: q.path("/privacy/notice")}
		err := s.DB.View(ctx, func(tx *storage.Tx) error {
			units, err := s.units(ctx, tx)
			for _, u := range units {
				for _, o := range u.Offers {
					v.Links = append(v.Links, ui.Link{Text: o.Model.Name(q.P.Lang()), URL: q.path("/services/" + o.Slug)})
				}
			}
			return err
		})
		return paperView(v), err
	})
}
