package ui

import (
	"strconv"
	"strings"
)

// Code is a return code in its one moment on a page.
type Code struct {
	Code string // as intake spells it, with or without dashes
	Days int    // after so many unused days it opens nothing; 0 says nothing of it
}

// Senders of a line, as this reader sees them.
const (
	FromMe   = "me"
	FromThem = "them"
	FromCode = "code" // the program's own message
)

// Line is one message. Seq orders them.
type Line struct {
	Seq  int
	From string
	Who  string // "Sinä", "Noora"
	Text string
}

// Talk is a conversation and how it goes on. Carry are hidden fields sent with everything (the visitor's token).
//
// chat.js speaks to two addresses, with Carry and "after" in the body and never in the address:
//   - POST Stream answers text/event-stream: "event: line" with {"seq","from","who","text"},
//     "event: state" with {"text","over"}; a comment line now and then keeps it alive.
//   - POST Send with "text" and the header Accept: application/json answers 204, or 4xx with {"error"}.
//
// Without scripts the form posts to Send and a button (Refresh) asks for the page again.
type Talk struct {
	Lines   []Line
	State   string // e.g. "Odotat vastausta."
	Over    bool
	Stream  string
	Send    string
	Refresh string
	Carry   []Hidden
	Label   string
	Hint    string
	Button  string
	Error   string
	Value   string
	Max     int
}

func (t Talk) last() string {
	if len(t.Lines) == 0 {
		return "0"
	}
	return strconv.Itoa(t.Lines[len(t.Lines)-1].Seq)
}

// spelled is the code in fours, as it is read aloud and written down.
func (c Code) spelled() string {
	bare := strings.NewReplacer("-", "", " ", "").Replace(c.Code)
	var fours []string
	for i := 0; i < len(bare); i += 4 {
		fours = append(fours, bare[i:min(i+4, len(bare))])
	}
	return strings.Join(fours, "-")
}
