package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"tidings/config"
	"tidings/digest"
	"tidings/digest/store"
)

func (a *app) subscribersAddCommand() *cobra.Command {
	var sub digest.Subscriber
	c := &cobra.Command{
		Use:   "add ADDRESS…",
		Short: "Add subscribers, or change what is known of them",
		Long: "Adds people who asked you for it. Who chose for themselves on a page stays as they are; and nobody who left, or whose address is dead or was\n" +
			"erased, is brought back: the form on the pages lets them come back by themselves.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			h, err := a.openPeople(c.Context())
			if err != nil {
				return err
			}
			defer func() { _ = h.Close() }()
			if sub.Name != "" && len(args) > 1 {
				return wrong("--name is for one address, and there are %d", len(args))
			}
			var people []digest.Subscriber
			for _, arg := range args {
				one := sub
				one.Email = arg
				checked, err := h.config.CheckSubscriber(one)
				if err != nil {
					return wrongError{err}
				}
				people = append(people, checked)
			}
			done, err := h.Store.Enlist(c.Context(), people, time.Now())
			if err != nil {
				return err
			}
			return a.showEnlisted(c.Context(), h, people, done)
		},
	}
	flags := c.Flags()
	flags.StringVar(&sub.Name, "name", "", "their name")
	flags.StringArrayVar(&sub.Newsletters, "newsletter", nil, "a newsletter that they get, instead of all; may be repeated")
	flags.StringArrayVar(&sub.Tags, "tag", nil, "a section that they follow, instead of all; may be repeated")
	flags.StringVar(&sub.Timezone, "timezone", "", "by whose clock newsletters come, such as America/New_York")
	return c
}

// enlisted says what became of somebody, and whether it is what was asked for.
func enlisted(e store.Enlisting) (text string, good bool) {
	switch e {
	case store.EnlistAdded:
		return "added", true
	case store.EnlistUpdated:
		return "changed", true
	case store.EnlistUnchanged:
		return "is a subscriber already", true
	case store.EnlistChose:
		return "is a subscriber, and chose for themselves what to get: left as it is", true
	case store.EnlistLeft:
		return "left of their own will, and was not added: only they can come back, by the form on the pages", false
	case store.EnlistSuppressed:
		return "is suppressed, and was not added; `tidings subscribers list --state suppressed` says why, and `tidings subscribers suppress --lift` takes it back", false
	case store.EnlistErased:
	}
	return "was erased, and was not added: only they can come back, by the form on the pages", false
}

func (a *app) showEnlisted(ctx context.Context, h *house, people []digest.Subscriber, done []store.Enlisting) error {
	refused := 0
	for i, e := range done {
		text, good := enlisted(e)
		if good {
			var err error
			if text, good, err = h.withDepartures(ctx, people[i].Email, text); err != nil {
				return err
			}
		}
		if good {
			a.say("%s: %s", people[i].Email, text)
			continue
		}
		refused++
		a.warn("%s: %s", people[i].Email, text)
	}
	switch {
	case refused == len(done):
		return errors.New("nobody was added")
	case refused > 0:
		return partlyError{count(refused, "address") + " not added"}
	}
	return nil
}

// withDepartures adds which newsletters somebody left of their own will, since an add does not bring those back. If that leaves nothing, they were not added.
func (h *house) withDepartures(ctx context.Context, email, text string) (said string, good bool, err error) {
	p, err := h.Store.PersonAt(ctx, email)
	if err != nil {
		return "", false, err
	}
	var left []string
	for _, n := range h.Newsletters {
		if p.Takes(n.Name) && p.HasLeft(n.Name) {
			left = append(left, n.Name)
		}
	}
	switch {
	case len(left) == 0:
		return text, true, nil
	case len(h.takes(p)) == 0:
		return "left " + joined(left) + " of their own will, and gets nothing: only they can come back, by the form on the pages", false, nil
	}
	return text + ", but left " + joined(left) + " of their own will, which does not come back", true, nil
}

