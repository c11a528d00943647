package web

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/bill"
	"rinnalla.fi/rinnalla/internal/calendar"
	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/ui"
)

// billingRoutes take out the basis of a bill. What leaves the house asks for a proof of who takes it.
func (s *Server) billingRoutes(add adder) {
	add("GET /billing", access.Coordinate.Fresh(), s.askBill)
	add("POST /billing", access.Coordinate.Fresh(), s.showBill, "payer", "first", "last", "format")
}

// billPage is the form, and the bill as it would be.
type billPage struct {
	Frame       ui.StaffPage
	Payers      []commitment.Payer
	Payer       string
	First, Last string
	Bill        *commitment.Bill
	Mistakes    ui.Mistakes
}

// askBill begins with the month that is over.
func (s *Server) askBill(w http.ResponseWriter, q *Ask) error {
	month := calendar.Date(calendar.LocalOf(q.Now, q.zone()).Day.Month() + "-01")
	last := month.Add(-1)
	return s.answerBill(w, q, billPage{First: last.Month() + "-01", Last: string(last)}, nil)
}

func (s *Server) answerBill(w http.ResponseWriter, q *Ask, v billPage, wrong error) error {
	v.Frame, v.Mistakes = s.staffPage(q, q.P.T("billing.title"), "commitments"), ui.MistakesOf(q.P, wrong)
	v.Frame.Wrong = wrong != nil
	err := s.DB.View(q.Context(), func(tx *storage.Tx) (err error) {
		v.Payers, err = tx.Payers(q.Context())
		return err
	})
	if err != nil {
		return err
	}
	return s.show(w, q, statusOf(wrong), billView(q, v))
}

// showBill shows the bill on the page, or writes it as a file.
func (s *Server) showBill(w http.ResponseWriter, q *Ask) error {
	v := billPage{Payer: q.PostFormValue("payer"), First: q.PostFormValue("first"), Last: q.PostFormValue("last")}
	format := q.PostFormValue("format")
	if format != "" && !slices.Contains(bill.Formats, format) {
		return s.answerBill(w, q, v, fault.New(fault.Invalid, "form.choice"))
	}
	var b commitment.Bill
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) (err error) { // taking out is noted
		b, err = commitment.BillFor(q.Context(), tx, s.Models, q.By, commitment.PayerID(v.Payer), dayOf(q, "first"), dayOf(q, "last"))
		return err
	})
	if fault.Is(err, fault.Invalid) {
		return s.answerBill(w, q, v, err)
	}
	if err != nil {
		return err
	}
	if format == "" {
		v.Bill = &b
		return s.answerBill(w, q, v, nil)
	}
	var file bytes.Buffer
	if err := bill.Write(&file, format, b, q.P); err != nil {
		return err
	}
	w.Header().Set("Content-Type", bill.Kind(format))
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", bill.Name(b, format)))
	_, _ = w.Write(file.Bytes()) // when the reader went away, nothing more can be said to them
	return nil
}
