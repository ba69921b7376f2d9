package run

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/mail"
	"slices"
	"time"

	"tidings/digest"
	"tidings/digest/fetch"
	tmail "tidings/digest/mail"
	"tidings/digest/mail/bounce"
	"tidings/digest/store"
	"tidings/templates"
)

// Service is one configuration at work. All of its methods may be called at the same time. It is not changed once it is in use: a new
// configuration is a new Service over the same store.
type Service struct {
	Feeds       []digest.Feed
	Tags        digest.Taxonomy
	Newsletters []digest.Newsletter
	Subscribers []digest.Subscriber // as the configuration lists them; SyncSubscribers brings them into the store
	Site        digest.Site

	Store     *store.Store
	Fetch     *fetch.Client
	Templates templates.Sets
	Sender    Sender
	Log       *slog.Logger

	Admin      mail.Address  // who hears of broken feeds and paused issues; zero: nobody
	AlertAfter time.Duration // how long a feed is broken before; 0: 3 days
	Keep       time.Duration // how long issues and their ledgers are kept; 0: 400 days

	ReturnPath string // the address that envelope senders are made of (digest.Signer.ReturnPath); empty: that of From

	Bounces      *bounce.Mailbox // where messages come back to; nil: nothing is polled
	BouncesEvery time.Duration   // between two looks

	GiveUpAfter time.Duration // how long a delivery is tried; 0: 5 days
	HoldUnknown bool          // a message whose fate is unknown waits for the admin and is not sent again
	Rehearsal   bool          // there is no transport: sending fills an outbox and consumes nothing
}

// Sender hands messages over. It is safe for concurrent use, and Close may be called twice. mail.SMTP and mail.Maildir are the two.
type Sender interface {
	// Carry hands over the messages of the queue until there are no more, or ctx ends: what is on the wire is finished first. Its error
	// is the *digest.Refusal of a mail server that is in trouble and takes no more.
	Carry(ctx context.Context, q tmail.Queue) error
	// Send hands over one message: nil is accepted, a *digest.Refusal says why not.
	Send(ctx context.Context, m *digest.Message) error
	// Ailing names the mail servers that are in trouble while others stand in for them, each with the reason.
	Ailing() []string
	Close() error
}

// SyncSubscribers brings the subscribers of the configuration into the store.
func (s *Service) SyncSubscribers(ctx context.Context, now time.Time) error {
	if err := s.Store.SyncSubscribers(ctx, s.Subscribers, now); err != nil {
		return fmt.Errorf("take over the subscribers: %w", err)
	}
	return nil
}

// Newsletter finds a newsletter of the configuration by its name.
func (s *Service) Newsletter(name string) (digest.Newsletter, error) {
	i := slices.IndexFunc(s.Newsletters, func(n digest.Newsletter) bool { return n.Name == name })
	if i >= 0 {
		return s.Newsletters[i], nil
	}
	names := make([]string, len(s.Newsletters))
	for i, n := range s.Newsletters {
		names[i] = n.Name
	}
	return digest.Newsletter{}, fmt.Errorf("there is no newsletter %q; the configuration has %q", name, names)
}

func (s *Service) alertAfter() time.Duration { return cmp.Or(s.AlertAfter, 3*24*time.Hour) }

func (s *Service) giveUpAfter() time.Duration {
	if s.GiveUpAfter > 0 {
		return s.GiveUpAfter
	}
	return 5 * 24 * time.Hour
}
