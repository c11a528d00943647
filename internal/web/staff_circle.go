package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// circleRoutes are groups that meet a number of times set beforehand. A group is its leaders' and its unit's
// coordinators'; to everybody else it is not there.
func (s *Server) circleRoutes(add adder) {
	add("GET /circles/new", access.ClientWork, s.newCircle)
	add("POST /circles/new", access.ClientWork, s.planCircle, "what", "day", "clock", "minutes", "weeks", "number", "places", "where", "place", "link", "leader", "second", "idea")
	add("GET /circles/kinds", access.Coordinate, s.showKinds)
	add("POST /circles/kinds", access.Coordinate, s.setKind, "what", "online")
	add("GET /circles/{id}", access.ClientWork, s.showCircle)
	add("POST /circles/{id}/join", access.ClientWork, s.addToCircle, "nickname")
	add("POST /circles/{id}/remove", access.ClientWork, s.removeFromCircle, "participant")
	add("POST /circles/{id}/topic", access.ClientWork, s.proposeInCircle, "topic")
	add("POST /circles/{id}/untopic", access.ClientWork, s.dropFromCircle, "topic")
	add("POST /circles/{id}/alter", access.ClientWork, s.alterCircle, "places", "place", "link")
	add("POST /circles/{id}/rooms", access.ClientWork, s.giveCircleRooms, "into")
	add("POST /circles/{id}/leaders", access.Coordinate, s.leadCircle, "leader", "second")
	add("POST /circles/{id}/ask", access.Coordinate, s.askToLead, "no", "who")
	add("POST /circles/{id}/unask", access.Coordinate, s.unaskToLead, "no", "who")
	add("POST /circles/{id}/end", access.ClientWork, s.endCircle)
	add("GET /circles/{id}/{no}", access.ClientWork, s.showCircleMeeting)
	add("POST /circles/{id}/{no}/tick", access.ClientWork, s.tickCircle, "here...")
	add("POST /circles/{id}/{no}/count", access.ClientWork, s.countCircle, "came")
	add("POST /circles/{id}/{no}/cancel", access.ClientWork, s.cancelCircle)
	add("POST /circles/{id}/{no}/move", access.ClientWork, s.moveCircle, "day", "clock", "rest")
	add("POST /circles/{id}/{no}/room", access.ClientWork, s.giveCircleRoom, "into")
	add("POST /circles/{id}/{no}/lead", access.ClientWork, s.substituteCircle, "lead", "substitute")
	add("GET /ideas", access.Coordinate, s.showIdeas)
	add("POST /ideas/{id}/look", access.Coordinate, s.lookAtIdea)
	add("POST /ideas/{id}/answer", access.Coordinate, s.answerIdea, "answer")
	add("POST /ideas/{id}/drop", access.Coordinate, s.dropIdea)
}

// gathers are the services of groups in the units where the reader works.
func (s *Server) gathers(ctx context.Context, tx *storage.Tx, q *Ask) ([]offered, error) {
	all, err := tx.MeetingOffers(ctx, q.By)
	if err != nil {
		return nil, err
	}
	var out []offered
	for _, o := range all {
		m, ok := s.Models.Model(o.Model, o.Version)
		if !ok || m.Gathering == nil {
			continue
		}
		u, err := tx.Unit(ctx, o.Unit)
		if err != nil {
			return nil, err
		}
		out = append(out, offered{o, m, u})
	}
	return out, nil
}

// circleForm is a group as it was typed.
type circleForm struct {
	What, Day, Clock, Minutes, Weeks, Number, Places, Where, Place, Link, Leader, Second, Idea string
}

// sort is one kind of groups that may be planned.
type sort struct {
	offered
	kind model.GroupKind
}

// value names it in the form.
func (x sort) value() string { return string(x.ID) + "." + x.kind.ID }

// sorts are what the reader may plan.
func sorts(offers []offered) []sort {
	var out []sort
	for _, o := range offers {
		if len(o.model.Gathering.Kinds) == 0 {
			out = append(out, sort{o, model.GroupKind{Online: o.model.Gathering.Online}})
		}
		for _, k := range o.model.Gathering.Kinds {
			out = append(out, sort{o, k})
		}
	}
	return out
}

// circleNew plans a group: first which, then when.
type circleNew struct {
	Frame    ui.StaffPage
	Form     circleForm
	Sorts    []sort
	Chosen   *sort // nil while one is to be chosen
	Online   bool  // may meet online
	Places   []organization.Place
	Leaders  []organization.Worker
	Title    string // of the idea it comes of
	Mistakes ui.Mistakes
}

