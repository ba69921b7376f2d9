package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"tidings/digest"
)

// Bytes is the message as it goes over the wire (RFC 5322), with CRLF line ends and without dot-stuffing: multipart/alternative,
// text first; the HTML within multipart/related if it has pictures; UTF-8 in quoted-printable. All is 7-bit, but for
// the local part of an address that needs SMTPUTF8. The same message always gives the same bytes.
//
// It is an error if a header field would hold a line break, or if the message lacks a sender, a recipient, an ID, a date
// or a text.
func Bytes(m *digest.Message) ([]byte, error) {
	raw, err := build(m)
	if err != nil {
		return nil, fmt.Errorf("message to %q: %w", m.To.Address, err)
	}
	return raw, nil
}

func build(m *digest.Message) ([]byte, error) {
	if m.Text == "" || m.HTML == "" {
		return nil, fmt.Errorf("it has no text or no HTML")
	}
	out := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary(boundary("alternative", m.ID)))
	if err := setHeader(out, m); err != nil {
		return nil, err
	}
	// The text marks its soft line ends with a space (RFC 3676).
	out.SetBodyString(gomail.TypeTextPlain+"; format=flowed; delsp=no", m.Text)
	if len(m.Images) == 0 {
		out.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
		return write(out)
	}
	return withPictures(out, m)
}

// withPictures adds the HTML and its pictures as one multipart/related (RFC 2387).
//
// go-mail by itself would put multipart/related around the alternatives, with the same boundary at both levels once
// one is set, so the related part is a message of its own here, of which the body is taken.
func withPictures(out *gomail.Msg, m *digest.Message) ([]byte, error) {
	limit := boundary("related", m.ID)
	inner := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary(limit))
	inner.SetMessageIDWithValue(m.ID)
	inner.SetDateWithValue(m.Date)
	inner.SetBodyString(gomail.TypeTextHTML, m.HTML)
	for _, p := range m.Images {
		if err := checkPicture(p); err != nil {
			return nil, err
		}
		inner.EmbedReadSeeker(p.CID, bytes.NewReader(p.Data), gomail.WithFileContentType(gomail.ContentType(p.Type)))
	}
	related, err := write(inner)
	if err != nil {
		return nil, err
	}
	_, related, _ = bytes.Cut(related, []byte("\r\n\r\n"))

	label := `multipart/related; type="text/html";` + "\r\n boundary=" + limit
	out.AddAlternativeWriter(gomail.ContentType(label), func(w io.Writer) (int64, error) {
		n, err := w.Write(related)
		return int64(n), err
	}, gomail.WithPartEncoding(gomail.NoEncoding))
	raw, err := write(out)
	if err != nil {
		return nil, err
	}
	// go-mail labels what it does not encode as 8bit, and everything with a charset: neither is true of a multipart.
	wrong := "Content-Transfer-Encoding: 8bit\r\nContent-Type: " + label + "; charset=UTF-8\r\n"
	return bytes.Replace(raw, []byte(wrong), []byte("Content-Type: "+label+"\r\n"), 1), nil
}

func write(m *gomail.Msg) ([]byte, error) {
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return nil, err
	}
	return escapeDots(b.Bytes()), nil
}

// boundary parts one level of a message. It follows from the Message-ID, so that a second try sends the same bytes, and
// no body can hold it: nobody who writes a feed can guess the ID.
func boundary(level, id string) string {
	sum := sha256.Sum256([]byte(level + "\x00" + id))
	return level[:3] + "_" + hex.EncodeToString(sum[:16])
}

// checkPicture keeps foreign words out of the headers of a part.
func checkPicture(p digest.Picture) error {
	if len(p.CID) > 100 || !isWord(p.CID) {
		return fmt.Errorf("picture %q: the name may hold letters, digits, dots, - and _ only", p.CID)
	}
	if t, params, err := mime.ParseMediaType(p.Type); err != nil || len(params) > 0 || !strings.HasPrefix(t, "image/") {
		return fmt.Errorf("picture %s: %q is no type of picture", p.CID, p.Type)
	}
	return nil
}

// isWord tells whether s has some letters, digits, dots, hyphens and underscores, and nothing else.
func isWord(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return s != ""
}
