package templates

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"tidings/digest"
)

// view is what both templates of an edition see. Every string in it is clean text on one line; the HTML template pipes
// what may hold long words through soft, the text template everything through wrap.
type view struct {
	Lang, Dir, End string // End is the side where lines end: right or left
	Mark           string // begins the lines of the text edition that would else run the wrong way
	Web            bool   // a page in a browser, for anybody
	Words          *words
	Subject        string
	Title          string
	Preheader      string
	Dateline       string
	TextDateline   string
	Hello          string
	Lead           *itemView
	Sections       []sectionView
	More           *moreView // of sections that show nothing else
	Notes          []string
	Done           string
	Why            string
	Leave          *leaveView
	Online         string
	Privacy        string
	Address        string
}

// sectionView is a tag and its articles. It is Open if it has something to show besides the lead.
type sectionView struct {
	Number       int
	Tag, Anchor  string
	Contents     string // the section's name in the table of contents
	AlsoIn       string
	Stats        string
	TextStats    string
	Hue          string // letter of the section's classes
	Color        template.CSS
	Share        int // of the bar, in percent
	Full, Briefs []itemView
	HasLead      bool
	Open         bool
	More         *moreView
}

// itemView is an article.
type itemView struct {
	Number         string
	Title, URL     string // URL may be empty
	Meta, TextMeta string
	Summary        string
	Elsewhere      *namesView
	Lang, Dir      string // empty where they are the issue's

	// Of the lead alone:
	Tag, Hue, Anchor string
	Color            template.CSS
	Image            template.URL
	ImageAlt         string
	ImageLinked      bool
	ReadAt           *nameView
}

// namesView is a phrase with a list of names, each a link if it has an address.
type namesView struct {
	Before, After string
	Names         []nameView
}

type nameView struct{ Before, Name, URL string }

// moreView says how many articles are left out, and where they are.
type moreView struct{ Text, URL string }

// leaveView is the way out: a link, by mail with a sentence that says how.
type leaveView struct{ URL, Name, Sentence string }

// scene is what a view is built from, and for.
type scene struct {
	edition   digest.Edition
	reader    Reader
	subject   string
	shortened int    // articles that lost their summary to the size of the message
	web       bool   // for the page of the issue
	pictures  string // where the page finds its pictures, with a final slash
}

// viewer builds a view.
type viewer struct {
	scene
	*words
	theme theme
	links linkNames
	used  []string // CIDs of pictures
	own   Own
}

func (v *viewer) view() view {
	e := v.edition
	out := view{
		Lang: v.dialect(e.Lang), Dir: v.direction(), End: "right", Web: v.web, Words: v.words,
		Subject: v.subject, Title: apart(line(e.Title, maxTitle), v.RTL),
		Online: link(v.reader.Online), Address: line(v.reader.Address, maxTitle),
	}
	if v.RTL {
		out.End, out.Mark = "left", fromRight
	}
	v.links = linkNames{}
	v.links.claim(v.ReadOnline, out.Online)
	v.links.claim(v.Unsubscribe, link(v.reader.Unsubscribe))
	out.Dateline, out.TextDateline = v.dateline(" · "), v.dateline(v.Pause)
	own := Own{words: v.words, overview: v.overview(), title: out.Title, schedule: v.schedule(v.edition.Schedule)}
	out.Hello = own.overview
	out.Sections = v.sections(out.Online)
	if e.Lead != nil {
		out.Lead = v.lead(out.Sections)
	}
	for i := range out.Sections {
		v.fill(&out.Sections[i])
	}
	out.More = v.more(v.hidden(), out.Online)
	out.Notes = v.notes()
	out.Done, out.Privacy = v.Done, v.Privacy
	if v.web {
		return out
	}
	if !e.Next.IsZero() {
		out.Done += v.Gap + fill(v.Next, "when", v.when(e.Next, e.Slot))
	}
	if out.Lead != nil && strings.HasPrefix(string(out.Lead.Image), "http") {
		out.Privacy = v.PrivacyLoad
	}
	out.Hello, out.Why, v.own = own.hello(v.reader), own.why(v.reader), own
	out.Leave = v.leave()
	out.Preheader = v.preheader(out, own.overview)
	return out
}

func (v *viewer) dateline(between string) string {
	var parts []string
	if v.edition.Number > 0 {
		parts = append(parts, fill(v.Issue, "n", strconv.Itoa(v.edition.Number)))
	}
	if day := v.edition.Slot; !day.IsZero() {
		parts = append(parts, v.date(day))
	}
	return sentence(strings.Join(parts, between))
}

