package smtptest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"testing"

	"tidings/digest"
)

// Server is an SMTP server that ends with its test.
type Server struct {
	Addr    string         // host:port on 127.0.0.1
	RootCAs *x509.CertPool // what a client must trust; nil without TLS

	options  options
	cert     tls.Certificate
	listener net.Listener
	closing  chan struct{}
	sessions sync.WaitGroup

	mu       sync.Mutex
	fault    Fault
	open     map[net.Conn]struct{}
	accepted int // connections
	most     int
	taken    int // messages
	messages []Message
	commands []string
	breaches []string
}

// Message is one accepted message.
type Message struct {
	Conn int      // the connection it came over, counted from 1
	From string   // envelope sender, without angle brackets; empty for the null sender
	To   []string // envelope recipients
	Data []byte   // as sent, dot-stuffing undone, line ends untouched
}

// New starts a server on a free port. It closes, and waits for all its goroutines, when the test ends.
func New(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s, err := Listen(t.Context(), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// Listen starts a server on a free port, for a program of its own such as a benchmark's sink.
func Listen(ctx context.Context, opts ...Option) (*Server, error) {
	s := &Server{options: defaults(), closing: make(chan struct{}), open: map[net.Conn]struct{}{}}
	for _, o := range opts {
		o(&s.options)
	}
	if s.options.startTLS || s.options.implicitTLS {
		cert, pool, err := selfSigned(s.options.certificateFor)
		if err != nil {
			return nil, fmt.Errorf("smtptest: make a certificate: %w", err)
		}
		s.cert, s.RootCAs = cert, pool
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("smtptest: listen on loopback: %w", err)
	}
	s.listener, s.Addr = l, l.Addr().String()
	s.sessions.Go(s.serve)
	return s, nil
}

// Host is the address the server listens on, without its port.
func (s *Server) Host() string {
	host, _, _ := net.SplitHostPort(s.Addr)
	return host
}

// Port is the port the server listens on.
func (s *Server) Port() int {
	_, port, _ := net.SplitHostPort(s.Addr)
	n, _ := strconv.Atoi(port)
	return n
}

// Fault sets what goes wrong from now on; nil is nothing. It may be set at any moment.
func (s *Server) Fault(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Messages are those accepted so far, in the order of their acceptance.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Accepted is how many messages were accepted so far.
func (s *Server) Accepted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

// Commands are the command lines received so far, over all connections. The lines of messages are not among them.
func (s *Server) Commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.commands)
}

// Breaches are what clients did although it was not offered to them: parameters of extensions, and to go on without waiting for a reply.
func (s *Server) Breaches() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.breaches)
}

func (s *Server) breach(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.breaches = append(s.breaches, text)
}

// Connections is how many connections were accepted so far.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

// MostAtOnce is how many connections were open at one moment, at most.
func (s *Server) MostAtOnce() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.most
}

// Open is how many connections are open now.
func (s *Server) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

// CloseConnections closes every open connection, as a server does to idle clients, and goes on listening.
func (s *Server) CloseConnections() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		_ = c.Close()
	}
}

// Close stops listening and closes every connection: to a client, the server is down. New has it called at the end.
func (s *Server) Close() {
	s.mu.Lock()
	select {
	case <-s.closing:
	default:
		close(s.closing)
	}
	s.mu.Unlock()
	_ = s.listener.Close()
	s.CloseConnections()
	s.sessions.Wait()
}

func (s *Server) serve() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		number, open, ok := s.admit(c)
		if !ok {
			_ = c.Close()
			return
		}
		s.sessions.Go(func() {
			defer s.leave(c)
			newSession(s, c, number).run(s.options.mostOpen > 0 && open > s.options.mostOpen)
		})
	}
}

// admit numbers a new connection, unless the server is closing.
func (s *Server) admit(c net.Conn) (number, open int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.closing:
		return 0, 0, false
	default:
	}
	s.accepted++
	s.open[c] = struct{}{}
	s.most = max(s.most, len(s.open))
	return s.accepted, len(s.open), true
}

func (s *Server) leave(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
	_ = c.Close()
}

func (s *Server) keep(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken++
	if s.options.keep != 0 {
		s.messages = append(s.messages, m)
	}
}

func (s *Server) note(command string) {
	if s.options.keep == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands = append(s.commands, command)
}

// faultFor asks the test's fault, outside of the lock: it may call the server.
func (s *Server) faultFor(conn int, stage digest.Stage, arg string) string {
	s.mu.Lock()
	f := s.fault
	s.mu.Unlock()
	if f == nil {
		return ""
	}
	return f(conn, stage, arg)
}
