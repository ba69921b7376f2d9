package smtptest_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail/smtptest"
)

const body = "Subject: hello\r\n\r\n.dot\r\nbare\nline\r\n..\r\nend\r\n"

// send is a whole dialogue by the standard library's client.
func send(s *smtptest.Server, auth smtp.Auth, to string) error {
	c, err := smtp.Dial(s.Addr)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if ok, _ := c.Extension("STARTTLS"); ok {
		if err := c.StartTLS(&tls.Config{RootCAs: s.RootCAs, ServerName: s.Host()}); err != nil {
			return err
		}
	}
	if auth != nil {
		if err := c.Auth(auth); err != nil {
			return err
		}
	}
	if err := c.Mail("news@example.com"); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := fmt.Fprint(w, body); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

func TestServerKeepsMessages(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t, smtptest.StartTLS(), smtptest.Auth("user", "secret"))
	if err := send(s, smtp.PlainAuth("", "user", "secret", s.Host()), "a@example.com"); err != nil {
		t.Fatal(err)
	}
	got := s.Messages()
	if len(got) != 1 {
		t.Fatalf("%d messages", len(got))
	}
	m := got[0]
	// The standard library's writer turns a bare LF into CRLF.
	if want := strings.Replace(body, "bare\n", "bare\r\n", 1); string(m.Data) != want || m.From != "news@example.com" || !slices.Equal(m.To, []string{"a@example.com"}) || m.Conn != 1 {
		t.Errorf("got %+v with %q", m, m.Data)
	}
	if err := send(s, smtp.PlainAuth("", "user", "wrong", s.Host()), "a@example.com"); code(err) != 535 {
		t.Errorf("wrong password: %v", err)
	}
	if err := send(s, nil, "a@example.com"); code(err) != 530 {
		t.Errorf("no password: %v", err)
	}
	if n := s.Connections(); n != 3 {
		t.Errorf("%d connections", n)
	}
}

func TestServerKeepsBytes(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t, smtptest.ImplicitTLS())
	c, err := (&tls.Dialer{Config: &tls.Config{RootCAs: s.RootCAs}}).DialContext(t.Context(), "tcp", s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	p := textproto.NewConn(c)
	defer func() { _ = p.Close() }()
	// All in one write: the server takes pipelined commands.
	say(t, c, "EHLO me\r\nMAIL FROM:<> SIZE=5\r\nRCPT TO:<a@example.com>\r\nDATA\r\n")
	for _, want := range []int{220, 250, 250, 250, 354} {
		if _, _, err := p.ReadResponse(want); err != nil {
			t.Fatal(err)
		}
	}
	say(t, c, "x\n.\n..\n\r\n..\r\ny\r\n.\r\n")
	if _, _, err := p.ReadResponse(250); err != nil {
		t.Fatal(err)
	}
	if got := string(s.Messages()[0].Data); got != "x\n.\n..\n\r\n.\r\ny\r\n" {
		t.Errorf("got %q", got)
	}
}

func TestServerFaults(t *testing.T) {
	t.Parallel()
	for _, stage := range []digest.Stage{digest.StageConnect, digest.StageHello, digest.StageMail, digest.StageRcpt, digest.StageData, digest.StageBody, smtptest.StageQuit} {
		for _, reply := range []string{"451-4.7.1 not\r\n451 4.7.1 now", smtptest.Drop, smtptest.Reset, "421 4.3.2 bye"} {
			t.Run(fmt.Sprintf("%s/%.3q", stage, reply), func(t *testing.T) {
				t.Parallel()
				s := smtptest.New(t)
				s.Fault(smtptest.Once(smtptest.At(stage, reply)))
				err := send(s, nil, "a@example.com")
				// net/smtp falls back to HELO by itself.
				if err == nil && (stage != digest.StageHello || reply[0] != '4') {
					t.Error("no error")
				}
				if n := len(s.Messages()); n != 0 && stage != smtptest.StageQuit && err != nil {
					t.Errorf("kept %d messages", n)
				}
				if err := send(s, nil, "a@example.com"); err != nil {
					t.Errorf("once: %v", err)
				}
			})
		}
	}
}

func TestServerSwallowsAndForgets(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	s.Fault(smtptest.For(digest.StageBody, "b@example.com", smtptest.Swallow))
	if err := send(s, nil, "b@example.com"); err == nil {
		t.Error("no error")
	}
	if n := len(s.Messages()); n != 1 {
		t.Errorf("kept %d messages", n)
	}
}

// A stalled connection ends with the server, and the server with the test.
func TestServerClosesStalledConnections(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	s.Fault(smtptest.At(digest.StageConnect, smtptest.Stall))
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	for s.Open() == 0 { // admitted soon
		time.Sleep(time.Millisecond)
	}
	s.Close()
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("the connection is open")
	}
}

func say(t *testing.T, w io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
}

func code(err error) int {
	if e, ok := err.(*textproto.Error); ok { //nolint:errorlint // net/smtp returns it as it is
		return e.Code
	}
	return 0
}

func TestServerFaultsOfManyKinds(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t, smtptest.Keep(10), smtptest.Latency(time.Millisecond), smtptest.MostOpen(1))
	s.Fault(smtptest.Any(smtptest.Greylist(), smtptest.Every(2, smtptest.At(digest.StageBody, "421 4.7.0 enough"))))
	for i, want := range []int{451, 0, 421, 0, 421} {
		for s.Open() > 0 { // the one before is soon gone
			time.Sleep(time.Millisecond)
		}
		if err := send(s, nil, "a@example.com"); code(err) != want {
			t.Errorf("%d: %v, want %d", i, err, want)
		}
	}
	if m := s.Messages(); len(m) != 2 || s.Accepted() != 2 || !strings.HasPrefix(body, string(m[0].Data[:10])) {
		t.Errorf("kept %+v", m)
	}
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	for s.Open() == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := send(s, nil, "a@example.com"); code(err) != 421 {
		t.Errorf("beside another connection: %v", err)
	}
}

// Servers may say 354 although they took no recipient.
func TestServerTakesNoMessageForNobody(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t, smtptest.LaxData(), smtptest.Keep(0))
	s.Fault(smtptest.At(digest.StageRcpt, "550 5.1.1 nobody"))
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	p := textproto.NewConn(c)
	defer func() { _ = p.Close() }()
	say(t, c, "EHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<a@example.com>\r\nDATA\r\n")
	for _, want := range []int{220, 250, 250, 550, 354} {
		if _, _, err := p.ReadResponse(want); err != nil {
			t.Fatal(err)
		}
	}
	say(t, c, ".\r\n")
	if _, _, err := p.ReadResponse(554); err != nil || s.Accepted() != 0 {
		t.Errorf("%v, %d messages", err, s.Accepted())
	}
}

// A latency is one at least: benchmarks count on it.
func TestLatencyIsNoShorter(t *testing.T) {
	t.Parallel()
	const latency = 3 * time.Millisecond
	c, err := smtp.Dial(smtptest.New(t, smtptest.Latency(latency)).Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	for range 10 {
		asked := time.Now()
		if err := c.Noop(); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(asked); took < latency {
			t.Errorf("a reply came after %s", took)
		}
	}
}
