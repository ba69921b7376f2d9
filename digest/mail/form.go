package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/mail"
	"strconv"
	"time"

	"tidings/digest"
)

// Form is a message as go-mail built it, once for all readers who get the same, with blanks for what is each
// reader's own. It is not changed once it is made.
type Form struct {
	from  string // address of the sender
	parts []part
	size  int // bytes of all parts' texts
}

// part is literal text, and the blank after it.
type part struct {
	text  []byte
	blank blank
	n     int  // of a mark
	soft  bool // a soft line break ends what fills it
}

// blank is a kind of place that each message fills with its own.
type blank byte

// The kinds of blanks.
const (
	blankNone      blank = iota // the form's end
	blankTo                     // whole fields of the header
	blankDate                   //
	blankID                     //
	blankToken                  // a token in a field of the header
	blankTextToken              // a token in a body: on a line of its own, as all that follow
	blankText
	blankHTML
)

// TokenMark is the word that stands for Blanks.Tokens[n] in the links of a form's message, of which id is the
// Message-ID. n is less than 10.
func TokenMark(id string, n int) string { return mark(id) + "t" + strconv.Itoa(n) }

// WordsMark is the word that stands for Blanks.Words[n] in the text and the HTML of a form's message, of which id is the
// Message-ID. n is less than 10.
func WordsMark(id string, n int) string { return mark(id) + "w" + strconv.Itoa(n) }

// mark begins every mark. Nobody who writes a feed can guess it, as long as nobody can guess the ID.
func mark(id string) string {
	sum := sha256.Sum256([]byte("mark\x00" + id))
	return "m" + hex.EncodeToString(sum[:10])
}

// NewForm builds a message that has marks where a reader's own values go. Its To and Date are not used, and its ID only to
// tell marks and boundaries from the words of feeds: it must be as hard to guess as those of the messages, and is
// best the same for the same form.
func NewForm(m *digest.Message) (*Form, error) {
	blank := *m
	blank.To, blank.Date = mail.Address{Address: "form@form.invalid"}, time.Unix(0, 0).UTC()
	raw, err := build(&blank)
	if err != nil {
		return nil, fmt.Errorf("form of %s: %w", m.ID, err)
	}
	f := &Form{from: m.From.Address}
	head, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	f.cutHeader(head, mark(m.ID))
	f.cutBody(body, mark(m.ID), "--"+boundary("alternative", m.ID))
	f.pack()
	return f, nil
}

// pack puts the text of all parts into one piece of memory that is no larger than it must be: there may be hundreds of forms.
func (f *Form) pack() {
	for _, p := range f.parts {
		f.size += len(p.text)
	}
	all := make([]byte, 0, f.size)
	for i, p := range f.parts {
		all = append(all, p.text...)
		f.parts[i].text = all[len(all)-len(p.text) : len(all) : len(all)]
	}
}

// cutHeader parts the header into what is everybody's and what is not.
func (f *Form) cutHeader(head []byte, mark string) {
	own := map[string]blank{"To": blankTo, "Date": blankDate, "Message-ID": blankID}
	var text []byte
	for _, field := range fields(head) {
		name, _, _ := bytes.Cut(field, []byte(":"))
		if kind := own[string(name)]; kind != blankNone {
			f.parts, text = append(f.parts, part{text: text, blank: kind}), nil
			continue
		}
		for {
			i := bytes.Index(field, []byte(mark))
			if i < 0 {
				break
			}
			end := i + len(mark) + 2
			f.parts = append(f.parts, part{text: append(text, field[:i]...), blank: blankToken, n: int(field[end-1] - '0')})
			text, field = nil, field[end:]
		}
		text = append(text, field...)
	}
	f.parts = append(f.parts, part{text: append(text, "\r\n"...)})
}

// fields parts a header into its fields, each with its line ends.
func fields(head []byte) [][]byte {
	var all [][]byte
	for line := range bytes.SplitAfterSeq(append(head[:len(head):len(head)], "\r\n"...), []byte("\r\n")) {
		if last := len(all) - 1; last >= 0 && len(line) > 0 && line[0] == ' ' {
			all[last] = append(all[last][:len(all[last]):len(all[last])], line...)
		} else if len(line) > 0 {
			all = append(all, line)
		}
	}
	return all
}

// cutBody parts the bodies at their marks. Before a mark the line ends, unless the mark begins it, and what follows goes on
// in a new line: so whatever fills the blank needs to know nothing of its neighbours.
func (f *Form) cutBody(body []byte, mark, limit string) {
	last := len(f.parts) - 1
	text := f.parts[last].text
	f.parts = f.parts[:last]
	second := bytes.LastIndex(body[:bytes.LastIndex(body, []byte(limit))], []byte(limit)) // HTML begins here
	done := 0
	for _, at := range findMarks(body, mark) {
		text = append(text, body[done:at.start]...)
		if !bytes.HasSuffix(text, []byte("\r\n")) {
			text = append(text, softBreak...)
		}
		p := part{text: text, blank: blankTextToken, n: at.n, soft: !bytes.HasPrefix(body[at.end:], []byte("\r\n"))}
		if at.kind == 'w' {
			p.blank = blankText
			if at.start > second {
				p.blank = blankHTML
			}
		}
		f.parts = append(f.parts, p)
		text, done = nil, at.end
		if bytes.HasPrefix(body[done:], []byte(softBreak)) {
			done += len(softBreak)
		}
	}
	f.parts = append(f.parts, part{text: append(text, body[done:]...)})
	for i := range f.parts[last:] {
		f.parts[last+i].text = escapeDots(f.parts[last+i].text)
	}
}

const softBreak = "=\r\n" // RFC 2045 §6.7

// found is a mark in quoted-printable text.
type found struct {
	start, end int
	kind       byte // t or w
	n          int
}

// findMarks finds the marks, wherever soft line breaks split them.
func findMarks(body []byte, mark string) []found {
	flat := bytes.ReplaceAll(body, []byte(softBreak), nil)
	var all []found
	at := 0   // in body
	seen := 0 // in flat
	walk := func(n int) {
		for ; seen < n; seen++ {
			for bytes.HasPrefix(body[at:], []byte(softBreak)) {
				at += len(softBreak)
			}
			at++
		}
	}
	for from := 0; ; {
		i := bytes.Index(flat[from:], []byte(mark))
		if i < 0 {
			return all
		}
		start, end := from+i, from+i+len(mark)+2
		walk(start)
		for bytes.HasPrefix(body[at:], []byte(softBreak)) {
			at += len(softBreak)
		}
		m := found{start: at, kind: flat[end-2], n: int(flat[end-1] - '0')}
		walk(end)
		m.end = at
		all = append(all, m)
		from = end
	}
}
