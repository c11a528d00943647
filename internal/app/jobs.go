package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/episode"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/joint"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/notify"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/outing"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/retention"
	"rinnalla.fi/rinnalla/internal/runner"
	"rinnalla.fi/rinnalla/internal/shift"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/volunteer"
	"rinnalla.fi/rinnalla/internal/wall"
)

// The jobs of this room. sweepEvery is how soon what has outlived its reason goes.
const (
	sweep      = "sweep"
	notifyDesk = "notify-desk"
	sweepEvery = 10 * time.Minute
)

// newRunner says who does which job. Without a mail server letters are simply not sent: the desk shows what waits.
func newRunner(h *house) (*runner.Runner, error) {
	r := runner.New(h.db, h.log)
	r.Handle(sweep, h.sweep)
	r.Every(sweep, sweepEvery)
	r.Promise(outgoing.Due, h.sendDue)
	r.Every(outgoing.Look, outgoing.LookEvery)
	r.Handle(outgoing.Look, h.sendDue)
	r.Promise(wall.MatchJob, h.matchParties)
	r.Promise(joint.AnsweredJob, h.heedAnswer)
	r.Handle(wall.EndJob, h.endExceptions)
	r.Every(wall.EndJob, time.Hour)
	r.Handle(outing.Watch, h.watchOutings)
	r.Every(outing.Watch, time.Minute)
	r.Handle(checkAudit, h.checkAudit)
	r.Every(checkAudit, 7*24*time.Hour)
	if h.settings.SMTP == "" {
		for _, letter := range append(volunteerLetters, notifyDesk, account.TellOwner, account.TellRecovery, appointment.TellWorker, outing.Tell, shift.Tell) {
			r.Handle(letter, func(context.Context, *storage.DB, job.Job) error { return nil })
		}
		return r, nil
	}
	post, err := notify.New(notify.Server{Address: h.settings.SMTP, User: h.settings.SMTPUser, Password: h.settings.SMTPPassword, From: h.settings.MailFrom})
	if err != nil {
		return nil, err
	}
	h.handleVolunteers(r, post)
	r.Handle(notifyDesk, func(ctx context.Context, db *storage.DB, j job.Job) error { return h.tellDesk(ctx, db, post, j.Object) })
	r.Handle(account.TellOwner, func(ctx context.Context, db *storage.DB, j job.Job) error { return h.tellOwner(ctx, db, post, j) })
	r.Handle(account.TellRecovery, func(ctx context.Context, db *storage.DB, j job.Job) error { return h.tellRecovery(ctx, db, post, j) })
	r.Handle(outing.Tell, func(ctx context.Context, db *storage.DB, j job.Job) error { return h.tellOuting(ctx, db, post, j) })
	r.Handle(shift.Tell, func(ctx context.Context, db *storage.DB, j job.Job) error { return h.tellShift(ctx, db, post, j) })
	r.Handle(appointment.TellWorker, func(ctx context.Context, db *storage.DB, j job.Job) error { return h.tellWorker(ctx, db, post, j) })
	return r, nil
}

// sweep lets go of all that is over, in short transactions.
func (h *house) sweep(ctx context.Context, db *storage.DB, _ job.Job) error {
	return sweepAll(ctx, db, func(ctx context.Context, tx *storage.Tx) (bool, error) { return retention.Sweep(ctx, tx, h.models) })
}

