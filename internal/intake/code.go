package intake

import (
	"crypto/rand"
	"strings"

	"rinnalla.fi/rinnalla/internal/fault"
)

// Code is a return code: twelve characters of Crockford's base 32, 60 bits, shown once as "K7MQ-4T9X-2BHW". It is
// kept only as a blind index (design 4.4). There is no way to get a lost one back.
type Code string

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const codeLength = 12

// NewCode makes a random code.
func NewCode() Code {
	var b [codeLength]byte
	rand.Read(b[:])
	return codeFrom(b[:])
}

// codeFrom spells twelve or more random bytes as a code.
func codeFrom(random []byte) Code {
	var out [codeLength]byte
	for i := range out {
		out[i] = alphabet[random[i]&31]
	}
	return Code(out[:])
}

// CodeOf spells secret random bytes, at least as many as a code has characters, as a code.
func CodeOf(random []byte) Code { return codeFrom(random) }

// String shows the code in three groups.
func (c Code) String() string {
	if len(c) != codeLength {
		return ""
	}
	return string(c[:4] + "-" + c[4:8] + "-" + c[8:])
}

// ParseCode reads what a person typed: any case, with or without spaces and dashes, O for 0, I and L for 1. What cannot
// be a code is answered like a code that opens nothing.
func ParseCode(s string) (Code, error) {
	if len(s) > 64 {
		return "", fault.New(fault.NotFound, "code.wrong")
	}
	s = strings.NewReplacer("-", "", " ", "", "\u00a0", "", ".", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(s))
	if len(s) != codeLength {
		return "", fault.New(fault.NotFound, "code.wrong")
	}
	for i := range len(s) {
		if !strings.Contains(alphabet, s[i:i+1]) {
			return "", fault.New(fault.NotFound, "code.wrong")
		}
	}
	return Code(s), nil
}
