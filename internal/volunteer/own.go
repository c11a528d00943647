package volunteer

import (
	"context"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/account"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/locale"
	"rinnalla.fi/rinnalla/internal/model"
)

// Mine is the volunteer who acts. Nothing that they do for themselves is noted anywhere.
func Mine(ctx context.Context, tx Tx, ms model.Set, by access.Actor) (Volunteer, Place, error) {
	if !by.Has(access.Volunteer) {
		return Volunteer{}, Place{}, hidden()
	}
	v, err := tx.VolunteerOf(ctx, by.Account)
	if err != nil {
		return v, Place{}, err
	}
	p, err := FindPlace(ctx, tx, ms, v.Offer)
	return v, p, err
}

func own(ctx context.Context, tx Tx, ms model.Set, by access.Actor, step func(v *Volunteer, p Place) error) error {
	v, p, err := Mine(ctx, tx, ms, by)
	if err != nil {
		return err
	}
	if err := step(&v, p); err != nil {
		return err
	}
	return tx.PutVolunteer(ctx, v)
}

// Break begins a break, today or on a later day. Until is when one means to be back, and may be left open. No reason is asked;
// all that was learnt stays.
func Break(ctx context.Context, tx Tx, ms model.Set, by access.Actor, from, until calendar.Date) error {
	return own(ctx, tx, ms, by, func(v *Volunteer, p Place) error {
		if v.State != Induction && v.State != Active {
			return moved()
		}
		var form fault.Form
		if _, err := calendar.ParseDate(string(from)); err != nil || from < p.Day(tx.Now()) {
			form.Add("from", "volunteer.break-from")
		}
		if _, err := calendar.ParseDate(string(until)); until != "" && (err != nil || until < from) {
			form.Add("until", "volunteer.break-until")
		}
		v.Path.Pause = Pause{from, until}
		return form.Err()
	})
}

// Back ends a break, or calls off one that was planned. Nothing is left of it.
func Back(ctx context.Context, tx Tx, ms model.Set, by access.Actor) error {
	return own(ctx, tx, ms, by, func(v *Volunteer, _ Place) error {
		v.Path.Pause = Pause{}
		return nil
	})
}

// Stop ends it. What is theirs goes on the model's day; until then they can take it along, and come back by one press.
func Stop(ctx context.Context, tx Tx, ms model.Set, by access.Actor) error {
	return own(ctx, tx, ms, by, func(v *Volunteer, p Place) error {
		if v.State != Induction && v.State != Active {
			return moved()
		}
		signed, err := tx.SignUpsOf(ctx, v.ID)
		if err != nil {
			return err
		}
		for _, s := range signed {
			if s.Came {
				continue
			}
			if err := tx.DeleteSignUp(ctx, s.Event, v.ID); err != nil {
				return err
			}
		}
		keep, _ := p.Model.Retention("volunteer")
		v.State, v.Path.Pause, v.Path.Gone = Stopped, Pause{}, p.Day(tx.Now()).Add(keep.Days)
		return nil
	})
}

// Return takes a stop back. Who had been taken on and inducted is so still.
func Return(ctx context.Context, tx Tx, ms model.Set, by access.Actor) error {
	return own(ctx, tx, ms, by, func(v *Volunteer, _ Place) error {
		if v.State != Stopped {
			return moved()
		}
		v.State, v.Path.Gone = Induction, ""
		if v.Path.Inducted {
			v.State = Active
		}
		return nil
	})
}

// Does keeps what the volunteer would do: they say it themselves, as often as they like.
func Does(ctx context.Context, tx Tx, ms model.Set, by access.Actor, tasks []string) error {
	return own(ctx, tx, ms, by, func(v *Volunteer, p Place) error {
		var form fault.Form
		v.Path.Tasks = ticked(&form, p, tasks)
		return form.Err()
	})
}

// Reach keeps how the volunteer is reached, in which language, and how letters come to them. The address for letters is the
// account's too.
type Reach struct {
	Name, Phone        string
	Lang               locale.Lang
	Letters            string
	QuietFrom, QuietTo int
}

// KeepReach keeps it. The address of letters is the one the volunteer signs in with, and stays.
func KeepReach(ctx context.Context, tx Tx, ms model.Set, by access.Actor, r Reach) error {
	err := own(ctx, tx, ms, by, func(v *Volunteer, _ Place) error {
		var form fault.Form
		kept := reach(&form, r.Name, v.Own.Email.Reveal(), r.Phone, r.Lang)
		if r.Letters != Plain && r.Letters != Neutral && r.Letters != None {
			form.Add("letters", "form.choice")
		}
		if r.QuietFrom < 0 || r.QuietFrom > 23 {
			form.Add("quiet-from", "volunteer.hour")
		}
		if r.QuietTo < 0 || r.QuietTo > 23 {
			form.Add("quiet-to", "volunteer.hour")
		}
		v.Own.Name, v.Own.Phone, v.Own.Lang = kept.Name, kept.Phone, kept.Lang
		v.Own.Letters, v.Own.QuietFrom, v.Own.QuietTo = r.Letters, r.QuietFrom, r.QuietTo
		return form.Err()
	})
	if err != nil {
		return err
	}
	return account.Rename(ctx, tx, by, r.Name, r.Lang)
}