// overview is how many stories, from how many sources, in how many minutes.
func (v *viewer) overview() string {
	e := v.edition
	pattern := v.Overview
	if e.Minutes > 0 {
		pattern = v.OverviewMin
	}
	say := v.spell
	if max(e.Articles, e.Sources) >= len(v.Spelled) { // figures beside words would read oddly
		say = v.count
	}
	return sentence(fill(pattern,
		"stories", say(v.NewStories, e.Articles),
		"sources", say(v.Sources, e.Sources),
		"minutes", v.count(v.MinutesAll, e.Minutes)))
}

// sections lays out the sections that show an article, without their articles.
func (v *viewer) sections(online string) []sectionView {
	var out []sectionView
	total := 0
	for _, s := range v.edition.Sections {
		total += weight(s)
	}
	for _, s := range v.edition.Sections {
		if s.Count == 0 {
			continue
		}
		n := len(out) + 1
		sv := sectionView{
			Number: n, Anchor: "s" + strconv.Itoa(n), Tag: apart(line(s.Tag, maxName), v.RTL),
			Hue: hueLetter(s.Hue), Color: v.theme.color(s.Hue), Share: max(1, 100*weight(s)/max(total, 1)),
			Full: v.items(s.Full, s.Tag), Briefs: v.briefs(s.Briefs, s.Tag), More: v.more(s.More, online),
		}
		sv.AlsoIn = fill(v.AlsoIn, "tag", sv.Tag)
		sv.Stats = v.stats(s, " · ", "\u00a0")
		sv.TextStats = v.stats(s, v.Pause, " ")
		sv.HasLead = s.Count > len(s.Full)+len(s.Briefs)
		sv.Open = len(s.Full)+len(s.Briefs) > 0 || s.More > 0
		sv.Contents = v.links.distinct(sv.Tag, "", "#"+sv.Anchor)
		out = append(out, sv)
	}
	return out
}

// weight is a section's part of the bar: its reading time, where two minutes stand for an unknown one.
func weight(s digest.Section) int { return max(s.Minutes, 2*s.Count) }

func (v *viewer) stats(s digest.Section, between, space string) string {
	stats := v.count(v.Stories, s.Count)
	if s.Minutes > 0 {
		stats += between + v.count(v.Minutes, s.Minutes)
	}
	return strings.ReplaceAll(stats, " ", space)
}

// fill gives the articles of a section their numbers and titles: titles late, so that the lead's link is named first.
func (v *viewer) fill(s *sectionView) {
	n := 0
	for _, items := range [][]itemView{s.Full, s.Briefs} {
		for i := range items {
			n++
			items[i].Number = fmt.Sprintf("%d.%d", s.Number, n)
			v.name(&items[i])
		}
	}
}

// hidden counts what the sections that show no article leave out.
func (v *viewer) hidden() int {
	n := 0
	for _, s := range v.edition.Sections {
		if s.Count == 0 {
			n += s.More
		}
	}
	return n
}

func (v *viewer) more(n int, online string) *moreView {
	switch {
	case n == 0:
		return nil
	case online == "":
		return &moreView{Text: v.count(v.MoreHidden, n)}
	}
	return &moreView{Text: v.count(v.MoreOnline, n), URL: online}
}

// notes are the quiet lines near the end: what was shortened, and what could not be read.
func (v *viewer) notes() []string {
	var notes []string
	if v.shortened > 0 {
		notes = append(notes, sentence(v.spell(v.Shortened, v.shortened)))
	}
	if n := len(v.edition.Broken); n > 0 && !v.web {
		const most = 8
		var names []string
		for _, b := range v.edition.Broken[:min(n, most)] {
			if name := sourceName(b); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		if n > most {
			names = append(names, v.count(v.MoreNames, n-most))
		}
		notes = append(notes, sentence(v.spell(v.Broken, n, "names", strings.Join(names, v.Comma))))
	}
	return notes
}

// leave is the reader's own page, or without one a mail to whoever answers replies.
func (v *viewer) leave() *leaveView {
	if page := link(v.reader.Unsubscribe); page != "" {
		return &leaveView{URL: page, Name: v.Unsubscribe}
	}
	address := v.edition.ReplyTo.Address
	if address == "" {
		address = v.edition.From.Address
	}
	address = line(address, 2*maxName)
	if address == "" {
		return nil
	}
	return &leaveView{URL: mailto(address, "unsubscribe"), Name: v.LeaveLink, Sentence: fill(v.LeaveByMail, "address", apart(address, v.RTL))}
}
