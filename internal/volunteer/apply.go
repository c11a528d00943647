package volunteer

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/seal"
)

// TellApplied is the job that writes to a unit that somebody would like to be a volunteer; the object is the volunteer.
const TellApplied = "tell-volunteer-applied"

// Times that one may wish for. Areas are the unit's own; who applies to a unit wishes for its area.
var Times = []string{"office-hours", "evening", "weekend"}

const (
	maxName  = 120
	maxReach = 200
)

// Application is what somebody tells who would like to be a volunteer: a name, how to reach them, ticks. There is no
// room for a life's story, and none is needed before the talk.
type Application struct {
	Offer              organization.OfferID
	Token              string // the form's own random value: sent twice is sent once
	Name, Email, Phone string
	Lang               locale.Lang
	Tasks, Times       []string
}

// Place is where a volunteer belongs.
type Place struct {
	Offer organization.Offer
	Unit  organization.Unit
	Model *model.Model
	Tasks []model.Task // what one may do in this unit
}

// Day is the unit's day at an instant.
func (p Place) Day(now time.Time) calendar.Date { return calendar.LocalOf(now, p.Unit.Zone).Day }

func (p Place) where() figure.Where {
	return figure.Where{Unit: p.Unit.ID, Zone: p.Unit.Zone, Model: p.Model.ID}
}

// count adds to a figure that the model counts.
func (p Place) count(ctx context.Context, tx Tx, name, value string, n int) error {
	if !p.Model.Counts(name) || n == 0 {
		return nil
	}
	return figure.Add(ctx, tx, p.where(), name, value, n)
}

// FindPlace finds an offer that is about volunteers.
func FindPlace(ctx context.Context, tx Tx, ms model.Set, offer organization.OfferID) (Place, error) {
	o, err := tx.Offer(ctx, offer)
	if err != nil {
		return Place{}, err
	}
	m, ok := ms.Model(o.Model, o.Version)
	if !ok || !m.Volunteers() {
		return Place{}, hidden()
	}
	u, err := tx.Unit(ctx, o.Unit)
	if err != nil {
		return Place{}, err
	}
	offers, err := tx.Offers(ctx, o.Unit)
	var offered []string
	for _, x := range offers {
		offered = append(offered, x.Model)
	}
	return Place{o, u, m, m.Volunteer.TasksBeside(offered)}, err
}

func hidden() error { return fault.New(fault.NotFound, "not-found") }

var formToken = regexp.MustCompile(`^[A-Za-z0-9_-]{22,100}$`)

func codeIndex(tx Tx, c intake.Code) []byte { return tx.Index("volunteer.code", string(c)) }

// Apply keeps an application, promises an answer by a day, and gives the code with which it can be looked at and withdrawn.
func Apply(ctx context.Context, tx Tx, ms model.Set, in Application) (intake.Code, error) {
	p, err := FindPlace(ctx, tx, ms, in.Offer)
	if err != nil {
		return "", err
	}
	if !p.Offer.Open {
		return "", fault.New(fault.Conflict, "volunteer.closed")
	}
	if !formToken.MatchString(in.Token) {
		return "", fault.New(fault.Invalid, "intake.form-old")
	}
	code := intake.CodeOf(tx.Derive("volunteer-form", in.Token))
	if _, err := tx.VolunteerByCode(ctx, codeIndex(tx, code)); err == nil || !fault.Is(err, fault.NotFound) {
		return code, err
	}
	own, err := in.check(p)
	if err != nil {
		return "", err
	}
	key, err := tx.NewKey()
	if err != nil {
		return "", err
	}
	today := p.Day(tx.Now())
	v := Volunteer{ID: ID(id.New()), Unit: p.Unit.ID, Offer: p.Offer.ID, Key: key, State: Applied, Code: codeIndex(tx, code), Own: own,
		Path: Path{Due: today.Add(p.Model.Volunteer.Answer), Tasks: own.Tasks}}
	if err := tx.PutVolunteer(ctx, v); err != nil {
		return "", err
	}
	if err := p.count(ctx, tx, figure.Applications, "", 1); err != nil {
		return "", err
	}
	return code, tx.PutJob(ctx, TellApplied, string(v.ID), tx.Now())
}

func (in Application) check(p Place) (Own, error) {
	var form fault.Form
	own := reach(&form, in.Name, in.Email, in.Phone, in.Lang)
	own.Tasks, own.Times = ticked(&form, p, in.Tasks), slices.Clone(in.Times)
	for _, t := range in.Times {
		if !slices.Contains(Times, t) {
			form.Add("times", "form.choice")
		}
	}
	return own, form.Err()
}

// reach checks a name and how to reach somebody. Letters come plain until their owner says otherwise, and not at night.
func reach(form *fault.Form, name, email, phone string, lang locale.Lang) Own {
	name, email, phone = strings.TrimSpace(name), strings.TrimSpace(email), strings.TrimSpace(phone)
	if !short(name, maxName) || name == "" {
		form.Add("name", "volunteer.name")
	}
	if !short(email, maxReach) || !strings.Contains(email, "@") || strings.ContainsAny(email, " \t") {
		form.Add("email", "volunteer.email")
	}
	if !short(phone, 40) || strings.Trim(phone, "0123456789 +()-") != "" {
		form.Add("phone", "volunteer.phone")
	}
	if _, ok := locale.Parse(string(lang)); !ok {
		form.Add("lang", "form.choice")
	}
	return Own{Name: seal.Of(name), Email: seal.Of(email), Phone: seal.Of(phone), Lang: lang, Letters: Plain, QuietFrom: 21, QuietTo: 8}
}

func short(s string, most int) bool {
	return utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, unicode.IsControl)
}

// ticked are tasks of the unit, each once.
func ticked(form *fault.Form, p Place, tasks []string) (out []string) {
	for _, t := range tasks {
		if !slices.ContainsFunc(p.Tasks, func(x model.Task) bool { return x.ID == t }) {
			form.Add("tasks", "form.choice")
			return nil
		}
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// ByCode finds an application for whoever has its code. A wrong code is told like an unknown one.
func ByCode(ctx context.Context, tx Tx, ms model.Set, code intake.Code) (Volunteer, Place, error) {
	v, err := tx.VolunteerByCode(ctx, codeIndex(tx, code))
	if fault.Is(err, fault.NotFound) {
		return v, Place{}, fault.New(fault.NotFound, "code.wrong")
	}
	if err != nil {
		return v, Place{}, err
	}
	p, err := FindPlace(ctx, tx, ms, v.Offer)
	return v, p, err
}

// Withdraw takes an application back: all of it is gone at once, and its key with it.
func Withdraw(ctx context.Context, tx Tx, ms model.Set, code intake.Code) error {
	v, _, err := ByCode(ctx, tx, ms, code)
	if err != nil {
		return err
	}
	return tx.DeleteVolunteer(ctx, v.ID)
}

// arranges asks leave of a unit's coordinator.
func arranges(by access.Actor, u access.UnitID) error {
	if by.Is(access.Coordinator, u) {
		return nil
	}
	return hidden()
}
