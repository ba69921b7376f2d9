package config

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
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
	o.xml = xml.NewDecoder(bytes.NewReader(withAmpersands(data)))
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
		if decoded, _, err := transform.Bytes(unicode.BOMOverride(encoding.Nop.NewDecoder()), data); err == nil {
			return decoded, func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
		}
	}
	return data, charset.NewReaderLabel
}

// withAmpersands escapes each & that is none of a reference: other programs write addresses as they are.
func withAmpersands(data []byte) []byte {
	reference := regexp.MustCompile(`&(?:#?\w+;)?`)
	return reference.ReplaceAllFunc(data, func(found []byte) []byte {
		if len(found) > 1 {
			return found
		}
		return []byte("&amp;")
	})
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
	url := attr["xmlurl"]
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
