package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"tidings/digest"
)

// topicIssues is how many of a newsletter's last issues tell its topics where no rules do.
const topicIssues = 3

// topics are the sections that the newsletters have, in order: by the rules, or by their last issues where there are none.
func (p pages) topics(ctx context.Context, newsletters []string) (topics []string, err error) {
	for _, name := range newsletters {
		n, ok := p.newsletter(name)
		if !ok {
			continue
		}
		own := n.Tags
		if len(own) == 0 {
			own = p.ruled()
		}
		if len(own) == 0 {
			if own, err = p.recent(ctx, name); err != nil {
				return nil, err
			}
		}
		for _, tag := range own {
			topics = addFold(topics, tag)
		}
	}
	return topics, nil
}

// offeredTopics are those of all newsletters that the sign-up form of one offers: what somebody picks holds for each of them.
func (p pages) offeredTopics(ctx context.Context, n digest.Newsletter) ([]string, error) {
	var names []string
	for _, offered := range p.offeredBeside(n) {
		names = append(names, offered.Name)
	}
	return p.topics(ctx, names)
}

// ruled are the sections of the rules.
func (p pages) ruled() (tags []string) {
	for _, r := range p.Tags.Rules {
		if !r.Hide {
			tags = append(tags, r.Name)
		}
	}
	if len(tags) > 0 && p.Tags.Rest != "" {
		tags = append(tags, p.Tags.Rest)
	}
	return tags
}

// recent are the sections that the last issues had.
func (p pages) recent(ctx context.Context, newsletter string) (tags []string, err error) {
	issues, err := p.Store.Archive(ctx, newsletter, 0, topicIssues)
	for _, is := range issues {
		for _, tag := range is.Order {
			tags = addFold(tags, tag)
		}
	}
	return tags, err
}

// addFold adds a tag that is not there yet.
func addFold(tags []string, tag string) []string {
	if hasFold(tags, tag) {
		return tags
	}
	return append(tags, tag)
}

func hasFold(tags []string, tag string) bool {
	key := digest.Fold(tag)
	return slices.ContainsFunc(tags, func(t string) bool { return digest.Fold(t) == key })
}

// shownIn is the field in which a form says what a list of it held when it was shown: what somebody never saw they have not declined.
func shownIn(list string) string { return list + "-shown" }

// asShown is what shownIn says of a list. A tab is in no name of a newsletter or a topic.
func asShown(names []string) string { return strings.Join(names, "\t") }

// wasShown are those of the names that the form's list held; all, if the form does not say.
func wasShown(form url.Values, list string, names []string) []string {
	if !form.Has(shownIn(list)) {
		return names
	}
	held := strings.Split(form.Get(shownIn(list)), "\t")
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !hasFold(held, name) })
}
