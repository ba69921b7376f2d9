package digest

// TagSource is where a tag of an article comes from.
type TagSource string

// The sources of tags.
const (
	FromFeed    TagSource = "feed"    // a label that the admin gave to its feed
	FromArticle TagSource = "article" // a label that the feed gave to the article
	FromText    TagSource = "text"    // a pattern that is found in its title or text
)

// TagReason is why an article has a tag.
type TagReason struct {
	Tag    string
	Source TagSource
	By     string // the label, or the pattern as it was written
	Hidden bool   // the tag is never shown
}

// Why tells the tags of an article, hidden ones too, each with the first reason for it. Sort gives those that are not hidden.
func (t Taxonomy) Why(a Article, feedTags []string) []TagReason {
	if len(t.Rules) > 0 {
		return t.compile().why(a, feedTags)
	}
	var reasons []TagReason
	for _, l := range labelsOf(a, feedTags) {
		reasons = append(reasons, TagReason{Tag: OneLine(l.text), Source: l.from, By: l.text})
	}
	return reasons
}

func (rules compiledRules) why(a Article, feedTags []string) []TagReason {
	text := NewText(a.Title + "\n" + a.Body())
	labels := labelsOf(a, feedTags)
	var reasons []TagReason
	for _, r := range rules {
		if reason, ok := r.takes(text, labels); ok {
			reasons = append(reasons, reason)
		}
	}
	return reasons
}

// takes tells whether the tag is an article's, and why.
func (r compiledRule) takes(text Text, labels []label) (TagReason, bool) {
	reason := TagReason{Tag: r.Name, Hidden: r.Hide}
	for _, l := range labels {
		if r.labels[l.key] {
			reason.Source, reason.By = l.from, l.text
			return reason, true
		}
	}
	pattern, ok := text.Find(r.Match)
	reason.Source, reason.By = FromText, pattern.String()
	return reason, ok
}

// label is a tag that an article brings.
type label struct {
	text string
	key  string // folded
	from TagSource
}

// labelsOf are the labels of an article, those of its feed first, each once.
func labelsOf(a Article, feedTags []string) []label {
	var labels []label
	seen := map[string]bool{"": true}
	add := func(texts []string, from TagSource) {
		for _, t := range texts {
			if key := Fold(t); !seen[key] {
				seen[key] = true
				labels = append(labels, label{text: t, key: key, from: from})
			}
		}
	}
	add(feedTags, FromFeed)
	add(a.Categories, FromArticle)
	return labels
}

// Filtering is what a feed's include and exclude patterns make of an article.
type Filtering struct {
	Wanted  bool
	Include string // the first of the include patterns that is found; empty if none is, or there are none
	Exclude string // likewise
}

// Filter tells whether the feed's include and exclude patterns let an article through, and which decided.
func (f Feed) Filter(a Article) Filtering {
	if len(f.Include) == 0 && len(f.Exclude) == 0 {
		return Filtering{Wanted: true}
	}
	t := NewText(a.Title + "\n" + a.Body())
	include, included := t.Find(f.Include)
	exclude, excluded := t.Find(f.Exclude)
	return Filtering{Wanted: (len(f.Include) == 0 || included) && !excluded, Include: include.String(), Exclude: exclude.String()}
}
