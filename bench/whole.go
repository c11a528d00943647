package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// figure is something measured of the whole program that has a limit of its own.
type figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Most  float64 `json:"at_most"`
	Met   bool    `json:"met"`
}

func (f figure) String() string {
	mark := ""
	if !f.Met {
		mark = " NOT"
	}
	return fmt.Sprintf("%-46s %8.1f %s%s <= %g", f.Name, f.Value, f.Unit, mark, f.Most)
}

func atMost(name string, value float64, unit string, most float64) figure {
	return figure{name, value, unit, most, value <= most}
}

// firstView is what a browser fetches to show the front page for the first time: the page, its style and its scripts.
func (h *house) firstView(s settings) ([]figure, error) {
	if !s.only.MatchString("first view") {
		return nil, nil
	}
	page, err := fetch(h.address, get("/", "Accept-Encoding: gzip\r\n"))
	if err != nil {
		return nil, err
	}
	plain, err := fetch(h.address, get("/"))
	if err != nil {
		return nil, err
	}
	bytes, requests := page.wire, 1
	for _, m := range regexp.MustCompile(`(?:href|src)="(/static/[^"]+\.(?:css|js)\?[^"]*)"`).FindAllStringSubmatch(string(plain.body), -1) {
		part, err := fetch(h.address, get(m[1], "Accept-Encoding: gzip\r\n"))
		if err != nil {
			return nil, err
		}
		bytes += part.wire
		requests++
	}
	return []figure{atMost("first view of a public page", float64(bytes)/1000, "kB", 20), atMost("first view of a public page", float64(requests), "requests", 3)}, nil
}

// wholeProgram builds what people run and measures it from outside: how soon it answers, and what memory it takes.
func wholeProgram(ctx context.Context, s settings, dir string) ([]figure, error) {
	if !s.only.MatchString("program") {
		return nil, nil
	}
	binary := filepath.Join(dir, "rinnalla")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/rinnalla").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build: %w\n%s", err, out)
	}
	var starts []float64
	var rest float64
	for range s.rounds {
		started, memory, err := serveOnce(ctx, binary, dir)
		if err != nil {
			return nil, err
		}
		starts, rest = append(starts, ms(started)), memory
	}
	load, err := underLoad(ctx, s, binary)
	if err != nil {
		return nil, err
	}
	return []figure{atMost("program: cold start to the first answered page", median(starts), "ms", 60),
		atMost("program: memory at rest", rest, "MB", 30), atMost("program: memory under load", load, "MB", 80)}, nil
}

// program is a running Rinnalla.
type program struct {
	*exec.Cmd
	out *bufio.Reader
}

func startProgram(ctx context.Context, binary, dir string, env []string, args ...string) (*program, error) {
	p := &program{Cmd: exec.CommandContext(ctx, binary, args...)}
	p.Dir, p.Env = dir, append(os.Environ(), env...)
	out, err := p.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	return p, p.Start()
}

func (p *program) stop() {
	p.Process.Signal(os.Interrupt)
	p.Wait()
}

// serveOnce starts a house that has been made ready before and asks until it answers.
func serveOnce(ctx context.Context, binary, dir string) (time.Duration, float64, error) {
	at, stop, err := serve(http.NotFoundHandler())
	if err != nil {
		return 0, 0, err
	}
	stop() // its port is free now
	env := []string{"RINNALLA_LISTEN=" + at}
	first := exec.CommandContext(ctx, binary, "init")
	first.Dir, first.Env = dir, append(os.Environ(), env...)
	if out, err := first.CombinedOutput(); err != nil {
		return 0, 0, fmt.Errorf("init: %w\n%s", err, out)
	}
	began := time.Now()
	p, err := startProgram(ctx, binary, dir, env, "serve")
	if err != nil {
		return 0, 0, err
	}
	defer p.stop()
	for {
		if _, err := fetch(at, get("/")); err == nil {
			break
		}
		if time.Since(began) > 20*time.Second {
			return 0, 0, errors.New("the program does not answer")
		}
		time.Sleep(time.Millisecond)
	}
	took := time.Since(began)
	time.Sleep(time.Second)
	memory, err := p.memory()
	return took, memory, err
}

// underLoad plays a month of the demo and sends it what the house was measured with.
func underLoad(ctx context.Context, s settings, binary string) (float64, error) {
	p, err := startProgram(ctx, binary, "", nil, "demo", "--json", "--port", "0", "--days", "30")
	if err != nil {
		return 0, err
	}
	defer p.stop()
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return 0, err
	}
	var said struct{ Address string }
	if err := json.Unmarshal(line, &said); err != nil {
		return 0, err
	}
	u, err := url.Parse(said.Address)
	if err != nil {
		return 0, err
	}
	at := "127.0.0.1:" + u.Port()
	page, err := fetch(at, get("/contact/form"))
	if err != nil {
		return 0, err
	}
	found := regexp.MustCompile(`name="for"[^>]*value="([^"]+)"`).FindSubmatch(page.body)
	if found == nil {
		return 0, errors.New("the form names no service")
	}
	h := &house{slug: string(found[1]), address: at}
	most := 0.0
	for _, round := range []side{func(conns int, d time.Duration) (load, error) {
		return drive(at, conns, d, http.StatusOK, func(int, int) []byte { return get("/contact/form") })
	}, h.submit} {
		if _, err := round(64, s.round); err != nil {
			return 0, err
		}
		now, err := p.memory()
		if err != nil {
			return 0, err
		}
		most = max(most, now)
	}
	return most, nil
}

// memory is what the program has to itself of the machine's, in MB: its share of pages that several use.
func (p *program) memory() (float64, error) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(p.Process.Pid) + "/smaps_rollup")
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(b) {
		if words := strings.Fields(string(line)); len(words) == 3 && words[0] == "Pss:" {
			kb, err := strconv.Atoi(words[1])
			return float64(kb) / 1000, err
		}
	}
	return 0, errors.New("the system does not tell a program's memory")
}
