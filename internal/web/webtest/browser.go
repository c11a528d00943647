package webtest

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Browser is a visitor or a staff member with a browser that runs no scripts. It follows redirects within the house,
// and says so when one leads outside.
type Browser struct {
	t       *testing.T
	house   *House
	cookies map[string]string
	// Header goes with every request.
	Header http.Header
}

// Get opens an address.
func (b *Browser) Get(path string) *Page {
	b.t.Helper()
	return b.Send(http.MethodGet, path, nil)
}

// Post sends values, as a form of our own page would.
func (b *Browser) Post(path string, v url.Values) *Page {
	b.t.Helper()
	return b.Send(http.MethodPost, path, v)
}

// Send sends a request and follows where it leads.
func (b *Browser) Send(method, path string, v url.Values) *Page {
	b.t.Helper()
	for range 5 {
		p := b.once(method, path, v)
		to, err := url.Parse(p.Header.Get("Location"))
		if p.Status != http.StatusSeeOther || err != nil || (to.Host != "" && to.Host != p.URL.Host) {
			return p
		}
		method, path, v = http.MethodGet, to.RequestURI(), nil
	}
	b.t.Fatalf("%s leads round in a circle", path)
	return nil
}

func (b *Browser) once(method, path string, v url.Values) *Page {
	b.t.Helper()
	var body io.Reader
	if v != nil {
		body = strings.NewReader(v.Encode())
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.house.URL+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if v != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for name, values := range b.Header {
		r.Header[name] = values
	}
	b.Sign(r)
	return b.Do(r)
}

// Sign gives a request the browser's cookies.
func (b *Browser) Sign(r *http.Request) {
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
}

// Do sends a request as it is.
func (b *Browser) Do(r *http.Request) *Page {
	b.t.Helper()
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range answer.Cookies() {
		b.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	p := &Page{Status: answer.StatusCode, Header: answer.Header, Body: string(text), URL: r.URL}
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		if p.Root, err = parse(p.Body); err != nil {
			b.t.Fatalf("%s %s is no page that can be read: %v", r.Method, r.URL.Path, err)
		}
	} else {
		p.Root = &Node{Name: "#document", Children: []*Node{{Text: p.Body}}}
	}
	return p
}

// Cookies are how many the browser holds.
func (b *Browser) Cookies() int { return len(b.cookies) }

// Form finds the page's form whose action ends so.
func (b *Browser) Form(p *Page, action string) *Form {
	b.t.Helper()
	for _, f := range p.Forms() {
		if strings.HasSuffix(f.Action, action) {
			return f
		}
	}
	b.t.Fatalf("%s (%d, %q) has no form to %s", p.URL.Path, p.Status, p.Heading(), action)
	return nil
}

// Submit fills the form whose action ends so, and sends it. Pairs are names and values; a name that comes again adds.
func (b *Browser) Submit(p *Page, action string, pairs ...string) *Page {
	b.t.Helper()
	f := b.Form(p, action)
	given := map[string]bool{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if !given[pairs[i]] {
			f.Values.Del(pairs[i])
		}
		given[pairs[i]] = true
		f.Values.Add(pairs[i], pairs[i+1])
	}
	if f.Method == http.MethodPost {
		return b.Post(f.Action, f.Values)
	}
	return b.Get(f.Action + "?" + f.Values.Encode())
}

// Want fails the test unless the page has the status and says the words.
func (b *Browser) Want(p *Page, status int, words ...string) *Page {
	b.t.Helper()
	if p.Status != status {
		b.t.Fatalf("%s = %d %q, want %d", p.URL.Path, p.Status, p.Heading(), status)
	}
	for _, w := range words {
		if !p.Says(w) {
			b.t.Fatalf("%s does not say %q; it says:\n%s", p.URL.Path, w, p.Root.Words())
		}
	}
	return p
}
