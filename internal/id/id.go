// Package id makes identifiers: random UUIDs (version 4), as HSDS expects.
// A counter or a timestamp inside one would tell when somebody came, so there is none.
package id

import (
	"crypto/rand"
	"encoding/hex"
)

// New returns a random UUID, version 4, in its usual 36 characters.
func New() string {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program rather than return weak bytes
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	var out [36]byte
	hex.Encode(out[0:8], b[0:4])
	hex.Encode(out[9:13], b[4:6])
	hex.Encode(out[14:18], b[6:8])
	hex.Encode(out[19:23], b[8:10])
	hex.Encode(out[24:36], b[10:16])
	out[8], out[13], out[18], out[23] = '-', '-', '-', '-'
	return string(out[:])
}

// Valid tells whether s looks like an identifier of ours. Handlers ask before they look anything up.
func Valid(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return false
			}
		}
	}
	return true
}
