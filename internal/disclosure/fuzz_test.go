package disclosure

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// house makes a house of two services and a dimension out of bytes, which grows from release to release.
type house struct {
	bytes []byte
	data  Data
}

func (h *house) next() int {
	if len(h.bytes) == 0 {
		return 0
	}
	b := h.bytes[0]
	h.bytes = h.bytes[1:]
	return int(b)
}

func (h *house) grow() {
	grown := Data{"": {}, "v": {}}
	for _, service := range []string{"a", "b"} {
		for _, month := range quarters {
			whole := kn{}
			for _, value := range []string{"x", "y"} {
				at := Atom{service, month, value}
				b := h.next()
				v := kn{b >> 4 & 7 % (b%16 + 1), b % 16}
				v.k = min(v.k, v.n)
				if old, ok := h.data["v"][at]; ok {
					v = kn{v.k + old.Answers[0][1], v.n + old.N}
				}
				grown["v"][at] = count(v)
				whole = kn{whole.k + v.k, whole.n + v.n}
			}
			grown[""][Atom{service, month, ""}] = count(whole)
		}
	}
	h.data = grown
}

// rows draws some of the grid.
func (h *house) rows() (out []Row) {
	all := slices.Concat(grid("a"), grid("b"), grid("a", "b"))
	for _, row := range all {
		b := h.next()
		if b&1 == 0 {
			out = append(out, row)
		}
		for i, value := range []string{"x", "y"} {
			if b>>(1+i)&3 == 3 {
				row.Dimension, row.Value = "v", value
				out = append(out, row)
			}
		}
	}
	return out
}

// live releases three times and looks for what may never be.
func live(t *testing.T, bytes []byte) {
	h := &house{bytes: bytes}
	m := New("v")
	var truths []Data
	for round := range 3 {
		h.grow()
		truths = append(truths, h.data)
		ask := Ask{Form: satisfied, Data: h.data, Rows: h.rows(), Month: "2028-01"}
		lines, after, err := Release(m, ask)
		if err != nil {
			t.Fatal(err)
		}
		told := map[string]Line{}
		for _, l := range lines {
			isTrue(t, l, truths)
			told[l.Row.key()] = l
		}
		noDifference(t, lines, round+1)
		if err := Audit(after); err != nil {
			t.Fatal(err)
		}
		// The same again, and in another order, is the same; and right afterwards nothing new comes.
		dice := rand.New(rand.NewPCG(1, 2))
		dice.Shuffle(len(ask.Rows), func(i, j int) { ask.Rows[i], ask.Rows[j] = ask.Rows[j], ask.Rows[i] })
		again, same, err := Release(m, ask)
		if err != nil || !reflect.DeepEqual(after, same) {
			t.Fatalf("another order gives another memory: %v", err)
		}
		once, _, err := Release(after, ask)
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range again {
			l.With, once[i].With = nil, nil
			was := told[l.Row.key()]
			was.With = nil
			if !reflect.DeepEqual(l, was) || !reflect.DeepEqual(once[i], was) {
				t.Fatalf("%+v, in another order %+v, once more %+v", was, l, once[i])
			}
		}
		m = after
	}
}

// isTrue: what is told was so in the round it is dated to, and of enough.
func isTrue(t *testing.T, l Line, truths []Data) {
	t.Helper()
	of := func(round int) (v kn) {
		for a, c := range truths[round-1][l.Row.Dimension] {
			if l.Row.covers(a) {
				v = kn{v.k + c.Answers[0][1], v.n + c.N}
			}
		}
		return v
	}
	if l.Hidden {
		if l.N != 0 || l.Answers != nil {
			t.Fatalf("hidden, and tells: %+v", l)
		}
		return
	}
	if l.N < 5 || of(l.Since).n != l.N {
		t.Fatalf("%+v is not what it was: %+v", l, of(l.Since))
	}
	for _, a := range l.Answers {
		if a.Hidden {
			continue
		}
		v := of(a.Since)
		ok := a.N == v.n
		switch a.Share.Bound {
		case Exactly:
			ok = ok && a.Share.Percent == percent(v.k, v.n) && (v.n >= 10 && a.Percent[1] == a.Share.Percent || v.n < 10 && a.Percent == nil && v.k > 2 && v.k < v.n-2)
		case AtLeast:
			ok = ok && v.n < 10 && v.n >= 5 && 100*v.k >= a.Share.Percent*v.n && a.Percent == nil
		case AtMost:
			ok = ok && v.n < 10 && v.n >= 5 && 100*v.k <= a.Share.Percent*v.n && a.Percent == nil
		}
		if !ok {
			t.Fatalf("%+v is not what was answered: %+v", a, v)
		}
	}
}

// noDifference: of two lines of this round, one inside the other, the rest is none or enough.
func noDifference(t *testing.T, lines []Line, round int) {
	t.Helper()
	for _, a := range lines {
		for _, b := range lines {
			if d := a.N - b.N; !a.Hidden && !b.Hidden && a.Since == round && b.Since == round && a.Row.holds(b.Row) && d > 0 && d < 5 {
				t.Fatalf("%s less %s are %d", a.Row.key(), b.Row.key(), d)
			}
		}
	}
}

func FuzzRelease(f *testing.F) {
	dice := rand.New(rand.NewPCG(3, 65))
	for range 12 {
		bytes := make([]byte, 111)
		for i := range bytes {
			bytes[i] = byte(dice.IntN(256))
		}
		f.Add(bytes)
	}
	f.Add([]byte{})
	f.Fuzz(live)
}

func TestHundredsOfHouses(t *testing.T) {
	dice := rand.New(rand.NewPCG(4, 65))
	for range 80 {
		bytes := make([]byte, 111)
		most := 1 + dice.IntN(255) // some houses are small
		for i := range bytes {
			bytes[i] = byte(dice.IntN(most + 1))
		}
		live(t, bytes)
	}
}
