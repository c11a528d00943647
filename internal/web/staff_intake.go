package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// intakeForm is a contact that a worker takes in, as it was typed.
type intakeForm struct {
	Offer, Channel, Referrer, Lang   string
	Name, Age, Area                  string
	Times, Places                    []string
	Reach, Address, Word, From, To   string
	May                              []string // voicemail, say-organisation, other-may-answer
	ContactDay, ContactClock, LastOn string
}

func readIntakeForm(q *Ask) intakeForm {
	v := q.PostFormValue
	return intakeForm{Offer: v("offer"), Channel: v("channel"), Referrer: v("referrer"), Lang: v("language"), Name: v("name"), Age: v("age"), Area: v("area"),
		Times: q.PostForm["times"], Places: q.PostForm["places"], Reach: v("reach"), Address: v("address"), Word: v("code-word"), From: v("hour-from"), To: v("hour-to"),
		May:        q.PostForm["may"],
		ContactDay: v("first-day"), ContactClock: v("first-clock"), LastOn: v("last-day")}
}

// takingIn is the page's own knowledge: what is offered where the reader works, and the model of what was chosen.
type takingIn struct {
	form     intakeForm
	offers   []offered
	chosen   offered
	areas    []string
	mistakes ui.Mistakes
}

// offered is an offer with its model.
type offered struct {
	organization.Offer
	model *model.Model
	unit  organization.Unit
}

// newIntake shows the form. Which service it is for stands in the address, so that choosing needs no script.
func (s *Server) newIntake(w http.ResponseWriter, q *Ask) error {
	form := intakeForm{Offer: q.URL.Query().Get("offer"), Channel: "telephone", Referrer: "self", Lang: string(locale.Finnish), Reach: "none"}
	return s.showIntake(w, q, http.StatusOK, form, nil)
}

func (s *Server) showIntake(w http.ResponseWriter, q *Ask, status int, form intakeForm, mistakes ui.Mistakes) error {
	t := takingIn{form: form, mistakes: mistakes}
	if err := s.DB.View(q.Context(), func(tx *storage.Tx) error { return s.readTakingIn(q.Context(), tx, q, &t) }); err != nil {
		return err
	}
	return s.show(w, q, status, s.intakePage(q, t))
}

func (s *Server) readTakingIn(ctx context.Context, tx *storage.Tx, q *Ask, t *takingIn) error {
	for _, unit := range unitsOf(q.By) {
		u, err := tx.Unit(ctx, unit)
		if err != nil {
			return err
		}
		offers, err := tx.Offers(ctx, unit)
		if err != nil {
			return err
		}
		for _, o := range offers {
			if m, ok := s.Models.Model(o.Model, o.Version); ok && o.Open && len(m.Channels) > 0 {
				t.offers = append(t.offers, offered{o, m, u})
			}
		}
	}
	if len(t.offers) == 0 {
		return nil
	}
	t.chosen = t.offers[0]
	if i := slices.IndexFunc(t.offers, func(o offered) bool { return string(o.ID) == t.form.Offer }); i >= 0 {
		t.chosen = t.offers[i]
	}
	places, err := tx.Places(ctx, t.chosen.Unit)
	t.areas = intake.Areas(t.chosen.unit, places)
	return err
}

// takeIn keeps the contact and shows its code once, to be read aloud or written into the answer.
func (s *Server) takeIn(w http.ResponseWriter, q *Ask) error {
	form := readIntakeForm(q)
	in, err := form.asked(q)
	var made intake.Made
	if err == nil {
		err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
			made, err = intake.Make(q.Context(), tx, s.Models, q.By, in)
			return err
		})
	}
	switch {
	case fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict):
		return s.showIntake(w, q, statusOf(err), form, ui.MistakesOf(q.P, err))
	case err != nil:
		return err
	}
	return s.show(w, q, http.StatusOK, s.takenInPage(q, made))
}

