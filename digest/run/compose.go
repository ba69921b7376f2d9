package run

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"time"

	"tidings/digest"
	"tidings/digest/store"
	"tidings/digest/summary"
)

// ComposeOptions say what an issue is composed for.
type ComposeOptions struct {
	Slot  time.Time  // of the schedule; zero: by hand, for no slot
	Since *time.Time // take what was published since then, even if an earlier issue had it; the zero time is everything
	Draft bool       // freeze nothing, and plan nothing for anybody: the store stays as it is
}

// Composed is an issue, or why there is none.
type Composed struct {
	Issue    digest.Issue
	Empty    string    // why there is no issue, one sentence; empty if there is one
	Variants []Variant // the editions that its readers see: first the one of everything
	Readers  int       // who get one
	Cut      int       // articles beyond what an issue can hold

	considered []string // ids of all articles it was composed from
	again      bool
	deliveries iter.Seq2[digest.Delivery, error]
}

// Variant is one edition of an issue.
type Variant struct {
	digest.Selection // of its readers
	Readers          int
	Articles         int
}

// Compose makes an issue of the newsletter from the articles that none of its issues has considered, and freezes it together with a
// delivery for each subscriber who gets it. That there is nothing to send is no error but Composed.Empty; the slot is then recorded
// as empty. If another process takes the slot or the articles at the same time, there is nothing left for this one: the error is
// store.ErrTaken, wrapped, for a slot.
func (s *Service) Compose(ctx context.Context, newsletter string, o ComposeOptions, now time.Time) (*Composed, error) {
	n, err := s.Newsletter(newsletter)
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		c, err := s.draft(ctx, n, o, now)
		if err != nil || o.Draft {
			return c, err
		}
		if c.Empty != "" {
			return c, s.recordEmpty(ctx, n, o, c.Empty, now)
		}
		err = s.freeze(ctx, c, now)
		if err == nil || try == 2 || !errors.Is(err, store.ErrTaken) {
			return c, err
		}
	}
}

// draft composes an issue and changes nothing.
func (s *Service) draft(ctx context.Context, n digest.Newsletter, o ComposeOptions, now time.Time) (*Composed, error) {
	c, _, err := s.assemble(ctx, n, o, now)
	if err == nil && c.Empty == "" && n.Images == digest.ImagesLead {
		s.illustrate(ctx, c, nil)
	}
	return c, err
}

// assemble composes an issue without its pictures, for which the network is needed. It also returns what the articles came down to.
func (s *Service) assemble(ctx context.Context, n digest.Newsletter, o ComposeOptions, now time.Time) (*Composed, selection, error) {
	states, err := s.Store.Feeds(ctx)
	if err != nil {
		return nil, selection{}, fmt.Errorf("compose %s: %w", n.Name, err)
	}
	c := &Composed{Issue: s.blank(n, o, states, now), again: o.Since != nil}
	articles, err := s.gather(ctx, n, o)
	if err != nil {
		return nil, selection{}, fmt.Errorf("compose %s: %w", n.Name, err)
	}
	for _, a := range articles {
		c.considered = append(c.considered, a.ID)
	}
	joined, err := s.Store.Joined(ctx, n.Name)
	if err != nil {
		return nil, selection{}, fmt.Errorf("compose %s: %w", n.Name, err)
	}
	sel, err := s.choose(n, o, articles, c.Issue.Slot, joined)
	if err != nil {
		return nil, sel, err
	}
	c.Issue.Order, c.Issue.Rest = sel.order, sel.rest
	var sources []summary.Source
	c.Issue.Items, sources, c.Cut = s.items(n, sel.layout, states, sel.boilerplate)
	sel.questions = s.questionsOf(n, sel.layout, c.Issue.Items, sources)
	s.useAnswers(ctx, c.Issue.Items, sel.questions)
	if n.SectionLeads {
		c.Issue.Leads = leadsOf(&c.Issue, sources)
	}
	people := 0
	if !o.Draft {
		if people, err = c.plan(s.Store.Readers(ctx, n.Name), dues(n, c.Issue)); err != nil {
			return nil, sel, fmt.Errorf("compose %s: %w", n.Name, err)
		}
	}
	c.Empty = c.whyEmpty(n, o, len(sel.news), people)
	if c.Empty == nothingNew {
		c.Empty, err = s.whyNothingNew(ctx, n, len(articles))
	}
	return c, sel, err
}

