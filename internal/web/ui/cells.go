package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"rinnalla.fi/rinnalla/internal/locale"
)

// What stands in every row of a list is written here by hand: a page of fifty rows has hundreds of these, and the
// frame that a generated component puts around itself costs several times what it writes.

// pen writes a component. Everything but markup of our own goes through text, which escapes it.
type pen struct {
	io.Writer
	wrong error
}

// drawn is a component that a pen writes.
func drawn(draw func(p *pen)) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		p := pen{Writer: w}
		draw(&p)
		return p.wrong
	})
}

// mark writes markup: constants of this file.
func (p *pen) mark(s string) {
	if p.wrong == nil {
		_, p.wrong = io.WriteString(p.Writer, s)
	}
}

// text writes what comes from outside, in text or between an attribute's quotes.
func (p *pen) text(s string) { p.mark(templ.EscapeString(s)) }

// around writes a text between two pieces of markup.
func (p *pen) around(before, text, after string) {
	p.mark(before)
	p.text(text)
	p.mark(after)
}

// Words is a cell of plain text.
func Words(text string) templ.Component {
	return drawn(func(p *pen) { p.text(text) })
}

// Lines is a cell of a strong line and a quiet one under it.
func Lines(strong, soft string) templ.Component {
	return drawn(func(p *pen) {
		p.around("<strong>", strong, "</strong> ")
		if soft != "" {
			p.around(`<span class="under">`, soft, "</span>")
		}
	})
}

// Tag is a state as a word in a pill.
func Tag(t Tone, text string) templ.Component {
	return drawn(func(p *pen) {
		p.around(`<span class="tag `, string(t.or(Plain)), `">`)
		p.around("", text, "</span>")
	})
}

// LinkButton goes somewhere.
func LinkButton(a Action) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		p := pen{Writer: w}
		p.around(`<a href="`, a.URL, `" class="`)
		p.around("", a.class(), `"`)
		if p.wrong == nil && len(a.Attrs) > 0 {
			p.wrong = templ.RenderAttributes(ctx, w, a.Attrs)
		}
		p.around(">", a.Text, "")
		if a.About != "" {
			p.around(`<span class="unseen"> `, a.About, "</span>")
		}
		p.mark("</a>")
		return p.wrong
	})
}

// WaitClock says how long somebody has waited against the promise. Late is told by a word, a shape and the colour.
func WaitClock(l *locale.Printer, w Wait) templ.Component {
	return drawn(func(p *pen) {
		p.around(`<span class="wait `, string(w.tone()), `"><span class="wait-time">`)
		if w.late() {
			p.mark(`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false"><path d="M8 2l6.5 12h-13z" fill="currentColor"></path></svg> `)
		}
		p.around("", l.Duration(w.Now.Sub(w.Since)), "</span> ")
		if words := w.words(l); words != "" {
			p.bar(w.parts())
			p.around(` <span class="wait-words">`, words, "</span>")
		}
		p.mark("</span>")
	})
}

func bar(part string) templ.Component { return drawn(func(p *pen) { p.bar(part) }) }

func (p *pen) bar(part string) {
	p.around(`<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="bar-all" width="100" height="4"></rect><rect class="bar-part" width="`,
		part, `" height="4"></rect></svg>`)
}

// tableRows is a table's body. A cell is named by its column, for the cards of a phone.
func tableRows(g Grid) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		p := pen{Writer: w}
		opens, ends := make([]string, len(g.Cols)), make([]string, len(g.Cols))
		for i, c := range g.Cols {
			opens[i], ends[i] = c.cell(i == 0)
		}
		for _, r := range g.Rows {
			p.mark(`<tr role="row"`)
			if r.ID != "" {
				p.around(` id="`, r.ID, `"`)
			}
			p.mark(">")
			for i, cell := range r.Cells {
				p.mark(opens[i])
				if p.wrong == nil {
					p.wrong = cell.Render(ctx, w)
				}
				p.mark(ends[i])
			}
			p.mark("</tr>")
		}
		return p.wrong
	})
}

// cell is the markup before and after each cell of a column.
func (c Col) cell(first bool) (opens, ends string) {
	if first {
		return `<th role="rowheader" scope="row" class="` + classes("first", when(c.Num, "num")) + `">`, "</th>"
	}
	opens = `<td role="cell"`
	if class := classes(when(c.Num, "num"), when(c.Quiet, "do")); class != "" {
		opens += ` class="` + class + `"`
	}
	if !c.Quiet {
		opens += ` data-label="` + templ.EscapeString(c.Head) + `"`
	}
	return opens + ">", "</td>"
}
