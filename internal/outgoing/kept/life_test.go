package kept_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/appointment"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/figure"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/person"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
)

func want[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %+v, want %+v", what, got, want)
	}
}

// the abuser holds the same telephone.
func TestTheSameTelephone(t *testing.T) {
	each(t, func(h *house) {
		h.clock.Set(h.at("2027-03-01", "11:00"))
		c := h.books(aino(), "2027-03-09", "12:00")
		want(t, "nothing leaves of a time that was agreed together", h.live("2027-03-07", "20:05"), nil)
		h.moves(c, "2027-03-09", "17:15")
		want(t, "the only message", h.live("2027-03-12", "20:00"), []sent{{"2027-03-08 10:00", "+358405550200", "Muistutus: huomenna 17.15"}})
		want(t, "no message is kept where there are no records", len(h.sees(c).Messages), 0)

		h.do(func(tx *storage.Tx) error { return outgoing.Replied(h.ctx, tx, "+358 40 5550200") })
		reply := outgoing.Notice{Kind: access.Episode, Object: string(c.Episode), Reply: "2027-03-12"}
		want(t, "Noora's desk", h.notices(h.Worker), []outgoing.Notice{reply})
		want(t, "the coordinator's", h.notices(h.Coordinator), []outgoing.Notice{reply})
		want(t, "a colleague's", h.notices(h.Colleague), nil)
		want(t, "a stranger's", h.notices(h.Stranger), nil)
		want(t, "the reply on the page", h.sees(c).Contact.Replied, "2027-03-12")
		want(t, "the code word on the page", h.sees(c).Contact.CodeWord.Reveal(), "kanerva")
		want(t, "nothing is answered", h.live("2027-03-13", "20:00"), nil)
		h.do(func(tx *storage.Tx) error { return outgoing.Seen(h.ctx, tx, h.Worker, c.Target) })
		want(t, "what was seen", h.notices(h.Worker), nil)

		h.do(func(tx *storage.Tx) error {
			a, err := appointment.Book(h.ctx, tx, h.Models, h.Worker, appointment.Target{Episode: c.Episode}, h.free("2027-04-02", "12:00"), "")
			c.meeting = a.ID
			return err
		})
		h.live("2027-03-31", "13:30")
		want(t, "the last day", h.sees(c).Contact.Address.Reveal(), "040 555 0200")
		h.live("2027-04-01", "00:00")
		h.moves(c, "2027-04-02", "17:15")
		want(t, "1.4.", h.live("2027-04-01", "23:00"), nil)
		v := h.sees(c)
		want(t, "the permission has ended", [3]any{v.Ended, v.Now.Never, v.Contact.Channel}, [3]any{true, outgoing.Ended, person.SMS})
		want(t, "the number on the page", v.Contact.Address.Reveal()+v.Contact.CodeWord.Reveal(), "")
		want(t, "told on the desk", h.notices(h.Worker), []outgoing.Notice{{Kind: access.Episode, Object: string(c.Episode), Message: outgoing.Moved, Why: outgoing.Ended}})
		h.clock.Set(h.at("2027-04-02", "12:30"))
		h.sweep()
		who := h.episodeOf(c).Person
		h.do(func(tx *storage.Tx) error {
			kept, err := tx.SafeContact(h.ctx, who)
			want(t, "the number in the database", kept.Address.Reveal()+kept.CodeWord.Reveal(), "")
			found, err2 := tx.PersonsAt(h.ctx, "040 555 0200")
			want(t, "found by the number", found, nil)
			return errors.Join(err, err2)
		})
	})
}

// Every unseen end of a permission: whatever changes or ends, what is queued dies, at the latest when it would leave.
func TestQueuedMessagesDie(t *testing.T) {
	for name, change := range map[string]func(h *house, c client){
		"withdrawn":                       func(h *house, c client) { h.renew(c, person.SafeContact{Channel: person.None}) },
		"the same permission, asked anew": func(h *house, c client) { h.renew(c, aino()) },
		"another channel": func(h *house, c client) {
			h.renew(c, person.SafeContact{Channel: person.Call, Address: seal.Of("040 555 0200"), HourFrom: 10, HourTo: 14})
		},
		"stopped": func(h *house, c client) {
			m := h.sees(c).Messages[0].ID
			h.do(func(tx *storage.Tx) error { return outgoing.Stop(h.ctx, tx, h.Worker, c.Target, m) })
		},
		"cancelled by the client": func(h *house, c client) {
			h.do(func(tx *storage.Tx) error {
				stay, err := intake.Enter(h.ctx, tx, c.code)
				if err != nil {
					return err
				}
				return appointment.CancelByClient(h.ctx, tx, h.Models, stay.Holder, c.meeting)
			})
		},
		"withdrawn by the client": func(h *house, c client) {
			h.do(func(tx *storage.Tx) error {
				stay, err := intake.Enter(h.ctx, tx, c.code)
				if err != nil {
					return err
				}
				return outgoing.RenewByClient(h.ctx, tx, stay.Holder, person.SafeContact{Channel: person.None})
			})
		},
		"erased": func(h *house, c client) {
			h.do(func(tx *storage.Tx) error { return tx.EraseEpisode(h.ctx, c.Episode) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(h *house) {
				h.clock.Set(h.at("2027-03-01", "15:00"))
				c := h.books(aino(), "2027-03-09", "12:00")
				h.moves(c, "2027-03-09", "17:15")
				if n := len(h.sees(c).Messages); n != 1 {
					t.Fatalf("%d messages are queued, want one", n)
				}
				change(h, c)
				want(t, "what left", h.live("2027-03-09", "20:00"), nil)
			})
		})
	}
}

