package mail_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail"
	"tidings/digest/mail/smtptest"
)

// dial is a sender for a test server; change may be nil.
func dial(t testing.TB, s *smtptest.Server, change func(*mail.SMTPOptions)) *mail.SMTP {
	t.Helper()
	o := mail.SMTPOptions{Host: s.Host(), Port: s.Port(), TLS: mail.TLSNone, Hello: "tidings.example", RootCAs: s.RootCAs, Timeout: 20 * time.Second, Backoff: time.Nanosecond}
	if change != nil {
		change(&o)
	}
	c, err := mail.NewSMTP(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func to(address string) *digest.Message {
	m := sample()
	m.To = netmail.Address{Address: address}
	m.ID = fmt.Sprintf("1.%x@news.example.com", address)
	return m
}

// refusal is the error as what it must be.
func refusal(t testing.TB, err error) digest.Refusal {
	t.Helper()
	var r *digest.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("no refusal: %v", err)
	}
	return *r
}

func starttls(o *mail.SMTPOptions) { o.TLS = mail.TLSStartTLS }
func implicit(o *mail.SMTPOptions) { o.TLS = mail.TLSImplicit }

func login(username, password string) func(*mail.SMTPOptions) {
	return func(o *mail.SMTPOptions) { o.Username, o.Password = username, password }
}

func all(changes ...func(*mail.SMTPOptions)) func(*mail.SMTPOptions) {
	return func(o *mail.SMTPOptions) {
		for _, change := range changes {
			change(o)
		}
	}
}

func TestSendIsTheMessage(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		server []smtptest.Option
		client func(*mail.SMTPOptions)
	}{
		"clear":            {nil, nil},
		"clear and login":  {[]smtptest.Option{smtptest.Auth("user", "secret")}, login("user", "secret")},
		"starttls":         {[]smtptest.Option{smtptest.StartTLS()}, starttls},
		"starttls, login":  {[]smtptest.Option{smtptest.StartTLS(), smtptest.Auth("user", "secret")}, all(starttls, login("user", "secret"))},
		"implicit, login":  {[]smtptest.Option{smtptest.ImplicitTLS(), smtptest.Auth("user", "secret")}, all(implicit, login("user", "secret"))},
		"no extensions":    {[]smtptest.Option{smtptest.Extensions()}, nil},
		"every extension":  {[]smtptest.Option{smtptest.Extensions("SMTPUTF8", "8BITMIME", "SIZE 1000000", "DSN", "PIPELINING", "CHUNKING")}, nil},
		"size without end": {[]smtptest.Option{smtptest.Extensions("SIZE")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := smtptest.New(t, tc.server...)
			c := dial(t, s, tc.client)
			m := withPicture(sample())
			if err := c.Check(t.Context()); err != nil {
				t.Fatalf("check: %v", err)
			}
			if err := c.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			got := s.Messages()
			if len(got) != 1 {
				t.Fatalf("%d messages", len(got))
			}
			if got[0].From != m.From.Address || !slices.Equal(got[0].To, []string{m.To.Address}) {
				t.Errorf("envelope %s %s", got[0].From, got[0].To)
			}
			if want := mustBytes(t, m); !bytes.Equal(got[0].Data, want) {
				t.Errorf("got\n%s\nwant\n%s", got[0].Data, want)
			}
			if commands := s.Commands(); !slices.Contains(commands, "EHLO tidings.example") || !slices.ContainsFunc(commands, func(c string) bool { return strings.HasPrefix(c, "MAIL FROM:<news@example.com>") }) {
				t.Errorf("commands %q", commands)
			}
		})
	}
}

