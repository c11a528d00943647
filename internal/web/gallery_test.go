package web_test

import (
	"slices"
	"testing"

	"rinnalla.fi/rinnalla/internal/web"
)

// The gallery is for development alone: a real house has no such address.
func TestGalleryInDevelopmentAlone(t *testing.T) {
	for _, dev := range []bool{false, true} {
		s := &web.Server{Options: web.Options{Dev: dev}}
		found := slices.ContainsFunc(s.Routes(), func(r web.Route) bool { return r.Pattern == "GET /dev/pages" })
		if found != dev {
			t.Errorf("with Dev %v the gallery is there: %v", dev, found)
		}
	}
}
