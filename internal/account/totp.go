package account

import (
	"bytes"
	"context"
	"encoding/base32"
	"encoding/hex"
	"image/png"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"rinnalla.fi/rinnalla/internal/access"
)

const step = 30 // seconds of one code

// takeCode spends a one-time code. A step that has been spent is not taken again, nor one before it; the neighbours are
// good too, since telephones' clocks differ.
func (a *Account) takeCode(code string, now time.Time) bool {
	spent, ok := codeStep(a.TOTP.Reveal(), a.TOTPStep, code, now)
	if ok {
		a.TOTPStep = spent
	}
	return ok
}

func codeStep(secret string, last int64, code string, now time.Time) (int64, bool) {
	code = strings.Join(strings.Fields(code), "")
	at := now.Unix() / step
	for _, s := range []int64{at, at - 1, at + 1} {
		if s > last && secret != "" && hotp.Validate(code, uint64(s), secret) {
			return s, true
		}
	}
	return 0, false
}

// Secret is what an authenticator application is told, once.
type Secret struct {
	Text string // base32, for typing in
	URL  string // otpauth://, for opening on the same device
	key  *otp.Key
}

// Grouped is the text in fours, as people type it.
func (s Secret) Grouped() string {
	var b strings.Builder
	for i, r := range s.Text {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// QR is the same as a picture.
func (s Secret) QR() ([]byte, error) {
	img, err := s.key.Image(220, 220)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = png.Encode(&b, img)
	return b.Bytes(), err
}

// Offered is the secret this stay offers to an authenticator application. It is derived from the session, so that the
// form can be shown again without keeping a secret that nobody has confirmed yet.
func Offered(ctx context.Context, tx Tx, by access.Actor, token string) (Secret, error) {
	if _, err := freshly(ctx, tx, by, token); err != nil {
		return Secret{}, err
	}
	a, err := tx.Account(ctx, by.Account)
	if err != nil {
		return Secret{}, err
	}
	return offered(tx, a, token)
}

func offered(tx Tx, a Account, token string) (Secret, error) {
	raw := tx.Index("account.totp", hex.EncodeToString(HashOf(token)))[:20]
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Rinnalla", AccountName: a.Email.Reveal(), Secret: raw})
	if err != nil {
		return Secret{}, err
	}
	return Secret{Text: base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw), URL: key.URL(), key: key}, nil
}