// Every refusal names its step, code and words, and the connection serves the next message where that can be.
func TestSendRefused(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		stage digest.Stage
		reply string
		want  digest.Refusal
		more  bool // the connection is used again
	}{
		{digest.StageConnect, "554 5.3.2 no service", digest.Refusal{Code: 554, Enhanced: "5.3.2", Text: "no service"}, false},
		{digest.StageConnect, "421 4.3.2 too many", digest.Refusal{Code: 421, Enhanced: "4.3.2", Text: "too many"}, false},
		{digest.StageHello, "550 who are you", digest.Refusal{Code: 550, Text: "who are you"}, false},
		{digest.StageHello, "421 4.7.0 slow down", digest.Refusal{Code: 421, Enhanced: "4.7.0", Text: "slow down"}, false},
		{digest.StageMail, "451 4.3.0 later", digest.Refusal{Code: 451, Enhanced: "4.3.0", Text: "later"}, true},
		{digest.StageMail, "553 5.7.1 not yours", digest.Refusal{Code: 553, Enhanced: "5.7.1", Text: "not yours"}, true},
		{digest.StageRcpt, "450-4.2.0 grey\r\n450-4.2.0 listed,\r\n450 4.2.0 come back", digest.Refusal{Code: 450, Enhanced: "4.2.0", Text: "grey listed, come back"}, true},
		{digest.StageRcpt, "550 5.1.1 no such user", digest.Refusal{Code: 550, Enhanced: "5.1.1", Text: "no such user"}, true},
		{digest.StageRcpt, "550 No such user here", digest.Refusal{Code: 550, Text: "No such user here"}, true},
		{digest.StageRcpt, "421 4.7.28 enough", digest.Refusal{Code: 421, Enhanced: "4.7.28", Text: "enough"}, false},
		{digest.StageRcpt, "550", digest.Refusal{Code: 550}, true},
		{digest.StageRcpt, "550-\r\n550 ", digest.Refusal{Code: 550}, true},
		{digest.StageRcpt, "no such user", digest.Refusal{Text: "the server's reply is no SMTP: no such user"}, false},
		{digest.StageData, "452 4.3.1 disk full", digest.Refusal{Code: 452, Enhanced: "4.3.1", Text: "disk full"}, true},
		{digest.StageData, "554 5.5.1 no valid recipients", digest.Refusal{Code: 554, Enhanced: "5.5.1", Text: "no valid recipients"}, true},
		{digest.StageData, "250 fine", digest.Refusal{Text: "the server's reply is out of order: 250 fine"}, false},
		{digest.StageBody, "451 4.7.1 try again", digest.Refusal{Code: 451, Enhanced: "4.7.1", Text: "try again"}, true},
		{digest.StageBody, "552-5.3.4 too big\r\n552 5.3.4 really", digest.Refusal{Code: 552, Enhanced: "5.3.4", Text: "too big really"}, true},
		{digest.StageBody, "554 5.7.1 spam: see https://x.example\x1b[31m\u202e " + strings.Repeat("é", 400), digest.Refusal{
			Code: 554, Enhanced: "5.7.1",
			Text: "spam: see https://x.example[31m " + strings.Repeat("é", 267) + "…",
		}, true},
		{digest.StageBody, "421 4.3.2 going down", digest.Refusal{Code: 421, Enhanced: "4.3.2", Text: "going down"}, false},
		{digest.StageBody, "354 what?", digest.Refusal{Text: "the server's reply is out of order: 354 what?"}, false},
	} {
		t.Run(fmt.Sprintf("%s/%.12s", tc.stage, tc.reply), func(t *testing.T) {
			t.Parallel()
			s := smtptest.New(t)
			s.Fault(smtptest.At(tc.stage, tc.reply))
			c := dial(t, s, nil)
			tc.want.Stage = tc.stage
			if got := refusal(t, c.Send(t.Context(), sample())); got != tc.want {
				t.Errorf("got  %+v\nwant %+v", got, tc.want)
			}
			if n := len(s.Messages()); n != 0 {
				t.Errorf("%d messages", n)
			}
			before := s.Connections()
			s.Fault(nil)
			if err := c.Send(t.Context(), sample()); err != nil {
				t.Errorf("the next: %v", err)
			}
			if more := s.Connections() == before; more != tc.more {
				t.Errorf("connection used again: %v", more)
			}
		})
	}
}