func (a *app) subscribersRemoveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "remove ADDRESS…",
		Short: "Take subscribers from the list",
		Long:  "They get nothing more, and can be added again. Whoever the configuration names is removed there. To forget all about somebody, use erase.",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.each(c.Context(), args, func(ctx context.Context, h *house, email string) error {
				p, err := h.Store.PersonAt(ctx, email)
				switch {
				case errors.Is(err, store.ErrNotFound) || err == nil && p.Status(time.Now()) == store.StatusRemoved:
					return errors.New("is no subscriber")
				case err != nil:
					return err
				case p.Listed:
					return errors.New("is named by the configuration: remove the entry there, or the row in its CSV file")
				}
				if err := h.Store.Remove(ctx, p.ID); err != nil {
					return err
				}
				a.say("%s: removed", p.Email)
				return nil
			})
		},
	}
}

func (a *app) subscribersEraseCommand() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "erase ADDRESS…",
		Short: "Forget people for good",
		Long: "Deletes all that is stored of them: name, wishes, sign-ups, bounces, and the address of every delivery. What remains is a hash of the address, so that\n" +
			"neither the configuration nor an import adds them again by mistake. Backups, and the log of your mail server, are yours to see to.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if !yes && !a.asks {
				return wrong("erasing cannot be undone and wants somebody to say yes: add --yes")
			}
			if !yes && !a.ask(c.Context(), "All that is known of %s will be deleted. It cannot be undone. Delete it?", count(len(args), "address")) {
				return errors.New("nothing was erased")
			}
			return a.each(c.Context(), args, func(ctx context.Context, h *house, email string) error {
				known, err := h.Store.Erase(ctx, email, time.Now())
				if err != nil {
					return err
				}
				switch listed := slices.ContainsFunc(h.Subscribers, func(s digest.Subscriber) bool { return digest.AddressKey(s.Email) == digest.AddressKey(email) }); {
				case listed:
					a.say("%s: erased; the configuration still names the address, so remove it there too", email)
				case known:
					a.say("%s: erased", email)
				default:
					a.say("%s: nothing was known of them; the hash of the address is kept, so that nobody adds them by mistake", email)
				}
				return nil
			})
		},
	}
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}

func (a *app) subscribersSuppressCommand() *cobra.Command {
	var lift bool
	var reason string
	c := &cobra.Command{
		Use:   "suppress ADDRESS…",
		Short: "Never send to an address again, whoever adds it",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.each(c.Context(), args, func(ctx context.Context, h *house, email string) error {
				if !lift {
					if err := h.Store.Suppress(ctx, email, digest.OneLine(reason), time.Now()); err != nil {
						return err
					}
					a.say("%s: suppressed", email)
					return nil
				}
				was, err := h.Store.Unsuppress(ctx, email)
				if err == nil && !was {
					err = errors.New("is not suppressed")
				}
				if err == nil {
					a.say("%s: may be sent to again", email)
				}
				return err
			})
		},
	}
	c.Flags().BoolVar(&lift, "lift", false, "take it back")
	c.Flags().StringVar(&reason, "reason", "by hand", "why, for the list")
	return c
}

// each does something with each address. One that fails holds up no other.
func (a *app) each(ctx context.Context, args []string, do func(ctx context.Context, h *house, email string) error) error {
	emails := make([]string, len(args))
	for i, arg := range args {
		email, err := config.Address(arg)
		if err != nil {
			return wrongError{err}
		}
		emails[i] = email
	}
	h, err := a.openPeople(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = h.Close() }()
	failed := 0
	for _, email := range emails {
		if err := do(ctx, h, email); err != nil {
			failed++
			a.warn("%s: %v", email, err)
		}
	}
	switch {
	case failed == len(emails):
		return errors.New("nothing was done")
	case failed > 0:
		return partlyError{"not all was done"}
	}
	return nil
}
