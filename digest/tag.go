package digest

import (
	"cmp"
	"maps"
	"slices"
)

// TagRule says which articles a tag takes.
type TagRule struct {
	Name  string
	Also  []string  // labels that mean this tag
	Match []Pattern // words in title or text that mean it
	Hide  bool      // never shown: its articles go by their next tag
	Model Model     // that may write the summaries of its articles, in place of the newsletter's; zero: none
}

// Taxonomy sorts articles into tags. With rules, they alone make tags, in their order. Without, the
// articles' own labels do, the most frequent first.
type Taxonomy struct {
	Rules []TagRule
	Rest  string // the tag of what no rule took; empty drops it
}

// Model is the model of the section that a tag makes; zero: it has none.
func (t Taxonomy) Model(section string) Model {
	for _, r := range t.Rules {
		if Fold(r.Name) == Fold(section) {
			return r.Model
		}
	}
	return Model{}
}

// Tagged is an article with the tags it goes by, in the order of the taxonomy.
type Tagged struct {
	Article
	Tags []string // empty: for the rest
}

// Sort tags the articles, whose labels are the feed's tags of each and those its feed was given, and returns
// them with the order of the tags. Articles that the rules drop are missing from the result.
func (t Taxonomy) Sort(articles []Article, feedTags func(feed string) []string) (tagged []Tagged, order []string) {
	if len(t.Rules) == 0 {
		return sortByLabels(articles, feedTags)
	}
	rules := t.compile()
	for _, r := range t.Rules {
		if !r.Hide {
			order = append(order, r.Name)
		}
	}
	for _, a := range articles {
		tags := rules.tags(a, feedTags(a.Feed))
		if len(tags) > 0 || t.Rest != "" {
			tagged = append(tagged, Tagged{Article: a, Tags: tags})
		}
	}
	return tagged, order
}

type compiledRule struct {
	TagRule
	labels map[string]bool // folded name and synonyms
}

type compiledRules []compiledRule

func (t Taxonomy) compile() compiledRules {
	rules := make(compiledRules, len(t.Rules))
	for i, r := range t.Rules {
		labels := map[string]bool{Fold(r.Name): true}
		for _, l := range r.Also {
			labels[Fold(l)] = true
		}
		rules[i] = compiledRule{TagRule: r, labels: labels}
	}
	return rules
}

func (rules compiledRules) tags(a Article, feedTags []string) []string {
	var tags []string
	for _, r := range rules.why(a, feedTags) {
		if !r.Hidden {
			tags = append(tags, r.Tag)
		}
	}
	return tags
}

// sortByLabels tags articles with their own labels: the most frequent first, ties by name, each spelled as it first came.
func sortByLabels(articles []Article, feedTags func(string) []string) ([]Tagged, []string) {
	count, spelling := map[string]int{}, map[string]string{}
	own := make([][]string, len(articles)) // folded, without repeats
	for i, a := range articles {
		for _, l := range labelsOf(a, feedTags(a.Feed)) {
			own[i] = append(own[i], l.key)
			count[l.key]++
			if spelling[l.key] == "" {
				spelling[l.key] = OneLine(l.text)
			}
		}
	}
	byFrequency := func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) }
	tagged := make([]Tagged, len(articles))
	for i, a := range articles {
		slices.SortFunc(own[i], byFrequency)
		tagged[i].Article = a
		for _, key := range own[i] {
			tagged[i].Tags = append(tagged[i].Tags, spelling[key])
		}
	}
	var order []string
	for _, key := range slices.SortedFunc(maps.Keys(count), byFrequency) {
		order = append(order, spelling[key])
	}
	return tagged, order
}
