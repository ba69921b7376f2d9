package templates

import (
	"html/template"
	"strings"
)

// Own are the paragraphs of a message that name its reader. Where a message is rendered once for many readers,
// Reader.Greeting and Reader.Reason hold their places.
type Own struct {
	*words
	overview        string
	title, schedule string
}

// Paragraph is a paragraph as both bodies hold it: folded for format=flowed, and escaped for HTML.
type Paragraph struct{ Text, HTML string }

// paragraphOf escapes as html/template does.
func paragraphOf(text, html string) Paragraph {
	return Paragraph{Text: wrap(text), HTML: strings.ReplaceAll(template.HTMLEscapeString(html), "+", "&#43;")}
}

// Greeting is the paragraph that Reader.Greeting holds the place of.
func (o Own) Greeting(r Reader) Paragraph {
	hello := o.hello(r)
	return paragraphOf(hello, hello)
}

// Reason is the paragraph that Reader.Reason holds the place of.
func (o Own) Reason(r Reader) Paragraph {
	why := o.why(r)
	return paragraphOf(why, soft(why))
}

// hello is what the edition holds; to somebody with a name, by that name.
func (o Own) hello(r Reader) string {
	if r.Greeting != "" {
		return r.Greeting
	}
	if name := line(r.Name, maxName); name != "" {
		return fill(o.Hello, "name", apart(name, o.RTL)) + o.Gap + o.overview
	}
	return o.overview
}

// why is why the reader has the message.
func (o Own) why(r Reader) string {
	if r.Reason != "" {
		return r.Reason
	}
	email := apart(line(r.Email, 2*maxName), o.RTL)
	switch {
	case email == "":
		return ""
	case o.schedule != "":
		return fill(o.WhyWhen, "email", email, "title", o.title, "schedule", o.schedule)
	}
	return fill(o.Why, "email", email, "title", o.title)
}
