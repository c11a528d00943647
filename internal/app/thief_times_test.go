package app

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/storage"
)

const aMeeting = "when a meeting is"

// times learns when every meeting, offered time and message is, in the words a database or a program would have for it.
func (h *thief) times() {
	h.t.Helper()
	at := func(a calendar.Local, starts, ends time.Time) {
		for _, moment := range []time.Time{starts, ends} {
			stamp := calendar.Stamp(moment)
			h.moments[stamp] = true
			// Whole, for the minute alone may be that of something else.
			for _, word := range []string{stamp, strings.Replace(stamp[:19], "T", " ", 1), strconv.FormatInt(moment.UnixMilli(), 10)} {
				h.secrets[word] = aMeeting
			}
		}
		h.secrets[string(a.Day)+" "+string(a.Clock)] = aMeeting
	}
	episodes, slots, messages := h.ids("SELECT id FROM episode"), h.ids("SELECT id FROM slot"), h.ids("SELECT id FROM outgoing")
	h.must(func(ctx context.Context, tx *storage.Tx) error {
		for _, id := range episodes {
			all, err := tx.Appointments(ctx, episode.ID(id))
			if err != nil {
				return err
			}
			for _, a := range all {
				if !a.Starts.IsZero() {
					h.met[a.State]++
					at(a.At, a.Starts, a.Ends)
				}
			}
		}
		for _, id := range slots {
			s, err := tx.Slot(ctx, appointment.SlotID(id))
			if err != nil {
				return err
			}
			at(s.At, s.Starts, s.Starts.Add(time.Duration(s.Minutes)*time.Minute))
		}
		for _, id := range messages {
			m, err := tx.Outgoing(ctx, outgoing.ID(id))
			if err != nil {
				return err
			}
			if m.State == outgoing.Queued && m.RunAt.After(tx.Now()) {
				h.met["message"]++
				h.secrets[calendar.Stamp(m.RunAt)], h.secrets[calendar.Stamp(m.Until)] = "when a message leaves", "when a message is too late"
			}
		}
		return nil
	})
	for _, at := range h.ids("SELECT run_at FROM job") { // one that waits now stands in SQLite's file too; see ofJobs
		delete(h.secrets, at)
	}
	for _, starts := range h.ids("SELECT starts FROM group_meeting UNION SELECT starts FROM line_evening") { // nobody's, and told on posters
		for word := range h.secrets {
			if strings.Contains(strings.Replace(starts, "T", " ", 1)+starts, word) {
				delete(h.secrets, word)
			}
		}
	}
	for _, kind := range []string{appointment.Booked, "message"} {
		if h.met[kind] == 0 {
			h.t.Errorf("no %s was learned: its times were not looked for", kind)
		}
	}
}

// meetings wants no cell of a row that belongs to a meeting, an offered time or a message to hold a day, a clock or an
// office, and the boxes to be all different and of one size.
func (h *thief) meetings() {
	h.t.Helper()
	office, mine := map[string]bool{}, map[string]bool{}
	for _, id := range h.ids("SELECT id FROM place") {
		office[id] = true
	}
	for _, table := range []string{"appointment", "slot", "outgoing"} {
		for _, id := range h.ids("SELECT id FROM " + table) {
			mine[id] = true
		}
		n, kinds := h.count("SELECT count(times) FROM "+table), h.count("SELECT count(DISTINCT times) FROM "+table)
		if n == 0 || n != kinds {
			h.t.Errorf("%s: %d boxes of which %d differ", table, n, kinds)
		}
		if sizes := h.count("SELECT count(DISTINCT length(times)) FROM " + table); sizes != 1 {
			h.t.Errorf("%s: boxes of %d sizes", table, sizes)
		}
	}
	tells := regexp.MustCompile(`\b[0-9]{4}-[0-9]{2}-[0-9]{2}|\b[0-2][0-9]:[0-5][0-9]`)
	row, told := map[string]bool{}, h.cells()
	for _, c := range told {
		if mine[c.text] {
			row[c.row] = true // the row itself, or one that names it
		}
	}
	for _, c := range told {
		table, _, _ := strings.Cut(c.row, " ")
		if (row[c.row] || table == "booking_cell" || table == "room_cell") && (tells.MatchString(c.text) || office[c.text]) {
			h.t.Errorf("%s tells of a meeting: %s", c.column, c.text)
		}
		if h.moments[c.text] && table != "group_meeting" && table != "line_evening" && table != "request" && table != "job" {
			h.t.Errorf("%s holds the moment of a meeting: %s", c.column, c.text)
		}
	}
	if n := h.count("SELECT count(*) FROM appointment WHERE state IN ('booked', 'on-hold') AND (place_kind <> '' OR day_part <> '')"); n != 0 {
		h.t.Errorf("%d meetings to come tell their kind of place or part of the day", n)
	}
}

func (h *thief) count(query string) (n int) {
	h.t.Helper()
	if err := h.db.QueryRowContext(h.t.Context(), query).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}
