package pace

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// A network is its first 24 or 56 bits. Addresses of this machine and of a net of one's own are nobody's network.
func TestNetworkOfAPace(t *testing.T) {
	p := New(time.Now)
	for _, same := range [][2]string{{"203.0.113.7", "203.0.113.250"}, {"2001:db8:1:2:3::1", "2001:db8:1:ff::9"}, {"203.0.113.7", "::ffff:203.0.113.8"}} {
		if p.Network(same[0]) == "" || p.Network(same[0]) != p.Network(same[1]) {
			t.Errorf("%v are two networks", same)
		}
	}
	for _, apart := range [][2]string{{"203.0.113.7", "203.0.114.7"}, {"2001:db8:1:2::1", "2001:db8:1:302::1"}} {
		if p.Network(apart[0]) == p.Network(apart[1]) {
			t.Errorf("%v are one network", apart)
		}
	}
	for _, none := range []string{"127.0.0.1", "::1", "10.1.2.3", "192.168.1.1", "fd00::1", "fe80::1", "", "evil", "203.0.113.7, x"} {
		if n := p.Network(none); n != "" {
			t.Errorf("%q is a network", none)
		}
	}
	if New(time.Now).Network("203.0.113.7") == p.Network("203.0.113.7") {
		t.Error("another start names a network alike")
	}
}

// Ten at once, then one a minute; what made nothing does not count.
func TestFormsOfANetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(time.Now)
		for i := range formsAtOnce {
			if wait := p.Form("a"); wait > 0 {
				t.Fatalf("form %d waits %v", i+1, wait)
			}
		}
		if wait := p.Form("a"); wait != formEvery {
			t.Errorf("the eleventh waits %v", wait)
		}
		if p.Form("b") > 0 || p.Form("") > 0 {
			t.Error("others wait too")
		}
		p.Unsent("a")
		if p.Form("a") > 0 {
			t.Error("a form that made nothing counted")
		}
		for range 3 {
			time.Sleep(formEvery)
			if p.Form("a") > 0 || p.Form("a") == 0 {
				t.Error("a minute gives not exactly one form")
			}
		}
	})
}

// Nothing stays in memory once its time is over, though nobody comes; and ever new networks fill nothing.
func TestPaceForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(time.Now)
		for i := range mostNetworks + 50 {
			p.Form(fmt.Sprint(i))
		}
		for range emptyChats {
			p.Chat("a")
		}
		if place, wait := p.Chat("a"); place != nil || wait <= 0 {
			t.Errorf("a fourth empty chat: %v %v", place, wait)
		}
		if len(p.forms) > mostNetworks {
			t.Errorf("%d networks", len(p.forms))
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if len(p.forms)+len(p.chats) > 0 || p.timer != nil {
			t.Errorf("%d and %d networks are remembered", len(p.forms), len(p.chats))
		}
	})
}
