package web

import (
	"context"
	"net/http"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/circle"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// wayCircleRoutes let a client join a group that a way on leads to, by themselves: nobody tells who they are (R-205, decision 0061).
func (s *Server) wayCircleRoutes(add adder) {
	add("POST /code/group/come", access.Open, s.comeToCircle, "stay", "way", "group", "nickname")
}

// fillWayCircles puts to each way on that was accepted the groups it leads to. Whoever is in one already sees that and no form.
func (v *clientPage) fillWayCircles(ctx context.Context, tx *storage.Tx, s *Server, q *Ask, h intake.Holder) error {
	v.Circles, v.CircleIn = map[string][]openCircle{}, map[string]bool{}
	if h.Episode == "" {
		return nil
	}
	for _, w := range v.WaysOn {
		if m, ok := s.Models.Latest(w.Destination); !ok || m.Gathering == nil || w.Kind != model.Service || w.State != episode.Accepted {
			continue
		}
		e, err := tx.Episode(ctx, episode.ID(h.Episode))
		if err != nil {
			return err
		}
		if err := v.circlesOfWay(ctx, tx, s, q, w, e.Person); err != nil {
			return err
		}
	}
	return nil
}

func (v *clientPage) circlesOfWay(ctx context.Context, tx *storage.Tx, s *Server, q *Ask, w episode.WayOn, p person.ID) error {
	units, err := s.units(ctx, tx)
	if err != nil {
		return err
	}
	all, err := tx.Circles(ctx, nil)
	if err != nil {
		return err
	}
	if all, err = circle.Joinable(ctx, tx, all); err != nil {
		return err
	}
	for _, u := range units {
		for _, o := range u.Offers {
			for _, c := range all {
				if o.ID != c.Offer || o.Model.ID != w.Destination {
					continue
				}
				here, err := circle.IsHere(ctx, tx, c, p)
				if err != nil {
					return err
				}
				v.CircleIn[w.ID] = v.CircleIn[w.ID] || here
				x, err := s.openCircle(ctx, tx, q, u, o, c)
				if err != nil {
					return err
				}
				v.Circles[w.ID] = append(v.Circles[w.ID], x)
			}
		}
	}
	return nil
}

// circleChoice is which of the groups.
func (v clientPage) circleChoice(way string) ui.Choice {
	c := ui.Choice{Name: "group", Key: "group-" + way, Label: v.P.T("public.circle.heading"), Error: v.Mistakes.Of("group")}
	for _, x := range v.Circles[way] {
		hint := x.Where
		if x.Full {
			hint += " · " + v.P.T("public.circle.full")
		}
		c.Options = append(c.Options, ui.Option{Value: string(x.ID), Label: x.Name + ": " + x.Rhythm, Hint: hint})
	}
	if len(c.Options) == 1 {
		c.Value = c.Options[0].Value
	}
	return c
}

// comeToCircle joins a group that the client's accepted way on leads to, and shows its own code once.
func (s *Server) comeToCircle(w http.ResponseWriter, q *Ask) error {
	stay, err := s.resumeOwn(q)
	if err != nil {
		return s.stayOver(w, q, err)
	}
	v := joinedPage{Page: s.stayPage(q, q.P.T("public.circle.join"), stay.Exit)}
	wrong := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
		v.In, v.At, err = s.come(q.Context(), tx, q, stay.Holder)
		return err
	})
	if wrong != nil && !shown(wrong) {
		return wrong
	}
	if wrong != nil {
		return s.showClient(w, q, stay, "", wrong)
	}
	s.ready.Forget()
	return s.show(w, q, http.StatusOK, joinedView(v))
}

func (s *Server) come(ctx context.Context, tx *storage.Tx, q *Ask, h intake.Holder) (in circle.Joined, at openCircle, err error) {
	if h.Episode == "" {
		return in, at, fault.New(fault.Conflict, "public.gone")
	}
	e, err := tx.Episode(ctx, episode.ID(h.Episode))
	if err != nil {
		return in, at, err
	}
	ways, err := tx.WaysOn(ctx, e.ID)
	if err != nil {
		return in, at, err
	}
	i := slices.IndexFunc(ways, func(w episode.WayOn) bool {
		return w.ID == token(q, "way") && w.Kind == model.Service && w.State == episode.Accepted
	})
	if i < 0 {
		return in, at, fault.New(fault.Conflict, "public.gone")
	}
	if token(q, "group") == "" {
		return in, at, &fault.Fault{Kind: fault.Invalid, Key: "form.mistakes", Fields: []fault.Field{{Name: "group", Key: "form.choice"}}}
	}
	if in, err = circle.JoinByWay(ctx, tx, s.Models, e.Person, ways[i].Destination, circle.ID(token(q, "group")), typed(q, "nickname")); err != nil {
		return in, at, gone(err)
	}
	c, err := tx.Circle(ctx, circle.ID(token(q, "group")))
	if err != nil {
		return in, at, err
	}
	o, err := s.offeredBy(ctx, tx, c.Offer)
	return in, openCircle{Circle: c, Name: circleName(q, o.model, c.Kind), Rhythm: rhythm(q, c)}, err
}
