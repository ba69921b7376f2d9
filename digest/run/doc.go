// Package run holds the three verbs that bring an article to an inbox, and the daemon that calls them on schedule.
//
// Collect asks the feeds that are due and stores what they say. Compose takes the articles that no issue of a newsletter
// has considered yet and freezes them into an issue, with a delivery for each subscriber. Deliver sends what is due and
// records what the mail server said. The verbs are joined by the store alone: each may be called at any moment, on any
// machine, twice, and a process may be killed in the middle of any of them.
package run