// asked turns what was typed into what the action takes; what cannot be read is told with the rest of its kind.
func (f intakeForm) asked(q *Ask) (intake.New, error) {
	var form fault.Form
	in := intake.New{Offer: organization.OfferID(f.Offer), Channel: intake.Channel(f.Channel), Referrer: f.Referrer, Lang: locale.Lang(f.Lang), Name: f.Name,
		Age: optionalNumber(f.Age, "age", &form), Times: f.Times, Places: f.Places, Area: f.Area, Token: q.PostFormValue("token"),
		First: f.first(q, &form), Contact: f.contact(&form)}
	if f.Channel != "telephone" && f.Channel != "email" {
		form.Add("channel", "form.choice")
	}
	return in, form.Err()
}

// first is when the person first reached us; nothing typed is now.
func (f intakeForm) first(q *Ask, form *fault.Form) time.Time {
	if f.ContactDay == "" && f.ContactClock == "" {
		return time.Time{}
	}
	day, err := calendar.ParseDate(f.ContactDay)
	if err != nil {
		form.Add("first-day", "calendar.date")
		return time.Time{}
	}
	clock, err := calendar.ParseClock(f.ContactClock)
	if err != nil {
		form.Add("first-clock", "calendar.clock")
		return time.Time{}
	}
	at, err := calendar.Local{Day: day, Clock: clock, Zone: q.zone()}.Instant()
	if err != nil {
		form.Add("first-clock", fault.Of(err).Key)
	}
	return at
}

func (f intakeForm) contact(form *fault.Form) person.SafeContact {
	c := person.SafeContact{Channel: person.Channel(f.Reach)}
	if c.Channel == person.None {
		return c
	}
	c.Address, c.CodeWord = seal.Of(f.Address), seal.Of(f.Word)
	c.HourFrom, c.HourTo = optionalHour(f.From, 9, "hour-from", form), optionalHour(f.To, 17, "hour-to", form)
	c.Voicemail, c.SayOrganisation = slices.Contains(f.May, "voicemail"), slices.Contains(f.May, "say-organisation")
	c.Others = f.others()
	c.Reminders, c.AskAgain = slices.Contains(f.May, "reminders"), slices.Contains(f.May, "ask-again")
	if f.LastOn != "" {
		day, err := calendar.ParseDate(f.LastOn)
		if err != nil {
			form.Add("last-day", "calendar.date")
		}
		c.LastDay = day
	}
	return c
}

// others is what was said of anybody else who may see or hear; where both were ticked, the careful answer holds.
func (f intakeForm) others() person.Others {
	switch {
	case slices.Contains(f.May, "other-may-answer"):
		return person.OthersYes
	case slices.Contains(f.May, "alone"):
		return person.OthersNo
	}
	return person.OthersUnknown
}

// optionalNumber is a whole number, -1 when nothing was typed.
func optionalNumber(s, name string, form *fault.Form) int {
	if s == "" {
		return -1
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		form.Add(name, "form.number")
		return -1
	}
	return n
}

func optionalHour(s string, otherwise int, name string, form *fault.Form) int {
	if s == "" {
		return otherwise
	}
	return optionalNumber(s, name, form)
}

// intakeRoutes are taking in and answering contacts.
func (s *Server) intakeRoutes(add adder) {
	add("GET /requests/new", access.ClientWork, s.newIntake)
	add("POST /requests/new", access.ClientWork, s.takeIn, "token", "offer", "channel", "referrer", "language", "name", "age", "area", "times...", "places...", "reach", "address",
		"code-word", "hour-from", "hour-to", "may...", "first-day", "first-clock", "last-day")
	add("GET /requests/{id}", access.ClientWork, s.showRequest)
	add("POST /requests/{id}/offer", access.ClientWork, s.offerTimes, timeFields...)
	add("POST /requests/{id}/withdraw", access.ClientWork, s.withdrawTime, "slot")
	add("POST /requests/{id}/book", access.ClientWork, s.bookRequest, timeFields...)
	add("POST /requests/{id}/code", access.ClientWork, s.newRequestCode)
	add("POST /requests/{id}/end", access.ClientWork, s.endRequest, "how")
}
