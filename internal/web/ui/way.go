package ui

import (
	"fmt"
	"strconv"
	"strings"
)

// Stop is a place on the way through a service. Beside names what goes along with it, apart from it.
type Stop struct {
	Name   string
	Text   string
	Beside string
}

// The drawing's measures, in its own units: a stop is as wide as its longest words.
const (
	stopWide = 150
	stopTop  = 16
	lineHigh = 19
	lineWide = 16 // letters
	besideUp = 56 // above the stops, away from their words
)

// way is the drawing of stops beside each other.
type way []Stop

// mostStops fit beside each other in letters that can be read; a longer way goes on below.
const mostStops = 7

// stretch is one row of a way, with whether it comes from a row above and goes on below.
type stretch struct {
	way
	before, after bool
}

// stretches are the way's rows, of about the same length.
func (w way) stretches() []stretch {
	rows := max(1, (len(w)+mostStops-1)/mostStops)
	each := max(1, (len(w)+rows-1)/rows)
	var out []stretch
	for i := 0; i < len(w); i += each {
		end := min(i+each, len(w))
		out = append(out, stretch{w[i:end], i > 0, end < len(w)})
	}
	return out
}

// from and to are where a row's line begins and ends: at its stops, or at the edge where it goes on.
func (s stretch) from() int {
	if s.before {
		return 0
	}
	return s.x(0)
}

func (s stretch) to() int {
	if s.after {
		return s.width()
	}
	return s.x(len(s.way) - 1)
}

func (w way) width() int { return len(w) * stopWide }

func (w way) height() int {
	most := 0
	for _, s := range w {
		most = max(most, len(words(s.Name))+len(words(s.Text)))
	}
	return w.y() + 16 + most*lineHigh
}

func (w way) viewBox() string {
	return "0 0 " + strconv.Itoa(w.width()) + " " + strconv.Itoa(w.height())
}

// x and y are where a stop is.
func (w way) x(i int) int { return i*stopWide + stopWide/2 }

func (w way) y() int {
	if _, ok := w.beside(); ok {
		return stopTop + besideUp
	}
	return stopTop
}

// beside is the stop that something goes along with.
func (w way) beside() (int, bool) {
	for i, s := range w {
		if s.Beside != "" {
			return i, true
		}
	}
	return 0, false
}

// besideLine leaves the main line one stop before and joins it one stop after.
func (w way) besideLine() string {
	i, _ := w.beside()
	return fmt.Sprintf("M%[1]d %[3]d C%[1]d %[4]d %[1]d %[4]d %[5]d %[4]d H%[6]d C%[2]d %[4]d %[2]d %[4]d %[2]d %[3]d",
		w.x(max(i-1, 0)), w.x(min(i+1, len(w)-1)), w.y(), w.y()-besideUp+24, w.x(max(i-1, 0))+60, w.x(min(i+1, len(w)-1))-60)
}

func (w way) besideLabel(text string) drawnLine {
	i, _ := w.beside()
	return drawnLine{w.x(i), w.y() - besideUp + 14, text, true}
}

// drawnLine is one line of a stop's words.
type drawnLine struct {
	x, y int
	text string
	soft bool
}

func (w way) lines() []drawnLine {
	var out []drawnLine
	for i, s := range w {
		y := w.y() + lineHigh + 10
		for _, l := range words(s.Name) {
			out = append(out, drawnLine{w.x(i), y, l, false})
			y += lineHigh
		}
		for _, l := range words(s.Text) {
			out = append(out, drawnLine{w.x(i), y, l, true})
			y += lineHigh
		}
	}
	return out
}

// words breaks a text into lines that fit under a stop.
func words(text string) []string {
	var out []string
	for _, w := range strings.Fields(text) {
		if last := len(out) - 1; last >= 0 && len([]rune(out[last]))+1+len([]rune(w)) <= lineWide {
			out[last] += " " + w
			continue
		}
		out = append(out, w)
	}
	return out
}
