package store

import (
	"context"
	"database/sql"
)

// hotStatements run for each message, feed and article, and for each of the many who may leave at once. They are prepared once: doing it anew
// would cost as much as running them.
type hotStatements struct {
	sending, due, begin, settle       hot // deliveries
	past, feed, grown                 hot // feeds
	article, edit, key, strong, alias hot // articles
	known, depart, stop               hot // departures
}

func (h *hotStatements) prepare(ctx context.Context, db *sql.DB) error {
	for text, statement := range map[string]*hot{
		sendingText: &h.sending, dueText: &h.due, beginText: &h.begin, settleText: &h.settle,
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
