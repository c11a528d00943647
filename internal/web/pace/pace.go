// Package pace slows down what comes fast from one network (decision 0033), in memory alone.
package pace

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net/netip"
	"slices"
	"sync"
	"time"

	"rinnalla.fi/rinnalla/internal/chat"
)

// A network may send ten forms quickly and then one a minute, and keep three chats waiting that nobody has written in.
// A whole office or a shelter shares a network, so this is wide; a program that sends thousands meets it at once.
const (
	formsAtOnce  = 10
	formEvery    = time.Minute
	emptyChats   = 3
	mostNetworks = 10_000
)

// Pace slows down what comes fast from one network, by forms that made a request and by chats without a word. It lives
// in memory, knows a network by a keyed hash alone, forgets each when it has had its time, and logs nothing. Between
// several machines each counts for itself. Safe for concurrent use.
type Pace struct {
	key []byte // made at start, never kept
	now func() time.Time

	mu    sync.Mutex
	forms map[string]time.Time // when the network's forms are all forgotten: a minute for each
	chats map[string][]*Place
	timer *time.Timer // while there is something to forget
}

// Place is a chat in which its visitor has written nothing.
type Place struct {
	id    chat.ID
	until time.Time
}

// New is a pace of the given clock.
func New(now func() time.Time) *Pace {
	return &Pace{key: []byte(rand.Text()), now: now, forms: map[string]time.Time{}, chats: map[string][]*Place{}}
}

// Network names where a request comes from: 256 addresses, or what one customer of IPv6 has. "" is a network that cannot
// be told: an address of this machine or of a house's own net is most often a proxy that nobody has named, and slowing
// it down would slow down everybody.
func (p *Pace) Network(remote string) string {
	a, err := netip.ParseAddr(remote)
	a = a.Unmap()
	if err != nil || !a.IsGlobalUnicast() || a.IsPrivate() {
		return ""
	}
	bits := 56
	if a.Is4() {
		bits = 24
	}
	prefix, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	mac := hmac.New(sha256.New, p.key)
	mac.Write([]byte(prefix.String()))
	return string(mac.Sum(nil)[:16])
}

// Form takes a form's place, or tells how long to wait for one.
func (p *Pace) Form(network string) time.Duration {
	if network == "" {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	p.forget(now)
	over := p.forms[network]
	if over.Before(now) {
		over = now
	}
	if wait := over.Add(-(formsAtOnce - 1) * formEvery).Sub(now); wait > 0 {
		return wait
	}
	if _, known := p.forms[network]; known || len(p.forms) < mostNetworks {
		p.forms[network] = over.Add(formEvery)
	}
	p.comeBack()
	return 0
}

// Unsent gives a form's place back: it made nothing.
func (p *Pace) Unsent(network string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if over, ok := p.forms[network]; ok {
		p.forms[network] = over.Add(-formEvery)
	}
}

// Chat takes an empty chat's place; nil when the network has as many as it may, and then wait is how long one lasts.
func (p *Pace) Chat(network string) (place *Place, wait time.Duration) {
	now := p.now()
	place = &Place{until: now.Add(chat.Empty)}
	if network == "" {
		return place, 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(now)
	here := p.chats[network]
	if len(here) >= emptyChats {
		return nil, here[0].until.Sub(now)
	}
	if len(here) > 0 || len(p.chats) < mostNetworks {
		p.chats[network] = append(here, place)
	}
	p.comeBack()
	return place, 0
}

// Began names the chat in a place.
func (p *Pace) Began(place *Place, id chat.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	place.id = id
}

// Spoke frees a chat's place: somebody has written in it, or it has ended.
func (p *Pace) Spoke(id chat.ID) { p.drop(func(e *Place) bool { return e.id == id && id != "" }) }

// Unbegun frees the place of a chat that did not begin.
func (p *Pace) Unbegun(place *Place) { p.drop(func(e *Place) bool { return e == place }) }

func (p *Pace) drop(which func(*Place) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.without(which)
}

func (p *Pace) without(which func(*Place) bool) {
	for network, here := range p.chats {
		if here = slices.DeleteFunc(here, which); len(here) == 0 {
			delete(p.chats, network)
		} else {
			p.chats[network] = here
		}
	}
}

// forget lets go of every network that has had its time.
func (p *Pace) forget(now time.Time) {
	for network, over := range p.forms {
		if !over.After(now) {
			delete(p.forms, network)
		}
	}
	p.without(func(e *Place) bool { return !e.until.After(now) })
}

// comeBack forgets by itself, as long as there is anything to forget, when nobody comes any more.
func (p *Pace) comeBack() {
	if p.timer == nil && len(p.forms)+len(p.chats) > 0 {
		p.timer = time.AfterFunc(formEvery, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.timer = nil
			p.forget(p.now())
			p.comeBack()
		})
	}
}
