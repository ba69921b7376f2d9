package fetch

import (
	"bytes"
	"strconv"
)

// clean removes, in place, the characters that no XML document may hold (XML 1.0 §2.2), written out or as numeric
// references; one of them makes the parser give up the whole document.
func clean(b []byte) []byte {
	w, copied := 0, 0
	for i := 0; i < len(b); {
		// What can be none of them is passed over quickly.
		if c := b[i]; c >= 0x20 && c != '&' && c != 0xEF {
			i++
			continue
		}
		n := illegal(b[i:])
		if n == 0 {
			i++
			continue
		}
		w += copy(b[w:], b[copied:i])
		i += n
		copied = i
	}
	if copied == 0 {
		return b
	}
	w += copy(b[w:], b[copied:])
	return b[:w]
}

// illegal is the length of the illegal character at the start of b; 0 if that one may stay.
func illegal(b []byte) int {
	switch c := b[0]; {
	case c < 0x20:
		if c != '\t' && c != '\n' && c != '\r' {
			return 1
		}
	case c == '&':
		if len(b) > 2 && b[1] == '#' {
			return illegalReference(b)
		}
	case c == 0xEF: // U+FFFE and U+FFFF
		if len(b) > 2 && b[1] == 0xBF && b[2] >= 0xBE {
			return 3
		}
	}
	return 0
}

// illegalReference is the length of a numeric reference to a character that XML forbids; 0 for any other.
func illegalReference(b []byte) int {
	end := bytes.IndexByte(b[:min(len(b), 16)], ';')
	if end < 3 {
		return 0
	}
	digits, base := string(b[2:end]), 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 64)
	if err != nil || legal(n) {
		return 0
	}
	return end + 1
}

func legal(n uint64) bool {
	return n == '\t' || n == '\n' || n == '\r' ||
		0x20 <= n && n <= 0xD7FF || 0xE000 <= n && n <= 0xFFFD || 0x10000 <= n && n <= 0x10FFFF
}
