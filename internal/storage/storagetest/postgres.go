package storagetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver's name is pgx

	"rinnalla.fi/rinnalla/internal/id"
	"rinnalla.fi/rinnalla/internal/seal"
	"rinnalla.fi/rinnalla/internal/storage"
)

// Server is the variable with the address of a PostgreSQL server whose user may create databases.
const Server = "RINNALLA_TEST_POSTGRES"

// The templates of this day and schema: two databases, brought up to date once and copied for every test.
var template = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	admin, err := sql.Open("pgx", os.Getenv(Server))
	if err != nil {
		return "", err
	}
	defer admin.Close()
	one, err := admin.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer one.Close()
	// Packages are tested side by side: one of them makes the templates.
	if _, err := one.ExecContext(ctx, "SELECT pg_advisory_lock(7466001)"); err != nil {
		return "", err
	}
	defer one.ExecContext(ctx, "SELECT pg_advisory_unlock(7466001)")
	name := "rinnalla_template_" + time.Now().UTC().Format("20060102") + "_" + fingerprint()
	return name, makeTemplate(ctx, one, name)
})

func fingerprint() string {
	sum := sha256.Sum256([]byte(storage.Schema("postgres")))
	return hex.EncodeToString(sum[:5])
}

func makeTemplate(ctx context.Context, one *sql.Conn, name string) error {
	var there int
	// The keys' template comes last, so that it tells of both.
	if err := one.QueryRowContext(ctx, "SELECT count(*) FROM pg_database WHERE datname = $1", name+"_keys").Scan(&there); err != nil || there > 0 {
		return err
	}
	if err := dropOld(ctx, one); err != nil {
		return err
	}
	draft := "rinnalla_draft_" + short()
	for _, d := range []string{draft, draft + "_keys"} {
		if _, err := one.ExecContext(ctx, "CREATE DATABASE "+d); err != nil {
			return err
		}
	}
	ring, err := seal.NewKeyring(make([]byte, seal.KeySize))
	if err != nil {
		return err
	}
	db, err := storage.Open(ctx, storage.Options{Driver: "postgres", URL: at(draft), KeysURL: at(draft + "_keys"), Keyring: ring})
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	for _, suffix := range []string{"", "_keys"} {
		for _, q := range []string{"DROP DATABASE IF EXISTS " + name + suffix, "ALTER DATABASE " + draft + suffix + " RENAME TO " + name + suffix} {
			if err := patiently(ctx, one, q); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropOld drops templates of other days, and drafts that a killed test left.
func dropOld(ctx context.Context, one *sql.Conn) error {
	yesterday := "rinnalla_template_" + time.Now().UTC().AddDate(0, 0, -1).Format("20060102")
	found, err := one.QueryContext(ctx, `SELECT datname FROM pg_database
		WHERE datname LIKE 'rinnalla\_draft\_%' OR (datname LIKE 'rinnalla\_template\_%' AND datname < $1)`, yesterday)
	if err != nil {
		return err
	}
	defer found.Close()
	var old []string
	for found.Next() {
		var d string
		if err := found.Scan(&d); err != nil {
			return err
		}
		old = append(old, d)
	}
	found.Close()
	for _, d := range old {
		if _, err := one.ExecContext(ctx, "DROP DATABASE IF EXISTS "+d); err != nil {
			return err
		}
	}
	return found.Err()
}

// patiently waits for a connection that is just being closed on the server's side.
func patiently(ctx context.Context, one *sql.Conn, query string) (err error) {
	for range 100 {
		if _, err = one.ExecContext(ctx, query); err == nil || !strings.Contains(err.Error(), "55006") {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
	return err
}

// pair makes two databases for one test and gives their addresses.
func pair(t *testing.T) (house, keys string) {
	t.Helper()
	if os.Getenv(Server) == "" {
		t.Fatalf("set %s to the address of a PostgreSQL server, such as postgres://postgres@127.0.0.1:5432/postgres: "+
			"what works on SQLite alone does not count as working (go test -short leaves PostgreSQL out)", Server)
	}
	from, err := template()
	if err != nil {
		t.Fatalf("make the template databases: %v", err)
	}
	admin, err := sql.Open("pgx", os.Getenv(Server))
	if err != nil {
		t.Fatal(err)
	}
	name := "rinnalla_test_" + short()
	t.Cleanup(func() {
		defer admin.Close()
		for _, suffix := range []string{"", "_keys"} {
			if _, err := admin.Exec("DROP DATABASE IF EXISTS " + name + suffix + " WITH (FORCE)"); err != nil {
				t.Errorf("drop the test's database: %v", err)
			}
		}
	})
	for _, suffix := range []string{"", "_keys"} {
		if _, err := admin.ExecContext(t.Context(), fmt.Sprintf("CREATE DATABASE %s%s TEMPLATE %s%s", name, suffix, from, suffix)); err != nil {
			t.Fatalf("make the test's database: %v", err)
		}
	}
	return at(name), at(name + "_keys")
}

func short() string { return strings.ReplaceAll(id.New(), "-", "")[:16] }

// at is the server's address with another database's name.
func at(name string) string {
	u, err := url.Parse(os.Getenv(Server))
	if err != nil {
		return ""
	}
	u.Path = "/" + name
	return u.String()
}
