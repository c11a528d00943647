package web_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/locale"
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
