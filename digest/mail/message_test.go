package mail_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"flag"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail"
)

var update = flag.Bool("update", false, "write the golden files anew")

// picture begins as a JPEG does; nobody decodes it.
func picture() []byte {
	return append([]byte("\xff\xd8\xff\xe0"), bytes.Repeat([]byte("\x00pixels\r\n.\r\n"), 40)...)
}

func sample() *digest.Message {
	return &digest.Message{
		ID:      "1f4a.Wk3v9@news.example.com",
		From:    netmail.Address{Name: "The Morning Paper", Address: "news@example.com"},
		To:      netmail.Address{Name: "Ann Reader", Address: "ann@reader.example"},
		Date:    time.Date(2026, 5, 4, 6, 0, 0, 0, time.FixedZone("", 2*60*60)),
		Subject: "Tuesday: 12 articles about rivers and bridges",
		Text:    "Good morning.\n\n.A line that begins with a dot\nA line with a space at its end \n",
		HTML:    `<p style="color:#333">Good morning, Ann. Füße = feet.</p>`,
		List: digest.List{
			ID:              "weekly.news.example.com",
			Title:           "The Morning Paper",
			UnsubscribeURL:  "https://news.example.com/u/" + strings.Repeat("Tok3n-_", 12),
			UnsubscribeMail: "leave@example.com",
			Owner:           "owner@example.com",
			Archive:         "https://news.example.com/i/1f4a",
			Feedback:        "1f4a:weekly:tidings:news.example.com",
		},
	}
}

func withPicture(m *digest.Message) *digest.Message {
	m.HTML = `<p><img src="cid:3f2a.jpg" alt=""></p>`
	m.Images = []digest.Picture{{CID: "3f2a.jpg", Type: "image/jpeg", Data: picture(), Width: 600, Height: 300}}
	return m
}

// parsed is a message as a mail program sees it.
type parsed struct {
	header     netmail.Header
	raw        string
	text, html string
	pictures   map[string][]byte // by Content-ID
	shape      []string          // media types, outside in
}

func parse(t testing.TB, raw []byte) parsed {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("parse: %v\n%s", err, raw)
	}
	p := parsed{header: m.Header, raw: string(raw), pictures: map[string][]byte{}}
	p.walk(t, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), "", m.Body)
	return p
}

func (p *parsed) walk(t testing.TB, contentType, encoding, id string, body io.Reader) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatalf("Content-Type %q: %v", contentType, err)
	}
	p.shape = append(p.shape, kind)
	if strings.HasPrefix(kind, "multipart/") {
		if encoding != "" {
			t.Errorf("%s is encoded as %s", kind, encoding)
		}
		r := multipart.NewReader(body, params["boundary"])
		for {
			part, err := r.NextRawPart()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatalf("%s: %v\n%s", kind, err, p.raw)
			}
			p.walk(t, part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part.Header.Get("Content-Id"), part)
		}
	}
	switch encoding {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	default:
		t.Errorf("%s: Content-Transfer-Encoding %q", kind, encoding)
	}
	data, err := io.ReadAll(body)
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	switch kind {
	case "text/plain":
		p.text = string(data)
	case "text/html":
		p.html = string(data)
	default:
		p.pictures[id] = data
	}
}

// subject is the decoded Subject.
func (p parsed) subject(t testing.TB) string {
	t.Helper()
	s, err := new(mime.WordDecoder).DecodeHeader(p.header.Get("Subject"))
	if err != nil {
		t.Errorf("subject: %v", err)
	}
	return s
}

