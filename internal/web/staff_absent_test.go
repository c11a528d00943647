package web_test

import (
	"context"
	"net/http"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// A meeting whose worker has fallen ill stands on the desks of the worker and the coordinator until it is moved, somebody else
// holds it, or the worker is back after all; on nobody else's, and not for an absence on another day.
func TestMeetingsOfTheAbsentOnTheDesk(t *testing.T) {
	const listed = "Tapaamiset, joiden työntekijä on poissa"
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		s := newSides(t, h) // Aamu comes to Noora on Thursday 14.1.2027
		desks := func(stage string, want map[string]bool) {
			t.Helper()
			for who, is := range want {
				b := s.browser[who]
				if says := b.Want(b.Get("/desk"), http.StatusOK).Says(listed); says != is {
					t.Errorf("%s: the list is on %s's desk: %v", stage, who, says)
				}
			}
		}
		noora := s.Staff["noora"].Account
		away := func(id string, first, last calendar.Date) {
			h.Do(func(ctx context.Context, tx *storage.Tx) error {
				return organization.KeepAbsence(ctx, tx, access.System(), noora, organization.Absence{ID: id, First: first, Last: last})
			})
		}
		desks("nobody is away", map[string]bool{"noora": false, "marja": false, "elina": false})
		away("a-other", "2027-01-18", "2027-01-20")
		desks("away on another day", map[string]bool{"noora": false, "marja": false, "elina": false})
		away("a-same", "2027-01-13", "2027-01-14")
		desks("away on the day", map[string]bool{"noora": true, "marja": true, "elina": false})
		h.Do(func(ctx context.Context, tx *storage.Tx) error {
			return organization.DropAbsence(ctx, tx, access.System(), noora, "a-same")
		})
		desks("back after all", map[string]bool{"noora": false, "marja": false, "elina": false})
	})
}
