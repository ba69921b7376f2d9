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

// message is the delivery's message: the same bytes on every try.
func (p postman) message(is *digest.Issue, d digest.Delivery) (*digest.Message, error) {
	edition, ok := is.Edition(d.Tags)
	if !ok {
		return nil, fmt.Errorf("issue %d of %s holds nothing with the tags %q", is.Number, is.Newsletter, d.Tags)
	}
	page, token := is.ID, p.signer.Token(digest.PurposeUnsubscribe, d.Subscriber, is.Newsletter)
	if p.inert {
		page, token = digest.InertToken, digest.InertToken
	}
	reader := templates.Reader{
		Email: d.Email, Name: d.Name, Address: p.Site.Address,
		Online: p.Site.IssueURL(page), Unsubscribe: p.Site.UnsubscribeURL(token),
	}
	rendered, err := p.Templates.For(is.Newsletter).Digest(edition, reader)
	if err != nil {
		return nil, err
	}
	owner := is.From.Address
	if is.ReplyTo.Address != "" {
		owner = is.ReplyTo.Address
	}
	host := p.host(is)
	return &digest.Message{
		ID:      fmt.Sprintf("%s.%s@%s", is.ID, p.signer.MAC(digest.PurposeMessage, is.ID, d.Subscriber), domain(is.From)),
		From:    is.From,
		ReplyTo: is.ReplyTo,
		To:      mail.Address{Name: d.Name, Address: d.Email},
		Date:    d.Due,
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
			Feedback:        fmt.Sprintf("%s:%s:tidings:%s", is.ID, is.Newsletter, host),
		},
	}, nil
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
