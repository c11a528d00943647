package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
)

// Recovery of an account by two others (decision 0048). One asks and is told a code; another agrees and is given the link.
// The owner opens the link with the code, so that neither of the two could alone. Where nobody is there to agree, whoever
// asked gets the link after three days, of which the owner has been told on the first.

// AloneAfter is how long somebody waits who recovers a colleague's account alone: a weekend is over by then.
const AloneAfter = 72 * time.Hour

const (
	askedStands = 7 * 24 * time.Hour
	wrongCodes  = 5
)

// TellRecovery is the job that writes to an owner that a colleague has asked for a recovery. The object is the recovery.
const TellRecovery = "tell-recovery"

// Asked is a recovery that was asked for and has not been used.
type Asked struct {
	ID       string
	Account  access.AccountID
	AskedBy  access.AccountID
	AgreedBy access.AccountID // "" while nobody has
	At       time.Time
	Expires  time.Time
	Code     []byte // fingerprint
	Wrong    int    // codes typed wrong
}

// Stand is how a recovery stands for one who looks at it.
type Stand struct {
	Asked
	Mine   bool      // the reader asked for it
	Agrees bool      // the reader may agree
	Alone  time.Time // when who asked may have the link alone; zero where somebody can agree
}

// keepable loads a colleague whose whole account the actor keeps, and who is not the actor.
func keepable(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) (Account, []access.Membership, error) {
	a, ms, err := colleague(ctx, tx, by, who)
	switch {
	case err != nil:
		return a, ms, err
	case by.Account == who:
		return a, ms, fault.New(fault.Invalid, "account.own-link")
	case !Keeps(by, ms):
		return a, ms, fault.New(fault.Invalid, "account.other-units")
	}
	return a, ms, nil
}

// AskRecovery begins a recovery and gives the code, which is told once. Asking again makes a new code.
func AskRecovery(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) (string, error) {
	a, _, err := keepable(ctx, tx, by, who)
	if err != nil {
		return "", err
	}
	if a.State != Active {
		return "", fault.New(fault.Conflict, "account.changed")
	}
	was, standing, err := standing(ctx, tx, who)
	switch {
	case err != nil:
		return "", err
	case standing && was.AskedBy != by.Account:
		return "", fault.New(fault.Conflict, "account.recovery-asked")
	case standing: // the three days go on from the first asking, and the owner's letter holds
		code := newCode()
		was.Code, was.AgreedBy, was.Wrong = codeIndex(tx, was.ID, code), "", 0
		return spell(code), startAgain(ctx, tx, was)
	}
	r := Asked{ID: id.New(), Account: who, AskedBy: by.Account, At: tx.Now(), Expires: tx.Now().Add(askedStands)}
	code := newCode()
	r.Code = codeIndex(tx, r.ID, code)
	if err := startAgain(ctx, tx, r); err != nil {
		return "", err
	}
	if err := note(ctx, tx, by, audit.Asked, who); err != nil {
		return "", err
	}
	return spell(code), tx.PutJob(ctx, TellRecovery, r.ID, tx.Now())
}

// startAgain keeps a recovery that nobody has agreed to; links of before it die.
func startAgain(ctx context.Context, tx Tx, r Asked) error {
	if err := tx.DeleteLinks(ctx, r.Account); err != nil {
		return err
	}
	return tx.PutRecovery(ctx, r)
}

func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
	if err != nil {
		panic(err) // crypto/rand ends the program rather than fail
	}
	return fmt.Sprintf("%08d", n)
}

func spell(code string) string { return code[:4] + " " + code[4:] }

func codeIndex(tx Tx, recovery, code string) []byte {
	return tx.Index("account.recovery", recovery+"|"+strings.Join(strings.Fields(code), ""))
}

// standing is the recovery of an account that is still on; false when there is none.
func standing(ctx context.Context, tx Tx, who access.AccountID) (Asked, bool, error) {
	r, err := tx.RecoveryOf(ctx, who)
	if fault.Is(err, fault.NotFound) || (err == nil && !tx.Now().Before(r.Expires)) {
		return Asked{}, false, nil
	}
	return r, err == nil, err
}

// RecoveryFor is how the recovery of a colleague stands for the actor; false when none is on.
func RecoveryFor(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) (Stand, bool, error) {
	r, on, err := standing(ctx, tx, who)
	if err != nil || !on {
		return Stand{}, false, err
	}
	ms, err := tx.Memberships(ctx, who)
	if err != nil {
		return Stand{}, false, err
	}
	s := Stand{Asked: r, Mine: r.AskedBy == by.Account}
	s.Agrees = !s.Mine && by.Account != who && Keeps(by, ms)
	other, err := anotherKeeps(ctx, tx, r, ms)
	if !other {
		s.Alone = r.At.Add(AloneAfter)
	}
	return s, true, err
}

// anotherKeeps tells whether somebody works here who could agree: neither who asked nor the owner.
func anotherKeeps(ctx context.Context, tx Tx, r Asked, ms []access.Membership) (bool, error) {
	all, err := tx.Colleagues(ctx, "")
	return slices.ContainsFunc(all, func(c Colleague) bool {
		return c.Works() && c.ID != r.AskedBy && c.ID != r.Account && Keeps(access.Actor{Account: c.ID, Roles: c.Roles}, ms)
	}), err
}

