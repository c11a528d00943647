package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// commitmentRoutes are visits that somebody else pays for: the coordinator's list and pages, and the steps that workers
// take on an episode's page as well.
func (s *Server) commitmentRoutes(add adder) {
	s.payerRoutes(add)
	s.applicationRoutes(add)
	add("GET /commitments", access.Coordinate, s.listCommitments)
	add("GET /commitments/new", access.Coordinate, s.newCommitment)
	add("POST /commitments", access.Coordinate, s.recordCommitment, commitmentFields...)
	add("GET /commitments/{id}", access.Coordinate, s.showCommitment)
	step := func(name string, do episodeStep, form ...string) {
		add("POST /commitments/{id}/"+name, access.Coordinate, s.stepCommitment(do), form...)
	}
	both := func(name string, do episodeStep, form ...string) {
		step(name, do, form...)
		add("POST /episodes/{id}/"+name, access.ClientWork, s.stepEpisode(do), form...)
	}
	step("extend", s.extendCommitment, "first", "last")
	step("correct", s.correctCommitment, "number", "granted", "social-worker", "agreed")
	step("days", s.correctDays, "stretch", "from", "to")
	step("pair", s.pairWorkers, "second")
	add("GET /commitments/{id}/follow", access.Coordinate, s.newFollowing)
	add("POST /commitments/{id}/follow", access.Coordinate, s.recordFollowing, followingFields...)
	both("entry", s.markEntry, "meeting", "entered")
	both("end-visit", s.makeEndVisit, "meeting")
	both("not-end", s.unmakeEndVisit, "meeting")
}

// commitmentList is the coordinator's commitments, the first to end first.
type commitmentList struct {
	All     []commitment.Standing
	Closed  bool
	Asked   bool // the tab of what was applied for
	Applied []commitment.Applicant
	Names   map[access.AccountID]string
	CanMake bool // a service with commitments is offered where the reader coordinates
	Payers  int
}

func (s *Server) listCommitments(w http.ResponseWriter, q *Ask) error {
	l := commitmentList{Closed: q.URL.Query().Get("stage") == "closed", Asked: q.URL.Query().Get("stage") == "applied"}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		if l.Applied, err = tx.Applicants(q.Context(), q.By); err != nil {
			return err
		}
		if l.All, err = commitment.List(q.Context(), tx, s.Models, q.By, commitment.Wanted{Closed: l.Closed}); err != nil {
			return err
		}
		if l.Names, err = workerNames(q.Context(), tx, q); err != nil {
			return err
		}
		payers, err := tx.Payers(q.Context())
		l.Payers = len(payers)
		if err != nil {
			return err
		}
		offers, err := s.paidOffers(q.Context(), tx, q)
		l.CanMake = len(offers) > 0
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, q, http.StatusOK, s.commitmentsView(q, l))
}

// paidOffers are the open offers of services with commitments, in the units that the reader coordinates.
func (s *Server) paidOffers(ctx context.Context, tx *storage.Tx, q *Ask) (out []offered, err error) {
	for _, unit := range coordinated(q.By) {
		u, err := tx.Unit(ctx, unit)
		if err != nil {
			return nil, err
		}
		offers, err := tx.Offers(ctx, unit)
		if err != nil {
			return nil, err
		}
		for _, o := range offers {
			if m, ok := s.Models.Model(o.Model, o.Version); ok && o.Open && m.Commitment != nil {
				out = append(out, offered{o, m, u})
			}
		}
	}
	return out, nil
}

// commitmentPage is one commitment, with what may be done to it.
type commitmentPage struct {
	commitment.Standing
	Payer    commitment.Payer
	Workers  []organization.Worker
	Names    map[access.AccountID]string
	Mistakes ui.Mistakes
	Typed    url.Values
	Extend   *fault.Fault // why it cannot be extended
	Today    calendar.Date
}

func (s *Server) showCommitment(w http.ResponseWriter, q *Ask) error {
	return s.answerCommitment(w, q, nil)
}

func (s *Server) answerCommitment(w http.ResponseWriter, q *Ask, wrong error) error {
	var p commitmentPage
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) { // looking is noted
		p, err = s.readCommitment(q.Context(), tx, q)
		return err
	})
	if err != nil {
		return err
	}
	if wrong != nil {
		p.Mistakes, p.Typed = ui.MistakesOf(q.P, wrong), q.PostForm
	}
	return s.show(w, q, statusOf(wrong), s.commitmentView(q, p))
}

func (s *Server) readCommitment(ctx context.Context, tx *storage.Tx, q *Ask) (p commitmentPage, err error) {
	id := episode.ID(q.PathValue("id"))
	v, err := episode.One(ctx, tx, s.Models, q.By, id) // which asks leave and notes the look
	if err != nil {
		return p, err
	}
	if p.Standing, err = commitment.One(ctx, tx, s.Models, q.By, commitment.Wanted{Episode: id}); err != nil {
		return p, err
	}
	if p.Payer, err = tx.Payer(ctx, p.Standing.Payer); err != nil {
		return p, err
	}
	if p.Workers, err = tx.Workers(ctx, p.Unit); err != nil {
		return p, err
	}
	p.Names = map[access.AccountID]string{}
	for _, w := range p.Workers {
		p.Names[w.Account] = w.Name
	}
	p.Extend = episode.Can(v.Model, v.State, episode.ActExtend, tx.Now())
	p.Today = v.Today(tx.Now())
	return p, nil
}

