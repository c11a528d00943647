package bill

import (
	"io"

	"github.com/xuri/excelize/v2"

	"rinnalla.fi/rinnalla/internal/commitment"
	"rinnalla.fi/rinnalla/internal/locale"
)

// writeXLSX writes words as words and counts as numbers. A word that looks like a formula stays a word: it is never set
// as anything else.
func writeXLSX(w io.Writer, b commitment.Bill, p *locale.Printer) error {
	f := excelize.NewFile()
	defer f.Close()
	s := sheet{f: f, name: p.T("billing.sheet")}
	s.err = f.SetSheetName(f.GetSheetName(0), s.name)
	s.row(title(b, p))
	s.at++
	first := s.at + 1
	for _, h := range heads(b, p) {
		s.head = append(s.head, h)
	}
	s.row(s.head...)
	for _, l := range b.Lines {
		s.row(cells(b, l, p)...)
	}
	s.row(total(b, p)...)
	s.bold(first, s.at)
	if s.err == nil {
		s.err = f.SetDocProps(&excelize.DocProperties{Title: p.T("billing.sheet"), Creator: "Rinnalla", LastModifiedBy: "Rinnalla"})
	}
	if s.err != nil {
		return s.err
	}
	return f.Write(w)
}

// sheet is filled row by row; the first failure stays.
type sheet struct {
	f    *excelize.File
	name string
	at   int
	head []any
	err  error
}

func (s *sheet) row(values ...any) {
	s.at++
	for i, v := range values {
		at, err := excelize.CoordinatesToCellName(i+1, s.at)
		switch v := v.(type) {
		case int:
			s.keep(err, func() error { return s.f.SetCellInt(s.name, at, int64(v)) })
		case string:
			s.keep(err, func() error { return s.f.SetCellStr(s.name, at, v) })
		}
	}
}

func (s *sheet) keep(err error, do func() error) {
	if s.err == nil {
		s.err = err
	}
	if s.err == nil {
		s.err = do()
	}
}

// bold marks the heads and the sum, and gives the columns room.
func (s *sheet) bold(rows ...int) {
	style, err := s.f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	for _, row := range rows {
		s.keep(err, func() error { return s.f.SetRowStyle(s.name, row, row, style) })
	}
	s.keep(nil, func() error { return s.f.SetColWidth(s.name, "A", "F", 22) })
}
