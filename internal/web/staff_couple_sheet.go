package web

import (
	"net/http"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// A sheet is a plan that is filled in on the spot and printed. Its fields have no names and stand in no form: nothing
// that is written there is ever sent, so there is nothing that a log, an address or a list of open tabs could keep (0059).
type sheet struct {
	episode.View
	Kind  string
	Parts []sheetPart
	P     *locale.Printer // in the language of whoever takes it home
}

// sheetPart is a question with room for some lines.
type sheetPart struct {
	Key   string
	Lines int
}

// sheets are the kinds of papers that there are sheets for. The one plan is both parties'; the other is one's own, and no
// page of the joint process leads to it.
var sheets = map[string][]sheetPart{
	"joint-plan":  {{"signs", 3}, {"each", 4}, {"time-out", 3}, {"back", 2}, {"never", 2}, {"children", 2}, {"help", 2}},
	"safety-plan": {{"signs", 3}, {"where", 3}, {"who", 3}, {"take", 3}, {"others", 2}, {"word", 2}},
}

func (s *Server) sheetRoutes(add adder) {
	add("GET /episodes/{id}/joint-plan", access.ClientWork, s.showSheet("joint-plan"))
	add("GET /episodes/{id}/safety-plan", access.ClientWork, s.showSheet("safety-plan"))
}

// showSheet shows an empty sheet to the worker of an episode whose model has that paper. To everybody else it is not there.
func (s *Server) showSheet(kind string) handler {
	return func(w http.ResponseWriter, q *Ask) error {
		v := sheet{Kind: kind, Parts: sheets[kind]}
		err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) { // looking is noted
			v.View, err = s.ownEpisode(q.Context(), tx, q)
			return err
		})
		if err != nil {
			return err
		}
		if !slices.Contains(v.Model.Documents, kind) {
			return notFound()
		}
		v.P = locale.For(v.Episode.Lang)
		frame := s.staffPage(q, q.P.T("sheet.page"), "episodes")
		frame.Scripts = append(frame.Scripts, "print.js")
		return s.show(w, q, http.StatusOK, sheetView(q, frame, v))
	}
}

func (v sheet) word(key string) string { return v.P.T("sheet." + v.Kind + "." + key) }

// papers are the sheets of an episode's model, for its own worker.
func (p episodePage) papers() (out []string) {
	if p.Relation != access.ByWorker || p.Episode.Stage == episode.StageClosed {
		return nil
	}
	for _, kind := range p.Model.Documents {
		if sheets[kind] != nil {
			out = append(out, kind)
		}
	}
	return out
}

func (p episodePage) paperAction(q *Ask, kind string) ui.Action {
	return ui.Action{Text: p.Model.Text(q.P.Lang(), "document."+kind), URL: p.Times.Base + "/" + kind, Kind: ui.Secondary}
}
