package mail

import (
	"fmt"
	"mime/quotedprintable"
	"strings"
	"time"
)

// Bytes is the message of one reader, as Bytes of the package is: with CRLF line ends, without dot-stuffing.
func (f *Form) Bytes(b Blanks) ([]byte, error) {
	var fl filling
	if err := fl.fill(f, b); err != nil {
		return nil, fmt.Errorf("message to %q: %w", b.To.Address, err)
	}
	return f.join(make([]byte, 0, f.size+len(fl.text)), &fl), nil
}

// filling is what fills the blanks of a form in one message.
type filling struct {
	text []byte // one after the other
	ends []int  // in text, of what follows each part
}

// fill writes what fills the blanks of the form. Only this can fail: after it the message is as good as built.
func (fl *filling) fill(f *Form, b Blanks) (err error) {
	fl.text, fl.ends = fl.text[:0], fl.ends[:0]
	for _, p := range f.parts {
		if fl.text, err = p.fill(fl.text, b); err != nil {
			return err
		}
		fl.ends = append(fl.ends, len(fl.text))
	}
	return nil
}

// join appends the message.
func (f *Form) join(out []byte, fl *filling) []byte {
	from := 0
	for i, p := range f.parts {
		out = append(append(out, p.text...), fl.text[from:fl.ends[i]]...)
		from = fl.ends[i]
	}
	return out
}

func (p part) fill(out []byte, b Blanks) ([]byte, error) {
	switch p.blank {
	case blankNone:
		return out, nil
	case blankTo:
		to, err := person("recipient", b.To)
		if err != nil {
			return nil, err
		}
		return appendField(out, "To", to.String()), nil
	case blankDate:
		if b.Date.IsZero() {
			return nil, fmt.Errorf("it has no date")
		}
		return appendField(out, "Date", b.Date.Format(time.RFC1123Z)), nil
	case blankID:
		if err := checkWord("Message-ID", b.ID); err != nil {
			return nil, err
		}
		return appendField(out, "Message-ID", "<"+b.ID+">"), nil
	case blankToken, blankTextToken:
		if p.n >= len(b.Tokens) {
			return nil, fmt.Errorf("it lacks token %d", p.n)
		}
		if !isWord(b.Tokens[p.n]) {
			return nil, fmt.Errorf("token %d is no word", p.n)
		}
		if p.blank == blankToken {
			return append(out, b.Tokens[p.n]...), nil
		}
		return p.encode(out, b.Tokens[p.n])
	}
	if p.n >= len(b.Words) {
		return nil, fmt.Errorf("it lacks words %d", p.n)
	}
	if p.blank == blankText {
		return p.encode(out, b.Words[p.n].Text)
	}
	return p.encode(out, b.Words[p.n].HTML)
}

// encode appends text in quoted-printable, on lines of its own.
func (p part) encode(out []byte, text string) ([]byte, error) {
	if text == "" {
		return out, nil
	}
	if isPlain(text) {
		out = append(out, text...)
	} else {
		encoded, err := encodeQP(text)
		if err != nil {
			return nil, err
		}
		out = append(out, encoded...)
	}
	if p.soft {
		out = append(out, softBreak...)
	}
	return out, nil
}

// isPlain tells whether a text is its own encoding.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '=' {
			return false
		}
	}
	return len(text) < maxLine && text[0] != '.' && text[len(text)-1] != ' '
}

func encodeQP(text string) ([]byte, error) {
	if strings.Contains(text, "\r") { // it might become one line end with what follows
		return nil, fmt.Errorf("words hold a carriage return")
	}
	w := make(appender, 0, len(text)+len(text)/8+len(softBreak))
	q := quotedprintable.NewWriter(&w)
	if _, err := q.Write([]byte(text)); err != nil {
		return nil, err
	}
	if err := q.Close(); err != nil {
		return nil, err
	}
	return escapeDots(w), nil
}

// appender appends what is written to it.
type appender []byte

func (a *appender) Write(p []byte) (int, error) {
	*a = append(*a, p...)
	return len(p), nil
}

// appendField appends a field of the header, folded at its spaces as go-mail does it.
func appendField(out []byte, name, value string) []byte {
	out = append(append(out, name...), ':')
	left := maxLine - 4 - len(name)
	for word := range strings.SplitSeq(value, " ") {
		if left-len(word) <= 1 {
			out = append(out, "\r\n"...)
			left = maxLine - 3
		}
		out = append(append(out, ' '), word...)
		left -= 1 + len(word)
	}
	return append(out, "\r\n"...)
}
