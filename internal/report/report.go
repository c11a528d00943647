package report

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/disclosure"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/release"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// Facts are a grant object's year as far as it may be told, without words.
type Facts struct {
	Grant   string
	Year    int
	Today   calendar.Date
	Draft   Draft
	Facts   []Fact
	Quotes  []Quotation
	Reading int // words of the year that two have not agreed on yet
	units   []organization.Unit
	many    map[string]bool // forms of which enough answered for one to be quoted
}

// Fact is one figure.
type Fact struct {
	Key, Section string
	Line         release.Line
	Thing        bool // counts things, which is told as it is
	Form         model.FeedbackForm
	Question     model.FeedbackQuestion
	Answer       disclosure.Answer
	Model        *model.Model // of feedback
	Extra        *Extra
	Services     []*model.Model
}

// grant is a grant object: its units and what they offer.
type grant struct {
	name   string
	units  []organization.Unit
	offers []offered
}

type offered struct {
	unit  access.UnitID
	model *model.Model
}

func (g grant) services(values func(*model.Model) []string) (out []*model.Model) {
	for _, o := range g.offers {
		if len(values(o.model)) > 0 && !slices.Contains(out, o.model) {
			out = append(out, o.model)
		}
	}
	return out
}

// houses are all grant objects of the house, and each unit without one: the grid is the same whoever looks.
func houses(ctx context.Context, tx Tx, ms model.Set) (out []grant, err error) {
	units, err := tx.Units(ctx)
	if err != nil {
		return nil, err
	}
	offers, err := tx.Offers(ctx, "")
	if err != nil {
		return nil, err
	}
	for _, u := range units {
		i := slices.IndexFunc(out, func(g grant) bool { return g.name == u.GrantObject })
		if i < 0 || u.GrantObject == "" {
			i, out = len(out), append(out, grant{name: u.GrantObject})
		}
		out[i].units = append(out[i].units, u)
		for _, o := range offers {
			if m, ok := ms.Latest(o.Model); ok && o.Unit == u.ID {
				out[i].offers = append(out[i].offers, offered{u.ID, m})
			}
		}
	}
	return out, nil
}

// mine is the grant object of a unit that the reader coordinates.
func mine(ctx context.Context, tx Tx, by access.Actor, unit access.UnitID) (organization.Unit, error) {
	if !by.System && !by.Is(access.Coordinator, unit) {
		return organization.Unit{}, fault.New(fault.NotFound, "not-found")
	}
	return tx.Unit(ctx, unit)
}

// Make reckons a year of the grant object of a unit. What it gives has left, and is remembered. A unit without a grant object has no report:
// fault.Invalid "report.no-grant".
func Make(ctx context.Context, tx Tx, ms model.Set, by access.Actor, unit access.UnitID, year int) (Facts, error) {
	u, err := mine(ctx, tx, by, unit)
	if err != nil {
		return Facts{}, err
	}
	if u.GrantObject == "" {
		return Facts{}, fault.New(fault.Invalid, "report.no-grant")
	}
	all, err := houses(ctx, tx, ms)
	if err != nil {
		return Facts{}, err
	}
	i := slices.IndexFunc(all, func(g grant) bool { return g.name == u.GrantObject })
	f := Facts{Grant: u.GrantObject, Year: year, Today: calendar.LocalOf(tx.Now(), u.Zone).Day, units: all[i].units, many: map[string]bool{}}
	if err := f.extent(ctx, tx, ms, all, all[i]); err != nil {
		return f, err
	}
	if err := f.feedback(ctx, tx, all[i]); err != nil {
		return f, err
	}
	if f.Draft, err = drafted(ctx, tx, f.Grant, year); err != nil {
		return f, err
	}
	if err := f.quotes(ctx, tx, ms); err != nil {
		return f, err
	}
	for i := range f.Draft.Extras {
		f.Facts = append(f.Facts, Fact{Key: "own/" + f.Draft.Extras[i].ID, Section: Own, Extra: &f.Draft.Extras[i]})
	}
	return f, nil
}

// whole is the year of a report.
func (f Facts) whole() disclosure.Period { return disclosure.Period{Year: f.Year, Of: 1, Part: 1} }

