package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
)

// Keyring holds what derives from the organisation's master key: one key that wraps subjects' keys, one for blind
// indexes, one for derived codes. The master key itself is not kept.
type Keyring struct {
	wrap   *Key
	index  []byte
	derive []byte
}

// NewKeyring derives a keyring from a master key of 32 bytes.
func NewKeyring(master []byte) (*Keyring, error) {
	if len(master) != KeySize {
		return nil, errors.New("seal: a master key has 32 bytes")
	}
	r := &Keyring{index: make([]byte, KeySize), derive: make([]byte, KeySize)}
	var wrap [KeySize]byte
	for purpose, into := range map[string][]byte{"wrap": wrap[:], "index": r.index, "derive": r.derive} {
		sub, err := hkdf.Key(sha256.New, master, nil, "rinnalla/"+purpose+"/1", KeySize)
		if err != nil {
			return nil, fmt.Errorf("seal: derive %s: %w", purpose, err)
		}
		copy(into, sub)
	}
	r.wrap = keyOf(wrap)
	return r, nil
}

// Next is a keyring whose wrapping key is new, made of a fresh master key. Fingerprints and derived secrets stay as they
// are: a return code, for one, is kept as its fingerprint alone, and could not be found again under another.
func (r *Keyring) Next(master []byte) (*Keyring, error) {
	n, err := NewKeyring(master)
	if err != nil {
		return nil, err
	}
	n.index, n.derive = r.index, r.derive
	return n, nil
}

// Related tells whether two keyrings have the same fingerprints and derived secrets: one came of the other by Next.
func (r *Keyring) Related(to *Keyring) bool {
	return hmac.Equal(r.index, to.index) && hmac.Equal(r.derive, to.derive)
}

// NewMaster makes a random master key.
func NewMaster() []byte {
	master := make([]byte, KeySize)
	rand.Read(master)
	return master
}

// Wrap boxes a subject's key under its id, for keeping.
func (r *Keyring) Wrap(id string, k *Key) []byte { return r.wrap.Seal("key/"+id, k.raw[:]) }

// Unwrap opens what Wrap boxed under the same id.
func (r *Keyring) Unwrap(id string, wrapped []byte) (*Key, error) {
	plain, err := r.wrap.Open("key/"+id, wrapped)
	if err != nil || len(plain) != KeySize {
		return nil, ErrOpen
	}
	return keyOf([KeySize]byte(plain)), nil
}

// Index is a keyed fingerprint of a value, 32 bytes, for finding it again without keeping it. Whoever lacks the
// master key cannot try guesses against it. Equal values under different purposes have unequal fingerprints.
func (r *Keyring) Index(purpose, value string) []byte { return mac(r.index, purpose, value) }

// Derive is a secret made of a value, 32 bytes: the same each time for the holder of the master key.
func (r *Keyring) Derive(purpose, value string) []byte { return mac(r.derive, purpose, value) }

// mac binds the purpose's length too, so that no purpose and value can pass for another pair.
func mac(key []byte, purpose, value string) []byte {
	h := hmac.New(sha256.New, key)
	var size [4]byte
	binary.BigEndian.PutUint32(size[:], uint32(len(purpose)))
	h.Write(size[:])
	h.Write([]byte(purpose))
	h.Write([]byte(value))
	return h.Sum(nil)
}

func (r *Keyring) String() string             { return shown }
func (r *Keyring) Format(s fmt.State, _ rune) { fmt.Fprint(s, shown) }
func (r *Keyring) LogValue() slog.Value       { return slog.StringValue(shown) }
