package courier

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"rinnalla.fi/rinnalla/internal/outgoing"
)

// Gateway hands text messages to an SMS gateway by HTTP, as docs/sms-gateway.md tells: one POST of JSON a message.
type Gateway struct {
	url    string
	token  string
	sender string
	client *http.Client
}

// GatewaySettings say where the gateway is. One on this machine may speak without TLS; any other must have it.
type GatewaySettings struct {
	URL    string
	Token  string // Bearer; "" sends none
	Sender string // the name or number that the reader sees: neutral
}

// patience is how long the gateway may take to answer.
const patience = 20 * time.Second

// NewGateway checks the settings; nothing is dialled yet.
func NewGateway(s GatewaySettings) (*Gateway, error) {
	u, err := url.Parse(s.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("sms_url must be a whole http or https address")
	}
	if u.Scheme == "http" && !Loopback(u.Hostname()) {
		return nil, errors.New("sms_url must be https, unless the gateway is on this machine")
	}
	if len(s.Sender) > 16 || !outgoing.Fits(s.Sender) {
		return nil, errors.New("sms_sender must be a number, or a name of at most eleven plain letters")
	}
	// A redirect would hand the number to somebody who was not named.
	client := &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{Proxy: nil, MaxIdleConns: 2, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true}}
	return &Gateway{url: s.URL, token: s.Token, sender: s.Sender, client: client}, nil
}

// Loopback tells whether a host is this machine.
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// order is what the gateway is asked.
type order struct {
	ID   string `json:"id"`
	To   string `json:"to"`
	From string `json:"from,omitempty"`
	Text string `json:"text"`
}

func (g *Gateway) carry(ctx context.Context, l outgoing.Leaving) error {
	body, err := json.Marshal(order{ID: l.Key(), To: l.To(), From: g.sender, Text: l.Text()})
	if err != nil {
		return ErrRefused
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url, bytes.NewReader(body))
	if err != nil {
		return ErrRefused
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", l.Key())
	r.Header.Set("User-Agent", "")
	if g.token != "" {
		r.Header.Set("Authorization", "Bearer "+g.token)
	}
	answer, err := g.client.Do(r)
	if err != nil {
		return errors.New("the SMS gateway could not be reached") // its own words may hold the number
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, 4<<10)) // so that the connection can be used again; nothing is read of it
	return verdict(answer.StatusCode)
}

// verdict reads the gateway's answer. What it says of this message stays the same; what it says of us or of itself (no
// right, no money, busy, broken) may be mended, and the message waits for that.
func verdict(status int) error {
	switch status {
	case http.StatusConflict: // it has this very message already
		return nil
	case http.StatusBadRequest, http.StatusNotFound, http.StatusGone, http.StatusUnprocessableEntity, http.StatusUnavailableForLegalReasons:
		return fmt.Errorf("%w (status %d)", ErrRefused, status)
	}
	if status/100 == 2 {
		return nil
	}
	return fmt.Errorf("the SMS gateway answered %d", status)
}
