package intake

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"time"

	"rinnalla.fi/rinnalla/internal/fault"
)

// idle is how long a client's stay lasts without use; afterwards the code is asked again.
const idle = 10 * time.Minute

// Stay is a client's stay after entering the code. Token goes on with it; Exit can only end it, so that an address may
// hold it. They are shown to the client's page alone and kept as fingerprints.
type Stay struct {
	Token   string
	Exit    string
	Holder  Holder
	Expires time.Time
}

// Enter opens what a return code opens. A wrong, an expired and an unknown code are told in the same words.
func Enter(ctx context.Context, tx Tx, code Code) (Stay, error) {
	h, err := tx.CodeInForce(ctx, codeIndex(tx, code), tx.Now())
	if err != nil {
		return Stay{}, wrong(err)
	}
	if err := tx.UseCode(ctx, h.Index); err != nil {
		return Stay{}, err
	}
	h.Used = true
	return put(ctx, tx, token(), h)
}

func wrong(err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "code.wrong")
	}
	return err
}

// Resume goes on with a stay, ten more minutes from now.
func Resume(ctx context.Context, tx Tx, token string) (Stay, error) {
	s, err := tx.ClientSession(ctx, stayHash(tx, token))
	return resume(ctx, tx, token, s, err)
}

// ResumeOwn goes on with a stay for what is one person's own; ResumeTogether with one by a code into joint meetings, for what is
// asked of two. Where it is the other, it is a stay that never was, found out by one look as that is (decision 0058).
func ResumeOwn(ctx context.Context, tx Tx, token string) (Stay, error) {
	s, err := tx.ClientSessionFor(ctx, stayHash(tx, token), false)
	return resume(ctx, tx, token, s, err)
}

// ResumeTogether is described with ResumeOwn.
func ResumeTogether(ctx context.Context, tx Tx, token string) (Stay, error) {
	s, err := tx.ClientSessionFor(ctx, stayHash(tx, token), true)
	return resume(ctx, tx, token, s, err)
}

func resume(ctx context.Context, tx Tx, token string, s ClientSession, err error) (Stay, error) {
	if err != nil {
		return Stay{}, over(err)
	}
	if !tx.Now().Before(s.Expires) {
		return Stay{}, fault.New(fault.Conflict, "stay.over")
	}
	h, err := tx.Code(ctx, s.Code)
	if err != nil {
		return Stay{}, over(err)
	}
	return put(ctx, tx, token, h)
}

func over(err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Conflict, "stay.over")
	}
	return err
}

// Leave ends a stay at once. Nothing to end is fine: whoever leaves has left.
func Leave(ctx context.Context, tx Tx, exit string) error {
	err := tx.DeleteClientSession(ctx, exitHash(tx, exit))
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// put keeps a stay. The exit capability comes out of the token, one way: every page of the stay can hold it.
func put(ctx context.Context, tx Tx, token string, h Holder) (Stay, error) {
	s := Stay{Token: token, Exit: exitOf(tx, token), Holder: h, Expires: tx.Now().Add(idle)}
	return s, tx.PutClientSession(ctx, ClientSession{Hash: stayHash(tx, token), ExitHash: exitHash(tx, s.Exit), Code: h.Index, Expires: s.Expires})
}

func token() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func exitOf(tx Tx, token string) string {
	return base64.RawURLEncoding.EncodeToString(tx.Derive("client-exit", token))
}

func stayHash(tx Tx, token string) []byte { return tx.Index("client-session", token) }
func exitHash(tx Tx, exit string) []byte  { return tx.Index("client-exit", exit) }
