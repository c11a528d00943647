package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rinnalla.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSettingsFileThenEnvironment(t *testing.T) {
	path := write(t, "listen: 127.0.0.1:9000\nbase_url: https://apua.example.fi\n")
	s, err := ReadSettings(path, true, func(k string) string {
		return map[string]string{"RINNALLA_LISTEN": "127.0.0.1:9999"}[k]
	})
	if err != nil || s.Listen != "127.0.0.1:9999" || s.BaseURL != "https://apua.example.fi" || s.ExitURL != DefaultExitURL {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestSettingsTellsEveryMistake(t *testing.T) {
	path := write(t, "base_url: not an address\ntls_cert: a.pem\ndatabase: postgres://x/a\nkeys: postgres://x/a\nsmtp: mail:25\nsms_token: a\nsms_token_file: b\nsms_reply_secret: short\n")
	_, err := ReadSettings(path, true, func(string) string { return "" })
	for _, want := range []string{"base_url", "tls_cert and tls_key", "another database", "mail_from", "sms_url is needed", "one or the other", "at least 32"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to name %q", err, want)
		}
	}
}

func TestSettingsRefusesUnknownKey(t *testing.T) {
	if _, err := ReadSettings(write(t, "listn: x\n"), true, func(string) string { return "" }); err == nil || !strings.Contains(err.Error(), "listn") {
		t.Errorf("got %v, want the misspelt key named", err)
	}
	if _, err := ReadSettings(filepath.Join(t.TempDir(), "none.yaml"), true, os.Getenv); err == nil {
		t.Error("a file that was asked for and is missing must be an error")
	}
}
