package main

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// checkMail holds the form of a message: RFC 5322, 2046, 2369, 8058.
func checkMail(t *testing.T, raw []byte) {
	t.Helper()
	if bytes.Contains(bytes.ReplaceAll(raw, []byte("\r\n"), nil), []byte("\n")) {
		t.Error("a line ends without CR")
	}
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		if len(line) > 998 {
			t.Errorf("a line has %d bytes", len(line))
		}
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Message-ID", "Date", "From", "To", "Subject", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "MIME-Version"} {
		if m.Header.Get(name) == "" {
			t.Errorf("there is no %s", name)
		}
	}
	if m.Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || !strings.Contains(m.Header.Get("List-Unsubscribe"), "<https://") {
		t.Error("it cannot be unsubscribed with one click")
	}
	if subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil || utf8.RuneCountInString(subject) > 60 {
		t.Errorf("subject %q, %v", subject, err)
	}
	var leaves, all []string
	cids := map[string]bool{}
	html := ""
	parts(t, m.Header.Get, m.Body, func(mediaType string, params map[string]string, header func(string) string, body []byte) {
		all = append(all, mediaType)
		if strings.HasPrefix(mediaType, "multipart/") {
			return
		}
		leaves = append(leaves, mediaType)
		switch {
		case mediaType == "text/plain" && params["format"] != "flowed":
			t.Error("the text is not format=flowed")
		case mediaType == "text/html":
			html = string(body)
		case header("Content-Id") != "":
			cids[strings.Trim(header("Content-Id"), "<>")] = true
		}
	})
	if !slices.Contains(all, "multipart/alternative") || len(leaves) < 2 || leaves[0] != "text/plain" || leaves[1] != "text/html" {
		t.Errorf("its parts are %q", all)
	}
	if len(cids) > 0 && !slices.Contains(all, "multipart/related") {
		t.Error("a picture stands outside of multipart/related")
	}
	for _, used := range regexp.MustCompile(`"cid:([^"]+)"`).FindAllStringSubmatch(html, -1) {
		if !cids[used[1]] {
			t.Errorf("the picture %s is not in the message", used[1])
		}
		delete(cids, used[1])
	}
	if len(cids) > 0 {
		t.Errorf("pictures are not shown: %v", cids)
	}
}

// parts calls visit with every part of a message, those that hold others too.
func parts(t *testing.T, header func(string) string, body io.Reader, visit func(mediaType string, params map[string]string, header func(string) string, body []byte)) {
	t.Helper()
	mediaType, params, err := mime.ParseMediaType(header("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(mediaType, "multipart/") {
		visit(mediaType, params, header, nil)
		for r := multipart.NewReader(body, params["boundary"]); ; {
			p, err := r.NextRawPart()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			parts(t, p.Header.Get, p, visit)
		}
	}
	if strings.EqualFold(header("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	visit(mediaType, params, header, text)
}

// TestSpamAssassin asks SpamAssassin, with its local tests, what it thinks of the demo's message.
func TestSpamAssassin(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("spamassassin")
	if err != nil {
		t.Skip("there is no spamassassin")
	}
	l := demoLetters(t, t.TempDir())[0]
	raw, err := os.ReadFile(l.base + ".eml")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), program, "--local", "--prefspath", os.DevNull)
	c.Stdin = bytes.NewReader(raw)
	c.Env = append(os.Environ(), "HOME="+t.TempDir()) // it writes there what it learned
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	status := regexp.MustCompile(`X-Spam-Status: .*?score=(-?[0-9.]+)[^\n]*\n(?:[ \t][^\n]*\n)*`).FindSubmatch(out)
	if status == nil {
		t.Fatalf("there is no score in:\n%.2000s", out)
	}
	if score, err := strconv.ParseFloat(string(status[1]), 64); err != nil || score >= 1 {
		t.Errorf("%s", status[0])
	}
}