func (h *house) renew(c client, contact person.SafeContact) {
	h.t.Helper()
	h.do(func(tx *storage.Tx) error { return outgoing.Renew(h.ctx, tx, h.Worker, c.Target, contact) })
}

// Reminders come only to those who asked for them, the day before at the unit's hour, and not besides a message that
// has told the same.
func TestReminders(t *testing.T) {
	each(t, func(h *house) {
		h.clock.Set(h.at("2027-03-01", "11:00"))
		wide := aino()
		wide.HourFrom, wide.HourTo, wide.Reminders = 8, 20, true
		h.books(wide, "2027-03-05", "12:00")
		want(t, "the evening before", h.live("2027-03-06", "08:00"), []sent{{"2027-03-04 17:00", "+358405550200", "Muistutus: huomenna 12.00"}})

		narrow := aino()
		narrow.Reminders = true
		c := h.books(narrow, "2027-03-12", "12:00")
		h.moves(c, "2027-03-13", "12:00")
		h.live("2027-03-11", "20:00")
		h.moves(c, "2027-03-13", "17:15") // told on the 12th at ten, so that no reminder at one is needed
		want(t, "one message tells both", h.live("2027-03-14", "08:00"), []sent{{"2027-03-12 10:00", "+358405550200", "Muistutus: huomenna 17.15"}})

		c = h.books(narrow, "2027-03-20", "12:00")
		h.do(func(tx *storage.Tx) error { return outgoing.KeepReminderHour(h.ctx, tx, h.Coordinator, h.Unit.ID, -1) })
		h.renew(c, narrow)
		want(t, "a unit that sends none", h.live("2027-03-21", "08:00"), nil)
		h.do(func(tx *storage.Tx) error { return outgoing.KeepReminderHour(h.ctx, tx, h.Coordinator, h.Unit.ID, 12) })
		h.books(narrow, "2027-03-22", "15:00")
		h.do(func(tx *storage.Tx) error { return outgoing.KeepReminderHour(h.ctx, tx, h.Coordinator, h.Unit.ID, -1) })
		want(t, "planned before the unit chose to send none", h.live("2027-03-22", "14:00"), nil)
		h.do(func(tx *storage.Tx) error { return outgoing.KeepReminderHour(h.ctx, tx, h.Coordinator, h.Unit.ID, 12) })
		h.books(narrow, "2027-03-24", "15:00")
		want(t, "at the unit's hour", h.live("2027-03-25", "08:00"), []sent{{"2027-03-23 12:00", "+358405550200", "Muistutus: huomenna 15.00"}})
		err := h.try(func(tx *storage.Tx) error { return outgoing.KeepReminderHour(h.ctx, tx, h.Worker, h.Unit.ID, 9) })
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("a worker arranged the unit: %v", err)
		}
	})
}

