package storage

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

// A disk syncs as fast for a hundred small updates as for one. So all updates of SQLite pass one writer, which runs
// those that wait behind a savepoint each in one transaction, commits once, and only then lets their callers go on.

// A batch ends at either bound, so that the first in it does not wait long for the last.
const (
	mostTogether = 128
	longestBatch = 20 * time.Millisecond
)

// turn is one update's place in the queue. Its caller runs it, so that a panic stays the caller's.
type turn struct {
	state atomic.Int32
	start chan struct{} // the connection is yours
	ran   chan outcome  // and is given back
	done  chan error    // after the commit
}

const (
	waiting int32 = iota
	called
	left
)

// outcome is how an update ended.
type outcome int

const (
	undone outcome = iota // only its own savepoint went
	kept                  // waits for the commit
	lost                  // the whole transaction went with it
)

// errLost is what an update hears that was undone because of another in its batch.
var errLost = errors.New("storage: the transaction was lost before it was committed")

type writer struct {
	on      *session
	queue   chan *turn
	ended   chan struct{}
	commits atomic.Int64
}

func startWriter(on *session) *writer {
	on.deaf = true
	w := &writer{on: on, queue: make(chan *turn, mostTogether), ended: make(chan struct{})}
	go w.work()
	return w
}

// close ends the writer. Nobody may be in update any more.
func (w *writer) close() error {
	close(w.queue)
	<-w.ended
	return w.on.close()
}

func (w *writer) work() {
	defer close(w.ended)
	for t := range w.queue {
		w.batch(t)
	}
}

// batch runs this turn and those that come while it runs, and commits them together.
func (w *writer) batch(t *turn) {
	begun := time.Now()
	if err := w.on.command("BEGIN IMMEDIATE"); err != nil {
		w.turnAway(t, fmt.Errorf("begin: %w", clean(err)))
		return
	}
	var ran []*turn
	for n := 0; t != nil; n++ {
		switch w.call(t) {
		case kept:
			ran = append(ran, t)
		case lost:
			w.on.command("ROLLBACK") // most often there is nothing left to undo
			answer(ran, errors.Join(errLost, gone()))
			return
		}
		t = nil
		if n+1 < mostTogether && time.Since(begun) < longestBatch {
			t = w.next()
		}
	}
	answer(ran, w.commit(len(ran)))
}

// call gives a turn the connection and waits to get it back.
func (w *writer) call(t *turn) outcome {
	if !t.state.CompareAndSwap(waiting, called) {
		return undone // its caller has left
	}
	t.start <- struct{}{}
	return <-t.ran
}

// next is who waits just now. Callers let go by the last commit are given a moment to come back.
func (w *writer) next() *turn {
	for range 2 {
		select {
		case t := <-w.queue: // nil when the queue is closed
			return t
		default:
			runtime.Gosched()
		}
	}
	return nil
}

func (w *writer) commit(n int) error {
	if n == 0 {
		return clean(w.on.command("ROLLBACK"))
	}
	w.commits.Add(1)
	err := w.on.command("COMMIT")
	if err != nil {
		w.on.command("ROLLBACK") // a failed commit may leave the transaction open
		return fmt.Errorf("commit: %w", clean(err))
	}
	return nil
}

func answer(ran []*turn, err error) {
	for _, t := range ran {
		t.done <- err
	}
}

// turnAway tells a turn that it cannot run at all.
func (w *writer) turnAway(t *turn, err error) {
	if t.state.CompareAndSwap(waiting, called) {
		t.done <- err
	}
}

// update waits for a turn, runs do in it and returns after the commit.
func (w *writer) update(ctx context.Context, do func(querier) error) error {
	t := &turn{start: make(chan struct{}, 1), ran: make(chan outcome, 1), done: make(chan error, 1)}
	select {
	case w.queue <- t:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-t.start:
	case err := <-t.done:
		return err
	case <-ctx.Done():
		if t.state.CompareAndSwap(waiting, left) {
			return ctx.Err()
		}
		select { // called in the same moment
		case <-t.start:
		case err := <-t.done:
			return err
		}
	}
	if err := w.guarded(t, do); err != nil {
		return err
	}
	return <-t.done
}

// guarded runs do behind a savepoint. Whatever ends do, an error, a panic or a test's Fatal, the writer goes on.
func (w *writer) guarded(t *turn, do func(querier) error) (err error) {
	how := lost
	defer func() { t.ran <- how }()
	if err := w.on.command("SAVEPOINT one"); err != nil {
		return fmt.Errorf("savepoint: %w", clean(err))
	}
	defer func() {
		if how != kept {
			how = w.undo()
		}
	}()
	if err := do(w.on); err != nil {
		return err
	}
	if err := w.on.command("RELEASE one"); err != nil {
		return fmt.Errorf("release: %w", clean(err))
	}
	how = kept
	return nil
}

// undo takes back to the savepoint. After a full disk or a failed write SQLite may have undone everything already.
func (w *writer) undo() outcome {
	if w.on.command("ROLLBACK TO one") != nil || w.on.command("RELEASE one") != nil {
		return lost
	}
	return undone
}
