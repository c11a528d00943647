package web

import (
	"context"
	"net/http"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// publicCircleRoutes are joining a group in two steps, proposing one, and the page of somebody who has joined. Which group
// it is stands in no address: whoever reads the browser's history sees the service's neutral word alone.
func (s *Server) publicCircleRoutes(add adder) {
	add("POST /services/{slug}/join", access.Open, s.joinForm, "group")
	add("POST /services/{slug}/joined", access.Open, s.pacedForms(s.joinCircle), "group", "nickname", "token")
	add("GET /services/{slug}/idea", access.Open, s.ideaForm)
	add("POST /services/{slug}/idea", access.Open, s.pacedForms(s.sendIdea), "kind", "title", "area", "online", "helps", "token")
	for _, step := range []string{"join", "joined"} {
		add("GET /services/{slug}/"+step, access.Open, func(w http.ResponseWriter, q *Ask) error {
			return redirect(w, q, q.path("/services/"+q.PathValue("slug")))
		})
	}
	add("POST /code/group", access.Open, s.lookAtCircle, "stay")
	add("POST /code/group/vote", access.Open, s.voteInCircle, "stay", "topic")
	add("POST /code/group/propose", access.Open, s.proposeOwn, "stay", "topic")
	s.wayCircleRoutes(add)
	add("POST /code/group/feedback", access.Open, s.drawInCircle, "stay")
	add("POST /code/group/leave", access.Open, s.leaveCircle, "stay")
	add("POST /code/group/close", access.Open, s.closeCircle, "stay")
	add("GET /code/group/{step}", access.Open, func(w http.ResponseWriter, q *Ask) error { return redirect(w, q, q.path("/code")) })
}

// pacedForms lets a network send only so many forms at once, as the form of asking for help (decision 0033).
func (s *Server) pacedForms(h handler) handler {
	return func(w http.ResponseWriter, q *Ask) error {
		from := s.pace.Network(s.remote(q.Request))
		if wait := s.pace.Form(from); wait > 0 {
			return hurry(w, q, openUnit{}, wait)
		}
		err := h(w, q)
		if rec, ok := w.(*recorder); err != nil || !ok || rec.status != http.StatusOK {
			s.pace.Unsent(from)
		}
		return err
	}
}

// openCircle is a group as the public may know it: what and when, and whether there is room. How many take part is not told.
type openCircle struct {
	circle.Circle
	Name, Rhythm, Where string
	Full                bool
}

// openIdea is a proposed group that a coordinator has read.
type openIdea struct{ Title, State string }

// circleList is what a service of groups has on its page.
type circleList struct {
	Gathers    bool // it is such a service
	Circles    []openCircle
	OpenIdeas  []openIdea
	Slug       string
	MayJoin    bool // one joins by oneself
	MayPropose bool
}

// fillOpenCircles puts a service's groups and ideas on its page.
func (s *Server) fillOpenCircles(ctx context.Context, tx *storage.Tx, q *Ask, u openUnit, o openOffer, v *servicePage) error {
	v.Circles, v.OpenIdeas, v.Slug = nil, nil, o.Slug
	v.MayJoin, v.MayPropose = !o.Model.Gathering.ByWorker, o.Model.Gathering.Ideas && o.Open
	all, err := tx.Circles(ctx, []organization.OfferID{o.ID})
	if err != nil {
		return err
	}
	if all, err = circle.Joinable(ctx, tx, all); err != nil {
		return err
	}
	for _, c := range all {
		if !v.MayJoin {
			break // a closed group is nobody's to know of but those it is for
		}
		x, err := s.openCircle(ctx, tx, q, u, o, c)
		if err != nil {
			return err
		}
		v.Circles = append(v.Circles, x)
	}
	ideas, err := tx.Ideas(ctx, []organization.OfferID{o.ID})
	for _, i := range ideas {
		switch i.State {
		case circle.Looked, circle.Taken:
			v.OpenIdeas = append(v.OpenIdeas, openIdea{i.Title.Reveal(), q.P.T("ideas.public." + i.State)})
		case circle.NotNow:
			v.OpenIdeas = append(v.OpenIdeas, openIdea{i.Title.Reveal(), q.P.T("ideas.answers." + i.Answer)})
		}
	}
	return err
}

func (s *Server) openCircle(ctx context.Context, tx *storage.Tx, q *Ask, u openUnit, o openOffer, c circle.Circle) (openCircle, error) {
	x := openCircle{Circle: c, Name: circleName(q, o.Model, c.Kind), Rhythm: rhythm(q, c), Where: q.P.T("public.circle.online")}
	for _, p := range u.Places {
		if p.ID == c.Place {
			x.Where = p.Name.In(q.P.Lang())
		}
	}
	people, err := tx.Participants(ctx, c)
	x.Full = len(people) >= c.Places
	return x, err
}

// joinPage asks for a name, and for nothing else.
type joinPage struct {
	ui.Page
	Slug     string
	At       openCircle
	Nickname string
	Token    string
	Mistakes ui.Mistakes
}

func (s *Server) joinForm(w http.ResponseWriter, q *Ask) error { return s.answerJoin(w, q, nil) }

func (s *Server) answerJoin(w http.ResponseWriter, q *Ask, wrong error) error {
	slug := q.PathValue("slug")
	v := joinPage{Page: s.publicPage(q, q.P.T("public.circle.join"), ""), Slug: slug, Token: id.New(), Mistakes: ui.MistakesOf(q.P, wrong)}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		v.At, err = s.joinable(q.Context(), tx, q, slug)
		return err
	})
	if err != nil {
		return err
	}
	if wrong != nil {
		v.Wrong, v.Nickname, v.Token = true, typed(q, "nickname"), token(q, "token")
	}
	return s.show(w, q, statusOf(wrong), joinView(v))
}

