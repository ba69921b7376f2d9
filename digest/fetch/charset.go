package fetch

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// toUTF8 makes the document UTF-8, whatever it says it is. What is UTF-8 already stays, since documents lie about
// that more often than bytes are UTF-8 by chance; so does what would be but for a few bytes, as of a text that was cut in the middle of a
// character. Else the document's own declaration counts, then the server's, then a guess
// by its language.
func toUTF8(b []byte, fromServer string) []byte {
	if e, ok := wide(b); ok {
		if decoded, err := e.NewDecoder().Bytes(b); err == nil {
			return bytes.TrimPrefix(decoded, []byte("\ufeff"))
		}
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	declared := declaredCharset(b)
	if utf8.Valid(b) && !shifting(declared) {
		return b
	}
	if mostlyUTF8(b) && !shifting(declared) {
		return mendUTF8(b)
	}
	for _, label := range []string{declared, fromServer} {
		e, name := charset.Lookup(label)
		if e == nil || strings.HasPrefix(name, "utf-") || name == "replacement" {
			continue
		}
		if decoded, err := e.NewDecoder().Bytes(b); err == nil {
			return decoded
		}
	}
	if decoded, ok := guessed(b); ok {
		return decoded
	}
	return mendUTF8(b)
}

// wide recognises UTF-16 and UTF-32, by their byte order mark or by the zeros next to the first character.
func wide(b []byte) (encoding.Encoding, bool) {
	for _, form := range []struct {
		prefix string
		enc    encoding.Encoding
	}{
		{"\xff\xfe\x00\x00", utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)},
		{"\x00\x00\xfe\xff", utf32.UTF32(utf32.BigEndian, utf32.UseBOM)},
		{"<\x00\x00\x00", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)},
		{"\x00\x00\x00<", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
		{"\xff\xfe", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		{"\xfe\xff", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)},
		{"<\x00", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"\x00<", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"{\x00", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"\x00{", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	} {
		if bytes.HasPrefix(b, []byte(form.prefix)) {
			return form.enc, true
		}
	}
	return nil, false
}

// declaredCharset is the encoding that the XML declaration names; empty if there is none.
func declaredCharset(b []byte) string {
	b = b[:min(len(b), 1024)]
	start := bytes.Index(b, []byte("<?xml"))
	if start < 0 {
		return ""
	}
	declaration, _, _ := bytes.Cut(b[start:], []byte("?>"))
	_, value, ok := bytes.Cut(declaration, []byte("encoding"))
	if !ok {
		return ""
	}
	value = bytes.TrimLeft(value, " \t\r\n=")
	if len(value) == 0 || value[0] != '"' && value[0] != '\'' {
		return ""
	}
	label, _, _ := bytes.Cut(value[1:], value[:1])
	return string(label)
}

// shifting tells whether an encoding writes other scripts in ASCII bytes, so that it looks like UTF-8.
func shifting(label string) bool {
	label = strings.ToLower(label)
	return strings.HasPrefix(label, "iso-2022") || strings.HasPrefix(label, "hz")
}

// mostlyUTF8 tells whether there are more than twice as many characters of several bytes as bytes that belong to none. In other encodings it is the other way.
func mostlyUTF8(b []byte) bool {
	characters, strays := 0, 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			strays++
		case n > 1:
			characters++
		}
		b = b[n:]
	}
	return characters > 2*strays
}

// mendUTF8 keeps what is UTF-8 and reads each stray byte as Windows-1252, which is where they come from, but for the halves of characters that
// programs write which count in UTF-16.
func mendUTF8(b []byte) []byte {
	out := make([]byte, 0, len(b)+len(b)/8)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch whole := fromCESU8(b); {
		case whole != 0:
			out, n = utf8.AppendRune(out, whole), 6
		case r == utf8.RuneError && n == 1:
			out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(b[0]))
		default:
			out = append(out, b[:n]...)
		}
		b = b[n:]
	}
	return out
}

// fromCESU8 is the character whose halves are the six bytes at the start of b (Unicode Technical Report 26); 0 if they are none.
func fromCESU8(b []byte) rune {
	if len(b) < 6 || b[0] != 0xED || b[1]&0xF0 != 0xA0 || b[2]&0xC0 != 0x80 || b[3] != 0xED || b[4]&0xF0 != 0xB0 || b[5]&0xC0 != 0x80 {
		return 0
	}
	half := func(b []byte) rune { return 0xD000 | rune(b[1]&0x3F)<<6 | rune(b[2]&0x3F) }
	return utf16.DecodeRune(half(b), half(b[3:]))
}
