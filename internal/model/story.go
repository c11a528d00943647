package model

import (
	"fmt"
	"strings"

	"golang.org/x/tools/txtar"
)

// Story walks a model: what people do, and what then holds. It is test, example and documentation in one.
// Package story carries it out through the real actions.
type Story struct {
	Model string
	Name  string // as "The sixth visit (A-03)"
	File  string
	Steps []Step
}

// Step is one line of a story. Do is the sentence's name in the grammar; Args are its words.
type Step struct {
	Line int
	When string // given, when or then
	Do   string
	Args map[string]string
	Text string // the line as written
}

// Place is "file:line", for failures.
func (s Story) Place(step Step) string { return fmt.Sprintf("%s:%d", s.File, step.Line) }

// ParseStory reads a story file: a txtar archive with a story in each of its files. A line is a step, "and" goes on
// with what the line before was, # begins a comment. The set tells which words the model knows.
func ParseStory(id, file string, data []byte, set Set) ([]Story, []Mistake) {
	var services []string
	for _, m := range set.All() {
		services = append(services, m.ID)
	}
	m, _ := set.Latest(id)
	return storyParser{file: file, id: id, set: set, services: services, model: m}.parse(data)
}

func (p storyParser) parse(data []byte) ([]Story, []Mistake) {
	archive := txtar.Parse(data)
	if len(archive.Files) == 0 {
		p.mistakes.file(p.file, "there is no story in it", "Begin one with a line -- What it shows (A-03) --")
	}
	for _, f := range archive.Files {
		p.story(f, lineOf(data, f))
	}
	return p.stories, p.mistakes.inOrder()
}

// lineOf is the line on which a story's heading stands.
func lineOf(data []byte, f txtar.File) int {
	before, _, _ := strings.Cut(string(data), "-- "+f.Name+" --")
	return strings.Count(before, "\n") + 1
}

type storyParser struct {
	file     string
	id       string
	set      Set
	services []string // all there are: some may be broken, which is not the story's mistake
	model    *Model   // nil when it is broken itself; then its words are not judged
	stories  []Story
	mistakes mistakes

	people map[string]string // of the story being read: name to worker, coordinator or client
}

func (p *storyParser) story(f txtar.File, heading int) {
	s := Story{Model: p.id, Name: f.Name, File: p.file}
	p.people = map[string]string{}
	when, proves := "", false
	for i, line := range strings.Split(string(f.Data), "\n") {
		words := wordsOf(line)
		if len(words) == 0 {
			continue
		}
		at := &node{file: p.file, line: heading + 1 + i, column: words[0].column}
		w := words[0].text
		if w == "given" || w == "when" || w == "then" {
			when = w
		} else if w != "and" || when == "" {
			p.mistakes.at(at, fmt.Sprintf("a step cannot begin with %q", w), "Begin it with given, when, then or and")
			continue
		}
		proves = proves || when == "then"
		if step, ok := p.step(when, words[1:], at); ok {
			step.Text = strings.TrimSpace(line)
			p.follows(s.Steps, step, at)
			s.Steps = append(s.Steps, step)
		}
	}
	if !proves {
		p.mistakes.at(&node{file: p.file, line: heading, column: 1}, "the story proves nothing", "Say with then what holds at its end")
	}
	p.stories = append(p.stories, s)
}

// follows: what is refused is what was done just before.
func (p *storyParser) follows(before []Step, step Step, at *node) {
	if step.Do != "refused" {
		return
	}
	if len(before) == 0 || before[len(before)-1].When != "when" {
		p.mistakes.at(at, "nothing was done just before that could be refused", "Put it right after the step with when")
	}
}

// word is one word of a line; what stands in quotes is one word.
type word struct {
	text   string
	column int
}

func wordsOf(line string) []word {
	var out []word
	runes := []rune(line)
	for i := 0; i < len(runes); {
		switch {
		case runes[i] == ' ' || runes[i] == '\t' || runes[i] == '\r':
			i++
		case runes[i] == '#':
			return out
		case runes[i] == '"':
			end := i + 1
			for end < len(runes) && runes[end] != '"' {
				end++
			}
			out = append(out, word{string(runes[i+1 : end]), i + 1})
			i = end + 1
		default:
			end := i
			for end < len(runes) && runes[end] != ' ' && runes[end] != '\t' && runes[end] != '\r' {
				end++
			}
			out = append(out, word{string(runes[i:end]), i + 1})
			i = end
		}
	}
	return out
}

// step reads one line by the grammar.
func (p *storyParser) step(when string, words []word, at *node) (Step, bool) {
	for _, s := range grammar {
		if !strings.Contains(s.when, when) {
			continue
		}
		if args, ok := matchParts(forms()[s.form], words); ok {
			step := Step{Line: at.line, When: when, Do: s.do, Args: map[string]string{}}
			good := true
			for _, a := range args {
				step.Args[a.name] = a.text
				if what, do := p.wrong(s, a); what != "" {
					p.mistakes.at(&node{file: at.file, line: at.line, column: a.column}, what, do)
					good = false
				}
			}
			return step, good && p.counted(step, at)
		}
	}
	p.mistakes.at(at, "the step is not understood", "It could be: "+nearestForm(when, words))
	return Step{}, false
}

func nearestForm(when string, words []word) string {
	best, most := "", -1
	for _, s := range grammar {
		if !strings.Contains(s.when, when) {
			continue
		}
		shared := 0
		for _, w := range words {
			for _, literal := range strings.Fields(strings.NewReplacer("[", "", "]", "").Replace(s.form)) {
				if literal == w.text || len(literal) > 3 && distance(literal, w.text) < 3 {
					shared++
				}
			}
		}
		if shared > most {
			best, most = s.form, shared
		}
	}
	return when + " " + best
}
