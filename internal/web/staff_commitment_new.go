package web

import (
	"context"
	"net/http"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/organization"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// commitmentFields are what the form of recording may carry.
var commitmentFields = []string{"token", "request", "offer", "name", "language", "channel", "referrer", "age", "payer", "number", "kind", "granted", "workers",
	"worker", "second", "first", "last", "route", "child-welfare", "social-worker", "agreed"}

// recording is the form of a commitment as it was typed, with what there is to choose from.
type recording struct {
	Typed    func(name string) string
	Token    string
	Request  intake.RequestID     // "" for a contact typed afresh
	Follows  *commitment.Standing // the one whose client gets another; nil otherwise
	Offers   []offered
	Chosen   offered
	Payers   []commitment.Payer
	Workers  []organization.Worker
	Mistakes ui.Mistakes
}

// newCommitment shows the form. Which service or which contact it is for stands in the address.
func (s *Server) newCommitment(w http.ResponseWriter, q *Ask) error {
	first := map[string]string{"offer": q.URL.Query().Get("offer"), "request": q.URL.Query().Get("request"), "payer": q.URL.Query().Get("payer"), "language": string(locale.Finnish), "token": formToken()}
	return s.answerRecording(w, q, func(name string) string { return first[name] }, nil)
}

func (s *Server) answerRecording(w http.ResponseWriter, q *Ask, typed func(string) string, wrong error) error {
	r := recording{Typed: typed, Token: typed("token"), Request: intake.RequestID(typed("request")), Mistakes: ui.MistakesOf(q.P, wrong)}
	err := s.DB.View(q.Context(), func(tx *storage.Tx) error { return s.readRecording(q.Context(), tx, q, &r) })
	if err != nil {
		return err
	}
	return s.show(w, q, statusOf(wrong), s.recordingView(q, r, wrong != nil))
}

func (s *Server) readRecording(ctx context.Context, tx *storage.Tx, q *Ask, r *recording) (err error) {
	if r.Offers, err = s.paidOffers(ctx, tx, q); err != nil || len(r.Offers) == 0 {
		return err
	}
	offer := organization.OfferID(r.Typed("offer"))
	if r.Follows != nil {
		e, err := tx.Episode(ctx, r.Follows.Episode)
		if err != nil {
			return err
		}
		offer = e.Offer
	}
	if r.Request != "" {
		if _, err := tx.Granted(ctx, q.By, access.Request, string(r.Request)); err != nil {
			return err
		}
		from, err := tx.Request(ctx, r.Request)
		if err != nil {
			return err
		}
		offer = from.Offer
	}
	r.Chosen = r.Offers[0]
	if i := slices.IndexFunc(r.Offers, func(o offered) bool { return o.ID == offer }); i >= 0 {
		r.Chosen = r.Offers[i]
	} else if r.Request != "" || r.Follows != nil {
		return notFound()
	}
	if r.Workers, err = tx.Workers(ctx, r.Chosen.Unit); err != nil {
		return err
	}
	all, err := tx.Payers(ctx)
	for _, p := range all {
		if p.Active {
			r.Payers = append(r.Payers, p)
		}
	}
	return err
}

// recordCommitment keeps it. The code of a contact typed afresh is shown once.
func (s *Server) recordCommitment(w http.ResponseWriter, q *Ask) error {
	n, err := readCommitmentForm(q)
	var kept commitment.Recorded
	if err == nil {
		err = s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) {
			kept, err = commitment.Record(q.Context(), tx, s.Models, q.By, n)
			return err
		})
	}
	err = numberTaken(err)
	switch {
	case fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict):
		return s.answerRecording(w, q, q.PostFormValue, err)
	case err != nil:
		return err
	case kept.Code == "":
		return redirect(w, q, "/commitments/"+string(kept.Episode))
	}
	return s.show(w, q, http.StatusOK, s.newCodePage(q, kept.Code, "/commitments/"+string(kept.Episode)))
}

