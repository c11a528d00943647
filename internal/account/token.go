package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// newToken is what a browser or a link carries: 32 random bytes. Only its hash is kept, so that whoever reads the
// database cannot sign in by it.
func newToken() string {
	var b [32]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program rather than return weak bytes
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// NewToken is a new secret address of somebody's own, and what is kept of it.
func NewToken() (token string, hash []byte) {
	token = newToken()
	return token, HashOf(token)
}

// HashOf is what is kept of a token. It needs no salt and no stretching: there is nothing to guess in 32 random bytes.
func HashOf(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}
