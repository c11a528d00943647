package web_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/feed"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/outing"
	"rinnalla.fi/rinnalla/internal/storage"
)

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// session signs the role's staff member in once more.
func (m *matrixHouse) session(who string) (token string) {
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		link, err := account.LinkFor(ctx, tx, access.System(), m.Staff[who].Account, account.Demo)
		if err != nil {
			return err
		}
		in, err := account.UseLink(ctx, tx, link, "", "")
		token = in.Token
		return err
	})
	return token
}

// deadStates are sessions that were somebody's.
var deadStates = []string{"signed-out", "unused", "over", "closed"}

func (m *matrixHouse) furnishSessions() {
	now := m.Clock.Now()
	for who, values := range map[string]map[string]string{"noora": m.here, "vieras": m.there} {
		m.session(who)
		values["session"] = m.in.Word("SELECT id FROM session WHERE account_id = $1 ORDER BY id LIMIT 1", string(m.Staff[who].Account))
	}
	for role, who := range m.roles {
		m.tokens[role+" live"] = m.session(who)
		out := m.session(who)
		m.Do(func(ctx context.Context, tx *storage.Tx) error { return account.SignOut(ctx, tx, out) })
		unused, over := m.session(who), m.session(who)
		m.age(unused, now.Add(-time.Hour), now.Add(-31*time.Minute), now.Add(11*time.Hour))
		m.age(over, now.Add(-12*time.Hour), now.Add(-time.Minute), now)
		m.tokens[role+" unproved"] = m.session(who)
		m.age(m.tokens[role+" unproved"], now.Add(-2*time.Hour), now, now.Add(10*time.Hour))
		m.tokens[role+" signed-out"], m.tokens[role+" unused"], m.tokens[role+" over"] = out, unused, over

		gone := "gone-" + role
		m.Do(func(ctx context.Context, tx *storage.Tx) error {
			roles := m.Staff[who].Roles
			a, _, err := account.InviteFor(ctx, tx, access.System(), gone, gone+"@example.org", locale.Finnish, roles)
			m.Staff[gone] = access.Actor{Account: a.ID, Roles: roles}
			return err
		})
		m.tokens[role+" closed"] = m.session(gone)
		m.Do(func(ctx context.Context, tx *storage.Tx) error {
			return account.Close(ctx, tx, access.System(), m.Staff[gone].Account)
		})
		delete(m.Staff, gone)
	}
}

// age makes a session as old as it takes hours to become.
func (m *matrixHouse) age(token string, created, seen, expires time.Time) {
	m.in.Exec("UPDATE session SET created = $1, proved = $1, seen = $2, expires = $3 WHERE hash = $4", calendar.Stamp(created), calendar.Stamp(seen), calendar.Stamp(expires), hashOf(token))
}

// invite makes one more account, like another's or a worker's, and gives the link that was sent.
func (m *matrixHouse) invite(like string) (token string) {
	if like == "" {
		like = "noora"
	}
	m.n++
	key := fmt.Sprintf("uusi-%d", m.n)
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		roles := m.Staff[like].Roles
		a, link, err := account.InviteFor(ctx, tx, access.System(), key, key+"@example.org", locale.Finnish, roles)
		token, m.Staff["uusi"] = link, access.Actor{Account: a.ID, Roles: roles}
		return err
	})
	return token
}

func (m *matrixHouse) furnishLinks() {
	m.put("link", "own", map[string]string{"token": m.invite("")}, nil)
	used := m.invite("")
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		_, err := account.UseLink(ctx, tx, used, "", "")
		return err
	})
	m.put("link", "ended", map[string]string{"token": used}, nil)
}

// furnishFeeds gives a worker an address for a calendar program, and another one who has ended theirs.
func (m *matrixHouse) furnishFeeds() {
	of := func(who string) (token string) {
		m.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
			token, err = feed.Make(ctx, tx, m.Staff[who])
			return err
		})
		return token + ".ics"
	}
	m.put("feed", "own", map[string]string{"token": of("vieras")}, nil)
	ended := of("elina")
	m.Do(func(ctx context.Context, tx *storage.Tx) error { return feed.End(ctx, tx, m.Staff["elina"]) })
	m.put("feed", "ended", map[string]string{"token": ended}, nil)
}

// furnishOutings lets a colleague, and somebody of another unit, be out and long over their time.
func (m *matrixHouse) furnishOutings() {
	for relation, who := range map[string]string{"own": "noora", "colleague": "elina", "outside": "vieras"} {
		m.Do(func(ctx context.Context, tx *storage.Tx) error {
			of, _, err := m.client(ctx, tx, who, true)
			m.put("trip", relation, nil, map[string]string{"meeting": of.values["meeting"]})
			return err
		})
	}
	for _, kind := range []string{"missing", "whereabouts"} {
		for relation, who := range map[string]string{"own": "elina", "outside": "vieras"} {
			m.put(kind, relation, nil, m.missing(who).values)
		}
	}
}

// missing is a worker who has not come back from a client's.
func (m *matrixHouse) missing(worker string) (x thing) {
	m.Do(func(ctx context.Context, tx *storage.Tx) error {
		of, _, err := m.client(ctx, tx, worker, true)
		if err != nil {
			return err
		}
		by := m.Staff[worker]
		x = thing{nil, map[string]string{"who": string(by.Account)}}
		return tx.PutOuting(ctx, outing.Outing{Appointment: appointment.ID(of.values["meeting"]), Account: by.Account, Unit: by.Roles[0].Unit,
			At: calendar.Local{Day: "2027-01-12", Clock: "08:00", Zone: "Europe/Helsinki"}, PlaceKind: appointment.Agreed, Due: tx.Now().Add(-time.Hour)})
	})
	return x
}
