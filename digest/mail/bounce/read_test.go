package bounce_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"
	"unicode/utf8"

	"tidings/digest"
	"tidings/digest/mail/bounce"
)

const (
	returnPath = "bounce+k3j5abcdefghijklmnopqrstuvwx27abcdefgh@news.example.com"
	originalID = "Q2W3E4R5T6Y7U2I3O4P5A6S7D2.9fK_x-Lq2bVw3n5RtY7uIg@example.com"
)

// TestRead reads what the mail systems of this world send, whatever its line ends.
func TestRead(t *testing.T) {
	t.Parallel()
	type want struct {
		kind    digest.BounceKind
		reply   string // code and enhanced code
		verdict digest.Verdict
		address string
		id      string
	}
	failed, delayed, spam, nothing := digest.BounceFailed, digest.BounceDelayed, digest.BounceComplaint, digest.NoBounce
	const ada = "ada@example.net"
	cases := map[string]want{
		"postfix":           {failed, "550 5.1.1", digest.BadAddress, ada, originalID},
		"postfix-delayed":   {delayed, "450 4.4.1", digest.TryLater, ada, originalID},
		"postfix-expired":   {failed, "450 4.4.1", digest.TryLater, ada, ""},
		"postfix-success":   {nothing, "", 0, ada, ""},
		"sendmail-full":     {failed, "552 5.2.2", digest.MailboxFull, ada, originalID},
		"sendmail-policy":   {failed, "550 5.7.1", digest.PolicyRefusal, ada, ""},
		"exim":              {failed, "550 5.1.1", digest.BadAddress, ada, originalID},
		"exim-report":       {failed, "550 ", digest.BadAddress, ada, originalID},
		"exim-warning":      {delayed, "451 4.7.1", digest.TryLater, ada, ""},
		"qmail":             {failed, "550 5.1.1", digest.BadAddress, ada, originalID},
		"qmail-remote":      {failed, "550 ", digest.BadAddress, ada, originalID},
		"exchange":          {failed, "550 5.1.10", digest.BadAddress, ada, originalID},
		"exchange-old":      {failed, "550 ", digest.BadAddress, ada, ""},
		"gmail":             {failed, "550 5.1.1", digest.BadAddress, ada, originalID},
		"gmail-old":         {failed, "550 5.2.1", digest.BadAddress, ada, originalID},
		"notes":             {failed, "550 ", digest.BadAddress, ada, ""},
		"full-prose":        {failed, "552 5.2.2", digest.MailboxFull, ada, ""},
		"utf8":              {failed, "550 5.1.1", digest.BadAddress, "adá@example.net", "abc@example.com"},
		"list":              {failed, "550 5.2.1", digest.BadAddress, "three@example.net", ""},
		"without-action":    {failed, "550 5.1.2", digest.BadAddress, ada, ""},
		"arf":               {spam, "", 0, ada, originalID},
		"arf-not-spam":      {nothing, "", 0, ada, originalID},
		"arf-dmarc":         {nothing, "", 0, ada, originalID},
		"vacation":          {nothing, "", 0, "", originalID},
		"outlook-away":      {nothing, "", 0, "", ""},
		"challenge":         {nothing, "", 0, "", ""},
		"read-receipt":      {nothing, "", 0, "", ""},
		"postmaster":        {nothing, "", 0, "", ""},
		"postmaster-ticket": {nothing, "", 0, "", ""},
		"qmail-expired":     {failed, "421 4.3.2", digest.TryLater, ada, ""},
		"exim-expired":      {failed, "450 ", digest.TryLater, ada, ""},
		"soft-prose":        {delayed, "451 4.7.1", digest.TryLater, ada, ""},
		"forwarded":         {nothing, "", 0, "", ""},
		"forwarded-ours":    {nothing, "", 0, "", originalID},
		"ours":              {nothing, "", 0, "", ""},
	}
	for name, raw := range reports(t) {
		c, ok := cases[name]
		if !ok {
			t.Errorf("%s: nobody says what it means", name)
		}
		delete(cases, name)
		for ends, raw := range map[string][]byte{"LF": raw, "CRLF": bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n")), "mbox": append([]byte("From MAILER-DAEMON Mon Nov 23 07:00:03 2026\n"), raw...)} {
			b, err := bounce.Read(bytes.NewReader(raw))
			if err != nil {
				t.Errorf("%s, %s: %v", name, ends, err)
			}
			if b.Kind != c.kind || b.MessageID != c.id {
				t.Errorf("%s, %s: %+v", name, ends, b)
			}
			if byPerson := strings.HasPrefix(name, "forwarded") || name == "ours"; byPerson == slices.Contains(b.Envelopes, returnPath) {
				t.Errorf("%s, %s: the return path is among %q: %t", name, ends, b.Envelopes, !byPerson)
			}
			if c.kind == nothing {
				continue
			}
			if b.Address != c.address || b.Reason.Text == "" || strings.Contains(b.Reason.Text, "\n") {
				t.Errorf("%s, %s: %+v", name, ends, b)
			}
			if c.kind == spam {
				continue
			}
			if got := strings.Join([]string{b.Reason.Error()[9:12], b.Reason.Enhanced}, " "); got != c.reply || b.Verdict() != c.verdict {
				t.Errorf("%s, %s: verdict %v of %+v", name, ends, b.Verdict(), b.Reason)
			}
		}
	}
	for name := range cases {
		t.Errorf("%s: no such file", name)
	}
}

