package app

import (
	"crypto/tls"
	"net"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
)

// inTheClear tells the settings by which people's words would cross a network unencrypted (ASVS 12.2.1, 12.3.1).
func (s Settings) inTheClear() (wrong []string) {
	if u, err := url.Parse(s.BaseURL); err == nil && u.Scheme == "http" && !thisMachine(u.Hostname()) {
		wrong = append(wrong, "base_url must be https, unless it is an address of this machine")
	}
	for name, address := range map[string]string{"database": s.Database, "keys": s.Keys} {
		if address != "" && !sealedWay(address) {
			wrong = append(wrong, name+" is on another machine: its address must end in sslmode=verify-full (or verify-ca)")
		}
	}
	return wrong
}

func thisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || (ip != nil && ip.IsLoopback())
}

// sealedWay tells whether every way to a database is on this machine or by TLS to a server that proves its name. An
// address that cannot be read is told elsewhere.
func sealedWay(address string) bool {
	c, err := pgx.ParseConfig(address)
	if err != nil {
		return true
	}
	good := func(host string, t *tls.Config) bool {
		return strings.HasPrefix(host, "/") || thisMachine(host) || (t != nil && (!t.InsecureSkipVerify || t.VerifyPeerCertificate != nil))
	}
	for _, f := range c.Fallbacks {
		if !good(f.Host, f.TLSConfig) {
			return false
		}
	}
	return good(c.Host, c.TLSConfig)
}

// keyBesideData tells that the master key lies in the folder whose thief it is to keep out (design 4.1).
func (s Settings) keyBesideData() bool {
	data, err := filepath.Abs(s.Data)
	key, err2 := filepath.Abs(s.MasterKey)
	if err != nil || err2 != nil || s.Database != "" {
		return false
	}
	way, err := filepath.Rel(data, key)
	return err == nil && filepath.IsLocal(way)
}
