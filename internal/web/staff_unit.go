package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// unitRoutes are a coordinator's own units: what the public reads of them, when they answer, where they are, and what
// they offer.
func (s *Server) unitRoutes(add adder) {
	add("GET /unit", access.Coordinate, s.showUnit)
	add("GET /unit/{unit}", access.Coordinate, s.showUnit)
	add("GET /unit/{unit}/facts", access.Coordinate, s.showFacts)
	add("POST /unit/{unit}/facts", access.Coordinate, s.keepFacts, "name-fi", "name-sv", "name-en", "phone", "email", "address", "area", "grant-object")
	add("POST /unit/{unit}/openings", access.Coordinate, s.addOpenings, "channel", "days...", "opens", "closes")
	add("POST /unit/{unit}/openings/drop", access.Coordinate, s.dropOpening, "id")
	add("POST /unit/{unit}/reminders", access.Coordinate, s.keepReminders, "hour")
	add("GET /unit/{unit}/places/{place}", access.Coordinate, s.showPlace)
	add("POST /unit/{unit}/places/{place}", access.Coordinate, s.keepPlace, "name-fi", "name-sv", "name-en", "address", "area", "active", "tell-room")
	add("POST /unit/{unit}/offers", access.Coordinate, s.beginOffer, "model", "slug")
	add("POST /unit/{unit}/offers/{offer}", access.Coordinate, s.turnOffer, "open")
}

// unitPage is a unit as its coordinator arranges it.
type unitPage struct {
	Frame     ui.StaffPage
	Unit      organization.Unit
	Units     []organization.Unit // all that the reader coordinates
	Telephone []stretchRow
	Chat      []stretchRow
	Places    []organization.Place
	Rooms     map[organization.PlaceID]int // how many each lists
	Offers    []offered
	Models    []*model.Model // not offered here yet
	Channel   string
	Time      stretchForm
	Reminder  string // the hour, or that there is none
	Kept      string // the same as it is kept
	Model     string
	Slug      string
	Done      string
	Mistakes  ui.Mistakes
}

func (v unitPage) url(step string) string { return "/unit/" + string(v.Unit.ID) + step }

// coordinated are the units in which the reader is a coordinator.
func coordinated(by access.Actor) []access.UnitID {
	var out []access.UnitID
	for _, m := range by.Roles {
		if m.Role == access.Coordinator {
			out = append(out, m.Unit)
		}
	}
	return out
}

// ownUnit is the unit in the address, or the reader's first one.
func (q *Ask) ownUnit() (access.UnitID, error) {
	all := coordinated(q.By)
	unit := access.UnitID(q.PathValue("unit"))
	if unit == "" && len(all) > 0 {
		return all[0], nil
	}
	if !slices.Contains(all, unit) {
		return "", notFound()
	}
	return unit, nil
}

func (s *Server) showUnit(w http.ResponseWriter, q *Ask) error {
	return s.answerUnit(w, q, nil, nil)
}

// answerUnit shows the unit; typed puts back what was refused.
func (s *Server) answerUnit(w http.ResponseWriter, q *Ask, wrong error, typed func(v *unitPage)) error {
	v := unitPage{Frame: s.staffPage(q, q.P.T("unit.title"), "unit"), Channel: "telephone",
		Done: q.done("unit.done.", "facts", "added", "dropped", "reminders", "place", "offer", "opened", "closed")}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error { return s.fillUnit(q.Context(), tx, q, &v) })
	if err != nil {
		return err
	}
	if wrong != nil {
		v.Frame.Wrong = true
		v.Mistakes = mistakesAt(q.P, wrong, unitFields[fault.Of(wrong).Key])
		typed(&v)
	}
	return s.show(w, q, statusOf(wrong), unitView(q, v))
}

// unitFields is where a refusal of a whole form is said.
var unitFields = map[string]string{"hours.order": "closes", "hours.overlap": "opens", "form.choice": "channel", "unit.slug": "slug", "unit.slug-taken": "slug"}

