package seal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/seal"
)

const secret = "Maija Meikäläinen"

// Whatever prints a value people trust us with prints a placeholder (style: "prints as [sealed]").
func TestTextNeverPrints(t *testing.T) {
	type page struct {
		Name  seal.Text
		Names []seal.Text
		By    map[string]seal.Text
		Ptr   *seal.Text
	}
	type unexported struct{ name seal.Text }
	name := seal.Of(secret)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X"} {
		leaks(t, "an unexported field by "+verb, fmt.Sprintf(verb, unexported{name}))
		leaks(t, "a pointer to it by "+verb, fmt.Sprintf(verb, &unexported{name}))
	}
	values := map[string]any{
		"alone": name, "pointer": &name,
		"inside": page{name, []seal.Text{name}, map[string]seal.Text{"x": name}, &name},
	}
	for what, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o"} {
			clean(t, what+" by "+verb, fmt.Sprintf(verb, v))
		}
		clean(t, what+" by Sprint", fmt.Sprint(v))
		clean(t, what+" by Errorf", fmt.Errorf("load: %v", v).Error())

		asJSON, err := json.Marshal(v)
		if err != nil {
			t.Fatalf("%s as JSON: %v", what, err)
		}
		clean(t, what+" as JSON", string(asJSON))

		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("seen", "value", v)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("seen", "value", v, slog.Group("g", "value", v))
		clean(t, what+" in a log", log.String())
	}
}

func clean(t *testing.T, what, got string) {
	t.Helper()
	leaks(t, what, got)
	if !strings.Contains(got, "sealed") {
		t.Errorf("%s: got %q, want [sealed] in it", what, got)
	}
}

func leaks(t *testing.T, what, got string) {
	t.Helper()
	hex := fmt.Sprintf("%x", secret)
	for _, leak := range []string{"Maija", "Meik", hex[:8], strings.ToUpper(hex[:8]), "77 97"} {
		if strings.Contains(got, leak) {
			t.Errorf("%s: got %q, want nothing of the name", what, got)
		}
	}
}

func TestKeysNeverPrint(t *testing.T) {
	ring, key := newRing(t), seal.NewKey()
	raw := ring.Index("x", "y")
	for _, v := range []any{ring, key, struct{ K *seal.Key }{key}} {
		for _, verb := range []string{"%v", "%+v", "%s", "%x"} {
			got := fmt.Sprintf(verb, v)
			if strings.Contains(got, fmt.Sprintf("%x", raw[:4])) || len(got) > 40 {
				t.Errorf("%T by %s: got %q, want a placeholder", v, verb, got)
			}
		}
	}
}

func TestTextReveals(t *testing.T) {
	if got := seal.Of(secret).Reveal(); got != secret {
		t.Errorf("got %q, want %q", got, secret)
	}
	if !(seal.Text{}).Empty() || seal.Of("x").Empty() {
		t.Error("Empty tells wrong")
	}
	if !seal.Of("a").Equal(seal.Of("a")) || seal.Of("a").Equal(seal.Of("b")) || !seal.Of("").Equal(seal.Text{}) {
		t.Error("two texts do not compare by what they hold")
	}
	if !reflect.DeepEqual(seal.Of("a"), seal.Of("a")) {
		t.Error("tests cannot compare what holds a text")
	}
}

