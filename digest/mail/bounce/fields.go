package bounce

import (
	"bytes"
	"strings"
)

// The bounds of what is read of one header.
const (
	maxFields = 300
	maxField  = 4 << 10 // octets of one value
)

// fields are the header fields of foreign mail, of which nothing needs to be right: what is no field is passed over, what is too long is cut.
type fields []fieldLine

type fieldLine struct{ name, value string }

// readFields reads the fields up to the first empty line, and returns what follows that.
func readFields(text []byte) (f fields, rest []byte) {
	for len(text) > 0 {
		var line []byte
		line, text, _ = bytes.Cut(text, []byte("\n"))
		line = bytes.TrimRight(line, "\r")
		if len(bytes.TrimSpace(line)) == 0 {
			return f, text
		}
		if line[0] == ' ' || line[0] == '\t' {
			if last := len(f) - 1; last >= 0 && len(f[last].value)+len(line) <= maxField {
				f[last].value += " " + string(bytes.TrimSpace(line))
			}
			continue
		}
		name, value, ok := bytes.Cut(line, []byte(":"))
		name = bytes.TrimSpace(name)
		if !ok || bytes.ContainsAny(name, " \t") || len(f) >= maxFields { // such as the line "From " of a mailbox file
			continue
		}
		value = bytes.TrimSpace(value)
		f = append(f, fieldLine{strings.ToLower(string(name)), string(value[:min(len(value), maxField)])})
	}
	return f, nil
}

// get is the first value of a field; empty if it is not there. Names are in lower case.
func (f fields) get(name string) string {
	for _, line := range f {
		if line.name == name {
			return line.value
		}
	}
	return ""
}

// addresses are the mail addresses in all fields of the names, as they are written.
func (f fields) addresses(names ...string) (found []string) {
	for _, name := range names {
		for _, line := range f {
			if line.name == name {
				found = append(found, addressesIn(line.value)...)
			}
		}
	}
	return found
}

// addressesIn finds words with an @ in them. It need not understand names, comments and groups.
func addressesIn(text string) (found []string) {
	outside := func(r rune) bool { return r <= ' ' || strings.ContainsRune(`<>()[],;:"`, r) }
	for word := range strings.FieldsFuncSeq(text, outside) {
		if strings.Contains(word, "@") {
			found = append(found, word)
		}
	}
	return found
}

// messageID is what stands between angle brackets in a field, or else its first word with an @; empty if there is none.
func messageID(value string) string {
	if _, after, ok := strings.Cut(value, "<"); ok {
		id, _, _ := strings.Cut(after, ">")
		return strings.TrimSpace(id)
	}
	if ids := addressesIn(value); len(ids) > 0 {
		return ids[0]
	}
	return ""
}
