package web_test

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"strings"
	"testing"

	"tidings/digest"
	"tidings/digest/mail/smtptest"
)

// letter is a mail as its reader sees it.
type letter struct {
	mail.Header
	to         []string
	text, html string
}

// link is the address of our site that the letter leads to, without the host.
func (l letter) link(t testing.TB, site string) string {
	t.Helper()
	m := regexp.MustCompile(regexp.QuoteMeta(site) + `(/[cpu]/[\w-]+)`).FindStringSubmatch(l.text)
	if m == nil {
		t.Fatalf("the letter leads nowhere:\n%s", l.text)
	}
	if !strings.Contains(l.html, m[0]) {
		t.Errorf("the two editions lead elsewhere")
	}
	return m[1]
}

func readLetter(t testing.TB, m smtptest.Message) letter {
	t.Helper()
	parsed, err := mail.ReadMessage(bytes.NewReader(m.Data))
	if err != nil {
		t.Fatal(err)
	}
	l := letter{Header: parsed.Header, to: m.To}
	_, params, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(parsed.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF { //nolint:errorlint // as documented
			return l
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			l.html = string(body)
		} else {
			l.text = string(body)
		}
	}
}

// letters are the mails sent so far.
func (h *house) letters() (all []letter) {
	h.t.Helper()
	for _, m := range h.relay.Messages() {
		all = append(all, readLetter(h.t, m))
	}
	return all
}

// Every server on the way logs the Message-ID, and every answer repeats it: who sees it cannot confirm.
func TestMessageIDIsNoKey(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	h.asks("weekly", "grace@reader.example")
	h.work()
	l := h.letters()[0]
	token := strings.TrimPrefix(l.link(t, h.url), "/c/")
	ids, ok := h.signer.Open(digest.PurposeConfirm, token)
	if !ok {
		t.Fatalf("the token %q", token)
	}
	id := l.Get("Message-Id")
	if mac := h.signer.MAC(digest.PurposeConfirm, ids...); strings.Contains(id, mac) || strings.Contains(id, ids[0]) || !strings.HasSuffix(id, "@reading.example>") {
		t.Errorf("the Message-ID %q tells the token %q", id, token)
	}
}
