package mail_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	netmail "net/mail"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"tidings/digest"
	"tidings/digest/mail"
	"tidings/digest/mail/smtptest"
)

// keys are one of each kind, and what DNS says of them.
func keys(t testing.TB) (all []mail.DKIM, records map[string]string) {
	t.Helper()
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(r.Public())
	if err != nil {
		t.Fatal(err)
	}
	key := func(selector string, k crypto.Signer) mail.DKIM {
		return mail.DKIM{Domain: "example.com", Selector: selector, Key: k}
	}
	return []mail.DKIM{key("rsa", r), key("ed", edwards)}, map[string]string{
		"rsa._domainkey.example.com": "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der),
		"ed._domainkey.example.com":  "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public),
	}
}

// signedMessages are what a server gets of all kinds of messages.
func signedMessages(t testing.TB, k []mail.DKIM) []smtptest.Message {
	t.Helper()
	s := smtptest.New(t, smtptest.Extensions("PIPELINING", "SMTPUTF8"))
	c := dial(t, s, func(o *mail.SMTPOptions) { o.DKIM = k })
	q := newQueue(t, "a@example.com", "b@example.com", "用户@example.com")
	q.jobs[1].Blanks.To.Name = strings.Repeat(`Ünïcøde "and" quotes `, 9)
	q.jobs[1].Blanks.Words[0].Text = "trailing space \n.dot\n\n\n"
	if err := c.Carry(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	for _, m := range []*digest.Message{withPicture(sample()), sample()} {
		m.Subject = strings.Repeat("Новости  und   mehr ", 8)
		m.List.Owner, m.ReplyTo = "", netmail.Address{Address: "reply@example.com"}
		if err := c.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	return s.Messages()
}

func TestDKIM(t *testing.T) {
	t.Parallel()
	k, records := keys(t)
	lookup := func(name string) ([]string, error) { return []string{records[strings.TrimSuffix(name, ".")]}, nil }
	for _, m := range signedMessages(t, k) {
		verified, err := dkim.VerifyWithOptions(bytes.NewReader(m.Data), &dkim.VerifyOptions{LookupTXT: lookup})
		if err != nil || len(verified) != 2 {
			t.Fatalf("%v: %+v", err, verified)
		}
		for _, v := range verified {
			if v.Err != nil || v.Domain != "example.com" {
				t.Errorf("%s: %v\n%s", m.To, v.Err, m.Data)
			}
			for _, field := range []string{"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "List-Help", "Subject", "To", "Date", "Message-ID", "Feedback-ID"} {
				if !slices.Contains(v.HeaderKeys, field) {
					t.Errorf("%s is not signed: %q", field, v.HeaderKeys)
				}
			}
		}
		// A second From, or another body, breaks it.
		for _, forged := range [][]byte{
			append([]byte("From: evil@example.net\r\n"), m.Data...),
			append([]byte("Reply-To: evil@example.net\r\n"), m.Data...),
			append(slices.Clone(m.Data), "more\r\n"...),
		} {
			verified, err := dkim.VerifyWithOptions(bytes.NewReader(forged), &dkim.VerifyOptions{LookupTXT: lookup})
			if err == nil && slices.ContainsFunc(verified, func(v *dkim.Verification) bool { return v.Err == nil }) {
				t.Errorf("it holds although it was forged:\n%.60s", forged)
			}
		}
		if bytes.Contains(m.Data, []byte("; l=")) {
			t.Error("the length is limited")
		}
	}
}

// A second implementation, Debian's python3-dkim, comes to the same result.
func TestDKIMByPython(t *testing.T) {
	t.Parallel()
	const python = "/usr/bin/python3"
	if err := exec.CommandContext(t.Context(), python, "-c", "import dkim, nacl").Run(); err != nil {
		t.Skip("python3-dkim and python3-nacl are missing:", err)
	}
	k, records := keys(t)
	const script = `
import sys, dkim
records = dict(r.split("=", 1) for r in sys.argv[1:])
def lookup(name, timeout=5):
    return records[name.decode().rstrip(".")].encode()
d = dkim.DKIM(sys.stdin.buffer.read(), minkey=2048)
for i in range(2):
    if not d.verify(idx=i, dnsfunc=lookup):
        sys.exit("signature %d does not hold" % i)
`
	args := []string{"-c", script}
	for name, record := range records {
		args = append(args, name+"="+record)
	}
	for _, m := range signedMessages(t, k) {
		c := exec.CommandContext(t.Context(), python, args...)
		c.Stdin = bytes.NewReader(m.Data)
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", m.To, err, out)
		}
	}
}

// A key signs for its own domain and those below it.
func TestDKIMIsForTheSendersDomain(t *testing.T) {
	t.Parallel()
	k, _ := keys(t)
	for from, want := range map[string]int{"a@example.com": 1, "a@News.Example.com": 1, "a@badexample.com": 0, "a@example.com.evil.example": 0} {
		s := smtptest.New(t)
		m := sample()
		m.From.Address = from
		if err := dial(t, s, func(o *mail.SMTPOptions) { o.DKIM = k[1:] }).Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(s.Messages()[0].Data, []byte("DKIM-Signature:")); n != want {
			t.Errorf("%s: %d signatures", from, n)
		}
	}
}

// BenchmarkDKIM signs 84 KB, and prints what that costs beside what go-msgauth costs by itself, in turns.
func BenchmarkDKIM(b *testing.B) {
	k, _ := keys(b)
	m := sample()
	m.HTML = strings.Repeat("<p>A paragraph of HTML, such as a summary is.</p>\n", 1500)
	raw := mustBytes(b, m)
	for i, name := range []string{"RSA-2048", "Ed25519"} {
		b.Run(name, func(b *testing.B) {
			options := &dkim.SignOptions{
				Domain: "example.com", Selector: "s", Signer: k[i].Key,
				HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
			}
			var ours, theirs time.Duration
			for b.Loop() {
				start := time.Now()
				if _, err := mail.Signatures(k[i:i+1], m.From.Address, raw); err != nil {
					b.Fatal(err)
				}
				ours += time.Since(start)
				start = time.Now()
				var out bytes.Buffer
				if err := dkim.Sign(&out, bytes.NewReader(raw), options); err != nil {
					b.Fatal(err)
				}
				theirs += time.Since(start)
			}
			b.ReportMetric(ours.Seconds()*1000/float64(b.N), "ms")
			b.ReportMetric(theirs.Seconds()*1000/float64(b.N), "ms-go-msgauth")
			b.ReportMetric(ours.Seconds()/theirs.Seconds(), "ratio")
		})
	}
}
