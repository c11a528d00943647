package storage

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations keymigrations
var migrations embed.FS

// migrate brings one database to this program's schema. Each migration is whole or has not been. sealed tells that times
// which had stood in the open were sealed.
func migrate(ctx context.Context, db *sql.DB, dialect database.Dialect, folder string, make timesMaker) (sealed bool, err error) {
	return migrateTo(ctx, db, dialect, folder, 0, make)
}

// migrateTo brings one database to the schema of that number; 0 is this program's.
func migrateTo(ctx context.Context, db *sql.DB, dialect database.Dialect, folder string, to int64, make timesMaker) (sealed bool, err error) {
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return false, err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if dialect == database.DialectPostgres {
		one, err := lock.NewPostgresSessionLocker() // two machines may start at once
		if err != nil {
			return false, err
		}
		options = append(options, goose.WithSessionLocker(one))
	}
	if driver, ok := strings.CutPrefix(folder, "migrations/"); ok {
		options = append(options, goose.WithGoMigrations(sealTimesStep(driver, make, &sealed), sealDaysStep(driver, make, &sealed), roomsStep(driver, make)))
	}
	p, err := goose.NewProvider(dialect, db, files, options...)
	if err != nil {
		return false, fmt.Errorf("%s: %w", folder, err)
	}
	has, knows, err := p.GetVersions(ctx)
	if err != nil {
		return false, fmt.Errorf("%s: %w", folder, err)
	}
	if max(has, to) > knows {
		return false, fmt.Errorf("the database has schema %d and this program knows %d (%s): use the newer program", max(has, to), knows, folder)
	}
	if to == 0 {
		to = knows
	}
	if has == to {
		return sealed, nil
	}
	if has > to {
		return false, fmt.Errorf("the database has schema %d already, and schema %d is needed (%s): give an empty one", has, to, folder)
	}
	if _, err = p.UpTo(ctx, to); err != nil {
		return false, fmt.Errorf("%s: %w", folder, err)
	}
	return sealed, nil
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