func (s *Server) newCircle(w http.ResponseWriter, q *Ask) error {
	v := q.URL.Query()
	return s.answerNewCircle(w, q, circleForm{What: v.Get("what"), Idea: v.Get("idea")}, nil)
}

func (s *Server) answerNewCircle(w http.ResponseWriter, q *Ask, form circleForm, wrong error) error {
	v := circleNew{Frame: s.staffPage(q, q.P.T("circles.plan"), "groups"), Form: form, Mistakes: ui.MistakesOf(q.P, wrong)}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		offers, err := s.gathers(q.Context(), tx, q)
		if err != nil {
			return err
		}
		v.Sorts = sorts(offers)
		if v.Form.Idea != "" {
			if err := s.fillIdea(q.Context(), tx, q, offers, &v); err != nil {
				return err
			}
		}
		return v.choose(q.Context(), tx)
	})
	if err != nil {
		return err
	}
	if len(v.Sorts) == 0 {
		return notFound()
	}
	v.Chosen.suggest(q, &v.Form, wrong)
	if wrong != nil {
		v.Frame.Wrong = true
		v.Mistakes = mistakesAt(q.P, wrong, circleFields[fault.Of(wrong).Key])
	}
	return s.show(w, q, statusOf(wrong), circleFormPage(q, v))
}

// circleFields is where a refusal of the whole plan is said.
var circleFields = map[string]string{"circle.past": "day", "calendar.date": "day", "calendar.skipped": "clock", "calendar.clock": "clock"}

// fillIdea takes the kind and the title of the idea that the group comes of; one that the reader does not coordinate is none.
func (s *Server) fillIdea(ctx context.Context, tx *storage.Tx, q *Ask, offers []offered, v *circleNew) error {
	i, err := tx.Idea(ctx, circle.IdeaID(v.Form.Idea))
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	at := slices.IndexFunc(offers, func(o offered) bool { return o.ID == i.Offer && q.By.Is(access.Coordinator, o.unit.ID) })
	if err != nil || at < 0 {
		v.Form.Idea = ""
		return nil
	}
	v.Title = i.Title.Reveal()
	if v.Form.What == "" && i.Kind != "" {
		v.Form.What = string(i.Offer) + "." + i.Kind
	}
	return nil
}

// choose reads what the form needs of the chosen kind; the only one there is needs no choosing.
func (v *circleNew) choose(ctx context.Context, tx *storage.Tx) (err error) {
	i := slices.IndexFunc(v.Sorts, func(x sort) bool { return x.value() == v.Form.What })
	if i < 0 && len(v.Sorts) == 1 {
		i = 0
	}
	if i < 0 {
		return nil
	}
	v.Chosen = &v.Sorts[i]
	v.Form.What = v.Chosen.value()
	if v.Online, err = circle.MayOnline(ctx, tx, v.Chosen.model, v.Chosen.kind.ID); err != nil {
		return err
	}
	if v.Places, err = activePlaces(ctx, tx, v.Chosen.unit.ID); err != nil {
		return err
	}
	v.Leaders, err = leaders(ctx, tx, v.Chosen.unit.ID)
	return err
}

func activePlaces(ctx context.Context, tx *storage.Tx, unit access.UnitID) ([]organization.Place, error) {
	all, err := tx.Places(ctx, unit)
	return slices.DeleteFunc(all, func(p organization.Place) bool { return !p.Active }), err
}

// leaders are the colleagues who may lead groups of a unit: its workers. Volunteers are asked, and say yes themselves.
func leaders(ctx context.Context, tx *storage.Tx, unit access.UnitID) ([]organization.Worker, error) {
	return tx.Workers(ctx, unit)
}

// mayLead is the same as an answer, as package circle asks it.
func mayLead(tx *storage.Tx) circle.May {
	return func(ctx context.Context, who access.AccountID, unit access.UnitID) (bool, error) {
		all, err := leaders(ctx, tx, unit)
		return slices.ContainsFunc(all, func(w organization.Worker) bool { return w.Account == who }), err
	}
}