func mustBytes(t testing.TB, m *digest.Message) []byte {
	t.Helper()
	raw, err := mail.Bytes(m)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// wellFormed holds what must be true of every message, whatever is in it.
func wellFormed(t testing.TB, raw []byte, ascii bool) {
	t.Helper()
	text := string(raw)
	if strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") {
		t.Errorf("a line end is not CRLF:\n%q", text)
	}
	if !strings.HasSuffix(text, "\r\n") {
		t.Errorf("the last line does not end")
	}
	head, body, _ := strings.Cut(text, "\r\n\r\n")
	for line := range strings.SplitSeq(head, "\r\n") {
		if len(line) > 998 || line == "" {
			t.Errorf("a header line of %d bytes", len(line))
		}
		if len(line) > 78 && strings.Contains(strings.TrimPrefix(line, " "), " ") && strings.HasPrefix(line, " ") {
			t.Errorf("a header line of %d bytes could be folded: %s", len(line), line)
		}
	}
	for line := range strings.SplitSeq(body, "\r\n") {
		if len(line) > 76 {
			t.Errorf("a body line of %d bytes: %s", len(line), line)
		}
	}
	for i := range len(text) {
		if ascii && text[i] >= 0x80 || text[i] < ' ' && text[i] != '\r' && text[i] != '\n' && text[i] != '\t' {
			t.Fatalf("byte %#x at %d", text[i], i)
		}
	}
}

func TestBytesGolden(t *testing.T) {
	t.Parallel()
	plainHTTP := sample()
	plainHTTP.List.UnsubscribeURL = "http://news.example.com/u/token"
	plainHTTP.ReplyTo = netmail.Address{Name: "Jürgen", Address: "juergen@example.com"}
	for name, m := range map[string]*digest.Message{"plain": sample(), "picture": withPicture(sample()), "http": plainHTTP} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := mustBytes(t, m)
			wellFormed(t, raw, true)
			path := filepath.Join("testdata", name+".eml")
			// Git and editors like LF; nothing else is changed.
			got := bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s has changed (-update writes it):\n%s", path, got)
			}
		})
	}
}

func TestBytesParts(t *testing.T) {
	t.Parallel()
	m := sample()
	p := parse(t, mustBytes(t, m))
	if got := strings.Join(p.shape, " "); got != "multipart/alternative text/plain text/html" {
		t.Errorf("shape %s", got)
	}
	if got := strings.ReplaceAll(p.text, "\r\n", "\n"); got != m.Text {
		t.Errorf("text %q", got)
	}
	if p.html != m.HTML {
		t.Errorf("HTML %q", p.html)
	}

	p = parse(t, mustBytes(t, withPicture(m)))
	if got := strings.Join(p.shape, " "); got != "multipart/alternative text/plain multipart/related text/html image/jpeg" {
		t.Errorf("shape %s", got)
	}
	if !bytes.Equal(p.pictures["<3f2a.jpg>"], picture()) {
		t.Errorf("pictures %q", p.pictures)
	}
}

func TestBytesHeader(t *testing.T) {
	t.Parallel()
	h := parse(t, mustBytes(t, sample())).header
	for field, want := range map[string]string{
		"From":                     `"The Morning Paper" <news@example.com>`,
		"To":                       `"Ann Reader" <ann@reader.example>`,
		"Reply-To":                 "",
		"Date":                     "Mon, 04 May 2026 06:00:00 +0200",
		"Message-Id":               "<1f4a.Wk3v9@news.example.com>",
		"Subject":                  "Tuesday: 12 articles about rivers and bridges",
		"List-Id":                  `"The Morning Paper" <weekly.news.example.com>`,
		"List-Unsubscribe":         "<https://news.example.com/u/" + strings.Repeat("Tok3n-_", 12) + ">, <mailto:leave@example.com?subject=unsubscribe>",
		"List-Unsubscribe-Post":    "List-Unsubscribe=One-Click",
		"List-Owner":               "<mailto:owner@example.com>",
		"List-Help":                "<mailto:owner@example.com?subject=help>",
		"List-Archive":             "<https://news.example.com/i/1f4a>",
		"List-Post":                "NO",
		"Auto-Submitted":           "auto-generated",
		"Precedence":               "bulk",
		"X-Auto-Response-Suppress": "All",
		"Feedback-Id":              "1f4a:weekly:tidings:news.example.com",
		"Mime-Version":             "1.0",
		"X-Mailer":                 "",
		"User-Agent":               "",
	} {
		if got := h.Get(field); got != want {
			t.Errorf("%s: %s\nwant %s", field, got, want)
		}
		if len(h[field]) > 1 {
			t.Errorf("%s is there %d times", field, len(h[field]))
		}
	}
}

