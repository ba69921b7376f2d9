package run

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tidings/digest"
	"tidings/digest/fetch"
	"tidings/digest/store"
	"tidings/digest/summary"
)

const (
	pagesTime    = time.Minute // for all pages of one round of collecting
	pagesAtOnce  = 8           // hosts
	pagesOfHost  = 20          // in one round
	pagesOfRound = 200         //
	pageTries    = 3
	pageRetry    = time.Hour // after the first failure; twice that after the second
)

// readPages reads the pages of articles that are new with this round, where their feeds say too little of them, and those to be tried again.
// What fails costs the page alone.
func (s *Service) readPages(ctx context.Context, feeds []string, now time.Time) {
	wanted, err := s.wantedPages(ctx, feeds, now)
	if err != nil {
		s.Log.Error("no page is read for its article's text", "error", err)
		return
	}
	if len(wanted) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, pagesTime)
	defer cancel()
	var reading errgroup.Group
	reading.SetLimit(pagesAtOnce)
	for _, pages := range wanted {
		reading.Go(func() error {
			s.readPagesOf(ctx, pages, now)
			return nil
		})
	}
	_ = reading.Wait() // no page is worth an error
}

// page is an article whose page is to be read.
type page struct {
	store.Paged
	feed digest.Feed
	host string
}

// wantedPages is the pages to be read, by host.
func (s *Service) wantedPages(ctx context.Context, feeds []string, now time.Time) ([][]page, error) {
	configured := map[string]digest.Feed{}
	for _, f := range s.Feeds {
		if f.FullText != digest.FullTextNever {
			configured[f.URL] = f
		}
	}
	feeds = slices.DeleteFunc(feeds, func(url string) bool { _, ok := configured[url]; return !ok })
	pageless, err := s.Store.Pageless(ctx, feeds, now)
	if err != nil || len(pageless) == 0 {
		return nil, err
	}
	resting, err := s.Store.RestingHosts(ctx, now)
	if err != nil {
		return nil, err
	}
	index := map[string]int{}
	var wanted [][]page
	all := 0
	for _, p := range pageless {
		f, ok := configured[p.Feed]
		host := hostOf(p.URL)
		if !ok || host == "" || slices.Contains(resting, host) || all == pagesOfRound || !f.Wants(p.Article) ||
			f.FullText != digest.FullTextAlways && !summary.WantsPage(sourceOf(p.Article)) {
			continue
		}
		i, ok := index[host]
		if !ok {
			i = len(wanted)
			index[host] = i
			wanted = append(wanted, nil)
		}
		if len(wanted[i]) < pagesOfHost {
			wanted[i] = append(wanted[i], page{p, f, host})
			all++
		}
	}
	return wanted, nil
}

// readPagesOf reads the pages of one host, until that asks for rest.
func (s *Service) readPagesOf(ctx context.Context, pages []page, now time.Time) {
	for _, p := range pages {
		got, err := s.Fetch.Page(ctx, p.feed, p.URL, now)
		if ctx.Err() != nil {
			return
		}
		try := store.PageTry{Article: p.ID, Host: p.host, Page: got}
		failed := (*fetch.PageError)(nil)
		switch {
		case errors.As(err, &failed):
			try.Error, try.Rest = digest.OneLine(err.Error()), failed.Rest
			if failed.Again && p.Tries+1 < pageTries {
				try.Next = later(now.Add(pageRetry<<p.Tries), failed.Rest)
			}
			s.Log.Debug("an article goes without its page", "article", digest.ShownURL(p.URL), "error", err, "next", try.Next)
		default:
			try.Page, try.Error = s.articleOn(got, p.Article)
		}
		if err := s.Store.SavePage(context.WithoutCancel(ctx), try); err != nil {
			s.Log.Error("what a page said cannot be stored", "article", digest.ShownURL(p.URL), "error", err)
			return
		}
		if !try.Rest.IsZero() {
			return
		}
	}
}

// articleOn keeps of a page what is about the article, and says why if that is not all.
func (s *Service) articleOn(p digest.Page, a digest.Article) (digest.Page, string) {
	source := sourceOf(a)
	if summary.IsArticle(p.Text, source) {
		return p, ""
	}
	p.Text = ""
	if !summary.Resembles(p.Description, source) {
		p.Description = ""
	}
	s.Log.Debug("the text of a page is not its article's", "article", digest.ShownURL(a.URL))
	return p, "the text of the page is not the article's, as far as the feed tells of it"
}

// hostOf is the host and port of an address; empty if it has none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// sourceOf is what an article's summary is made from.
func sourceOf(a digest.Article) summary.Source {
	return summary.Source{
		Title: a.Title, Excerpt: a.Excerpt, Content: a.Content, Description: a.Page.Description, Page: a.Page.Text, Lang: a.Lang,
	}
}
