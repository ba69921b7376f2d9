package fetch

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// clean removes, in place, the characters that no XML document may hold (XML 1.0 §2.2), written out or as numeric
// references; one of them makes the parser give up the whole document. Of two references that are the halves of a character, as programs write
// it that count in UTF-16, it makes that character.
func clean(b []byte) []byte {
	w, copied := 0, 0
	for i := 0; i < len(b); {
		// What can be none of them is passed over quickly.
		if c := b[i]; c >= 0x20 && c != '&' && c != 0xEF {
			i++
			continue
		}
		whole, n := surrogates(b[i:])
		if n == 0 {
			n = illegal(b[i:])
		}
		if n == 0 {
			i++
			continue
		}
		w += copy(b[w:], b[copied:i])
		if whole != 0 {
			w += utf8.EncodeRune(b[w:], whole)
		}
		i += n
		copied = i
	}
	if copied == 0 {
		return b
	}
	w += copy(b[w:], b[copied:])
	return b[:w]
}

// surrogates is the character that two references at the start of b are the halves of, and their length; 0 if they are none. They may be
// escaped twice, as HTML within XML is.
func surrogates(b []byte) (whole rune, length int) {
	if b[0] != '&' {
		return 0, 0
	}
	high, n := reference(b)
	low, m := reference(b[n:])
	if high > 0xFFFF || low > 0xFFFF {
		return 0, 0
	}
	if whole = utf16.DecodeRune(rune(high), rune(low)); whole == utf8.RuneError {
		return 0, 0
	}
	return whole, n + m
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
	if n, length := reference(b); !legal(n) {
		return length
	}
	return 0
}

// reference is the number of the numeric reference at the start of b, and its length; 0 if there is none.
func reference(b []byte) (n uint64, length int) {
	start := 2
	if bytes.HasPrefix(b, []byte("&amp;#")) {
		start = 6
	} else if !bytes.HasPrefix(b, []byte("&#")) {
		return 0, 0
	}
	end := start + bytes.IndexByte(b[start:min(len(b), start+14)], ';')
	if end <= start {
		return 0, 0
	}
	digits, base := string(b[start:end]), 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 64)
	if err != nil {
		return 0, 0
	}
	return n, end + 1
}

func legal(n uint64) bool {
	return n == '\t' || n == '\n' || n == '\r' ||
		0x20 <= n && n <= 0xD7FF || 0xE000 <= n && n <= 0xFFFD || 0x10000 <= n && n <= 0x10FFFF
}
