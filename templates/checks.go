package templates

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"tidings/digest"
)

// What text needs to be legible, as a ratio of luminances (WCAG 2.2, 1.4.3 and 1.4.6).
const (
	textContrast = 4.5
	mainContrast = 7 // of --ink and --body
)

// Most bytes that mail clients bear: Gmail drops a longer <style>, and all beyond the second number.
const (
	styleLimit  = 8 << 10
	stylesLimit = 16 << 10
)

// Most bytes that templates may take by themselves, about twice what the built-in ones do, so that an issue still fits into a message.
const (
	frameLimit   = 24 << 10
	sectionLimit = 5 << 10
)

// check tells what is wrong with what the templates make of a sample issue, however well they parse.
func (s *Set) check() error {
	e, _ := sampleIssue("en").Edition(digest.Selection{})
	out, err := s.Digest(e, sampleReader())
	if err != nil {
		return err
	}
	root, err := html.Parse(strings.NewReader(out.HTML))
	if err != nil {
		return err
	}
	return errors.Join(s.checkSize(out.HTML), checkElements(root), checkLinks(out), s.checkLetter(), s.checkPage(), s.checkContrast(root))
}

func (s *Set) checkSize(page string) error {
	all := 0
	for _, style := range regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindAllStringSubmatch(withoutConditionals(page), -1) {
		if n := len(style[1]); n > styleLimit {
			return fmt.Errorf("head.css: a <style> has %d bytes; Gmail drops those of more than %d", n, styleLimit)
		}
		all += len(style[1])
	}
	switch {
	case all > stylesLimit:
		return fmt.Errorf("head.css: all <style> together have %d bytes; Gmail reads at most %d", all, stylesLimit)
	case s.frame.fixed > frameLimit:
		return fmt.Errorf("digest.html.tmpl: a message has %d bytes before its first article; %d are the most, so that mail programs show it whole", s.frame.fixed, frameLimit)
	case s.frame.section+s.frame.unfollow > sectionLimit:
		return fmt.Errorf("section.html.tmpl: each section has %d bytes besides its articles; %d are the most", s.frame.section+s.frame.unfollow, sectionLimit)
	}
	return nil
}

func withoutConditionals(page string) string {
	return regexp.MustCompile(`(?s)<!--\[if.*?<!\[endif\]-->`).ReplaceAllString(page, "")
}

// checkElements refuses what no mail program lets a message do.
func checkElements(root *html.Node) error {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && slices.Contains(strings.Fields("script form input button iframe object embed video audio svg link base"), n.Data) {
			return fmt.Errorf("there is a <%s> in what the .html.tmpl files make of a message; mail programs take it out, or refuse the message", n.Data)
		}
		for _, a := range n.Attr {
			if a.Key == "src" && strings.HasPrefix(strings.TrimSpace(a.Val), "data:") {
				return fmt.Errorf("there is a data: picture in what the .html.tmpl files make of a message; Gmail and Outlook do not show it")
			}
		}
	}
	return nil
}

// checkLinks holds that nobody is kept in: both editions have the way out.
func checkLinks(out Rendered) error {
	for edition, text := range map[string]string{"HTML": out.HTML, "text": out.Text} {
		if !strings.Contains(text, sampleReader().Unsubscribe) {
			return fmt.Errorf("the link to unsubscribe is missing from the %s: every message must have it; footer.html.tmpl and footer.txt.tmpl print it from .Choices", edition)
		}
	}
	return nil
}

// colors are those of a text and what it stands on, in one scheme.
type colors struct{ text, fill string }

// checkLetter holds that whoever is asked for a confirmation can give it.
func (s *Set) checkLetter() error {
	l := sampleLetter()
	out, err := s.Letter(l)
	if err != nil {
		return err
	}
	for name, text := range map[string]string{"letter.html.tmpl": out.HTML, "letter.txt.tmpl": out.Text} {
		if !strings.Contains(text, l.URL) {
			return fmt.Errorf("%s: the link is missing that a letter is sent for, such as to confirm an address; print it from .URL", name)
		}
	}
	return nil
}

// checkPage holds that what a page asks can be answered, such as whether to unsubscribe.
func (s *Set) checkPage() error {
	page, err := s.Page(samplePage())
	if err != nil {
		return err
	}
	for _, want := range []string{`method="post"`, `/u/sample`, `name="a"`, `name="email"`} {
		if !strings.Contains(string(page), want) {
			return errors.New("page.html.tmpl: the forms are missing, or fields of theirs, without which nobody can unsubscribe or sign up; print them from .Parts")
		}
	}
	return nil
}

