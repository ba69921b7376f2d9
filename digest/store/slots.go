package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// SlotOutcome is what became of a slot of a newsletter's schedule.
type SlotOutcome string

// The outcomes of a slot.
const (
	SlotIssued SlotOutcome = "issued" // an issue was frozen
	SlotEmpty  SlotOutcome = "empty"  // nothing new, or too little
	SlotMissed SlotOutcome = "missed" // found too late
)

// SlotInfo is a slot and what became of it.
type SlotInfo struct {
	Slot    time.Time
	Outcome SlotOutcome
	Note    string
}

// wrongClock is how far ahead a record must lie for the clock that made it to have been wrong: those of several machines differ by less.
const wrongClock = time.Hour

// Start is when the daemon first ran the newsletter, which is now if it never did: slots before it were not missed. A start that lies
// ahead was recorded by a clock that was wrong, and becomes now.
func (s *Store) Start(ctx context.Context, newsletter string, now time.Time) (time.Time, error) {
	var started stamp
	err := s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO newsletters (name, started) VALUES ($1, $2)
			ON CONFLICT (name) DO UPDATE SET started = excluded.started WHERE newsletters.started > excluded.started`, newsletter, stamp(now))
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT started FROM newsletters WHERE name = $1`, newsletter).Scan(&started)
	})
	return time.Time(started), err
}

// Joined is when the newsletter began, as far as the store tells: what there was before is older than it. It is zero if the store has nothing
// of it.
func (s *Store) Joined(ctx context.Context, newsletter string) (time.Time, error) {
	var joined stamp
	err := s.read.QueryRowContext(ctx, `
		SELECT MIN(q.at) FROM (
			SELECT started AS at FROM newsletters WHERE name = $1
			UNION ALL SELECT slot FROM slots WHERE newsletter = $1
			UNION ALL SELECT created FROM issues WHERE newsletter = $1) q`, newsletter).Scan(&joined)
	return time.Time(joined), s.explain(err)
}

// LastSlot is the latest slot of the newsletter up to a moment that is recorded, whatever became of it; zero if none is. One that was passed
// over by a clock far ahead of now does not count.
func (s *Store) LastSlot(ctx context.Context, newsletter string, until, now time.Time) (time.Time, error) {
	var last stamp
	err := s.read.QueryRowContext(ctx, `
		SELECT MAX(slot) FROM slots WHERE newsletter = $1 AND slot <= $2 AND (outcome = 'issued' OR recorded <= $3)`,
		newsletter, stamp(until), stamp(now.Add(wrongClock))).Scan(&last)
	return time.Time(last), s.explain(err)
}

// RecordSlot records what became of a slot for which no issue is frozen. The error is ErrTaken if the slot is recorded already.
func (s *Store) RecordSlot(ctx context.Context, newsletter string, slot time.Time, outcome SlotOutcome, note string, now time.Time) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		return takeSlot(ctx, tx, newsletter, slot, outcome, note, nil, now)
	})
}

// takeSlot records a slot, with the issue that was frozen for it if there is one. A slot that was passed over by a clock far ahead of now is
// free again.
func takeSlot(ctx context.Context, tx *sql.Tx, newsletter string, slot time.Time, outcome SlotOutcome, note string, issue any, now time.Time) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM slots WHERE newsletter = $1 AND slot = $2 AND outcome <> 'issued' AND recorded > $3`,
		newsletter, stamp(slot), stamp(now.Add(wrongClock)))
	if err != nil {
		return err
	}
	added, err := insert(ctx, tx, `INSERT INTO slots (newsletter, slot, outcome, note, issue, recorded)`, `ON CONFLICT (newsletter, slot) DO NOTHING`,
		[][]any{{newsletter, stamp(slot), string(outcome), note, issue, stamp(now)}})
	if err == nil && added == 0 {
		return fmt.Errorf("%s: slot %s: %w", newsletter, slot.Format(time.RFC3339), ErrTaken)
	}
	return err
}

// SlotsRecorded returns the last slots of the newsletter, newest first.
func (s *Store) SlotsRecorded(ctx context.Context, newsletter string, limit int) ([]SlotInfo, error) {
	scan := func(row scanner) (info SlotInfo, err error) {
		err = row.Scan((*stamp)(&info.Slot), &info.Outcome, &info.Note)
		return info, err
	}
	infos, err := query(ctx, s.read, scan, `SELECT slot, outcome, note FROM slots WHERE newsletter = $1 ORDER BY slot DESC LIMIT $2`, newsletter, limit)
	return infos, s.explain(err)
}
