package run

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tidings/digest"
)

// Proof is a message as a reader would get it, for somebody to look at. Its links lead to a page that explains itself.
type Proof struct {
	Name    string // of the variant, fit for a file: "all", or the tags
	Variant Variant
	Message *digest.Message
}

// Proofs composes the next issue of the newsletter and renders a message of each of its variants, and leaves the store as it is. The
// messages are addressed to a reader who does not exist.
func (s *Service) Proofs(ctx context.Context, newsletter string, since *time.Time, now time.Time) (*Composed, []Proof, error) {
	d, err := s.Draft(ctx, newsletter, DraftOptions{Since: since}, now)
	if err != nil {
		return nil, nil, err
	}
	if d.Empty != "" {
		return d.Composed, nil, nil
	}
	var proofs []Proof
	for _, v := range d.Variants {
		m, err := d.Message(v.Selection)
		if err != nil {
			return d.Composed, nil, err
		}
		proofs = append(proofs, Proof{Name: proofName(v.Selection, proofs), Variant: v, Message: m})
	}
	return d.Composed, proofs, nil
}

// ProofTo is the next issue of the newsletter as a message to one address: with the tags that it follows, if it is a subscriber's, else whole.
// The message is nil where Composed.Empty says why there is none. The store stays as it is.
func (s *Service) ProofTo(ctx context.Context, newsletter, address string, since *time.Time, now time.Time) (*Composed, *digest.Message, error) {
	d, err := s.Draft(ctx, newsletter, DraftOptions{Since: since}, now)
	if err != nil {
		return nil, nil, err
	}
	if d.Empty != "" {
		return d.Composed, nil, nil
	}
	m, err := d.MessageTo(address)
	if m == nil && err == nil {
		d.Empty = fmt.Sprintf("%s follows none of the tags of the new articles", address)
	}
	return d.Composed, m, err
}

func (s *Service) inertPostman(ctx context.Context) (postman, error) {
	man, err := s.postman(ctx)
	man.inert = true
	return man, err
}

// proofName makes a file name of what a reader takes, one that no other proof has.
func proofName(sel digest.Selection, taken []Proof) string {
	name := strings.Join(sel.Tags, "-")
	if len(sel.Tags) == 0 {
		name = "all"
	}
	if len(sel.Muted) > 0 {
		name += "-but-" + strings.Join(sel.Muted, "-")
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '-':
			return r
		}
		return '-'
	}, digest.Fold(name))
	name = strings.Trim(name[:min(len(name), 60)], "-")
	unique := name
	for i := 2; unique == "" || slices.ContainsFunc(taken, func(p Proof) bool { return p.Name == unique }); i++ {
		unique = strings.TrimPrefix(fmt.Sprintf("%s-%d", name, i), "-")
	}
	return unique
}
