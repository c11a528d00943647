package ui

import (
	"rinnalla.fi/rinnalla/internal/locale"
)

// Page is what the layout of a public page needs.
type Page struct {
	P       *locale.Printer
	Title   string // the tab's title: neutral, nothing in it tells the theme; "" is the name alone
	Path    string // the page's own address without a language, for the language links; "" leaves them out
	Exit    Exit
	Wrong   bool // the form came back: the title begins with "Error:"
	Asset   func(name string) string
	Scripts []string // besides the exit, e.g. "chat.js"
	Foot    []Link   // nil: privacy, accessibility, safe browsing
}

// Exit is leaving at once. Action ends the visitor's stay on the server and answers with a redirect, so that it
// works without scripts; URL is the neutral site to which a script goes by itself.
type Exit struct {
	Show   bool
	Action string // "/exit" or "/exit/<capability>"
	URL    string
}

// StaffPage is what the layout of a worker's page needs.
type StaffPage struct {
	P       *locale.Printer
	Title   string
	Name    string // the worker's own
	Current string // the Key of the page's place in Nav
	Nav     []NavItem
	Warn    string // one line above everything, e.g. that this is a demo
	Wrong   bool
	Home    string // where the mark leads; "" is /desk
	Account string // the address of the worker's own account; "" is /account
	SignOut string // where the sign-out form goes; "" is /sign-out
	Asset   func(name string) string
	Scripts []string
	Ends    Ends
}

// Ends is when the reader's stay ends if they do nothing more. The time stands on the page; a script asks shortly before.
type Ends struct {
	At   string // a clock time; "" where the stay does not end
	Left int    // seconds
}

// NavItem is one place of the staff's pages. Count says how many things wait there.
type NavItem struct {
	Key   string
	Text  string
	URL   string
	Count int
}

// Nav is a place by its key, with the house's own word: desk, calendar, episodes, chats, groups, figures, unit.
func Nav(p *locale.Printer, key, url string, count int) NavItem {
	return NavItem{Key: key, Text: p.T("ui.nav." + key), URL: url, Count: count}
}

// SiteName stands in the header and the tab. It is Finnish for "beside" and tells nothing more.
const SiteName = "Rinnalla"

func title(p *locale.Printer, own string, wrong bool) string {
	switch {
	case own == "":
		return SiteName
	case wrong:
		return p.T("ui.wrong") + " " + own + " – " + SiteName
	}
	return own + " – " + SiteName
}

func (pg Page) title() string      { return title(pg.P, pg.Title, pg.Wrong) }
func (pg StaffPage) title() string { return title(pg.P, pg.Title, pg.Wrong) }

func (pg Page) foot() []Link {
	if pg.Foot != nil {
		return pg.Foot
	}
	var out []Link
	for _, key := range []string{"privacy", "accessibility", "browsing"} {
		out = append(out, Link{Text: pg.P.T("ui.foot." + key), URL: In(pg.P, "/"+key)})
	}
	return out
}

func (pg StaffPage) waiting() int {
	n := 0
	for _, item := range pg.Nav {
		n += item.Count
	}
	return n
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
