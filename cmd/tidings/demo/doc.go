// Package demo holds what stands at both ends of the demonstration: sample feeds with the site that they come from, a
// mail server that keeps what it gets, and an inbox to look at it. What happens between them is the real thing.
package demo
