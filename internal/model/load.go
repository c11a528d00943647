package model

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"path"
	"regexp"
	"slices"
	"sync"

	"rinnalla.fi/rinnalla/internal/locale"
)

// Load reads every model folder of fsys: ID/model.yaml (with ID/model.vN.yaml for versions before), ID/texts/LANG.yaml
// and ID/story.txtar. It tells every mistake at once. The set holds the models that have none of their own, so that
// whoever checks may still look at those; whoever serves must not start while there are mistakes.
// The error is for files that cannot be read at all.
func Load(fsys fs.FS) (Set, []Mistake, error) {
	l, set, err := load(fsys)
	if err != nil {
		return Set{}, nil, err
	}
	l.readStories(&set)
	return set, l.mistakes.inOrder(), nil
}

// Serve is Load without the stories, for a program that starts with models whose stories have been walked before.
func Serve(fsys fs.FS) (Set, []Mistake, error) {
	l, set, err := load(fsys)
	if err != nil {
		return Set{}, nil, err
	}
	return set, l.mistakes.inOrder(), nil
}

func load(fsys fs.FS) (*loader, Set, error) {
	folders, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, Set{}, fmt.Errorf("read the models: %w", err)
	}
	folders = slices.DeleteFunc(folders, func(f fs.DirEntry) bool { return !f.IsDir() })
	read, wrong := make([]*loader, len(folders)), make([]error, len(folders))
	var all sync.WaitGroup
	for i, f := range folders { // side by side: somebody may be waiting at the door
		all.Go(func() {
			read[i] = newLoader(fsys)
			wrong[i] = read[i].folder(f.Name())
		})
	}
	all.Wait()
	l := newLoader(fsys)
	for i, f := range folders {
		if wrong[i] != nil {
			return nil, Set{}, fmt.Errorf("read model %s: %w", f.Name(), wrong[i])
		}
		l.add(read[i])
	}
	l.check()
	return l, l.set(), nil
}

func newLoader(fsys fs.FS) *loader {
	return &loader{fsys: fsys, texts: map[string]textFiles{}, unread: map[string]bool{}, stories: map[string][]byte{}}
}

// add takes over what has been read of another folder.
func (l *loader) add(o *loader) {
	l.drafts, l.mistakes = append(l.drafts, o.drafts...), append(l.mistakes, o.mistakes...)
	maps.Copy(l.texts, o.texts)
	maps.Copy(l.unread, o.unread)
	maps.Copy(l.stories, o.stories)
}

// Check prints every mistake in the models of fsys, and tells whether there was none. Of those that are good it names the
// ones that are asked about.
func Check(out io.Writer, fsys fs.FS, asked func(id string) bool) bool {
	set, found, err := Load(fsys)
	if err != nil {
		fmt.Fprintln(out, err)
		return false
	}
	for _, m := range found {
		fmt.Fprintf(out, "%s: %s\n    %s.\n", m.Place(), m.What, m.Do)
	}
	if n := len(found); n > 0 {
		fmt.Fprintf(out, "\n%d to put right.\n", n)
		return false
	}
	for _, m := range set.All() {
		if !asked(m.ID) {
			continue
		}
		fmt.Fprintf(out, "%s version %d: good\n", m.ID, m.Version)
	}
	return true
}

type loader struct {
	fsys     fs.FS
	drafts   []*draft
	texts    map[string]textFiles // by folder
	unread   map[string]bool      // folders with a model file that could not be read
	stories  map[string][]byte    // by folder
	mistakes mistakes
}

var oldVersion = regexp.MustCompile(`^model\.v([1-9][0-9]{0,2})\.yaml$`)

func (l *loader) folder(id string) error {
	files, err := fs.ReadDir(l.fsys, id)
	if err != nil {
		return err
	}
	var current bool
	for _, f := range files {
		name := path.Join(id, f.Name())
		switch {
		case f.Name() == "texts" && f.IsDir():
		case f.Name() == "story.txtar":
			data, err := fs.ReadFile(l.fsys, name)
			if err != nil {
				return err
			}
			l.stories[id] = data
		case f.Name() == "model.yaml" || oldVersion.MatchString(f.Name()):
			current = current || f.Name() == "model.yaml"
			if err := l.draft(id, name); err != nil {
				return err
			}
		default:
			l.mistakes.file(name, "nobody reads this file", "A model folder has model.yaml, model.vN.yaml, texts and story.txtar; move it elsewhere")
		}
	}
	if !current {
		l.mistakes.file(path.Join(id, "model.yaml"), "the file is missing", "Write it, or take the folder out")
	}
	return l.readTexts(id)
}

func (l *loader) draft(id, name string) error {
	data, err := fs.ReadFile(l.fsys, name)
	if err != nil {
		return err
	}
	d := &draft{id: id, file: name, root: readYAML(name, data, &l.mistakes)}
	if d.root == nil {
		l.unread[id] = true
		return nil
	}
	d.read()
	l.drafts = append(l.drafts, d)
	return nil
}

// set is the models whose own files have no mistake.
func (l *loader) set() Set {
	s := Set{byID: map[string][]*Model{}}
	for _, d := range l.drafts {
		if l.broken(d) {
			continue
		}
		s.byID[d.id] = append(s.byID[d.id], d.model(l.conditions(d, &mistakes{}), l.texts[d.id].plain()))
	}
	for _, versions := range s.byID {
		slices.SortFunc(versions, func(a, b *Model) int { return cmp.Compare(b.Version, a.Version) })
	}
	return s
}

// readStories: a model that nobody has walked is not finished.
func (l *loader) readStories(set *Set) {
	set.stories = map[string][]Story{}
	for _, id := range l.ids() {
		name := path.Join(id, "story.txtar")
		data, there := l.stories[id]
		mine := slices.Collect(l.of(id))
		if !there && len(mine) == 0 {
			continue // it has been told that there is no model
		}
		if !there {
			l.mistakes.file(name, "the file is missing: nobody has walked this model", "Write a story, as docs/models.md shows")
			continue
		}
		p := storyParser{file: name, id: id, set: *set, services: l.ids()}
		if !l.unread[id] && !slices.ContainsFunc(mine, l.broken) {
			p.model, _ = set.Latest(id)
		}
		var wrong []Mistake
		set.stories[id], wrong = p.parse(data)
		l.mistakes = append(l.mistakes, wrong...)
	}
}

// of are a model's drafts, one for each version.
func (l *loader) of(id string) iter.Seq[*draft] {
	return func(yield func(*draft) bool) {
		for _, d := range l.drafts {
			if d.id == id && !yield(d) {
				return
			}
		}
	}
}

func (l *loader) broken(d *draft) bool {
	return slices.ContainsFunc(l.mistakes, func(m Mistake) bool {
		return m.File == d.file || path.Dir(m.File) == path.Join(d.id, "texts")
	})
}

// textFiles are a model's texts with their places, by language.
type textFiles map[locale.Lang]textFile

type textFile struct {
	file  string
	lines map[string]located
}

type located struct {
	at    *node
	lines []string
}

func (t textFiles) plain() texts {
	out := texts{}
	for lang, f := range t {
		out[lang] = map[string][]string{}
		for key, x := range f.lines {
			out[lang][key] = x.lines
		}
	}
	return out
}
