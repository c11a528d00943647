package storagetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver's name is pgx

	"rinnalla.fi/rinnalla/internal/id"
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
	err := makeEmpty(storage.Options{Driver: "postgres", URL: at(draft), KeysURL: at(draft + "_keys")})
	if err != nil {
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

// dropOld drops what was made on other days, and drafts that a killed test left.
func dropOld(ctx context.Context, one *sql.Conn) error {
	yesterday := time.Now().UTC().AddDate(0, 0, -1).Format("20060102")
	found, err := one.QueryContext(ctx, `SELECT datname FROM pg_database WHERE datname LIKE 'rinnalla\_draft\_%'
		OR datname LIKE 'rinnalla\_template\_%' AND datname < 'rinnalla_template_' || $1::text
		OR datname LIKE 'rinnalla\_test\_%' AND datname < 'rinnalla_test_' || $1::text`, yesterday)
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
		if _, err := one.ExecContext(ctx, "DROP DATABASE IF EXISTS "+d+" WITH (FORCE)"); err != nil {
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

// pair gives one test two databases to itself and returns their addresses. Making a database takes a second where a
// disk is busy, so those of earlier tests are emptied and used again; a lock tells which are free, also after a test
// was killed.
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
	one, err := claiming()
	if err != nil {
		t.Fatalf("reach PostgreSQL: %v", err)
	}
	// The connection outlives the test, so nothing of the test may cut it short.
	ctx := context.WithoutCancel(t.Context())
	name, err := claim(ctx, one, from)
	if err != nil {
		t.Fatalf("get databases for the test: %v", err)
	}
	t.Cleanup(func() { taken.Delete(name) })
	return at(name), at(name + "_keys")
}

// taken are the pairs that a test of this process has now: what the server's lock, which is the process's, does not tell apart.
var taken sync.Map

// claiming is the connection that holds the locks of this process. With the process it ends, and the locks with it.
var claiming = sync.OnceValues(func() (*sql.Conn, error) {
	admin, err := sql.Open("pgx", os.Getenv(Server))
	if err != nil {
		return nil, err
	}
	return admin.Conn(context.Background())
})

// claim locks the first pair that is free and makes it empty.
func claim(ctx context.Context, one *sql.Conn, from string) (name string, err error) {
	for n := 1; ; n++ {
		name = fmt.Sprintf("%s_%d", strings.Replace(from, "template", "test", 1), n)
		var mine, there bool
		if err := one.QueryRowContext(ctx, "SELECT pg_try_advisory_lock(7466002, hashtext($1))", name).Scan(&mine); err != nil {
			return "", err
		}
		if !mine {
			continue
		}
		if _, busy := taken.LoadOrStore(name, true); busy {
			continue
		}
		// The keys' database is made last, so that it tells of both.
		err := one.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name+"_keys").Scan(&there)
		if err != nil {
			return "", err
		}
		for _, suffix := range []string{"", "_keys"} {
			if there {
				err = empty(ctx, one, name+suffix)
			} else {
				err = remake(ctx, one, name+suffix, from+suffix)
			}
			if err != nil {
				return "", err
			}
		}
		return name, nil
	}
}

func remake(ctx context.Context, one *sql.Conn, name, from string) error {
	if _, err := one.ExecContext(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
		return err
	}
	return patiently(ctx, one, "CREATE DATABASE "+name+" TEMPLATE "+from)
}

// emptied does something to every table, such as deleting its rows. Truncating makes a new file of every table that one of them points to
// and of their indexes, forty milliseconds a database. The server's own checks of deleting are left out: nothing stays that
// could point anywhere.
func emptied(by string) string {
	return `DO $$
	DECLARE t text;
	BEGIN
		SET LOCAL session_replication_role = replica;
		FOR t IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'goose_db_version' LOOP
			EXECUTE format('` + by + `', t);
		END LOOP;
	END $$`
}

// Anew gives a database of Options new files on PostgreSQL, for a test that reads the order of rows: where others have been
// deleted before, new ones lie in their places.
func Anew(t *testing.T, o storage.Options) {
	t.Helper()
	if o.Driver != "postgres" {
		return
	}
	for _, address := range []string{o.URL, o.KeysURL} {
		db, err := sql.Open("pgx", address)
		if err != nil {
			t.Fatal(err)
		}
		_, err = db.ExecContext(t.Context(), emptied("TRUNCATE %s CASCADE"))
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatalf("give the database new files: %v", err)
		}
	}
}

// empty ends what a killed test left running in the database, and empties it.
func empty(ctx context.Context, one *sql.Conn, name string) error {
	if _, err := one.ExecContext(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name); err != nil {
		return err
	}
	db, err := sql.Open("pgx", at(name))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, emptied("DELETE FROM %s"))
	return errors.Join(err, db.Close())
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
