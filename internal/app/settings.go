package app

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
)

// Settings are read once, at the start, from a YAML file and then the environment, and handed down. Each key of the
// file has a variable of the same name in capitals with RINNALLA_ before it, which wins.
type Settings struct {
	Listen    string `yaml:"listen"`     // host:port, 127.0.0.1:8080 unless said
	BaseURL   string `yaml:"base_url"`   // the address people use; https in real use
	Data      string `yaml:"data"`       // folder of the database and the backup list
	Database  string `yaml:"database"`   // "" for SQLite in Data, or a postgres:// address
	Keys      string `yaml:"keys"`       // "" for SQLite in Data, or a postgres:// address of another database
	MasterKey string `yaml:"master_key"` // file with the master key; keep it apart from Data
	Models    string `yaml:"models"`     // a folder of service models of one's own (docs/new-service.md); "" is none
	ExitURL   string `yaml:"exit_url"`   // the neutral page that "leave at once" opens
	TLSCert   string `yaml:"tls_cert"`   // certificate and key, when no proxy stands before us
	TLSKey    string `yaml:"tls_key"`
	// TrustedProxy is the address of the proxy whose X-Forwarded-For we believe; "" believes nobody.
	TrustedProxy string `yaml:"trusted_proxy"`
	SMTP         string `yaml:"smtp"` // host:port of the mail server, "" sends no letters
	SMTPUser     string `yaml:"smtp_user"`
	SMTPPassword string `yaml:"smtp_password"`
	MailFrom     string `yaml:"mail_from"`    // of letters to staff
	MessageFrom  string `yaml:"message_from"` // of messages to clients: a neutral name and domain; "" sends none by mail
	SMSURL       string `yaml:"sms_url"`      // of the SMS gateway (docs/sms-gateway.md); "" sends no text messages
	SMSToken     string `yaml:"sms_token"`
	SMSTokenFile string `yaml:"sms_token_file"`
	SMSSender    string `yaml:"sms_sender"` // the name or number that the reader sees: neutral
	// SMSReplySecret is the last part of the address to which the gateway tells of replies; "" takes none.
	SMSReplySecret string `yaml:"sms_reply_secret"`
	// The organisation's own sign-in by OpenID Connect (decision 0044). "" leaves it out.
	OIDCIssuer     string `yaml:"oidc_issuer"`
	OIDCClient     string `yaml:"oidc_client"`
	OIDCSecretFile string `yaml:"oidc_secret_file"`
	OIDCDomain     string `yaml:"oidc_domain"`      // of staff's addresses; "" takes any that the provider has verified
	Leaked         string `yaml:"leaked_passwords"` // a file of hashes, sorted; "" is none
	OIDCMFA        string `yaml:"oidc_mfa"`         // words of amr or acr, one of which is asked for; "" is mfa, "none" asks for none
	// FirstCoordinator is whom the first start's link is for, "Name <address>".
	FirstCoordinator string `yaml:"first_coordinator"`
	LogLevel         string `yaml:"log_level"` // debug, info, warn, error
	// Backups: two folders, whom each file is encrypted to (age recipients), how many days each is kept, how often one
	// is made while the house serves. ErasedList is the second copy of what has ended.
	Backup        string `yaml:"backup"`
	BackupKeys    string `yaml:"backup_keys"`
	BackupFor     string `yaml:"backup_for"`
	BackupKeysFor string `yaml:"backup_keys_for"`
	BackupDays    string `yaml:"backup_days"`
	BackupKeyDays string `yaml:"backup_key_days"`
	BackupEvery   string `yaml:"backup_every"`
	ErasedList    string `yaml:"erased_list"`
}

// DefaultExitURL is a page that loads fast, is plausible and knows nothing of its reader (D-171).
const DefaultExitURL = "https://www.ilmatieteenlaitos.fi/"

func (s *Settings) variables() map[string]*string {
	return map[string]*string{
		"LISTEN": &s.Listen, "MODELS": &s.Models, "BASE_URL": &s.BaseURL, "DATA": &s.Data, "DATABASE": &s.Database, "KEYS": &s.Keys, "MASTER_KEY": &s.MasterKey,
		"EXIT_URL": &s.ExitURL, "TLS_CERT": &s.TLSCert, "TLS_KEY": &s.TLSKey, "TRUSTED_PROXY": &s.TrustedProxy, "SMTP": &s.SMTP,
		"SMTP_USER": &s.SMTPUser, "SMTP_PASSWORD": &s.SMTPPassword, "MAIL_FROM": &s.MailFrom, "FIRST_COORDINATOR": &s.FirstCoordinator,
		"LOG_LEVEL": &s.LogLevel, "MESSAGE_FROM": &s.MessageFrom, "SMS_URL": &s.SMSURL, "SMS_TOKEN": &s.SMSToken, "SMS_TOKEN_FILE": &s.SMSTokenFile,
		"OIDC_ISSUER": &s.OIDCIssuer, "OIDC_CLIENT": &s.OIDCClient, "OIDC_SECRET_FILE": &s.OIDCSecretFile, "OIDC_DOMAIN": &s.OIDCDomain, "OIDC_MFA": &s.OIDCMFA,
		"LEAKED_PASSWORDS": &s.Leaked,
		"SMS_SENDER":       &s.SMSSender, "SMS_REPLY_SECRET": &s.SMSReplySecret,
		"BACKUP": &s.Backup, "BACKUP_KEYS": &s.BackupKeys, "BACKUP_FOR": &s.BackupFor, "BACKUP_KEYS_FOR": &s.BackupKeysFor,
		"BACKUP_DAYS": &s.BackupDays, "BACKUP_KEY_DAYS": &s.BackupKeyDays, "BACKUP_EVERY": &s.BackupEvery, "ERASED_LIST": &s.ErasedList,
	}
}

