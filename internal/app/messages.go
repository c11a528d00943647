package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"rinnalla.fi/rinnalla/internal/courier"
	"rinnalla.fi/rinnalla/internal/job"
	"rinnalla.fi/rinnalla/internal/notify"
	"rinnalla.fi/rinnalla/internal/outgoing"
	"rinnalla.fi/rinnalla/internal/storage"
)

// newCourier puts together the ways by which messages to clients may travel. A house without them sends none, and its
// staff see what could not be told.
func newCourier(s Settings) (*courier.Courier, error) {
	var sms *courier.Gateway
	var mail *notify.Sender
	if s.SMSURL != "" {
		token, err := s.smsToken()
		if err != nil {
			return nil, err
		}
		if sms, err = courier.NewGateway(courier.GatewaySettings{URL: s.SMSURL, Token: token, Sender: s.SMSSender}); err != nil {
			return nil, fmt.Errorf("settings: %w", err)
		}
	}
	if s.SMTP != "" && s.MessageFrom != "" {
		var err error
		if mail, err = notify.New(notify.Server{Address: s.SMTP, User: s.SMTPUser, Password: s.SMTPPassword, From: s.MessageFrom}); err != nil {
			return nil, fmt.Errorf("settings: %w", err)
		}
	}
	return courier.New(sms, mail), nil
}

// smsToken is the gateway's token, from its file where one is named.
func (s Settings) smsToken() (string, error) {
	if s.SMSTokenFile == "" {
		return s.SMSToken, nil
	}
	text, err := os.ReadFile(s.SMSTokenFile)
	if err != nil {
		return "", fmt.Errorf("read sms_token_file: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// sendDue carries every message that may leave now. Each is taken in a transaction, carried outside of any, and settled
// in a transaction together with what came of it: whatever happens in between, at most one message is repeated.
func (h *house) sendDue(ctx context.Context, db *storage.DB, _ job.Job) error {
	for {
		var l outgoing.Leaving
		var ok, more bool
		err := db.Update(ctx, func(tx *storage.Tx) (err error) {
			l, ok, more, err = outgoing.Take(ctx, tx, h.courier.Can)
			return err
		})
		if err != nil {
			return err
		}
		if ok {
			if err := h.carry(ctx, db, l); err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
	}
}

// carry hands one message over and keeps what came of it, also when the house is being stopped meanwhile.
func (h *house) carry(ctx context.Context, db *storage.DB, l outgoing.Leaving) error {
	went := h.courier.Carry(ctx, l)
	ctx = context.WithoutCancel(ctx)
	if went != nil {
		h.log.Warn("a message to a client could not be sent", "channel", string(l.Channel()), "for_good", errors.Is(went, courier.ErrRefused))
	}
	return db.Update(ctx, func(tx *storage.Tx) error {
		if went != nil {
			return outgoing.NotDone(ctx, tx, l.ID(), errors.Is(went, courier.ErrRefused))
		}
		return outgoing.Done(ctx, tx, l.ID())
	})
}
