package wall

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/person"
)

func worker(a string, units ...access.UnitID) Member { return member(a, access.Worker, units) }
func coordinator(a string, units ...access.UnitID) Member {
	return member(a, access.Coordinator, units)
}

func member(a string, r access.Role, units []access.UnitID) Member {
	m := Member{Account: access.AccountID(a)}
	for _, u := range units {
		m.Roles = append(m.Roles, access.Membership{Unit: u, Role: r})
	}
	return m
}

// served is an answer in words: "outi:anna leena:kari".
func served(a Answer) string {
	out := ""
	for _, who := range slices.Sorted(maps.Keys(a.Serves)) {
		out += fmt.Sprint(who, ":", slices.Sorted(maps.Keys(a.Serves[who])), " ")
	}
	return out
}

func TestSides(t *testing.T) {
	tie := Tie{ID: "t", A: "anna", B: "kari"}
	posts := []Post{{"anna", "oulu", false}, {"kari", "oulu", true}}
	for name, c := range map[string]struct {
		q    Question
		want string
		lost int
	}{
		"whoever works with one stays there, and coordinators are divided": {
			Question{Posts: posts, Members: []Member{worker("outi", "oulu"), worker("mikko", "oulu"), coordinator("leena", "oulu"), coordinator("pia", "oulu")},
				Works: []Work{{"outi", "anna"}}},
			"leena:[anna] mikko:[kari] outi:[anna] pia:[kari] ", 0},
		"who has had to do with one does not change sides": {
			Question{Posts: posts, Members: []Member{coordinator("leena", "oulu"), coordinator("pia", "oulu")}, Looks: []Look{{"leena", "kari", 3}, {"pia", "anna", 1}}},
			"leena:[kari] pia:[anna] ", 0},
		"of two clients of one worker the first is kept": {
			Question{Posts: posts, Members: []Member{worker("outi", "oulu"), coordinator("leena", "oulu"), coordinator("pia", "oulu")}, Works: []Work{{"outi", "kari"}, {"outi", "anna"}}},
			"leena:[anna] outi:[kari] pia:[kari] ", 1},
		"the only coordinator is on one side, another unit's on the other": {
			Question{Posts: posts, Members: []Member{coordinator("leena", "oulu"), coordinator("ida", "turku"), worker("eve", "turku")}},
			"ida:[kari] leena:[anna] ", 0},
		"the only coordinator stays with whom she knows": {
			Question{Posts: posts, Members: []Member{coordinator("leena", "oulu"), coordinator("ida", "turku")}, Looks: []Look{{"leena", "kari", 1}}},
			"ida:[anna] leena:[kari] ", 0},
		"nobody is left for one side": {
			Question{Posts: posts, Members: []Member{coordinator("leena", "oulu")}},
			"leena:[anna] ", 0},
		"an exception lets one serve both": {
			Question{Posts: posts, Members: []Member{coordinator("leena", "oulu")}, Exempt: []Exception{{Account: "leena", Tie: "t"}}},
			"leena:[anna kari] ", 0},
		"who keeps away serves the other": {
			Question{Posts: posts, Members: []Member{coordinator("leena", "oulu"), coordinator("pia", "oulu")}, Aparts: []Apart{{Account: "leena", Person: "anna"}}},
			"leena:[kari] pia:[anna] ", 0},
		"a worker who has gone loses the work": {
			Question{Posts: posts, Members: []Member{coordinator("leena", "oulu"), coordinator("pia", "oulu")}, Works: []Work{{"outi", "anna"}}},
			"leena:[anna] pia:[kari] ", 1},
	} {
		c.q.Ties = []Tie{tie}
		a := Sides(c.q)
		if got := served(a); got != c.want || len(a.Lost) != c.lost {
			t.Errorf("%s: got %sand %d lost, want %sand %d", name, got, len(a.Lost), c.want, c.lost)
		}
	}
}

