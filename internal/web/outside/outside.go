// Package outside reads what comes from outside the house, and believes none of it: forms, addresses, cookies, who
// sends. It is fuzzed.
package outside

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
)

// ReadForm parses the form once and refuses bytes that are not text. An address with such bytes leads nowhere: no
// database would have to be asked, and PostgreSQL would not even take the question.
func ReadForm(r *http.Request) error {
	if !IsText(r.URL.Path) || (r.URL.RawQuery != "" && !areText(r.URL.Query())) {
		return fault.New(fault.NotFound, "not-found")
	}
	if r.Method != http.MethodPost {
		return nil
	}
	if err := r.ParseForm(); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return fault.New(fault.TooLarge, "form.too-large")
		}
		return fault.New(fault.Invalid, "form.unreadable")
	}
	if !areText(r.PostForm) {
		return fault.New(fault.Invalid, "form.unreadable")
	}
	return nil
}

func areText(form url.Values) bool {
	for name, values := range form {
		if !IsText(name) || !IsText(strings.Join(values, "")) {
			return false
		}
	}
	return true
}

// IsText tells whether a value is text that every database takes.
func IsText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// OwnPath is the path when it is one of our pages to which signing in may lead; "" otherwise. A browser reads "//x" and
// "/\x" as another site.
func OwnPath(to string) string {
	u, err := url.Parse(to)
	if err != nil || len(to) > 300 || u.IsAbs() || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return ""
	}
	for _, not := range []string{"/sign-in", "/sign-out", "/exit", "/static"} {
		if u.Path == not || strings.HasPrefix(u.Path, not+"/") {
			return ""
		}
	}
	return to
}

// prefixed are the languages that a public address names.
var prefixed = [...]struct {
	prefix string
	locale.Lang
}{{"/sv", locale.Swedish}, {"/en", locale.English}}

// Language is the language that a public address names, and the address without it. Finnish has no prefix.
func Language(path string) (locale.Lang, string) {
	for _, l := range prefixed {
		rest, ok := strings.CutPrefix(path, l.prefix)
		if !ok || (rest != "" && rest[0] != '/') {
			continue
		}
		if rest == "" {
			rest = "/"
		}
		return l.Lang, rest
	}
	return locale.Finnish, path
}

// The only cookie there is: a signed-in staff member's session. Over https its name makes the browser itself hold it
// to this host; the plain name serves the demo and development on this machine alone.
const (
	secureCookie = "__Host-rinnalla"
	plainCookie  = "rinnalla"
)

// CookieName is the session's cookie over https, or without.
func CookieName(https bool) string {
	if https {
		return secureCookie
	}
	return plainCookie
}

// Session is what the browser sent, at most once and of a plausible size. Over https the plain name is nobody's: a
// neighbouring host could have set it.
func Session(r *http.Request, cookie string) string {
	if c, err := r.Cookie(cookie); err == nil && len(c.Value) <= 128 {
		return c.Value
	}
	return ""
}

// Remote is the visitor's address: the connection's own, or what the one trusted proxy, if there is one, says it was.
func Remote(r *http.Request, trusted string) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if trusted == "" || host != trusted {
		return host
	}
	said := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
	if last := strings.TrimSpace(said[len(said)-1]); last != "" {
		return last
	}
	return host
}

// Home is an address, or the network that one home has of IPv6.
func Home(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	a = a.Unmap()
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return address
	}
	return p.String()
}

// RepliedFrom is the number, of a form or of JSON; "" when there is none that could be one.
func RepliedFrom(r *http.Request) string {
	from := r.PostFormValue("from")
	if from == "" {
		from = repliedInJSON(r)
	}
	if len(from) > 40 || !IsText(from) {
		return ""
	}
	return from
}

func repliedInJSON(r *http.Request) string {
	var said struct {
		From string `json:"from"`
	}
	if err := json.NewDecoder(r.Body).Decode(&said); err != nil {
		return ""
	}
	return said.From
}

// FreeValue is a time as a form carries it.
func FreeValue(f appointment.Free) string {
	return strings.Join([]string{string(f.Worker), string(f.At.Day), string(f.At.Clock), strconv.Itoa(f.Minutes), f.PlaceKind, string(f.Place)}, " ")
}

// ParseFree reads it back; the action checks all of it again.
func ParseFree(s, zone string) (appointment.Free, error) {
	p := strings.Split(s, " ")
	if len(p) != 6 {
		return appointment.Free{}, fault.New(fault.Invalid, "form.choice")
	}
	day, err := calendar.ParseDate(p[1])
	if err != nil {
		return appointment.Free{}, err
	}
	clock, err := calendar.ParseClock(p[2])
	if err != nil {
		return appointment.Free{}, err
	}
	minutes, err := strconv.Atoi(p[3])
	if err != nil {
		return appointment.Free{}, fault.New(fault.Invalid, "form.choice")
	}
	return appointment.Free{Worker: access.AccountID(p[0]), At: calendar.Local{Day: day, Clock: clock, Zone: zone}, Minutes: minutes, PlaceKind: p[4], Place: organization.PlaceID(p[5])}, nil
}