// joinable is the group that the form names, if it is one of the service's that people join by themselves.
func (s *Server) joinable(ctx context.Context, tx *storage.Tx, q *Ask, slug string) (openCircle, error) {
	u, o, err := s.offerBySlug(ctx, tx, slug)
	if err != nil {
		return openCircle{}, err
	}
	c, err := tx.Circle(ctx, circle.ID(token(q, "group")))
	if err != nil {
		return openCircle{}, err
	}
	if c.Offer != o.ID || o.Model.Gathering == nil || o.Model.Gathering.ByWorker {
		return openCircle{}, notFound()
	}
	return s.openCircle(ctx, tx, q, u, o, c)
}

// joinedPage shows the code in its one moment.
type joinedPage struct {
	ui.Page
	At openCircle
	In circle.Joined
}

func (s *Server) joinCircle(w http.ResponseWriter, q *Ask) error {
	v := joinedPage{Page: s.publicPage(q, q.P.T("public.circle.join"), "")}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		if v.At, err = s.joinable(q.Context(), tx, q, q.PathValue("slug")); err != nil {
			return err
		}
		v.In, err = circle.Join(q.Context(), tx, s.Models, v.At.ID, typed(q, "nickname"), token(q, "token"))
		return err
	})
	if shown(err) {
		return s.answerJoin(w, q, err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget() // whether there is room may have changed
	return s.show(w, q, http.StatusOK, joinedView(v))
}

// thinkPage takes a group that somebody would like. It asks for no way to reach them.
type thinkPage struct {
	ui.Page
	Slug     string
	Offer    openOffer
	Form     circle.NewIdea
	Sent     bool
	Mistakes ui.Mistakes
}

func (s *Server) ideaForm(w http.ResponseWriter, q *Ask) error {
	return s.answerThought(w, q, circle.NewIdea{Token: id.New()}, false, nil)
}

func (s *Server) answerThought(w http.ResponseWriter, q *Ask, form circle.NewIdea, sent bool, wrong error) error {
	slug := q.PathValue("slug")
	v := thinkPage{Page: s.publicPage(q, q.P.T("public.circle.idea"), "/services/"+slug+"/idea"), Slug: slug, Form: form, Sent: sent, Mistakes: ui.MistakesOf(q.P, wrong)}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		v.Offer, err = s.thinkable(q.Context(), tx, slug)
		return err
	})
	if err != nil {
		return err
	}
	v.Wrong = wrong != nil
	return s.show(w, q, statusOf(wrong), thinkView(v))
}

func (s *Server) thinkable(ctx context.Context, tx *storage.Tx, slug string) (openOffer, error) {
	_, o, err := s.offerBySlug(ctx, tx, slug)
	if err == nil && (o.Model.Gathering == nil || !o.Model.Gathering.Ideas) {
		err = notFound()
	}
	return o, err
}

