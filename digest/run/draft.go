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
	Articles int                 // in the edition of everything
	Audience []digest.Subscriber // who gets the newsletter, as the store and the configuration have it now
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
	d := &Draft{man: man, at: now}
	if o.Last {
		d.Composed, err = s.again(ctx, n)
	} else {
		d.Composed, _, err = s.assemble(ctx, n, ComposeOptions{Since: o.Since, Draft: true}, now)
	}
	if err != nil {
		return nil, err
	}
	if d.Audience, err = s.Store.Expected(ctx, n.Name, s.Subscribers, now); err != nil {
		return nil, fmt.Errorf("the readers of %s: %w", n.Name, err)
	}
	if _, err = d.plan(everyone(d.Audience), dues(n, d.Issue)); err != nil {
		return nil, err
	}
	if !o.Last && n.Images == digest.ImagesLead {
		s.illustrate(ctx, d.Composed, o.Pictures)
	}
	edition, _ := d.Issue.Edition(digest.Selection{})
	d.Articles = edition.Articles
	return d, nil
}

func everyone(subs []digest.Subscriber) audience {
	return func(yield func(digest.Subscriber, error) bool) {
		for _, sub := range subs {
			if !yield(sub, nil) {
				return
			}
		}
	}
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
	return c, nil
}

// Message is what a reader who does not exist and takes the selection would get.
func (d *Draft) Message(sel digest.Selection) (*digest.Message, error) {
	return d.man.message(&d.Issue, digest.Delivery{Subscriber: "proof", Email: "reader@example.com", Selection: sel, Due: d.at})
}

// MessageTo is the message to one address: as its subscriber would get it, if it has one, else whole. It is nil, without an error, if
// the draft holds nothing for that reader.
func (d *Draft) MessageTo(address string) (*digest.Message, error) {
	to := digest.Delivery{Subscriber: "proof", Email: address, Due: d.at}
	same := func(sub digest.Subscriber) bool { return digest.AddressKey(sub.Email) == digest.AddressKey(address) }
	if i := slices.IndexFunc(d.Audience, same); i >= 0 {
		sub := d.Audience[i]
		to.Name, to.Language = sub.Name, sub.Language
		to.Selection = sub.Selection(d.Issue.Topics())
	}
	if _, ok := d.Issue.Edition(to.Selection); !ok {
		return nil, nil // nothing for this reader is no error
	}
	return d.man.message(&d.Issue, to)
}
