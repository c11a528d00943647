package app

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
	"rinnalla.fi/rinnalla/internal/story"
	"rinnalla.fi/rinnalla/models"
)

// The page on a new service is followed word for word (issue 4 point 8): its files are written, its commands say what
// stands below them, its story comes true on both databases. The browser follows the rest in e2e/newservice.test.mjs.
func TestNewServicePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/new-service.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	writeFiles(t, string(page))
	sayAsOnPage(t, string(page))
	set, mistakes, err := model.Load(models.With(os.DirFS("my-models")))
	if err != nil || len(mistakes) > 0 {
		t.Fatal(err, mistakes)
	}
	stories := set.Stories("grief-support")
	if len(stories) == 0 {
		t.Fatal("nobody walks through it")
	}
	for _, s := range stories {
		storagetest.EachWithClock(t, func(t *testing.T, db *storage.DB, clock *storagetest.Clock) {
			if err := story.Run(t.Context(), db, clock.Set, set, s); err != nil {
				t.Error(err)
			}
		})
	}
}

// writeFiles writes each file that the page shows: its name in backticks, then a block.
func writeFiles(t *testing.T, page string) {
	t.Helper()
	shown := regexp.MustCompile("(?s)`(my-models/[^`\n]+)`:\n\n```[a-z]*\n(.*?)```\n").FindAllStringSubmatch(page, -1)
	if len(shown) != 5 {
		t.Fatalf("the page shows %d files, want a model, three languages and a story", len(shown))
	}
	for _, f := range shown {
		if err := os.MkdirAll(filepath.Dir(f[1]), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f[1], []byte(f[2]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// sayAsOnPage runs each command of the page. What stands below it is the whole of what it says; below nothing, anything goes.
func sayAsOnPage(t *testing.T, page string) {
	t.Helper()
	commands := regexp.MustCompile("(?s)```console\n\\$ rinnalla ([^\n]+)\n(.*?)```").FindAllStringSubmatch(page, -1)
	if len(commands) != 2 {
		t.Fatalf("the page shows %d commands", len(commands))
	}
	for _, c := range commands {
		var out, wrong strings.Builder
		code := Run(t.Context(), IO{&out, &wrong, func(string) string { return "" }}, strings.Fields(c[1]))
		if code != 0 || out.Len() == 0 || c[2] != "" && out.String() != c[2] {
			t.Errorf("rinnalla %s = %d %s\n%swant\n%s", c[1], code, wrong.String(), out.String(), c[2])
		}
	}
}

// A folder of one's own: its names stand beside those that ship and never in their place, and a mistake in it keeps the
// house closed.
func TestOwnModels(t *testing.T) {
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "family-day"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := loadModels(Settings{Models: folder}); err == nil || !strings.Contains(err.Error(), `a model "family-day" ships`) {
		t.Errorf("a name that ships: %v", err)
	}
	if err := os.Rename(filepath.Join(folder, "family-day"), filepath.Join(folder, "own-day")); err != nil {
		t.Fatal(err)
	}
	if _, err := loadModels(Settings{Models: folder}); err == nil || !strings.Contains(err.Error(), "rinnalla model check "+folder) {
		t.Errorf("a folder without a model: %v", err)
	}
	if _, err := loadModels(Settings{Models: filepath.Join(folder, "nowhere")}); err == nil {
		t.Error("a folder that is not there")
	}
	set, err := loadModels(Settings{})
	if _, there := set.Latest("family-day"); err != nil || !there {
		t.Errorf("without a folder: %v", err)
	}
}

func TestServiceWithoutItsModel(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := storagetest.Furnish(t, db)
		h := &house{db: db, models: o.Models}
		if err := h.knowsOffers(t.Context()); err != nil {
			t.Errorf("all models are there: %v", err)
		}
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			o.Adults.Version = 7
			return tx.PutOffer(ctx, o.Adults)
		})
		if err := h.knowsOffers(t.Context()); err == nil || !strings.Contains(err.Error(), "version 7, which is not there") {
			t.Errorf("a version that is not there: %v", err)
		}
	})
}
