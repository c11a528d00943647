package wall

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/audit"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
)

// Whose a mark is.
const (
	Contact = "contact" // the person's, from the way they have called safe; renewed with it
	Own     = "own"     // the person's, as they told a worker
	Other   = "other"   // the other party's
)

// Told is what is known of somebody for as long as it takes to make a fingerprint of it. It is never kept.
type Told struct {
	Phone seal.Text
	Email seal.Text
	Name  seal.Text
	Born  string // a date as typed
}

// home is where a number belongs that names no country.
const home = "+358"

// Phone is a telephone number as it is dialled from anywhere: "+358405550200". Not ok when it is none.
func Phone(typed string) (string, bool) {
	s := person.International(typed)
	switch {
	case strings.HasPrefix(s, "+"):
	case strings.HasPrefix(s, home[1:]) && len(s) > 10:
		s = "+" + s
	default:
		s = home + s
	}
	return s, len(s) >= 8 && len(s) <= 16
}

// Email is an address as mail finds it, whatever its capitals.
func Email(typed string) (string, bool) {
	s := strings.ToLower(norm.NFKC.String(strings.TrimSpace(typed)))
	at := strings.LastIndex(s, "@")
	return s, at > 0 && at < len(s)-1 && len(s) <= 254 && !strings.ContainsAny(s, " \t\r\n")
}

// Named is a full name with a date of birth, whatever its capitals and the order of its parts.
func Named(name string, born calendar.Date) (string, bool) {
	parts := strings.Fields(strings.ToLower(norm.NFKC.String(name)))
	slices.Sort(parts)
	return strings.Join(parts, " ") + " " + string(born), len(parts) >= 2 && born != ""
}

// marks are the fingerprints of what was told. Each kind has a purpose of its own, so that no two kinds meet.
func marks(tx Tx, t Told, form *fault.Form) [][]byte {
	var out [][]byte
	add := func(kind, value string) { out = append(out, tx.Index("party."+kind, value)) }
	if s := strings.TrimSpace(t.Phone.Reveal()); s != "" {
		if v, ok := Phone(s); ok {
			add("phone", v)
		} else {
			form.Add("phone", "contact.telephone")
		}
	}
	if s := strings.TrimSpace(t.Email.Reveal()); s != "" {
		if v, ok := Email(s); ok {
			add("email", v)
		} else {
			form.Add("email", "contact.email")
		}
	}
	name, born := strings.TrimSpace(t.Name.Reveal()), strings.TrimSpace(t.Born)
	if name != "" || born != "" {
		day, err := calendar.ParseDate(born)
		if err != nil {
			form.Add("born", "calendar.date")
		} else if v, ok := Named(name, day); ok {
			add("name", v)
		} else {
			form.Add("name", "wall.full-name")
		}
	}
	return out
}

// OfContact is what a safe contact tells of its person.
func OfContact(c person.SafeContact) Told {
	switch c.Channel {
	case person.Call, person.SMS:
		return Told{Phone: c.Address}
	case person.Email:
		return Told{Email: c.Address}
	}
	return Told{}
}

// MatchJob is the kind of job that ties a person to whom the marks tell: job.Object is the person. It comes after the
// answer, so that an answer takes the same time whether or not there was a match.
const MatchJob = "wall-match"

// Renew makes the person's marks anew from the way they have called safe, and tells whether they meet somebody's. Then
// it leaves MatchJob, and nobody is to be shown the newcomer before that is done.
func Renew(ctx context.Context, tx Tx, c person.SafeContact) (met bool, err error) {
	if err := tx.DeleteMarks(ctx, c.Person, Contact); err != nil {
		return false, err
	}
	var form fault.Form // an address that cannot be read makes no mark; the contact's own check has told of it
	own := marks(tx, OfContact(c), &form)
	if len(own) == 0 {
		return false, nil
	}
	for _, m := range own {
		if err := tx.PutMark(ctx, c.Person, m, Contact); err != nil {
			return false, err
		}
	}
	found, err := meets(ctx, tx, c.Person)
	if err != nil || len(found) == 0 {
		return false, err
	}
	return true, tx.PutJob(ctx, MatchJob, string(c.Person), tx.Now())
}

// Mark keeps fingerprints of what a worker was told of the other party, or of the client. The answer is the same
// whether somebody is met or not, and so is the time it takes: the match is a job.
func Mark(ctx context.Context, tx Tx, by access.Actor, r Ref, whose string, t Told) error {
	o, err := granted(ctx, tx, by, r)
	if err != nil {
		return err
	}
	var form fault.Form
	found := marks(tx, t, &form)
	if whose != Own && whose != Other {
		form.Add("whose", "form.choice")
	}
	if err := form.Err(); err != nil {
		return err
	}
	if len(found) == 0 {
		form.Add("phone", "wall.nothing-told")
		return form.Err()
	}
	for _, m := range found {
		if err := tx.PutMark(ctx, o.Person, m, whose); err != nil {
			return err
		}
	}
	if err := tx.PutJob(ctx, MatchJob, string(o.Person), tx.Now()); err != nil {
		return err
	}
	return audit.Note(ctx, tx, by, "changed", r.Kind, r.ID)
}

// meets are the persons whom marks tell to be parties to p: those of whom p told or who told of p, and the parties of
// whoever has the same number as p, for that is p come a second time. Somebody who shares a number with the other party
// is not tied by that alone.
func meets(ctx context.Context, tx Tx, p person.ID) ([]person.ID, error) {
	found, err := tx.Met(ctx, p)
	if err != nil {
		return nil, err
	}
	twins, err := tx.Twins(ctx, p)
	if err != nil || len(twins) == 0 {
		return found, err
	}
	ties, err := tx.Ties(ctx, twins)
	for _, t := range ties {
		for _, twin := range twins {
			other := t.Other(twin)
			if other != "" && other != p && !slices.Contains(twins, other) && !slices.Contains(found, other) {
				found = append(found, other)
			}
		}
	}
	return found, err
}

// Match ties a person to whom the marks tell. It is what MatchJob does; once more does nothing.
func Match(ctx context.Context, tx Tx, p person.ID) error {
	found, err := meets(ctx, tx, p)
	if err != nil {
		return err
	}
	for _, other := range found {
		if err := tie(ctx, tx, change{}, Between(p, other, ByMark)); err != nil {
			return err
		}
	}
	return Settle(ctx, tx, p)
}