// checkContrast holds that every text is legible: in the light scheme, in the dark one, and where a mail program inverts the light one.
func (s *Set) checkContrast(root *html.Node) error {
	var faults []error
	seen := map[string]bool{}
	var walk func(n *html.Node, light, dark colors) error
	walk = func(n *html.Node, light, dark colors) error {
		if n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" {
			for scheme, c := range map[string]colors{"light": light, "dark": dark} {
				fault, err := s.theme.illegible(c, scheme == "dark")
				if err != nil {
					return err
				}
				if fault != "" && !seen[fault] {
					seen[fault] = true
					faults = append(faults, errors.New(fault))
				}
			}
		}
		if n.Type == html.ElementNode {
			style, class := attribute(n, "style"), strings.Fields(attribute(n, "class"))
			if n.Data == "style" || n.Data == "head" || strings.Contains(style, "display:none") || strings.Contains(style, "font-size:0") {
				return nil
			}
			own := colors{declared(style, "color"), declared(style, "background-color")}
			light = own.over(light)
			dark = colors{s.dark.of(s.dark.text, "color", class), s.dark.of(s.dark.fill, "background-color", class)}.over(own.over(dark))
		}
		for c := range n.ChildNodes() {
			if err := walk(c, light, dark); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(root, colors{"#000000", "#ffffff"}, colors{"#ffffff", "#000000"}); err != nil {
		return err
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(faults...)
}

// over is these colours where they are given, else those below.
func (c colors) over(below colors) colors {
	if c.text == "" || c.text == "inherit" {
		c.text = below.text
	}
	if c.fill == "" || c.fill == "transparent" || c.fill == "inherit" {
		c.fill = below.fill
	}
	return c
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// declared is the value of a property in a style attribute.
func declared(style, property string) string {
	value := ""
	for d := range strings.SplitSeq(style, ";") {
		if p, v, ok := strings.Cut(d, ":"); ok && strings.TrimSpace(p) == property {
			value = strings.TrimSpace(v)
		}
	}
	return value
}

// of is the dark value of a property that one of the classes gives.
func (d darkRules) of(rules map[string][]string, property string, classes []string) string {
	for decl, selectors := range rules {
		if value, ok := strings.CutPrefix(decl, property+":"); ok {
			for _, c := range classes {
				if slices.Contains(selectors, "."+c) {
					return value
				}
			}
		}
	}
	return ""
}

// illegible says what is wrong with a text in these colours, with the line of theme.css that has the first.
func (t theme) illegible(c colors, dark bool) (string, error) {
	text, err := parseColor(c.text)
	if err != nil {
		return "", err
	}
	fill, err := parseColor(c.fill)
	if err != nil {
		return "", err
	}
	properties, scheme := t.light, "light"
	if dark {
		properties, scheme = t.dark, "dark"
	}
	name := named(properties, c.text)
	need := textContrast
	if name == "--ink" || name == "--body" {
		need = mainContrast
	}
	got, how := contrast(text, fill), ""
	if inverted := contrast(text.inverted(), fill.inverted()); !dark && got >= need && inverted < need {
		got, how = inverted, " once a mail program inverts it"
	}
	if got >= need {
		return "", nil
	}
	place := "inline.css or a template" // it is not of the theme
	if name != "" {
		place = t.file + ":" + strconv.Itoa(t.line(name, dark))
	}
	return fmt.Sprintf("%s: %s on %s in the %s theme has a contrast of %.1f%s; text like this needs %.1f to be read", place,
		strings.TrimLeft(name+" "+c.text, " "), strings.TrimLeft(named(properties, c.fill)+" "+c.fill, " "), scheme, math.Floor(got*10)/10, how, need), nil
}

// named is the property that has the value, the first by name if several do.
func named(properties map[string]string, value string) string {
	found := ""
	for name, v := range properties {
		if strings.EqualFold(v, value) && (found == "" || name < found) {
			found = name
		}
	}
	return found
}

// rgb is a colour: red, green and blue from 0 to 255.
type rgb [3]float64

func parseColor(s string) (rgb, error) {
	hex := strings.TrimPrefix(s, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 || !strings.HasPrefix(s, "#") {
		return rgb{}, fmt.Errorf("the colour %q cannot be checked for contrast: write it as #RRGGBB", s)
	}
	return rgb{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}, nil
}

// inverted is the colour as programs show it that invert a light message and turn its hues back.
func (c rgb) inverted() rgb {
	r, g, b := 255-c[0], 255-c[1], 255-c[2]
	turned := rgb{-.574*r + 1.43*g + .144*b, .426*r + .43*g + .144*b, .426*r + 1.43*g - .856*b}
	for i := range turned {
		turned[i] = min(max(turned[i], 0), 255)
	}
	return turned
}

// luminance is WCAG's.
func (c rgb) luminance() float64 {
	linear := func(v float64) float64 {
		if v /= 255; v <= .04045 {
			return v / 12.92
		}
		return math.Pow((v+.055)/1.055, 2.4)
	}
	return .2126*linear(c[0]) + .7152*linear(c[1]) + .0722*linear(c[2])
}

func contrast(a, b rgb) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + .05) / (min(x, y) + .05)
}
