package digest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// Purpose is what a token is good for, and nothing else.
type Purpose string

// The purposes.
const (
	PurposeUnsubscribe Purpose = "unsubscribe" // ids: subscriber, newsletter
	PurposePreferences Purpose = "preferences" // ids: subscriber
	PurposeConfirm     Purpose = "confirm"     // ids: sign-up
	PurposeForm        Purpose = "form"        // ids: when the sign-up form was shown, as Unix seconds
	PurposeLimit       Purpose = "limit"       // ids: what a limit counts, such as an address or a network
	PurposeMessage     Purpose = "message-id"  // ids: issue, subscriber
	PurposeBounce      Purpose = "bounce"      // ids: delivery
	PurposeErased      Purpose = "erased"      // ids: an address
)

// Signer makes and checks tokens under one secret key.
type Signer struct{ key []byte }

// NewSigner takes the store's key, 32 random bytes.
func NewSigner(key []byte) Signer { return Signer{key: key} }

// Token is an unguessable word that names the ids and can be used for the purpose alone. It holds letters, digits, - and _.
func (s Signer) Token(p Purpose, ids ...string) string {
	payload := []byte(strings.Join(ids, "\x00"))
	return base64.RawURLEncoding.EncodeToString(append(s.sum(p, payload), payload...))
}

// Open returns the ids of a token made for the purpose; ok is false for any other word. It takes the same time
// wherever a forged token differs.
func (s Signer) Open(p Purpose, token string) (ids []string, ok bool) {
	if len(token) > 1024 || strings.ContainsAny(token, "\r\n") { // which the decoder passes over
		return nil, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < macSize {
		return nil, false
	}
	if !hmac.Equal(raw[:macSize], s.sum(p, raw[macSize:])) {
		return nil, false
	}
	return strings.Split(string(raw[macSize:]), "\x00"), true
}

// MAC is a short unguessable word over the ids, which does not name them.
func (s Signer) MAC(p Purpose, ids ...string) string {
	return base64.RawURLEncoding.EncodeToString(s.sum(p, []byte(strings.Join(ids, "\x00"))))
}

const macSize = 16 // 128 bits of HMAC-SHA-256 (RFC 2104 §5 allows half)

func (s Signer) sum(p Purpose, payload []byte) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(p))
	h.Write([]byte{0})
	h.Write(payload)
	return h.Sum(nil)[:macSize]
}
