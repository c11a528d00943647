package web

import (
	"testing"
)

// The gallery is for development alone: a real house has no such address.
func TestGalleryInDevelopmentAlone(t *testing.T) {
	for _, dev := range []bool{false, true} {
		s := &Server{Options: Options{Dev: dev}}
		found := false
		for _, r := range s.routes() {
			found = found || r.pattern == "GET /dev/pages"
		}
		if found != dev {
			t.Errorf("with Dev %v the gallery is there: %v", dev, found)
		}
	}
}