// extent reckons the figures of the extent of work.
func (f *Facts) extent(ctx context.Context, tx Tx, ms model.Set, all []grant, own grant) error {
	sums, err := tx.Figures(ctx, "", fmt.Sprintf("%04d-01", f.Year), fmt.Sprintf("%04d-12", f.Year))
	if err != nil {
		return err
	}
	told := map[string][]release.Line{}
	for _, k := range kinds {
		services := k.services(own)
		if len(services) == 0 {
			continue
		}
		fact := Fact{Key: k.key, Section: Extent, Thing: !k.head, Services: own.services(k.values)}
		switch {
		case k.key == volunteersKey:
			err = f.volunteers(ctx, tx, all, services, &fact)
		case k.head:
			if told[k.sum] == nil {
				told[k.sum], err = heads(ctx, tx, ms, all, sums, k.sum, f.Today, f.Year)
			}
			fact.Line, _ = release.Find(told[k.sum], services, f.whole())
		default:
			fact.Line = f.things(own, k, sums)
		}
		if err != nil {
			return err
		}
		f.Facts = append(f.Facts, fact)
	}
	return nil
}

// things adds up what is told as it is. Of a year that goes on it is what there is so far.
func (f *Facts) things(own grant, k kind, sums []figure.Sum) release.Line {
	l := release.Line{State: release.Told, On: f.Today}
	l.Row.Period = f.whole()
	for _, x := range sums {
		if x.Name == k.sum && slices.ContainsFunc(own.offers, func(o offered) bool { return o.unit == x.Unit && o.model.ID == x.Model && len(k.values(o.model)) > 0 }) {
			l.N += x.N
		}
	}
	if k.sum == figure.LineMinutes || k.sum == figure.VolunteerMinutes {
		l.N = volunteer.Hours(l.N)
	}
	return l
}

// volunteers counts who has been taken on by the year's end and is a volunteer when the year's number is first told: of those who have stopped nothing is left
// to be counted.
func (f *Facts) volunteers(ctx context.Context, tx Tx, all []grant, services []string, fact *Fact) error {
	counts := map[disclosure.Atom]int{}
	month := fmt.Sprintf("%04d-12", f.Year)
	everybody, err := tx.Volunteers(ctx, "")
	if err != nil {
		return err
	}
	for _, g := range all {
		for _, o := range g.offers {
			for _, v := range everybody {
				if v.Unit == o.unit && o.model.Volunteers() && (v.State == volunteer.Active || v.State == volunteer.Induction) && v.Path.Began != "" && v.Path.Began.Month() <= month {
					counts[disclosure.Atom{Service: release.Service(o.unit, o.model.ID, ""), Month: month}]++
				}
			}
		}
	}
	lines, err := release.Counted(ctx, tx, volunteersKey, counts, populations(all, volunteersKey), nil, f.Today, f.Year)
	fact.Line, _ = release.Find(lines, services, f.whole())
	return err
}

// feedback reckons what was answered to the forms of the grant object's services.
func (f *Facts) feedback(ctx context.Context, tx Tx, own grant) error {
	var done []string
	for _, o := range own.offers {
		if slices.Contains(done, o.model.ID) {
			continue
		}
		done = append(done, o.model.ID)
		var units []string
		for _, other := range own.offers {
			if other.model.ID == o.model.ID {
				units = append(units, string(other.unit))
			}
		}
		for _, form := range o.model.Feedback {
			lines, err := release.Form(ctx, tx, o.model, form, f.Today, f.Year)
			if err != nil {
				return err
			}
			line, ok := release.Find(lines, units, f.whole())
			if !ok {
				continue
			}
			f.many[o.model.ID+"/"+form.ID] = line.Shows() && line.N >= max(QuoteOf, Exact(line))
			for i, question := range form.Questions {
				if len(question.Good) == 0 {
					continue
				}
				fact := Fact{Key: "form/" + o.model.ID + "/" + form.ID + "/" + question.ID, Section: sectionOf(form), Line: line, Form: form, Question: question, Model: o.model,
					Services: []*model.Model{o.model}, Answer: disclosure.Answer{Question: question.ID, Hidden: true}}
				if i < len(line.Answers) {
					fact.Answer = line.Answers[i]
				}
				f.Facts = append(f.Facts, fact)
			}
		}
	}
	return nil
}

