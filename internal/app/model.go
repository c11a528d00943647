package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/explain"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/models"
)

var errModelUse = errors.New("say 'rinnalla model check [FOLDER]' for mistakes, or 'rinnalla model explain [-lang sv] ID [FOLDER]' for a model in plain words")

// runModel is "rinnalla model check" and "rinnalla model explain".
func runModel(_ context.Context, io IO, args []string) error {
	if len(args) == 0 {
		return errModelUse
	}
	switch args[0] {
	case "check":
		folder, names := modelFolder(args[1:])
		if !model.Check(io.Out, folder, names) {
			return errors.New("the models cannot be used as they are")
		}
		return nil
	case "explain":
		return explainModel(io, args[1:])
	}
	return errModelUse
}

// modelFolder is the folder that was named, beside the models that ship with the program, and the names in it; without
// one, what ships. A folder that has those that ship too is a whole set and stands alone.
func modelFolder(args []string) (fsys fs.FS, names func(id string) bool) {
	if len(args) == 0 {
		return models.FS, func(string) bool { return true }
	}
	folder := os.DirFS(args[0])
	own, shipped := models.Own(folder), models.Own(models.FS)
	names = func(id string) bool { return slices.Contains(own, id) }
	if slices.ContainsFunc(shipped, names) {
		return folder, names
	}
	return models.With(folder), names
}

// loadModels are the models of the house: those that ship, and those of the settings' folder. With a mistake among them
// nothing starts: whoever serves must be able to rely on them.
func loadModels(s Settings) (model.Set, error) {
	if s.Models == "" {
		return models.Serve()
	}
	set, mistakes, err := model.Load(models.With(os.DirFS(s.Models)))
	if err != nil {
		return set, fmt.Errorf("settings: models: %w", err)
	}
	if len(mistakes) > 0 {
		return set, fmt.Errorf("settings: the models in %s cannot be used as they are; 'rinnalla model check %s' tells why", s.Models, s.Models)
	}
	return set, nil
}

func explainModel(io IO, args []string) error {
	flags := flag.NewFlagSet("model explain", flag.ContinueOnError)
	flags.SetOutput(io.Err)
	word := flags.String("lang", "fi", "the language: fi, sv or en")
	if err := flags.Parse(args); err != nil {
		return quietHelp(err)
	}
	lang, ok := locale.Parse(*word)
	if !ok || flags.NArg() == 0 {
		return errModelUse
	}
	folder, _ := modelFolder(flags.Args()[1:])
	set, mistakes, err := model.Load(folder)
	if err != nil {
		return err
	}
	m, ok := set.Latest(flags.Arg(0))
	if !ok {
		return unknownModel(flags.Arg(0), set, len(mistakes))
	}
	writeExplanation(io.Out, explain.Of(m, set, locale.For(lang)), locale.For(lang))
	return nil
}

func unknownModel(id string, set model.Set, mistakes int) error {
	var known []string
	for _, m := range set.All() {
		known = append(known, m.ID)
	}
	hint := ""
	if mistakes > 0 {
		hint = "; some cannot be read, 'rinnalla model check' tells why"
	}
	return fmt.Errorf("there is no model %q; there are %s%s", id, strings.Join(known, ", "), hint)
}

func writeExplanation(out io.Writer, e explain.Explanation, p *locale.Printer) {
	fmt.Fprintf(out, "%s\n%s\n\n", e.Name, p.T("explain.version", "n", e.Version))
	fmt.Fprintln(out, p.T("explain.path"))
	for i, s := range e.Path {
		line := fmt.Sprintf("  %d. %s", i+1, s.Name)
		if s.Text != "" {
			line += " (" + s.Text + ")"
		}
		fmt.Fprintln(out, line)
		if s.Beside != "" {
			fmt.Fprintf(out, "     %s\n", p.T("explain.beside", "what", s.Beside))
		}
	}
	for _, s := range e.Sections {
		fmt.Fprintf(out, "\n%s\n", s.Title)
		for _, l := range s.Lines {
			fmt.Fprintf(out, "  - %s\n", l)
		}
	}
}
