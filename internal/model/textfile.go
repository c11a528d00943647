package model

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/locale"
)

// readTexts reads a model's texts. All versions of a model share them: a slip that is put right is right everywhere.
func (l *loader) readTexts(id string) error {
	l.texts[id] = textFiles{}
	for _, lang := range locale.Langs() {
		name := path.Join(id, "texts", string(lang)+".yaml")
		data, err := fs.ReadFile(l.fsys, name)
		if errors.Is(err, fs.ErrNotExist) {
			l.mistakes.file(name, "the file is missing: nothing is said in "+string(lang), "Write it; every text is needed in fi, sv and en")
			continue
		}
		if err != nil {
			return err
		}
		f := textFile{file: name, lines: map[string]located{}}
		if root := readYAML(name, data, &l.mistakes); root != nil {
			f.flatten("", root, &l.mistakes)
			l.texts[id][lang] = f
		}
	}
	return l.otherTexts(id)
}

func (l *loader) otherTexts(id string) error {
	files, err := fs.ReadDir(l.fsys, path.Join(id, "texts"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, f := range files {
		code, yaml := strings.CutSuffix(f.Name(), ".yaml")
		if _, ok := locale.Parse(code); !ok || !yaml {
			l.mistakes.file(path.Join(id, "texts", f.Name()), "nobody reads this file", "Texts are in fi.yaml, sv.yaml and en.yaml")
		}
	}
	return err
}

// flatten joins the keys by dots, as the program's own texts are. A leaf is a text or a list of texts.
func (f textFile) flatten(prefix string, n *node, ms *mistakes) {
	for _, name := range n.order {
		child := n.fields[name]
		key := strings.TrimPrefix(prefix+"."+name, ".")
		switch {
		case child.fields != nil:
			f.flatten(key, child, ms)
		default:
			f.lines[key] = located{child.named(), child.lines(ms)}
		}
	}
}

// lines are a text's paragraphs or a list's items.
func (n *node) lines(ms *mistakes) []string {
	if n.items == nil {
		return paragraphs(n.text(ms))
	}
	var out []string
	for _, item := range n.items {
		out = append(out, strings.TrimSpace(item.text(ms)))
	}
	return out
}

func (n *node) text(ms *mistakes) string {
	s, _ := n.scalar.(string)
	if strings.TrimSpace(s) == "" {
		ms.at(n, "a text was expected here", "Write it, in quotes if it looks like a number")
	}
	return s
}

func paragraphs(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// compareTexts holds what the versions of a model say against what the files have: nothing missing, nothing unused.
func (l *loader) compareTexts(id string) {
	needs := map[string]need{}
	for d := range l.of(id) {
		for _, n := range d.neededTexts() {
			needs[n.key] = n
		}
	}
	if len(needs) == 0 {
		return
	}
	for _, n := range needs {
		if langs := l.lacking(id, n.key); len(langs) > 0 {
			l.mistakes.at(n.by, fmt.Sprintf("the text %q is missing in %s", n.key, strings.Join(langs, ", ")), "Add it in "+path.Join(id, "texts"))
		}
	}
	known := slices.Sorted(maps.Keys(needs))
	for _, f := range l.texts[id] {
		for key, x := range f.lines {
			if _, ok := needs[key]; !ok && l.certain(id, key) {
				l.mistakes.at(x.at, fmt.Sprintf("the text %q is not used", key), unusedAdvice(key, known))
			}
		}
		l.neutral(f)
	}
}

// textsOf are the keys whose words need the texts that begin so.
var textsOf = map[string]string{
	"referrer": "referrers", "cancel": "cancel", "document": "documents", "part": "parts", "theme": "parts",
	"step": "parts", "minimum": "parts", "goals": "parts", "result": "parts", "mark": "parts", "follow-up": "parts",
	"change": "same_worker", "again": "again", "speaking": "speaking", "refusal": "conditions", "condition": "conditions", "decision": "decisions", "way": "ways_on", "keep": "keep", "length": "line", "worry": "line", "call-price": "line", "call-bill": "line",
	"feedback-name": "feedback", "feedback-lead": "feedback", "feedback-scale": "feedback", "feedback-ask": "feedback", "feedback-easy": "feedback", "feedback-by": "feedback", "feedback-value": "feedback", "feedback-words": "feedback", "feedback-suggest": "feedback",
}

// certain tells whether the part of the model that would use such a text could be read.
func (l *loader) certain(id, key string) bool {
	first, _, _ := strings.Cut(key, ".")
	return !l.unread[id] && !slices.ContainsFunc(l.drafts, func(d *draft) bool { return d.id == id && !d.sure(textsOf[first]) })
}

// lacking are the languages whose file is there, but without the text.
func (l *loader) lacking(id, key string) []string {
	var out []string
	for _, lang := range locale.Langs() {
		f, read := l.texts[id][lang]
		if _, ok := f.lines[key]; read && !ok {
			out = append(out, string(lang))
		}
	}
	return out
}

func unusedAdvice(key string, needed []string) string {
	if near := nearest(key, needed); near != "" {
		return fmt.Sprintf("Did you mean %q? If not, take it out", near)
	}
	return "Take it out, or use it in model.yaml"
}

// neutral holds a service's name against words that name the matter. It stands in titles, histories and letters, where somebody
// else may read it (design 4.6); its page may speak clearly, for the visitor has asked for that page.
func (l *loader) neutral(f textFile) {
	name := f.lines["name"]
	for _, line := range name.lines {
		if w := locale.Telltale(line); w != "" {
			l.mistakes.at(name.at, fmt.Sprintf("the name says %q, and names stand where others may read them", w), "Choose a name that tells nothing of why one comes")
		}
	}
}
