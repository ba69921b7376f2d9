package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The largest files that are read.
const (
	maxYAML   = 4 << 20
	maxOPML   = 8 << 20
	maxCSV    = 64 << 20
	maxSecret = 64 << 10
)

// readFile reads a regular file up to a size.
func readFile(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, reason(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, reason(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return nil, reason(err)
	case int64(len(data)) > most:
		return nil, fmt.Errorf("it is larger than %d KiB", most>>10)
	}
	return data, nil
}

// withoutBOM leaves out the byte order mark that some editors put before the text.
func withoutBOM(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\ufeff")) }

// unixLines is a text with line feeds alone: the parser counts the lines of others wrong.
func unixLines(data []byte) string { return strings.ReplaceAll(string(data), "\r\n", "\n") }

// source is the text of a file, for showing its lines.
type source struct {
	name   string
	lines  []string
	parsed bool             // secrets are known: the document could be parsed
	spans  map[int][]column // by line: where secrets stand
}

// column is where on a line a secret stands, in characters from 1; to is behind it.
type column struct{ from, to int }

func newSource(name string, data []byte) *source {
	text := strings.ReplaceAll(strings.ToValidUTF8(string(data), "\uFFFD"), "\r\n", "\n")
	return &source{name: name, lines: strings.Split(text, "\n"), spans: map[int][]column{}}
}

// show returns a line as it may be shown, and where in it the column has come to: secrets are masked.
func (s *source) show(number, at int) (string, int) {
	if number < 1 || number > len(s.lines) {
		return "", 0
	}
	line := s.lines[number-1]
	if s.parsed {
		line, at = maskSpans([]rune(line), s.spans[number], at)
	} else {
		line = s.maskUnparsed(number)
	}
	line = strings.Map(printable, maskLogins(line))
	return line, min(at, utf8.RuneCountInString(line)+1)
}

func printable(r rune) rune {
	if r != '\t' && !unicode.IsPrint(r) {
		return '\uFFFD'
	}
	return r
}

const masked = "•••"

// maskSpans puts dots for the secrets of a line and moves the column along.
func maskSpans(line []rune, spans []column, at int) (string, int) {
	var b strings.Builder
	next, shift := 1, 0
	for _, s := range spans {
		from, to := min(max(s.from, next), len(line)+1), min(s.to, len(line)+1)
		if to <= from {
			continue
		}
		b.WriteString(string(line[next-1:from-1]) + masked)
		if at > from {
			shift += utf8.RuneCountInString(masked) - (min(at, to) - from)
		}
		next = to
	}
	b.WriteString(string(line[next-1:]))
	return b.String(), at + shift
}

// maskUnparsed masks by the look of the text, where a mistake of syntax keeps us from knowing better: all that stands
// behind a key that may name a secret, on its line and on those indented under it.
func (s *source) maskUnparsed(number int) string {
	line := s.lines[number-1]
	for i, depth := number-1, len(line)+1; i >= 0 && i > number-1000; i-- {
		above := s.lines[i]
		indent := indentOf(above)
		if strings.TrimSpace(above) == "" || indent >= depth {
			continue
		}
		if end := secretKey(above); end >= 0 {
			if i == number-1 {
				return line[:end] + " " + masked
			}
			return strings.Repeat(" ", min(indent, 40)) + masked
		}
		depth = indent
	}
	return line
}

// secretKey returns where the first key of a line that may name a secret ends, behind its colon; -1 if there is none.
func secretKey(line string) int {
	end := -1
	for at := 0; ; {
		i := strings.IndexByte(line[at:], ':')
		if i < 0 {
			return end
		}
		at += i + 1
		key := line[:at-1]
		if j := strings.LastIndexAny(key, " \t{,-"); j >= 0 && !strings.HasSuffix(key, "\"") {
			key = key[j+1:]
		}
		if namesSecret(strings.Trim(key, "\"' ")) {
			return at
		}
	}
}

// namesSecret tells whether what stands under a key should not be shown.
func namesSecret(key string) bool {
	key = strings.ToLower(key)
	if strings.HasSuffix(key, "_file") {
		return false
	}
	for _, word := range []string{"pass", "pasw", "pwd", "secret", "token", "auth", "cookie", "api", "headers", "header"} {
		if strings.Contains(key, word) {
			return true
		}
	}
	return didYouMean(key, []string{"password", "headers"}) != ""
}

// maskLogins puts dots for the logins of URLs: https://user:password@host.
func maskLogins(text string) string {
	var b strings.Builder
	for {
		i := strings.Index(text, "://")
		if i < 0 {
			return b.String() + text
		}
		b.WriteString(text[:i+3])
		text = text[i+3:]
		host := text
		if j := strings.IndexAny(text, "/?# \t\"'"); j >= 0 {
			host = text[:j]
		}
		if j := strings.LastIndexByte(host, '@'); j >= 0 {
			b.WriteString(masked)
			text = text[j:]
		}
	}
}
