package templates

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// Template actions are hidden from the HTML tokenizer between two private-use runes, so that it never sees their quotes.
const (
	actionOpen  = "\uE000"
	actionClose = "\uE001"
)

// inliner writes the rules of a stylesheet onto the elements of templates' sources, once, when they are loaded: mail clients
// that drop <style> then show the same.
type inliner struct {
	rules    []rule
	keep     map[string]bool // classes that a <style> needs
	verbatim []template.HTML // conditional comments, which html/template would delete: {{verbatim i}} prints them

	// Of one source:
	actions []string
	out     strings.Builder
	line    int
}

// inline returns the source with its styles on the elements. Lines stay where they are, so that later errors name the right one.
func (in *inliner) inline(source file) (string, error) {
	in.actions, in.line = nil, 1
	in.out.Reset()
	z := html.NewTokenizer(strings.NewReader(in.hideActions(source.text)))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			if err := z.Err(); !errors.Is(err, io.EOF) {
				return "", fmt.Errorf("%s:%d: %w", source.path, in.line, err)
			}
			return in.showActions(in.out.String()), nil
		}
		raw := string(z.Raw())
		var err error
		switch kind {
		case html.CommentToken:
			err = in.comment(raw)
		case html.StartTagToken, html.SelfClosingTagToken:
			err = in.element(raw, z.Token())
		default:
			in.out.WriteString(raw)
		}
		if err != nil {
			return "", fmt.Errorf("%s:%d: %w", source.path, in.line, err)
		}
		in.line += strings.Count(in.showActions(raw), "\n")
	}
}

func (in *inliner) hideActions(source string) string {
	return regexp.MustCompile(`(?s)\{\{-?\s*/\*.*?\*/\s*-?\}\}|\{\{.*?\}\}`).ReplaceAllStringFunc(source, func(action string) string {
		in.actions = append(in.actions, action)
		return actionOpen + strconv.Itoa(len(in.actions)-1) + actionClose
	})
}

func (in *inliner) showActions(s string) string {
	if !strings.Contains(s, actionOpen) {
		return s
	}
	return regexp.MustCompile(actionOpen+`\d+`+actionClose).ReplaceAllStringFunc(s, func(m string) string {
		i, err := strconv.Atoi(strings.Trim(m, actionOpen+actionClose))
		if err != nil || i >= len(in.actions) {
			return ""
		}
		return in.actions[i]
	})
}

// comment keeps a conditional comment for Outlook and drops any other.
func (in *inliner) comment(raw string) error {
	if !strings.HasPrefix(raw, "<!--[if") && !strings.HasPrefix(raw, "<!--<![endif]") && !strings.HasPrefix(raw, "<![endif]") {
		in.out.WriteString(strings.Repeat("\n", strings.Count(raw, "\n")))
		return nil
	}
	if strings.Contains(raw, actionOpen) {
		return errors.New("a template action cannot stand inside a conditional comment, which is printed as it is")
	}
	in.verbatim = append(in.verbatim, template.HTML(raw)) //nolint:gosec // from the template, not from data
	fmt.Fprintf(&in.out, "{{verbatim %d}}", len(in.verbatim)-1)
	return nil
}

// element writes the styles of one start tag onto it, and drops the classes that nothing will look for.
func (in *inliner) element(raw string, token html.Token) error {
	var classes []string
	for _, a := range token.Attr {
		if a.Key == "class" {
			classes = strings.Fields(a.Val)
		}
	}
	if err := in.unknown(classes); err != nil {
		return err
	}
	var decls []string
	for _, r := range in.rules {
		if r.matches(token.Data, classes) {
			decls = append(decls, r.decls)
		}
	}
	kept := slices.DeleteFunc(slices.Clone(classes), func(c string) bool { return !in.keep[c] && !strings.Contains(c, actionOpen) })
	if len(classes) > 0 {
		attr := ""
		if len(kept) > 0 {
			attr = ` class="` + strings.Join(kept, " ") + `"`
		}
		raw = regexp.MustCompile(`\s+class="[^"]*"`).ReplaceAllLiteralString(raw, attr)
	}
	own := regexp.MustCompile(`\s+style="([^"]*)"`)
	if m := own.FindStringSubmatch(raw); m != nil { // written by hand: it wins
		decls = append(decls, m[1])
		raw = own.ReplaceAllLiteralString(raw, "")
	}
	if style := mergeDeclarations(decls); style != "" {
		name := 1 + len(token.Data)
		raw = raw[:name] + ` style="` + style + `"` + raw[name:]
	}
	in.out.WriteString(raw)
	return nil
}

// unknown reports a class that no stylesheet has, most likely a slip of the pen.
func (in *inliner) unknown(classes []string) error {
	for _, c := range classes {
		known := in.keep[c] || strings.Contains(c, actionOpen) ||
			slices.ContainsFunc(in.rules, func(r rule) bool { return r.class == c })
		if !known {
			return fmt.Errorf("class %q has no rule in inline.css or head.css", c)
		}
	}
	return nil
}
