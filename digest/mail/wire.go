package mail

import "bytes"

// wireForm is a message as it follows DATA: every line end is CRLF, a line that begins with a dot gets a second one, and
// the lone dot ends it (RFC 5321 §4.5.2). A line feed or carriage return by itself becomes a line end too: what
// a server might read as one must not hide a second message in the first.
func wireForm(raw []byte) []byte {
	out := make([]byte, 0, len(raw)+len(raw)/64+8)
	for len(raw) > 0 {
		var line []byte
		line, raw = cutLine(raw)
		if len(line) > 0 && line[0] == '.' {
			out = append(out, '.')
		}
		out = append(append(out, line...), '\r', '\n')
	}
	return append(out, '.', '\r', '\n')
}

// cutLine parts the first line from what follows its end, be it CRLF, LF or CR.
func cutLine(text []byte) (line, rest []byte) {
	i := bytes.IndexByte(text, '\n')
	if i < 0 {
		i = len(text)
	}
	if j := bytes.IndexByte(text[:i], '\r'); j >= 0 {
		line, rest = text[:j], text[j+1:]
		if len(rest) > 0 && rest[0] == '\n' {
			rest = rest[1:]
		}
		return line, rest
	}
	return text[:i], text[min(i+1, len(text)):]
}
