package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// load is what came of a round.
type load struct {
	perSecond float64
	p99       float64 // milliseconds
	spent     float64 // microseconds of the processor for each answer
}

// shots makes the n-th request of one connection, as it goes over the wire.
type shots func(conn, n int) []byte

// drive sends requests over so many connections for a while. It speaks HTTP by hand: on a machine that the server
// shares, a whole client would be most of what is measured.
func drive(address string, conns int, d time.Duration, want int, make shots) (load, error) {
	var (
		mu    sync.Mutex
		all   []time.Duration
		wrong error
		group sync.WaitGroup
	)
	start, before := time.Now(), spent()
	for conn := range conns {
		group.Go(func() {
			took, err := oneConnection(address, start.Add(d), want, func(n int) []byte { return make(conn, n) })
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
			if err != nil {
				wrong = err
			}
		})
	}
	group.Wait()
	if wrong != nil || len(all) == 0 {
		return load{}, fmt.Errorf("after %d answers: %w", len(all), wrong)
	}
	slices.Sort(all)
	return load{perSecond: float64(len(all)) / time.Since(start).Seconds(), p99: ms(all[len(all)*99/100]),
		spent: float64((spent() - before).Microseconds()) / float64(len(all))}, nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func oneConnection(address string, end time.Time, want int, make func(n int) []byte) (took []time.Duration, err error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	in := bufio.NewReaderSize(c, 64<<10)
	for n := 0; time.Now().Before(end); n++ {
		request := make(n)
		began := time.Now()
		if _, err := c.Write(request); err != nil {
			return took, err
		}
		status, _, err := answer(in)
		if err != nil {
			return took, err
		}
		if status != want {
			return took, fmt.Errorf("got status %d, want %d", status, want)
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}

// answer reads one answer to its end, and tells how many bytes came.
func answer(in *bufio.Reader) (status, size int, err error) {
	length, chunked := 0, false
	for first := true; ; first = false {
		line, err := in.ReadSlice('\n')
		size += len(line)
		switch {
		case err != nil:
			return 0, size, err
		case first && len(line) > 12:
			status, err = strconv.Atoi(string(line[9:12]))
		case len(line) <= 2:
			n, err := body(in, length, chunked)
			return status, size + n, err
		case bytes.HasPrefix(line, []byte("Content-Length: ")):
			length, err = strconv.Atoi(strings.TrimSpace(string(line[16:])))
		case bytes.HasPrefix(line, []byte("Transfer-Encoding: chunked")):
			chunked = true
		}
		if err != nil {
			return 0, size, err
		}
	}
}

func body(in *bufio.Reader, length int, chunked bool) (size int, err error) {
	if !chunked {
		return in.Discard(length)
	}
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return size, err
		}
		n, err := strconv.ParseInt(strings.TrimSpace(string(line)), 16, 32)
		if err != nil {
			return size, err
		}
		got, err := in.Discard(int(n) + 2)
		size += len(line) + got
		if err != nil || n == 0 {
			return size, err
		}
	}
}

// get is a request for a page, with the headers that a browser's would have in kind.
func get(path string, more ...string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: text/html\r\n" + strings.Join(more, "") + "\r\n")
}

// post is a form as it is sent.
func post(path, form string) []byte {
	return []byte("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: text/html\r\n" +
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + strconv.Itoa(len(form)) + "\r\n\r\n" + form)
}

// fetched is a page as it came over the wire.
type fetched struct {
	head http.Header
	body []byte
	wire int // bytes, headers and all
}

func fetch(address string, request []byte) (f fetched, err error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return f, err
	}
	defer c.Close()
	if _, err := c.Write(request); err != nil {
		return f, err
	}
	var raw bytes.Buffer
	a, err := http.ReadResponse(bufio.NewReader(io.TeeReader(c, &raw)), nil)
	if err != nil {
		return f, err
	}
	defer a.Body.Close()
	if f.body, err = io.ReadAll(a.Body); err == nil && a.StatusCode != http.StatusOK {
		err = fmt.Errorf("got status %d", a.StatusCode)
	}
	f.head, f.wire = a.Header, raw.Len()
	f.head.Del("Date")
	return f, err
}

// serve answers on a free port of this machine until stop.
func serve(h http.Handler) (address string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{Handler: h}
	go srv.Serve(l)
	return l.Addr().String(), func() { srv.Close() }, nil
}
