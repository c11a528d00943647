package seal

import (
	"crypto/hkdf"
	"crypto/sha256"
)

// MarkSize is how many bytes a mark has: enough that no two meet.
const MarkSize = 16

// Marker makes keyed marks of values: equal values have equal marks, and whoever lacks the key learns nothing else, nor can
// try guesses. It is for what a database must hold apart or find again without knowing it.
type Marker struct{ key []byte }

// Marker derives the key's marker.
func (k *Key) Marker() *Marker {
	sub, err := hkdf.Key(sha256.New, k.raw[:], nil, "rinnalla/marks/1", KeySize)
	if err != nil {
		panic("seal: " + err.Error()) // only a length beyond SHA-256's reach fails
	}
	return &Marker{sub}
}

// Mark is the mark of a value. Equal values under different purposes have unequal marks.
func (m *Marker) Mark(purpose, value string) []byte { return mac(m.key, purpose, value)[:MarkSize] }