func (s *Server) sendIdea(w http.ResponseWriter, q *Ask) error {
	form := circle.NewIdea{Kind: typed(q, "kind"), Title: typed(q, "title"), Area: typed(q, "area"), Online: q.PostFormValue("online") == "yes",
		Helps: q.PostFormValue("helps") == "yes", Token: token(q, "token")}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error {
		o, err := s.thinkable(q.Context(), tx, q.PathValue("slug"))
		if err != nil {
			return err
		}
		form.Offer = o.ID
		return circle.Think(q.Context(), tx, s.Models, form)
	})
	if err != nil && !shown(err) {
		return err
	}
	return s.answerThought(w, q, form, err == nil, err)
}

// ownCirclePage is what a group's code opens: coming meetings, topics, and leaving.
type ownCirclePage struct {
	ui.Page
	circle.OwnView
	Name     string
	Rhythm   string
	Stay     string
	Said     string
	Topic    string
	Feedback bool // the form about the group is offered
	Mistakes ui.Mistakes
}

func (s *Server) resumeCircle(q *Ask) (v circle.Visit, err error) {
	err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		v, err = circle.Resume(q.Context(), tx, s.Models, token(q, "stay"))
		return err
	})
	return v, err
}

func (s *Server) showOwnCircle(w http.ResponseWriter, q *Ask, v circle.Visit, said string, wrong error) error {
	p := ownCirclePage{Page: s.stayPage(q, q.P.T("public.circle.title"), v.Exit), Stay: v.Token, Said: said, Mistakes: ui.MistakesOf(q.P, wrong)}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		if p.OwnView, err = v.View(q.Context(), tx); err != nil {
			return err
		}
		p.Feedback, err = s.offersMemberForm(q.Context(), tx, v, p.OwnView)
		return err
	})
	if err != nil {
		return err
	}
	p.Name, p.Rhythm = circleName(q, p.Model, p.Circle.Kind), rhythm(q, p.Circle)
	if wrong != nil {
		p.Wrong, p.Said, p.Topic = true, "", typed(q, "topic")
	}
	return s.show(w, q, statusOf(wrong), ownCircleView(p))
}

// inCircle does something of a participant's own and shows the page as it then is.
func (s *Server) inCircle(w http.ResponseWriter, q *Ask, said string, do func(ctx context.Context, tx *storage.Tx, v circle.Visit) error) error {
	v, err := s.resumeCircle(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	wrong := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, v) })
	if wrong != nil && !shown(wrong) {
		return wrong
	}
	return s.showOwnCircle(w, q, v, said, wrong)
}

func (s *Server) lookAtCircle(w http.ResponseWriter, q *Ask) error {
	return s.inCircle(w, q, "", func(context.Context, *storage.Tx, circle.Visit) error { return nil })
}

func (s *Server) voteInCircle(w http.ResponseWriter, q *Ask) error {
	return s.inCircle(w, q, q.P.T("public.circle.voted"), func(ctx context.Context, tx *storage.Tx, v circle.Visit) error {
		topic := token(q, "topic")
		if topic == "" {
			return &fault.Fault{Kind: fault.Invalid, Key: "form.mistakes", Fields: []fault.Field{{Name: "topic", Key: "form.choice"}}}
		}
		return v.Vote(ctx, tx, circle.TopicID(topic))
	})
}

func (s *Server) proposeOwn(w http.ResponseWriter, q *Ask) error {
	return s.inCircle(w, q, q.P.T("public.circle.proposed"), func(ctx context.Context, tx *storage.Tx, v circle.Visit) error {
		return v.Propose(ctx, tx, typed(q, "topic"))
	})
}

// leaveCircle takes the name off the list at once. Nothing is asked.
func (s *Server) leaveCircle(w http.ResponseWriter, q *Ask) error {
	v, err := s.resumeCircle(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	if err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return v.Leave(q.Context(), tx) }); err != nil {
		return err
	}
	s.ready.Forget()
	return s.circleOver(w, q, "left")
}

// closeCircle ends the stay for those who want to stop without leaving the site.
func (s *Server) closeCircle(w http.ResponseWriter, q *Ask) error {
	v, err := s.resumeCircle(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	if err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return circle.Away(q.Context(), tx, v.Exit) }); err != nil {
		return err
	}
	return s.circleOver(w, q, "closed")
}

func (s *Server) circleOver(w http.ResponseWriter, q *Ask, how string) error {
	return s.show(w, q, http.StatusOK, endView(endPage{Page: s.publicPage(q, q.P.T("public.circle.title"), ""), Heading: q.P.T("public.circle." + how),
		Text: q.P.T("public.circle." + how + "-text"), Links: []ui.Link{{Text: q.P.T("public.nav.home"), URL: q.path("/")}}}))
}
