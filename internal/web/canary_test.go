package web_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"rinnalla.fi/rinnalla/internal/backup"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// The marker is a word and a number that nothing else in the house holds. Letters after the word tell where it was typed.
const (
	bird   = "kanarialintu"
	number = "457733"
)

// canary types the marker wherever anything can be typed, and then looks for it wherever anything can be kept.
type canary struct {
	*walk
	places  []string // by the marker's own number
	shown   int      // answers in which it came back to whoever had typed it
	current thing    // what the form at hand is about
}

// mark is a new marker for a place, as a word, an address and a telephone number.
func (c *canary) mark(place string) (word, mail, phone string) {
	c.places = append(c.places, place)
	n := len(c.places) - 1
	tail := ""
	for i := n; ; i /= 26 {
		tail = string(rune('a'+i%26)) + tail
		if i < 26 {
			break
		}
	}
	word = bird + tail + "q"
	return word, word + "@example.org", fmt.Sprintf("0%s%04d", number, n%10000)
}

var birds = regexp.MustCompile(bird + "([a-z]*?)q|" + number + "([0-9]{4})")

// where reads the place out of a found marker.
func (c *canary) where(found string) string {
	m := birds.FindStringSubmatch(strings.ToLower(found))
	if m == nil {
		return "an unknown place"
	}
	n := 0
	for _, r := range m[1] {
		n = n*26 + int(r-'a')
	}
	if m[2] != "" {
		fmt.Sscan(strings.TrimLeft(m[2], "0"), &n)
	}
	if n >= len(c.places) {
		return "an unknown place"
	}
	return c.places[n]
}

// public are routes whose forms are words for everybody to read: the unit's facts, the controller's. They are no
// client's, and whoever types there types for the public.
func public(r matrixRoute) bool {
	return r.permission == "coordinate" || r.name() == "POST /papers"
}

// Whatever is typed anywhere in services without records, by visitors, clients and staff, is afterwards in no file, no
// table, no log, no backup and nobody else's page, but sealed where it has to be kept for a while (issue 3 point 12).
// PostgreSQL's own files cannot be read from here: what stands for them is every row of every table.
func TestCanary(t *testing.T) {
	rules := readMatrix(t)
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			o, clock := storagetest.Options(t, driver), storagetest.NewClock()
			o.Now, o.List = clock.Now, filepath.Join(t.TempDir(), "erased.list")
			h := webtest.In(t, storagetest.OpenWith(t, o), clock)
			c := &canary{walk: &walk{matrixHouse: newMatrixHouse(t, h), t: t, rules: rules}}
			c.open()
			c.typeEverywhere()
			c.talk() // before so much is typed that the house asks to wait
			c.typeIntoPages()
			c.halfway()
			if len(c.places) < 700/c.fewer() || c.shown < 100/c.fewer() {
				t.Errorf("the marker was typed in %d places and came back to its typer in %d answers", len(c.places), c.shown)
			}
			t.Logf("typed in %d places", len(c.places))
			c.look(o)
		})
	}
}

// send gives one answer to a request made by hand, from a network of its own: waiting is not what is tried here.
func (c *canary) sendOne(a asker, r *http.Request) string {
	c.asked++
	r.RemoteAddr = fmt.Sprintf("198.51.%d.%d:99", c.asked/250%250, c.asked%250)
	if a.token != "" {
		r.AddCookie(&http.Cookie{Name: "rinnalla", Value: a.token})
	}
	ctx, stop := context.WithTimeout(r.Context(), 30*time.Second)
	defer stop()
	out := untilFlushed{httptest.NewRecorder(), stop}
	c.handler.ServeHTTP(out, r.WithContext(ctx))
	if out.Code >= 500 {
		c.t.Errorf("%s %s = %d", r.Method, r.Pattern, out.Code)
	}
	if birds.MatchString(out.Body.String()) {
		c.shown++
	}
	return out.Body.String()
}

// typist is who types at the routes of each permission.
var typist = map[string]string{"open": "visitor", "signed-in": "worker", "client-work": "worker", "people": "coordinator", "walls": "coordinator", "operate": "operator"}

// fewer: what a field makes of a word, an address or a number is one for both databases, so on the second it is typed as a word alone.
func (c *canary) fewer() int {
	if c.in.Driver == "postgres" {
		return 3
	}
	return 1
}

func (c *canary) typeEverywhere() {
	fields := map[string][]string{}
	for _, r := range c.Server.Routes() {
		fields[r.Pattern] = r.Fields
	}
	for _, r := range c.rules.routes {
		if public(r) || strings.HasPrefix(r.pattern, "/dev/") || strings.HasPrefix(r.pattern, "/demo/") {
			continue
		}
		for _, a := range c.askers {
			if a.state != "live" || a.role != typist[r.permission] {
				continue
			}
			c.addresses(r, a)
			if r.method == http.MethodPost {
				c.forms(r, a, fields[r.name()])
				c.otherBodies(r, a)
			}
		}
	}
}

