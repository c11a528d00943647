package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// load is what came of a round.
type load struct {
	perSecond float64
	p99       float64 // milliseconds
}

// drive sends requests over so many connections for a while. make builds the n-th request of one connection.
func drive(conns int, d time.Duration, want int, make func(conn, n int) (*http.Request, error)) (load, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: conns, MaxConnsPerHost: conns, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	var (
		mu    sync.Mutex
		all   []time.Duration
		wrong error
		group sync.WaitGroup
	)
	start := time.Now()
	for conn := range conns {
		group.Go(func() {
			var took []time.Duration
			var err error
			for n := 0; time.Since(start) < d && err == nil; n++ {
				began := time.Now()
				err = one(client, want, func() (*http.Request, error) { return make(conn, n) })
				took = append(took, time.Since(began))
			}
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
		return load{}, fmt.Errorf("%d requests: %w", len(all), wrong)
	}
	slices.Sort(all)
	return load{perSecond: float64(len(all)) / time.Since(start).Seconds(), p99: float64(all[len(all)*99/100].Microseconds()) / 1000}, nil
}

func one(c *http.Client, want int, make func() (*http.Request, error)) error {
	r, err := make()
	if err != nil {
		return err
	}
	a, err := c.Do(r)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	if _, err := io.Copy(io.Discard, a.Body); err != nil {
		return err
	}
	if a.StatusCode != want {
		return fmt.Errorf("got status %d, want %d", a.StatusCode, want)
	}
	return nil
}

// serve answers on a free port of this machine until stop.
func serve(h http.Handler) (address string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{Handler: h}
	go srv.Serve(l)
	return "http://" + l.Addr().String(), func() { srv.Close() }, nil
}
