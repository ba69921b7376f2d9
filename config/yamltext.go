package config

import (
	"strconv"
	"strings"
	"unicode"
)

// blockItems are the lines of a block list, each behind a line feed.
func blockItems(indent int, feeds []NewFeed) string {
	var b strings.Builder
	margin := "\n" + strings.Repeat(" ", indent)
	for _, f := range feeds {
		if f.Title == "" && len(f.Tags) == 0 {
			b.WriteString(margin + "- " + quoted(f.URL))
			continue
		}
		b.WriteString(margin + "- url: " + quoted(f.URL))
		if f.Title != "" {
			b.WriteString(margin + "  title: " + quoted(f.Title))
		}
		if len(f.Tags) > 0 {
			b.WriteString(margin + "  tags: " + flowList(f.Tags))
		}
	}
	return b.String()
}

// flowItems are the items of a flow list.
func flowItems(feeds []NewFeed) []string {
	items := make([]string, len(feeds))
	for i, f := range feeds {
		items[i] = quoted(f.URL)
		if f.Title == "" && len(f.Tags) == 0 {
			continue
		}
		items[i] = "{url: " + items[i]
		if f.Title != "" {
			items[i] += ", title: " + quoted(f.Title)
		}
		if len(f.Tags) > 0 {
			items[i] += ", tags: " + flowList(f.Tags)
		}
		items[i] += "}"
	}
	return items
}

func flowList(texts []string) string {
	all := make([]string, len(texts))
	for i, t := range texts {
		all[i] = quoted(t)
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// quoted writes a text of one line as YAML that means it in every context: bare if it is plain words or an address, else in quotes.
func quoted(text string) string {
	if isBare(text) {
		return text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

func isBare(text string) bool {
	switch strings.ToLower(text) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "null":
		return false
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return false
	}
	return isWords(text) || isAddress(text)
}

// isWords tells whether a text is letters and digits, beginning with a letter, with single spaces, dots, dashes or underscores between them.
func isWords(text string) bool {
	joined := true
	for i, r := range text {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r) && i > 0:
			joined = false
		case strings.ContainsRune(" ._-", r) && !joined:
			joined = true
		default:
			return false
		}
	}
	return !joined
}

// isAddress tells whether a text is an address without a sign that could end or begin something in YAML.
func isAddress(text string) bool {
	scheme, rest, _ := strings.Cut(text, "://")
	return (scheme == "http" || scheme == "https") && rest != "" && !strings.HasSuffix(rest, ":") && !strings.ContainsFunc(text, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("./:_~%+=&?;@$!-", r))
	})
}
