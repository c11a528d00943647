package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"

	"rinnalla.fi/rinnalla/internal/access"
	"rinnalla.fi/rinnalla/internal/fault"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/storage"
	"rinnalla.fi/rinnalla/internal/web/outside"
)

// gatewayRoutes are what an SMS gateway calls (docs/sms-gateway.md).
func (s *Server) gatewayRoutes(add adder) {
	add("POST /gateway/sms/{secret}", access.Open, s.smsReply, outside.Anything)
}

// smsReply hears from the gateway that a text message came. Of all it carries only the number is read, to find whom the
// worker should be told of; what was written goes nowhere. The answer is the same whether the number is known (D-187).
func (s *Server) smsReply(w http.ResponseWriter, q *Ask) error {
	given, ours := sha256.Sum256([]byte(q.PathValue("secret"))), sha256.Sum256([]byte(s.ReplySecret))
	if s.ReplySecret == "" || subtle.ConstantTimeCompare(given[:], ours[:]) != 1 {
		return notFound()
	}
	from := outside.RepliedFrom(q.Request)
	if from == "" {
		return fault.New(fault.Invalid, "form.unreadable")
	}
	err := s.DB.Update(q.Context(), func(tx *storage.Tx) error { return outgoing.Replied(q.Context(), tx, from) })
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
