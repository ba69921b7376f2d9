package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"tidings/digest"
)

const (
	// SignupLife is how long a sign-up can be confirmed.
	SignupLife = 7 * 24 * time.Hour
	// SignupPause is how long an address gets no other mail that asks for a confirmation while one waits for it.
	SignupPause = 24 * time.Hour

	signupKept = 30 * 24 * time.Hour // after its confirmation, so that its link still says so
)

// Signup is what somebody asked for by the form: to join. Nobody knows yet whether the address is theirs.
type Signup struct {
	ID                string // given when stored; it names the link that confirms
	digest.Subscriber        // Email, Name, Newsletters (never empty), Tags, Timezone, Language; ID once it is confirmed
	Asked             time.Time
	Confirmed         time.Time // zero: not yet
	Tries             int       // of sending its mail, the one under way among them
}

// AddSignup stores a sign-up, whose mail is then due, and counts it against the limits: the error is an *OverLimitError if one is used up. Of an address
// that was asked for too often the sign-up is stored all the same, and gets no mail: whoever the address belongs to, and however it stands, what is done
// here is the same.
func (s *Store) AddSignup(ctx context.Context, up Signup, ofAddress Limit, limits []Limit, now time.Time) error {
	var over *OverLimitError
	err := s.change(ctx, func(tx *sql.Tx) error {
		if err := use(ctx, tx, limits, now); errors.As(err, &over) {
			return nil // what was counted stays so
		} else if err != nil {
			return err
		}
		uses, err := countUse(ctx, tx, ofAddress, now)
		if err != nil {
			return err
		}
		next := stamp(now)
		if uses > ofAddress.Most {
			next = stamp{}
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO signups (id, address, email, name, newsletters, tags, timezone, language, asked, next)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			rand.Text(), digest.AddressKey(up.Email), up.Email, up.Name, list(up.Newsletters), list(up.Tags), up.Timezone, up.Language, stamp(now), next)
		return err
	})
	if err == nil && over != nil {
		return over
	}
	return err
}

// SignupsWaiting counts the sign-ups whose mail is not sent yet.
func (s *Store) SignupsWaiting(ctx context.Context) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM signups WHERE next IS NOT NULL`).Scan(&n)
	return n, s.explain(err)
}

const signupColumns = `id, email, name, newsletters, tags, timezone, language, asked, confirmed, tries, COALESCE(subscriber, '')`

func scanSignup(row scanner) (up Signup, err error) {
	err = row.Scan(&up.ID, &up.Email, &up.Name, (*list)(&up.Newsletters), (*list)(&up.Tags), &up.Timezone, &up.Language,
		(*stamp)(&up.Asked), (*stamp)(&up.Confirmed), &up.Tries, &up.Subscriber.ID)
	return up, err
}

// NextSignup takes the next sign-up whose mail is due; nil if there is none. Nobody else gets it before the lease is over: then its mail
// is tried again, unless SettleSignup was called. Those that are to get no mail are passed over for good: of an address that is suppressed,
// or that has another sign-up, mailed within SignupPause and not confirmed yet.
func (s *Store) NextSignup(ctx context.Context, now time.Time, lease time.Duration) (next *Signup, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		for next == nil {
			due, err := query(ctx, tx, scanSignup, `
				UPDATE signups SET next = $2, tries = tries + 1
				WHERE id = (SELECT id FROM signups WHERE next <= $1 ORDER BY next, asked LIMIT 1) RETURNING `+signupColumns, stamp(now), stamp(now.Add(lease)))
			if err != nil || len(due) == 0 {
				return err
			}
			if next, err = mailable(ctx, tx, due[0], now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return next, nil
}

// mailable returns the sign-up, or nil if it is to get no mail, after which it is gone.
func mailable(ctx context.Context, tx *sql.Tx, up Signup, now time.Time) (*Signup, error) {
	var silent bool
	err := tx.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM suppressions WHERE address = $1) OR EXISTS (
			SELECT 1 FROM signups WHERE address = $1 AND id <> $2 AND confirmed IS NULL AND (mailed > $3 OR next IS NOT NULL AND tries > 0))`,
		digest.AddressKey(up.Email), up.ID, stamp(now.Add(-SignupPause))).Scan(&silent)
	if err != nil || !silent {
		return &up, err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM signups WHERE id = $1`, up.ID)
	return nil, err
}

// SettleSignup ends the tries of a sign-up's mail: it was sent, at a time, or it never will be (the zero time), and then the sign-up is
// forgotten.
func (s *Store) SettleSignup(ctx context.Context, id string, mailed time.Time) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		if mailed.IsZero() {
			_, err := tx.ExecContext(ctx, `DELETE FROM signups WHERE id = $1 AND confirmed IS NULL`, id)
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE signups SET next = NULL, mailed = $2 WHERE id = $1`, id, stamp(mailed))
		return err
	})
}

// Signup returns a sign-up that can be confirmed, or was. The error is ErrNotFound, wrapped, for any other.
func (s *Store) Signup(ctx context.Context, id string, now time.Time) (Signup, error) {
	up, err := signup(ctx, s.read, id, now)
	return up, s.explain(err)
}

func signup(ctx context.Context, q rowQuerier, id string, now time.Time) (Signup, error) {
	up, err := scanSignup(q.QueryRowContext(ctx, `SELECT `+signupColumns+` FROM signups WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) || err == nil && up.Confirmed.IsZero() && up.Asked.Before(now.Add(-SignupLife)) {
		return Signup{}, fmt.Errorf("sign-up %q: %w", id, ErrNotFound)
	}
	return up, err
}

// ForgetSignups deletes the sign-ups that can no longer be confirmed, those confirmed long ago, and the limits that are over.
func (s *Store) ForgetSignups(ctx context.Context, now time.Time) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM signups WHERE confirmed IS NULL AND asked < $1 OR confirmed < $2`,
			stamp(now.Add(-SignupLife)), stamp(now.Add(-signupKept)))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM limits WHERE ends < $1`, stamp(now))
		return err
	})
}