// One click is promised only where the POST is safe; a list without links has no fields for them.
func TestBytesOneClick(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"https://news.example.com/u/x": true, "http://127.0.0.1:8080/u/x": true, "http://localhost:8080/u/x": true, "http://[::1]/u/x": true,
		"http://news.example.com/u/x": false, "": false,
	} {
		m := sample()
		m.List = digest.List{UnsubscribeURL: address}
		h := parse(t, mustBytes(t, m)).header
		if got := h.Get("List-Unsubscribe-Post") != ""; got != want {
			t.Errorf("%q: %v", address, got)
		}
		if got := h.Get("List-Unsubscribe") != ""; got != (address != "") {
			t.Errorf("%q: List-Unsubscribe: %v", address, got)
		}
		for _, field := range []string{"List-Id", "List-Owner", "List-Archive", "Feedback-Id"} {
			if _, there := h[field]; there {
				t.Errorf("%q: there is a %s", address, field)
			}
		}
	}
}

func TestBytesAreTheSameEachTime(t *testing.T) {
	t.Parallel()
	first := mustBytes(t, withPicture(sample()))
	for range 20 {
		if !bytes.Equal(first, mustBytes(t, withPicture(sample()))) {
			t.Fatal("they differ")
		}
	}
	other := withPicture(sample())
	other.ID = "another@news.example.com"
	boundary := func(raw []byte) string {
		_, params, err := mime.ParseMediaType(parse(t, raw).header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		return params["boundary"]
	}
	if boundary(first) == boundary(mustBytes(t, other)) {
		t.Error("two messages have one boundary")
	}
}

func TestBytesForeignWords(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ subject, want string }{
		"cyrillic":   {"Новые статьи: " + strings.Repeat("длинный заголовок ", 6), "Новые статьи: " + strings.TrimSpace(strings.Repeat("длинный заголовок ", 6))},
		"cjk":        {strings.Repeat("今日の記事", 20), strings.Repeat("今日の記事", 20)},
		"arabic":     {"أخبار \u202eاليوم\u202c", "أخبار اليوم"},
		"emoji":      {"👩‍👩‍👧 news", "👩‍👩‍👧 news"},
		"controls":   {"bell\a, nul\x00, tab\tend", "bell, nul, tab end"},
		"encoded":    {"=?UTF-8?q?not_encoded?=", "= ?UTF-8?q?not_encoded?="},
		"bad utf-8":  {"caf\xe9", "caf"},
		"long":       {strings.Repeat("word ", 70), strings.Repeat("word ", 59) + "word…"},
		"long word":  {strings.Repeat("x", 300), strings.Repeat("x", 300)},
		"very long":  {strings.Repeat("ä", 5000), strings.Repeat("ä", 299) + "…"},
		"whitespace": {"  a \u00a0 b  ", "a b"},
		"empty":      {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := sample()
			m.Subject, m.To.Name, m.From.Name, m.List.Title = tc.subject, tc.subject, tc.subject, tc.subject
			raw := mustBytes(t, m)
			wellFormed(t, raw, true)
			p := parse(t, raw)
			if got := p.subject(t); got != tc.want {
				t.Errorf("subject %q\nwant %q", got, tc.want)
			}
			to, err := p.header.AddressList("To")
			if err != nil || len(to) != 1 || to[0].Address != m.To.Address {
				t.Errorf("To %q: %v, %v", p.header.Get("To"), to, err)
			} else if len(tc.subject) < 200 && to[0].Name != tc.want {
				t.Errorf("name %q\nwant %q", to[0].Name, tc.want)
			}
			if id := p.header.Get("List-Id"); !strings.HasSuffix(id, "<weekly.news.example.com>") {
				t.Errorf("List-Id: %s", id)
			}
		})
	}
}

