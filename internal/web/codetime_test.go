package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/intake"
	"rinnalla.fi/rinnalla/internal/rights"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/webtest"
)

// ofLittle bounds what takes some hundredths of a millisecond, a row found or not being a part of it. A look more into the
// database takes half as long again, or twice.
const ofLittle = 1.35

// guesser types codes into the page, each time from a network of its own unless it says otherwise.
type guesser struct {
	*webtest.House
	t       *testing.T
	handler http.Handler
	asked   int
}

// A code that was never given, one whose days are over and one that was replaced take one time, by the page and in the
// action alone; and whoever has to wait is told so in one time, whatever they type (design 4.4, issue 3 point 4).
func TestCodesInOneTime(t *testing.T) {
	webtest.Each(t, func(t *testing.T, h *webtest.House) {
		g := &guesser{House: h, t: t, handler: h.Server.Handler()}
		expired := g.given()
		h.Clock.Add(15 * 24 * time.Hour)
		replaced, released := g.replaced(), g.released()
		for name, code := range map[string]intake.Code{"expired": expired, "replaced": replaced, "for a partner": released} {
			if said := g.enters(code); said != g.enters(intake.NewCode()) || !strings.Contains(said, "code.wrong") {
				t.Errorf("a code that is %s: %q", name, said)
			}
			unknown := intake.NewCode() // the same each time, as the other is
			best, ok := oneTimeWithin(ofLittle, func() { g.enters(unknown) }, func() { g.enters(code) })
			if t.Logf("%s, the action: %.2f", name, best); !ok {
				t.Errorf("a code that is %s is told from an unknown one: %.2f times the time", name, best)
			}
			best, ok = oneTime(func() { g.types(unknown, "", http.StatusUnprocessableEntity) }, func() { g.types(code, "", http.StatusUnprocessableEntity) })
			if t.Logf("%s, the page: %.2f", name, best); !ok {
				t.Errorf("the page tells a code that is %s from an unknown one: %.2f times the time", name, best)
			}
		}
		g.Clock.Add(2 * time.Hour) // so many wrong ones made everybody wait from the first one on
		right := g.given()
		const waits = "192.0.2.77"
		for range 5 {
			g.types(intake.NewCode(), waits, http.StatusUnprocessableEntity)
		}
		unknown := intake.NewCode()
		best, ok := oneTime(func() { g.types(unknown, waits, http.StatusTooManyRequests) }, func() { g.types(right, waits, http.StatusTooManyRequests) })
		if !ok {
			t.Errorf("who waits can tell a right code from a wrong one: %.2f times the time", best)
		}
		g.types(right, "192.0.2.78", http.StatusOK) // and nobody else waits for that
	})
}

// given is a code that was given and not used.
func (g *guesser) given() intake.Code {
	g.t.Helper()
	var made intake.Made
	g.Do(func(ctx context.Context, tx *storage.Tx) (err error) {
		made, err = intake.Make(ctx, tx, g.Models, access.Anyone(), intake.New{Offer: g.Offers[webtest.Adult].ID, Channel: intake.Form, Age: -1})
		return err
	})
	return made.Code
}

func (g *guesser) replaced() (old intake.Code) {
	g.t.Helper()
	g.Do(func(ctx context.Context, tx *storage.Tx) error {
		made, err := intake.Make(ctx, tx, g.Models, access.Anyone(), intake.New{Offer: g.Offers[webtest.Adult].ID, Channel: intake.Form, Age: -1})
		if err != nil {
			return err
		}
		old = made.Code
		_, err = intake.NewCodeFor(ctx, tx, g.Staff["noora"], intake.Holder{Request: made.Request.ID})
		return err
	})
	return old
}

// released is a code that shows a partner one fact, and is no return code.
func (g *guesser) released() (code intake.Code) {
	g.t.Helper()
	mine := g.given()
	g.Do(func(ctx context.Context, tx *storage.Tx) error {
		stay, err := intake.Enter(ctx, tx, mine)
		if err != nil {
			return err
		}
		code, _, err = rights.Give(ctx, tx, stay.Holder, "client", "social")
		return err
	})
	return code
}

// enters tries a code in the action alone, and tells how it was refused.
func (g *guesser) enters(code intake.Code) string {
	err := g.DB.Update(g.t.Context(), func(tx *storage.Tx) error {
		_, err := intake.Enter(g.t.Context(), tx, code)
		return err
	})
	return fmt.Sprint(err)
}

// types sends a code to the page from a network; "" is a new one.
func (g *guesser) types(code intake.Code, from string, want int) {
	g.asked++
	if from == "" {
		from = fmt.Sprintf("10.%d.%d.%d", 1+g.asked>>16, g.asked>>8&255, g.asked&255)
	}
	q := httptest.NewRequest(http.MethodPost, "/code", strings.NewReader(url.Values{"code": {code.String()}}.Encode()))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.RemoteAddr = from + ":99"
	out := httptest.NewRecorder()
	g.handler.ServeHTTP(out, q)
	if out.Code != want {
		g.t.Fatalf("the page answers %d, want %d", out.Code, want)
	}
}
