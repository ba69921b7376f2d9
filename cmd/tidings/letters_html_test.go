package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// checkHTML holds what mail programs and screen readers demand of the source of a message.
func checkHTML(t *testing.T, page string) {
	t.Helper()
	if n := len(page); n > 80<<10 {
		t.Errorf("it has %d bytes; Gmail cuts what is longer than 80 KB or so", n)
	}
	checkStyles(t, page)
	for what, pattern := range map[string]string{
		"a control character":          "[\u0080-\u009f]",
		"a table without a role":       `<table\b[^>]*?>`, // conditional comments too
		"something left unrendered":    `\{\{|\*\|[A-Z]|%!|ZgotmplZ`,
		"a picture from a data: URI":   `src="data:`,
		"a picture of nobody's":        `src="https?:`,
		"a script, a form or the like": `<(script|form|iframe|video|audio|object|embed|svg|link|base|input|button)\b`,
	} {
		for _, found := range regexp.MustCompile(pattern).FindAllString(page, -1) {
			if !strings.Contains(found, `role="presentation"`) {
				t.Errorf("there is %s: %s", what, found)
			}
		}
	}
	if opened, closed := strings.Count(page, "<!--[if"), strings.Count(page, "<![endif]-->"); opened < 2 || opened != closed {
		t.Errorf("%d conditional comments are opened, %d closed", opened, closed)
	}
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	checkOutline(t, root)
	checkLinkNames(t, page)
}

// checkStyles holds Gmail's limits on <style>.
func checkStyles(t *testing.T, page string) {
	t.Helper()
	plain := regexp.MustCompile(`(?s)<!--\[if.*?<!\[endif\]-->`).ReplaceAllString(page, "")
	var all strings.Builder
	for _, m := range regexp.MustCompile(`(?s)<style[^>]*>(.*?)</style>`).FindAllStringSubmatch(plain, -1) {
		if len(m[1]) > 8192 || regexp.MustCompile(`@[^{};]+\{[^{}]*@`).MatchString(m[1]) {
			t.Error("Gmail drops a <style>")
		}
		all.WriteString(m[1])
	}
	css := all.String()
	if len(css) > 16<<10 || strings.Contains(css, "url(") {
		t.Errorf("the styles have %d bytes, or load something", len(css))
	}
	for _, needed := range []string{"prefers-color-scheme", "data-ogsc", "data-ogsb"} {
		if !strings.Contains(css, needed) {
			t.Errorf("the styles lack %s", needed)
		}
	}
}

// checkOutline holds the structure: language and direction twice, one h1, no level skipped, pictures that are described.
func checkOutline(t *testing.T, root *html.Node) {
	t.Helper()
	level := 0
	seen := map[string]int{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		attr := attributes(n)
		seen[n.Data]++
		switch {
		case n.Data == "html" || attr["role"] == "article":
			if attr["lang"] == "" || attr["dir"] == "" {
				t.Errorf("<%s> has no language or direction", n.Data)
			}
			if attr["role"] == "article" {
				seen["article"]++
				if attr["aria-label"] == "" {
					t.Error("the whole has no name")
				}
			}
		case len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6':
			if now := int(n.Data[1] - '0'); now > level+1 {
				t.Errorf("h%d follows h%d", now, level)
			} else {
				level = now
			}
		case n.Data == "img":
			if _, ok := attr["alt"]; !ok || attr["width"] == "" || attr["width"] == "1" || attr["height"] != "" {
				t.Errorf("picture %v", attr)
			}
		case n.Data == "title" && strings.TrimSpace(textOf(n)) == "":
			t.Error("it has no title")
		}
	}
	if seen["h1"] != 1 || seen["article"] != 1 || seen["title"] != 1 {
		t.Errorf("%d h1, %d articles, %d titles", seen["h1"], seen["article"], seen["title"])
	}
	if n := utf8.RuneCountInString(preheaderOf(root)); n < 40 || n > 160 {
		t.Errorf("the preheader has %d characters", n)
	}
}

// preheaderOf is the first text of the body.
func preheaderOf(root *html.Node) string {
	inBody := false
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "body" {
			inBody = true
		}
		if text := strings.TrimSpace(n.Data); inBody && n.Type == html.TextNode && text != "" {
			return text
		}
	}
	return ""
}

// checkLinkNames holds that a link says where it leads, and no two that say the same lead to different places (WCAG 2.4.4).
func checkLinkNames(t *testing.T, page string) {
	t.Helper()
	generic := strings.Split("read more|more|here|click here|link|continue|view|read|learn more|»|→", "|")
	leads := map[string]string{}
	for _, l := range linksOf(t, page) {
		key := strings.ToLower(l.name)
		switch before := leads[key]; {
		case l.name == "" || slices.Contains(generic, strings.TrimSuffix(key, ".")):
			t.Errorf("a link to %s is called %q", l.address, l.name)
		case before != "" && before != l.address:
			t.Errorf("%q leads to %s and to %s", l.name, before, l.address)
		case strings.HasPrefix(l.address, "#") && !strings.Contains(page, `name="`+l.address[1:]+`"`):
			t.Errorf("%q leads nowhere: %s", l.name, l.address)
		case !regexp.MustCompile(`^(https?://|mailto:|#)\S+$`).MatchString(l.address):
			t.Errorf("%q leads to %q", l.name, l.address)
		}
		leads[key] = l.address
	}
}

// link is a link as it reads.
type link struct{ name, address string }

func linksOf(t *testing.T, page string) (all []link) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if address := attributes(n)["href"]; n.Data == "a" && address != "" {
			name := strings.Join(strings.Fields(strings.ReplaceAll(textOf(n), "\u200b", "")), " ")
			for c := range n.Descendants() {
				if name == "" {
					name = attributes(c)["alt"]
				}
			}
			all = append(all, link{name, address})
		}
	}
	return all
}

func attributes(n *html.Node) map[string]string {
	all := map[string]string{}
	for _, a := range n.Attr {
		all[a.Key] = a.Val
	}
	return all
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}
