package storage

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/figure"
)

// Days that tell of a visit without being its own lie in boxes of the house's key of times, as the visit's own do (decision
// 0057): when an episode began and ended, what was agreed for when, what was looked at on which day.

// nothing stands in a box for a word that there is not.
const nothing = "-"

func unmarked(word string) string {
	if word == nothing {
		return ""
	}
	return word
}

func marked(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = cmp.Or(w, nothing)
	}
	return out
}

// sealWords seals words for a row.
func (tx *Tx) sealWords(place string, words ...string) ([]byte, error) {
	s, err := tx.timesSeal()
	if err != nil {
		return nil, err
	}
	return s.box(place, marked(words)...), nil
}

// openWords opens words of a row, as many as one of the numbers says.
func (tx *Tx) openWords(place string, box []byte, n ...int) ([]string, error) {
	s, err := tx.timesSeal()
	if err != nil {
		return nil, err
	}
	return s.some(place, box, n...)
}

// some opens a box of so many words.
func (s *timesSeal) some(place string, box []byte, n ...int) ([]string, error) {
	w, err := s.words(place, box)
	if err == nil && !slices.Contains(n, len(w)) {
		err = errors.New("open times: a box has other words than were put into it")
	}
	for i := range w {
		w[i] = unmarked(w[i])
	}
	return w, err
}

// openMoment opens the one instant of a row.
func (tx *Tx) openMoment(place string, box []byte) (time.Time, error) {
	w, err := tx.openWords(place, box, 1)
	if err != nil {
		return time.Time{}, err
	}
	return calendar.ParseStamp(w[0])
}

// spells reads an episode's days: when it began, ended and is erased, when a coordinator decided, when the client first asked,
// how long they waited for the first meeting, which added to that is when it was, and what it was counted as. The id stands before it.
type spells struct {
	tx *Tx
	of *episode.Episode
}

func (v spells) Scan(value any) error {
	box, ok := value.([]byte)
	if !ok {
		return errors.New("a box came otherwise than it was asked for")
	}
	s, err := v.tx.timesSeal()
	if err != nil {
		return err
	}
	w, err := s.spells(sealedAt("episode.times", v.of.ID), box)
	if err != nil {
		return err
	}
	e := v.of
	e.First = openFirst(w[6])
	e.Opened, e.Closed, e.EraseOn, e.Decision.Day = calendar.Date(w[0]), calendar.Date(w[1]), calendar.Date(w[2]), calendar.Date(w[3])
	e.Wait = -1
	if w[5] != "" {
		if e.Wait, err = strconv.Atoi(w[5]); err != nil {
			return errors.New("a count came as a word")
		}
	}
	e.Contacted, err = calendar.ParseStamp(w[4])
	return err
}

// spells opens an episode's box of seven words, or of six: sealed before it was kept as what a first meeting was counted.
func (s *timesSeal) spells(place string, box []byte) ([]string, error) {
	w, err := s.some(place, box, 6, 7)
	if len(w) == 6 {
		w = append(w, "")
	}
	return w, err
}

func (tx *Tx) sealSpells(e episode.Episode) ([]byte, error) {
	wait := ""
	if e.Wait >= 0 {
		wait = strconv.Itoa(e.Wait)
	}
	return tx.sealWords(sealedAt("episode.times", e.ID), string(e.Opened), string(e.Closed), string(e.EraseOn), string(e.Decision.Day),
		calendar.Stamp(e.Contacted), wait, sealFirst(e.First))
}

// sealFirst is what a first meeting was counted as, in one word.
func sealFirst(f figure.First) string {
	if f == (figure.First{}) {
		return ""
	}
	return strings.Join([]string{f.Month, f.DayPart, f.Place, f.Band, f.Promise}, "/")
}

func openFirst(word string) figure.First {
	w := strings.Split(word, "/")
	if len(w) != 5 {
		return figure.First{}
	}
	return figure.First{Month: w[0], DayPart: w[1], Place: w[2], Band: w[3], Promise: w[4]}
}

// period is the mark of a stretch of days: a commitment has one that begins on a day. It is unique, and tells nothing.
func (s *timesSeal) period(ep string, first calendar.Date) []byte {
	return s.marks.Mark("period", ep+" "+string(first))
}

func periodAt(ep string, no int) string {
	return sealedAt("commitment_period.times", ep+"/"+strconv.Itoa(no))
}

func sealPeriod(s *timesSeal, ep string, no int, p commitment.Period) []byte {
	return s.box(periodAt(ep, no), marked([]string{string(p.First), string(p.Last), string(p.Recorded)})...)
}
