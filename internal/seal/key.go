package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
)

// KeySize is the length of every key here: AES-256.
const KeySize = 32

// ErrOpen says that a box does not open: another key, another place, or a changed byte. Which one is not told.
var ErrOpen = errors.New("seal: the box does not open with this key in this place")

// Key seals the values of one subject: a person, an account, a conversation. Whoever destroys its wrapped form
// has erased them all.
type Key struct {
	raw [KeySize]byte
	gcm cipher.AEAD
}

// NewKey makes a random key.
func NewKey() *Key {
	var raw [KeySize]byte
	rand.Read(raw[:]) // never fails: crypto/rand ends the program rather than return weak bytes
	return keyOf(raw)
}

func keyOf(raw [KeySize]byte) *Key {
	block, err := aes.NewCipher(raw[:])
	if err != nil {
		panic("seal: " + err.Error()) // only a wrong length fails, and the type fixes the length
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("seal: " + err.Error()) // only a block size other than AES's fails
	}
	return &Key{raw: raw, gcm: gcm}
}

// Seal boxes the plaintext for one place. The place, such as "person/<id>/name", is bound into the box, so that a
// value moved to another row or column does not open there.
func (k *Key) Seal(place string, plaintext []byte) []byte {
	return k.gcm.Seal(nil, nil, plaintext, []byte(place))
}

// Open gives back what Seal boxed for this place, or ErrOpen.
func (k *Key) Open(place string, box []byte) ([]byte, error) {
	plain, err := k.gcm.Open(nil, nil, box, []byte(place))
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}

func (k *Key) String() string             { return shown }
func (k *Key) Format(s fmt.State, _ rune) { fmt.Fprint(s, shown) }
func (k *Key) LogValue() slog.Value       { return slog.StringValue(shown) }