func TestSendNetworkFails(t *testing.T) {
	t.Parallel()
	stages := []digest.Stage{digest.StageConnect, digest.StageHello, digest.StageStartTLS, digest.StageAuth, digest.StageMail, digest.StageRcpt, digest.StageData, digest.StageBody}
	for _, stage := range stages {
		for name, fault := range map[string]string{"drop": smtptest.Drop, "reset": smtptest.Reset, "stall": smtptest.Stall} {
			if name == "stall" && stage != digest.StageConnect && stage != digest.StageRcpt && stage != digest.StageBody {
				continue // TestSendContext has the others, without waiting
			}
			t.Run(fmt.Sprintf("%s/%s", stage, name), func(t *testing.T) {
				t.Parallel()
				// Without PIPELINING, so that the stage is certain.
				s := smtptest.New(t, smtptest.Extensions(), smtptest.StartTLS(), smtptest.Auth("user", "secret"))
				s.Fault(smtptest.At(stage, fault))
				changes := []func(*mail.SMTPOptions){starttls, login("user", "secret")}
				if name == "stall" {
					changes = append(changes, func(o *mail.SMTPOptions) { o.Timeout, o.FinalTimeout = 3*time.Second, 3*time.Second })
				}
				c := dial(t, s, all(changes...))
				got := refusal(t, c.Send(t.Context(), sample()))
				if got.Stage != stage || got.Code != 0 || got.Text == "" {
					t.Errorf("got %+v", got)
				}
				if doubt := got.Verdict() == digest.InDoubt; doubt != (stage == digest.StageBody) {
					t.Errorf("in doubt: %v", doubt)
				}
				s.Fault(nil)
				if name == "stall" {
					return // the second message would race with a slow machine
				}
				if err := c.Send(t.Context(), sample()); err != nil {
					t.Errorf("the next: %v", err)
				}
			})
		}
	}
}

// A server may take its time for a message, though not for anything else: whoever gave up on it would send the message again.
func TestSendWaitsForTheLastAnswer(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	const timeout = 2 * time.Second
	s.Fault(func(_ int, stage digest.Stage, _ string) string {
		if stage == digest.StageBody {
			time.Sleep(timeout + time.Second/2)
		}
		return ""
	})
	if err := dial(t, s, func(o *mail.SMTPOptions) { o.Timeout = timeout }).Send(t.Context(), sample()); err != nil || len(s.Messages()) != 1 {
		t.Errorf("%v, %d messages", err, len(s.Messages()))
	}
}

// The acknowledgement is lost: the message is there, and nobody here knows.
func TestSendLostReplyIsInDoubt(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	s.Fault(smtptest.At(digest.StageBody, smtptest.Swallow))
	got := refusal(t, dial(t, s, nil).Send(t.Context(), sample()))
	if got.Verdict() != digest.InDoubt || got.Text != "the server closed the connection" {
		t.Errorf("got %+v", got)
	}
	if n := len(s.Messages()); n != 1 {
		t.Errorf("%d messages", n)
	}
}

func TestSendServerDown(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	c := dial(t, s, nil)
	s.Close()
	got := refusal(t, c.Send(t.Context(), sample()))
	if got.Stage != digest.StageConnect || got.Code != 0 || !strings.Contains(got.Text, "refuses connections; check host and port") {
		t.Errorf("got %+v", got)
	}
	if err := c.Check(t.Context()); err == nil {
		t.Error("check finds it up")
	}
}

