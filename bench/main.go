// Command bench measures Rinnalla beside what it is compared with, in one run: pages against a bare net/http server
// that sends the same bytes, contact submissions against one-by-one durable commits of the same rows by the same
// driver. Ratios are what counts; absolute numbers move with the machine. It writes bench/results.json.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

// result is one figure of a run.
type result struct {
	Name    string  `json:"name"`
	Conns   int     `json:"connections"`
	Ours    float64 `json:"ours_per_second"`
	Bare    float64 `json:"compared_per_second"`
	Ratio   float64 `json:"ratio"`
	P99     float64 `json:"ours_p99_ms"`
	BareP99 float64 `json:"compared_p99_ms"`
	Spent   float64 `json:"ours_processor_us"` // of the server and whoever asks it, for each answer
	BareUse float64 `json:"compared_processor_us"`
	Aim     string  `json:"aim"`
	Met     bool    `json:"met"`
}

// aim is what a figure should reach; a zero is no aim.
type aim struct {
	ratio     float64 // at least so much of what it is compared with
	p99       float64 // milliseconds at most
	p99OfBare float64 // times the other's at most
}

func (a aim) String() string {
	var out []string
	if a.ratio > 0 {
		out = append(out, fmt.Sprintf(">= %.2f", a.ratio))
	}
	if a.p99 > 0 {
		out = append(out, fmt.Sprintf("p99 <= %g ms", a.p99))
	}
	if a.p99OfBare > 0 {
		out = append(out, fmt.Sprintf("p99 <= %g x bare's", a.p99OfBare))
	}
	return strings.Join(out, ", ")
}

func (a aim) met(r result) bool {
	return r.Ratio >= a.ratio && (a.p99 == 0 || r.P99 <= a.p99) && (a.p99OfBare == 0 || r.P99 <= a.p99OfBare*r.BareP99)
}

// settings say what to measure and how.
type settings struct {
	only    *regexp.Regexp
	rounds  int
	round   time.Duration
	profile string // a folder for what ours spends while it is measured
	out     string
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func readSettings() (s settings, err error) {
	only := flag.String("only", "", "measure only what has such a name (a regular expression)")
	flag.IntVar(&s.rounds, "rounds", 3, "rounds of each; the median counts")
	flag.DurationVar(&s.round, "round", 2*time.Second, "how long one round lasts")
	flag.StringVar(&s.profile, "profile", "", "write processor and allocation profiles of ours to this folder")
	flag.StringVar(&s.out, "out", "bench/results.json", "where the results go; \"\" for nowhere")
	flag.Parse()
	s.only, err = regexp.Compile(*only)
	return s, err
}

func run(ctx context.Context) error {
	s, err := readSettings()
	if err != nil {
		return err
	}
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
	for _, measure := range []func(settings) ([]result, error){h.pages, h.submissions} {
		found, err := measure(s)
		if err != nil {
			return err
		}
		out = append(out, found...)
	}
	figures, err := h.firstView(s)
	if err != nil {
		return err
	}
	answered, err := h.answers(ctx, s)
	if err != nil {
		return err
	}
	figures = append(figures, answered...)
	whole, err := wholeProgram(ctx, s, dir)
	if err != nil {
		return err
	}
	return report(s, out, append(figures, whole...))
}

func report(s settings, out []result, figures []figure) error {
	for _, r := range out {
		mark := "    "
		if r.Aim != "" && !r.Met {
			mark = " NOT"
		}
		fmt.Printf("%-46s %3d conns  %8.0f/s of %8.0f/s = %.2f   p99 %6.2f of %6.2f ms %5.0f of %4.0f µs%s %s\n", r.Name, r.Conns, r.Ours, r.Bare, r.Ratio, r.P99, r.BareP99, r.Spent, r.BareUse, mark, r.Aim)
	}
	for _, f := range figures {
		fmt.Println(f)
	}
	if s.out == "" {
		return nil
	}
	f, err := os.Create(s.out)
	if err != nil {
		return err
	}
	defer f.Close()
	e := json.NewEncoder(f)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(map[string]any{"day": time.Now().UTC().Format("2006-01-02"), "cores": runtime.NumCPU(), "go": runtime.Version(), "results": out, "figures": figures})
}

// side is one of two that are measured in turn.
type side func(conns int, d time.Duration) (load, error)

// beside runs ours and the other in turn, so that both meet the same machine, and takes the medians.
func (s settings) beside(name string, a aim, conns int, ours, other side) ([]result, error) {
	if !s.only.MatchString(name) {
		return nil, nil
	}
	var x, y, p, q, c, d []float64
	for n := range s.rounds {
		l, err := s.profiled(fmt.Sprintf("%s %d %d", name, conns, n), func() (load, error) { return ours(conns, s.round) })
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		m, err := other(conns, s.round)
		if err != nil {
			return nil, fmt.Errorf("%s, compared: %w", name, err)
		}
		x, y, p, q = append(x, l.perSecond), append(y, m.perSecond), append(p, l.p99), append(q, m.p99)
		c, d = append(c, l.spent), append(d, m.spent)
	}
	r := result{Name: name, Conns: conns, Ours: median(x), Bare: median(y), P99: median(p), BareP99: median(q), Spent: median(c), BareUse: median(d), Aim: a.String()}
	r.Ratio = r.Ours / r.Bare
	r.Met = a.met(r)
	return []result{r}, nil
}

// profiled runs one round of ours, watched when a folder for profiles is given.
func (s settings) profiled(name string, do func() (load, error)) (load, error) {
	if s.profile == "" {
		return do()
	}
	name = filepath.Join(s.profile, regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(name, "-"))
	f, err := os.Create(name + ".cpu")
	if err != nil {
		return load{}, err
	}
	defer f.Close()
	if err := pprof.StartCPUProfile(f); err != nil {
		return load{}, err
	}
	l, err := do()
	pprof.StopCPUProfile()
	if err != nil {
		return l, err
	}
	g, err := os.Create(name + ".alloc")
	if err != nil {
		return l, err
	}
	defer g.Close()
	return l, pprof.Lookup("allocs").WriteTo(g, 0)
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
