package preview

import (
	"bytes"
	"errors"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// look is how a message is to be shown.
type look struct {
	dark    bool
	noStyle bool   // as in clients that drop every <style>
	query   string // of the addresses of its pictures
}

// body is the HTML of a message for the frame: pictures come from here, links open in tabs of their own, but for those within the message, and
// what the message asks of the reader's scheme is answered as the look says. All else is left as it will be sent.
func (l look) body(message string) (string, error) {
	var out strings.Builder
	out.Grow(len(message) + 1024)
	z := html.NewTokenizer(strings.NewReader(message))
	for inStyle := false; ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			if err := z.Err(); !errors.Is(err, io.EOF) {
				return "", err
			}
			return out.String(), nil
		}
		raw := string(z.Raw()) // z.Token changes what it points to
		switch name := tagName(raw); {
		case name == "style" && kind == html.StartTagToken:
			inStyle = true
		case name == "style" && kind == html.EndTagToken:
			inStyle = false
			if l.noStyle {
				continue
			}
		case inStyle && kind == html.TextToken:
			raw = l.answer(raw)
		case name == "head" && kind == html.EndTagToken:
			out.WriteString("<style>:root{color-scheme:" + l.scheme() + "!important}</style>")
		case (name == "a" || name == "img") && kind != html.EndTagToken:
			raw = l.element(z.Token(), raw)
		}
		if inStyle && l.noStyle {
			continue
		}
		out.WriteString(raw)
	}
}

func (l look) scheme() string {
	if l.dark {
		return "dark"
	}
	return "light"
}

// tagName is the name of a tag as it stands in the source; empty for text.
func tagName(raw string) string {
	name, ok := strings.CutPrefix(raw, "<")
	if !ok {
		return ""
	}
	name = strings.TrimPrefix(name, "/")
	if i := strings.IndexFunc(name, func(r rune) bool { return r != '-' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z') }); i >= 0 {
		name = name[:i]
	}
	return strings.ToLower(name)
}

// element gives links a tab of their own and pictures the address that they have here.
func (l look) element(t html.Token, raw string) string {
	for i, a := range t.Attr {
		switch {
		case t.Data == "a" && a.Key == "href" && !strings.HasPrefix(a.Val, "#"):
			t.Attr = slices.DeleteFunc(t.Attr, func(a html.Attribute) bool { return a.Key == "target" || a.Key == "rel" })
			t.Attr = append(t.Attr, html.Attribute{Key: "target", Val: "_blank"}, html.Attribute{Key: "rel", Val: "noopener noreferrer"})
			return t.String()
		case t.Data == "img" && a.Key == "src" && strings.HasPrefix(a.Val, "cid:"):
			t.Attr[i].Val = "/message/picture/" + url.PathEscape(a.Val[len("cid:"):]) + l.query
			return t.String()
		}
	}
	return raw
}

// answer replaces the questions for the reader's scheme in a stylesheet by the answer: a length is always at least 0, and never below.
func (l look) answer(css string) string {
	const yes, no = "(min-width:0)", "(max-width:-1px)"
	dark, light := no, yes
	if l.dark {
		dark, light = yes, no
	}
	return schemeQuery().ReplaceAllStringFunc(css, func(q string) string {
		if strings.HasSuffix(strings.TrimSpace(strings.TrimSuffix(strings.ToLower(q), ")")), "dark") {
			return dark
		}
		return light
	})
}

func schemeQuery() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\(\s*prefers-color-scheme\s*:\s*(?:dark|light)\s*\)`)
}

// loadsPictures tells whether a message has pictures that it does not bring.
func loadsPictures(message string) bool {
	return regexp.MustCompile(`(?i)<img\s[^>]*src="https?:`).MatchString(message)
}

// opening is the text that a message begins with, as lists of messages show it beside the subject.
func opening(message string) string {
	const most = 140 // characters
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(message))
	for inBody := false; b.Len() < 4*most; {
		switch z.Next() {
		case html.ErrorToken:
			return clip(b.String(), most)
		case html.StartTagToken:
			name, _ := z.TagName()
			inBody = inBody || bytes.Equal(name, []byte("body"))
		case html.TextToken:
			if inBody {
				b.Write(z.Text())
				b.WriteByte(' ')
			}
		}
	}
	return clip(b.String(), most)
}

// clip is the first characters of a text, its white space folded.
func clip(text string, most int) string {
	r := []rune(strings.Join(strings.Fields(text), " "))
	if len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return string(r)
}
