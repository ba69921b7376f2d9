package templates

import (
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"tidings/digest"
)

// maxOthers bounds the other tags and the other sources that an article names.
const maxOthers = 5

// item is an article as its section shows it.
func (v *viewer) item(it digest.Item, under string) itemView {
	out := itemView{
		article:   article{Title: v.title(it), URL: link(it.URL), Summary: line(it.Summary, maxSummary)},
		Elsewhere: v.elsewhere(it.Elsewhere),
	}
	out.Lang, out.Dir = v.foreign(it.Lang, out.Title)
	rtl := out.Dir == "rtl" || out.Dir == "" && v.RTL
	meta := v.meta(it, under)
	out.Meta = joinParts(meta, " · ", rtl)
	out.TextMeta = strings.ReplaceAll(joinParts(meta, v.Pause, rtl), "\u00a0", " ")
	return out
}

// title is the article's own, else the beginning of its summary, else its address.
func (v *viewer) title(it digest.Item) string {
	if t := line(it.Title, maxTitle); t != "" {
		return t
	}
	if t := line(it.Summary, 80); t != "" {
		return t
	}
	if t := place(link(it.URL)); t != "" {
		return t
	}
	return v.Untitled
}

// meta is what stands under a headline: source, author, reading time, the other tags.
func (v *viewer) meta(it digest.Item, under string) []string {
	var parts []string
	source, author := sourceName(it.Source), line(it.Author, maxName)
	if source != "" {
		parts = append(parts, source)
	}
	if author != "" && digest.Fold(author) != digest.Fold(source) {
		parts = append(parts, author)
	}
	if it.Minutes > 0 {
		parts = append(parts, strings.ReplaceAll(v.count(v.Minutes, it.Minutes), " ", "\u00a0"))
	}
	var tags []string
	for _, t := range it.Others(under) {
		if t = apart(line(t, maxName), v.RTL); t != "" && len(tags) < maxOthers {
			tags = append(tags, t)
		}
	}
	if len(tags) > 0 {
		parts = append(parts, fill(v.AlsoTags, "tags", strings.Join(tags, v.Comma)))
	}
	return parts
}

// elsewhere names the other sources of the story.
func (v *viewer) elsewhere(links []digest.Link) *namesView {
	var names []nameView
	for _, l := range links[:min(len(links), maxOthers)] {
		n := nameView{Name: sourceName(l.Name), URL: link(l.URL)}
		if n.Name == "" {
			n.Name = place(n.URL)
		}
		if n.Name == "" {
			continue
		}
		n.Name, n.Before = apart(n.Name, v.RTL), v.Comma
		names = append(names, n)
	}
	if len(names) == 0 {
		return nil
	}
	names[0].Before = ""
	if last := len(names) - 1; last > 0 {
		names[last].Before = v.And
	}
	before, after, _ := strings.Cut(v.Elsewhere, "{sources}")
	return &namesView{Before: before, After: after, Names: names}
}

// lead is the top story, with its picture.
func (v *viewer) lead(e digest.Edition, sections []sectionView) *itemView {
	it := *e.Lead
	out := v.item(it, v.edition.LeadTag)
	out.Tag = apart(line(v.edition.LeadTag, maxName), v.RTL)
	out.Hue, out.Color = hueLetter(0), v.set.theme.color(0)
	for _, s := range sections {
		if s.HasLead {
			out.Hue, out.Color = s.Hue, s.Color
			if !s.Open { // the table of contents leads here
				out.Anchor = s.Anchor
			}
		}
	}
	out.Image, out.ImageAlt = v.picture(it), line(it.ImageAlt, maxTitle)
	v.name(&out)
	if out.URL == "" {
		return &out
	}
	out.ImageLinked = out.Image != "" && out.ImageAlt != "" && v.links.free(out.ImageAlt, out.URL)
	if source := sourceName(it.Source); source != "" {
		out.ReadAt = &nameView{Name: v.links.distinct(fill(v.ReadAt, "source", apart(source, v.RTL)), "", out.URL), URL: out.URL}
	}
	return &out
}

// name makes the link texts of an article differ from those that lead somewhere else.
func (v *viewer) name(it *itemView) {
	if it.URL != "" {
		source, _, _ := strings.Cut(it.Meta, " · ")
		it.Title = v.links.distinct(it.Title, strings.Trim(source, fromLeft+fromRight), it.URL)
	}
	if it.Elsewhere == nil {
		return
	}
	for i, n := range it.Elsewhere.Names {
		if n.URL != "" {
			it.Elsewhere.Names[i].Name = v.links.distinct(n.Name, place(n.URL), n.URL)
		}
	}
}

// foreign is the language and direction of an article where they differ from the issue's. The direction is that of its title.
func (v *viewer) foreign(lang, title string) (otherLang, otherDir string) {
	if tag, err := language.Parse(lang); err == nil && lang != "" && tag != language.Und {
		own, _ := v.Tag.Base()
		if base, _ := tag.Base(); base != own {
			otherLang = tag.String()
		}
	}
	rtl := v.RTL
	if isASCII(title) {
		rtl = rtl && !strings.ContainsFunc(title, isLetter)
	} else if strong, ok := firstStrong(title); ok {
		rtl = strong
	}
	if rtl != v.RTL || otherLang != "" {
		otherDir = "ltr"
		if rtl {
			otherDir = "rtl"
		}
	}
	return otherLang, otherDir
}

func isLetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

// linkNames holds where each link text of an edition leads: no two that read alike may lead to different places (WCAG 2.4.4).
type linkNames map[string]string

// newLinkNames knows the texts that say nothing of where they lead: they are taken, by nothing.
func newLinkNames() linkNames {
	n := linkNames{}
	for _, name := range []string{"more", "read more", "learn more", "here", "click here", "link", "continue", "view", "read", "»", "→"} {
		n[name], n[name+"."] = "", ""
	}
	return n
}

// key is how a link text reads: without regard to case.
func (linkNames) key(name string) string { return strings.ToLower(name) }

// claim keeps a text for an address, if it has one.
func (n linkNames) claim(name, url string) {
	if url != "" {
		n[n.key(name)] = url
	}
}

// free claims the text for the address unless another has it.
func (n linkNames) free(name, url string) bool {
	if at, taken := n[n.key(name)]; taken && at != url {
		return false
	}
	n.claim(name, url)
	return true
}

// distinct returns the text, if need be with what tells it apart from the same text for another address.
func (n linkNames) distinct(name, by, url string) string {
	if n.free(name, url) {
		return name
	}
	if by != "" {
		if told := name + " (" + by + ")"; n.free(told, url) {
			return told
		}
	}
	for i := 2; ; i++ {
		if told := name + " (" + strconv.Itoa(i) + ")"; n.free(told, url) {
			return told
		}
	}
}
