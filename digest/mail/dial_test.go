package mail_test

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail"
	"tidings/digest/mail/smtptest"
)

// A server that knows no EHLO gets HELO.
func TestSendFallsBackToHELO(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	s.Fault(func(_ int, stage digest.Stage, arg string) string {
		if stage == digest.StageHello && strings.HasPrefix(arg, "EHLO") {
			return "502 5.5.1 what?"
		}
		return ""
	})
	if err := dial(t, s, nil).Send(t.Context(), sample()); err != nil {
		t.Error(err)
	}
}

func TestSendTLSRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		server []smtptest.Option
		client func(*mail.SMTPOptions)
		fault  smtptest.Fault
		want   digest.Refusal // Text: what it holds
	}{
		"missing": {nil, starttls, nil, digest.Refusal{Stage: digest.StageStartTLS, Text: "does not offer STARTTLS"}},
		"refused": {
			[]smtptest.Option{smtptest.StartTLS()},
			starttls, smtptest.At(digest.StageStartTLS, "454 4.7.0 not now"),
			digest.Refusal{Stage: digest.StageStartTLS, Code: 454, Enhanced: "4.7.0", Text: "not now"},
		},
		"unknown issuer": {
			[]smtptest.Option{smtptest.StartTLS()},
			all(starttls, func(o *mail.SMTPOptions) { o.RootCAs = nil }), nil,
			digest.Refusal{Stage: digest.StageStartTLS, Text: " is not good: nobody vouches for it"},
		},
		"another name": {
			[]smtptest.Option{smtptest.StartTLS(), smtptest.CertificateFor("mail.example.com")},
			starttls, nil,
			digest.Refusal{Stage: digest.StageStartTLS, Text: " is not good: it is for mail.example.com, not for 127.0.0.1;"},
		},
		"implicit, another name": {
			[]smtptest.Option{smtptest.ImplicitTLS(), smtptest.CertificateFor("mail.example.com")},
			implicit, nil,
			digest.Refusal{Stage: digest.StageConnect, Text: " is not good: it is for mail.example.com, not for 127.0.0.1;"},
		},
		"implicit, none there": {nil, implicit, nil, digest.Refusal{Stage: digest.StageConnect, Text: "does not speak TLS"}},
		"EHLO after it": {
			[]smtptest.Option{smtptest.StartTLS()},
			starttls,
			secondTime(digest.StageHello, "550 5.7.0 go away"),
			digest.Refusal{Stage: digest.StageHello, Code: 550, Enhanced: "5.7.0", Text: "go away"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := smtptest.New(t, tc.server...)
			s.Fault(tc.fault)
			c := dial(t, s, tc.client)
			got := refusal(t, c.Send(t.Context(), sample()))
			if got.Stage != tc.want.Stage || got.Code != tc.want.Code || got.Enhanced != tc.want.Enhanced || !strings.Contains(got.Text, tc.want.Text) {
				t.Errorf("got %+v", got)
			}
			for _, command := range s.Commands() {
				if strings.HasPrefix(command, "MAIL") {
					t.Error("it sent in clear")
				}
			}
			if got.Verdict() != digest.RelayTrouble {
				t.Errorf("verdict %d", got.Verdict())
			}
		})
	}
}

// secondTime is a fault at the second time of a stage.
func secondTime(stage digest.Stage, reply string) smtptest.Fault {
	var mu sync.Mutex
	n := 0
	return func(_ int, at digest.Stage, _ string) string {
		mu.Lock()
		defer mu.Unlock()
		if at == stage {
			n++
		}
		if at == stage && n > 1 {
			return reply
		}
		return ""
	}
}

