package rota

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// How long the search goes on: rounds of taking a few places apart and putting them together better, and how many who
// stand already may be asked to stand elsewhere so that one more evening is filled.
const (
	rounds = 60
	tries  = 1500 // evenings tried again at the least: a short rota has more rounds
	chain  = 4
)

// Propose fills the evenings that are short, keeps whoever stands there already, and then names reserves. Filling comes
// before evenness, and evenness goes with wishes (Cost). The same board and seed give the same proposal.
//
// It goes greedily through the evenings with the fewest who can, moves a few others where nobody is left, and improves
// by moving and changing around until nothing gets better; then it takes parts asunder and tries again.
func (b *Board) Propose(seed uint64) {
	s := search{b, rand.New(rand.NewPCG(seed, 20)), b.stands()}
	s.fill()
	s.improve()
	best := b.save()
	for range max(rounds, tries/max(1, len(b.evenings))) {
		s.shake()
		s.fill()
		s.improve()
		if now := b.save(); !best.better(now) { // what is as good leads elsewhere
			best = now
		} else {
			b.restore(best)
		}
	}
	b.restore(best)
	b.reserves()
}

// search is a proposal under way. Whoever stood there before is not moved.
type search struct {
	*Board
	dice *rand.Rand
	kept map[[2]int]bool
}

func (b *Board) stands() map[[2]int]bool {
	out := map[[2]int]bool{}
	for e, list := range b.answer {
		for _, p := range list {
			out[[2]int{e, p}] = true
		}
	}
	return out
}

// saved is who answers where, and how good that is.
type saved struct {
	answer      [][]int
	short, cost int
}

func (b *Board) save() saved {
	s := saved{short: b.Short(), cost: b.Cost()}
	for _, list := range b.answer {
		s.answer = append(s.answer, slices.Clone(list))
	}
	return s
}

func (s saved) better(than saved) bool {
	return cmp.Or(cmp.Compare(s.short, than.short), cmp.Compare(s.cost, than.cost)) < 0
}

func (b *Board) restore(s saved) {
	for e := range b.answer {
		for len(b.answer[e]) > 0 {
			b.take(e, b.answer[e][0])
		}
	}
	for e, list := range s.answer {
		for _, p := range list {
			b.put(e, p)
		}
	}
}

// fill goes through the evenings that are short, those with the fewest who can first.
func (s search) fill() {
	var order []int
	can := make([]int, len(s.evenings))
	for e := range s.evenings {
		if s.missing(e) > 0 {
			order = append(order, e)
			for p := range s.people {
				if s.fixed[e][p] == nil {
					can[e]++
				}
			}
		}
	}
	s.dice.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	if s.dice.IntN(3) > 0 {
		slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(can[x], can[y]) })
	}
	for _, e := range order {
		for s.missing(e) > 0 && s.one(e) {
		}
	}
	for _, e := range order { // where nobody is free, others may stand elsewhere
		for s.missing(e) > 0 && s.chained(e, chain, map[int]bool{e: true}) {
		}
	}
}

// one gives the evening to whom it is the least for. Of those who are alike, the dice choose.
func (s search) one(e int) bool {
	best, cost, alike := -1, 0, 0
	for p := range s.people {
		if !s.free(e, p) {
			continue
		}
		c := s.more(p, s.load[p]) + s.unwished(e, p)
		switch {
		case best < 0 || c < cost:
			best, cost, alike = p, c, 1
		case c == cost:
			if alike++; s.dice.IntN(alike) == 0 {
				best = p
			}
		}
	}
	if best >= 0 {
		s.put(e, best)
	}
	return best >= 0
}

// chained fills an evening by taking somebody from one or more others, which are filled in turn. What cannot be filled
// is put back as it was.
func (s search) chained(e, deep int, seen map[int]bool) bool {
	if s.one(e) {
		return true
	}
	if deep == 0 {
		return false
	}
	order := s.dice.Perm(len(s.people))
	for _, p := range order {
		if s.fixed[e][p] != nil || s.people[p].Most == 0 || slices.Contains(s.answer[e], p) || slices.Contains(s.reserve[e], p) {
			continue
		}
		for _, from := range s.inTheWay(e, p, seen) {
			if s.moveOver(e, p, from, deep, seen) {
				return true
			}
		}
	}
	return false
}

// inTheWay are sets of evenings without which the person would be free for this one: neighbours, and of a full month one or
// two evenings.
func (s search) inTheWay(e, p int, seen map[int]bool) [][]int {
	var must []int
	if !s.people[p].Row {
		for _, n := range []int{e - 1, e + 1} {
			if n >= 0 && n < len(s.evenings) && slices.Contains(s.answer[n], p) {
				must = append(must, n)
			}
		}
	}
	movable := func(n int) bool { return !seen[n] && !s.kept[[2]int{n, p}] }
	if !all(must, movable) {
		return nil
	}
	month := s.month[e]
	over := s.months[p][month] - s.people[p].Most + 1
	for _, n := range must {
		if s.month[n] == month {
			over--
		}
	}
	if over <= 0 {
		return [][]int{must}
	}
	var out [][]int
	for n := range s.evenings {
		if over == 1 && s.month[n] == month && slices.Contains(s.answer[n], p) && !slices.Contains(must, n) && movable(n) {
			out = append(out, append(slices.Clone(must), n))
		}
	}
	return out
}