// stepCommitment does one thing and shows the page anew; refused, the same page says why.
func (s *Server) stepCommitment(do episodeStep) handler {
	return func(w http.ResponseWriter, q *Ask) error {
		id := episode.ID(q.PathValue("id"))
		err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return do(q.Context(), tx, q, id) })
		if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
			return s.answerCommitment(w, q, err)
		}
		if err != nil {
			return err
		}
		return redirect(w, q, "/commitments/"+string(id))
	}
}

// dayOf is a day as it was typed; what cannot be read is "", which the action refuses.
func dayOf(q *Ask, name string) calendar.Date {
	d, err := calendar.ParseDate(q.PostFormValue(name))
	if err != nil {
		return ""
	}
	return d
}

func (s *Server) extendCommitment(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return commitment.Extend(ctx, tx, s.Models, q.By, id, dayOf(q, "first"), dayOf(q, "last"))
}

func (s *Server) correctCommitment(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	v := q.PostFormValue
	agreed := dayOf(q, "agreed")
	if v("agreed") != "" && agreed == "" {
		var form fault.Form
		form.Add("agreed", "calendar.date")
		return form.Err()
	}
	err := commitment.Correct(ctx, tx, s.Models, q.By, id, commitment.Correction{Number: v("number"), Granted: typedNumber(q, "granted"), SocialWorker: v("social-worker"), Agreed: agreed})
	return numberTaken(err)
}

func (s *Server) correctDays(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return commitment.CorrectDays(ctx, tx, s.Models, q.By, id, dayOf(q, "stretch"), dayOf(q, "from"), dayOf(q, "to"))
}

func (s *Server) pairWorkers(ctx context.Context, tx *storage.Tx, q *Ask, id episode.ID) error {
	return appointment.Pair(ctx, tx, s.Models, q.By, id, access.AccountID(q.PostFormValue("second")))
}

func (s *Server) markEntry(ctx context.Context, tx *storage.Tx, q *Ask, _ episode.ID) error {
	return commitment.MarkEntry(ctx, tx, s.Models, q.By, meetingID(q), dayOf(q, "entered"))
}

func (s *Server) makeEndVisit(ctx context.Context, tx *storage.Tx, q *Ask, _ episode.ID) error {
	return commitment.EndWith(ctx, tx, s.Models, q.By, meetingID(q))
}

func (s *Server) unmakeEndVisit(ctx context.Context, tx *storage.Tx, q *Ask, _ episode.ID) error {
	return commitment.NotEnd(ctx, tx, s.Models, q.By, meetingID(q))
}

// commitmentTable lists commitments with what comes next.
func (s *Server) commitmentTable(q *Ask, l commitmentList) ui.Grid {
	t := ui.Grid{Caption: q.P.T("commitment.list"), Hide: true, Cols: []ui.Col{{Head: q.P.T("commitment.number")}, {Head: q.P.T("commitment.state")}, {Head: q.P.T("commitment.used")},
		{Head: q.P.T("commitment.until")}, {Head: q.P.T("desk.col.worker")}, {Head: q.P.T("desk.col.do"), Quiet: true}}}
	for _, x := range l.All {
		t.Rows = append(t.Rows, ui.Row{ID: "c-" + string(x.Episode), Cells: []templ.Component{
			ui.Lines(x.Number.Reveal(), x.PayerName), paidTag(q, x), ui.Lines(q.P.T("ui.progress", "n", q.P.N(x.Ledger.Used()), "of", q.P.N(x.Granted)), s.kindWord(q, x)),
			ui.Lines(q.P.Date(x.Last()), leftOver(q, x)), ui.Words(pairName(l.Names[x.Worker], l.Names[x.Second])),
			ui.LinkButton(ui.Action{Text: q.P.T("desk.open"), URL: "/commitments/" + string(x.Episode), Kind: ui.Secondary, Small: true, About: x.Number.Reveal()})}})
	}
	return t
}

// pairName is "Hanna V. and Mikko R.", without words: "Hanna V. + Mikko R.".
func pairName(one, other string) string {
	if other == "" {
		return one
	}
	return one + " + " + other
}

func (s *Server) kindWord(q *Ask, x commitment.Standing) string {
	return x.Service.Text(q.P.Lang(), "commitment.kind."+x.Kind)
}

// leftOver is what needs care: visits that nobody pays for, entries that are late.
func leftOver(q *Ask, x commitment.Standing) string {
	switch {
	case x.State == commitment.Ended:
		return ""
	case x.Ledger.Uncovered > 0:
		return q.P.T("commitment.uncovered", "n", x.Ledger.Uncovered)
	case len(x.LateEntries) > 0:
		return q.P.T("commitment.late", "n", len(x.LateEntries))
	}
	return ""
}

func stateTone(x commitment.Standing) ui.Tone {
	switch x.State {
	case commitment.Expired:
		return ui.Late
	case commitment.Granted, commitment.InUse:
		if x.Warning > 0 {
			return ui.Soon
		}
		return ui.Good
	case commitment.NearlyUsed:
		return ui.Soon
	}
	return ui.Plain
}

func paidTag(q *Ask, x commitment.Standing) templ.Component {
	return ui.Tag(stateTone(x), q.P.T("commitment.states."+string(x.State)))
}

// visitsBy are the visits of a page: those to come first, then those that are over, the newest first.
func visitsBy(x commitment.Standing) []commitment.Visit {
	out := slices.Clone(x.Visits)
	slices.SortStableFunc(out, func(a, b commitment.Visit) int {
		if coming := later(a.State != appointment.Booked, b.State != appointment.Booked); coming != 0 {
			return coming
		}
		if a.State == appointment.Booked {
			return a.Starts.Compare(b.Starts)
		}
		return b.Starts.Compare(a.Starts)
	})
	return out
}
