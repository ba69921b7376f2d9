package config

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	utf "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"tidings/digest"
)

// maxOutlines bounds how deep the folders of an OPML file stand in each other.
const maxOutlines = 100

// readOPML reads the feeds of an OPML file (opml.org, version 2): every outline with an xmlUrl. The folders around it and its
// category become its tags.
func (l *loader) readOPML(p *filePath) []*feedDoc {
	path, data, ok := l.open(p, maxOPML)
	if !ok {
		return nil
	}
	return l.parseOPML(path, data).feeds
}

func (l *loader) parseOPML(name string, data []byte) *opml {
	data, charset := withoutMark(data)
	o := &opml{loader: l, src: newSource(name, data)}
	o.xml = xml.NewDecoder(bytes.NewReader(withReferences(data)))
	o.xml.CharsetReader, o.xml.Entity = charset, xml.HTMLEntity
	o.read()
	return o
}

// withoutMark makes UTF-8 of a text whose byte order mark tells what it is, whatever its declaration says. Without one, the declaration counts.
func withoutMark(data []byte) ([]byte, func(label string, r io.Reader) (io.Reader, error)) {
	for _, mark := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"} {
		if !bytes.HasPrefix(data, []byte(mark)) {
			continue
		}
		if decoded, _, err := transform.Bytes(utf.BOMOverride(encoding.Nop.NewDecoder()), data); err == nil {
			return decoded, func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
		}
	}
	return data, charset.NewReaderLabel
}

// withReferences escapes each & that is none of a reference: other programs write addresses as they are. The characters that no XML may hold
// (XML 1.0 §2.2), written out or as references, go: those programs copy them from the titles of feeds. And where bytes are no UTF-8 although nothing says that they are anything else, they are Windows-1252.
func withReferences(data []byte) []byte {
	declared := regexp.MustCompile(`(?i)^\s*<\?xml[^>]*encoding\s*=\s*["'](?:[^u"']|u[^t"'])`)
	if !utf8.Valid(data) && !declared.Match(data) {
		data = decodedStrays(data)
	}
	reference := regexp.MustCompile(`&(?:#[0-9]+;|#x[0-9A-Fa-f]+;|\w+;)?|[\x00-\x08\x0b\x0c\x0e-\x1f]`)
	return reference.ReplaceAllFunc(data, func(found []byte) []byte {
		name, isReference := strings.CutSuffix(strings.TrimPrefix(string(found), "&"), ";")
		number, isNumber := strings.CutPrefix(name, "#")
		switch {
		case found[0] != '&', isNumber && !isLegal(number):
			return nil
		case isNumber, isReference && (xml.HTMLEntity[name] != "" || slices.Contains([]string{"amp", "lt", "gt", "quot", "apos"}, name)):
			return found
		}
		return append([]byte("&amp;"), found[1:]...)
	})
}

// isLegal tells whether XML may hold the character of a reference.
func isLegal(number string) bool {
	base := 10
	if hex, ok := strings.CutPrefix(number, "x"); ok {
		number, base = hex, 16
	}
	n, err := strconv.ParseInt(number, base, 32)
	return err == nil && (n == '\t' || n == '\n' || n == '\r' || n >= ' ') && n <= unicode.MaxRune && n != 0xFFFE && n != 0xFFFF && !utf16.IsSurrogate(rune(n))
}

// decodedStrays keeps what is UTF-8.
func decodedStrays(data []byte) []byte {
	out := make([]byte, 0, len(data)+len(data)/8)
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(data[0])
		}
		out = utf8.AppendRune(out, r)
		data = data[n:]
	}
	return out
}

// opml is a file as it is read.
type opml struct {
	*loader
	src     *source
	xml     *xml.Decoder
	isOPML  bool
	folders []string // the names of the open outlines; empty for feeds and unnamed ones
	feeds   []*feedDoc
}

func (o *opml) read() {
	depth := 0
	for {
		line, _ := o.xml.InputPos()
		tk, err := o.xml.Token()
		if errors.Is(err, io.EOF) && o.isOPML {
			return
		}
		if err != nil {
			o.refuse(line, err)
			return
		}
		switch tk := tk.(type) {
		case xml.StartElement:
			if depth++; depth > maxOutlines {
				o.add(place{src: o.src, line: line}, fmt.Sprintf("elements stand more than %d deep in each other", maxOutlines), "")
				return
			}
			if !o.isOPML && !strings.EqualFold(tk.Name.Local, "opml") {
				o.add(place{src: o.src, line: line}, fmt.Sprintf("this is not OPML: it begins with <%s>", tk.Name.Local), "a feed itself is added by `tidings feeds add`, and named by `url:`")
				return
			}
			o.isOPML = true
			if strings.EqualFold(tk.Name.Local, "outline") {
				o.outline(tk, place{src: o.src, line: line})
			}
		case xml.EndElement:
			depth--
			if strings.EqualFold(tk.Name.Local, "outline") && len(o.folders) > 0 {
				o.folders = o.folders[:len(o.folders)-1]
			}
		}
	}
}

func (o *opml) refuse(line int, err error) {
	message := err.Error()
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		line, message = syntax.Line, syntax.Msg
	}
	if errors.Is(err, io.EOF) {
		message = "there is no <opml> in it"
	}
	o.add(place{src: o.src, line: line}, "this is not OPML: "+message, "")
}

// outline takes a feed over, or opens a folder.
func (o *opml) outline(e xml.StartElement, p place) {
	attr := map[string]string{}
	for _, a := range e.Attr {
		attr[strings.ToLower(a.Name.Local)] = strings.TrimSpace(a.Value)
	}
	name := or(digest.OneLine(attr["title"]), digest.OneLine(attr["text"]))
	url := withScheme(attr["xmlurl"])
	if url == "" {
		o.folders = append(o.folders, name)
		if strings.EqualFold(attr["type"], "rss") {
			o.add(p, fmt.Sprintf("the feed %q has no xmlUrl", name), "")
		}
		return
	}
	d := &feedDoc{}
	v := reflect.ValueOf(d).Elem()
	fields := fieldsOf(v.Type())
	short, _ := withForm(fields, "short")
	p.key = "xmlUrl"
	o.setText(v.Field(short.index), field{key: "xmlUrl"}, url, p)
	d.Title = line(name)
	for _, tag := range o.tags(attr["category"]) {
		d.Tags = append(d.Tags, line(tag))
	}
	o.feeds = append(o.feeds, d)
	o.folders = append(o.folders, "")
}

// withScheme takes an address with the scheme that feed readers made up for what it is.
func withScheme(address string) string {
	rest, ok := strings.CutPrefix(address, "feed:")
	switch {
	case !ok:
		return address
	case strings.HasPrefix(rest, "//"):
		return "https:" + rest
	}
	return rest
}

// tags are the open folders and the categories, each once. A category may be a path, such as /Tech/Go.
func (o *opml) tags(category string) []string {
	var tags []string
	seen := map[string]bool{"": true}
	names := append([]string(nil), o.folders...)
	names = append(names, strings.FieldsFunc(category, func(r rune) bool { return r == ',' || r == '/' })...)
	for _, name := range names {
		name = digest.OneLine(name)
		if key := digest.Fold(name); !seen[key] {
			seen[key] = true
			tags = append(tags, name)
		}
	}
	return tags
}