// selection is what the rules make of articles.
type selection struct {
	news []digest.Article // what is new of them
	all  []story          // what those come down to, but for what the tags drop
	layout
	boilerplate map[string]func(line string) bool // what each feed repeats
	questions   []summary.Question                // about the items, if there is a model
}

// choose applies the rules.
func (s *Service) choose(n digest.Newsletter, o ComposeOptions, articles []digest.Article, slot, joined time.Time) (sel selection, err error) {
	if sel.news, err = s.news(n, o, articles, slot, joined); err != nil {
		return sel, err
	}
	tagged, order := s.Tags.Sort(sel.news, s.feedTags())
	sel.boilerplate = boilerplateOf(articles)
	sel.all = stories(tagged, order, sel.boilerplate)
	sel.layout = s.layOut(n, sel.all, order)
	return sel, nil
}

// blank is the issue without its articles.
func (s *Service) blank(n digest.Newsletter, o ComposeOptions, states map[string]digest.FeedState, now time.Time) digest.Issue {
	is := digest.Issue{
		ID: rand.Text(), Newsletter: n.Name, Slot: o.Slot, Manual: o.Slot.IsZero(), Created: now,
		Schedule: n.Schedule, Title: n.Title, From: n.From, ReplyTo: n.ReplyTo, Subject: n.Subject,
		Lang: n.Language, Images: n.Images, Limit: n.Limit,
	}
	if is.Manual {
		is.Slot = now
	}
	if next, err := NextSlot(n, now); err == nil {
		is.Next = next
	}
	for _, f := range s.Feeds {
		if st, known := states[f.URL]; known && !st.Healthy() {
			is.Broken = append(is.Broken, f.Name(st))
		}
	}
	return is
}

// gather is the articles that an issue may take.
func (s *Service) gather(ctx context.Context, n digest.Newsletter, o ComposeOptions) ([]digest.Article, error) {
	feeds := make([]string, len(s.Feeds))
	for i, f := range s.Feeds {
		feeds[i] = f.URL
	}
	if o.Since != nil {
		return s.Store.ArticlesSince(ctx, feeds, *o.Since)
	}
	return s.Store.Unconsidered(ctx, n.Name, feeds)
}

// news is those of the articles that the feeds' own filters and the first-run guard let through.
func (s *Service) news(n digest.Newsletter, o ComposeOptions, articles []digest.Article, slot, joined time.Time) ([]digest.Article, error) {
	w, err := windowOf(n, slot, joined)
	if err != nil {
		return nil, err
	}
	feeds := map[string]digest.Feed{}
	for _, f := range s.Feeds {
		feeds[f.URL] = f
	}
	var news []digest.Article
	for _, a := range articles {
		if feeds[a.Feed].Wants(a) && (o.Since != nil || w.news(a)) {
			news = append(news, a)
		}
	}
	return news, nil
}

func (s *Service) feedTags() func(feed string) []string {
	tags := map[string][]string{}
	for _, f := range s.Feeds {
		tags[f.URL] = f.Tags
	}
	return func(feed string) []string { return tags[feed] }
}

// freeze puts the issue and its deliveries into the store.
func (s *Service) freeze(ctx context.Context, c *Composed, now time.Time) error {
	number, err := s.Store.Freeze(ctx, store.Frozen{Issue: c.Issue, Considered: c.considered, Again: c.again, Deliveries: c.deliveries}, now)
	if err != nil {
		return err
	}
	c.Issue.Number = number
	if c.Cut > 0 {
		s.Log.Warn("an issue holds only the first of its new articles; think of a shorter schedule, fewer feeds, or include and exclude",
			"newsletter", c.Issue.Newsletter, "issue", number, "articles", len(c.Issue.Items), "left out", c.Cut)
	}
	return nil
}

func (s *Service) recordEmpty(ctx context.Context, n digest.Newsletter, o ComposeOptions, why string, now time.Time) error {
	if o.Slot.IsZero() {
		return nil
	}
	if err := s.Store.RecordSlot(ctx, n.Name, o.Slot, store.SlotEmpty, why, now); err != nil {
		return fmt.Errorf("compose %s: %w", n.Name, err)
	}
	return nil
}
