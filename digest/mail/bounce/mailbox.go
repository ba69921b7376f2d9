package bounce

import (
	"bytes"
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"

	"tidings/digest"
)

// TLSMode is how the connection to a mail server is protected.
type TLSMode string

// The TLS modes.
const (
	TLSImplicit TLSMode = "implicit" // from the first octet (RFC 8314)
	TLSStartTLS TLSMode = "starttls" // RFC 2595, and never in the clear
	TLSNone     TLSMode = "none"
)

// Options say where a mailbox is.
type Options struct {
	Host     string
	Port     int
	TLS      TLSMode
	Username string
	Password string
	Mailbox  string // such as INBOX

	RootCAs *x509.CertPool // nil: the system's
	Timeout time.Duration  // for each step of the dialogue; 0: one minute
}

const (
	pollTime = 10 * time.Minute // for one look into the mailbox
	batch    = 50               // messages that are marked together, once all of them are dealt with
	patience = 3                // times that a message is asked for before it is left alone
)

// Mailbox is an IMAP mailbox for reports alone. It is safe for concurrent use.
type Mailbox struct {
	options Options

	one      sync.Mutex // look at a time
	suspects suspects
}

// NewMailbox makes a Mailbox; it connects to nothing yet.
func NewMailbox(o Options) *Mailbox {
	o.Timeout = cmp.Or(o.Timeout, time.Minute)
	return &Mailbox{options: o}
}

// String names the mailbox, without its password.
func (m *Mailbox) String() string {
	return fmt.Sprintf("%s of %s on %s", m.options.Mailbox, m.options.Username, net.JoinHostPort(m.options.Host, strconv.Itoa(m.options.Port)))
}

// Handler takes a report. It tells whether it is understood, so that nobody needs to look at it; an error means that it could not be
// recorded, and ends the look.
type Handler func(ctx context.Context, b digest.Bounce) (understood bool, err error)

// Polled counts the messages of one look.
type Polled struct {
	Taken int // understood, and deleted from the mailbox
	Left  int // flagged, and left for a human
}

// Poll gives every message that is neither flagged nor deleted to the handler, the oldest first. What was understood is deleted after that, in
// batches; anything else is flagged, stays, and is not looked at again until the flag is taken away. If the connection is lost in between,
// messages come again at the next look, so the handler must not mind to see one twice.
//
// A message that the server cannot hand over costs the others nothing: it is asked for last, and after a few times it is flagged.
func (m *Mailbox) Poll(ctx context.Context, handle Handler) (Polled, error) {
	return m.visit(ctx, func(ctx context.Context, s *session) (Polled, error) {
		return m.work(ctx, s, handle)
	})
}

// Check logs in and returns how many messages the mailbox holds. It changes nothing.
func (m *Mailbox) Check(ctx context.Context) (messages int, err error) {
	_, err = m.visit(ctx, func(_ context.Context, s *session) (Polled, error) {
		messages = s.messages
		return Polled{}, nil
	})
	return messages, err
}

// visit opens the mailbox for work. Whatever the server does, it ends soon after ctx does: a client library that waits for
// what can no longer come is left behind.
func (m *Mailbox) visit(ctx context.Context, work func(context.Context, *session) (Polled, error)) (Polled, error) {
	m.one.Lock()
	defer m.one.Unlock()
	ctx, cancel := context.WithTimeout(ctx, pollTime)
	defer cancel()
	type outcome struct {
		Polled
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		s, err := open(ctx, m.options)
		if err == nil {
			o.Polled, err = work(ctx, s)
			s.end(err == nil)
		}
		o.err = err
		done <- o
	}()
	stalled := make(chan struct{})
	defer context.AfterFunc(ctx, func() {
		time.Sleep(m.options.Timeout / 10)
		close(stalled)
	})()
	select {
	case o := <-done:
		return o.Polled, m.explain(ctx, o.err)
	case <-stalled:
		return Polled{}, m.explain(ctx, errors.New("the server stalls"))
	}
}

// explain says which mailbox an error is about, and never what its password is.
func (m *Mailbox) explain(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil && errors.Is(context.Cause(ctx), context.Canceled) {
		err = ctx.Err()
	}
	text := short(err.Error())
	if p := m.options.Password; p != "" {
		text = strings.ReplaceAll(text, p, "•••")
	}
	return &mailboxError{text: fmt.Sprintf("the mailbox %s: %s", m, text), cause: err}
}

// mailboxError keeps what an error is, for errors.Is, while its words are made fit to be shown.
type mailboxError struct {
	text  string
	cause error
}

func (e *mailboxError) Error() string { return e.text }
func (e *mailboxError) Unwrap() error { return e.cause }

// work goes through the mailbox once.
func (m *Mailbox) work(ctx context.Context, s *session, handle Handler) (p Polled, err error) {
	uids, err := s.search()
	if err != nil {
		return p, err
	}
	m.suspects.there(s.validity, uids)
	for _, uids := range m.suspects.batches(uids) {
		taken, left, err := m.dealWith(ctx, s, uids, handle)
		p.Taken += len(taken)
		p.Left += len(left)
		if s.broken() { // what was dealt with comes again
			return p, err
		}
		if err := errors.Join(err, s.remove(taken), s.flag(left)); err != nil {
			return p, err
		}
	}
	return p, nil
}

// dealWith asks for messages, one after another, and gives them to the handler.
func (m *Mailbox) dealWith(ctx context.Context, s *session, uids []imap.UID, handle Handler) (taken, left []imap.UID, _ error) {
	for _, uid := range uids {
		if m.suspects.count(uid) >= patience {
			left = append(left, uid)
			continue
		}
		m.suspects.asked(uid)
		raw, err := s.fetch(uid)
		if s.broken() {
			return taken, left, fmt.Errorf("message %d: %w", uid, cmp.Or(err, errLost))
		}
		if err != nil || raw == nil {
			continue
		}
		m.suspects.had(uid)
		b, err := Read(bytes.NewReader(raw))
		if err != nil {
			return taken, left, err
		}
		understood, err := handle(ctx, b)
		if err != nil {
			return taken, left, err
		}
		if understood {
			taken = append(taken, uid)
		} else {
			left = append(left, uid)
		}
	}
	return taken, left, nil
}