// addresses puts the marker into the address, the query and every header of a request.
func (c *canary) addresses(r matrixRoute, a asker) {
	word, mail, phone := c.mark(r.name() + " in the address and the headers, by the " + a.role)
	at := regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(strings.ReplaceAll(r.pattern, "{$}", ""), word)
	q := httptest.NewRequest(r.method, at+"?"+url.Values{"q": {word}, "for": {word}, "after": {word}, "kind": {word}, "worker": {phone}, "done": {word}, "to": {"/" + word}}.Encode(), nil)
	for _, name := range []string{"User-Agent", "Referer", "Accept-Language", "X-Forwarded-For", "Forwarded", "Authorization", "X-Request-Id", "Traceparent", "From", "Via", "If-None-Match"} {
		q.Header.Set(name, mail)
	}
	q.AddCookie(&http.Cookie{Name: "visit", Value: word})
	c.sendOne(a, q)
}

// forms sends the form that is as good as real with one field after the other as the marker, once all of them, and once
// with a field that nobody knows.
func (c *canary) forms(r matrixRoute, a asker, known []string) {
	names := []string{"note"}
	for _, name := range known {
		if name = strings.TrimRight(name, ".*"); !strings.HasPrefix(name, "{") {
			names = append(names, strings.ReplaceAll(name, "{unit}", c.here["unit"]))
		}
	}
	whole := url.Values{}
	for n, name := range names {
		for i := range 3 / c.fewer() {
			if i > 0 && strings.HasPrefix(r.pattern, "/sign-in") {
				break // a refused sign-in takes its time
			}
			word, mail, phone := c.mark(fmt.Sprintf("%s, field %q, by the %s", r.name(), name, a.role))
			form := c.likely(r, a, n == 0 && i == 0)
			form.Set(name, []string{word, mail, phone}[i])
			whole.Set(name, word)
			if way, _, ok := strings.Cut(name, "-"); ok && slices.Contains([]string{"call", "sms", "email"}, way) {
				form.Set("channel", way) // what asks for it must be chosen
			}
			if name == "address" || name == "code-word" {
				form.Set("reach", []string{"email", "email", "sms"}[i])
			}
			c.post(r, a, form)
		}
	}
	c.post(r, a, whole)
}

// likely is the form of testdata/matrix.txt, with things that were made for it.
func (c *canary) likely(r matrixRoute, a asker, fresh bool) url.Values {
	if fresh {
		c.current, _ = c.thing(r.kind, a.role, "own", true)
	}
	values := maps.Clone(c.here)
	maps.Copy(values, c.current.values)
	values["token"] = strings.ToLower(hex.EncodeToString([]byte(fmt.Sprintf("form%08d....", c.asked))))
	form := url.Values{}
	for name, all := range r.form {
		for _, v := range all {
			form.Add(fillIn(name, values), fillIn(v, values))
		}
	}
	return form
}

func (c *canary) post(r matrixRoute, a asker, form url.Values) {
	q := httptest.NewRequest(http.MethodPost, c.address(r, c.current), strings.NewReader(form.Encode()))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	c.sendOne(a, q)
}

// otherBodies sends the marker as what no form is: JSON, a multipart, plain text, and a form that breaks off.
func (c *canary) otherBodies(r matrixRoute, a asker) {
	word, mail, phone := c.mark(r.name() + " in another kind of body, by the " + a.role)
	for kind, body := range map[string]string{
		"application/json":                    fmt.Sprintf(`{"state":%q,"answer":{"id":%q,"rawId":%q,"type":"public-key"},"to":"/%s","note":%q}`, word, word, phone, word, mail),
		"multipart/form-data; boundary=xx":    "--xx\r\nContent-Disposition: form-data; name=\"text\"; filename=\"" + word + ".txt\"\r\n\r\n" + mail + "\r\n--xx--\r\n",
		"text/plain":                          word,
		"application/x-www-form-urlencoded":   "text=" + word + "&name=%zz",
		"application/x-www-form-urlencoded; ": "name=" + word + "%00",
	} {
		q := httptest.NewRequest(http.MethodPost, c.address(r, c.current), strings.NewReader(body))
		q.Header.Set("Content-Type", kind)
		c.sendOne(a, q)
	}
	q := httptest.NewRequest(strings.ToUpper(bird), c.address(r, c.current), nil)
	c.sendOne(a, q)
}

