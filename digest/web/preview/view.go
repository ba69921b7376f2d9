package preview

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/digest"
)

// view is what the page's template sees.
type view struct {
	choice
	Title      string
	Generation int
	Query      string // of the choice; the parts of the message have it too
	Fetching   string
	Failed     []string
	Problems   []problemView
	Stale      bool // what is shown is from before the problems

	Newsletters, Periods, Editions, Subscribers []option
	Many                                        bool // subscribers: an address is typed
	Radios                                      map[string]radios
	Hidden                                      []field // the choice, for a form

	Notices []string
	Offers  []option
	Letter  *letterView // nil: there is nothing to see
}

// option is one of several things to choose, or a link.
type option struct {
	Value, Label, Key string
	Chosen            bool
}

// problemView is a problem with its line taken apart at the column.
type problemView struct {
	Problem
	Before, At, After string
}

// letterView is a message.
type letterView struct {
	Sender, Subject, Opening string
	Facts                    []fact
	Frames                   []frame
	Text                     string
	Header                   string
	Fields                   []field
	Parts                    []part
}

// fact is a figure about a message; Bad ones are beyond what mail clients take well.
type fact struct {
	Text string
	Bad  bool
}

type frame struct {
	Width  string
	Scheme string
	Source string
}

// maxChoices is how many subscribers there may be to choose from in a list.
const maxChoices = 200

// offer fills in what there is to choose from.
func (v *view) offer(d *Desk, is *Issue) {
	for _, n := range d.Newsletters {
		v.Newsletters = append(v.Newsletters, option{Value: n.Name, Label: n.Title, Chosen: n.Name == v.Newsletter})
	}
	v.Periods = []option{
		{Value: string(Next), Label: "New: the next issue"},
		{Value: string(Last), Label: "Those of the last issue"},
		{Value: "7d", Label: "Of the last 7 days"},
		{Value: "30d", Label: "Of the last 30 days"},
		{Value: string(All), Label: "All that are stored"},
	}
	if !slices.ContainsFunc(v.Periods, func(o option) bool { return o.Value == string(v.Period) }) {
		v.Periods = append(v.Periods, option{Value: string(v.Period), Label: "Of the last " + string(v.Period)})
	}
	choose(v.Periods, string(v.Period))
	if is != nil {
		for _, e := range is.Editions {
			v.Editions = append(v.Editions, option{Value: keyOf(e.Selection), Label: e.label()})
		}
	}
	if len(v.Editions) == 0 {
		v.Editions = []option{{Label: "Everything"}}
	}
	choose(v.Editions, v.Reader)
	v.offerReaders(is)
}

// offerReaders fills in the people whose message can be looked at, but for long lists: there an address is typed. Who was chosen stays so.
func (v *view) offerReaders(is *Issue) {
	var readers []Reader
	if is != nil {
		readers = is.Readers
	}
	if v.Many = len(readers) > maxChoices; v.Many {
		readers = slices.DeleteFunc(slices.Clone(readers), func(r Reader) bool { return !isAt(v.Reader)(r) })
	}
	if is == nil && strings.Contains(v.Reader, "@") {
		readers = []Reader{{Email: v.Reader}}
	}
	for _, r := range readers {
		label := r.Email
		if r.Name != "" {
			label = digest.OneLine(r.Name) + ", " + r.Email
		}
		v.Subscribers = append(v.Subscribers, option{Value: r.Email, Label: label})
	}
	choose(v.Subscribers, v.Reader)
}

// isAt tells whether a reader has an address.
func isAt(address string) func(Reader) bool {
	return func(r Reader) bool { return digest.AddressKey(r.Email) == digest.AddressKey(address) }
}

// radios are the buttons of one group.
type radios struct {
	Name    string
	Options []option
}

// choices fills in the radio buttons.
func (v *view) choices() {
	v.Radios = map[string]radios{
		"view":   {"view", []option{{Value: "html", Label: "HTML", Key: "h"}, {Value: "text", Label: "Text", Key: "t"}, {Value: "header", Label: "Header", Key: "m"}}},
		"width":  {"width", []option{{Value: "320", Label: "320", Key: "1"}, {Value: "600", Label: "600", Key: "2"}, {Value: "1000", Label: "1000", Key: "3"}, {Value: "all", Label: "All", Key: "4"}}},
		"scheme": {"scheme", []option{{Value: "light", Label: "Light", Key: "l"}, {Value: "dark", Label: "Dark", Key: "d"}, {Value: "both", Label: "Both", Key: "b"}}},
	}
	values := v.values()
	for name, r := range v.Radios {
		choose(r.Options, values.Get(name))
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		v.Hidden = append(v.Hidden, field{name, values.Get(name)})
	}
}

func choose(options []option, value string) {
	for i := range options {
		options[i].Chosen = options[i].Value == value
	}
}

func (e Edition) label() string {
	name := e.Selection.String()
	if len(e.Tags) == 0 {
		name = "E" + name[1:]
	}
	return fmt.Sprintf("%s: %s, %s", name, count(e.Articles, "article"), count(e.Readers, "reader"))
}

// frames are the frames that the choice wants.
func (c choice) frames() []frame {
	widths := []string{c.Width}
	if c.Width == "all" {
		widths = []string{"320", "600", "1000"}
	}
	schemes := []string{c.Scheme}
	if c.Scheme == "both" {
		schemes = []string{"light", "dark"}
	}
	var all []frame
	for _, w := range widths {
		for _, s := range schemes {
			one := c
			one.Width, one.Scheme = w, s
			all = append(all, frame{Width: w, Scheme: s, Source: "/message/body" + one.query()})
		}
	}
	return all
}

// facts are the figures of a message.
func facts(m *digest.Message, articles, size int) []fact {
	const longSubject, largeHTML = 60, 80_000 // characters and bytes
	length := utf8.RuneCountInString(m.Subject)
	return []fact{
		{Text: count(articles, "article")},
		{Text: fmt.Sprintf("subject of %s", count(length, "character")), Bad: length > longSubject},
		{Text: "HTML " + kilobytes(len(m.HTML)), Bad: len(m.HTML) > largeHTML},
		{Text: "text " + kilobytes(len(m.Text))},
		{Text: "whole message " + kilobytes(size)},
	}
}

func kilobytes(n int) string { return fmt.Sprintf("%.1f KB", float64(n)/1000) }

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// split takes the line of a problem apart, so that the word at its column can be marked.
func (p Problem) split() problemView {
	line := []rune(p.Source)
	at := p.Column - 1
	if at < 0 || at >= len(line) {
		return problemView{Problem: p, Before: p.Source}
	}
	end := at + 1
	for end < len(line) && !unicode.IsSpace(line[end]) && !strings.ContainsRune(",;{}[]", line[end]) {
		end++
	}
	return problemView{Problem: p, Before: string(line[:at]), At: string(line[at:end]), After: string(line[end:])}
}

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return ""
	}
	return strings.TrimSuffix(string(unicode.ToUpper(first))+s[n:], ".") + "."
}

// offers are links to what can be seen where there is nothing new.
func (c choice) offers() []option {
	link := func(p Period, label string) option {
		c := c
		c.Period = p
		return option{Value: "/" + c.query(), Label: label}
	}
	links := []option{link(Last, "Show the articles of the last issue"), link("7d", "Show those of the last 7 days"), link(All, "Show all that are stored")}
	here := "/" + c.query()
	return slices.DeleteFunc(links, func(o option) bool { return o.Value == here })
}
