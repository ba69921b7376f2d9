package run

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tidings/digest"
	"tidings/digest/fetch"
	"tidings/digest/store"
)

// Explanation is the story of one article: where it comes from, and what each newsletter made or will make of it.
type Explanation struct {
	Article     digest.Article
	Source      string           // its feed's name
	State       digest.FeedState // of its feed
	Configured  bool             // the configuration still has the feed
	Filter      digest.Filtering
	Tags        []digest.TagReason
	Newsletters []Account
}

// Account is what one newsletter made, or will make, of an article.
type Account struct {
	Newsletter digest.Newsletter
	NewsAfter  time.Time    // an article that is only new to us is news if it was published after this; zero: that does not matter for it
	Considered time.Time    // when an issue considered it; zero: none did
	Issues     []Appearance // the issue that considered it, and those that show it again; none of those that are kept no longer
	Next       *Prospect    // the next issue; nil if the article was considered
}

// Appearance is an article in an issue.
type Appearance struct {
	ID     string
	Number int
	Slot   time.Time
	Manual bool
	Limit  digest.Limit
	Fate
}

// Prospect is what would become of an article if the next issue were composed of what there is now.
type Prospect struct {
	Slot  time.Time // zero: the newsletter is sent by hand
	Empty string    // why there would be no issue; empty if there would be one
	Limit digest.Limit
	Fate
}

// Fate is what becomes of an article in an issue.
type Fate struct {
	Outcome Outcome
	Section string // where it stands, or would
	Into    string // the title of the article that it is printed with, as "also in"; empty: it stands for itself
}

// Outcome is what becomes of an article.
type Outcome string

// The outcomes.
const (
	Shown       Outcome = "shown"      // in the messages, and on the page
	OnPage      Outcome = "page"       // on the page of the issue alone: it was over a limit
	LeftOut     Outcome = "filtered"   // by include or exclude
	NoNews      Outcome = "old"        // it came with what a feed had before, and was published too early
	Untagged    Outcome = "untagged"   // no tag takes it, and there is no rest
	NoSection   Outcome = "no section" // the newsletter has no section for its tags
	BeyondIssue Outcome = "beyond"     // there was more than an issue can hold
	NoFeed      Outcome = "no feed"    // the configuration has its feed no more
	Changed     Outcome = "changed"    // today's rules would take it: those of then did not, or it has been edited
)

// Find finds the articles that people mean by an address, a guid or an id; else by a title; else by a part of one. The last ones come first,
// and there are no more than limit. byTitle tells that they may be different things.
func (s *Service) Find(ctx context.Context, what string, limit int) (found []digest.Article, byTitle bool, err error) {
	what = strings.TrimSpace(what)
	keys := []string{"id:" + what}
	address := what
	if !strings.Contains(what, "://") && strings.Contains(what, "/") && !strings.Contains(what, " ") {
		address = "https://" + what
	}
	if key := fetch.LinkKey(address); key != "" {
		keys = append(keys, key)
	}
	title := digest.Fold(what)
	same := func(t string) bool { return digest.Fold(t) == title }
	within := func(t string) bool { return title != "" && strings.Contains(digest.Fold(t), title) }
	found, err = s.Store.Named(ctx, what, keys...)
	for _, match := range []func(string) bool{same, within} {
		if err != nil || len(found) > 0 {
			break
		}
		byTitle = true
		found, err = s.Store.Titled(ctx, match, limit)
	}
	slices.Reverse(found)
	return found[:min(len(found), limit)], byTitle, err
}

// Explain tells the story of an article. It asks the rules that Compose follows, of today's configuration, and changes nothing.
func (s *Service) Explain(ctx context.Context, a digest.Article, now time.Time) (Explanation, error) {
	states, err := s.Store.Feeds(ctx)
	if err != nil {
		return Explanation{}, err
	}
	considered, err := s.Store.Considerations(ctx, a.ID)
	if err != nil {
		return Explanation{}, err
	}
	feed := digest.Feed{URL: a.Feed}
	i := slices.IndexFunc(s.Feeds, func(f digest.Feed) bool { return f.URL == a.Feed })
	if i >= 0 {
		feed = s.Feeds[i]
	}
	e := Explanation{
		Article: a, Source: feed.Name(states[a.Feed]), State: states[a.Feed], Configured: i >= 0,
		Filter: feed.Filter(a), Tags: s.Tags.Why(a, feed.Tags),
	}
	for _, n := range s.Newsletters {
		account, err := s.account(ctx, n, e, considered, now)
		if err != nil {
			return e, fmt.Errorf("explain %s: %w", n.Name, err)
		}
		e.Newsletters = append(e.Newsletters, account)
	}
	return e, nil
}

func (s *Service) account(ctx context.Context, n digest.Newsletter, e Explanation, considered map[string]store.Consideration, now time.Time) (Account, error) {
	account := Account{Newsletter: n, Considered: considered[n.Name].At}
	shownBy, err := s.Store.IssuesWith(ctx, n.Name, e.Article.ID)
	if err != nil {
		return account, err
	}
	slot := time.Time{}
	if by := considered[n.Name].Issue; by != "" {
		is, err := s.Store.Issue(ctx, by)
		if err != nil {
			return account, err
		}
		slot = is.Slot
		appearance, err := s.considering(ctx, n, is, e)
		if err != nil {
			return account, err
		}
		account.Issues = append(account.Issues, appearance)
		shownBy = slices.DeleteFunc(shownBy, func(id string) bool { return id == by })
	}
	for _, id := range shownBy {
		is, err := s.Store.Issue(ctx, id)
		if err != nil {
			return account, err
		}
		account.Issues = append(account.Issues, appearanceIn(is, standing(&is, e.Article.ID)))
	}
	if account.Considered.IsZero() {
		if account.Next, slot, err = s.prospect(ctx, n, e, now); err != nil {
			return account, err
		}
	}
	if !slot.IsZero() {
		account.NewsAfter, err = s.newsAfter(ctx, n, e.Article, slot)
	}
	return account, err
}

