package models_test

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"rinnalla.fi/rinnalla/models"
)

// Everything a service is stands in its model (design 2): no Go and no template of the engine names one. The demo is
// an organisation and may say what it offers.
func TestTheEngineNamesNoService(t *testing.T) {
	folders, err := fs.ReadDir(models.FS, ".")
	if err != nil || len(folders) == 0 {
		t.Fatal(folders, err)
	}
	house := os.DirFS("..")
	for _, root := range []string{"internal", "cmd"} {
		err := fs.WalkDir(house, root, func(name string, f fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case f.IsDir() && (name == "internal/demo" || f.Name() == "testdata" || f.Name() == "webtest" || f.Name() == "storagetest"):
				return fs.SkipDir
			case path.Ext(name) != ".go" && path.Ext(name) != ".templ" || strings.HasSuffix(name, "_test.go"):
				return nil
			}
			data, err := fs.ReadFile(house, name)
			if err != nil {
				return err
			}
			for _, id := range folders {
				if strings.Contains(strings.ToLower(string(data)), id.Name()) {
					t.Errorf("%s names the service %s", name, id.Name())
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}
