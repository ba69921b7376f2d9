package mail

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tidings/digest"
)

// Maildir puts messages into a directory that mail programs read, in place of a relay.
type Maildir struct{ dir string }

// NewMaildir names the directory; Send makes it.
func NewMaildir(dir string) *Maildir { return &Maildir{dir: dir} }

// Send writes one message. When it returns nil the message is on the disk, whole, in new/; a reader never sees a part of
// one. A message that cannot be sent at all comes back as a *digest.Refusal, as from SMTP; every other error
// names the directory.
func (d *Maildir) Send(ctx context.Context, m *digest.Message) error {
	if err := ctx.Err(); err != nil {
		return d.trouble(err)
	}
	if _, err := newEnvelope(m.From.Address, m.To.Address); err != nil {
		return err
	}
	raw, err := Bytes(m)
	if err != nil {
		return unsendable(err)
	}
	if err := d.deliver(raw); err != nil {
		return d.trouble(err)
	}
	return nil
}

// Carry writes the queue's messages, one by one. Its error is a *digest.Refusal: the directory cannot be written.
func (d *Maildir) Carry(ctx context.Context, q Queue) error {
	for ctx.Err() == nil {
		j := q.Next(ctx)
		if j == nil {
			return nil
		}
		err := d.handOver(j, q)
		q.Done(j, err)
		if r := refusalIn(err); r != nil && r.Stage == digest.StageConnect {
			return r
		}
	}
	return nil
}

func (d *Maildir) handOver(j *Job, q Queue) error {
	if _, err := j.envelope(); err != nil {
		return err
	}
	raw, err := j.Form.Bytes(j.Blanks)
	if err != nil {
		return unsendable(err)
	}
	if !q.Begin(j) {
		return withdrawn()
	}
	if err := d.deliver(raw); err != nil {
		return &digest.Refusal{Stage: digest.StageConnect, Text: oneLine(d.trouble(err).Error())}
	}
	return nil
}

// Ailing is empty: nothing stands in for a directory.
func (d *Maildir) Ailing() []string { return nil }

// Close does nothing: every message is finished when Send returns.
func (d *Maildir) Close() error { return nil }

// deliver writes into tmp/ and moves to new/, and makes both last through a power cut.
func (d *Maildir) deliver(raw []byte) error {
	for _, sub := range []string{"tmp", "new", "cur"} {
		if err := os.MkdirAll(filepath.Join(d.dir, sub), 0o700); err != nil {
			return err
		}
	}
	name, err := uniqueName(time.Now())
	if err != nil {
		return err
	}
	tmp := filepath.Join(d.dir, "tmp", name)
	if err := writeSynced(tmp, raw); err != nil {
		return errors.Join(err, removeIfThere(tmp))
	}
	if err := os.Rename(tmp, filepath.Join(d.dir, "new", name)); err != nil {
		return errors.Join(err, removeIfThere(tmp))
	}
	return syncDir(filepath.Join(d.dir, "new"))
}

func (d *Maildir) trouble(err error) error {
	return fmt.Errorf("maildir %s: %w; make it writable and free space on its disk, or name another directory as outbox", d.dir, err)
}

// uniqueName follows https://cr.yp.to/proto/maildir.html: the time, what nobody else at this time has, the host.
func uniqueName(now time.Time) (string, error) {
	var random [8]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", err
	}
	host := strings.NewReplacer("/", `\057`, ":", `\072`).Replace(ownName())
	return fmt.Sprintf("%d.M%06dP%dR%s.%s", now.Unix(), now.Nanosecond()/1000, os.Getpid(), hex.EncodeToString(random[:]), host), nil
}

// writeSynced makes a file that was not there before, readable by its owner alone: it names a subscriber.
func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncDir makes a rename within a directory last.
func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
