// Command bench measures Rinnalla beside what it is compared with, in one run: pages against a bare net/http server
// that sends the same bytes, contact submissions against one-by-one durable commits of the same driver. Ratios are what
// counts; absolute numbers move with the machine. It writes bench/results.json.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"
)

// result is one figure of a run.
type result struct {
	Name  string  `json:"name"`
	Conns int     `json:"connections"`
	Ours  float64 `json:"ours_per_second"`
	Bare  float64 `json:"compared_per_second"`
	Ratio float64 `json:"ratio"`
	P99   float64 `json:"ours_p99_ms"`
	Aim   string  `json:"aim"`
}

const (
	rounds   = 3
	oneRound = 2 * time.Second
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "rinnalla-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	h, err := newHouse(ctx, dir)
	if err != nil {
		return err
	}
	defer h.close()
	var out []result
	for _, measure := range []func() ([]result, error){h.pages, h.submissions} {
		found, err := measure()
		if err != nil {
			return err
		}
		out = append(out, found...)
	}
	return report(out)
}

func report(out []result) error {
	for _, r := range out {
		fmt.Printf("%-34s %3d conns  %9.0f/s  of %9.0f/s  = %.2f   p99 %.1f ms   (aim %s)\n", r.Name, r.Conns, r.Ours, r.Bare, r.Ratio, r.P99, r.Aim)
	}
	f, err := os.Create("bench/results.json")
	if err != nil {
		return err
	}
	defer f.Close()
	e := json.NewEncoder(f)
	e.SetIndent("", "  ")
	return e.Encode(map[string]any{"day": time.Now().UTC().Format("2006-01-02"), "cores": runtime.NumCPU(), "go": runtime.Version(), "results": out})
}

// beside runs ours and the other in turn, so that both meet the same machine, and takes the medians.
func beside(name, aim string, conns int, ours, other func(conns int, d time.Duration) (load, error)) (result, error) {
	var a, b, p []float64
	for range rounds {
		x, err := ours(conns, oneRound)
		if err != nil {
			return result{}, fmt.Errorf("%s: %w", name, err)
		}
		y, err := other(conns, oneRound)
		if err != nil {
			return result{}, fmt.Errorf("%s, compared: %w", name, err)
		}
		a, b, p = append(a, x.perSecond), append(b, y.perSecond), append(p, x.p99)
	}
	r := result{Name: name, Conns: conns, Ours: median(a), Bare: median(b), P99: median(p), Aim: aim}
	r.Ratio = r.Ours / r.Bare
	return r, nil
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
