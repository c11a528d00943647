// Package pins holds the chosen modules in go.mod until the rooms that use them open.
package pins

import (
	_ "github.com/a-h/templ"
	_ "github.com/emersion/go-smtp"
	_ "github.com/expr-lang/expr"
	_ "github.com/go-webauthn/webauthn/webauthn"
	_ "github.com/goccy/go-yaml"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/nicksnyder/go-i18n/v2/i18n"
	_ "github.com/pquerna/otp/totp"
	_ "github.com/pressly/goose/v3"
	_ "github.com/santhosh-tekuri/jsonschema/v6"
	_ "github.com/wneessen/go-mail"
	_ "golang.org/x/crypto/argon2"
	_ "golang.org/x/text/collate"
	_ "golang.org/x/tools/txtar"
	_ "modernc.org/sqlite"
)
