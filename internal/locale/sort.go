package locale

import (
	"bytes"
	"slices"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// A collator may be used by one at a time, and is slow to make.
var collators = [3]sync.Pool{
	{New: func() any { return collate.New(language.Finnish, collate.IgnoreCase) }},
	{New: func() any { return collate.New(language.Swedish, collate.IgnoreCase) }},
	{New: func() any { return collate.New(language.English, collate.IgnoreCase) }},
}

// Sort puts items in the order of the language, by what name says of each. Equal names keep their order.
func Sort[T any](lang Lang, items []T, name func(T) string) {
	pool := &collators[lang.index()]
	c := pool.Get().(*collate.Collator)
	defer pool.Put(c)
	type keyed struct {
		item T
		key  []byte
	}
	var buf collate.Buffer
	byKey := make([]keyed, len(items))
	for i, it := range items {
		byKey[i] = keyed{it, c.KeyFromString(&buf, name(it))}
	}
	slices.SortStableFunc(byKey, func(a, b keyed) int { return bytes.Compare(a.key, b.key) })
	for i := range byKey {
		items[i] = byKey[i].item
	}
}
