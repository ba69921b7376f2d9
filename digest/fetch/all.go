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
// after it comes, with others that came about then; it is never called twice at once. The feeds that were not begun when ctx ended have no
// result. FetchAll returns when all are done.
func (c *Client) FetchAll(ctx context.Context, jobs []Job, now time.Time, done func([]Result)) {
	queues := make(chan []Job)
	results := make(chan Result, together)
	var workers sync.WaitGroup
	for range min(2*c.Connections, len(jobs)) { // some ask, while the others read what they were told
		workers.Go(func() {
			for queue := range queues {
				for _, j := range queue {
					if ctx.Err() != nil {
						break
					}
					results <- c.Fetch(ctx, j.Feed, j.State, now)
				}
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

// byHost groups the jobs by the host they ask, the longest queue first, so that none is left for last.
func byHost(jobs []Job) [][]Job {
	index := map[string]int{}
	var queues [][]Job
	for _, j := range jobs {
		host := hostOf(cmp.Or(j.State.Location, j.Feed.URL))
		i, ok := index[host]
		if !ok {
			i = len(queues)
			index[host] = i
			queues = append(queues, nil)
		}
		queues[i] = append(queues[i], j)
	}
	slices.SortStableFunc(queues, func(a, b []Job) int { return cmp.Compare(len(b), len(a)) })
	return queues
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.ToLower(u.Host)
}