func all(list []int, is func(int) bool) bool {
	return !slices.ContainsFunc(list, func(n int) bool { return !is(n) })
}

// moveOver takes the person from those evenings to this one, and fills those.
func (s search) moveOver(e, p int, from []int, deep int, seen map[int]bool) bool {
	before := s.save()
	for _, n := range from {
		s.take(n, p)
	}
	s.put(e, p)
	for _, n := range from {
		seen[n] = true
	}
	done := all(from, func(n int) bool { return s.missing(n) == 0 || s.chained(n, deep-1, seen) })
	for _, n := range from {
		delete(seen, n)
	}
	if !done {
		s.restore(before)
	}
	return done
}

// improve gives evenings to others, and changes two around, as long as something gets better.
func (s search) improve() {
	for better := true; better; {
		better = false
		for e := range s.evenings {
			for _, p := range slices.Clone(s.answer[e]) {
				if !s.kept[[2]int{e, p}] && (s.giveOn(e, p) || s.change(e, p)) {
					better = true
				}
			}
		}
	}
}

// giveOn gives the evening to somebody for whom it costs less.
func (s search) giveOn(e, p int) bool {
	s.take(e, p)
	best, cost := s.cheapest(e)
	if best < 0 || cost >= s.more(p, s.load[p])+s.unwished(e, p) {
		best = p
	}
	s.put(e, best)
	return best != p
}

// change gives the evening to somebody who comes from another one, and that one to whoever it is the least for.
func (s search) change(e, p int) bool {
	least := s.leastMore()
	s.take(e, p)
	freed := s.more(p, s.load[p]) + s.unwished(e, p)
	for q := range s.people {
		if q == p || s.load[q] == 0 || s.fixed[e][q] != nil || slices.Contains(s.answer[e], q) || slices.Contains(s.reserve[e], q) {
			continue
		}
		for _, f := range slices.Clone(s.spots[q]) {
			if f == e || s.kept[[2]int{f, q}] {
				continue
			}
			gain := freed + s.unwished(f, q) - s.unwished(e, q)
			if gain <= least {
				continue
			}
			s.take(f, q)
			if s.free(e, q) {
				s.put(e, q)
				if r, cost := s.cheapest(f); r >= 0 && cost < gain {
					s.put(f, r)
					return true
				}
				s.take(e, q)
			}
			s.put(f, q)
		}
	}
	s.put(e, p)
	return false
}

// cheapest is for whom an evening is the least; -1 when nobody is free.
func (s search) cheapest(e int) (best, cost int) {
	best = -1
	for p := range s.people {
		if s.free(e, p) {
			if c := s.more(p, s.load[p]) + s.unwished(e, p); best < 0 || c < cost {
				best, cost = p, c
			}
		}
	}
	return best, cost
}

// leastMore is the least that one evening more can cost anybody.
func (s search) leastMore() int {
	least := 1 << 30
	for p := range s.people {
		if s.people[p].Most > 0 {
			least = min(least, s.more(p, s.load[p]), s.more(p, max(0, s.load[p]-1)))
		}
	}
	return least
}

// shake takes a few evenings beside each other asunder, and a few anywhere.
func (s search) shake() {
	if len(s.evenings) == 0 {
		return
	}
	n := 2 + s.dice.IntN(min(6, len(s.evenings)))
	first := s.dice.IntN(len(s.evenings))
	for i := range n {
		e := (first + i) % len(s.evenings)
		if s.dice.IntN(2) == 0 {
			e = s.dice.IntN(len(s.evenings))
		}
		for _, p := range slices.Clone(s.answer[e]) {
			if !s.kept[[2]int{e, p}] {
				s.take(e, p)
			}
		}
	}
}

// reserves names those who have waited the least, against their own amount, for each evening.
func (b *Board) reserves() {
	for e, x := range b.evenings {
		for len(b.reserve[e]) < x.Reserves {
			best, cost := -1, 0
			for p := range b.people {
				if b.fixed[e][p] != nil || b.people[p].Most == 0 || slices.Contains(b.answer[e], p) || slices.Contains(b.reserve[e], p) {
					continue
				}
				if c := b.more(p, b.waits[p]) + b.unwished(e, p); best < 0 || c < cost {
					best, cost = p, c
				}
			}
			if best < 0 {
				break
			}
			b.reserve[e] = append(b.reserve[e], best)
			b.waits[best]++
		}
	}
}