// What cannot be told in time is told to the worker at once, while there is time to do something about it.
func TestTooLate(t *testing.T) {
	each(t, func(h *house) {
		h.clock.Set(h.at("2027-03-08", "15:00"))
		c := h.books(aino(), "2027-03-09", "12:00")
		h.moves(c, "2027-03-09", "09:00")
		late := outgoing.Notice{Kind: access.Episode, Object: string(c.Episode), Message: outgoing.Moved, Why: outgoing.Late}
		want(t, "moved to before the allowed hours", h.notices(h.Worker), []outgoing.Notice{late})
		h.moves(c, "2027-03-09", "11:00")
		want(t, "moved again, and there is time", h.notices(h.Worker), nil)
		h.down = true
		want(t, "a gateway that is away all hour", h.live("2027-03-09", "10:45"), nil)
		h.live("2027-03-09", "11:00")
		h.sweep()
		want(t, "no notice of what is past", len(h.sees(c).Messages)+len(h.notices(h.Worker)), 0)

		h.down = false
		h.clock.Set(h.at("2027-03-10", "15:00"))
		c = h.books(aino(), "2027-03-12", "12:00")
		h.do(func(tx *storage.Tx) error {
			return appointment.Cancel(h.ctx, tx, h.Models, h.Worker, c.meeting, h.model().Cancel.Worker[0])
		})
		want(t, "called off by the worker", h.live("2027-03-12", "20:00"), []sent{{"2027-03-11 10:00", "+358405550200", "Aika siirtyy. Olemme yhteydessä."}})

		h.mute = true
		c = h.books(aino(), "2027-03-15", "12:00")
		h.moves(c, "2027-03-15", "13:30")
		h.live("2027-03-13", "11:00")
		want(t, "a house that cannot send", h.notices(h.Worker), []outgoing.Notice{{Kind: access.Episode, Object: string(c.Episode), Message: outgoing.Moved, Why: outgoing.NoSender}})

		h.mute, h.never = false, true
		c = h.books(aino(), "2027-03-16", "12:00")
		h.moves(c, "2027-03-16", "13:30")
		h.live("2027-03-14", "11:00")
		refused := func(n outgoing.Notice) bool { return n.Why == outgoing.Refused && n.Object == string(c.Episode) }
		if all := h.notices(h.Worker); !slices.ContainsFunc(all, refused) {
			t.Errorf("a number that takes nothing: %+v", all)
		}
	})
}

// "Ask again each time": after one message nothing leaves until it has been asked anew; one that nobody took was none.
func TestAskAgainEachTime(t *testing.T) {
	each(t, func(h *house) {
		h.clock.Set(h.at("2027-03-01", "15:00"))
		careful := aino()
		careful.AskAgain = true
		c := h.books(careful, "2027-03-09", "12:00")
		h.moves(c, "2027-03-09", "13:00")
		h.down = true
		want(t, "nobody takes it", h.live("2027-03-02", "11:00"), nil)
		h.down = false
		want(t, "the one message", len(h.live("2027-03-03", "20:00")), 1)
		h.moves(c, "2027-03-09", "17:15")
		want(t, "a second one", h.live("2027-03-08", "20:00"), nil)
		want(t, "the worker is told", h.notices(h.Worker), []outgoing.Notice{{Kind: access.Episode, Object: string(c.Episode), Message: outgoing.Moved, Why: outgoing.Spent}})
		h.renew(c, careful)
		want(t, "asked anew", h.notices(h.Worker), nil)
		h.moves(c, "2027-03-10", "17:15")
		want(t, "one again", len(h.live("2027-03-09", "20:00")), 1)
	})
}

// The machine dies between handing a message over and keeping that: it leaves once more, with the same key, and what
// died before that is not told.
func TestKilledInBetween(t *testing.T) {
	each(t, func(h *house) {
		h.clock.Set(h.at("2027-03-08", "11:00"))
		careful := aino()
		careful.AskAgain = true
		c := h.books(careful, "2027-03-09", "12:00")
		h.moves(c, "2027-03-09", "17:15")
		take := func() (l outgoing.Leaving, ok bool) {
			h.do(func(tx *storage.Tx) (err error) {
				l, ok, _, err = outgoing.Take(h.ctx, tx, func(person.Channel) bool { return true })
				return err
			})
			return l, ok
		}
		first, ok := take()
		if !ok {
			t.Fatal("nothing leaves")
		}
		if _, twice := take(); twice {
			t.Error("another machine took it too")
		}
		h.clock.Add(4 * time.Minute)
		second, ok := take()
		if !ok || second.Key() != first.Key() || second.Key() == string(second.ID()) {
			t.Errorf("got %v %q, want %q again", ok, second.Key(), first.Key())
		}
		h.do(func(tx *storage.Tx) error { return outgoing.Done(h.ctx, tx, second.ID()) })
		want(t, "a third time", h.live("2027-03-09", "12:00"), nil)
	})
}