// readCommitmentForm reads what was typed; the action tells what is wrong with it.
func readCommitmentForm(q *Ask) (commitment.New, error) {
	v := q.PostFormValue
	var form fault.Form
	n := commitment.New{Request: intake.RequestID(v("request")), Payer: commitment.PayerID(v("payer")), Number: v("number"), Kind: v("kind"), Granted: typedNumber(q, "granted"),
		Workers: typedNumber(q, "workers"), Worker: access.AccountID(v("worker")), Second: access.AccountID(v("second")), First: dayOf(q, "first"), Last: dayOf(q, "last"),
		Route: v("route"), ChildWelfare: v("child-welfare"), SocialWorker: v("social-worker"), Agreed: dayOf(q, "agreed"),
		Contact: commitment.Contact{Offer: organization.OfferID(v("offer")), Channel: intake.Channel(v("channel")), Referrer: v("referrer"), Lang: locale.Lang(v("language")),
			Name: v("name"), Age: optionalNumber(v("age"), "age", &form), Token: v("token")}}
	if v("agreed") != "" && n.Agreed == "" {
		form.Add("agreed", "calendar.date")
	}
	return n, form.Err()
}

func (r recording) choice(name, label string, options ...ui.Option) ui.Choice {
	return ui.Choice{Name: name, Label: label, Value: r.Typed(name), Error: r.Mistakes.Of(name), Options: options}
}

func (r recording) field(q *Ask, name, width string, max int) ui.Field {
	return ui.Field{Name: name, Label: q.P.T("commitment.form." + name), Value: r.Typed(name), Error: r.Mistakes.Of(name), Width: width, Max: max}
}

func (r recording) payerChoice(q *Ask) ui.Choice {
	c := r.choice("payer", q.P.T("commitment.payer"))
	if len(r.Payers) != 1 {
		c.Empty = q.P.T("commitment.form.choose")
	}
	for _, p := range r.Payers {
		c.Options = append(c.Options, ui.Option{Value: string(p.ID), Label: p.Name})
	}
	return c
}

func (r recording) kindChoice(q *Ask) ui.Choice {
	c := r.choice("kind", q.P.T("commitment.form.kind"))
	for _, k := range r.Chosen.model.Commitment.Kinds {
		o := ui.Option{Value: k.ID, Label: r.Chosen.model.Text(q.P.Lang(), "commitment.kind."+k.ID)}
		if k.Workers > 1 {
			o.Hint = q.P.T("commitment.form.takes-two")
		}
		c.Options = append(c.Options, o)
	}
	return c
}

func (r recording) routeChoice(q *Ask) ui.Choice {
	c := r.choice("route", q.P.T("commitment.form.route"))
	for _, id := range r.Chosen.model.Commitment.Routes {
		c.Options = append(c.Options, ui.Option{Value: id, Label: r.Chosen.model.Text(q.P.Lang(), "commitment.route."+id)})
	}
	return c
}

func (r recording) workerChoice(q *Ask, name, empty string) ui.Choice {
	c := r.choice(name, q.P.T("commitment.form."+name))
	c.Empty = empty
	for _, w := range r.Workers {
		c.Options = append(c.Options, ui.Option{Value: string(w.Account), Label: w.Name})
	}
	return c
}

func (r recording) referrerChoice(q *Ask) ui.Choice {
	c := r.choice("referrer", q.P.T("take-in.referrer"))
	for _, id := range r.Chosen.model.Referrers {
		c.Options = append(c.Options, ui.Option{Value: id, Label: r.Chosen.model.Text(q.P.Lang(), "referrer."+id)})
	}
	return c
}

// channelChoice are the ways staff hear of somebody; a form and a chat are the client's own.
func (r recording) channelChoice(q *Ask) ui.Choice {
	c := r.choice("channel", q.P.T("take-in.channel"))
	c.Inline = true
	for _, id := range r.Chosen.model.Channels {
		if id != string(intake.Form) && id != string(intake.Chat) {
			c.Options = append(c.Options, ui.Option{Value: id, Label: q.P.T("channel." + id)})
		}
	}
	return c
}

func (r recording) children() bool { return slices.Contains(r.Chosen.model.Clients, person.Child) }

// partyChoice is who takes part in a visit that somebody else pays for; none where nobody does.
func (t times) partyChoice(q *Ask) (ui.Choice, bool) {
	if t.Granted == nil {
		return ui.Choice{}, false
	}
	c := ui.Choice{Name: "participants", Label: q.P.T("commitment.who"), Value: or(t.Typed.Get("participants"), appointment.ParticipantsOf(t.Work.Kind)), Error: t.Mistakes.Of("participants"), Inline: true}
	for _, k := range t.Granted.Kinds {
		if k.Workers <= t.Work.Workers {
			c.Options = append(c.Options, ui.Option{Value: appointment.ParticipantsOf(k.ID), Label: q.P.T("commitment.with." + appointment.ParticipantsOf(k.ID))})
		}
	}
	return c, true
}
