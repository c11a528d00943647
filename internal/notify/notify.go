// Package notify sends one letter to one address. Whether a letter may leave, and what it says, is decided before it
// comes here: a letter to staff never tells about a client (D-187), and a client gets none but by package courier.
package notify

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"rinnalla.fi/rinnalla/internal/id"
)

// Letter is plain text to one address.
type Letter struct {
	Key     string // the same whenever the same letter is sent again; "" for one of its own
	To      string
	Subject string
	Text    string
}

// Sender hands letters to one mail server.
type Sender struct {
	client *gomail.Client
	from   string
	domain string
}

// ErrRefused is a letter that will never be taken, whoever tries again.
var ErrRefused = errors.New("it was refused for good")

// Server says where the mail server is. A server on this machine may speak without TLS; any other must have it.
type Server struct {
	Address, User, Password string // Address is host:port
	From                    string
	Roots                   *x509.CertPool // whom to trust about its name; nil is this machine's own list
}

// New checks the settings and makes a sender; nothing is dialled yet.
func New(s Server) (*Sender, error) {
	host, port, err := net.SplitHostPort(s.Address)
	if err != nil {
		return nil, fmt.Errorf("smtp: %w", err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("smtp: the port must be a number")
	}
	from, err := mail.ParseAddress(s.From)
	if err != nil {
		return nil, fmt.Errorf("mail_from: %w", err)
	}
	options := []gomail.Option{gomail.WithPort(number), gomail.WithTimeout(20 * time.Second), gomail.WithHELO("localhost"), gomail.WithTLSPolicy(policy(host)),
		gomail.WithTLSConfig(&tls.Config{ServerName: host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12})}
	if s.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	c, err := gomail.NewClient(host, options...)
	return &Sender{client: c, from: s.From, domain: domainOf(from.Address)}, err
}

func policy(host string) gomail.TLSPolicy {
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return gomail.TLSOpportunistic
	}
	return gomail.TLSMandatory
}

// Send hands the letter over and returns when the server has taken it. The letter names neither this machine nor the
// program: its message id is random under the sender's own domain.
func (s *Sender) Send(ctx context.Context, l Letter) error {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := m.From(s.from); err != nil {
		return errors.Join(ErrRefused, errors.New("the sender's address is not one"))
	}
	if err := m.To(l.To); err != nil {
		return errors.Join(ErrRefused, errors.New("the reader's address is not one"))
	}
	m.Subject(l.Subject)
	m.SetMessageIDWithValue(cmp.Or(l.Key, id.New()) + "@" + s.domain)
	m.SetDate()
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	err := s.client.DialAndSendWithContext(ctx, m)
	var sending *gomail.SendError
	if errors.As(err, &sending) && !sending.IsTemp() && permanent(sending) {
		return ErrRefused
	}
	if err != nil {
		return errors.New("the mail server could not be reached or is busy") // its own words may hold the address
	}
	return nil
}

// permanent tells the answers that stay the same however often one asks.
func permanent(e *gomail.SendError) bool {
	switch e.Reason {
	case gomail.ErrSMTPMailFrom, gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose:
		return e.ErrorCode() >= 500
	}
	return false
}

func domainOf(address string) string {
	for i := len(address) - 1; i >= 0; i-- {
		if address[i] == '@' {
			return address[i+1:]
		}
	}
	return "localhost"
}
