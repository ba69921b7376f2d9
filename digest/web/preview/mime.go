package preview

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
)

// field is a field of a header as people read it, where it is not written so.
type field struct{ Name, Value string }

// part is a part of a message.
type part struct {
	Depth    int
	Type     string
	Encoding string
	Size     string // as it will be sent
}

// header is the header of a message as it will be sent, and those of its fields that are encoded, in words.
func header(raw []byte) (text string, decoded []field) {
	head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	text = strings.ReplaceAll(string(head), "\r\n", "\n")
	unfolded := strings.NewReplacer("\n ", " ", "\n\t", " ").Replace(text)
	for line := range strings.SplitSeq(unfolded, "\n") {
		name, value, _ := strings.Cut(line, ": ")
		if !strings.Contains(value, "=?") {
			continue
		}
		if words, err := new(mime.WordDecoder).DecodeHeader(value); err == nil {
			decoded = append(decoded, field{name, words})
		}
	}
	return text, decoded
}

// parts lists the parts of a message, those within another behind it.
func parts(raw []byte) []part {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil
	}
	return partsOf(m.Header.Get, m.Body, 0)
}

func partsOf(field func(string) string, body io.Reader, depth int) []part {
	const deepest = 5
	kind, params, err := mime.ParseMediaType(field("Content-Type"))
	if err != nil || depth > deepest {
		return nil
	}
	content, err := io.ReadAll(body)
	if err != nil {
		return nil
	}
	p := part{Depth: depth, Type: kind, Encoding: field("Content-Transfer-Encoding"), Size: kilobytes(len(content))}
	if id := field("Content-ID"); id != "" {
		p.Type += " " + id
	}
	all := []part{p}
	if !strings.HasPrefix(kind, "multipart/") {
		return all
	}
	for r := multipart.NewReader(bytes.NewReader(content), params["boundary"]); ; {
		next, err := r.NextRawPart()
		if err != nil {
			return all
		}
		all = append(all, partsOf(next.Header.Get, next, depth+1)...)
	}
}
