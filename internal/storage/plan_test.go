package storage_test

import (
	"regexp"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// small are tables and partial indexes that stay small whatever the years bring: reading one through is no harm. Booked
// meetings are few, so are rooms that groups and days have, and "first" is a count that stops early.
var small = regexp.MustCompile(`^SCAN (conversation|job|unit|offer|place|room|opening|emergency|s|n|first|a USING (COVERING )?INDEX appointment_booked|c USING (COVERING )?INDEX safe_contact_replied|room_cell USING (COVERING )?INDEX room_cell_(circle|occasion)|r)\b`)

var bareLimit = regexp.MustCompile(`LIMIT \$`)

// What a desk and the sweep ask all day is found by an index, and sorted by one where it matters: no list reads a
// growing table through (design 8).
func TestListsAskIndexes(t *testing.T) {
	db := storagetest.Open(t, "sqlite", nil)
	in(t, db, func(h house) {
		furnish(h)
		e := h.episode("Salla", "none")
		h.full(e)
		r := h.request("Noora", later)
		c := h.talk(h.tx.Now())
		asks := map[string]func() error{
			"waiting":  func() error { _, err := h.tx.Waiting(h.ctx, by(own), 50); return err },
			"episodes": func() error { _, err := h.tx.Episodes(h.ctx, by(coordinator), episode.Filter{Limit: 50}); return err },
			"own episodes": func() error {
				_, err := h.tx.Episodes(h.ctx, by(own), episode.Filter{Mine: true, Stage: "open", Limit: 50})
				return err
			},
			"next page": func() error {
				_, err := h.tx.Episodes(h.ctx, by(own), episode.Filter{After: string(e.ID), Limit: 50})
				return err
			},
			"calendar": func() error {
				_, err := h.tx.Calendar(h.ctx, by(own), later, later.AddDate(0, 0, 7), north)
				return err
			},
			"notices":       func() error { _, err := h.tx.Notices(h.ctx, by(own), 50); return err },
			"overdue":       func() error { _, err := h.tx.Overdue(h.ctx, by(own), later, 50); return err },
			"places over":   func() error { _, err := h.tx.PlacesOver(h.ctx, later, 50); return err },
			"conversations": func() error { _, err := h.tx.Conversations(h.ctx, by(own)); return err },
			"granted":       func() error { _, err := h.tx.Granted(h.ctx, by(own), access.Episode, string(e.ID)); return err },
			"state":         func() error { _, err := h.tx.EpisodeState(h.ctx, e.ID); return err },
			"appointments":  func() error { _, err := h.tx.Appointments(h.ctx, e.ID); return err },
			"busy": func() error {
				_, err := h.tx.Busy(h.ctx, []access.AccountID{own, colleague}, later, later.AddDate(0, 0, 14))
				return err
			},
			"rooms": func() error { _, err := h.tx.Rooms(h.ctx, office); return err },
			"rooms taken": func() error {
				_, err := h.tx.RoomsTaken(h.ctx, []organization.RoomID{birch, aspen}, later, 60, organization.Taker{})
				return err
			},
			"rooms of a day": func() error { _, err := h.tx.RoomBusy(h.ctx, office, later, later.AddDate(0, 0, 1)); return err },
			"grants over":    func() error { _, err := h.tx.DropEmergencies(h.ctx, later); return err },
			"sessions over":  func() error { _, err := h.tx.DeleteClientSessionsOver(h.ctx, later); return err },
			"a request ends": func() error { return h.tx.DeleteRequest(h.ctx, h.request("Meri", later).ID) },
			"slots":          func() error { _, err := h.tx.Slots(h.ctx, r.ID, ""); return err },
			"expired":        func() error { _, err := h.tx.ExpiredRequests(h.ctx, later, 50); return err },
			"erasure":        func() error { _, err := h.tx.DueForErasure(h.ctx, "2027-02-12", 50); return err },
			"new code":       func() error { return h.tx.PutCode(h.ctx, intake.Holder{Index: hash("a"), Episode: string(e.ID)}) },
			"audit":          func() error { _, err := h.tx.Audit(h.ctx, string(e.ID)); return err },
			"keep a request": func() error { return h.tx.PutRequest(h.ctx, r) },
			"keep a visit":   func() error { return h.tx.PutAppointment(h.ctx, visit(e, 4, clockAt("2027-02-02", "12:00"))) },
			"keep a held visit": func() error {
				return h.tx.PutAppointment(h.ctx, overAs(visit(e, 5, clockAt("2027-02-02", "12:00")), appointment.Held, 5))
			},
			"chat": func() error { _, err := h.tx.Messages(h.ctx, c, 0); return err },
		}
		for name, ask := range asks {
			var err error
			heard := h.tx.Listen(func() { err = ask() })
			h.must(err)
			if len(heard) == 0 {
				t.Errorf("%s: nothing was asked", name)
			}
			for _, a := range heard {
				steps, err := h.tx.Plan(h.ctx, a)
				h.must(err)
				if bareLimit.MatchString(a.Query) {
					t.Errorf("%s: a bare limit makes SQLite plan anew for every value: %s", name, a.Query)
				}
				for _, s := range steps {
					if strings.HasPrefix(s, "SCAN ") && !small.MatchString(s) {
						t.Errorf("%s: %s\nin %s\nof %v", name, s, a.Query, steps)
					}
				}
			}
		}
		unsorted := h.tx.Listen(func() { h.tx.Episodes(h.ctx, by(coordinator), episode.Filter{Limit: 50}) })
		for _, a := range unsorted {
			if steps, _ := h.tx.Plan(h.ctx, a); strings.Contains(a.Query, "access_grant g") && strings.Contains(strings.Join(steps, " "), "TEMP B-TREE") {
				t.Errorf("a page of episodes sorts all that the holder may see: %v", steps)
			}
		}
	})
}