// look searches everything that outlives a request.
func (c *canary) look(o storage.Options) {
	for _, store := range []struct {
		name string
		of   []string
	}{{"house", c.in.Tables(c.in.House)}, {"keys", c.in.Tables(c.in.Keys)}} {
		for _, table := range store.of {
			on := c.in.House
			if store.name == "keys" {
				on = c.in.Keys
			}
			c.in.Rows(on, table, func(row string) { c.nothing(store.name+"'s table "+table, row) })
		}
	}
	for _, file := range c.in.Companions() {
		text, err := os.ReadFile(file)
		if err != nil {
			c.t.Fatal(err)
		}
		c.nothing("the file "+filepath.Base(file), string(text))
	}
	c.nothing("the log", c.Log.String())
	c.backup(o)
	for _, path := range []string{"/", "/health", "/contact/form", "/chat", "/code", "/sign-in", "/services/tuki", "/privacy", "/nowhere"} {
		c.nothing("a stranger's "+path, c.sendOne(asker{role: "visitor"}, httptest.NewRequest(http.MethodGet, path, nil)))
	}
	for _, role := range []string{"editor", "operator", "keeper"} {
		for _, path := range []string{"/account", "/desk", "/staff", "/episodes"} {
			a := asker{role: role, token: c.tokens[role+" live"]}
			if !strings.HasPrefix(path, "/staff") { // the staff's own names are the staff's to read
				c.nothing("the "+role+"'s "+path, c.sendOne(a, httptest.NewRequest(http.MethodGet, path, nil)))
			}
		}
	}
}

// backup takes a copy and reads it as whoever holds its keys, but not the master key, would.
func (c *canary) backup(o storage.Options) {
	one, err := age.GenerateX25519Identity()
	if err != nil {
		c.t.Fatal(err)
	}
	dir := c.t.TempDir()
	made, err := backup.Make(c.t.Context(), backup.Plan{Stores: o, Program: "test", Dir: filepath.Join(dir, "house"), KeysDir: filepath.Join(dir, "keys"),
		For: []age.Recipient{one.Recipient()}, KeysFor: []age.Recipient{one.Recipient()}, Days: 1, KeyDays: 1}, c.Clock.Now())
	if err != nil {
		c.t.Fatal(err)
	}
	for _, dir := range []string{filepath.Join(dir, "house"), filepath.Join(dir, "keys")} {
		files, err := os.ReadDir(dir)
		if err != nil || len(files) != 1 {
			c.t.Fatalf("%s holds %d files: %v", dir, len(files), err)
		}
		f, err := os.Open(filepath.Join(dir, files[0].Name()))
		if err != nil {
			c.t.Fatal(err)
		}
		defer f.Close()
		c.nothing("the backup "+filepath.Base(dir), decrypted(c.t, f, one))
	}
	if made.Rows < 100 {
		c.t.Errorf("the backup has %d rows", made.Rows)
	}
}

func decrypted(t *testing.T, f io.Reader, one age.Identity) string {
	t.Helper()
	box, err := age.Decrypt(f, one)
	if err != nil {
		t.Fatal(err)
	}
	small, err := gzip.NewReader(box)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(small)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// disguises are how the marker may lie somewhere without being read at once.
var disguises = func() map[string][]byte {
	wide := []byte{}
	for _, r := range bird {
		wide = append(wide, byte(r), 0)
	}
	out := map[string][]byte{"as UTF-16": wide}
	for i := range 3 {
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", i) + bird))
		out[fmt.Sprintf("as base64 %d", i)] = []byte(text[(i*4+2)/3 : len(text)-4])
	}
	return out
}()

// nothing fails for every place whose marker lies there.
func (c *canary) nothing(where, text string) {
	c.t.Helper()
	found := map[string]bool{}
	low := strings.ToLower(text)
	for _, m := range birds.FindAllString(low, -1) {
		found[c.where(m)] = true
	}
	if in := hex.EncodeToString([]byte(bird)); strings.Contains(low, in) && len(found) == 0 {
		found["(in hexadecimal)"] = true
	}
	if strings.Contains(low, bird) && len(found) == 0 {
		found["(cut short)"] = true
	}
	for how, b := range disguises {
		if bytes.Contains([]byte(text), b) {
			found["("+how+")"] = true
		}
	}
	for place := range found {
		c.t.Errorf("%s holds what was typed at %s", where, place)
	}
}

// halfway sends a form over a real connection and goes away before it is whole.
func (c *canary) halfway() {
	at, err := url.Parse(c.URL)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, path := range []string{"/contact/send", "/chat/say", "/code", "/sign-in", "/requests/new"} {
		word, _, _ := c.mark("POST " + path + ", broken off")
		line, err := net.Dial("tcp", at.Host)
		if err != nil {
			c.t.Fatal(err)
		}
		fmt.Fprintf(line, "POST %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000\r\n\r\nname=%s&text=%s",
			path, at.Host, word, word, word)
		line.(*net.TCPConn).CloseWrite()
		answer, err := http.ReadResponse(bufio.NewReader(line), nil)
		if err == nil {
			answer.Body.Close()
		}
		line.Close()
	}
}