// Sheet is the report in a reader's language.
func (f Facts) Sheet(p *locale.Printer) Sheet {
	s := Sheet{Grant: f.Grant, Year: f.Year}
	for _, q := range f.Quotes {
		if q.In {
			s.Quotes = append(s.Quotes, q.Words)
		}
	}
	for _, section := range Sections {
		for _, fact := range f.Facts {
			if fact.Section == section {
				s.Items = append(s.Items, f.item(p, fact))
			}
		}
	}
	for _, field := range f.Draft.Fields {
		item, _ := s.Item(field.Figure)
		s.Fields = append(s.Fields, Entry{field.Name, item})
	}
	return s
}

func (f Facts) item(p *locale.Printer, fact Fact) Item {
	i := Item{Key: fact.Key, Section: fact.Section, Period: strconv.Itoa(f.Year), Basis: p.T("report.basis." + Collected)}
	switch {
	case fact.Extra != nil:
		f.extra(p, fact.Extra, &i)
		return i
	case fact.Model != nil:
		f.answered(p, fact, &i)
	default:
		f.counted(p, fact, &i)
	}
	i.Recipe = append(i.Recipe, f.where(p, fact)...)
	return i
}

// counted are the words of a figure of the extent of work.
func (f Facts) counted(p *locale.Printer, fact Fact, i *Item) {
	key := "report.figure." + fact.Key
	i.Name, i.Definition, i.Recipe = p.T(key+".name"), p.T(key+".definition"), []string{p.T(key + ".recipe")}
	i.Note = Note(p, fact.Line)
	switch {
	case fact.Thing && f.goesOn():
		i.Figure, i.Note = p.N(fact.Line.N), p.T("report.so-far", "day", p.Date(f.Today))
	case fact.Line.Shows() || fact.Thing:
		i.Figure = p.N(fact.Line.N)
	case fact.Line.State == release.Hidden:
		i.Note = p.T("report.hidden-heads", "n", Least(fact.Line))
	}
	if !fact.Thing {
		i.Recipe = append(i.Recipe, p.T("report.recipe.heads", "n", Least(fact.Line)))
	}
}

func (f Facts) goesOn() bool { return string(f.Today)[:4] == fmt.Sprintf("%04d", f.Year) }

// answered are the words of a question's share.
func (f Facts) answered(p *locale.Printer, fact Fact, i *Item) {
	who := p.T("report.of." + fact.Form.Of)
	i.Group = fact.Model.Name(p.Lang()) + ": " + who
	i.Recipe = []string{p.T("report.share.recipe", "form", fact.Model.Text(p.Lang(), "feedback-name."+fact.Form.ID), "who", who)}
	i.Note = Note(p, fact.Line)
	i.Quiet = !fact.Line.Shows()
	i.Name = Question(fact.Model, p.Lang(), fact.Form.ID, fact.Question.ID)
	i.Definition = p.T("report.share.definition", "answers", Good(p, fact.Model, fact.Question), "who", who)
	if i.Quiet {
		return
	}
	if fact.Answer.Hidden || fact.Answer.Share.Bound == disclosure.NoShare {
		i.Note = p.T("results.not-how", "n", Exact(fact.Line))
		return
	}
	i.Figure, i.N = Share(p, fact.Answer.Share), p.N(fact.Answer.N)
}

// extra are the words of a coordinator's own figure.
func (f Facts) extra(p *locale.Printer, x *Extra, i *Item) {
	i.Name, i.Basis, i.Figure = x.Name, p.T("report.basis."+x.Basis), p.N(x.Number)
	if x.Percent {
		i.Figure = p.T("report.percent", "percent", x.Number)
	}
	if x.N > 0 {
		i.N = p.N(x.N)
	}
	i.Definition = p.T("report.own." + x.Basis)
	i.Recipe = []string{p.T("report.own.recipe")}
}

// where says of which months, units and services a figure is.
func (f Facts) where(p *locale.Printer, fact Fact) []string {
	var units, services []string
	for _, u := range f.units {
		units = append(units, u.Name.In(p.Lang()))
	}
	for _, m := range fact.Services {
		services = append(services, m.Name(p.Lang()))
	}
	first, last := fmt.Sprintf("%04d-01-01", f.Year), calendar.Date(fmt.Sprintf("%04d-12-31", f.Year))
	if f.goesOn() {
		last = f.Today
	}
	return []string{p.T("report.recipe.months", "first", p.Date(calendar.Date(first)), "last", p.Date(last)),
		p.T("report.recipe.units", "units", list(units)), p.T("report.recipe.services", "services", list(services))}
}

func list(words []string) string {
	out := ""
	for i, w := range words {
		if i > 0 {
			out += ", "
		}
		out += w
	}
	return out
}
