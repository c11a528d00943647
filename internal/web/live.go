package web

import (
	"encoding/json"
	"io"
	"net/http"
	"time"

	"rinnalla.fi/rinnalla/internal/web/ui"
)

// news is what a reader has not seen yet.
type news struct {
	Lines []ui.Line
	State string
	Over  bool
}

// A stream looks by itself now and then, tells that it lives, and ends before a proxy ends it; the reader comes back.
const (
	slowLook   = 4 * time.Second
	stillAlive = 20 * time.Second
	longStream = 10 * time.Minute
	slowReader = time.Minute // how long a line may take to be read
)

// stream sends news of a conversation as server-sent events, as ui.Talk tells, until it is over or the reader goes.
// next reads what came after a line's number.
func (s *Server) stream(w http.ResponseWriter, q *Ask, name string, after int, next func(after int) (news, error)) error {
	wake, stop := s.live.Wait(name)
	defer stop()
	out := events{w: w, flush: http.NewResponseController(w)}
	look, alive, end := time.NewTicker(slowLook), time.NewTicker(stillAlive), time.NewTimer(longStream)
	defer look.Stop()
	defer alive.Stop()
	defer end.Stop()
	for {
		n, err := next(after)
		if err != nil {
			return out.fail(err)
		}
		for _, l := range n.Lines {
			after = l.Seq
			out.send("line", map[string]any{"seq": l.Seq, "from": l.From, "who": l.Who, "text": l.Text})
		}
		out.state(n)
		if out.err != nil || n.Over {
			return nil
		}
		select {
		case <-wake:
		case <-look.C:
		case <-alive.C:
			out.write(": \n\n")
		case <-end.C:
			return nil
		case <-q.Context().Done():
			return nil
		case <-s.Stopping:
			return nil
		}
	}
}

// events writes server-sent events. Nothing is sent before the first one, so that a refusal can still be a status.
type events struct {
	w     http.ResponseWriter
	flush *http.ResponseController
	begun bool
	said  string
	err   error
}

func (e *events) write(s string) {
	if !e.begun {
		e.begun = true
		h := e.w.Header()
		h.Set("Content-Type", "text/event-stream; charset=utf-8")
		h.Set("X-Accel-Buffering", "no")
		e.w.WriteHeader(http.StatusOK)
	}
	e.flush.SetWriteDeadline(time.Now().Add(slowReader))
	if _, err := io.WriteString(e.w, s); err != nil {
		e.err = err
		return
	}
	e.err = e.flush.Flush()
}

func (e *events) send(event string, data any) {
	b, err := json.Marshal(data)
	if err != nil {
		e.err = err
		return
	}
	e.write("event: " + event + "\ndata: " + string(b) + "\n\n")
}

// state is sent when it has changed.
func (e *events) state(n news) {
	if n.State != e.said || n.Over || !e.begun {
		e.said = n.State
		e.send("state", map[string]any{"text": n.State, "over": n.Over})
	}
}

func (e *events) fail(err error) error {
	if e.begun {
		return nil // the reader comes back and is told then
	}
	return err
}
