package episode

import (
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/model"
)

// The counter. A visit holds its number while it is booked, when it was held, and when it was missed or cancelled
// late in a service that counts those. Everything else gives the number back.

func (k Mark) holds() bool { return k.State == booked || k.State == onHold || k.Counted }

// Max is how many visits there are at the most: the episode's own limit, NoLimit for none.
func (s State) Max() int {
	if s.Episode.Limit == 0 {
		return model.NoLimit
	}
	return s.Episode.Limit
}

// Used is how many visits are behind: held, and missed ones that count.
func (s State) Used() int {
	return s.count(func(k Mark) bool { return k.Counted && k.State != booked })
}

// Booked is how many are still to come or to be marked.
func (s State) Booked() int { return s.count(func(k Mark) bool { return k.State == booked }) }

func (s State) count(which func(Mark) bool) (n int) {
	for _, k := range s.Marks {
		if which(k) {
			n++
		}
	}
	return n
}

// FreeNumber is the lowest number no visit holds, or 0 when all are held. The count decides first, whatever numbers
// there are.
func (s State) FreeNumber() int {
	taken, n := map[int]bool{}, 0
	for _, k := range s.Marks {
		if k.holds() {
			taken[k.No] = true
			n++
		}
	}
	if n >= s.Max() {
		return 0
	}
	no := 1
	for taken[no] {
		no++
	}
	return no
}

// LimitReached is the refusal of one visit too many: the service, its limit, and what may follow.
func (s State) LimitReached(m *model.Model) *fault.Fault {
	ways := s.Ways
	if ways == nil {
		ways = Ways(model.Set{}, m)
	}
	return fault.New(fault.Conflict, "visit.limit", "model", m.Phrase("name"), "max", s.Max(), "ways", ways)
}

func (s State) facts(m *model.Model) model.Facts {
	decision := ""
	if s.Episode.Guardians == Disagree {
		decision = s.Episode.Decision.Choice
	}
	guardians := s.Episode.Guardians
	if guardians == "" {
		guardians = Agree
	}
	return model.Facts{
		Visits: model.Visits{
			Max: s.Max(), Used: s.Used(), Booked: s.Booked() + s.count(func(k Mark) bool { return k.State == onHold }),
			Held:   s.count(func(k Mark) bool { return k.State == held }),
			Missed: s.count(func(k Mark) bool { return k.State == missed }),
		},
		State: string(s.Episode.Stage), Guardians: guardians, Decision: decision, Age: s.Age, Couple: s.together(m),
	}
}
