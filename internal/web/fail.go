package web

import (
	"bytes"
	"net/http"
	"strconv"

	"rinnalla.fi/rinnalla/internal/fault"
)

// statuses is what each kind of refusal is to a browser, once for all pages.
var statuses = map[fault.Kind]int{
	fault.Internal: http.StatusInternalServerError, fault.Invalid: http.StatusUnprocessableEntity, fault.NotFound: http.StatusNotFound,
	fault.Conflict: http.StatusConflict, fault.SignIn: http.StatusUnauthorized, fault.TooMany: http.StatusTooManyRequests,
	fault.TooLarge: http.StatusRequestEntityTooLarge, fault.Unavailable: http.StatusServiceUnavailable, fault.Forbidden: http.StatusForbidden,
}

// statusOf is the status of a page that says what was refused; nothing was: 200.
func statusOf(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return statuses[fault.Of(err).Kind]
}

// keptMark stands in the address to which one goes on after keeping something of a client's. What was kept may have met the
// mark of another party, and then it goes on with somebody else: the page says so kindly. It asks nothing and says the same
// of whatever is not there or not the reader's, so that it tells nobody anything that the address did not (decision 0049).
const keptMark = "?kept=1"

// kept tells whether the address is one to which one goes on after keeping something.
func (q *Ask) kept() bool {
	return q.Method == http.MethodGet && q.URL.RawQuery == keptMark[1:] && q.PathValue("id") != ""
}

// fail turns whatever came of a request into a page, once. "Not here" and "not yours" are one page. An internal fault's
// cause goes to the log; faults hold nothing about a person.
func (s *Server) fail(w http.ResponseWriter, q *Ask, err error) {
	f := fault.Of(err)
	if f.Kind == fault.Internal {
		s.Log.Error("fault", "pattern", q.Pattern, "error", f.Error())
	}
	if f.Kind == fault.TooMany {
		if seconds, ok := f.Args["seconds"].(int); ok {
			w.Header().Set("Retry-After", strconv.Itoa(seconds))
		}
	}
	if f.Kind == fault.SignIn && isJSON(q.Request) {
		refuseJSON(w, q, f)
		return
	}
	var page bytes.Buffer
	shown := s.refusal(q, f)
	switch {
	case f.Key == "account.again" && q.By.Staff():
		shown = againPage(s.againView(q, s.wayBack(q)))
	case f.Kind == fault.SignIn:
		shown = signInPage(s.signInNeeded(q, f))
	case f.Kind == fault.NotFound && q.By.Staff() && q.kept():
		shown = s.goesOnElsewhere(q)
	}
	if err := shown.Render(q.Context(), &page); err != nil {
		s.Log.Error("fault", "pattern", q.Pattern, "error", err.Error())
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(statuses[f.Kind])
	if q.Method != http.MethodHead {
		w.Write(page.Bytes())
	}
}
