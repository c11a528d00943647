package app

import (
	"context"
	"slices"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/wall"
)

// That a contact waits is told to the unit's own address; behind a wall to nobody but those who may serve the client, for
// whoever is on the other side would read of one and find none.
func TestDeskLetterStopsAtAWall(t *testing.T) {
	eachMailed(t, byMail(), func(m *mailed) {
		m.must(func(ctx context.Context, tx *storage.Tx) error {
			u := m.Unit
			u.Email = "koko.yksikko@example.fi"
			if err := tx.PutUnit(ctx, u); err != nil {
				return err
			}
			return wall.Mark(ctx, tx, m.Worker, wall.Ref{Kind: access.Episode, ID: string(m.target.Episode)}, wall.Other, wall.Told{Phone: seal.Of("0405550202")})
		})
		asks := func(day, number string) (told []string) {
			before := len(m.server.Kept())
			m.must(func(ctx context.Context, tx *storage.Tx) error {
				_, err := intake.Make(ctx, tx, m.Organisation.Models, access.Anyone(), intake.New{Offer: m.Adults.ID, Channel: intake.Form, Lang: locale.Finnish, Age: -1,
					Contact: person.SafeContact{Channel: person.Call, Address: seal.Of(number), HourFrom: 9, HourTo: 17, LastDay: "2027-03-31"}})
				return err
			})
			m.live(day, "23:00")
			for _, l := range m.server.Kept()[before:] {
				if !strings.Contains(l.To, hers) {
					told = append(told, l.To)
				}
			}
			return told
		}
		if told := asks("2027-03-01", "0405550203"); len(told) != 1 || !strings.Contains(told[0], "koko.yksikko") {
			t.Errorf("of a contact without a wall is told to %q", told)
		}
		m.clock.Set(m.at("2027-03-02", "09:00"))
		told := asks("2027-03-02", "0405550202")
		if len(told) == 0 || slices.ContainsFunc(told, func(to string) bool { return strings.Contains(to, "koko.yksikko") || strings.Contains(to, "worker@") }) {
			t.Errorf("of the other party is told to %q", told)
		}
	})
}
