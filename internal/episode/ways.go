package episode

import (
	"strings"

	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
)

// waysOn says what may follow, as the last sentence of a refusal; nothing where the model names nothing.
type waysOn []locale.Phrase

func (w waysOn) In(lang locale.Lang) string {
	if len(w) == 0 {
		return ""
	}
	names := make([]string, len(w))
	for i, n := range w {
		names[i] = n.In(lang)
	}
	return " " + locale.For(lang).T("visit.ways-on", "ways", strings.Join(names, ", "))
}

// Ways are the names of what may follow: the model's own, and other services by the names they have in the set.
func Ways(ms model.Set, m *model.Model) locale.Phrase {
	var w waysOn
	for _, way := range m.WaysOn {
		if n := WayName(ms, m, way.Kind, way.Destination); n != nil {
			w = append(w, n)
		}
	}
	if m.FollowedUp() {
		w = append(waysOn{said("visit.way-follow-up")}, w...)
	}
	if len(m.Again) > 0 {
		w = append(w, said("visit.way-again"))
	}
	return w
}

// said is a text of the program as a phrase.
type said string

func (s said) In(lang locale.Lang) string { return locale.For(lang).T(string(s)) }

// WayName is how a way on is called: by the model, or as the other service calls itself; nil when it is not known.
func WayName(ms model.Set, m *model.Model, kind, destination string) locale.Phrase {
	if kind == model.Elsewhere {
		return m.Phrase("way." + destination)
	}
	if other, ok := ms.Latest(destination); ok {
		return other.Phrase("name")
	}
	return nil
}
