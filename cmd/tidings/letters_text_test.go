package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/width"
)

// checkText holds the form of a text edition: RFC 3676, 72 columns, and nothing that a screen reader would stumble over. It has every link
// of the HTML.
func checkText(t *testing.T, text, page string) {
	t.Helper()
	address := regexp.MustCompile(`https?://\S+`)
	lines := strings.Split(text, "\n")
	links := map[string]bool{}
	for _, l := range linksOf(t, page) {
		links[l.address] = strings.HasPrefix(l.address, "http")
	}
	maps.DeleteFunc(links, func(_ string, web bool) bool { return !web })
	signatures := 0
	for i, line := range lines {
		if !address.MatchString(line) && columnsOf(line) > 72 {
			t.Errorf("line %d has %d columns: %s", i+1, columnsOf(line), line)
		}
		if len(line) > 998 {
			t.Errorf("line %d has %d bytes", i+1, len(line))
		}
		if line == "-- " {
			signatures++
			continue
		}
		if strings.HasPrefix(line, ">") || strings.HasPrefix(line, "From ") || strings.HasPrefix(line, " ") {
			t.Errorf("line %d would be misread: %q", i+1, line)
		}
		if strings.HasSuffix(line, " ") {
			switch {
			case i+1 == len(lines) || strings.TrimSpace(lines[i+1]) == "":
				t.Errorf("line %d flows into nothing: %q", i+1, line)
			case links[strings.TrimSpace(line)]:
				t.Errorf("line %d is an address that flows: %q", i+1, line)
			}
		}
	}
	if signatures != 1 {
		t.Errorf("there are %d signature lines", signatures)
	}
	prose := address.ReplaceAllString(text, "")
	if run := signs(prose); run != "" {
		t.Errorf("there is a run of signs: %q", run)
	}
	for what, pattern := range map[string]string{
		"a heading in capitals":                        `\b[A-Z]{2,}(?: [A-Z]{2,}){2,}`,
		"an entity or a tag":                           `&(?:amp|lt|gt|quot|#\d+|nbsp);|</?(?:p|br|a|td|tr|div|span|table|h[1-6])\b[^>]*>`,
		"a tab or something that cannot be seen":       "[\t\r\u00a0\u200b\u00ad\u034f]",
		"more than three empty lines after each other": `\n{5,}`,
	} {
		if found := regexp.MustCompile(pattern).FindString(prose); found != "" {
			t.Errorf("there is %s: %q", what, found)
		}
	}
	for link := range links {
		if !slices.Contains(lines, link) {
			t.Errorf("the text lacks %s", link)
		}
	}
}

// columnsOf is the width on a screen of fixed columns, East Asian letters taking two.
func columnsOf(s string) (n int) {
	for _, r := range s {
		switch k := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Cf):
		case k == width.EastAsianWide || k == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// signs is the first run of more than three signs that are neither letters, marks, digits nor spaces.
func signs(s string) string {
	start := -1
	for i, r := range s + " " {
		switch {
		case unicode.IsPunct(r) || unicode.IsSymbol(r):
			if start < 0 {
				start = i
			}
		default:
			if start >= 0 && len([]rune(s[start:i])) > 3 {
				return s[start:i]
			}
			start = -1
		}
	}
	return ""
}
