package ready

import (
	"compress/gzip"
	"context"
	"io"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
)

func pageOf(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// sent is what a browser gets, and how many bytes went over the wire.
func sent(t *testing.T, b Body, zipped bool) (string, string) {
	t.Helper()
	w := httptest.NewRecorder()
	b.Send(w, "")
	if n := w.Body.Len(); b.Length[0] != strconv.Itoa(n) {
		t.Errorf("%d bytes were sent and %s promised", n, b.Length[0])
	}
	return unzipped(t, w.Body, zipped), b.Length[0]
}

func unzipped(t *testing.T, body io.Reader, zipped bool) string {
	t.Helper()
	if zipped {
		z, err := gzip.NewReader(body)
		if err != nil {
			t.Fatal(err)
		}
		z.Multistream(false) // browsers read one member and no more
		body = z
	}
	text, err := io.ReadAll(body) // the sum and the length at the end are asked too
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A ready page has a new token each time it is sent, in its place and nowhere else, and is as long each time; compressed
// it is the same page, in one member as browsers read it.
func TestReadyPageTakesTokens(t *testing.T) {
	lines := strings.Repeat("a line that repeats itself, as pages do. ", 300)
	for name, c := range map[string][2]string{"in the middle": {lines, lines}, "at the beginning": {"", lines}, "at the end": {lines, ""}} {
		p, err := Make(t.Context(), pageOf(c[0]+TokenPlace+c[1]), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		seen, lengths := map[string]bool{}, map[string]bool{}
		for _, b := range []struct {
			body   Body
			zipped bool
		}{{p.Plain, false}, {p.Plain, false}, {p.Zipped, true}, {p.Zipped, true}} {
			text, length := sent(t, b.body, b.zipped)
			rest, before := strings.CutPrefix(text, c[0])
			token, after := strings.CutSuffix(rest, c[1])
			if !before || !after || len(token) != len(TokenPlace) || token == TokenPlace || seen[token] {
				t.Errorf("%s: the token %q is not in its place, or not new", name, token)
			}
			seen[token] = true
			lengths[length] = true
		}
		if len(lengths) != 2 { // plain and compressed
			t.Errorf("%s: the lengths tell pages apart: %v", name, lengths)
		}
		if n, _ := strconv.Atoi(p.Zipped.Length[0]); n > len(lines) {
			t.Errorf("%s: the compressed page has %d bytes", name, n)
		}
	}
}

// The visit's name goes to all of its places, beside the form's own token; a visit without a name gets a new one.
func TestReadyPageTakesTheVisit(t *testing.T) {
	p, err := Make(t.Context(), pageOf("<a "+VisitPlace+"><b "+VisitPlace+"><input "+TokenPlace+"><c "+VisitPlace+">"), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	at := "11111111-2222-4333-8444-555555555555"
	for zipped, b := range map[bool]Body{false: p.Plain, true: p.Zipped} {
		w := httptest.NewRecorder()
		b.Send(w, at)
		text := unzipped(t, w.Body, zipped)
		token := strings.TrimSuffix(strings.TrimPrefix(text, "<a "+at+"><b "+at+"><input "), "><c "+at+">")
		if len(token) != len(TokenPlace) || token == TokenPlace || token == at {
			t.Errorf("compressed %v: %q", zipped, text)
		}
		one, _ := sent(t, b, zipped)
		two, _ := sent(t, b, zipped)
		if visit := one[3 : 3+len(at)]; visit == at || visit == two[3:3+len(at)] || strings.Count(one, visit) != 3 {
			t.Errorf("compressed %v, without a name: %q, %q", zipped, one, two)
		}
	}
}

// A page without a place for a token is sent as it is; one with two places is our own mistake.
func TestReadyPageWithoutToken(t *testing.T) {
	p, err := Make(t.Context(), pageOf("the same for all"), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	for zipped, b := range map[bool]Body{false: p.Plain, true: p.Zipped} {
		if text, _ := sent(t, b, zipped); text != "the same for all" {
			t.Errorf("compressed %v: %q", zipped, text)
		}
	}
	if _, err := Make(t.Context(), pageOf(TokenPlace+TokenPlace), time.Time{}); err == nil {
		t.Error("two places for a token are taken")
	}
}

// What was read before something changed is not kept after it.
func TestReadyForgets(t *testing.T) {
	c, now, key := New[string](), time.Now(), Key{Name: "front"}
	_, round := c.Page(key, now)
	c.Forget()
	c.Put(key, &Page{until: now.Add(For)}, round)
	c.PutKnown([]string{""}, now.Add(For), round)
	if p, _ := c.Page(key, now); p != nil {
		t.Error("a page of the time before is shown")
	}
	units, round := c.Known(now)
	if units != nil {
		t.Error("units of the time before are known")
	}
	c.PutKnown([]string{""}, now.Add(For), round)
	for after, want := range map[time.Duration]bool{0: true, For - 1: true, For: false, -time.Hour: false} {
		if units, _ := c.Known(now.Add(after)); (units != nil) != want {
			t.Errorf("%v later the units are known: %v", after, !want)
		}
	}
}
