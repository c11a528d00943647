package app

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/notify"
	"rinnalla.fi/rinnalla/internal/runner"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
)

// volunteerLetters are the jobs that write about volunteers. Nothing of a client is ever in one.
var volunteerLetters = []string{volunteer.TellVolunteer, volunteer.TellCall, volunteer.TellApplied}

func (h *house) handleVolunteers(r *runner.Runner, post *notify.Sender) {
	r.Handle(volunteer.TellVolunteer, func(ctx context.Context, db *storage.DB, j job.Job) error { return h.tellVolunteer(ctx, db, post, j) })
	r.Handle(volunteer.TellCall, func(ctx context.Context, db *storage.DB, j job.Job) error { return h.tellCall(ctx, db, post, j) })
	r.Handle(volunteer.TellApplied, func(ctx context.Context, db *storage.DB, j job.Job) error { return h.tellApplied(ctx, db, post, j) })
}

// tellVolunteer writes to a volunteer, in their language, that there is something new on their page, and never what. Who wants
// neutral letters gets a link and no more; who wants none by now gets none.
func (h *house) tellVolunteer(ctx context.Context, db *storage.DB, post *notify.Sender, j job.Job) error {
	var v volunteer.Volunteer
	err := db.View(ctx, func(tx *storage.Tx) (err error) {
		v, err = tx.Volunteer(ctx, volunteer.ID(j.Object))
		return err
	})
	if fault.Is(err, fault.NotFound) || (err == nil && (v.Own.Letters == volunteer.None || v.Account == "")) {
		return nil
	}
	if err != nil {
		return err
	}
	p, kind := locale.For(v.Own.Lang), ""
	if v.Own.Letters == volunteer.Neutral {
		kind = "neutral-"
	}
	err = post.Send(ctx, notify.Letter{Key: string(j.ID), To: v.Own.Email.Reveal(), Subject: p.T("letter.volunteer." + kind + "subject"),
		Text: p.T("letter.volunteer."+kind+"text", "address", h.settings.BaseURL+"/mine")})
	return h.sent(err, "a letter to a volunteer was refused for good; see their address")
}

// tellCall writes to one colleague that a volunteer asks for a worker. When somebody has seen it before it leaves, it needs not.
func (h *house) tellCall(ctx context.Context, db *storage.DB, post *notify.Sender, j job.Job) error {
	var a account.Account
	waits := false
	err := db.View(ctx, func(tx *storage.Tx) (err error) {
		var by access.Actor
		if by, a, err = account.Present(ctx, tx, access.AccountID(j.Object)); err != nil {
			return err
		}
		calls, err := volunteer.Waiting(ctx, tx, by)
		for _, c := range calls {
			waits = waits || c.By == ""
		}
		return err
	})
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.SignIn) || (err == nil && (a.State != account.Active || !waits)) {
		return nil
	}
	if err != nil {
		return err
	}
	p := locale.For(a.Lang)
	err = post.Send(ctx, notify.Letter{Key: string(j.ID), To: a.Email.Reveal(), Subject: p.T("letter.volunteer.call-subject"),
		Text: p.T("letter.volunteer.call-text", "address", h.settings.BaseURL+"/desk")})
	return h.sent(err, "a letter to a staff member was refused for good; see the addresses of the staff")
}

// tellApplied writes to a unit that somebody would like to volunteer, and not who.
func (h *house) tellApplied(ctx context.Context, db *storage.DB, post *notify.Sender, j job.Job) error {
	var to string
	err := db.View(ctx, func(tx *storage.Tx) error {
		v, err := tx.Volunteer(ctx, volunteer.ID(j.Object))
		if err != nil || v.State != volunteer.Applied {
			return err
		}
		u, err := tx.Unit(ctx, v.Unit)
		to = u.Email
		return err
	})
	if fault.Is(err, fault.NotFound) || (err == nil && to == "") {
		return nil
	}
	if err != nil {
		return err
	}
	p := locale.For(locale.Finnish)
	err = post.Send(ctx, notify.Letter{Key: string(j.ID), To: to, Subject: p.T("letter.volunteer.applied-subject"),
		Text: p.T("letter.volunteer.applied-text", "address", h.settings.BaseURL+"/volunteers")})
	return h.sent(err, "a letter to a unit was refused for good; see the unit's e-mail address")
}
