package bounce

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/quotedprintable"
	"strings"
)

// The bounds of the MIME structure that is looked at.
const (
	maxDepth = 5
	maxParts = 50
)

// part is a leaf of a message's MIME structure. Messages within the message are leaves.
type part struct {
	kind   string // media type in lower case
	report string // report-type of the multipart/report that holds it
	body   []byte // decoded
}

// readParts takes a message apart as far as it can be: what is cut off, nested deeper than allowed or wrongly encoded yields what can be read of it.
func readParts(header fields, body []byte) []part {
	var parts []part
	walkParts(header, body, "", maxDepth, &parts)
	return parts
}

func walkParts(header fields, body []byte, report string, depth int, parts *[]part) {
	kind, params := mediaType(header.get("content-type"))
	if strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" {
		if depth == 0 {
			return
		}
		if kind == "multipart/report" {
			report = strings.ToLower(params["report-type"])
		}
		for _, section := range sections(body, params["boundary"]) {
			if len(*parts) >= maxParts {
				return
			}
			inner, rest := readFields(section)
			walkParts(inner, rest, report, depth-1, parts)
		}
		return
	}
	*parts = append(*parts, part{kind: kind, report: report, body: decoded(body, header.get("content-transfer-encoding"))})
}

// mediaType reads a Content-Type; one that is missing or cannot be read is text/plain (RFC 2045 §5.2).
func mediaType(value string) (kind string, params map[string]string) {
	kind, params, err := mime.ParseMediaType(value)
	if err == nil || kind != "" && params != nil {
		return kind, params
	}
	kind, _, _ = strings.Cut(strings.ToLower(value), ";")
	if kind = strings.TrimSpace(kind); !strings.Contains(kind, "/") {
		return "text/plain", nil
	}
	params = map[string]string{}
	if _, after, ok := strings.Cut(value, "boundary="); ok {
		after = strings.TrimPrefix(after, `"`)
		end := strings.IndexAny(after, "\"; \t")
		if end < 0 {
			end = len(after)
		}
		params["boundary"] = after[:end]
	}
	return kind, params
}

// sections cuts the body of a multipart at its boundary lines (RFC 2046 §5.1.1). The last one may lack its end.
func sections(body []byte, boundary string) [][]byte {
	var found [][]byte
	delimiter := []byte("--" + boundary)
	start := -1
	for at := 0; at < len(body) && len(found) < maxParts; {
		next := len(body)
		if i := bytes.IndexByte(body[at:], '\n'); i >= 0 {
			next = at + i + 1
		}
		if after, ok := bytes.CutPrefix(body[at:next], delimiter); ok {
			after = bytes.TrimSpace(after)
			if last := string(after) == "--"; last || len(after) == 0 {
				if start >= 0 {
					found = append(found, body[start:at])
				}
				start = next
				if last {
					return found
				}
			}
		}
		at = next
	}
	if start >= 0 && start < len(body) && len(found) < maxParts {
		found = append(found, body[start:])
	}
	return found
}

// decoded undoes a transfer encoding, up to where it is broken.
func decoded(body []byte, encoding string) []byte {
	var r io.Reader
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, bytes.NewReader(body))
	case "quoted-printable":
		r = quotedprintable.NewReader(bytes.NewReader(body))
	default:
		return body
	}
	out, _ := io.ReadAll(r) // as far as it goes
	return out
}
