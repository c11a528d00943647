package rights

import (
	"context"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
)

// Facts are what a client may let somebody see, one at a time; Partners whom they may give it to.
var (
	Facts    = []string{"client", "booked", "visits"}
	Partners = []string{"social", "health", "police", "school", "shelter", "other"}
)

// releaseDays is how long a release waits for its partner.
const releaseDays = 7

// Release is one fact that a client lets one partner see once. The code is kept as a blind index alone, and the row goes
// with its use. Nothing else tells that there was one.
type Release struct {
	Index   []byte
	Request intake.RequestID
	Episode string
	Fact    string
	Partner string
	Expires time.Time
}

// Give makes a release and its code, which is shown once.
func Give(ctx context.Context, tx Tx, h intake.Holder, fact, partner string) (intake.Code, time.Time, error) {
	if err := ownOnly(ctx, tx, h); err != nil {
		return "", time.Time{}, err
	}
	var form fault.Form
	if !slices.Contains(Facts, fact) {
		form.Add("fact", "form.choice")
	}
	if !slices.Contains(Partners, partner) {
		form.Add("partner", "form.choice")
	}
	if err := form.Err(); err != nil {
		return "", time.Time{}, err
	}
	code := intake.NewCode()
	r := Release{Index: releaseIndex(tx, code), Request: h.Request, Episode: h.Episode, Fact: fact, Partner: partner,
		Expires: tx.Now().Add(releaseDays * 24 * time.Hour)}
	return code, r.Expires, tx.PutRelease(ctx, r)
}

// Told is what a partner sees: the fact, for whom it was meant, and its number where it has one.
type Told struct {
	Fact    string
	Partner string
	Yes     bool // of "booked": a time is booked
	Visits  int
}

// Take shows the fact of a release and makes its code dead. A code that was never given, was used or has run out reads
// the same.
func Take(ctx context.Context, tx Tx, ms model.Set, code intake.Code) (Told, error) {
	r, err := tx.Release(ctx, releaseIndex(tx, code))
	if fault.Is(err, fault.NotFound) || err == nil && !tx.Now().Before(r.Expires) {
		return Told{}, fault.New(fault.NotFound, "code.wrong")
	}
	if err != nil {
		return Told{}, err
	}
	told := Told{Fact: r.Fact, Partner: r.Partner}
	if r.Fact != "client" {
		v, err := appointment.ForClient(ctx, tx, ms, intake.Holder{Request: r.Request, Episode: r.Episode})
		if err != nil {
			return Told{}, err
		}
		if r.Fact == "booked" {
			told.Yes = len(v.Coming) > 0
		} else {
			told.Visits = v.Used
		}
	}
	return told, tx.UseRelease(ctx, r.Index)
}

func notFound() error { return fault.New(fault.NotFound, "not-found") }

func releaseIndex(tx Tx, c intake.Code) []byte { return tx.Index("release", string(c)) }
