package models

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// With is a folder of an organisation's own models beside those that ship with the program (docs/new-service.md). A name
// that ships cannot be taken: whoever reads it in one house must be able to trust it in the next.
func With(own fs.FS) fs.FS { return both{FS, own} }

type both struct{ shipped, own fs.FS }

// Open opens a file of the folder that its first part names.
func (b both) Open(name string) (fs.File, error) { return b.of(name).Open(name) }

// of is where a model's folder stands: the shipped ones win.
func (b both) of(name string) fs.FS {
	id, _, _ := strings.Cut(name, "/")
	if _, err := fs.Stat(b.shipped, id); err == nil {
		return b.shipped
	}
	return b.own
}

// ReadDir lists a folder, and at the root all of both.
func (b both) ReadDir(name string) ([]fs.DirEntry, error) {
	if name != "." {
		return fs.ReadDir(b.of(name), name)
	}
	all, err := fs.ReadDir(b.shipped, ".")
	if err != nil {
		return nil, err
	}
	mine, err := fs.ReadDir(b.own, ".")
	if err != nil {
		return nil, err
	}
	for _, f := range mine {
		if !f.IsDir() || strings.HasPrefix(f.Name(), ".") {
			continue
		}
		if slices.ContainsFunc(all, func(s fs.DirEntry) bool { return s.Name() == f.Name() }) {
			return nil, fmt.Errorf("a model %q ships with the program: give yours another name", f.Name())
		}
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, nil
}

// Own are the names of the models in a folder of an organisation's own.
func Own(own fs.FS) []string {
	var ids []string
	files, _ := fs.ReadDir(own, ".") // what cannot be read is told when the models are
	for _, f := range files {
		if f.IsDir() && !strings.HasPrefix(f.Name(), ".") {
			ids = append(ids, f.Name())
		}
	}
	return ids
}
