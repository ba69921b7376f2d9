package mail_test

import (
	"strings"
	"sync"
	"testing"

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
			digest.Refusal{Stage: digest.StageStartTLS, Text: "certificate is not good"},
		},
		"another name": {
			[]smtptest.Option{smtptest.StartTLS(), smtptest.CertificateFor("mail.example.com")},
			starttls, nil,
			digest.Refusal{Stage: digest.StageStartTLS, Text: "certificate is not good"},
		},
		"implicit, another name": {
			[]smtptest.Option{smtptest.ImplicitTLS(), smtptest.CertificateFor("mail.example.com")},
			implicit, nil,
			digest.Refusal{Stage: digest.StageConnect, Text: "certificate is not good"},
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
		"wrong":   {[]smtptest.Option{smtptest.Auth("user", "other")}, nil, nil, 535, "wrong name or password"},
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