func newRing(t *testing.T) *seal.Keyring {
	t.Helper()
	ring, err := seal.NewKeyring(seal.NewMaster())
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// A box opens in its own place, with its own key, unchanged; and in no other way.
func TestKeyOpensOnlyItsOwn(t *testing.T) {
	key, other := seal.NewKey(), seal.NewKey()
	box := key.Seal("person/1/name", []byte(secret))
	if bytes.Contains(box, []byte("Maija")) {
		t.Fatal("the box shows the name")
	}
	if got, err := key.Open("person/1/name", box); err != nil || string(got) != secret {
		t.Fatalf("got %q, %v, want the name", got, err)
	}
	again := key.Seal("person/1/name", []byte(secret))
	if bytes.Equal(box, again) {
		t.Error("sealing twice gave equal boxes, want unequal: equal boxes tell equal names")
	}
	changed := bytes.Clone(box)
	changed[len(changed)-1] ^= 1
	for what, open := range map[string]func() ([]byte, error){
		"another row":    func() ([]byte, error) { return key.Open("person/2/name", box) },
		"another column": func() ([]byte, error) { return key.Open("person/1/phone", box) },
		"another key":    func() ([]byte, error) { return other.Open("person/1/name", box) },
		"a changed byte": func() ([]byte, error) { return key.Open("person/1/name", changed) },
		"a cut box":      func() ([]byte, error) { return key.Open("person/1/name", box[:5]) },
		"no box":         func() ([]byte, error) { return key.Open("person/1/name", nil) },
	} {
		if got, err := open(); !errors.Is(err, seal.ErrOpen) || got != nil {
			t.Errorf("%s: got %q, %v, want ErrOpen", what, got, err)
		}
	}
}

func TestKeyringWraps(t *testing.T) {
	ring, key := newRing(t), seal.NewKey()
	wrapped := ring.Wrap("k1", key)
	back, err := ring.Unwrap("k1", wrapped)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := back.Open("p", key.Seal("p", []byte(secret))); err != nil || string(got) != secret {
		t.Errorf("got %q, %v from the unwrapped key, want the name", got, err)
	}
	if _, err := ring.Unwrap("k2", wrapped); !errors.Is(err, seal.ErrOpen) {
		t.Errorf("under another id: got %v, want ErrOpen", err)
	}
	if _, err := newRing(t).Unwrap("k1", wrapped); !errors.Is(err, seal.ErrOpen) {
		t.Errorf("with another master key: got %v, want ErrOpen", err)
	}
}

// Fingerprints are the same for the same, and differ by purpose, by use and by master key.
func TestFingerprints(t *testing.T) {
	master := seal.NewMaster()
	a, _ := seal.NewKeyring(master)
	b, _ := seal.NewKeyring(master)
	seen := map[string]string{}
	for what, sum := range map[string][]byte{
		"index":                a.Index("email", "a@b"),
		"index, other purpose": a.Index("phone", "a@b"),
		"index, other value":   a.Index("email", "a@c"),
		"index, moved border":  a.Index("emaila", "@b"),
		"derive":               a.Derive("email", "a@b"),
		"other master":         newRing(t).Index("email", "a@b"),
	} {
		if len(sum) != 32 {
			t.Errorf("%s: got %d bytes, want 32", what, len(sum))
		}
		if was, ok := seen[string(sum)]; ok {
			t.Errorf("%s equals %s", what, was)
		}
		seen[string(sum)] = what
	}
	if !bytes.Equal(a.Index("email", "a@b"), b.Index("email", "a@b")) {
		t.Error("the same master key gave two fingerprints of one value")
	}
}

func TestMasterFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	made, err := seal.CreateMasterFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("got mode %v, %v, want 0600", info.Mode(), err)
	}
	opened, err := seal.OpenMasterFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(made.Index("x", "y"), opened.Index("x", "y")) {
		t.Error("the file opened as another key than was made")
	}
	if _, err := seal.CreateMasterFile(path); !errors.Is(err, os.ErrExist) {
		t.Errorf("a second making: got %v, want a refusal to write over", err)
	}
}

// A changed master key wraps by another key and finds everything as before, however often it was changed.
func TestMasterFileChanged(t *testing.T) {
	dir := t.TempDir()
	former, err := seal.CreateMasterFile(filepath.Join(dir, "0"))
	if err != nil {
		t.Fatal(err)
	}
	first, key := former, seal.NewKey()
	for _, name := range []string{"1", "2"} {
		path := filepath.Join(dir, name)
		made, err := seal.ChangeMasterFile(path, former)
		if err != nil {
			t.Fatal(err)
		}
		next, err := seal.OpenMasterFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !next.Related(first) || !first.Related(next) || next.Related(newRing(t)) {
			t.Error("which keyrings came of one another is told wrong")
		}
		if _, err := next.Unwrap("a", former.Wrap("a", key)); err == nil {
			t.Error("the new key opens what the former has wrapped")
		}
		if _, err := next.Unwrap("a", made.Wrap("a", key)); err != nil {
			t.Errorf("the file opens as another key than was made: %v", err)
		}
		if !bytes.Equal(first.Index("x", "y"), next.Index("x", "y")) || !bytes.Equal(first.Derive("x", "y"), next.Derive("x", "y")) {
			t.Error("fingerprints or derived secrets have changed")
		}
		if _, err := seal.ChangeMasterFile(path, former); !errors.Is(err, os.ErrExist) {
			t.Errorf("a file was written over: %v", err)
		}
		former = next
	}
}

func TestMasterFileRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "master.key")
	if _, err := seal.OpenMasterFile(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing: got %v, want not found", err)
	}
	if _, err := seal.CreateMasterFile(path); err != nil {
		t.Fatal(err)
	}
	good, _ := os.ReadFile(path)
	for what, text := range map[string]string{
		"empty": "", "cut": string(good[:30]), "other": "a letter\n", "no head": string(good[18:]),
		"short key": "rinnalla-master-1 c2hvcnQ=\n", "another head": "rinnalla-master-2 " + string(good[18:]),
	} {
		bad := filepath.Join(dir, strings.ReplaceAll(what, " ", "-"))
		if err := os.WriteFile(bad, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.OpenMasterFile(bad); err == nil {
			t.Errorf("%s: opened, want refused", what)
		} else if text != "" && strings.Contains(err.Error(), strings.TrimSpace(text)) {
			t.Errorf("%s: the refusal %q shows the file", what, err)
		}
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.OpenMasterFile(path); err == nil || !strings.Contains(err.Error(), "0600") {
		t.Errorf("readable by others: got %v, want a refusal that says 0600", err)
	}
}
