package run

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tidings/digest"
)

// plan gives each of the audience a delivery, due by their own clock, unless they pause, or the issue holds nothing that they follow.
func (c *Composed) plan(audience []digest.Subscriber, due func(zone string) time.Time) {
	index := map[string]int{}
	variants := []Variant{{}} // of everything, though perhaps nobody reads it
	index[variantKey(nil)] = 0
	if e, ok := c.Issue.Edition(nil); ok {
		variants[0].Articles = e.Articles
	}
	for _, sub := range audience {
		follow, ok := sub.Selection(&c.Issue)
		if !ok || sub.Paused.After(c.Issue.Created) {
			continue
		}
		key := variantKey(follow)
		i, known := index[key]
		if !known {
			i = len(variants)
			index[key] = i
			e, _ := c.Issue.Edition(follow)
			variants = append(variants, Variant{Tags: follow, Articles: e.Articles})
		}
		if variants[i].Articles == 0 {
			continue
		}
		variants[i].Readers++
		at := due(sub.Timezone)
		c.Readers++
		c.deliveries = append(c.deliveries, digest.Delivery{
			Issue: c.Issue.ID, Newsletter: c.Issue.Newsletter, Subscriber: sub.ID, Email: sub.Email, Name: sub.Name, Tags: follow,
			State: digest.Queued, Due: at, Next: at,
		})
	}
	c.Variants = slices.DeleteFunc(variants, func(v Variant) bool { return v.Articles == 0 })
	slices.SortStableFunc(c.Variants, func(a, b Variant) int { return cmp.Compare(variantKey(a.Tags), variantKey(b.Tags)) })
}

// variantKey is the same for readers who follow the same tags.
func variantKey(tags []string) string {
	keys := make([]string, len(tags))
	for i, t := range tags {
		keys[i] = digest.Fold(t)
	}
	slices.Sort(keys)
	return strings.Join(slices.Compact(keys), "\x00")
}

// whyEmpty tells why there is no issue; empty if there is one.
func (c *Composed) whyEmpty(n digest.Newsletter, o ComposeOptions, news, audience int) string {
	shown := c.Issue.Complete().Articles + c.Cut
	switch {
	case audience == 0 && !o.Draft:
		return fmt.Sprintf("no subscribers take %s", n.Name)
	case news == 0 && o.Since != nil:
		return fmt.Sprintf("nothing was published since %s", o.Since.Format("2 January 2006 15:04"))
	case news == 0:
		return "nothing is new since the last issue"
	case shown == 0:
		return fmt.Sprintf("%s new, but none has a tag of %s", articles(news, "is", "are"), n.Name)
	case shown < n.MinArticles:
		return fmt.Sprintf("%s new, and min_articles is %d: waiting for more", articles(shown, "is", "are"), n.MinArticles)
	case c.Readers == 0 && !o.Draft:
		return fmt.Sprintf("%s new, but no subscriber of %s follows their tags", articles(shown, "is", "are"), n.Name)
	}
	return ""
}

func articles(n int, one, many string) string {
	if n == 1 {
		return "1 article " + one
	}
	return fmt.Sprintf("%d articles %s", n, many)
}
