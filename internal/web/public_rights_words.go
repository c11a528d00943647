package web

import (
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/seal"
)

// nameItems puts what a person's own services call the things of their lists in the place of the lists' words: what was
// gone through, how it went, where one may go on.
func (s *Server) nameItems(c rights.Copy, lang locale.Lang) {
	own := s.modelsIn(c)
	for _, t := range c {
		for _, row := range t.Rows {
			prefix := itemPrefix(t.Name, row)
			for i, x := range row {
				if x.Column != "item" && x.Column != "answer" && x.Column != "destination" {
					continue
				}
				for _, m := range own {
					if word := prefix + x.Text.Reveal(); m.Says(lang, word) {
						row[i].Text = seal.Of(m.Text(lang, word))
						break
					}
				}
				if m, ok := s.Models.Latest(x.Text.Reveal()); ok && x.Column == "destination" {
					row[i].Text = seal.Of(m.Name(lang))
				}
			}
		}
	}
}

// itemPrefix is how the model's texts of a row's word begin.
func itemPrefix(table string, row []rights.Value) string {
	switch table {
	case "way_on":
		return "way."
	case "ending":
		return "follow-up."
	}
	for _, x := range row {
		if x.Column == "kind" {
			return x.Text.Reveal() + "."
		}
	}
	return ""
}

// modelsIn are the models of a person's own episodes.
func (s *Server) modelsIn(c rights.Copy) (out []*model.Model) {
	for _, t := range c {
		for _, row := range t.Rows {
			for _, x := range row {
				if m, ok := s.Models.Latest(x.Text.Reveal()); ok && t.Name == "episode" && x.Column == "model" {
					out = append(out, m)
				}
			}
		}
	}
	return out
}