func TestBytesRefuses(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*digest.Message){
		"the subject":                         func(m *digest.Message) { m.Subject = "hello\r\nBcc: all@example.com" },
		"the name of the recipient":           func(m *digest.Message) { m.To.Name = "Ann\nBcc: all@example.com" },
		"the name of the sender":              func(m *digest.Message) { m.From.Name = "News\rX: y" },
		"the list title":                      func(m *digest.Message) { m.List.Title = "a\nb" },
		"the Message-ID":                      func(m *digest.Message) { m.ID = "a@b>\r\nX: <y" },
		"the Message-ID is empty":             func(m *digest.Message) { m.ID = "" },
		"the List-Id":                         func(m *digest.Message) { m.List.ID = "a b" },
		"the Feedback-ID":                     func(m *digest.Message) { m.List.Feedback = "a\nb" },
		"no http or https address":            func(m *digest.Message) { m.List.UnsubscribeURL = "javascript:alert(1)" },
		`link "https://x.example/\n"`:         func(m *digest.Message) { m.List.Archive = "https://x.example/\n" },
		`address "a@b@c d"`:                   func(m *digest.Message) { m.List.Owner = "a@b@c d" },
		"no @":                                func(m *digest.Message) { m.To.Address = "nobody" },
		"what is before the @":                func(m *digest.Message) { m.To.Address = "a>b@example.com" },
		"what is after the @ is no host name": func(m *digest.Message) { m.To.Address = "a@bücher.example" },
		"sender: address":                     func(m *digest.Message) { m.From.Address = "" },
		"reply address":                       func(m *digest.Message) { m.ReplyTo.Address = "a@b\r\n" },
		"no date":                             func(m *digest.Message) { m.Date = time.Time{} },
		"no text":                             func(m *digest.Message) { m.Text = "" },
		`picture "a\r\nb"`:                    func(m *digest.Message) { withPicture(m).Images[0].CID = "a\r\nb" },
		"no type of picture":                  func(m *digest.Message) { withPicture(m).Images[0].Type = "text/html" },
	} {
		m := sample()
		change(m)
		if _, err := mail.Bytes(m); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
}

// A local part beyond ASCII stands in the header as it is (RFC 6532); all else stays ASCII.
func TestBytesInternationalAddress(t *testing.T) {
	t.Parallel()
	m := sample()
	m.To = netmail.Address{Name: "用户", Address: "用户@xn--fsqu00a.example"}
	raw := mustBytes(t, m)
	wellFormed(t, raw, false)
	to, err := parse(t, raw).header.AddressList("To")
	if err != nil || to[0].Address != m.To.Address || to[0].Name != m.To.Name {
		t.Errorf("To: %v, %v", to, err)
	}
}

func FuzzBytes(f *testing.F) {
	f.Add("Subject", "Ann", "text\n", "<p>html</p>", "tok")
	f.Add("a\r\nBcc: x@y.example", "b\nX: y", ".\r\n.\n\r", "--alt_\r\n=\r\n", "?a=b c")
	f.Add("\u202e\u0000=?utf-8?q?x?=", strings.Repeat("\"\\", 100), strings.Repeat("x", 3000), "\xff\xfe", "#%zz")
	f.Add(strings.Repeat("語", 300), "a, b <c@d>", "From me\n \n", "<!---->", "\x7f")
	f.Fuzz(func(t *testing.T, subject, name, text, html, token string) {
		m := withPicture(sample())
		m.Subject, m.To.Name, m.From.Name, m.List.Title, m.Text, m.HTML = subject, name, name, name, text, html
		m.List.UnsubscribeURL = "https://news.example.com/u/" + token
		raw, err := mail.Bytes(m)
		if err != nil {
			return
		}
		wellFormed(t, raw, true)
		p := parse(t, raw)
		if got := strings.Join(p.shape, " "); got != "multipart/alternative text/plain multipart/related text/html image/jpeg" {
			t.Errorf("shape %s", got)
		}
		if to, err := p.header.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != m.To.Address {
			t.Errorf("To: %v, %v", to, err)
		}
		plain := parse(t, mustBytes(t, withPicture(sample()))).header
		for field := range p.header {
			if _, known := plain[field]; !known || len(p.header[field]) > 1 {
				t.Errorf("there is a field %s: %q", field, p.header[field])
			}
		}
		if !bytes.Equal(p.pictures["<3f2a.jpg>"], picture()) {
			t.Error("the picture is spoilt")
		}
	})
}

func BenchmarkBytes(b *testing.B) {
	m := sample()
	m.Text = strings.Repeat("A paragraph of plain text, such as a summary is.\n", 400)
	m.HTML = strings.Repeat(`<p style="margin:0 0 12px">A paragraph of HTML, such as a summary is.</p>`, 800)
	b.ReportAllocs()
	for b.Loop() {
		mustBytes(b, m)
	}
}
