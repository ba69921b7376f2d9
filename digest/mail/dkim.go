package mail

import (
	"crypto"
	"fmt"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

// DKIM is a key that messages are signed with (RFC 6376): RSA of 2048 bits and more, or Ed25519 (RFC 8463).
type DKIM struct {
	Domain   string // signs what comes from it and from the domains below it
	Selector string // its record is at SELECTOR._domainkey.DOMAIN
	Key      crypto.Signer
}

// signs tells whether the key is for messages from an address.
func (k DKIM) signs(from string) bool {
	domain := strings.ToLower(from[strings.LastIndexByte(from, '@')+1:])
	own := strings.ToLower(k.Domain)
	return domain == own || strings.HasSuffix(domain, "."+own)
}

// signedFields are covered by a signature, each once more than a message has it, so that none can be added (RFC 6376 §8.15). RFC 8058
// asks for List-Unsubscribe and its Post, Gmail for Feedback-ID.
func signedFields() []string {
	fields := []string{
		"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Auto-Submitted",
		"List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Owner", "List-Archive", "List-Post", "Feedback-ID",
	}
	return append(fields, fields...)
}

// signatures are the DKIM-Signature fields of a message, to be put before it: one for each key that is for its sender. Both the header
// and the body are signed in relaxed form, the body to its end.
func signatures(keys []DKIM, from string, raw []byte) (string, error) {
	var fields strings.Builder
	for _, k := range keys {
		if !k.signs(from) {
			continue
		}
		s, err := dkim.NewSigner(&dkim.SignOptions{
			Domain: k.Domain, Selector: k.Selector, Signer: k.Key, HeaderKeys: signedFields(),
			HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
		})
		if err == nil {
			_, err = s.Write(raw)
		}
		if s != nil {
			if e := s.Close(); err == nil {
				err = e
			}
		}
		if err != nil {
			return "", fmt.Errorf("it could not be signed for %s: %w", k.Domain, err)
		}
		fields.WriteString(s.Signature())
	}
	return fields.String(), nil
}
