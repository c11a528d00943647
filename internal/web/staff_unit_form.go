package web

import (
	"context"
	"net/http"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// factsPage is the form of a unit's public facts.
type factsPage struct {
	Frame    ui.StaffPage
	Unit     organization.Unit
	Mistakes ui.Mistakes
}

func (s *Server) showFacts(w http.ResponseWriter, q *Ask) error {
	unit, err := q.ownUnit()
	if err != nil {
		return err
	}
	v := factsPage{}
	err = s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		v.Unit, err = tx.Unit(q.Context(), unit)
		return err
	})
	if err != nil {
		return err
	}
	return s.answerFacts(w, q, v, nil)
}

func (s *Server) answerFacts(w http.ResponseWriter, q *Ask, v factsPage, wrong error) error {
	v.Frame, v.Mistakes = s.staffPage(q, q.P.T("unit.facts"), "unit"), ui.MistakesOf(q.P, wrong)
	v.Frame.Wrong = wrong != nil
	return s.show(w, q, statusOf(wrong), factsView(q, v))
}

// keepFacts keeps what the public reads. The unit's address word and zone stay as they are.
func (s *Server) keepFacts(w http.ResponseWriter, q *Ask) error {
	field := func(name string) string { return strings.TrimSpace(q.PostFormValue(name)) }
	typed := organization.Unit{ID: access.UnitID(q.PathValue("unit")), Name: readNames(q), Phone: field("phone"), Email: field("email"), Address: field("address"),
		Area: field("area"), GrantObject: field("grant-object")}
	answer := func(err error) error { return s.answerFacts(w, q, factsPage{Unit: typed}, err) }
	return s.unitStep(w, q, "facts", nil, answer, func(ctx context.Context, tx *storage.Tx, u organization.Unit) error {
		kept := typed
		kept.Slug, kept.Zone = u.Slug, u.Zone
		_, err := organization.KeepUnit(ctx, tx, q.By, kept)
		return err
	})
}

// placePage is the form of one office; a new one has no id.
type placePage struct {
	Frame    ui.StaffPage
	Unit     access.UnitID
	Place    organization.Place
	Mistakes ui.Mistakes
}

func (v placePage) url() string {
	if v.Place.ID == "" {
		return "/unit/" + string(v.Unit) + "/places/new"
	}
	return "/unit/" + string(v.Unit) + "/places/" + string(v.Place.ID)
}

// place is the unit's own office in the address, or the beginning of a new one.
func place(ctx context.Context, tx *storage.Tx, q *Ask, unit access.UnitID) (organization.Place, error) {
	if q.PathValue("place") == "new" {
		return organization.Place{Unit: unit, Active: true}, nil
	}
	p, err := tx.Place(ctx, organization.PlaceID(q.PathValue("place")))
	if err == nil && p.Unit != unit {
		err = notFound()
	}
	return p, err
}

func (s *Server) showPlace(w http.ResponseWriter, q *Ask) error {
	unit, err := q.ownUnit()
	if err != nil {
		return err
	}
	v := placePage{Unit: unit}
	err = s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		v.Place, err = place(q.Context(), tx, q, unit)
		return err
	})
	if err != nil {
		return err
	}
	return s.answerPlace(w, q, v, nil)
}

func (s *Server) answerPlace(w http.ResponseWriter, q *Ask, v placePage, wrong error) error {
	v.Frame, v.Mistakes = s.staffPage(q, q.P.T("unit.place"), "unit"), ui.MistakesOf(q.P, wrong)
	v.Frame.Wrong = wrong != nil
	return s.show(w, q, statusOf(wrong), placeView(q, v))
}

// keepPlace adds or changes an office. One that is no longer in use stays, for the meetings that were agreed there.
func (s *Server) keepPlace(w http.ResponseWriter, q *Ask) error {
	var typed organization.Place
	answer := func(err error) error { return s.answerPlace(w, q, placePage{Unit: typed.Unit, Place: typed}, err) }
	return s.unitStep(w, q, "place", nil, answer, func(ctx context.Context, tx *storage.Tx, u organization.Unit) error {
		p, err := place(ctx, tx, q, u.ID)
		if err != nil {
			return err
		}
		p.Name, p.Active, p.TellRoom = readNames(q), q.PostFormValue("active") == "yes", q.PostFormValue("tell-room") == "yes"
		p.Address, p.Area = strings.TrimSpace(q.PostFormValue("address")), strings.TrimSpace(q.PostFormValue("area"))
		typed = p
		_, err = organization.KeepPlace(ctx, tx, q.By, p)
		return err
	})
}
