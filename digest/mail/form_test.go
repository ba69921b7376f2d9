package mail_test

import (
	"bytes"
	"context"
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail"
	"tidings/digest/mail/smtptest"
)

const formID = "form.Xk29v@news.example.com"

// formed is sample as a form's message.
func formed() *digest.Message {
	m := sample()
	m.ID = formID
	m.List.UnsubscribeURL = "https://news.example.com/u/" + mail.TokenMark(formID, 0)
	m.Text = "The Morning Paper\n\n" + mail.WordsMark(formID, 0) + "\n\n.Stories\n\nLeave:\n" + m.List.UnsubscribeURL + "\n"
	m.HTML = "<p>" + mail.WordsMark(formID, 0) + `</p><p style="color:#333"><a href="` + m.List.UnsubscribeURL + `">Leave</a></p>`
	return m
}

// filled is the same message for one reader, built whole.
func filled(b mail.Blanks) *digest.Message {
	m := sample()
	m.ID, m.To, m.Date = b.ID, b.To, b.Date
	m.List.UnsubscribeURL = "https://news.example.com/u/" + b.Tokens[0]
	m.Text = "The Morning Paper\n\n" + b.Words[0].Text + "\n\n.Stories\n\nLeave:\n" + m.List.UnsubscribeURL + "\n"
	m.HTML = "<p>" + b.Words[0].HTML + `</p><p style="color:#333"><a href="` + m.List.UnsubscribeURL + `">Leave</a></p>`
	return m
}

func blanks(address string) mail.Blanks {
	return mail.Blanks{
		ID: fmt.Sprintf("1f4a.%x@news.example.com", address), To: netmail.Address{Address: address}, Date: sample().Date,
		Tokens: []string{"Tok3n-_of-" + fmt.Sprintf("%x", address)},
		Words:  []mail.Words{{Text: "Hello " + address, HTML: "Hello <b>" + address + "</b>"}},
	}
}

func form(t testing.TB) *mail.Form {
	t.Helper()
	f, err := mail.NewForm(formed())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// queue hands out jobs and keeps what became of them.
type queue struct {
	mu    sync.Mutex
	jobs  []*mail.Job
	taken int
	begun map[string]int
	done  map[string][]error
}

func newQueue(t testing.TB, addresses ...string) *queue {
	q := &queue{begun: map[string]int{}, done: map[string][]error{}}
	f := form(t)
	for _, a := range addresses {
		q.jobs = append(q.jobs, &mail.Job{Form: f, Blanks: blanks(a)})
	}
	return q
}

func (q *queue) Next(context.Context) *mail.Job {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.jobs) == 0 {
		return nil
	}
	j := q.jobs[0]
	q.jobs = q.jobs[1:]
	q.taken++
	return j
}

func (q *queue) Begin(j *mail.Job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.begun[j.Blanks.To.Address]++
	return true
}

func (q *queue) Done(j *mail.Job, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.done[j.Blanks.To.Address] = append(q.done[j.Blanks.To.Address], err)
}

// same holds a message filled into its form equal to one that go-mail built whole: header by header, part by part.
func same(t testing.TB, b mail.Blanks) {
	t.Helper()
	raw, err := form(t).Bytes(b)
	whole, wholeErr := mail.Bytes(filled(b))
	if (err == nil) != (wholeErr == nil) {
		t.Fatalf("%+v: %v, but whole: %v", b, err, wholeErr)
	}
	if err != nil {
		return
	}
	_, domain, _ := strings.Cut(b.To.Address, "@")
	wellFormed(t, raw, isASCII(b.To.Address) || domain == "")
	for line := range bytes.Lines(raw) {
		if line[0] == '.' {
			t.Errorf("a line begins with a dot: %q", line)
		}
	}
	got, want := parse(t, raw), parse(t, whole)
	if got.text != want.text {
		t.Errorf("text\n%q\nwant\n%q", got.text, want.text)
	}
	if got.html != want.html {
		t.Errorf("HTML\n%q\nwant\n%q", got.html, want.html)
	}
	if len(got.header) != len(want.header) || strings.Join(got.shape, " ") != strings.Join(want.shape, " ") {
		t.Errorf("fields %v of %q, want %v of %q", len(got.header), got.shape, len(want.header), want.shape)
	}
	for field, values := range want.header {
		if field != "Content-Type" && !slices.Equal(values, got.header[field]) { // but for the boundary
			t.Errorf("%s: %q, want %q", field, got.header[field], values)
		}
	}
	if addresses, err := got.header.AddressList("To"); err != nil || len(addresses) != 1 || addresses[0].Address != b.To.Address {
		t.Errorf("To: %v, %v", addresses, err)
	}
}

func isASCII(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7f }) }