// newsAfter is the moment after which the article had to appear to be news in a slot; zero if that does not matter.
func (s *Service) newsAfter(ctx context.Context, n digest.Newsletter, a digest.Article, slot time.Time) (time.Time, error) {
	joined, err := s.Store.Joined(ctx, n.Name)
	if err != nil {
		return time.Time{}, err
	}
	w, err := windowOf(n, slot, joined)
	if err != nil {
		return time.Time{}, err
	}
	after, _ := w.after(a)
	if !a.FirstFetch && w.news(a) {
		return time.Time{}, nil
	}
	return after, nil
}

// considering is what became of an article in the issue that considered it. Why the issue does not show it for itself is found by choosing
// anew among all that it considered.
func (s *Service) considering(ctx context.Context, n digest.Newsletter, is digest.Issue, e Explanation) (Appearance, error) {
	if fate := standing(&is, e.Article.ID); fate.Outcome != "" {
		return appearanceIn(is, fate), nil
	}
	articles, err := s.Store.ConsideredBy(ctx, is.ID)
	if err != nil {
		return Appearance{}, err
	}
	joined, err := s.Store.Joined(ctx, n.Name)
	if err != nil {
		return Appearance{}, err
	}
	sel, err := s.choose(n, ComposeOptions{Slot: is.Slot}, articles, is.Slot, joined)
	return appearanceIn(is, sel.fate(&is, e, len(is.Items) >= maxItems)), err
}

func appearanceIn(is digest.Issue, f Fate) Appearance {
	return Appearance{ID: is.ID, Number: is.Number, Slot: is.Slot, Manual: is.Manual, Limit: is.Limit, Fate: f}
}

// prospect composes the next issue as it would be now. slot is what the rules took for its time.
func (s *Service) prospect(ctx context.Context, n digest.Newsletter, e Explanation, now time.Time) (p *Prospect, slot time.Time, err error) {
	p = &Prospect{Limit: n.Limit}
	if p.Slot, err = NextSlot(n, now); err != nil {
		return nil, slot, err
	}
	c, sel, err := s.assemble(ctx, n, ComposeOptions{Slot: p.Slot, Draft: true}, now)
	if err != nil {
		return nil, slot, err
	}
	p.Empty = c.Empty
	p.Fate = sel.fate(&c.Issue, e, c.Cut > 0)
	return p, c.Issue.Slot, nil
}

// fate is what becomes of an article in an issue that was made of the selection.
func (sel selection) fate(is *digest.Issue, e Explanation, full bool) Fate {
	if f := standing(is, e.Article.ID); f.Outcome != "" {
		return f
	}
	for _, st := range sel.all {
		if !st.isOf(e.Article.ID) {
			continue
		}
		for _, member := range append([]digest.Article{st.Article}, st.copies...) {
			if f := standing(is, member.ID); f.Outcome != "" {
				f.Into = member.Title
				return f
			}
		}
	}
	return Fate{Outcome: sel.missing(e, full)}
}

// isOf tells whether the story is an article's, in whatever feed.
func (s *story) isOf(article string) bool {
	return s.ID == article || slices.ContainsFunc(s.copies, func(c digest.Article) bool { return c.ID == article })
}

// standing is where the item of an article stands.
func standing(is *digest.Issue, article string) Fate {
	for _, view := range []struct {
		outcome Outcome
		edition func() digest.Edition
	}{
		{Shown, func() digest.Edition { e, _ := is.Edition(digest.Selection{}); return e }},
		{OnPage, is.Complete},
	} {
		if section, ok := sectionOf(view.edition(), article); ok {
			return Fate{Outcome: view.outcome, Section: section}
		}
	}
	return Fate{}
}

func sectionOf(e digest.Edition, article string) (section string, ok bool) {
	if e.Lead != nil && e.Lead.Article == article {
		return e.LeadTag, true
	}
	for _, s := range e.Sections {
		if slices.ContainsFunc(slices.Concat(s.Full, s.Briefs), func(it digest.Item) bool { return it.Article == article }) {
			return s.Tag, true
		}
	}
	return "", false
}

// missing is why an article is not among the items of an issue.
func (sel selection) missing(e Explanation, full bool) Outcome {
	has := func(all []story) bool {
		return slices.ContainsFunc(all, func(st story) bool { return st.isOf(e.Article.ID) })
	}
	switch {
	case !e.Configured:
		return NoFeed
	case !e.Filter.Wanted:
		return LeftOut
	case !slices.ContainsFunc(sel.news, func(a digest.Article) bool { return a.ID == e.Article.ID }):
		return NoNews
	case !has(sel.all):
		return Untagged
	case !has(sel.stories):
		return NoSection
	case full:
		return BeyondIssue
	}
	return Changed
}