// A failure while the body goes out leaves nothing behind, and is not in doubt: the final dot was never sent.
func TestSendCutInBody(t *testing.T) {
	t.Parallel()
	big := withPicture(sample())
	big.Images[0].Data = make([]byte, 12<<20) // more than the sockets' buffers hold
	t.Run("context", func(t *testing.T) {
		t.Parallel()
		s := smtptest.New(t, smtptest.Extensions())
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s.Fault(func(_ int, stage digest.Stage, _ string) string {
			if stage == digest.StageData {
				time.AfterFunc(200*time.Millisecond, cancel)
				return "354 go ahead" + smtptest.Stall
			}
			return ""
		})
		got := refusal(t, dial(t, s, nil).Send(ctx, big))
		if got.Stage != digest.StageData || got.Code != 0 || got.Text != "interrupted: context canceled" {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("drop", func(t *testing.T) {
		t.Parallel()
		s := smtptest.New(t, smtptest.Extensions())
		s.Fault(smtptest.At(digest.StageData, "354 go ahead"+smtptest.Reset))
		got := refusal(t, dial(t, s, nil).Send(t.Context(), big))
		if got.Stage != digest.StageData || got.Code != 0 {
			t.Errorf("got %+v", got)
		}
		if slices.Contains(s.Commands(), "QUIT") {
			t.Error("it said QUIT in the middle of a message")
		}
	})
}

// A context that ends is heeded at every step.
func TestSendContext(t *testing.T) {
	t.Parallel()
	for _, stage := range []digest.Stage{digest.StageConnect, digest.StageHello, digest.StageMail, digest.StageRcpt, digest.StageData, digest.StageBody, smtptest.StageReset} {
		t.Run(string(stage), func(t *testing.T) {
			t.Parallel()
			s := smtptest.New(t, smtptest.Extensions())
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s.Fault(func(_ int, at digest.Stage, _ string) string {
				switch {
				case at == stage:
					cancel()
					return smtptest.Stall
				case stage == smtptest.StageReset && at == digest.StageRcpt:
					return "550 5.1.1 nobody"
				}
				return ""
			})
			got := refusal(t, dial(t, s, nil).Send(ctx, sample()))
			if stage == smtptest.StageReset {
				if got.Code != 550 {
					t.Errorf("got %+v", got)
				}
				return
			}
			if got.Stage != stage || got.Code != 0 || got.Text != "interrupted: context canceled" {
				t.Errorf("got %+v", got)
			}
		})
	}
	t.Run("before", func(t *testing.T) {
		t.Parallel()
		s := smtptest.New(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		got := refusal(t, dial(t, s, nil).Send(ctx, sample()))
		if got.Stage != digest.StageConnect || len(s.Messages()) != 0 {
			t.Errorf("got %+v", got)
		}
	})
}

// What cannot be sent never reaches the server.
func TestSendUnsendable(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t, smtptest.Extensions("SIZE 900"))
	c := dial(t, s, nil)
	for name, tc := range map[string]struct {
		change  func(*digest.Message)
		verdict digest.Verdict
	}{
		"null address": {func(m *digest.Message) { m.To.Address = "" }, digest.BadAddress},
		"injection":    {func(m *digest.Message) { m.To.Address = "a@x.example>\r\nRCPT TO:<b@x.example" }, digest.BadAddress},
		"parameters":   {func(m *digest.Message) { m.To.Address = "a@x.example> NOTIFY=NEVER" }, digest.BadAddress},
		"quoted":       {func(m *digest.Message) { m.To.Address = `"a b"@x.example` }, digest.BadAddress},
		"literal":      {func(m *digest.Message) { m.To.Address = "a@[127.0.0.1]" }, digest.BadAddress},
		"two dots":     {func(m *digest.Message) { m.To.Address = "a..b@x.example" }, digest.BadAddress},
		"subject":      {func(m *digest.Message) { m.Subject = "a\nb" }, digest.PolicyRefusal},
		"sender":       {func(m *digest.Message) { m.From.Address = "nobody" }, digest.PolicyRefusal},
		"needs UTF-8":  {func(m *digest.Message) { m.To.Address = "用户@x.example" }, digest.NotASCII},
		"too large":    {func(*digest.Message) {}, digest.BadMessage},
	} {
		m := sample()
		tc.change(m)
		got := refusal(t, c.Send(t.Context(), m))
		if got.Verdict() != tc.verdict {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for _, command := range s.Commands() {
		if !strings.HasPrefix(command, "EHLO") && command != "QUIT" {
			t.Errorf("it said %q", command)
		}
	}
}

func TestSendUTF8Address(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t, smtptest.Extensions("SMTPUTF8", "8BITMIME"))
	c := dial(t, s, nil)
	for _, address := range []string{"用户@xn--fsqu00a.example", "user@xn--fsqu00a.example"} {
		if err := c.Send(t.Context(), to(address)); err != nil {
			t.Fatal(err)
		}
	}
	var mails []string
	for _, command := range s.Commands() {
		if strings.HasPrefix(command, "MAIL") {
			mails = append(mails, command)
		}
	}
	if want := []string{"MAIL FROM:<news@example.com> SMTPUTF8", "MAIL FROM:<news@example.com>"}; !slices.Equal(mails, want) {
		t.Errorf("got %q", mails)
	}
}
