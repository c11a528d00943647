// Package models holds the service models that ship with Rinnalla, as data: a folder each. Package internal/model
// reads them; docs/models.md tells how one is written.
package models

import (
	"embed"
	"errors"
	"sync"

	"rinnalla.fi/rinnalla/internal/model"
)

// FS are the model folders.
//
//go:embed */*.yaml */texts/*.yaml */story.txtar
var FS embed.FS

// Load gives the models that ship with the program, with their stories.
var Load = sync.OnceValues(func() (model.Set, error) { return good(model.Load(FS)) })

// Serve gives them without: they were walked when the program was built.
func Serve() (model.Set, error) { return good(model.Serve(FS)) }

func good(set model.Set, mistakes []model.Mistake, err error) (model.Set, error) {
	if err != nil {
		return set, err
	}
	var all []error
	for _, m := range mistakes {
		all = append(all, m)
	}
	return set, errors.Join(all...)
}
