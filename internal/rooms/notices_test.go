package rooms

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

var notice = regexp.MustCompile(`(?m)^\| ([\w.-]+\.[\w./-]+) \| (v\S+) \|`)

// NOTICES.md names every module that is built into the program, at its version, and no other (ASVS 15.1.2).
func TestNoticesNameWhatIsBuiltIn(t *testing.T) {
	text, err := os.ReadFile("../../NOTICES.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]string{}
	for _, m := range notice.FindAllStringSubmatch(string(text), -1) {
		told[m[1]] = m[2]
	}
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}}{{end}}", "./cmd/rinnalla")
	list.Dir = "../.."
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	built := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if path, version, ok := strings.Cut(strings.TrimSpace(line), " "); ok && version != "" {
			built[path] = version
		}
	}
	if len(built) < 20 {
		t.Fatalf("the program is built of %v", built)
	}
	for path, version := range built {
		if told[path] != version {
			t.Errorf("%s %s is built in; NOTICES.md has it at %q", path, version, told[path])
		}
	}
	for path := range told {
		if built[path] == "" {
			t.Errorf("NOTICES.md names %s, which is not built in", path)
		}
	}
}
