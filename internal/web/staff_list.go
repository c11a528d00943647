package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// episodeList is a page of clients that the reader was granted.
type episodeList struct {
	Filter  episode.Filter
	Items   []episode.Item
	More    bool
	Names   map[access.AccountID]string
	Sought  bool
	Search  string
	Mistake string
}

const listRows = 50

func (s *Server) listRoutes(add adder) {
	add("GET /episodes", access.ClientWork, s.listEpisodes)
	add("POST /episodes", access.ClientWork, s.searchEpisodes, "name")
	add("GET /calendar", access.ClientWork, s.showCalendar)
	add("GET /calendar/day", access.ClientWork, s.showDay)
}

var stages = []episode.Stage{episode.StageOpen, episode.StageEnding, episode.StageFollowUp, episode.StageClosed}

func (s *Server) listEpisodes(w http.ResponseWriter, q *Ask) error {
	l := episodeList{Filter: episode.Filter{Stage: episode.StageOpen, Mine: q.URL.Query().Get("mine") == "1", Limit: listRows}}
	if stage := episode.Stage(q.URL.Query().Get("stage")); slices.Contains(stages, stage) {
		l.Filter.Stage = stage
	}
	if after := q.URL.Query().Get("after"); id.Valid(after) {
		l.Filter.After = after
	}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		if l.Items, err = tx.Episodes(q.Context(), q.By, l.Filter); err != nil {
			return err
		}
		l.Names, err = workerNames(q.Context(), tx, q)
		return err
	})
	if err != nil {
		return err
	}
	if l.More = len(l.Items) > listRows; l.More {
		l.Items = l.Items[:listRows]
	}
	return s.show(w, q, http.StatusOK, s.episodesPage(q, l))
}

// workerNames are the workers of the reader's units.
func workerNames(ctx context.Context, tx *storage.Tx, q *Ask) (map[access.AccountID]string, error) {
	names := map[access.AccountID]string{}
	for _, unit := range unitsOf(q.By) {
		workers, err := tx.Workers(ctx, unit)
		if err != nil {
			return nil, err
		}
		for _, w := range workers {
			names[w.Account] = w.Name
		}
	}
	return names, nil
}

// searchRows bounds how many of a worker's own clients are opened for one search.
const searchRows = 1000

// searchEpisodes looks for a chosen name among the reader's own clients. What was typed is in no address, no log and no
// table; names are sealed, so only the reader's own are opened.
func (s *Server) searchEpisodes(w http.ResponseWriter, q *Ask) error {
	l := episodeList{Sought: true, Search: strings.TrimSpace(q.PostFormValue("name")), Filter: episode.Filter{Mine: true, Limit: listRows}}
	status := http.StatusOK
	if n := len([]rune(l.Search)); n < 2 || n > 60 {
		l.Mistake, status = q.P.Fault(fault.New(fault.Invalid, "search.name")), http.StatusUnprocessableEntity
	}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		if l.Mistake == "" {
			err = l.seek(q.Context(), tx, q)
		}
		if err == nil {
			l.Names, err = workerNames(q.Context(), tx, q)
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, q, status, s.episodesPage(q, l))
}

func (l *episodeList) seek(ctx context.Context, tx *storage.Tx, q *Ask) error {
	wanted, seen := strings.ToLower(l.Search), 0
	for _, stage := range stages {
		f := episode.Filter{Stage: stage, Mine: true, Limit: listRows}
		for seen < searchRows {
			items, err := tx.Episodes(ctx, q.By, f)
			if err != nil {
				return err
			}
			for _, x := range items[:min(len(items), listRows)] {
				if strings.Contains(strings.ToLower(x.Name), wanted) {
					l.Items = append(l.Items, x)
				}
			}
			if seen += listRows; len(items) <= listRows {
				break
			}
			f.After = string(items[listRows-1].ID)
		}
	}
	return nil
}

func (l episodeList) address(stage episode.Stage, mine bool, after string) string {
	a := "/episodes?stage=" + string(stage)
	if mine {
		a += "&mine=1"
	}
	if after != "" {
		a += "&after=" + after
	}
	return a
}

func (s *Server) episodesTable(q *Ask, l episodeList) ui.Grid {
	t := ui.Grid{Caption: q.P.T("episodes.title"), Hide: true, Cols: []ui.Col{{Head: q.P.T("episodes.col.client")}, {Head: q.P.T("episodes.col.service")},
		{Head: q.P.T("episodes.col.used")}, {Head: q.P.T("episodes.col.next")}, {Head: q.P.T("desk.col.worker")}, {Head: q.P.T("desk.col.do"), Quiet: true}}}
	for _, x := range l.Items {
		t.Rows = append(t.Rows, ui.Row{ID: "e-" + string(x.ID), Cells: []templ.Component{
			ui.Lines(q.clientName(x), disagreement(q, x)), ui.Words(s.serviceName(q, x)), ui.Words(q.usedOf(x)), ui.Words(q.nextMeeting(x)),
			ui.Words(l.Names[x.Worker]), ui.LinkButton(ui.Action{Text: q.P.T("desk.open"), URL: "/episodes/" + string(x.ID), Kind: ui.Secondary, Small: true, About: q.clientName(x)}),
		}})
	}
	return t
}

func (q *Ask) clientName(x episode.Item) string {
	switch {
	case x.Regime == string(model.Joint): // neither of the two is named
		return q.P.T("together.two")
	case x.Name != "":
		return x.Name
	case x.About != "":
		return q.P.T("episode.guardian")
	case x.Age >= 0 && x.Kind == "child":
		return q.P.T("person.child-age", "n", x.Age)
	}
	return q.P.T("person." + string(x.Kind))
}

func disagreement(q *Ask, x episode.Item) string {
	if x.Guardians == episode.Disagree {
		return q.P.T("episode.disagree")
	}
	return ""
}

func (s *Server) serviceName(q *Ask, x episode.Item) string {
	m, ok := s.Models.Model(x.Model, x.Version)
	if !ok {
		return x.Model
	}
	if len(m.Parts) > 1 {
		return m.Name(q.P.Lang()) + ", " + strings.ToLower(m.Text(q.P.Lang(), "part."+x.Part))
	}
	return m.Name(q.P.Lang())
}

func (q *Ask) usedOf(x episode.Item) string {
	if x.Limit > 0 {
		of := q.P.T("ui.progress", "n", q.P.N(x.Used), "of", q.P.N(x.Limit))
		return strings.ReplaceAll(of, " ", "\u00a0") // stays on one line in a narrow column
	}
	return q.P.N(x.Used)
}

func (q *Ask) nextMeeting(x episode.Item) string {
	if x.Next.Day == "" {
		return "–"
	}
	return q.P.When(x.Next)
}
