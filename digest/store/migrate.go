package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// schemaTable is where goose counts the migrations that were made. Its name tells our databases from others.
const schemaTable = "tidings_schema"

// migrate brings the schema up to date. Several processes may do so at once: each migration is a transaction, so one of them
// makes it, and the others fail, wait a moment, look again, and find it made. The very first connection may fail too, since SQLite
// does not wait for a lock where it turns a new file to WAL.
func (s *Store) migrate(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		err := s.refuseForeign(ctx)
		if err == nil {
			err = s.migrateOnce(ctx)
		}
		if err == nil || attempt == 10 || ctx.Err() != nil || errors.As(err, new(*unfitSchema)) {
			return err
		}
		select {
		case <-time.After(time.Duration(attempt) * 20 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

func (s *Store) migrateOnce(ctx context.Context) error {
	provider, err := s.provider()
	if err != nil {
		return fmt.Errorf("store %s: %w", s.path, err)
	}
	have, known, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if have > known {
		return &unfitSchema{fmt.Sprintf("store %s: a newer Tidings made it (its schema is %d, this program knows up to %d); upgrade tidings", s.path, have, known)}
	}
	_, err = provider.Up(ctx)
	return err
}

func (s *Store) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, s.write, files, goose.WithTableName(schemaTable), goose.WithDisableGlobalRegistry(true))
}

// unfitSchema is the error for a database that is not for this program, now or later.
type unfitSchema struct{ why string }

func (e *unfitSchema) Error() string { return e.why }

// refuseForeign keeps us from making our tables in the database of another program.
func (s *Store) refuseForeign(ctx context.Context) error {
	var ours, tables int
	err := s.write.QueryRowContext(ctx,
		`SELECT COUNT(CASE WHEN name = $1 THEN 1 END), COUNT(*) FROM sqlite_master WHERE type = 'table'`, schemaTable).Scan(&ours, &tables)
	if err != nil {
		return err
	}
	if tables > 0 && ours == 0 {
		return &unfitSchema{fmt.Sprintf("store %s: this is the database of another program; name another file", s.path)}
	}
	return nil
}
