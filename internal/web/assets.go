package web

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"rinnalla.fi/rinnalla/internal/web/ready"
	"rinnalla.fi/rinnalla/internal/web/static"
)

// assets are our own style, scripts and pictures, read and compressed once at the start. Their names are neutral and
// their addresses change with their content, so that a browser may keep them.
type assets map[string]asset

type asset struct {
	address string
	kind    string
	plain   []byte
	zipped  func() []byte
}

var kinds = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml; charset=utf-8", ".png": "image/png", ".txt": "text/plain; charset=utf-8"}

func loadAssets() (assets, error) {
	out := assets{}
	err := fs.WalkDir(static.FS, ".", func(name string, d fs.DirEntry, err error) error {
		kind, served := kinds[path.Ext(name)]
		if err != nil || d.IsDir() || !served {
			return err
		}
		b, err := fs.ReadFile(static.FS, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		out[name] = asset{address: "/static/" + name + "?v=" + hex.EncodeToString(sum[:4]), kind: kind, plain: b, zipped: sync.OnceValue(func() []byte { return ready.Zip(b) })}
		return nil
	})
	return out, err
}

// address is where a page finds the asset. An unknown name is our own mistake and shows at once in tests.
func (a assets) address(name string) string {
	x, ok := a[name]
	if !ok {
		panic("web: no asset called " + name)
	}
	return x.address
}

// ServeHTTP answers an asset by its name.
func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x, ok := a[strings.TrimPrefix(r.URL.Path, "/static/")]
	if !ok {
		http.Error(w, "404", http.StatusNotFound)
		return
	}
	h := w.Header()
	h["Content-Type"] = []string{x.kind}
	h["Vary"] = varyEncoding
	if r.URL.Query().Get("v") != "" {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body := x.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h["Content-Encoding"] = gzipEncoding
		body = x.zipped()
	}
	w.Write(body)
}
