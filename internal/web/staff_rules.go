package web

import (
	"net/http"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/explain"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// ruleRoutes tell how services work, to everybody who works here: a rule is no secret and is about nobody.
func (s *Server) ruleRoutes(add adder) {
	add("GET /rules/{model}/{version}", access.SignedIn, s.showRules)
}

// rulesOf is where a model's version is told.
func rulesOf(m *model.Model) string { return "/rules/" + m.ID + "/" + strconv.Itoa(m.Version) }

type rulesPage struct {
	Frame ui.StaffPage
	Model *model.Model
	explain.Explanation
}

func (s *Server) showRules(w http.ResponseWriter, q *Ask) error {
	version, err := strconv.Atoi(q.PathValue("version"))
	m, ok := s.Models.Model(q.PathValue("model"), version)
	if err != nil || !ok {
		return notFound()
	}
	return s.show(w, q, http.StatusOK, rulesView(q, rulesPage{s.staffPage(q, q.P.T("explain.title"), ""), m, explain.Of(m, s.Models, q.P)}))
}

func (v rulesPage) stops() []ui.Stop {
	out := make([]ui.Stop, len(v.Path))
	for i, x := range v.Path {
		out[i] = ui.Stop(x)
	}
	return out
}
