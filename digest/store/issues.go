package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tidings/digest"
)

// IssueState is where an issue stands.
type IssueState string

// The states of an issue.
const (
	IssueSending   IssueState = "sending"   // some of its deliveries are unfinished
	IssuePaused    IssueState = "paused"    // stopped, for the reason in its note, until the admin resumes it
	IssueFinished  IssueState = "finished"  // nothing more will happen to any of its deliveries
	IssueCancelled IssueState = "cancelled" // stopped for good by the admin
)

// IssueInfo is what lists of issues show of one.
type IssueInfo struct {
	ID, Newsletter string
	Number         int
	Slot, Created  time.Time
	Manual         bool
	Title          string
	Articles       int
	State          IssueState
	Note           string // why it is paused
	Tally          map[digest.DeliveryState]int
}

// Issue returns a frozen issue with its pictures.
func (s *Store) Issue(ctx context.Context, id string) (is digest.Issue, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		var body string
		err := tx.QueryRowContext(ctx, `SELECT body FROM issues WHERE id = $1`, id).Scan(&body)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("issue %q: %w", id, ErrNotFound)
		}
		if err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(body), &is); err != nil {
			return fmt.Errorf("store %s: issue %s: %w", s.path, id, err)
		}
		is.Pictures, err = query(ctx, tx, scanPicture, `SELECT cid, type, data, width, height FROM pictures WHERE issue = $1 ORDER BY cid`, id)
		return err
	})
	return is, err
}

func scanPicture(row scanner) (p digest.Picture, err error) {
	err = row.Scan(&p.CID, &p.Type, &p.Data, &p.Width, &p.Height)
	return p, err
}

// Issues returns the last issues of the newsletter, or of all if it is "", newest first.
func (s *Store) Issues(ctx context.Context, newsletter string, limit int) ([]IssueInfo, error) {
	return s.infos(ctx, `WHERE newsletter = $1 OR $1 = '' ORDER BY created DESC, number DESC, id LIMIT $2`, newsletter, limit)
}

// Unfinished returns the issues of the newsletter, or of all if it is "", that are being sent, oldest first. Paused ones are not
// among them.
func (s *Store) Unfinished(ctx context.Context, newsletter string) ([]IssueInfo, error) {
	return s.infos(ctx, `WHERE state = 'sending' AND (newsletter = $1 OR $1 = '') ORDER BY created, number, id`, newsletter)
}

func (s *Store) infos(ctx context.Context, which string, args ...any) (infos []IssueInfo, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		infos, err = query(ctx, tx, scanInfo, `SELECT id, newsletter, number, slot, created, manual, title, articles, state, note FROM issues `+which, args...)
		if err != nil {
			return err
		}
		for i := range infos {
			if infos[i].Tally, err = tally(ctx, tx, infos[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	return infos, err
}

func scanInfo(row scanner) (i IssueInfo, err error) {
	err = row.Scan(&i.ID, &i.Newsletter, &i.Number, (*stamp)(&i.Slot), (*stamp)(&i.Created), &i.Manual, &i.Title, &i.Articles, &i.State, &i.Note)
	return i, err
}

// Paused returns the issues of the newsletter, or of all if it is "", that are paused, oldest first.
func (s *Store) Paused(ctx context.Context, newsletter string) ([]IssueInfo, error) {
	return s.infos(ctx, `WHERE state = 'paused' AND (newsletter = $1 OR $1 = '') ORDER BY created, number, id`, newsletter)
}

// ResumeIssue lets a paused issue be sent again. What was refused of it is due again at now, behind what was not tried yet: whatever
// stopped the issue may have been to blame. An issue that is not paused stays as it is.
func (s *Store) ResumeIssue(ctx context.Context, id string, now time.Time) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		state, err := issueState(ctx, tx, id)
		if err != nil || state != IssuePaused {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE issues SET state = 'sending', note = '' WHERE id = $1`, id); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE deliveries SET state = 'deferred', next = $2 WHERE issue = $1 AND state NOT IN ('queued', 'sending', 'sent') AND state = 'failed'`, id, stamp(now))
		return err
	})
}

// ReleaseHeld makes due what of an issue waits for the admin's word, and returns how many deliveries those were.
func (s *Store) ReleaseHeld(ctx context.Context, id string, now time.Time) (int, error) {
	return s.changeRows(ctx, `UPDATE deliveries SET next = $2 WHERE issue = $1 AND state IN ('queued', 'deferred', 'unknown') AND next >= $3`,
		id, stamp(now), stamp(Held()))
}

// PauseIssue stops an issue that is being sent: nothing of it is claimed any more, and what was claimed does not begin. The note says why.
func (s *Store) PauseIssue(ctx context.Context, id, note string) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		state, err := issueState(ctx, tx, id)
		if err != nil || state != IssueSending {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE issues SET state = 'paused', note = $2 WHERE id = $1`, id, note)
		return err
	})
}

// CancelIssue stops an unfinished issue for good, and returns how many of its deliveries it cancelled. What is on the wire arrives, or is
// cancelled once it is known not to.
func (s *Store) CancelIssue(ctx context.Context, id string) (cancelled int, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		state, err := issueState(ctx, tx, id)
		if err != nil || state != IssueSending && state != IssuePaused {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE issues SET state = 'cancelled', note = '' WHERE id = $1`, id); err != nil {
			return err
		}
		claimed, err := affected(tx.ExecContext(ctx, `
			UPDATE deliveries SET state = 'cancelled', leased_by = NULL
			WHERE `+leasedText+` AND state IN ('queued', 'deferred', 'unknown') AND NOT `+begun, id))
		if err != nil {
			return err
		}
		waiting, err := affected(tx.ExecContext(ctx, cancelText, id))
		cancelled = int(claimed + waiting)
		return err
	})
	return cancelled, err
}

// cancelText cancels what waits of a cancelled issue, or of all of them.
const cancelText = `
	UPDATE deliveries SET state = 'cancelled'
	WHERE issue IN (SELECT id FROM issues WHERE state = 'cancelled' AND (id = $1 OR $1 = ''))
		AND state IN ('queued', 'deferred', 'unknown') AND leased_by IS NULL`

// FinishIssue finishes an issue if none of its deliveries is unfinished, and tells whether it is finished.
func (s *Store) FinishIssue(ctx context.Context, id string) (finished bool, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE issues SET state = 'finished'
			WHERE id = $1 AND state IN ('sending', 'paused') AND NOT EXISTS (
				SELECT 1 FROM deliveries WHERE issue = $1 AND state IN ('queued', 'deferred', 'unknown') AND leased_by IS NULL
				UNION ALL
				SELECT 1 FROM deliveries WHERE `+leasedText+` AND NOT `+onRecord+`)`, id)
		if err != nil {
			return err
		}
		state, err := issueState(ctx, tx, id)
		finished = state == IssueFinished
		return err
	})
	return finished && err == nil, err
}

func issueState(ctx context.Context, tx *sql.Tx, id string) (IssueState, error) {
	states, err := query(ctx, tx, scanText, `SELECT state FROM issues WHERE id = $1`, id)
	if err == nil && len(states) == 0 {
		err = fmt.Errorf("issue %q: %w", id, ErrNotFound)
	}
	if err != nil {
		return "", err
	}
	return IssueState(states[0]), nil
}
