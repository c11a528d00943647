package storage

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations keymigrations
var migrations embed.FS

// migrate brings one database to this program's schema. Each migration is whole or has not been.
func migrate(ctx context.Context, db *sql.DB, dialect database.Dialect, folder string) error {
	return migrateTo(ctx, db, dialect, folder, 0)
}

// migrateTo brings one database to the schema of that number; 0 is this program's.
func migrateTo(ctx context.Context, db *sql.DB, dialect database.Dialect, folder string, to int64) error {
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if dialect == database.DialectPostgres {
		one, err := lock.NewPostgresSessionLocker() // two machines may start at once
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(one))
	}
	p, err := goose.NewProvider(dialect, db, files, options...)
	if err != nil {
		return fmt.Errorf("%s: %w", folder, err)
	}
	has, knows, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", folder, err)
	}
	if max(has, to) > knows {
		return fmt.Errorf("the database has schema %d and this program knows %d (%s): use the newer program", max(has, to), knows, folder)
	}
	if to == 0 {
		to = knows
	}
	if has == to {
		return nil
	}
	if has > to {
		return fmt.Errorf("the database has schema %d already, and schema %d is needed (%s): give an empty one", has, to, folder)
	}
	if _, err := p.UpTo(ctx, to); err != nil {
		return fmt.Errorf("%s: %w", folder, err)
	}
	return nil
}

// Schema is the text of all migrations for a driver, of both databases. Tests tell by it whether they know a schema.
func Schema(driver string) string {
	var all []byte
	for _, folder := range []string{"migrations/" + driver, "keymigrations/" + driver} {
		fs.WalkDir(migrations, folder, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				var text []byte
				text, err = migrations.ReadFile(path)
				all = append(append(all, path...), text...)
			}
			return err
		})
	}
	return string(all)
}
