package storage_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/feedback"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/storage/storagetest"
)

// Nothing in the database leads from who answered, by which slip or on which day, to what was answered. Somebody holds the
// database, its row order and row versions, and the keys. Two houses go through the same days; in the second the answers are given
// by other people than in the first. Whatever tells them apart would be a link, so there may be nothing that does.
// The control leaks on purpose, each time in another way, and must be found.
func TestNobodyCanBeLinkedToAnAnswer(t *testing.T) {
	as, other := shifted(0), shifted(7)
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			first := linked(t, driver, as, adultsAsked, nil)
			for name, leak := range map[string]func(ctx context.Context, tx *storage.Tx, i int, m feedback.Marks) error{
				"": nil,
				"a row of each answer": func(ctx context.Context, tx *storage.Tx, i int, m feedback.Marks) error {
					return tx.AddFeedback(ctx, "one", "of", fmt.Sprint("each", i), "2027-01", feedback.Sum{N: 1, Answers: map[string][]int{"situation": {m.Answers["situation"]}}})
				},
				"the order inside the sums": func(ctx context.Context, tx *storage.Tx, i int, m feedback.Marks) error {
					return tx.AddFeedback(ctx, "log", "of", "all", "2027-01", feedback.Sum{By: "n", Value: fmt.Sprintf("%02d-%d", i, m.Answers["situation"]), N: 1})
				},
				"a job that waits": func(ctx context.Context, tx *storage.Tx, i int, m feedback.Marks) error {
					return tx.PutJob(ctx, "tell", fmt.Sprintf("%d-%d", i, m.Answers["situation"]), tx.Now())
				},
				"a fingerprint of one who was content": func(ctx context.Context, tx *storage.Tx, i int, m feedback.Marks) error {
					if m.Answers["situation"] < 4 {
						return nil
					}
					return tx.PutDrawn(ctx, fmt.Sprint("content/", i), "2027-12")
				},
			} {
				second := linked(t, driver, other, adultsAsked, leak)
				if same := first == second; same != (leak == nil) {
					t.Errorf("%q: the two houses are the same: %t\n%s", name, same, firstDifference(first, second))
				}
			}
		})
	}
}

// A suggestion is as far from who answered, and from what else they answered: some of them suggest something, others nothing, and
// in the second house these are other people (R-207, decision 0071). Each control keeps a little more than there is.
func TestNobodyCanBeLinkedToASuggestion(t *testing.T) {
	for _, driver := range storagetest.Drivers(t) {
		t.Run(driver, func(t *testing.T) {
			first := linked(t, driver, shifted(0), guestsAsked, nil)
			if !strings.Contains(first, "wish 3") {
				t.Fatal("nothing was suggested, or the test does not see it")
			}
			for name, leak := range map[string]func(ctx context.Context, tx *storage.Tx, i int, m feedback.Marks) error{
				"": nil,
				"the box is written by those alone who suggest": func(ctx context.Context, tx *storage.Tx, i int, m feedback.Marks) error {
					if m.Suggestion == "" {
						return nil
					}
					return tx.PutDrawn(ctx, fmt.Sprint("suggested/", i), "2027-12")
				},
				"the order in which they came": func(ctx context.Context, tx *storage.Tx, i int, m feedback.Marks) error {
					return tx.AddFeedback(ctx, "log", "of", "all", "2027-01", feedback.Sum{By: "n", Value: fmt.Sprintf("%02d %s", i, m.Suggestion), N: 1})
				},
				"what else was answered": func(ctx context.Context, tx *storage.Tx, i int, m feedback.Marks) error {
					return tx.AddFeedback(ctx, "log", "of", "all", "2027-01", feedback.Sum{By: "n", Value: fmt.Sprint(i, m.Suggestion, m.Answers["heard"]), N: 1})
				},
			} {
				second := linked(t, driver, shifted(7), guestsAsked, leak)
				if same := first == second; same != (leak == nil) {
					t.Errorf("%q: the two houses are the same: %t\n%s", name, same, firstDifference(first, second))
				}
			}
		})
	}
}

const linkPeople = 18

// shifted is who gives whose answers.
func shifted(n int) []int {
	out := make([]int, linkPeople)
	for i := range out {
		out[i] = (i + n) % linkPeople
	}
	return out
}

// asked is a form and what people answer to it.
type asked struct {
	model, form string
	marks       func(i int, dice *rand.Rand) feedback.Marks
}

var adultsAsked = asked{"turvaverkko-adult", "adult", func(_ int, dice *rand.Rand) feedback.Marks {
	return feedback.Marks{Answers: map[string]int{"situation": 1 + dice.IntN(5), "safety": 1 + dice.IntN(5), "alone": 1 + dice.IntN(5)}}
}}

// guestsAsked suggest something, but for every second.
var guestsAsked = asked{"sakki", "guest", func(i int, dice *rand.Rand) feedback.Marks {
	m := feedback.Marks{Answers: map[string]int{"heard": 1 + dice.IntN(3), "would-come": 1 + dice.IntN(3)}}
	if i%2 == 1 {
		m.Suggestion = fmt.Sprint("wish ", i)
	}
	return m
}}

