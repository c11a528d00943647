package web

import (
	"bytes"
	"compress/flate"
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

	"rinnalla.fi/rinnalla/internal/locale"
)

// ready keeps what is the same for every visitor for a few seconds of the house's own clock: public pages as bytes,
// plain and compressed, and what the organisation offers. What guards a form is where the browser says it came from.
// A form's own token, by which sending twice is sending once, is put into its place while the page is sent.
type ready struct {
	mu         sync.RWMutex
	pages      map[readyKey]*readyPage
	units      []openUnit
	unitsUntil time.Time
	round      int // counts what was forgotten
}

type readyKey struct {
	name string
	lang locale.Lang
}

func newReady() *ready { return &ready{pages: map[readyKey]*readyPage{}} }

// readyFor is how long a page that tells who is there may be behind.
const readyFor = 5 * time.Second

// forget drops everything: the clock was turned or the organisation changed. What somebody is still reading of the
// time before is not taken any more.
func (c *ready) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.pages)
	c.units = nil
	c.round++
}

// good tells whether what is kept until an instant may be shown now. A clock that was turned back tells that too.
func good(until, now time.Time) bool { return now.Before(until) && until.Sub(now) <= readyFor }

// page is a ready page, and else the round in which to make one.
func (c *ready) page(k readyKey, now time.Time) (*readyPage, int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if p := c.pages[k]; p != nil && good(p.until, now) {
		return p, c.round
	}
	return nil, c.round
}

func (c *ready) putPage(k readyKey, p *readyPage, round int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if round == c.round {
		c.pages[k] = p
	}
}

// known are the units, nil when they are to be read, and the round in which to read them.
func (c *ready) known(now time.Time) ([]openUnit, int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if good(c.unitsUntil, now) {
		return c.units, c.round
	}
	return nil, c.round
}

func (c *ready) putKnown(units []openUnit, until time.Time, round int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if round == c.round {
		c.units, c.unitsUntil = units, until
	}
}

// showReady answers with a page that is the same for everybody; build runs only when none is ready. Names come from
// a fixed set (addresses that exist), so the map cannot grow without end.
func (s *Server) showReady(w http.ResponseWriter, q *Ask, name string, build func(context.Context) (templ.Component, error)) error {
	key := readyKey{name, q.P.Lang()}
	page, round := s.ready.page(key, q.Now)
	if page == nil {
		component, err := build(q.Context())
		if err != nil {
			return err
		}
		if page, err = makeReady(q.Context(), component, q.Now.Add(readyFor)); err != nil {
			return err
		}
		s.ready.putPage(key, page, round)
	}
	h := w.Header()
	h["Content-Type"], h["Vary"] = htmlType, varyEncoding
	body := &page.plain
	if strings.Contains(q.Header.Get("Accept-Encoding"), "gzip") {
		h["Content-Encoding"] = gzipEncoding
		body = &page.zipped
	}
	h["Content-Length"] = body.length
	body.send(w)
	return nil
}

var (
	htmlType     = []string{"text/html; charset=utf-8"}
	varyEncoding = []string{"Accept-Encoding"}
	gzipEncoding = []string{"gzip"}
)

// tokenPlace stands where a form's token goes until the page is sent. It is as long as a token, and random, so that
// nothing else on a page is like it.
var tokenPlace = formToken()

// readyPage is a page as bytes.
type readyPage struct {
	plain, zipped readyBody
	until         time.Time
}

// readyBody is a page in one piece, or in two with a token between them.
type readyBody struct {
	before, after []byte
	token         bool
	length        []string // the header's value
	zip           *zipEnd  // nil in plain bytes
}

// zipEnd is what the end of a gzip with a new token in it is reckoned from.
type zipEnd struct {
	sum   uint32 // of what is before the token
	after []byte // what is after it, as it was
	size  uint32 // of the whole
}

func makeReady(ctx context.Context, c templ.Component, until time.Time) (*readyPage, error) {
	var out bytes.Buffer
	if err := c.Render(ctx, &out); err != nil {
		return nil, err
	}
	p := &readyPage{until: until}
	before, after, token := bytes.Cut(out.Bytes(), []byte(tokenPlace))
	if !token {
		p.plain, p.zipped = readyBody{before: before}, readyBody{before: zip(before)}
	} else if bytes.Contains(after, []byte(tokenPlace)) {
		return nil, errors.New("a ready page has a place for one token, and this one has two")
	} else {
		p.plain, p.zipped = readyBody{before: before, after: after, token: true}, zippedAround(before, after)
	}
	p.plain.length, p.zipped.length = p.plain.measure(), p.zipped.measure()
	return p, nil
}

func (b *readyBody) measure() []string {
	var n bytes.Buffer
	b.fill(&n)
	return []string{strconv.Itoa(n.Len())}
}

// send writes the body in one piece, with a new token where there is a place for one.
func (b *readyBody) send(w http.ResponseWriter) {
	if !b.token {
		w.Write(b.before) // when the reader went away, nothing more can be said to them
		return
	}
	out := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(out)
	out.Reset()
	b.fill(out)
	w.Write(out.Bytes())
}

func (b *readyBody) fill(out *bytes.Buffer) {
	out.Write(b.before)
	if !b.token {
		return
	}
	token := formToken()
	if b.zip == nil {
		out.WriteString(token)
		out.Write(b.after)
		return
	}
	out.Write(stored(token))
	out.Write(b.after)
	sum := crc32.Update(crc32.Update(b.zip.sum, crc32.IEEETable, []byte(token)), crc32.IEEETable, b.zip.after)
	var end [8]byte
	binary.LittleEndian.PutUint32(end[:], sum)
	binary.LittleEndian.PutUint32(end[4:], b.zip.size)
	out.Write(end[:])
}

// zippedAround compresses what is before and after a token apart, once. Deflate joins such pieces as they are: the
// first ends at a whole byte, and the second looks back at nothing. The token goes between them in a block that is
// stored and not compressed, so that what may differ costs nothing, and no length tells anything of it.
func zippedAround(before, after []byte) readyBody {
	var first, second bytes.Buffer
	first.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255}) // gzip's header: deflate, no time, best compression
	z, _ := flate.NewWriter(&first, flate.BestCompression)    // the level is a good one
	z.Write(before)                                           // a bytes.Buffer takes everything
	z.Flush()
	z.Reset(&second)
	z.Write(after)
	z.Close()
	size := uint32(len(before) + len(tokenPlace) + len(after))
	return readyBody{before: first.Bytes(), after: second.Bytes(), token: true, zip: &zipEnd{crc32.ChecksumIEEE(before), after, size}}
}

// stored is a block of deflate that holds a few bytes as they are.
func stored(s string) []byte {
	n := uint16(len(s))
	b := binary.LittleEndian.AppendUint16([]byte{0}, n)
	return append(binary.LittleEndian.AppendUint16(b, ^n), s...)
}
