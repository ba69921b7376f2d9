package templates

import (
	"html/template"
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
	Choices        []nameView // the reader's own pages
	LeaveByMail    *leaveView // where there are none
	Online         string
	Privacy        string
	Address        string
}

// sectionView is a tag and its articles. It is Open if it has something to show besides the lead.
type sectionView struct {
	Number       int
	Mark         string // as of view
	Tag, Anchor  string
	Lead         []nameView // a sentence or two over the articles; may be empty
	LeadDir      string     // empty where it is the issue's
	Contents     string     // the section's name in the table of contents
	AlsoIn       string
	Stats        string
	TextStats    string
	Hue          string // letter of the section's classes
	Color        template.CSS
	Share        int // of the bar, in percent
	Full, Briefs []*itemView
	HasLead      bool
	Open         bool
	More         *moreView
	Unfollow     *nameView

	index int // of the section in the edition
}

// article is what a template sees of an article, besides where else it stands.
type article struct {
	Number         string // within the text edition
	Title, URL     string // URL may be empty
	Meta, TextMeta string
	Summary        string
	Lang, Dir      string // empty where they are the issue's
}

// itemView is an article of a view.
type itemView struct {
	article
	Elsewhere *namesView
	HTML      template.HTML // what item.html.tmpl or brief.html.tmpl makes of it
	Text      string        // the same of the text edition

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

// scene is what views are built from, and for.
type scene struct {
	edition  digest.Edition // whole
	reader   Reader
	subject  string
	web      bool   // for the page of the issue
	pictures string // where the page finds its pictures, with a final slash
}

// viewer builds views of one edition: whole, and reduced to what its size allows. What they share is made once.
type viewer struct {
	scene
	*words
	set   *Set
	links linkNames
	items [][]*itemView // by section and row: those of the whole edition, of which a reduced one has the first
	used  []string      // CIDs of pictures that the last view shows
	own   Own           // of the last view
}

func (s *Set) viewer(sc scene, w *words) *viewer {
	v := &viewer{scene: sc, words: w, set: s, links: newLinkNames(), items: make([][]*itemView, len(sc.edition.Sections))}
	v.links.claim(v.ReadOnline, link(v.reader.Online))
	for _, c := range v.choices() {
		v.links.claim(c.Name, c.URL)
	}
	return v
}

// view is of the edition e, which is v.edition or a reduced one, in which so many articles lost their summary.
func (v *viewer) view(e digest.Edition, shortened int) view {
	v.used = nil
	out := view{
		Lang: v.dialect(e.Lang), Dir: v.direction(), End: "right", Web: v.web, Words: v.words,
		Subject: v.subject, Title: apart(line(e.Title, maxTitle), v.RTL),
		Online: link(v.reader.Online), Address: line(v.reader.Address, maxTitle),
	}
	if v.RTL {
		out.End, out.Mark = "left", fromRight
	}
	out.Dateline, out.TextDateline = v.dateline(" · "), v.dateline(v.Pause)
	own := Own{words: v.words, overview: v.overview(e), title: out.Title, schedule: v.schedule(e.Schedule)}
	out.Hello = own.overview
	out.Sections = v.sections(e, out)
	if e.Lead != nil {
		out.Lead = v.lead(e, out.Sections)
	}
	for i := range out.Sections {
		v.fill(&out.Sections[i], e.Sections[out.Sections[i].index])
	}
	out.More = v.more(hidden(e), out.Online)
	out.Notes = v.notes(shortened)
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
	if out.Choices = v.choices(); v.reader.Unsubscribe == "" {
		out.LeaveByMail = v.leaveByMail()
	}
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
func (v *viewer) overview(e digest.Edition) string {
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
