package store

import (
	"context"
	"database/sql"
	"slices"
)

// hotStatements run for each message, feed and article, and for each of the many who may leave at once. They are prepared once: doing it anew
// would cost as much as running them.
type hotStatements struct {
	sending, due, journal             hot // deliveries
	take, held, settle                hotList
	past, feed, grown                 hot // feeds
	article, edit, key, strong, alias hot // articles
	known, depart, stop               hot // departures
}

func (h *hotStatements) prepare(ctx context.Context, db *sql.DB) error {
	for text, statement := range map[string]*hot{
		sendingText: &h.sending, dueText: &h.due, journalText: &h.journal,
		takeText: &h.take.hot, heldText: &h.held.hot, settleText: &h.settle.hot,
		pastText: &h.past, feedText: &h.feed, grownText: &h.grown,
		articleText: &h.article, editText: &h.edit, namedText: &h.key, strongText: &h.strong, aliasText: &h.alias,
		knownText: &h.known, departText: &h.depart, stopText: &h.stop,
	} {
		prepared, err := db.PrepareContext(ctx, text)
		if err != nil {
			return err
		}
		statement.Stmt = prepared
	}
	return nil
}

// hot is a prepared statement that runs within transactions, which close what they make of it.
type hot struct{ *sql.Stmt }

func (h hot) query(ctx context.Context, tx *sql.Tx, args ...any) (*sql.Rows, error) {
	return tx.StmtContext(ctx, h.Stmt).QueryContext(ctx, args...) //nolint:sqlclosecheck // the transaction does
}

func (h hot) exec(ctx context.Context, tx *sql.Tx, args ...any) (sql.Result, error) {
	return tx.StmtContext(ctx, h.Stmt).ExecContext(ctx, args...) //nolint:sqlclosecheck // the transaction does
}

// hotList is a hot statement that begins with a list of ids, which always has the same length: where there are fewer, the last stands for those
// that are missing.
type hotList struct{ hot }

// The ids are the first values of such a statement, as hotBinds has them; others follow from $17.
const (
	hotListed = 16
	hotBinds  = `$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16`
)

// each runs the statement as often as it takes, and returns how many rows that changed. Other values come after those of the list.
func (h hotList) each(ctx context.Context, tx *sql.Tx, ids []string, others ...any) (changed int, err error) {
	for chunk := range slices.Chunk(ids, hotListed) {
		n, err := affected(h.exec(ctx, tx, filled(chunk, others)...))
		if err != nil {
			return changed, err
		}
		changed += int(n)
	}
	return changed, nil
}

// queryEach is each for a statement that returns rows.
func queryEach[T any](ctx context.Context, tx *sql.Tx, h hotList, scan func(scanner) (T, error), ids []string, others ...any) (all []T, err error) {
	for chunk := range slices.Chunk(ids, hotListed) {
		rows, err := h.query(ctx, tx, filled(chunk, others)...)
		some, err := collect(rows, err, scan)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

func filled(ids []string, others []any) []any {
	args := anys(nil, ids)
	for range hotListed - len(ids) {
		args = append(args, ids[len(ids)-1])
	}
	return append(args, others...)
}