// reports are the files of testdata by name.
func reports(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatal("no reports", err)
	}
	all := map[string][]byte{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(f), ".eml")] = raw
	}
	return all
}

// What is cut off anywhere is read as far as it goes, and is never more than what the whole says.
func TestReadCutOff(t *testing.T) {
	t.Parallel()
	for name, raw := range reports(t) {
		whole, _ := bounce.Read(bytes.NewReader(raw))
		for i := 0; i < len(raw); i += 7 {
			b, err := bounce.Read(bytes.NewReader(raw[:i]))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if b.Kind != digest.NoBounce && whole.Kind == digest.NoBounce && name != "postfix-success" {
				t.Errorf("%s cut after %d: %+v", name, i, b)
			}
		}
	}
}

func TestReadBounds(t *testing.T) {
	t.Parallel()
	const head = "From: mailer-daemon@x.example\nTo: a@b.example\n"
	deep := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString("Content-Type: multipart/mixed; boundary=b\n\n--b\n")
		}
		return head + b.String() + "Content-Type: message/delivery-status\n\n\nFinal-Recipient: x;y@z\nAction: failed\nStatus: 5.1.1\n"
	}
	if b, _ := bounce.Read(strings.NewReader(deep(3))); b.Kind != digest.BounceFailed {
		t.Errorf("nested in three: %+v", b)
	}
	for name, text := range map[string]string{
		"nested in thousands":    deep(5000),
		"a million parts":        head + "Content-Type: multipart/report; boundary=b\n\n" + strings.Repeat("--b\n\n", 1<<20),
		"a million fields":       strings.Repeat("To: a@b\n", 1<<20),
		"one field of megabytes": "To: " + strings.Repeat("a@b.example,", 1<<18) + "\n",
		"folded for megabytes":   "To: a@b\n" + strings.Repeat(" c@d\n", 1<<20),
		"a million groups":       head + "Content-Type: message/delivery-status\n\n" + strings.Repeat("\nX: y\n", 1<<18),
		"many tags":              head + "Content-Type: text/html\n\n" + strings.Repeat("<", 1<<20),
		"an id of any bytes":     head + "In-Reply-To: <\x00\xff.\xffx@y>\n\nHello",
		"no bytes":               "",
		"only line ends":         strings.Repeat("\r\n", 1<<20),
		"a NUL":                  "\x00\n\n\x00",
	} {
		b, err := bounce.Read(strings.NewReader(text))
		if err != nil || b.Kind != digest.NoBounce || len(b.Envelopes) > 50 {
			t.Errorf("%s: %v, %v, %d addresses", name, err, b.Kind, len(b.Envelopes))
		}
	}
}

// A mail server that writes to us must not find the pipe closed before it has written all.
func TestReadReadsToTheEnd(t *testing.T) {
	t.Parallel()
	r := strings.NewReader("To: a@b\n\n" + strings.Repeat("x", 3<<20))
	if _, err := bounce.Read(r); err != nil || r.Len() != 0 {
		t.Errorf("%v, %d bytes left", err, r.Len())
	}
	broken := errors.New("the pipe broke")
	if _, err := bounce.Read(io.MultiReader(strings.NewReader("To: a"), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("a message that was not read whole: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, raw := range reports(f) {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := bounce.Read(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		switch b.Kind {
		case digest.NoBounce, digest.BounceComplaint:
		case digest.BounceFailed, digest.BounceDelayed:
			if b.Reason.Code/100 != 4 && b.Reason.Code/100 != 5 {
				t.Errorf("code %d", b.Reason.Code)
			}
		default:
			t.Errorf("kind %q", b.Kind)
		}
		if strings.ContainsFunc(b.MessageID+b.Address, func(r rune) bool { return r == utf8.RuneError || unicode.IsControl(r) }) {
			t.Errorf("%q, %q", b.MessageID, b.Address)
		}
		if len(b.Reason.Text) > 1000 || b.Reason.Text != digest.OneLine(b.Reason.Text) || len(b.Envelopes) > 50 {
			t.Errorf("%+v", b)
		}
	})
}
