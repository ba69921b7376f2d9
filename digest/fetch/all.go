package fetch

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"tidings/digest"
)

// Job is a feed to be fetched and what is remembered of it.
type Job struct {
	Feed  digest.Feed
	State digest.FeedState
}

// How many results done gets at once, at most, and how long the first of them waits for others: to store many together is far less work.
const (
	together = 8
	linger   = 50 * time.Millisecond
)

// FetchAll fetches the feeds: several hosts at the same time, the feeds of one host one after the other. done gets each result soon
// after it comes, with others that came about then; it is never called twice at once. FetchAll returns when all are done, with the feeds that
// were not asked, and have no result: ctx ended, or their host wants to be left alone, as it said of a feed before them.
func (c *Client) FetchAll(ctx context.Context, jobs []Job, now time.Time, done func([]Result)) (unasked []Job) {
	var mu sync.Mutex // for unasked
	queues := make(chan []Job)
	results := make(chan Result, together)
	var workers sync.WaitGroup
	for range min(2*c.Connections, len(jobs)) { // some ask, while the others read what they were told
		workers.Go(func() {
			for queue := range queues {
				left := c.fetchQueue(ctx, queue, now, results)
				mu.Lock()
				unasked = append(unasked, left...)
				mu.Unlock()
			}
		})
	}
	go func() {
		for _, queue := range byHost(jobs) {
			queues <- queue
		}
		close(queues)
		workers.Wait()
		close(results)
	}()
	for r := range results {
		done(append([]Result{r}, following(results)...))
	}
	return unasked
}

// fetchQueue fetches the feeds of one host, until it wants to be left alone. It returns those that are left.
func (c *Client) fetchQueue(ctx context.Context, queue []Job, now time.Time, results chan<- Result) []Job {
	for i, j := range queue {
		if ctx.Err() != nil {
			return queue[i:]
		}
		r := c.Fetch(ctx, j.Feed, j.State, now)
		results <- r
		if r.Err != nil && r.State.RetryAfter.After(now) {
			return queue[i+1:]
		}
	}
	return nil
}

// following takes the results that come soon after the first.
func following(results <-chan Result) (all []Result) {
	late := time.After(linger)
	for len(all) < together-1 {
		select {
		case r, ok := <-results:
			if !ok {
				return all
			}
			all = append(all, r)
		case <-late:
			return all
		}
	}
	return all
}

// byHost groups the jobs by the host they ask, the longest queue first, so that none is left for last. In a queue those that failed come last,
// and else who was asked last: if the host has enough before the end, it is not always of the same.
func byHost(jobs []Job) [][]Job {
	index := map[string]int{}
	var queues [][]Job
	for _, j := range jobs {
		host := hostOf(j.Feed.URL, j.State)
		i, ok := index[host]
		if !ok {
			i = len(queues)
			index[host] = i
			queues = append(queues, nil)
		}
		queues[i] = append(queues[i], j)
	}
	for _, queue := range queues {
		slices.SortStableFunc(queue, func(a, b Job) int {
			return cmp.Or(cmp.Compare(a.State.Failures, b.State.Failures), a.State.LastTry.Compare(b.State.LastTry))
		})
	}
	slices.SortStableFunc(queues, func(a, b []Job) int { return cmp.Compare(len(b), len(a)) })
	return queues
}

// hostOf is the host that is asked for a feed first.
func hostOf(feed string, s digest.FeedState) string {
	address := cmp.Or(s.Location, feed)
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.ToLower(u.Host)
}
