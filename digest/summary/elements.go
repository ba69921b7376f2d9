package summary

import "strings"

// isBlock tells whether an element stands on lines of its own.
func isBlock(name string) bool {
	switch name {
	case "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog", "dir",
		"div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup",
		"hr", "html", "iframe", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot",
		"th", "thead", "title", "tr", "ul":
		return true
	}
	return false
}

// isInline tells whether an element stands within a line.
func isInline(name string) bool {
	switch name {
	case "a", "abbr", "acronym", "audio", "b", "big", "cite", "code", "del", "dfn", "em", "embed", "font", "i", "img", "input", "ins",
		"kbd", "label", "mark", "object", "picture", "q", "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup", "time",
		"tt", "u", "var", "video", "wbr":
		return true
	}
	return false
}

// isVoid tells whether an element has no content and no end tag.
func isVoid(name string) bool {
	switch name {
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr":
		return true
	}
	return false
}

// isNeverProse tells whether the content of an element is nothing to read.
func isNeverProse(name string) bool {
	switch name {
	case "script", "style", "title", "noscript", "template", "svg", "math", "iframe", "noembed", "noframes", "object", "select", "textarea",
		"button", "audio", "video", "canvas", "map", "rt", "rp":
		return true
	}
	return false
}

// isAside tells whether an element stands beside the text: it is read only if there is nothing else.
func isAside(name string) bool {
	switch name {
	case "figure", "figcaption", "nav", "aside", "form", "footer", "pre":
		return true
	}
	return false
}

// hasHiddenClass tells whether one of the classes means captions, share buttons, related posts, embedded posts of others, or text for
// screen readers alone.
func hasHiddenClass(classes string) bool {
	for class := range strings.FieldsSeq(classes) {
		switch class {
		case "wp-caption", "wp-caption-text", "wp-element-caption", "gallery-caption", "image-caption", "sharedaddy", "sd-sharing", "jp-relatedposts",
			"feedflare", "addtoany_share_save_container", "addtoany_content", "share-buttons", "mc_embed_signup", "post-navigation", "mw-editsection",
			"screen-reader-text", "sr-only", "visually-hidden", "twitter-tweet", "instagram-media", "tiktok-embed", "bluesky-embed",
			"wp-embedded-content":
			return true
		}
	}
	return false
}

// tagName is the name of the element that the tag at the beginning of s opens or closes, in lower case; empty if there is no tag
// of HTML.
func tagName(s string) string {
	const longest = len("figcaption")
	s = strings.TrimPrefix(strings.TrimPrefix(s, "<"), "/")
	s = strings.TrimPrefix(strings.TrimPrefix(s, "xhtml:"), "h:") // Atom allows any prefix; these are what people use
	n := 0
	for n < len(s) && n <= longest && (isASCIILetter(s[n]) || n > 0 && '0' <= s[n] && s[n] <= '9') {
		n++
	}
	if n == 0 || n == len(s) || s[n] != '>' && s[n] != '/' && s[n] != ' ' && s[n] != '\t' && s[n] != '\n' && s[n] != '\r' {
		return ""
	}
	if name := strings.ToLower(s[:n]); isBlock(name) || isInline(name) || isNeverProse(name) || isVoid(name) {
		return name
	}
	return ""
}

// hasTags tells whether s is HTML, which is so if it has a tag or a comment.
func hasTags(s string) bool {
	last := strings.LastIndexByte(s, '>')
	for at := 0; at < last; at++ {
		next := strings.IndexByte(s[at:last], '<')
		if next < 0 {
			return false
		}
		at += next
		if tagName(s[at:]) != "" || strings.HasPrefix(s[at:], "<!--") || strings.HasPrefix(s[at:], "<![CDATA[") {
			return true
		}
	}
	return false
}

// opensWithTag tells whether decoded text is a document that was escaped within another: it begins with a tag and closes one.
func opensWithTag(s string) bool {
	s = strings.TrimSpace(s)
	return strings.HasPrefix(s, "<") && tagName(s) != "" && strings.Contains(s, "</")
}

// hasBlocks tells whether s has the tags that make lines.
func hasBlocks(s string) bool {
	for at := 0; at < len(s); at++ {
		next := strings.IndexByte(s[at:], '<')
		if next < 0 {
			return false
		}
		at += next
		if isBlock(tagName(s[at:])) {
			return true
		}
	}
	return false
}

func isASCIILetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
