package demo

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Received is a message as it came in.
type Received struct {
	From, To string // the envelope
	Data     []byte
}

// MailServer accepts every message on loopback and keeps it in memory.
type MailServer struct {
	server   *smtp.Server
	listener net.Listener
	mu       sync.Mutex
	received []Received
}

// StartMailServer listens on a free port of loopback until Close.
func StartMailServer(ctx context.Context) (*MailServer, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	m := &MailServer{listener: l}
	m.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{server: m}, nil }))
	m.server.Domain = "demo.example"
	m.server.ReadTimeout = time.Minute
	m.server.WriteTimeout = time.Minute
	m.server.MaxMessageBytes = 10 << 20
	m.server.MaxRecipients = 1
	m.server.ErrorLog = log.New(io.Discard, "", 0)
	go func() { _ = m.server.Serve(l) }()
	return m, nil
}

// Port is what the server listens on, at 127.0.0.1.
func (m *MailServer) Port() int { return m.listener.Addr().(*net.TCPAddr).Port }

// Received are the messages so far, in the order of their coming.
func (m *MailServer) Received() []Received {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.received)
}

// Close ends the server and its connections.
func (m *MailServer) Close() error {
	if err := m.server.Close(); err != nil && !errors.Is(err, smtp.ErrServerClosed) {
		return err
	}
	return nil
}

// session is one connection to the server.
type session struct {
	server   *MailServer
	from, to string
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.received = append(s.server.received, Received{From: s.from, To: s.to, Data: data})
	return nil
}

func (s *session) Reset() { s.from, s.to = "", "" }

func (s *session) Logout() error { return nil }
