package web_test

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// stems are words that would tell somebody who looks over a shoulder, at a history, a list of letters or a calendar what
// this is about. They stand nowhere but in what was asked for and is being read (D-180, D-189, A-25).
var stems = map[string][]string{
	"fi": {"väkival", "lähisuhde", "turvakot", "turvaverk", "pahoinpi", "hyväksikäyt", "kriisi", "uhri", "lyöj", "tappel", "vaino", "vainoam", "raiska", "eroauttam",
		"suojelu", "rikos", "poliisi", "mielenterv"},
	"sv": {"våld", "misshand", "övergrepp", "skyddshem", "kris", "brottsoffer", "våldta", "förfölj", "polis", "kvinnojour", "mansjour"},
	"en": {"violen", "abus", "shelter", "crisis", "victim", "domestic", "assault", "batter", "perpetrat", "stalk", "rape", "refuge"},
}

var anyStem = func() *regexp.Regexp {
	var all []string
	for _, words := range stems {
		all = append(all, words...)
	}
	return regexp.MustCompile("(?i)" + strings.Join(all, "|"))
}()

// What a visitor's or a client's page is called, where it leads, and what a file it gives is called tell nothing, in any
// language, whoever asks and whatever comes of it.
func TestNothingOutsideThePageTells(t *testing.T) {
	rules := readMatrix(t)
	w := &walk{matrixHouse: newMatrixHouse(t, webtest.New(t)), t: t, rules: rules}
	w.open()
	titles := map[string]bool{}
	for _, r := range rules.routes {
		if r.permission != "open" || strings.HasPrefix(r.pattern, "/dev/") || strings.HasPrefix(r.pattern, "/demo/") {
			continue
		}
		for _, lang := range []string{"", "/sv", "/en"} {
			for _, relation := range []string{"own", "unknown"} {
				if relation == "unknown" && r.kind == "" {
					continue
				}
				x, _ := w.thing(r.kind, "visitor", relation, relation == "own" && r.method == http.MethodPost)
				asked := r
				asked.pattern = lang + r.pattern
				got := w.send(asked, w.askers[0], x, w.here, false)
				w.tellsNothing(asked, got, titles)
			}
		}
	}
	if len(titles) < 30 {
		t.Errorf("only %d titles were read", len(titles))
	}
}

var outwards = regexp.MustCompile(`(?:<title>|href="|src="|action="|formaction="|<meta name="(?:description|application-name)" content=")([^"<]*)`)

// drawn is a name that was drawn by chance, in which a short stem may come up by chance too.
var drawn = regexp.MustCompile(`[A-Za-z0-9_-]{43}`)

func (w *walk) tellsNothing(r matrixRoute, got reply, titles map[string]bool) {
	for _, name := range []string{"Location", "Content-Disposition", "Link"} {
		if anyStem.MatchString(got.header.Get(name)) {
			w.t.Errorf("%s: %s tells: %q", r.name(), name, got.header.Get(name))
		}
	}
	switch kind := got.header.Get("Content-Type"); {
	case strings.HasPrefix(kind, "text/html"):
		for _, found := range outwards.FindAllStringSubmatch(got.body, -1) {
			if strings.HasPrefix(found[0], "<title>") {
				titles[found[1]] = true
			}
			if anyStem.MatchString(drawn.ReplaceAllString(found[1], "")) {
				w.t.Errorf("%s: %q tells", r.name(), found[0])
			}
		}
	case strings.HasPrefix(kind, "text/calendar"):
		if anyStem.MatchString(got.body) {
			w.t.Errorf("%s: a calendar that tells:\n%s", r.name(), got.body)
		}
	}
}

// What leaves the house by itself (letters, text messages, calendars) has no words of its own that tell.
func TestNothingThatIsSentTells(t *testing.T) {
	for lang := range stems {
		text, err := os.ReadFile("../locale/texts/" + lang + "/outgoing.yaml")
		if err != nil {
			t.Fatal(err)
		}
		if len(strings.Fields(string(text))) < 15 {
			t.Errorf("%s has few words to send: %s", lang, text)
		}
		if found := anyStem.FindString(string(text)); found != "" {
			t.Errorf("what is sent in %s says %q", lang, found)
		}
	}
	for _, told := range []string{"Väkivaltatyö", "Våldet", "Domestic help", "Turvakoti", "kriisikeskus"} {
		if !anyStem.MatchString(told) {
			t.Errorf("the list does not know %q", told)
		}
	}
}

// The icon, the names of assets and the site's own name in the tab are plain.
func TestAssetsAreNeutral(t *testing.T) {
	h := webtest.New(t)
	for _, p := range []*webtest.Page{h.Visitor().Get("/"), h.SignIn("noora").Get("/desk")} {
		for _, n := range p.Root.All(func(n *webtest.Node) bool { return n.Name == "link" || n.Name == "script" }) {
			at := n.Attr["href"] + n.Attr["src"]
			asset := h.Visitor().Get(at)
			if anyStem.MatchString(at) || (strings.HasSuffix(strings.Split(at, "?")[0], ".svg") && anyStem.MatchString(asset.Body)) {
				t.Errorf("%s tells", at)
			}
		}
	}
}
