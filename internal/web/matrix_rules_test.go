package web_test

import (
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/web"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// matrixRoute is a line of testdata/matrix.txt.
type matrixRoute struct {
	method, pattern  string
	permission, kind string
	fresh            bool              // asks for a proof of the last ten minutes
	path             map[string]string // what stands in the address of a route without a kind
	form             url.Values
	json             string
	hidden           int // how a hidden object is answered
}

func (r matrixRoute) name() string { return r.method + " " + r.pattern }

// matrixRules is the whole file.
type matrixRules struct {
	permissions map[string][]string            // permission → roles
	objects     map[string]map[string][]string // kind → role → relations that see it
	routes      []matrixRoute
}

// roles are all that some permission names.
func (m matrixRules) roles() []string { return m.permissions["open"] }

// sees tells whether a role sees a kind of object in a relation.
func (m matrixRules) sees(kind, role, relation string) bool {
	return slices.Contains(m.objects[kind][role], relation) || slices.Contains(m.objects[kind]["everybody"], relation)
}

func readMatrix(t *testing.T) matrixRules {
	t.Helper()
	text, err := os.ReadFile("testdata/matrix.txt")
	if err != nil {
		t.Fatal(err)
	}
	m := matrixRules{permissions: map[string][]string{}, objects: map[string]map[string][]string{}}
	for n, line := range strings.Split(string(text), "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if len(words) < 3 || !m.read(words) {
			t.Fatalf("testdata/matrix.txt:%d cannot be read: %s", n+1, line)
		}
	}
	return m
}

func (m *matrixRules) read(words []string) bool {
	switch words[0] {
	case "permission":
		m.permissions[words[1]] = words[2:]
	case "object":
		if m.objects[words[1]] == nil {
			m.objects[words[1]] = map[string][]string{}
		}
		m.objects[words[1]][words[2]] = words[3:]
	case "GET", "POST":
		r := matrixRoute{method: words[0], pattern: words[1], path: map[string]string{}, hidden: 404}
		r.permission, r.kind, _ = strings.Cut(words[2], ":")
		r.permission, r.fresh = strings.CutSuffix(r.permission, "+fresh")
		if m.permissions[r.permission] == nil || (r.kind != "" && m.objects[r.kind] == nil) || !r.readForm(words[3:]) {
			return false
		}
		m.routes = append(m.routes, r)
	default:
		return false
	}
	return true
}

// readForm reads name=value pairs: those that the pattern names belong to the address.
func (r *matrixRoute) readForm(words []string) bool {
	if r.method == "POST" {
		r.form = url.Values{}
	}
	for _, w := range words {
		if status, ok := strings.CutPrefix(w, "hidden:"); ok {
			r.hidden, _ = strconv.Atoi(status)
			continue
		}
		name, value, ok := strings.Cut(w, "=")
		switch {
		case !ok:
			return false
		case strings.Contains(r.pattern, "{"+name+"}"):
			r.path[name] = value
		case name == "json":
			r.json = value
		case r.form == nil:
			return false
		default:
			r.form.Add(name, strings.ReplaceAll(value, "+", " "))
		}
	}
	return r.hidden > 0
}

// Every route has a line that names its permission, and every line a route: with the demo's and development's too.
func TestMatrixKnowsEveryRoute(t *testing.T) {
	m := readMatrix(t)
	listed := map[string]string{}
	for _, r := range m.routes {
		if listed[r.name()] != "" {
			t.Errorf("%s stands twice in testdata/matrix.txt", r.name())
		}
		listed[r.name()] = r.permission
		if r.fresh {
			listed[r.name()] += " fresh"
		}
	}
	h := webtest.New(t)
	o := h.Server.Options
	o.Dev, o.Demo, o.Organisation = true, frozen{}, providerHere(t)
	s, err := web.New(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range s.Routes() {
		switch want := listed[r.Pattern]; {
		case want == "":
			t.Errorf("%s has no line in testdata/matrix.txt: say there who may come", r.Pattern)
		case want != r.Permission.Name:
			t.Errorf("%s asks for %q; testdata/matrix.txt says %q", r.Pattern, r.Permission.Name, want)
		}
		delete(listed, r.Pattern)
	}
	for gone := range listed {
		t.Errorf("testdata/matrix.txt has a line for %s, which is no route", gone)
	}
}

// The permissions of the file are those of the product, and every object kind has an instance in the furnished house.
func TestMatrixRolesAreTheProducts(t *testing.T) {
	m := readMatrix(t)
	for _, r := range m.routes {
		if strings.Contains(r.pattern, "{") && r.kind == "" && len(r.path) == 0 && r.pattern != "/{$}" {
			t.Errorf("%s: nothing says what stands in its address", r.name())
		}
	}
	for name, roles := range m.permissions {
		for _, role := range roles {
			if !slices.Contains(m.roles(), role) {
				t.Errorf("permission %s names the role %s, which nobody has", name, role)
			}
		}
	}
}
