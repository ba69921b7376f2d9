package run

import (
	"context"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"tidings/digest"
	"tidings/templates"
)

// postman makes messages of an issue's deliveries.
type postman struct {
	*Service
	signer digest.Signer
	inert  bool // the links of the messages lead to nobody's pages: tests, dry runs, rehearsals
}

// postman takes the key that the links and Message-IDs are signed with from the store.
func (s *Service) postman(ctx context.Context) (postman, error) {
	key, err := s.Store.Key(ctx)
	if err != nil {
		return postman{}, fmt.Errorf("the key that links are signed with: %w", err)
	}
	return postman{Service: s, signer: digest.NewSigner(key)}, nil
}

// message is the delivery's message, built whole: what somebody looks at before it is sent to everybody.
func (p postman) message(is *digest.Issue, d digest.Delivery) (*digest.Message, error) {
	reader := templates.Reader{Email: d.Email, Name: d.Name}
	m, _, err := p.render(is.In(d.Language), d.Selection, reader, p.tokens(is, d))
	if err != nil {
		return nil, err
	}
	m.ID, m.To, m.Date = p.messageID(is, d.Subscriber), mail.Address{Name: d.Name, Address: d.Email}, d.Due
	return m, nil
}

// messageID is the same on every try.
func (p postman) messageID(is *digest.Issue, subscriber string) string {
	return fmt.Sprintf("%s.%s@%s", is.ID, p.signer.MAC(digest.PurposeMessage, is.ID, subscriber), domain(is.From))
}

// tokens stand in the links to a subscriber's own pages: the one for leaving, and the one for their preferences.
func (p postman) tokens(is *digest.Issue, d digest.Delivery) []string {
	if p.inert {
		return []string{digest.InertToken, digest.InertToken}
	}
	return []string{
		p.signer.Token(digest.PurposeUnsubscribe, d.Subscriber, is.Newsletter),
		p.signer.Token(digest.PurposePreferences, d.Subscriber),
	}
}

// render makes the message of an edition for a reader, all but its ID, To and Date.
func (p postman) render(is *digest.Issue, sel digest.Selection, reader templates.Reader, tokens []string) (*digest.Message, templates.Own, error) {
	edition, ok := is.Edition(sel)
	if !ok {
		return nil, templates.Own{}, fmt.Errorf("issue %d of %s holds nothing for who takes %s", is.Number, is.Newsletter, sel)
	}
	page := is.ID
	if p.inert {
		page = digest.InertToken
	}
	reader.Address, reader.Online, reader.Unsubscribe = p.Site.Address, p.Site.IssueURL(page), p.Site.UnsubscribeURL(tokens[0])
	reader.Preferences = p.Site.PreferencesURL(tokens[1])
	rendered, err := p.Templates.For(is.Newsletter).Digest(edition, reader)
	if err != nil {
		return nil, templates.Own{}, err
	}
	owner := is.From.Address
	if is.ReplyTo.Address != "" {
		owner = is.ReplyTo.Address
	}
	host := p.host(is)
	return &digest.Message{
		From:    is.From,
		ReplyTo: is.ReplyTo,
		Subject: rendered.Subject,
		Text:    rendered.Text,
		HTML:    rendered.HTML,
		Images: slices.DeleteFunc(slices.Clone(is.Pictures), func(pic digest.Picture) bool {
			return !slices.Contains(rendered.Pictures, pic.CID)
		}),
		List: digest.List{
			ID:              is.Newsletter + "." + host,
			Title:           is.Title,
			UnsubscribeURL:  reader.Unsubscribe,
			UnsubscribeMail: owner,
			Owner:           owner,
			Archive:         p.archive(is.Newsletter),
			Feedback:        fmt.Sprintf("%s:%s:tidings:%s", is.ID, is.Newsletter, host),
		},
	}, rendered.Own, nil
}

// archive is the page of the newsletter's issues; empty if no page names it.
func (p postman) archive(newsletter string) string {
	if n, err := p.Newsletter(newsletter); err != nil || n.Private {
		return ""
	}
	return p.Site.ArchiveURL(newsletter)
}

// host is the name that the newsletter goes by in its List-Id: the site's, or else the sender's domain.
func (p postman) host(is *digest.Issue) string {
	if u, err := url.Parse(p.Site.URL); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return domain(is.From)
}

func domain(a mail.Address) string {
	return a.Address[strings.LastIndexByte(a.Address, '@')+1:]
}