// Times offered to somebody who may be written to: one message, and none when the times have gone or been picked.
func TestTimesOffered(t *testing.T) {
	each(t, func(h *house) {
		h.clock.Set(h.at("2027-03-01", "15:00"))
		c := h.asks(aino())
		offer := func(day string) {
			h.do(func(tx *storage.Tx) error {
				return appointment.Offer(h.ctx, tx, h.Models, h.Worker, appointment.Target{Request: c.Request}, []appointment.Free{h.free(day, "12:00")})
			})
		}
		offer("2027-03-09")
		offer("2027-03-10")
		want(t, "one message for both", h.live("2027-03-03", "20:00"), []sent{{"2027-03-02 10:00", "+358405550200", "Uusi aika on valittavissa."}})
		offer("2027-03-11")
		h.do(func(tx *storage.Tx) error {
			slots, err := tx.Slots(h.ctx, c.Request, "")
			for _, s := range slots {
				err = errors.Join(err, appointment.Withdraw(h.ctx, tx, h.Worker, s.ID))
			}
			return err
		})
		want(t, "withdrawn", h.live("2027-03-04", "20:00"), nil)
		offer("2027-03-12")
		h.do(func(tx *storage.Tx) error {
			stay, err := intake.Enter(h.ctx, tx, c.code)
			if err != nil {
				return err
			}
			slots, err := tx.Slots(h.ctx, c.Request, "")
			if err == nil {
				_, err = appointment.Pick(h.ctx, tx, h.Models, stay.Holder, slots[0].ID)
			}
			return err
		})
		want(t, "picked", h.live("2027-03-06", "20:00"), nil)
		none := h.asks(person.SafeContact{Channel: person.None})
		h.do(func(tx *storage.Tx) error {
			return appointment.Offer(h.ctx, tx, h.Models, h.Worker, appointment.Target{Request: none.Request}, []appointment.Free{h.free("2027-03-13", "12:00")})
		})
		want(t, "to whoever allowed nothing", len(h.sees(none).Messages), 0)
	})
}

// Who may see and change how a client is reached: a request's desk, an episode's worker. Nobody else is told that there
// is anything.
func TestWhoMay(t *testing.T) {
	each(t, func(h *house) {
		h.clock.Set(h.at("2027-03-01", "15:00"))
		c := h.books(aino(), "2027-03-09", "12:00")
		h.moves(c, "2027-03-09", "17:15")
		m := h.sees(c).Messages[0].ID
		for name, by := range map[string]access.Actor{"coordinator": h.Coordinator, "colleague": h.Colleague, "stranger": h.Stranger, "nobody": access.Anyone()} {
			for what, act := range map[string]func(tx *storage.Tx) error{
				"read":  func(tx *storage.Tx) error { _, err := outgoing.Read(h.ctx, tx, by, c.Target); return err },
				"renew": func(tx *storage.Tx) error { return outgoing.Renew(h.ctx, tx, by, c.Target, aino()) },
				"stop":  func(tx *storage.Tx) error { return outgoing.Stop(h.ctx, tx, by, c.Target, m) },
			} {
				if err := h.try(act); !fault.Is(err, fault.NotFound) {
					t.Errorf("%s %s: %v", name, what, err)
				}
			}
		}
		want(t, "what is still queued", len(h.sees(c).Messages), 1)
		other := h.books(aino(), "2027-03-10", "12:00")
		h.do(func(tx *storage.Tx) error { return outgoing.Stop(h.ctx, tx, h.Worker, other.Target, m) })
		want(t, "stopped through another client", len(h.sees(c).Messages), 1)
	})
}

// Nothing but a sum stays of a message in a service without records. While it waits for its hour no job does: it would tell
// that somebody is met on the day after.
func TestWhatStays(t *testing.T) {
	each(t, func(h *house) {
		h.clock.Set(h.at("2027-03-01", "15:00"))
		c := h.books(aino(), "2027-03-09", "12:00")
		h.moves(c, "2027-03-09", "17:15")
		h.do(func(tx *storage.Tx) error {
			jobs, err := tx.TakeJobs(h.ctx, []string{outgoing.Due}, tx.Now(), 10)
			want(t, "due before its time", len(jobs), 0)
			return err
		})
		who := h.episodeOf(c).Person
		h.clock.Set(h.at("2027-03-02", "10:00"))
		h.do(func(tx *storage.Tx) error {
			jobs, err := tx.TakeJobs(h.ctx, []string{outgoing.Due}, tx.Now(), 10)
			want(t, "jobs at its time", len(jobs), 0)
			return err
		})
		want(t, "due by itself", h.due(), true)
		want(t, "sent", len(h.send()), 1)
		h.do(func(tx *storage.Tx) error {
			sums, err2 := tx.Figures(h.ctx, h.Unit.ID, "2027-03", "2027-03")
			n := 0
			for _, s := range sums {
				if s.Name == figure.Messages && s.Value == "sms" {
					n += s.N
				}
			}
			want(t, "the sum", n, 1)
			left, err3 := tx.OutgoingTo(h.ctx, who)
			want(t, "rows", len(left), 0)
			return errors.Join(err2, err3)
		})
	})
}
