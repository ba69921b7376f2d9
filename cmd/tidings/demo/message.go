package demo

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
)

// Message is a received message, taken apart.
type Message struct {
	Received
	Headers  []Header // decoded, in their order
	Subject  string
	Sender   string
	Text     string
	HTML     string
	Pictures map[string]Picture // by Content-ID
}

// Header is a header field as people read it.
type Header struct{ Name, Value string }

// Picture is an embedded image.
type Picture struct {
	Type string
	Data []byte
}

// Parse takes a message apart (RFC 5322, RFC 2046).
func Parse(r Received) (Message, error) {
	parsed, err := mail.ReadMessage(bytes.NewReader(r.Data))
	if err != nil {
		return Message{}, fmt.Errorf("message to %s: %w", r.To, err)
	}
	m := Message{Received: r, Headers: headers(r.Data), Pictures: map[string]Picture{}}
	m.Subject = decodeWords(parsed.Header.Get("Subject"))
	m.Sender = decodeWords(parsed.Header.Get("From"))
	if from, err := parsed.Header.AddressList("From"); err == nil {
		m.Sender = from[0].Name
	}
	if err := m.part(parsed.Header.Get, parsed.Body, 0); err != nil {
		return Message{}, fmt.Errorf("message to %s: %w", r.To, err)
	}
	return m, nil
}

// part reads a part and the parts in it.
func (m *Message) part(header func(string) string, body io.Reader, depth int) error {
	const deepest = 5
	kind, params, err := mime.ParseMediaType(header("Content-Type"))
	if err != nil {
		return err
	}
	if strings.HasPrefix(kind, "multipart/") && depth < deepest {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if err := m.part(p.Header.Get, p, depth+1); err != nil {
				return err
			}
		}
	}
	data, err := io.ReadAll(decoded(body, header("Content-Transfer-Encoding")))
	if err != nil {
		return err
	}
	switch {
	case kind == "text/plain":
		m.Text = strings.ReplaceAll(string(data), "\r\n", "\n")
	case kind == "text/html":
		m.HTML = string(data)
	case strings.HasPrefix(kind, "image/"):
		m.Pictures[strings.Trim(header("Content-ID"), "<>")] = Picture{Type: kind, Data: data}
	}
	return nil
}

func decoded(body io.Reader, encoding string) io.Reader {
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	}
	return body
}

// headers unfolds the header fields, which net/mail gives without their order.
func headers(data []byte) []Header {
	head, _, _ := bytes.Cut(data, []byte("\r\n\r\n"))
	unfolded := strings.NewReplacer("\r\n ", " ", "\r\n\t", " ").Replace(string(head))
	var all []Header
	for line := range strings.SplitSeq(unfolded, "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		all = append(all, Header{name, decodeWords(strings.TrimSpace(value))})
	}
	return all
}

func decodeWords(s string) string {
	if plain, err := new(mime.WordDecoder).DecodeHeader(s); err == nil {
		return plain
	}
	return s
}

// Topics are the names of the sections.
func (m Message) Topics() []string {
	names := m.Sections()
	for i, name := range names {
		names[i], _, _ = strings.Cut(name, ": ")
	}
	return names
}

// Sections are what the text edition lists under "In this issue", such as "Databases: 4 stories, 4 min": the lines with the
// numbers 1, 2, 3 and so on.
func (m Message) Sections() []string {
	var names []string
	for line := range strings.SplitSeq(m.Text, "\n") {
		number, name, ok := strings.Cut(strings.TrimSpace(line), ". ")
		if ok && number == fmt.Sprint(len(names)+1) {
			names = append(names, name)
		}
	}
	return names
}
