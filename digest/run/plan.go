package run

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"tidings/digest"
)

// audience are subscribers one after the other, however many there are.
type audience = iter.Seq2[digest.Subscriber, error]

// plan counts who of the audience gets which edition, and returns how many people the audience is. The deliveries themselves are made when
// they are stored: an issue may have a million.
func (c *Composed) plan(all audience, due func(zone string) time.Time) (people int, err error) {
	planner := newPlanner(&c.Issue, due)
	for sub, err := range all {
		if err != nil {
			return people, err
		}
		people++
		if v, _ := planner.variant(sub); v != nil {
			v.Readers++
			c.Readers++
		}
	}
	c.deliveries = c.deliveriesTo(all, due)
	for _, v := range planner.variants {
		if v.Articles > 0 {
			c.Variants = append(c.Variants, *v)
		}
	}
	slices.SortFunc(c.Variants, func(a, b Variant) int { return cmp.Compare(a.Key(), b.Key()) })
	return people, nil
}

// deliveriesTo gives each of the audience a delivery, due by their own clock, unless they pause, or the issue holds nothing that they follow.
func (c *Composed) deliveriesTo(all audience, due func(zone string) time.Time) iter.Seq2[digest.Delivery, error] {
	return func(yield func(digest.Delivery, error) bool) {
		planner := newPlanner(&c.Issue, due)
		for sub, err := range all {
			if err != nil {
				yield(digest.Delivery{}, err)
				return
			}
			v, at := planner.variant(sub)
			if v == nil {
				continue
			}
			d := digest.Delivery{
				Issue: c.Issue.ID, Newsletter: c.Issue.Newsletter, Subscriber: sub.ID, Email: sub.Email, Name: sub.Name, Selection: v.Selection, Language: sub.Language,
				State: digest.Queued, Due: at, Next: at,
			}
			if !yield(d, nil) {
				return
			}
		}
	}
}

// planner finds the edition of each reader, and looks at each edition once.
type planner struct {
	issue    *digest.Issue
	topics   digest.Topics
	due      func(zone string) time.Time
	variants map[string]*Variant // by key
}

func newPlanner(is *digest.Issue, due func(zone string) time.Time) *planner {
	p := &planner{issue: is, topics: is.Topics(), due: due, variants: map[string]*Variant{}}
	p.of(digest.Selection{}) // of everything, though perhaps nobody reads it
	return p
}

// variant is the reader's edition, and when it is due; nil if there is none for them.
func (p *planner) variant(sub digest.Subscriber) (v *Variant, due time.Time) {
	due = p.due(sub.Timezone)
	if sub.Paused.After(due) {
		return nil, due
	}
	if v = p.of(sub.Selection(p.topics)); v.Articles == 0 {
		return nil, due
	}
	return v, due
}

func (p *planner) of(sel digest.Selection) *Variant {
	key := sel.Key()
	v := p.variants[key]
	if v == nil {
		e, _ := p.issue.Edition(sel)
		v = &Variant{Selection: sel, Articles: e.Articles}
		p.variants[key] = v
	}
	return v
}

const nothingNew = "nothing is new since the last issue"

// whyNothingNew is for a newsletter of which there may be no issue yet: then articles that are known are those that the first fetch of their feeds brought.
func (s *Service) whyNothingNew(ctx context.Context, n digest.Newsletter, known int) (string, error) {
	earlier, err := s.Store.Issues(ctx, n.Name, 1)
	switch {
	case err != nil:
		return "", fmt.Errorf("compose %s: %w", n.Name, err)
	case len(earlier) > 0:
		return nothingNew, nil
	case known == 0:
		return "there is no article yet", nil
	}
	return fmt.Sprintf("nothing is new: %s known, but older than one period of the schedule or filtered out; --since all takes the old ones too", articles(known, "is", "are")), nil
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
		return nothingNew
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
