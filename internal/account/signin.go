package account

import (
	"context"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
)

// Wrong tries cost time: from the fifth on 30 seconds, doubling to a quarter of an hour. A passkey is not slowed by it,
// so nobody can be locked out of the own work by a stranger's guesses.
const (
	freeTries = 5
	firstWait = 30 * time.Second
	longWait  = 15 * time.Minute
)

// Refused is the one answer to every try that fails: unknown address, wrong password, wrong code, too soon.
func Refused() error { return fault.New(fault.Invalid, "account.refused") }

// wrongTry counts a wrong try and sets the wait that follows.
func (a *Account) wrongTry(now time.Time) {
	a.Wrong++
	if a.Wrong < freeTries {
		return
	}
	wait := firstWait
	for i := freeTries; i < a.Wrong && wait < longWait; i++ {
		wait *= 2
	}
	a.WaitUntil = now.Add(min(wait, longWait))
}

func (a *Account) rightTry() { a.Wrong, a.WaitUntil = 0, time.Time{} }

// Proof is a password on its way to being right. Hashing takes a while, so it happens between two transactions: Prove
// reads, Check works, SignIn decides and keeps.
type Proof struct {
	account access.AccountID // "" for an unknown address
	hash    string
	right   bool
}

// Prove finds what a password for this address is to be checked against. An unknown address gets a proof too.
func Prove(ctx context.Context, tx Tx, email string) (*Proof, error) {
	if len(email) > 320 {
		email = ""
	}
	a, err := tx.AccountByEmail(ctx, emailIndex(tx, email))
	if fault.Is(err, fault.NotFound) {
		return &Proof{}, nil
	}
	if err != nil || a.State != Active || a.Password == "" {
		return &Proof{}, err
	}
	return &Proof{account: a.ID, hash: a.Password}, nil
}

// Check hashes the password, outside any transaction. An unknown address costs the same work.
func (p *Proof) Check(ctx context.Context, password string) error {
	hash := p.hash
	if hash == "" {
		var err error
		if hash, err = nobody(); err != nil {
			return err
		}
	}
	if len(password) > 4*maxPassword {
		password = "" // still hashed: a long one must not be quicker
	}
	right, err := matches(ctx, hash, password)
	p.right = right && p.account != ""
	return err
}

// SignIn decides over a checked password and its one-time code and begins a stay. The wrong tries are counted here, in
// one serializable step, so a hundred guesses sent at once are not a hundred free ones: after the fifth that is
// counted, the right one is refused too.
func SignIn(ctx context.Context, tx Tx, p *Proof, code, former string) (Signed, error) {
	a, refusal, err := decide(ctx, tx, p, code)
	if err != nil || refusal != nil {
		return Signed{Refusal: refusal}, err
	}
	token, err := open(ctx, tx, a.ID, ByPassword, absolute, former)
	return Signed{Token: token, Account: a}, err
}

// decide takes the checked password and the code, or counts a wrong try.
func decide(ctx context.Context, tx Tx, p *Proof, code string) (a Account, refusal, err error) {
	if p.account == "" {
		return a, Refused(), nil
	}
	a, err = tx.Account(ctx, p.account)
	if err != nil {
		return a, nil, err
	}
	if a.State != Active {
		return a, Refused(), nil
	}
	if tx.Now().Before(a.WaitUntil) {
		return a, Refused(), refusedOnce(ctx, tx, a.ID)
	}
	if !p.right || a.Password != p.hash || !a.takeCode(code, tx.Now()) {
		a.wrongTry(tx.Now())
		if err := refusedOnce(ctx, tx, a.ID); err != nil {
			return a, nil, err
		}
		return a, Refused(), keep(ctx, tx, a)
	}
	a.rightTry()
	return a, nil, keep(ctx, tx, a)
}