func hostileNames() []string {
	return []string{
		"", "Ann Reader", `Ann "the reader" O'Hara`, `back\\slash`, "semi; colon: <at> @ (comment), comma", "Jürgen Groß", strings.Repeat("Ø", 200),
		strings.Repeat("long name ", 20), strings.Repeat("x", 200), "=?UTF-8?q?=0D=0ABcc:_evil@example.com?=", "=?x", "?=", "=\r\n", "a\nBcc: b@example.com",
		"نادية حسن", "\u202eevil\u202c", "\u2066Ada\u2069", "👩‍👩‍👧 family", "今日の記事", ".", "..", ".leading dot", "trailing dot.", " spaces  within ", "tab\there",
		"nul\x00", "bad \xff utf-8", "From me", "--", "-- ", "-- \nsignature", "=3D=20", "=", "=20", "~!#$%^&*()_+{}|", "%s%d", "{{.Name}}", "<b>bold</b>", "&amp;",
		mail.WordsMark(formID, 0), mail.TokenMark(formID, 0), mail.WordsMark(formID, 7), "\ufeff", "e\u0301", strings.Repeat("\u0301", 50),
	}
}

func TestFormIsTheMessage(t *testing.T) {
	t.Parallel()
	addresses := []string{
		"ann@reader.example", "a+b=c@reader.example", "o'hara/!#$%&*{}|~^@reader.example", ".@reader.example", "a..b@reader.example", `"quoted"@reader.example`,
		"用户@xn--fsqu00a.example", "ünï.cødé@reader.example", strings.Repeat("x", 64) + "@" + strings.Repeat("long-domain.", 15) + "example",
		"a@b\r\nRCPT TO:<c@example.com>", "=?utf-8?q?x?=@reader.example", "", "-@-", "=@example.com",
	}
	for _, address := range addresses {
		for _, name := range hostileNames() {
			if strings.Contains(name, "\r") {
				continue
			}
			b := blanks("ann@reader.example")
			b.To = netmail.Address{Name: name, Address: address}
			b.Words[0] = mail.Words{Text: "Hello " + name + " \nof " + address, HTML: name + " of " + address}
			same(t, b)
			b.Words[0] = mail.Words{Text: name, HTML: name} // which also begin lines
			same(t, b)
		}
	}
}

// A mark is found wherever go-mail breaks the lines, and what stands beside it does not matter.
func TestFormFindsMarks(t *testing.T) {
	t.Parallel()
	for n := range 160 {
		for _, beside := range []string{"", " ", ".", "=", "é", "<"} {
			m := formed()
			m.Text = strings.Repeat("x", n) + beside + mail.WordsMark(formID, 0) + beside + mail.TokenMark(formID, 0) + mail.WordsMark(formID, 0) + "." + strings.Repeat("y", n) + "\n"
			m.HTML = strings.Repeat("ü", n) + beside + mail.TokenMark(formID, 0) + beside + ".z"
			f, err := mail.NewForm(m)
			if err != nil {
				t.Fatal(err)
			}
			b := blanks("ann@reader.example")
			b.Words[0].Text = ".dots\n.and é "
			raw, err := f.Bytes(b)
			if err != nil {
				t.Fatal(err)
			}
			wellFormed(t, raw, true)
			fill := strings.NewReplacer(mail.WordsMark(formID, 0), b.Words[0].Text, mail.TokenMark(formID, 0), b.Tokens[0]).Replace
			p := parse(t, raw)
			if got := strings.ReplaceAll(p.text, "\r\n", "\n"); got != fill(m.Text) || p.html != fill(m.HTML) {
				t.Fatalf("%d %q:\n%q\nwant\n%q\n%s", n, beside, got, fill(m.Text), raw)
			}
		}
	}
}

func TestFormRefuses(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*mail.Blanks){
		"lacks token 0":             func(b *mail.Blanks) { b.Tokens = nil },
		"lacks words 0":             func(b *mail.Blanks) { b.Words = nil },
		"token 0 is no word":        func(b *mail.Blanks) { b.Tokens[0] = "a>\r\nX: y" },
		"a carriage return":         func(b *mail.Blanks) { b.Words[0].Text = "a\r" },
		"no date":                   func(b *mail.Blanks) { b.Date = time.Time{} },
		"the Message-ID":            func(b *mail.Blanks) { b.ID = "a b" },
		"the name of the recipient": func(b *mail.Blanks) { b.To.Name = "a\nb" },
		"address \"nobody\"":        func(b *mail.Blanks) { b.To.Address = "nobody" },
	} {
		b := blanks("ann@reader.example")
		change(&b)
		if _, err := form(t).Bytes(b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func FuzzForm(f *testing.F) {
	for i, name := range hostileNames() {
		f.Add(name, "ann@reader.example", hostileNames()[len(hostileNames())-1-i])
	}
	f.Fuzz(func(t *testing.T, name, address, words string) {
		if len(words) > 4096 || len(name) > 4096 || strings.Contains(words, "\r") {
			t.Skip()
		}
		b := blanks("ann@reader.example")
		b.To = netmail.Address{Name: name, Address: address}
		b.Words[0] = mail.Words{Text: words, HTML: words}
		same(t, b)
	})
}

func TestCarry(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	s.Fault(smtptest.For(digest.StageRcpt, "gone@example.com", "550 5.1.1 nobody"))
	q := newQueue(t, "a@example.com", "gone@example.com", "b@example.com", "c@example.com")
	if err := dial(t, s, nil).Carry(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	if n := len(s.Messages()); n != 3 {
		t.Errorf("%d messages", n)
	}
	for address, errs := range q.done {
		if len(errs) != 1 || (errs[0] != nil) != (address == "gone@example.com") || q.begun[address] != 1 && errs[0] == nil {
			t.Errorf("%s: %v", address, errs)
		}
	}
}