// ReadSettings reads the file, which may be missing when path is the default, then the environment.
func ReadSettings(path string, must bool, env func(string) string) (Settings, error) {
	s := Settings{}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !must:
	case err != nil:
		return s, fmt.Errorf("read settings: %w", err)
	default:
		if err := yaml.UnmarshalWithOptions(text, &s, yaml.Strict()); err != nil {
			return s, fmt.Errorf("settings in %s:\n%s", path, yaml.FormatError(err, false, true))
		}
	}
	for name, field := range s.variables() {
		if v := env("RINNALLA_" + name); v != "" {
			*field = v
		}
	}
	s.complete()
	return s, s.check()
}

// complete gives what nobody said its default.
func (s *Settings) complete() {
	s.Listen = cmp.Or(s.Listen, "127.0.0.1:8080")
	s.Data = cmp.Or(s.Data, "data")
	s.ExitURL = cmp.Or(s.ExitURL, DefaultExitURL)
	s.LogLevel = cmp.Or(s.LogLevel, "info")
	s.FirstCoordinator = cmp.Or(s.FirstCoordinator, "Koordinaattori <koordinaattori@rinnalla.invalid>")
	s.BaseURL = cmp.Or(s.BaseURL, "http://"+s.Listen)
	s.MasterKey = cmp.Or(s.MasterKey, filepath.Join(s.Data, "master.key"))
	s.Backup = cmp.Or(s.Backup, filepath.Join(s.Data, "backup"))
	s.BackupKeys = cmp.Or(s.BackupKeys, filepath.Join(s.Data, "backup-keys"))
	s.BackupDays = cmp.Or(s.BackupDays, "35")
	s.BackupKeyDays = cmp.Or(s.BackupKeyDays, "14")
	s.BackupEvery = cmp.Or(s.BackupEvery, "24h")
	if s.Database == "" { // PostgreSQL has the list in the keys' database, for all machines alike
		s.ErasedList = cmp.Or(s.ErasedList, filepath.Join(s.Data, "erased.list"))
	}
}

// check tells every mistake at once.
func (s Settings) check() error {
	var wrong []string
	for name, address := range map[string]string{"base_url": s.BaseURL, "exit_url": s.ExitURL} {
		if u, err := url.Parse(address); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			wrong = append(wrong, name+" must be a whole http or https address")
		}
	}
	wrong = append(wrong, s.inTheClear()...)
	if (s.TLSCert == "") != (s.TLSKey == "") {
		wrong = append(wrong, "tls_cert and tls_key go together")
	}
	if s.Database != "" && !strings.HasPrefix(s.Database, "postgres") {
		wrong = append(wrong, "database must be empty (SQLite) or a postgres:// address")
	}
	if (s.Database == "") != (s.Keys == "") {
		wrong = append(wrong, "database and keys are both empty or both postgres:// addresses")
	}
	if s.Database != "" && s.Database == s.Keys {
		wrong = append(wrong, "keys must be another database than database, so that old backups cannot bring erased people back")
	}
	if s.SMTP != "" && s.MailFrom == "" {
		wrong = append(wrong, "mail_from is needed with smtp")
	}
	wrong = append(wrong, s.checkMessages()...)
	wrong = append(wrong, s.checkOrganisation()...)
	if _, err := mail.ParseAddress(s.FirstCoordinator); err != nil {
		wrong = append(wrong, "first_coordinator must be like Name <address@example.fi>")
	}
	if _, err := s.backups(); err != nil {
		wrong = append(wrong, err.Error())
	}
	if len(wrong) > 0 {
		return errors.New("settings: " + strings.Join(wrong, "; "))
	}
	return nil
}

// shortestSecret is the least that the address for replies must hold, so that nobody guesses it.
const shortestSecret = 32

// checkMessages are the mistakes in how messages to clients travel.
func (s Settings) checkMessages() (wrong []string) {
	if s.MessageFrom != "" && s.SMTP == "" {
		wrong = append(wrong, "smtp is needed with message_from")
	}
	if s.SMSToken != "" && s.SMSTokenFile != "" {
		wrong = append(wrong, "sms_token and sms_token_file are one or the other")
	}
	if s.SMSURL == "" && (s.SMSToken != "" || s.SMSTokenFile != "" || s.SMSSender != "") {
		wrong = append(wrong, "sms_url is needed with the other sms settings")
	}
	if s.SMSReplySecret != "" && len(s.SMSReplySecret) < shortestSecret {
		wrong = append(wrong, "sms_reply_secret must have at least 32 characters")
	}
	return wrong
}