func TestSendLoginRefused(t *testing.T) {
	t.Parallel()
	const password = "p4ssw0rd-öñ"
	for name, tc := range map[string]struct {
		server []smtptest.Option
		client func(*mail.SMTPOptions)
		fault  smtptest.Fault
		code   int
		text   string
	}{
		"wrong":   {[]smtptest.Option{smtptest.Auth("user", "other")}, nil, nil, 535, "wrong name or password; check username and password"},
		"later":   {[]smtptest.Option{smtptest.Auth("user", password)}, nil, smtptest.At(digest.StageAuth, "454 4.7.0 later"), 454, "later"},
		"no AUTH": {nil, nil, nil, 0, "offers no AUTH"},
		"no way":  {[]smtptest.Option{smtptest.Extensions("AUTH GSSAPI NTLM")}, nil, nil, 0, "GSSAPI NTLM"},
		"repeated": {
			[]smtptest.Option{smtptest.Auth("user", password)},
			nil, smtptest.At(digest.StageAuth, "535 5.7.8 not user/"+password+" AHVzZXIAcDRzc3cwcmQtw7bDsQ=="),
			535, "not user/*** ***",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := smtptest.New(t, tc.server...)
			s.Fault(tc.fault)
			c := dial(t, s, login("user", password))
			err := c.Send(t.Context(), sample())
			got := refusal(t, err)
			if got.Stage != digest.StageAuth || got.Code != tc.code || !strings.Contains(got.Text, tc.text) {
				t.Errorf("got %+v", got)
			}
			if strings.Contains(err.Error(), password) {
				t.Errorf("the password is in %v", err)
			}
			if got := refusal(t, c.Check(t.Context())); got.Stage != digest.StageAuth {
				t.Errorf("check: %+v", got)
			}
		})
	}
}

// A password is not given away by stars in words that happen to hold it.
func TestSendShortPassword(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t, smtptest.Auth("user", "p"))
	s.Fault(smtptest.At(digest.StageAuth, "454 4.7.0 not possible with p, or (p)"))
	got := refusal(t, dial(t, s, login("user", "p")).Check(t.Context()))
	if got.Text != "not possible with ***, or (***)" {
		t.Errorf("%+v", got)
	}
}

// Who cannot reach the server hears which one it is, what it does, and what to do.
func TestCheckCannotReach(t *testing.T) {
	t.Parallel()
	says := func(greeting string) func(net.Conn) {
		return func(c net.Conn) {
			_, _ = c.Write([]byte(greeting))
			_ = c.(*net.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, c)
		}
	}
	const tlsHint = "; check host and port, or set tls: implicit if it speaks TLS from the start (port 465)"
	for name, tc := range map[string]struct {
		serve   func(net.Conn) // nil: nothing listens
		timeout time.Duration
		want    string // behind the address
	}{
		"nothing listens":   {nil, time.Minute, " refuses connections; check host and port, and that the mail server runs"},
		"no greeting":       {says(""), time.Minute, " closed the connection before it said who it is" + tlsHint},
		"another protocol":  {says("HTTP/1.1 400 Bad Request\r\n\r\n"), time.Minute, " does not greet as a mail server does; check host and port"},
		"waits for our TLS": {waits, time.Second, " does not answer in time before it said who it is" + tlsHint},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			address := l.Addr().(*net.TCPAddr)
			if tc.serve == nil {
				_ = l.Close()
			} else {
				t.Cleanup(func() { _ = l.Close() })
				go func() {
					for {
						c, err := l.Accept()
						if err != nil {
							return
						}
						tc.serve(c)
						_ = c.Close()
					}
				}()
			}
			c, err := mail.NewSMTP(mail.SMTPOptions{Host: "127.0.0.1", Port: address.Port, TLS: mail.TLSNone, Timeout: tc.timeout})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			got := refusal(t, c.Check(t.Context()))
			if got.Stage != digest.StageConnect || got.Text != address.String()+tc.want {
				t.Errorf("%+v", got)
			}
		})
	}
}

// waits is a server that waits for the client to speak first.
func waits(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

func TestNewSMTPRefuses(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]mail.SMTPOptions{
		"no host":                   {},
		"starttls, implicit, none":  {Host: "h", TLS: "ssl"},
		"port 70000":                {Host: "h", Port: 70000},
		"connections, messages per": {Host: "h", Connections: -1},
		"a password, but no userna": {Host: "h", Password: "secret"},
		"the hello":                 {Host: "h", Hello: "a\r\nb"},
	} {
		if _, err := mail.NewSMTP(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
}
