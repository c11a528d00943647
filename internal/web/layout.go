package web

import (
	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// publicPage is the frame of a visitor's page: neutral title, the way out at hand. path is the page's own address
// without a language; "" where the page is an answer to a form and has none.
func (s *Server) publicPage(q *Ask, title, path string) ui.Page {
	return ui.Page{P: q.P, Title: title, Path: path, Asset: s.assets.address, Exit: ui.Exit{Show: true, Action: "/exit", URL: s.ExitURL}, Foot: foot(q)}
}

// foot is where every visitor's page ends.
func foot(q *Ask) []ui.Link {
	var out []ui.Link
	for _, name := range []string{"safety", "privacy", "accessibility", "partner"} {
		out = append(out, ui.Link{Text: q.P.T("public." + name + ".title"), URL: q.path("/" + name)})
	}
	return append(out, ui.Link{Text: q.P.T("public.nav.staff"), URL: "/sign-in"})
}

// staffPage is the frame of a worker's page. current is the key of its place in the navigation.
func (s *Server) staffPage(q *Ask, title, current string) ui.StaffPage {
	pg := ui.StaffPage{P: q.P, Title: title, Name: q.Account.Name.Reveal(), Current: current, Asset: s.assets.address, SignOut: "/sign-out", Account: "/account", Home: home(q.By)}
	if s.Demo != nil {
		pg.Warn = q.P.T("web.demo")
	}
	if ends := q.Stay.Ends(q.Now); q.By.Staff() && !ends.IsZero() {
		pg.Ends = ui.Ends{At: q.P.Clock(clockHere(ends)), Left: int(ends.Sub(q.Now).Seconds())}
		pg.Scripts = append(pg.Scripts, "stay.js")
	}
	if access.ClientWork.Allows(q.By) {
		for _, place := range [][2]string{{"desk", "/desk"}, {"calendar", "/calendar"}, {"episodes", "/episodes"}, {"chats", "/chats"}, {"groups", "/groups"}} {
			pg.Nav = append(pg.Nav, ui.Nav(q.P, place[0], place[1], 0))
		}
		pg.Nav = append(pg.Nav, ui.NavItem{Key: "hours", Text: q.P.T("hours.nav"), URL: "/hours"})
	}
	if access.Coordinate.Allows(q.By) {
		pg.Nav = append(pg.Nav, ui.Nav(q.P, "unit", "/unit", 0))
		if current == "people" || current == "figures" || current == "results" || current == "report" || current == "feedback" || current == "walls" || current == "commitments" || current == "volunteers" {
			pg.Current = "unit" // the unit's page leads to them: eight places do not fit beside each other
		}
	} else if access.Walls.Allows(q.By) {
		pg.Nav = append(pg.Nav, ui.NavItem{Key: "walls", Text: q.P.T("walls.title"), URL: "/walls"})
	} else if access.People.Allows(q.By) {
		pg.Nav = append(pg.Nav, ui.NavItem{Key: "people", Text: q.P.T("account.people.nav"), URL: "/staff"})
	}
	if access.AsVolunteer.Allows(q.By) {
		for _, place := range [][2]string{{"mine", "/mine"}, {"mine-year", "/mine/year"}, {"mine-handbook", "/mine/handbook"}, {"mine-own", "/mine/own"}} {
			if q.By.Works() && place[0] != "mine" {
				continue // a colleague who volunteers too has enough places beside each other
			}
			pg.Nav = append(pg.Nav, ui.NavItem{Key: place[0], Text: q.P.T("mine.nav." + place[0]), URL: place[1]})
		}
	}
	return pg
}
