package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// argon2id at OWASP's floor: 20 ms on the machine of an ordinary host. More memory would let a few who knock at once
// fill a small host.
const (
	argonTime    = 2
	argonMemory  = 19 << 10 // KiB
	argonThreads = 1
	argonSalt    = 16
	argonKey     = 32
)

// atOnce bounds what hashing may take: four at a time are 76 MiB.
var atOnce = make(chan struct{}, 4)

func derive(ctx context.Context, password string, salt []byte, time, memory uint32, threads uint8) ([]byte, error) {
	select {
	case atOnce <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-atOnce }()
	// One letter may be written as different bytes on different machines; NFC makes them one.
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, time, memory, threads, argonKey), nil
}

// hashPassword gives the PHC form of a password.
func hashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	key, err := derive(ctx, password, salt, argonTime, argonMemory, argonThreads)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads, b64(salt), b64(key)), nil
}

var errHash = errors.New("account: a kept password hash is unreadable")

// matches tells whether the password is the one behind the hash.
func matches(ctx context.Context, hash, password string) (bool, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errHash
	}
	var version int
	var time, memory uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &time, &threads); err != nil || version != argon2.Version {
		return false, errHash
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err = errors.Join(err, err2); err != nil || len(want) != argonKey || time < 1 || threads < 1 {
		return false, errHash
	}
	got, err := derive(ctx, password, salt, time, memory, threads)
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1, err
}

// nobody is the hash that a try at an unknown address is checked against, so that it takes as long as a known one.
var nobody = sync.OnceValues(func() (string, error) { return hashPassword(context.Background(), newToken()) })

// The shape of a password. Length is what makes one strong; kinds of signs are nobody's to demand (ASVS 6.2.5).
const (
	minPassword = 12
	maxPassword = 200
	// ownSigns different signs must remain when common words, runs and the owner's name have been cut out.
	ownSigns = 5
)

//go:embed common.txt
var commonText string

// common is our own list of words and runs that people's passwords are made of.
var common = sync.OnceValue(func() []string { return strings.Fields(commonText) })

// weakness is the message key of what is wrong with a password for its owner; "" when nothing is.
func weakness(password string, a Account) string {
	n := utf8.RuneCountInString(norm.NFC.String(password))
	switch {
	case n < minPassword:
		return "account.password-short"
	case n > maxPassword:
		return "account.password-long"
	}
	if ownPart(password, append(ownWords(a), common()...)) < ownSigns {
		return "account.password-common"
	}
	return ""
}

func ownWords(a Account) []string {
	f := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	var out []string
	for _, w := range strings.FieldsFunc(strings.ToLower(a.Name.Reveal()+" "+a.Email.Reveal()), f) {
		if utf8.RuneCountInString(w) > 2 {
			out = append(out, norm.NFC.String(w))
		}
	}
	return out
}

// lettersFor are the letters that signs usually stand for.
var lettersFor = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// ownPart counts the different signs that stay when known words are cut out: as they are, then with the usual letters
// for signs, then backwards.
func ownPart(password string, words []string) int {
	p := strings.ToLower(norm.NFC.String(password))
	for _, turn := range []func(string) string{func(s string) string { return s }, lettersFor.Replace, backwards} {
		p = without(turn(p), words)
	}
	signs := map[rune]bool{}
	for _, r := range p {
		if !unicode.IsSpace(r) {
			signs[r] = true
		}
	}
	return len(signs)
}

// without has a space in the place of every sign that belongs to a word. Words may lie over each other.
func without(s string, words []string) string {
	out := []byte(s)
	for _, w := range words {
		for from := 0; ; {
			at := strings.Index(s[from:], w)
			if at < 0 {
				break
			}
			for i := range len(w) {
				out[from+at+i] = ' '
			}
			from += at + 1
		}
	}
	return string(out)
}

func backwards(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}