// linked is a house's database in normal form after all have answered: the i-th of the people gives the answers of mine[i].
func linked(t *testing.T, driver string, mine []int, asks asked, leak func(ctx context.Context, tx *storage.Tx, i int, m feedback.Marks) error) string {
	clock := storagetest.NewClock()
	options := storagetest.Options(t, driver)
	options.Now = clock.Now
	storagetest.Anew(t, options)
	db := storagetest.OpenWith(t, options)
	o := storagetest.Furnish(t, db)
	dice := rand.New(rand.NewPCG(18, 7))
	given := make([]feedback.Marks, linkPeople)
	for i := range given {
		given[i] = asks.marks(i, dice)
	}
	way := feedback.Way{Unit: o.Unit.ID, Model: asks.model, Version: 1, Form: asks.form}
	offer := o.Adults.ID
	if asks.model != o.Adults.Model {
		offer = o.Offer(t, db, asks.model).ID
	}
	var codes, room []intake.Code
	storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) (err error) {
		for range 2 {
			_, sheet, err := feedback.Give(ctx, tx, o.Models, o.Worker, feedback.Wanted{Offer: offer, Form: asks.form, Kind: feedback.Slip, N: 12, Last: "2027-01-31"})
			if codes = append(codes, sheet...); err != nil {
				return err
			}
		}
		_, room, err = feedback.Give(ctx, tx, o.Models, o.Worker, feedback.Wanted{Offer: offer, Form: asks.form, Kind: feedback.Room, N: 6})
		return err
	})
	days := []string{}
	for i := range mine {
		right := codes[i].String()
		if i%3 == 1 {
			storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) (err error) {
				right, _, err = feedback.Draw(ctx, tx, o.Models, fmt.Sprint("episode/", i), way)
				return err
			})
		}
		if i < 3 {
			right = room[0].String()
		} else {
			clock.Add(time.Duration(1+dice.IntN(9)) * time.Hour)
		}
		days = append(days, string(clock.Today()))
		storagetest.Update(t, db, func(ctx context.Context, tx *storage.Tx) error {
			_, err := feedback.Answer(ctx, tx, o.Models, right, given[mine[i]])
			if err == nil && leak != nil {
				err = leak(ctx, tx, i, given[mine[i]])
			}
			return err
		})
	}
	text := normal(t, db)
	if leak == nil && strings.Contains(text, "feedback") {
		for _, day := range slices.Compact(days) {
			if day == days[0] {
				continue // the device in the room is good for that day
			}
			if i := strings.Index(text, day); i >= 0 {
				t.Errorf("a day of answering stands in the database: %q", text[max(0, i-120):i+20])
			}
		}
	}
	return text
}

var randomWord = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[A-Z2-7]{26}\b`)

// normal is all rows of the house and of the keys' list in the order in which they lie, with the order of their versions, boxes opened,
// and random words and fingerprints written as such.
func normal(t *testing.T, db *storage.DB) string {
	t.Helper()
	in := storagetest.Look(t, db)
	var b strings.Builder
	for _, table := range in.Tables(in.House) {
		if table == "account" || table == "session" || strings.HasPrefix(table, "goose") {
			continue // nothing of those who answer; hashes of passwords
		}
		var rows []string
		eachRow(t, in.House, table, func(row string) { rows = append(rows, row) })
		if unordered(in, table) {
			slices.Sort(rows)
		}
		b.WriteString(table + "\n" + strings.Join(rows, "\n") + "\n")
	}
	if in.Driver == "postgres" {
		b.WriteString(versions(t, in))
	}
	for _, box := range db.OpenFeedback(t.Context()) {
		b.WriteString(randomWord.ReplaceAllString(box, "?") + "\n")
	}
	var listed []string
	eachRow(t, in.Keys, "ended", func(row string) { listed = append(listed, row) })
	return b.String() + strings.Join(listed, "\n")
}

// unordered tells whether a table's rows lie by a random key, so that their order is nobody's doing.
func unordered(in *storagetest.Inside, table string) bool {
	return strings.HasPrefix(table, "feedback_") && in.Driver == "sqlite"
}

// eachRow calls with each row as it lies, bytes told by their length and random words as such.
func eachRow(t *testing.T, of *sql.DB, table string, with func(row string)) {
	t.Helper()
	rows, err := of.QueryContext(context.WithoutCancel(t.Context()), `SELECT * FROM "`+table+`"`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row, into := make([]any, len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, v := range row {
			if bytes, ok := v.([]byte); ok {
				v = fmt.Sprintf("<%d>", len(bytes))
			}
			fmt.Fprintf(&b, "%v|", v)
		}
		with(randomWord.ReplaceAllString(b.String(), "?"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// versions is the order in which PostgreSQL's rows were written last, over all tables.
func versions(t *testing.T, in *storagetest.Inside) string {
	t.Helper()
	type version struct {
		xid   int64
		table string
	}
	var all []version
	for _, table := range in.Tables(in.House) {
		rows, err := in.House.QueryContext(context.WithoutCancel(t.Context()), `SELECT xmin::text::bigint FROM "`+table+`" ORDER BY ctid`)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			v := version{table: table}
			if err := rows.Scan(&v.xid); err != nil {
				t.Fatal(err)
			}
			all = append(all, v)
		}
		rows.Close()
	}
	slices.SortStableFunc(all, func(a, b version) int { return int(a.xid - b.xid) })
	var b strings.Builder
	for _, v := range all {
		b.WriteString(v.table + " ")
	}
	return b.String() + "\n"
}

func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return "got " + x[i] + "\nand " + y[i]
		}
	}
	return fmt.Sprintf("%d and %d lines", len(x), len(y))
}
