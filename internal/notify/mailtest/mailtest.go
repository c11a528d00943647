// Package mailtest is a real mail server for tests: it takes letters over SMTP, keeps them, and refuses what it is told to.
package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// Letter is what was handed over: who was named on the envelope, the letter itself, and whether the line was encrypted.
type Letter struct {
	From, To, Text string
	TLS            bool
}

// Server is a mail server on this machine.
type Server struct {
	Address string
	mu      sync.Mutex
	kept    []Letter
	tried   []Letter // with those that it then refused
	visits  int
	atTo    *smtp.SMTPError
	atEnd   *smtp.SMTPError
}

// Open starts a server for the length of the test. With a certificate it offers STARTTLS. listen is where, such as
// 127.0.0.1:0.
func Open(t *testing.T, listen string, certificate *tls.Certificate) *Server {
	t.Helper()
	s := &Server{}
	server := smtp.NewServer(s)
	if certificate != nil {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*certificate}, MinVersion: tls.VersionTLS12}
	}
	l, err := net.Listen("tcp4", listen)
	if err != nil {
		t.Fatal(err)
	}
	s.Address = l.Addr().String()
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return s
}

// RefuseReader has the server answer with a status when a reader is named; 0 takes everybody again. Its words name them.
func (s *Server) RefuseReader(status int) { s.set(&s.atTo, status) }

// RefuseLetter has the server read the whole letter and then answer with a status; 0 takes it again.
func (s *Server) RefuseLetter(status int) { s.set(&s.atEnd, status) }

func (s *Server) set(which **smtp.SMTPError, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*which = nil
	if status != 0 {
		*which = &smtp.SMTPError{Code: status, EnhancedCode: smtp.EnhancedCode{status / 100, 0, 0}, Message: "refused"}
	}
}

// Kept are the letters that were taken.
func (s *Server) Kept() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Letter(nil), s.kept...)
}

// Tried are all letters that came to their end, also those it then refused.
func (s *Server) Tried() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Letter(nil), s.tried...)
}

// Visits is how many connections said hello.
func (s *Server) Visits() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.visits
}

// NewSession is go-smtp's.
func (s *Server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.visits++
	return &visit{server: s, conn: c}, nil
}

type visit struct {
	server *Server
	conn   *smtp.Conn
	letter Letter
}

func (v *visit) Reset()        { v.letter = Letter{} }
func (v *visit) Logout() error { return nil }

func (v *visit) Mail(from string, _ *smtp.MailOptions) error {
	v.letter.From = from
	return nil
}

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	v.server.mu.Lock()
	defer v.server.mu.Unlock()
	if e := v.server.atTo; e != nil {
		return &smtp.SMTPError{Code: e.Code, EnhancedCode: e.EnhancedCode, Message: "not for " + to}
	}
	v.letter.To = to
	return nil
}

func (v *visit) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	_, v.letter.TLS = v.conn.TLSConnectionState()
	v.letter.Text = string(text)
	v.server.mu.Lock()
	defer v.server.mu.Unlock()
	v.server.tried = append(v.server.tried, v.letter)
	if v.server.atEnd != nil {
		return v.server.atEnd
	}
	v.server.kept = append(v.server.kept, v.letter)
	return nil
}

// Certificate is one for addresses and names, signed by itself, and the roots that trust it.
func Certificate(t *testing.T, names ...string) (*tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		} else {
			c.DNSNames = append(c.DNSNames, n)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, roots
}
