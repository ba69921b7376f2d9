package run

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"tidings/digest"
)

const (
	pictureTime   = 10 * time.Second // for one picture
	pictureRounds = 3                // how often another lead is looked for because the picture of the first cannot be had
	maxPictures   = 20               // in one issue
)

// illustrate embeds the pictures of the stories that lead an edition. A story whose picture cannot be had is shown without; the next
// story with a picture may then lead in its place. In the end no story claims a picture that is not there. Pictures in kept, if it is not
// nil, are not asked for again.
func (s *Service) illustrate(ctx context.Context, c *Composed, kept *Pictures) {
	s.embedLeads(ctx, c, kept)
	for i := range c.Issue.Items {
		if it := &c.Issue.Items[i]; it.Picture == "" {
			it.Image, it.ImageAlt = "", ""
		}
	}
}

func (s *Service) embedLeads(ctx context.Context, c *Composed, kept *Pictures) {
	tried := map[string]bool{}
	for range pictureRounds {
		var wanted []*digest.Item
		for _, article := range leads(c) {
			i := slices.IndexFunc(c.Issue.Items, func(it digest.Item) bool { return it.Article == article })
			if it := &c.Issue.Items[i]; it.Image != "" && it.Picture == "" && !tried[it.Article] && len(tried) < maxPictures {
				tried[it.Article] = true
				wanted = append(wanted, it)
			}
		}
		if len(wanted) == 0 {
			return
		}
		s.embed(ctx, c, kept, wanted)
	}
}

// leads is the articles that lead an edition, without repeats.
func leads(c *Composed) []string {
	var ids []string
	for _, v := range c.Variants {
		if e, ok := c.Issue.Edition(v.Selection); ok && e.Lead != nil && !slices.Contains(ids, e.Lead.Article) {
			ids = append(ids, e.Lead.Article)
		}
	}
	return ids
}

// embed fetches the pictures of items, two at a time.
func (s *Service) embed(ctx context.Context, c *Composed, kept *Pictures, items []*digest.Item) {
	pictures := make([]digest.Picture, len(items))
	var fetching errgroup.Group
	fetching.SetLimit(2)
	for i, it := range items {
		fetching.Go(func() error {
			ctx, cancel := context.WithTimeout(ctx, pictureTime)
			defer cancel()
			picture, err := kept.get(it.Image, func() (digest.Picture, error) { return s.Fetch.Picture(ctx, it.Image) })
			if err != nil {
				s.Log.Debug("a story is shown without its picture", "article", it.URL, "picture", it.Image, "error", err)
				return nil
			}
			pictures[i] = picture
			return nil
		})
	}
	_ = fetching.Wait() // no picture is worth an error
	for i, it := range items {
		p := pictures[i]
		if p.CID == "" {
			it.Image, it.ImageAlt = "", ""
			continue
		}
		it.Picture = p.CID
		if !slices.ContainsFunc(c.Issue.Pictures, func(q digest.Picture) bool { return q.CID == p.CID }) {
			c.Issue.Pictures = append(c.Issue.Pictures, p)
		}
	}
}

// Pictures keeps the pictures of drafts, so that composing one again asks nobody for them, and what cannot be had is not asked for
// again either. The zero value is ready, for any number of goroutines.
type Pictures struct {
	mu   sync.Mutex
	kept map[string]keptPicture // by address
}

type keptPicture struct {
	picture digest.Picture
	err     error
}

// get returns the picture that it keeps, or fetches it.
func (p *Pictures) get(address string, fetch func() (digest.Picture, error)) (digest.Picture, error) {
	if p == nil {
		return fetch()
	}
	p.mu.Lock()
	k, ok := p.kept[address]
	p.mu.Unlock()
	if ok {
		return k.picture, k.err
	}
	picture, err := fetch()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept == nil || len(p.kept) >= 5*maxPictures {
		p.kept = map[string]keptPicture{}
	}
	p.kept[address] = keptPicture{picture, err}
	return picture, err
}