// sweepAll sweeps until there is no more.
func sweepAll(ctx context.Context, db *storage.DB, sweep func(context.Context, *storage.Tx) (bool, error)) error {
	for more := true; more; {
		err := db.Update(ctx, func(tx *storage.Tx) (err error) {
			more, err = sweep(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// matchParties ties a person to whom their marks tell. It is a promise: until it is done nobody sees the newcomer.
func (h *house) matchParties(ctx context.Context, db *storage.DB, j job.Job) error {
	return db.Update(ctx, func(tx *storage.Tx) error { return wall.Match(ctx, tx, person.ID(j.Object)) })
}

// heedAnswer does what comes of an answer about safety. It is a promise: somebody may not be safe.
func (h *house) heedAnswer(ctx context.Context, db *storage.DB, j job.Job) error {
	err := db.Update(ctx, func(tx *storage.Tx) error { return joint.Heed(ctx, tx, h.models, episode.ID(j.Object)) })
	if fault.Is(err, fault.NotFound) {
		return nil // it has been erased meanwhile
	}
	return err
}

func (h *house) endExceptions(ctx context.Context, db *storage.DB, _ job.Job) error {
	return db.Update(ctx, func(tx *storage.Tx) error { return wall.EndOver(ctx, tx) })
}

// tellDesk writes that a contact waits, and nothing of it: to the unit's own address, and behind a wall to those who may
// serve the client, for the others would find an empty desk. A contact that has been answered or is gone needs no letter.
func (h *house) tellDesk(ctx context.Context, db *storage.DB, post *notify.Sender, request string) error {
	var to []string
	err := db.View(ctx, func(tx *storage.Tx) error {
		r, err := tx.Request(ctx, intake.RequestID(request))
		if err != nil || r.State != intake.Waiting {
			return err
		}
		to, err = deskOf(ctx, tx, r)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	for _, address := range to {
		if err == nil {
			err = h.tell(ctx, post, address)
		}
	}
	return err
}

// deskOf are the addresses of those who see a request.
func deskOf(ctx context.Context, tx *storage.Tx, r intake.Request) (to []string, err error) {
	desk, alone, err := wall.Holders(ctx, tx, wall.Ref{Kind: access.Request, ID: string(r.ID)})
	if err != nil {
		return nil, err
	}
	if desk {
		u, err := tx.Unit(ctx, r.Unit)
		if err != nil || u.Email == "" {
			return nil, err
		}
		return []string{u.Email}, nil
	}
	if len(alone) == 0 {
		return nil, fault.New(fault.Unavailable, "unavailable") // the job that divides the staff comes first
	}
	for _, id := range alone {
		a, err := tx.Account(ctx, id)
		if err != nil {
			return nil, err
		}
		if a.Works() {
			to = append(to, a.Email.Reveal())
		}
	}
	return to, nil
}

func (h *house) tell(ctx context.Context, post *notify.Sender, address string) error {
	p := locale.For(locale.Finnish)
	err := post.Send(ctx, notify.Letter{To: address, Subject: p.T("letter.desk.subject"), Text: p.T("letter.desk.text", "address", h.settings.BaseURL+"/desk")})
	return h.sent(err, "a letter to a unit was refused for good; see the unit's e-mail address")
}

// sent tells of a letter that nobody will ever take, once, and lets any other failure come again.
func (h *house) sent(err error, refused string) error {
	if errors.Is(err, notify.ErrRefused) {
		h.log.Warn(refused)
		return nil
	}
	return err
}

// tellOwner writes to a staff member, in their language, that how one signs in to their account has changed.
func (h *house) tellOwner(ctx context.Context, db *storage.DB, post *notify.Sender, j job.Job) error {
	var a account.Account
	err := db.View(ctx, func(tx *storage.Tx) (err error) {
		a, err = tx.Account(ctx, access.AccountID(j.Object))
		return err
	})
	if fault.Is(err, fault.NotFound) || (err == nil && a.State == account.Closed) {
		return nil
	}
	if err != nil {
		return err
	}
	p := locale.For(a.Lang)
	err = post.Send(ctx, notify.Letter{Key: string(j.ID), To: a.Email.Reveal(), Subject: p.T("letter.sign-in.subject"),
		Text: p.T("letter.sign-in.text", "address", h.settings.BaseURL+"/account")})
	return h.sent(err, "a letter to a staff member was refused for good; see the addresses of the staff")
}

// tellWorker writes to a staff member that something waits on their desk, and nothing of it.
func (h *house) tellWorker(ctx context.Context, db *storage.DB, post *notify.Sender, j job.Job) error {
	var a account.Account
	err := db.View(ctx, func(tx *storage.Tx) (err error) {
		a, err = tx.Account(ctx, access.AccountID(j.Object))
		return err
	})
	if fault.Is(err, fault.NotFound) || (err == nil && a.State != account.Active) {
		return nil
	}
	if err != nil {
		return err
	}
	p := locale.For(a.Lang)
	err = post.Send(ctx, notify.Letter{Key: string(j.ID), To: a.Email.Reveal(), Subject: p.T("letter.waits.subject"),
		Text: p.T("letter.waits.text", "address", h.settings.BaseURL+"/desk")})
	return h.sent(err, "a letter to a staff member was refused for good; see the addresses of the staff")
}

// tellShift writes to somebody that something waits among their evenings, and neither which nor why: a letter may be read by
// others, and it tells of nobody who cannot come. Who wants neutral letters gets a link and no more.
func (h *house) tellShift(ctx context.Context, db *storage.DB, post *notify.Sender, j job.Job) error {
	var a account.Account
	var roles []access.Membership
	letters := ""
	err := db.View(ctx, func(tx *storage.Tx) (err error) {
		if a, err = tx.Account(ctx, access.AccountID(j.Object)); err == nil {
			roles, err = tx.Memberships(ctx, a.ID)
		}
		if err != nil {
			return err
		}
		v, err := tx.VolunteerOf(ctx, a.ID)
		letters = v.Own.Letters
		if fault.Is(err, fault.NotFound) {
			err = nil // a colleague
		}
		return err
	})
	if fault.Is(err, fault.NotFound) || (err == nil && (a.State != account.Active || letters == volunteer.None)) {
		return nil
	}
	if err != nil {
		return err
	}
	page := "/shifts"
	if (access.Actor{Account: a.ID, Roles: roles}).Has(access.Coordinator) {
		page = "/desk"
	}
	p, words := locale.For(a.Lang), "letter.shift."
	if letters == volunteer.Neutral {
		words = "letter.volunteer.neutral-"
	}
	err = post.Send(ctx, notify.Letter{Key: string(j.ID), To: a.Email.Reveal(), Subject: p.T(words + "subject"),
		Text: p.T(words+"text", "address", h.settings.BaseURL+page)})
	return h.sent(err, "a letter about evenings was refused for good; see the addresses of those who answer")
}

// tellRecovery writes to an account's owner that a colleague has asked for its recovery, with the address where one word
// stops it.
func (h *house) tellRecovery(ctx context.Context, db *storage.DB, post *notify.Sender, j job.Job) error {
	var a account.Account
	var word string
	err := db.View(ctx, func(tx *storage.Tx) error {
		r, err := tx.Recovery(ctx, j.Object)
		if err != nil {
			return err
		}
		word = account.Word(tx, r.ID)
		a, err = tx.Account(ctx, r.Account)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil // it has been stopped or used
	}
	if err != nil {
		return err
	}
	p := locale.For(a.Lang)
	err = post.Send(ctx, notify.Letter{Key: string(j.ID), To: a.Email.Reveal(), Subject: p.T("letter.recovery.subject"),
		Text: p.T("letter.recovery.text", "address", h.settings.BaseURL+"/sign-in/recovery/"+word)})
	return h.sent(err, "a letter to a staff member was refused for good; see the addresses of the staff")
}

// watchOutings looks for workers who have not come back.
func (h *house) watchOutings(ctx context.Context, db *storage.DB, _ job.Job) error {
	return db.Update(ctx, func(tx *storage.Tx) error { return outing.Look(ctx, tx) })
}

// tellOuting writes to one colleague that somebody has not come back, and neither who nor from where. When all are back
// before it leaves, it needs not leave.
func (h *house) tellOuting(ctx context.Context, db *storage.DB, post *notify.Sender, j job.Job) error {
	var a account.Account
	var on bool
	err := db.View(ctx, func(tx *storage.Tx) (err error) {
		if a, err = tx.Account(ctx, access.AccountID(j.Object)); err != nil {
			return err
		}
		all, err := tx.Outings(ctx)
		on = slices.ContainsFunc(all, func(o outing.Outing) bool { return o.Late(tx.Now()) })
		return err
	})
	if fault.Is(err, fault.NotFound) || (err == nil && (a.State != account.Active || !on)) {
		return nil
	}
	if err != nil {
		return err
	}
	p := locale.For(a.Lang)
	err = post.Send(ctx, notify.Letter{Key: string(j.ID), To: a.Email.Reveal(), Subject: p.T("letter.outing.subject"),
		Text: p.T("letter.outing.text", "address", h.settings.BaseURL+"/desk")})
	return h.sent(err, "a letter to a staff member was refused for good; see the addresses of the staff")
}
