// Package ready keeps pages that are the same for everybody for a few seconds, as bytes.
package ready

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/locale"
)

// Cache keeps what is the same for every visitor for a few seconds of the house's own clock: public pages as bytes,
// plain and compressed, and what the organisation offers. What guards a form is where the browser says it came from.
// A form's own token, by which sending twice is sending once, is put into its place while the page is sent, and so is
// the name of the visit, by which a form that was left is not shown again.
type Cache[U any] struct {
	mu         sync.RWMutex
	pages      map[Key]*Page
	units      []U
	unitsUntil time.Time
	round      int // counts what was forgotten
}

// Key names a page in a language.
type Key struct {
	Name string
	Lang locale.Lang
}

// New is a cache with nothing in it; U is what the organisation offers.
func New[U any]() *Cache[U] { return &Cache[U]{pages: map[Key]*Page{}} }

// For is how long a page that tells who is there may be behind.
const For = 5 * time.Second

// Forget drops everything: the clock was turned or the organisation changed. What somebody is still reading of the
// time before is not taken any more.
func (c *Cache[U]) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.pages)
	c.units = nil
	c.round++
}

// good tells whether what is kept until an instant may be shown now. A clock that was turned back tells that too.
func good(until, now time.Time) bool { return now.Before(until) && until.Sub(now) <= For }

// Page is a ready page, and else the round in which to make one.
func (c *Cache[U]) Page(k Key, now time.Time) (*Page, int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if p := c.pages[k]; p != nil && good(p.until, now) {
		return p, c.round
	}
	return nil, c.round
}

func (c *Cache[U]) Put(k Key, p *Page, round int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if round == c.round {
		c.pages[k] = p
	}
}

// Known are the units, nil when they are to be read, and the round in which to read them.
func (c *Cache[U]) Known(now time.Time) ([]U, int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if good(c.unitsUntil, now) {
		return c.units, c.round
	}
	return nil, c.round
}

func (c *Cache[U]) PutKnown(units []U, until time.Time, round int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if round == c.round {
		c.units, c.unitsUntil = units, until
	}
}

// TokenPlace stands where a form's token goes until the page is sent, and VisitPlace where the visit's name goes. Both
// are as long as what takes their place, and random, so that nothing else on a page is like them.
var TokenPlace, VisitPlace = id.New(), id.New()

// Page is a page as bytes.
type Page struct {
	Plain, Zipped Body
	until         time.Time
}

// Body is a page in pieces, with places between them.
type Body struct {
	pieces [][]byte
	places []string // TokenPlace or VisitPlace
	Length []string // the header's value
	plain  *Body    // in compressed bytes: what the sum at the end is reckoned from
}

// Make draws a page and cuts it at its places.
func Make(ctx context.Context, c templ.Component, until time.Time) (*Page, error) {
	var out bytes.Buffer
	if err := c.Render(ctx, &out); err != nil {
		return nil, err
	}
	p := &Page{until: until}
	p.Plain = parted(out.Bytes())
	if n := strings.Count(strings.Join(p.Plain.places, ""), TokenPlace); n > 1 {
		return nil, errors.New("a ready page has a place for one token, and this one has more")
	}
	p.Zipped = Body{pieces: zippedPieces(p.Plain.pieces), places: p.Plain.places, plain: &p.Plain}
	p.Plain.Length, p.Zipped.Length = p.Plain.measure(), p.Zipped.measure()
	return p, nil
}

// parted cuts a page at its places.
func parted(page []byte) (b Body) {
	for {
		at, place := len(page), ""
		for _, x := range []string{TokenPlace, VisitPlace} {
			if i := bytes.Index(page[:at], []byte(x)); i >= 0 {
				at, place = i, x
			}
		}
		b.pieces = append(b.pieces, page[:at])
		if place == "" {
			return b
		}
		b.places = append(b.places, place)
		page = page[at+len(place):]
	}
}

func (b *Body) measure() []string {
	var n bytes.Buffer
	b.fill(&n, "")
	return []string{strconv.Itoa(n.Len())}
}

// Send writes the body in one piece, with what belongs into its places; a visit without a name gets one.
func (b *Body) Send(w http.ResponseWriter, visit string) {
	if len(b.places) == 0 {
		w.Write(b.pieces[0]) // when the reader went away, nothing more can be said to them
		return
	}
	out := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(out)
	out.Reset()
	b.fill(out, visit)
	w.Write(out.Bytes())
}

func (b *Body) fill(out *bytes.Buffer, visit string) {
	if len(b.places) == 0 {
		out.Write(b.pieces[0])
		return
	}
	token := id.New()
	if visit == "" {
		visit = id.New()
	}
	sum, size := uint32(0), 0
	for i, piece := range b.pieces {
		value := ""
		if i > 0 {
			value = token
			if b.places[i-1] == VisitPlace {
				value = visit
			}
		}
		if b.plain == nil {
			out.WriteString(value)
			out.Write(piece)
			continue
		}
		if i > 0 {
			out.Write(stored(value))
		}
		out.Write(piece)
		sum = crc32.Update(crc32.Update(sum, crc32.IEEETable, []byte(value)), crc32.IEEETable, b.plain.pieces[i])
		size += len(value) + len(b.plain.pieces[i])
	}
	if b.plain != nil {
		var end [8]byte
		binary.LittleEndian.PutUint32(end[:], sum)
		binary.LittleEndian.PutUint32(end[4:], uint32(size))
		out.Write(end[:])
	}
}

// zippedPieces compresses what stands between places, each piece apart and once. Deflate joins such pieces as they
// are: each but the last ends at a whole byte, and none looks back at another. What goes between them is a block that
// is stored and not compressed, so that what may differ costs nothing, and no length tells anything of it. A page in
// one piece is a whole gzip.
func zippedPieces(pieces [][]byte) [][]byte {
	if len(pieces) == 1 {
		return [][]byte{Zip(pieces[0])}
	}
	var out [][]byte
	z, _ := flate.NewWriter(nil, flate.BestCompression) // the level is a good one
	for i, piece := range pieces {
		var b bytes.Buffer
		if i == 0 {
			b.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255}) // gzip's header: deflate, no time, best compression
		}
		z.Reset(&b)
		z.Write(piece) // a bytes.Buffer takes everything
		if i+1 < len(pieces) {
			z.Flush()
		} else {
			z.Close()
		}
		out = append(out, b.Bytes())
	}
	return out
}

// stored is a block of deflate that holds a few bytes as they are.
func stored(s string) []byte {
	n := uint16(len(s))
	b := binary.LittleEndian.AppendUint16([]byte{0}, n)
	return append(binary.LittleEndian.AppendUint16(b, ^n), s...)
}

// Zip compresses as far as it goes: it is done once, when somebody first asks.
func Zip(b []byte) []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is a good one
	z.Write(b)                                              // a bytes.Buffer takes everything
	z.Close()
	return out.Bytes()
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
