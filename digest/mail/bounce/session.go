package bounce

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"tidings/digest/mail/reach"
)

// maxMessages is how many messages one look takes, at most.
const maxMessages = 10_000

var errLost = errors.New("the server ended the connection")

// session is a mailbox that is open over one connection.
type session struct {
	wire     *wire
	client   *imapclient.Client
	validity uint32
	messages int
	plus     bool // single messages can be expunged (RFC 4315)
}

// open connects, logs in and selects the mailbox. Everything ends when ctx does.
func open(ctx context.Context, o Options) (*session, error) {
	address := net.JoinHostPort(o.Host, strconv.Itoa(o.Port))
	raw, err := (&net.Dialer{Timeout: o.Timeout}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", reach.Explain(err, "the server"))
	}
	s := &session{wire: newWire(ctx, raw, o.Timeout)}
	if err := s.start(ctx, o); err != nil {
		err = s.wire.why(err)
		s.wire.end()
		return nil, reach.Explain(err, "the server")
	}
	return s, nil
}

func (s *session) start(ctx context.Context, o Options) error {
	if err := s.connect(ctx, o); err != nil {
		return err
	}
	s.wire.step()
	caps := s.client.Caps()
	if caps.Has(imap.CapLoginDisabled) {
		return errors.New("log in: the server takes no password over this connection; set tls: implicit or tls: starttls")
	}
	s.wire.step()
	if err := s.client.Login(o.Username, o.Password).Wait(); err != nil {
		return fmt.Errorf("log in as %s: %w", o.Username, refused(err, "check username and password"))
	}
	s.wire.step()
	caps = s.client.Caps() // there may be more of them now
	s.plus = caps.Has(imap.CapUIDPlus) || caps.Has(imap.CapIMAP4rev2)
	s.wire.step()
	selected, err := s.client.Select(o.Mailbox, nil).Wait()
	if err != nil {
		return fmt.Errorf("open the mailbox: %w", refused(err, "check mailbox"))
	}
	s.validity, s.messages = selected.UIDValidity, int(selected.NumMessages)
	if p := selected.PermanentFlags; len(p) > 0 && !slices.Contains(p, imap.FlagDeleted) && !slices.Contains(p, imap.FlagWildcard) {
		return errors.New("open the mailbox: messages cannot be deleted from it")
	}
	return nil
}

// refused is what the server says to a command, and what to do about it.
func refused(err error, advice string) error {
	if reply, ok := errors.AsType[*imap.Error](err); ok {
		return fmt.Errorf("the server says: %s; %s", reply.Text, advice)
	}
	return err
}

// connect goes as far as the greeting, with TLS as it must be.
func (s *session) connect(ctx context.Context, o Options) error {
	s.wire.step()
	config := &tls.Config{ServerName: o.Host, RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12}
	switch o.TLS {
	case TLSStartTLS:
		client, err := imapclient.NewStartTLS(s.wire, &imapclient.Options{TLSConfig: config})
		if err != nil {
			return fmt.Errorf("STARTTLS, without which no password is sent: %w", err)
		}
		s.client = client
	case TLSNone:
		s.client = imapclient.New(s.wire, nil)
	default:
		secure := tls.Client(s.wire, config)
		if err := secure.HandshakeContext(ctx); err != nil {
			return fmt.Errorf("TLS: %w", err)
		}
		s.client = imapclient.New(secure, nil)
	}
	s.wire.step()
	if err := s.client.WaitGreeting(); err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	return nil
}

// search returns the messages that nobody has dealt with, the oldest first. A server may name any number of them: the first are taken.
func (s *session) search() ([]imap.UID, error) {
	s.wire.step()
	data, err := s.client.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagDeleted, imap.FlagFlagged}}, nil).Wait()
	if err != nil {
		return nil, s.wire.why(fmt.Errorf("search: %w", err))
	}
	set, _ := data.All.(imap.UIDSet)
	var uids []imap.UID
	for _, r := range set { // not its Nums: a range may claim four thousand million messages
		for uid := r.Start; uid != 0 && uid <= r.Stop && len(uids) < maxMessages; uid++ {
			uids = append(uids, uid)
		}
	}
	return uids, nil
}

// fetch returns the beginning of a message without marking it as read; nil if the server gives nothing.
func (s *session) fetch(uid imap.UID) (raw []byte, err error) {
	s.wire.step()
	defer s.wire.rest()
	section := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: maxReport}}
	command := s.client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
	for message := command.Next(); message != nil; message = command.Next() {
		for item := message.Next(); item != nil; item = message.Next() {
			body, ok := item.(imapclient.FetchItemDataBodySection)
			if !ok || body.Literal == nil || raw != nil {
				continue
			}
			if raw, err = io.ReadAll(io.LimitReader(body.Literal, maxReport)); err != nil || int64(len(raw)) < min(body.Literal.Size(), maxReport) {
				s.wire.fail(errLost) // and not a word more to the client, which would read on in two places at once
				return nil, s.wire.why(errLost)
			}
		}
	}
	if err := command.Close(); err != nil {
		return nil, s.wire.why(err)
	}
	return raw, err
}

// remove deletes messages for good. A server without UIDPLUS deletes with them what somebody else has marked as deleted.
func (s *session) remove(uids []imap.UID) error {
	if len(uids) == 0 {
		return nil
	}
	if err := s.mark(uids, imap.FlagDeleted); err != nil {
		return fmt.Errorf("delete what is recorded: %w", err)
	}
	s.wire.step()
	defer s.wire.rest()
	expunge := s.client.Expunge
	if s.plus {
		expunge = func() *imapclient.ExpungeCommand { return s.client.UIDExpunge(imap.UIDSetNum(uids...)) }
	}
	if err := expunge().Close(); err != nil {
		return s.wire.why(fmt.Errorf("expunge: %w", err))
	}
	return nil
}

// flag marks messages for a human to look at.
func (s *session) flag(uids []imap.UID) error {
	if len(uids) == 0 {
		return nil
	}
	if err := s.mark(uids, imap.FlagFlagged); err != nil {
		return fmt.Errorf("flag what is left: %w", err)
	}
	return nil
}

func (s *session) mark(uids []imap.UID, flag imap.Flag) error {
	s.wire.step()
	defer s.wire.rest()
	err := s.client.Store(imap.UIDSetNum(uids...), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{flag}}, nil).Close()
	return s.wire.why(err)
}

// broken tells whether the connection is gone.
func (s *session) broken() bool {
	select {
	case <-s.client.Closed():
		return true
	default:
		return s.wire.dead()
	}
}

// end closes the connection, in due form if all went well.
func (s *session) end(well bool) {
	if well && !s.broken() {
		s.wire.step()
		_ = s.client.Logout().Wait()
	}
	s.wire.end()
}
