package app

import (
	"strings"
	"testing"
)

// Nothing crosses a network unencrypted, nor to a server that has not proved its name.
func TestSettingsRefuseTheClear(t *testing.T) {
	for address, refused := range map[string]bool{
		"https://apua.example.fi": false, "http://127.0.0.1:8080": false, "http://localhost:8080": false, "http://[::1]:8080": false,
		"http://apua.example.fi": true, "http://192.0.2.7:8080": true,
	} {
		s := Settings{BaseURL: address}
		s.complete()
		if err := s.check(); (err != nil) != refused || refused && !strings.Contains(err.Error(), "base_url must be https") {
			t.Errorf("base_url %s: %v, want it refused: %v", address, err, refused)
		}
	}
	for address, refused := range map[string]bool{
		"postgres://rinnalla@/rinnalla": false, "postgres://rinnalla@127.0.0.1/rinnalla": false, "postgres:///r?host=/run/postgresql": false,
		"postgres://db.example/r?sslmode=verify-full": false, "postgres://db.example/r?sslmode=verify-ca": false,
		"postgres://db.example/r": true, "postgres://db.example/r?sslmode=require": true, "postgres://db.example/r?sslmode=disable": true,
		"postgres://127.0.0.1,db.example/r?sslmode=prefer": true, "postgres:///r?host=db.example": true,
	} {
		s := Settings{Database: address, Keys: strings.Replace(address, "/r", "/k", 1)}
		s.complete()
		err := s.check()
		if (err != nil) != refused || refused && !strings.Contains(err.Error(), "sslmode=verify-full") {
			t.Errorf("database %s: %v, want it refused: %v", address, err, refused)
		}
	}
}

func TestKeyBesideData(t *testing.T) {
	for _, c := range []struct {
		data, key, database string
		want                bool
	}{
		{"data", "", "", true}, {"data", "data/keys/master.key", "", true}, {"/srv/r", "/srv/r/../r/master.key", "", true},
		{"data", "master.key", "", false}, {"/srv/r", "/run/credentials/master.key", "", false}, {"/srv/r", "/srv/r2/master.key", "", false},
		{"data", "", "postgres://rinnalla@/rinnalla", false},
	} {
		s := Settings{Data: c.data, MasterKey: c.key, Database: c.database}
		s.complete()
		if got := s.keyBesideData(); got != c.want {
			t.Errorf("data %s, key %s, database %s: got %v", s.Data, s.MasterKey, s.Database, got)
		}
	}
}