// question makes any question out of numbers.
func question(dice *rand.Rand) Question {
	units := []access.UnitID{"u", "v"}
	var q Question
	var persons []person.ID
	for i := range 2 + dice.IntN(4) {
		persons = append(persons, person.ID(fmt.Sprint("p", i)))
	}
	one := func() person.ID { return persons[dice.IntN(len(persons))] }
	for range 1 + dice.IntN(4) {
		if a, b := one(), one(); a != b {
			t := Between(a, b, ByMark)
			t.ID = TieID(fmt.Sprint(t.A, t.B))
			if !slices.Contains(q.Ties, t) {
				q.Ties = append(q.Ties, t)
			}
		}
	}
	for _, p := range persons {
		for _, u := range units {
			if dice.IntN(3) > 0 {
				q.Posts = append(q.Posts, Post{p, u, dice.IntN(2) == 0})
			}
		}
	}
	for i := range dice.IntN(7) {
		m := Member{Account: access.AccountID(fmt.Sprint("a", i))}
		for _, u := range units {
			for _, r := range []access.Role{access.Worker, access.Coordinator} {
				if dice.IntN(2) == 0 {
					m.Roles = append(m.Roles, access.Membership{Unit: u, Role: r})
				}
			}
		}
		q.Members = append(q.Members, m)
		for range dice.IntN(3) {
			w := Work{m.Account, one()}
			switch dice.IntN(4) {
			case 0:
				q.Works = append(q.Works, w)
			case 1:
				q.Holds = append(q.Holds, w)
			case 2:
				q.Looks = append(q.Looks, Look{w.Account, w.Person, 1 + dice.IntN(3)})
			default:
				q.Aparts = append(q.Aparts, Apart{Account: w.Account, Person: w.Person})
			}
		}
		if len(q.Ties) > 0 && dice.IntN(4) == 0 {
			q.Exempt = append(q.Exempt, Exception{Account: m.Account, Tie: q.Ties[dice.IntN(len(q.Ties))].ID})
		}
	}
	return q
}

// For any question: nobody is on both sides or serves whom they keep away from; no work goes without being told; whoever
// serves keeps serving; a unit with a free coordinator leaves no post without; the same question in another order has
// the same answer.
func FuzzSides(f *testing.F) {
	for seed := range uint64(300) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		dice := rand.New(rand.NewPCG(seed, 1))
		q := question(dice)
		a := Sides(q)
		if both := a.Both(q); len(both) > 0 {
			t.Fatalf("%v hold both sides in %s of %+v", both, served(a), q)
		}
		for _, x := range q.Aparts {
			if a.Serves[x.Account][x.Person] {
				t.Errorf("%s serves %s and keeps away", x.Account, x.Person)
			}
		}
		for _, w := range q.Works {
			if a.Serves[w.Account][w.Person] == slices.Contains(a.Lost, w) {
				t.Errorf("%v is neither kept nor told as lost, or both", w)
			}
		}
		d := newDivision(q)
		d.answer = a
		for _, p := range q.Posts {
			if d.count(p, access.Coordinator) > 0 || len(a.Outside[p]) > 0 {
				continue
			}
			for _, m := range q.Members {
				if slices.ContainsFunc(m.Roles, func(r access.Membership) bool { return r.Role == access.Coordinator }) && d.can(m.Account, p.Person) {
					t.Errorf("%v has no coordinator though %s can: %s", p, m.Account, served(a))
				}
			}
		}
		for _, all := range []func(){
			func() {
				dice.Shuffle(len(q.Members), func(i, j int) { q.Members[i], q.Members[j] = q.Members[j], q.Members[i] })
			},
			func() { dice.Shuffle(len(q.Posts), func(i, j int) { q.Posts[i], q.Posts[j] = q.Posts[j], q.Posts[i] }) },
			func() { dice.Shuffle(len(q.Ties), func(i, j int) { q.Ties[i], q.Ties[j] = q.Ties[j], q.Ties[i] }) },
		} {
			all()
		}
		if again := Sides(q); !reflect.DeepEqual(a, again) {
			t.Errorf("another order, another answer: %s and %s", served(a), served(again))
		}
		q.Holds = nil // what the answer gives is kept when it is asked again
		for who, persons := range a.Serves {
			for p := range persons {
				if w := (Work{who, p}); !slices.Contains(q.Works, w) {
					q.Holds = append(q.Holds, w)
				}
			}
		}
		q.Works = slices.DeleteFunc(q.Works, func(w Work) bool { return slices.Contains(a.Lost, w) })
		for who, persons := range a.Serves {
			for p := range persons {
				if !Sides(q).Serves[who][p] {
					t.Errorf("%s served %s and does no longer, asked once more", who, p)
				}
			}
		}
	})
}