// suggest fills what nobody has typed yet.
func (x *sort) suggest(q *Ask, f *circleForm, wrong error) {
	if x == nil || wrong != nil {
		return
	}
	g := x.model.Gathering
	f.Minutes, f.Weeks, f.Places = strconv.Itoa(g.Minutes), strconv.Itoa(g.MinWeeks), strconv.Itoa(g.Usual)
	if g.Fewest == g.Most {
		f.Number = strconv.Itoa(g.Most)
	}
	f.Where, f.Leader = "office", string(q.By.Account)
}

func readCircleForm(q *Ask) circleForm {
	v := func(name string) string { return typed(q, name) }
	return circleForm{What: v("what"), Day: v("day"), Clock: v("clock"), Minutes: v("minutes"), Weeks: v("weeks"), Number: v("number"), Places: v("places"),
		Where: v("where"), Place: v("place"), Link: v("link"), Leader: v("leader"), Second: v("second"), Idea: v("idea")}
}

func (s *Server) planCircle(w http.ResponseWriter, q *Ask) error {
	form := readCircleForm(q)
	var made circle.Circle
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		made, err = circle.Plan(q.Context(), tx, s.Models, mayLead(tx), q.By, form.read())
		return err
	})
	if shown(err) {
		return s.answerNewCircle(w, q, form, err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget() // the service's page tells which groups there are
	return redirect(w, q, "/circles/"+string(made.ID)+"?done=planned")
}

// read is what was typed; what cannot be read becomes what the action refuses, so that all mistakes are told at once.
func (f circleForm) read() circle.New {
	offer, kind, _ := strings.Cut(f.What, ".")
	n := circle.New{Offer: organization.OfferID(offer), Kind: kind, Minutes: number(f.Minutes, -1), Weeks: number(f.Weeks, -1), Number: number(f.Number, -1),
		Places: number(f.Places, -1), Online: f.Where == "online", Place: organization.PlaceID(f.Place), Link: f.Link, Idea: circle.IdeaID(f.Idea)}
	n.Day, _ = calendar.ParseDate(f.Day)
	n.Clock, _ = calendar.ParseClock(f.Clock)
	n.Leaders = twoOf(f.Leader, f.Second)
	return n
}

// twoOf are one or two who lead.
func twoOf(first, second string) []access.AccountID {
	var out []access.AccountID
	for _, x := range []string{first, second} {
		if x != "" {
			out = append(out, access.AccountID(x))
		}
	}
	return out
}

// kindsPage says which kinds of groups may meet online.
type kindsPage struct {
	Frame ui.StaffPage
	Kinds []kindRow
	Done  string
}

type kindRow struct {
	sort
	Online bool
}

func (s *Server) showKinds(w http.ResponseWriter, q *Ask) error {
	v := kindsPage{Frame: s.staffPage(q, q.P.T("circles.kinds"), "groups"), Done: q.done("circles.done.", "kind")}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error {
		offers, err := s.gathers(q.Context(), tx, q)
		if err != nil {
			return err
		}
		v.Kinds = nil
		for _, x := range sorts(offers) {
			if !q.By.Is(access.Coordinator, x.unit.ID) {
				continue
			}
			online, err := circle.MayOnline(q.Context(), tx, x.model, x.kind.ID)
			if err != nil {
				return err
			}
			v.Kinds = append(v.Kinds, kindRow{x, online})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, kindsView(q, v))
}

func (s *Server) setKind(w http.ResponseWriter, q *Ask) error {
	offer, kind, _ := strings.Cut(typed(q, "what"), ".")
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		return circle.SetOnline(q.Context(), tx, s.Models, q.By, organization.OfferID(offer), kind, q.PostFormValue("online") == "yes")
	})
	if err != nil {
		return err
	}
	return redirect(w, q, "/circles/kinds?done=kind")
}

// placeChoice is in which office a group meets.
func placeChoice(q *Ask, all []organization.Place, value string, m ui.Mistakes) ui.Choice {
	c := ui.Choice{Name: "place", Label: q.P.T("circles.place"), Value: value, Error: m.Of("place")}
	for _, p := range all {
		c.Options = append(c.Options, ui.Option{Value: string(p.ID), Label: p.Name.In(q.P.Lang())})
	}
	return c
}

// leaderChoice is who leads; the second may be nobody, who stands first then.
func leaderChoice(q *Ask, name, label, nobody string, all []organization.Worker, value string, m ui.Mistakes) ui.Choice {
	c := ui.Choice{Name: name, Label: label, Value: value, Error: m.Of(name), Empty: nobody}
	for _, w := range all {
		c.Options = append(c.Options, ui.Option{Value: string(w.Account), Label: w.Name})
	}
	return c
}