func (s *Server) fillUnit(ctx context.Context, tx *storage.Tx, q *Ask, v *unitPage) error {
	unit, err := q.ownUnit()
	if err != nil {
		return err
	}
	v.Units, v.Telephone, v.Chat, v.Offers, v.Models = nil, nil, nil, nil, nil
	for _, x := range coordinated(q.By) {
		u, err := tx.Unit(ctx, x)
		if err != nil {
			return err
		}
		v.Units = append(v.Units, u)
		if x == unit {
			v.Unit = u
		}
	}
	if v.Places, err = tx.Places(ctx, unit); err != nil {
		return err
	}
	v.Rooms = map[organization.PlaceID]int{}
	for _, p := range v.Places {
		rooms, err := listedRooms(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		v.Rooms[p.ID] = len(rooms)
	}
	hour, err := outgoing.ReminderHour(ctx, tx, unit)
	if err != nil {
		return err
	}
	v.Reminder, v.Kept = reminderWord(hour), reminderWord(hour)
	openings, err := tx.Openings(ctx, unit)
	for _, o := range openings {
		row := stretchRow{o.ID, o.Weekday, o.Opens, o.Closes}
		if o.Channel == "chat" {
			v.Chat = append(v.Chat, row)
		} else {
			v.Telephone = append(v.Telephone, row)
		}
	}
	if err != nil {
		return err
	}
	return s.fillOffers(ctx, tx, v)
}

// fillOffers finds what the unit offers, and the models of the set that it does not offer yet.
func (s *Server) fillOffers(ctx context.Context, tx *storage.Tx, v *unitPage) error {
	all, err := tx.Offers(ctx, v.Unit.ID)
	has, offers := map[string]bool{}, map[string]bool{}
	for _, o := range all {
		if m, ok := s.Models.Model(o.Model, o.Version); ok {
			v.Offers = append(v.Offers, offered{o, m, v.Unit})
			has[m.ID], offers[m.ID] = true, true
		}
	}
	for _, m := range s.Models.All() {
		if newest, ok := s.Models.Latest(m.ID); ok && !has[m.ID] && canBegin(newest, offers) {
			v.Models = append(v.Models, newest)
			has[m.ID] = true
		}
	}
	return err
}

// canBegin tells whether a unit could run a service. Two who meet together each come from visits of their own (0053): a unit
// that offers none would have a service that nobody can come to.
func canBegin(m *model.Model, offers map[string]bool) bool {
	return m.Parties == nil || slices.ContainsFunc(m.Parties.From, func(from string) bool { return offers[from] })
}

// unitStep does one thing to an own unit; what is refused goes back by answer.
func (s *Server) unitStep(w http.ResponseWriter, q *Ask, done string, err error, answer func(error) error, do func(ctx context.Context, tx *storage.Tx, u organization.Unit) error) error {
	unit, mine := q.ownUnit()
	if mine != nil {
		return mine
	}
	if err == nil {
		err = s.DB.Update(q.Context(), func(tx *storage.Tx) error {
			u, err := tx.Unit(q.Context(), unit)
			if err != nil {
				return err
			}
			return do(q.Context(), tx, u)
		})
	}
	if shown(err) {
		return answer(err)
	}
	if err != nil {
		return err
	}
	s.ready.Forget() // the public pages tell all of this
	return redirect(w, q, "/unit/"+string(unit)+"?done="+done)
}

func (s *Server) addOpenings(w http.ResponseWriter, q *Ask) error {
	f, channel := readStretch(q), q.PostFormValue("channel")
	rows, err := f.read()
	answer := func(err error) error {
		return s.answerUnit(w, q, err, func(v *unitPage) { v.Time, v.Channel = f, channel })
	}
	return s.unitStep(w, q, "added", err, answer, func(ctx context.Context, tx *storage.Tx, u organization.Unit) error {
		for _, r := range rows {
			o := organization.Opening{Unit: u.ID, Channel: channel, Weekday: r.Weekday, Opens: r.Opens, Closes: r.Closes}
			if err := organization.KeepOpening(ctx, tx, q.By, o); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Server) dropOpening(w http.ResponseWriter, q *Ask) error {
	return s.unitStep(w, q, "dropped", nil, nil, func(ctx context.Context, tx *storage.Tx, u organization.Unit) error {
		return organization.DropOpening(ctx, tx, q.By, u.ID, q.PostFormValue("id"))
	})
}

// beginOffer begins to offer the newest version of a model. Its word in addresses is the model's own unless said.
func (s *Server) beginOffer(w http.ResponseWriter, q *Ask) error {
	id, slug := q.PostFormValue("model"), strings.TrimSpace(q.PostFormValue("slug"))
	answer := func(err error) error {
		return s.answerUnit(w, q, err, func(v *unitPage) { v.Model, v.Slug = id, slug })
	}
	return s.unitStep(w, q, "offer", nil, answer, func(ctx context.Context, tx *storage.Tx, u organization.Unit) error {
		v := unitPage{Unit: u}
		if err := s.fillOffers(ctx, tx, &v); err != nil {
			return err
		}
		i := slices.IndexFunc(v.Models, func(m *model.Model) bool { return m.ID == id })
		if i < 0 {
			var form fault.Form
			form.Add("model", "form.choice")
			return form.Err()
		}
		o := organization.Offer{Unit: u.ID, Model: id, Version: v.Models[i].Version, Slug: slug, Position: len(v.Offers), Open: true}
		if slug == "" {
			o.Slug = v.Models[i].Slug
		}
		_, err := organization.KeepOffer(ctx, tx, q.By, o)
		return err
	})
}

// turnOffer opens a service for new contacts or closes it; those who are clients already go on.
func (s *Server) turnOffer(w http.ResponseWriter, q *Ask) error {
	open, done := q.PostFormValue("open") == "yes", "closed"
	if open {
		done = "opened"
	}
	return s.unitStep(w, q, done, nil, nil, func(ctx context.Context, tx *storage.Tx, u organization.Unit) error {
		o, err := tx.Offer(ctx, organization.OfferID(q.PathValue("offer")))
		if err != nil {
			return err
		}
		if o.Unit != u.ID {
			return notFound()
		}
		o.Open = open
		_, err = organization.KeepOffer(ctx, tx, q.By, o)
		return err
	})
}

// readNames reads one text in every language.
func readNames(q *Ask) organization.Names {
	out := organization.Names{}
	for _, l := range locale.Langs() {
		out[l] = strings.TrimSpace(q.PostFormValue("name-" + string(l)))
	}
	return out
}
