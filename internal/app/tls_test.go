package app

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// certificate writes one for this machine, and gives who trusts it.
func certificate(t *testing.T, dir string) (cert, key string, trust *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	shape := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, shape, shape, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key, trust = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), x509.NewCertPool()
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if !trust.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})) {
		t.Fatal("the certificate is none")
	}
	return cert, key, trust
}

// A house with a certificate of its own: old versions of TLS are refused, plain HTTP is not answered, every answer asks
// the browser to come by https alone for years, and the one cookie is bound to this host (ASVS 3.3.1, 3.3.3, 3.4.1, 12.1.1).
func TestServeOverTLS(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	cert, key, trust := certificate(t, dir)
	address := freeAddress(t)
	env := func(k string) string {
		return map[string]string{"RINNALLA_LISTEN": address, "RINNALLA_BASE_URL": "https://" + address, "RINNALLA_TLS_CERT": cert, "RINNALLA_TLS_KEY": key}[k]
	}
	ctx, stop := context.WithCancel(t.Context())
	var out, log outs
	done := make(chan int, 1)
	go func() { done <- Run(ctx, IO{&out, &log, env}, []string{"serve"}) }()
	defer func() {
		stop()
		if code := <-done; code != 0 {
			t.Errorf("serve ended with %d\n%s", code, log.String())
		}
	}()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	waitAnswer(t, client, "https://"+address+"/health")

	for version, taken := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		c, err := tls.Dial("tcp", address, &tls.Config{RootCAs: trust, MinVersion: version, MaxVersion: version})
		if (err == nil) != taken {
			t.Errorf("%s: %v, want it taken: %v", tls.VersionName(version), err, taken)
		}
		if err == nil {
			c.Close()
		}
	}
	if plain, err := http.Get("http://" + address + "/"); err == nil {
		plain.Body.Close()
		if plain.StatusCode != http.StatusBadRequest {
			t.Errorf("plain HTTP is answered %d", plain.StatusCode)
		}
	}
	for _, path := range []string{"/", "/nowhere", "/exit", "/health", "/static/site.css", "/desk"} {
		a := answer(t, client, http.MethodGet, "https://"+address+path)
		if got := a.Header.Get("Strict-Transport-Security"); got != "max-age=63072000; includeSubDomains" {
			t.Errorf("%s: Strict-Transport-Security is %q", path, got)
		}
	}
	link := regexp.MustCompile(`https://\S+/sign-in/link/\S+`).FindString(out.String())
	set := answer(t, client, http.MethodPost, link).Header.Get("Set-Cookie")
	if !strings.HasPrefix(set, "__Host-rinnalla=") || !strings.Contains(set, "; Secure") || !strings.Contains(set, "; Path=/") || strings.Contains(set, "Domain") {
		t.Errorf("the cookie reads %q…, want it bound to this host", strings.SplitN(set, "=", 2)[0])
	}
}

func answer(t *testing.T, client *http.Client, method, url string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	a.Body.Close()
	return a
}

func waitAnswer(t *testing.T, client *http.Client, url string) {
	t.Helper()
	for range 200 {
		a, err := client.Get(url)
		if err == nil {
			a.Body.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the house does not answer")
}