// AgreeRecovery gives the link: to a second colleague who agrees, or after the days of waiting to who asked, where nobody
// could agree. It is told once; agreeing again makes a new one.
func AgreeRecovery(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) (string, error) {
	if _, _, err := keepable(ctx, tx, by, who); err != nil {
		return "", err
	}
	s, on, err := RecoveryFor(ctx, tx, by, who)
	switch {
	case err != nil:
		return "", err
	case !on:
		return "", fault.New(fault.Conflict, "account.recovery-none")
	case s.Mine && s.Alone.IsZero():
		return "", fault.New(fault.Conflict, "account.recovery-second")
	case s.Mine && tx.Now().Before(s.Alone):
		return "", fault.New(fault.Conflict, "account.recovery-wait")
	case !s.Mine:
		s.AgreedBy = by.Account
	}
	if err := tx.PutRecovery(ctx, s.Asked); err != nil {
		return "", err
	}
	if err := note(ctx, tx, by, audit.Approved, who); err != nil {
		return "", err
	}
	return newLink(ctx, tx, who, Recovery, recoveryStands)
}

// StopRecovery takes a recovery back, with its link: a colleague who could have asked for it does, or its owner. Nothing
// else of the owner's changes. Stopping what has stopped is no mistake.
func StopRecovery(ctx context.Context, tx Tx, by access.Actor, who access.AccountID) error {
	if by.Account != who {
		if _, _, err := keepable(ctx, tx, by, who); err != nil {
			return err
		}
	}
	r, on, err := standing(ctx, tx, who)
	if err != nil || !on {
		return err
	}
	return stop(ctx, tx, by, r)
}

func stop(ctx context.Context, tx Tx, by access.Actor, r Asked) error {
	if err := end(ctx, tx, r); err != nil {
		return err
	}
	return note(ctx, tx, by, audit.Stopped, r.Account)
}

func end(ctx context.Context, tx Tx, r Asked) error {
	if err := tx.DeleteRecovery(ctx, r.ID); err != nil {
		return err
	}
	return tx.DeleteLinks(ctx, r.Account)
}

// OwnRecovery is the recovery that somebody has asked for of the signed-in account; false when there is none.
func OwnRecovery(ctx context.Context, tx Tx, by access.Actor) (Asked, bool, error) {
	return standing(ctx, tx, by.Account)
}

// ToAgree are the recoveries that wait for the actor to agree.
func ToAgree(ctx context.Context, tx Tx, by access.Actor) ([]Asked, error) {
	if !access.People.Allows(by) {
		return nil, nil
	}
	all, err := tx.Recoveries(ctx)
	if err != nil {
		return nil, err
	}
	var out []Asked
	for _, r := range all {
		s, on, err := RecoveryFor(ctx, tx, by, r.Account)
		if err != nil {
			return nil, err
		}
		if on && s.Agrees && r.AgreedBy == "" {
			out = append(out, r)
		}
	}
	return out, nil
}

// Word is what the owner's letter carries in its address: by it a recovery is stopped without signing in. It opens nothing.
func Word(tx Tx, recovery string) string {
	return strings.ReplaceAll(recovery, "-", "") + hex.EncodeToString(tx.Index("account.recovery.stop", recovery)[:16])
}

// recoveryBy is the recovery that a letter's word names.
func recoveryBy(ctx context.Context, tx Tx, word string) (Asked, error) {
	over := fault.New(fault.NotFound, "account.recovery-over")
	if len(word) != 64 {
		return Asked{}, over
	}
	name := strings.Join([]string{word[:8], word[8:12], word[12:16], word[16:20], word[20:32]}, "-")
	if !id.Valid(name) || !hmac.Equal([]byte(word), []byte(Word(tx, name))) {
		return Asked{}, over
	}
	r, err := tx.Recovery(ctx, name)
	if fault.Is(err, fault.NotFound) || (err == nil && !tx.Now().Before(r.Expires)) {
		err = over
	}
	return r, err
}

// FindRecovery tells whether a letter's word names a recovery that is on, without doing anything: mail programs open
// addresses before people do.
func FindRecovery(ctx context.Context, tx Tx, word string) error {
	_, err := recoveryBy(ctx, tx, word)
	return err
}

// StopByWord is the owner's "this was not me".
func StopByWord(ctx context.Context, tx Tx, word string) error {
	r, err := recoveryBy(ctx, tx, word)
	if err != nil {
		return err
	}
	return stop(ctx, tx, access.Actor{Account: r.Account}, r)
}

// takeRecovery is the code that goes with a recovery's link. Too many wrong ones end the recovery.
func takeRecovery(ctx context.Context, tx Tx, l Link, code string) (refusal, err error) {
	r, on, err := standing(ctx, tx, l.Account)
	switch {
	case err != nil:
		return nil, err
	case !on:
		return nil, linkOver()
	case hmac.Equal(r.Code, codeIndex(tx, r.ID, code)):
		return nil, tx.DeleteRecovery(ctx, r.ID)
	}
	var form fault.Form
	form.Add("code", "account.recovery-code")
	if r.Wrong++; r.Wrong >= wrongCodes {
		return linkOver(), end(ctx, tx, r)
	}
	return form.Err(), tx.PutRecovery(ctx, r)
}
