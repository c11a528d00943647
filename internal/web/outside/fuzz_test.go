package outside_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/web/outside"
)

// Whatever body comes, a form that is taken holds text alone and only what its route knows, and no secret is carried on.
func FuzzForm(f *testing.F) {
	for _, body := range []string{"", "name=Lumi&times=evening&times=weekend", "name=%00", "name=%ff", "a=1&a=2", "password=x&name=y", "until-7=12:30", "=&&=", "%zz", "name=a;b=c"} {
		f.Add(body, "application/x-www-form-urlencoded", "/contact/send")
	}
	f.Add("x", "multipart/form-data; boundary=x", "/a?b=%ff")
	known := outside.Fields{"name", "times...", "password*", "until-{unit}"}
	f.Fuzz(func(t *testing.T, body, kind, at string) {
		u, err := url.ParseRequestURI(at)
		if err != nil || !strings.HasPrefix(at, "/") {
			return
		}
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.URL = u
		r.Header.Set("Content-Type", kind)
		if outside.ReadForm(r) != nil || known.Check(r) != nil {
			return
		}
		if !text(r.PostForm) || !outside.IsText(r.URL.Path) {
			t.Errorf("%q at %q was taken, and is no text", body, at)
		}
		for name, values := range r.PostForm {
			if known.Known(name) == "" || (len(values) > 1 && name != "times") {
				t.Errorf("%q was taken with %q", body, name)
			}
		}
		for _, h := range known.Carry(r.PostForm) {
			if h.Name == "password" {
				t.Error("a password is carried on")
			}
		}
	})
}

// Wherever signing in leads, it is a page of this house.
func FuzzOwnPath(f *testing.F) {
	for _, to := range []string{"/desk", "//evil.example", "/\\evil.example", "https://evil.example", "/sign-out", "/a\r\nb", "/%2f%2fevil", "/desk?x=//y", "\t/desk"} {
		f.Add(to)
	}
	f.Fuzz(func(t *testing.T, to string) {
		got := outside.OwnPath(to)
		if got == "" {
			return
		}
		base, _ := url.Parse("https://rinnalla.example/sign-in")
		there, err := base.Parse(got)
		if err != nil || there.Host != "rinnalla.example" || there.Scheme != "https" || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n") {
			t.Errorf("%q leads to %v", to, there)
		}
	})
}

// A language is taken off an address once, and what is left is an address.
func FuzzLanguage(f *testing.F) {
	for _, at := range []string{"/", "/sv", "/en/", "/sv/contact", "/svx", "/en//evil", "/sv/en/code", "/fi/code"} {
		f.Add(at)
	}
	f.Fuzz(func(t *testing.T, at string) {
		if !strings.HasPrefix(at, "/") {
			return
		}
		lang, rest := outside.Language(at)
		if !strings.HasPrefix(rest, "/") || len(at)-len(rest) > 3 || !strings.HasSuffix(strings.TrimSuffix(at, "/")+"/", strings.TrimSuffix(rest, "/")+"/") || (lang == locale.Finnish) != (rest == at) {
			t.Errorf("%q became %q in %s", at, rest, lang)
		}
	})
}

// A cookie of any shape is a token of a plausible size, or none.
func FuzzSessionCookie(f *testing.F) {
	for _, c := range []string{"rinnalla=abc", "__Host-rinnalla=a; rinnalla=b", "rinnalla=" + strings.Repeat("a", 200), "rinnalla=\"\x00\"", ";;=", "rinnalla"} {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Cookie", header)
		if token := outside.Session(r, outside.CookieName(false)); len(token) > 128 || strings.ContainsAny(token, ";\x00\r\n") {
			t.Errorf("%q gives the token %q", header, token)
		}
	})
}

// A time that a form carries is read back as it was written, and anything else is refused.
func FuzzFreeTime(f *testing.F) {
	f.Add(outside.FreeValue(appointment.Free{Worker: "w", At: calendar.Local{Day: "2027-01-12", Clock: "12:00"}, Minutes: 60, PlaceKind: "office", Place: "p"}))
	for _, s := range []string{"", "a b c d e f", "w 2027-02-30 12:00 60 office p", "w 2027-01-12 25:00 60 office p", "w 2027-01-12 12 -60 home "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		one, err := outside.ParseFree(s, "Europe/Helsinki")
		if err != nil {
			return
		}
		if again, err := outside.ParseFree(outside.FreeValue(one), "Europe/Helsinki"); err != nil || again != one {
			t.Errorf("%q is %+v and then %+v: %v", s, one, again, err)
		}
	})
}

// Whatever an SMS gateway sends, a short text is read from it or nothing.
func FuzzGatewayBody(f *testing.F) {
	const form, json = "application/x-www-form-urlencoded", "application/json"
	for _, body := range []string{"from=0405550200&text=hei", "from=%00", "from=" + strings.Repeat("1", 50), "from=1&from=2", ""} {
		f.Add(body, form)
	}
	for _, body := range []string{`{"from":"+358405550200","text":"hei"}`, `{"from":"\u0000"}`, `{"from":7}`, `{"from":"1"}{"from":"2"}`, `[`, `{"FROM":"1"}`, "{\"from\":\"\xff\"}"} {
		f.Add(body, json)
	}
	f.Add("--x\r\nContent-Disposition: form-data; name=from\r\n\r\n1\r\n--x--", "multipart/form-data; boundary=x")
	f.Fuzz(func(t *testing.T, body, kind string) {
		r := httptest.NewRequest(http.MethodPost, "/gateway/sms/x", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		if outside.ReadForm(r) != nil {
			return
		}
		if from := outside.RepliedFrom(r); len(from) > 40 || !outside.IsText(from) {
			t.Errorf("%q gives %q", body, from)
		}
	})
}

func text(form url.Values) bool {
	for name, values := range form {
		if !outside.IsText(name) || !outside.IsText(strings.Join(values, "")) {
			return false
		}
	}
	return true
}
