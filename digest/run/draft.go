package run

import (
	"context"
	"fmt"
	"slices"
	"time"

	"tidings/digest"
)

// DraftOptions say what a draft is made of.
type DraftOptions struct {
	Since    *time.Time // as in ComposeOptions
	Last     bool       // of the articles of the newest issue, as the configuration would have it now
	Pictures *Pictures  // nil: every draft fetches its own
}

// Draft is an issue as it would go out now, for somebody to look at: its messages are made, and the store stays as it is. Where Empty says why it
// would not go out, there may still be something to see: Articles is then not 0.
type Draft struct {
	*Composed
	Articles int // in the edition of everything
	man      postman
	at       time.Time
}

// Draft composes the next issue of the newsletter and freezes nothing.
func (s *Service) Draft(ctx context.Context, newsletter string, o DraftOptions, now time.Time) (*Draft, error) {
	n, err := s.Newsletter(newsletter)
	if err != nil {
		return nil, err
	}
	man, err := s.inertPostman(ctx)
	if err != nil {
		return nil, err
	}
	var c *Composed
	if o.Last {
		c, err = s.again(ctx, n)
	} else if c, _, err = s.assemble(ctx, n, ComposeOptions{Since: o.Since, Draft: true}, now); err == nil && n.Images == digest.ImagesLead {
		s.illustrate(ctx, c, o.Pictures)
	}
	if err != nil {
		return nil, err
	}
	edition, _ := c.Issue.Edition(nil)
	return &Draft{Composed: c, Articles: edition.Articles, man: man, at: now}, nil
}

// again is the newest issue of the newsletter with what the configuration says of it now.
func (s *Service) again(ctx context.Context, n digest.Newsletter) (*Composed, error) {
	infos, err := s.Store.Issues(ctx, n.Name, 1)
	if err != nil {
		return nil, fmt.Errorf("the last issue of %s: %w", n.Name, err)
	}
	c := &Composed{Empty: "there has been no issue yet"}
	if len(infos) > 0 {
		if c.Issue, err = s.Store.Issue(ctx, infos[0].ID); err != nil {
			return nil, fmt.Errorf("the last issue of %s: %w", n.Name, err)
		}
		c.Empty = ""
	}
	is := &c.Issue
	is.Title, is.From, is.ReplyTo, is.Subject, is.Schedule, is.Lang, is.Limit = n.Title, n.From, n.ReplyTo, n.Subject, n.Schedule, n.Language, n.Limit
	_, err = c.plan(s.audience(ctx, n, true), dues(n, *is))
	return c, err
}

// Message is what a reader who does not exist and follows the tags would get; none is everything.
func (d *Draft) Message(tags []string) (*digest.Message, error) {
	return d.man.message(&d.Issue, digest.Delivery{Subscriber: "proof", Email: "reader@example.com", Tags: tags, Due: d.at})
}

// MessageTo is the message to one address: with the tags that it follows, if it is a subscriber's, else whole. It is nil, without an error, if
// the draft holds nothing for that reader.
func (d *Draft) MessageTo(address string) (*digest.Message, error) {
	to := digest.Delivery{Subscriber: "proof", Email: address, Due: d.at}
	same := func(sub digest.Subscriber) bool { return digest.AddressKey(sub.Email) == digest.AddressKey(address) }
	if i := slices.IndexFunc(d.man.Subscribers, same); i >= 0 {
		to.Name, to.Tags = d.man.Subscribers[i].Name, d.man.Subscribers[i].Tags
	}
	if _, ok := d.Issue.Edition(to.Tags); !ok {
		return nil, nil // nothing for this reader is no error
	}
	return d.man.message(&d.Issue, to)
}
