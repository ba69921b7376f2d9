package digest

import (
	"crypto/hmac"
	"encoding/base32"
	"strings"
)

// Bounce is what comes back for a message that a server had accepted: the report that it could not be delivered after all, or not yet
// (RFC 3464), or that its reader calls it spam (RFC 5965).
type Bounce struct {
	Kind      BounceKind
	Envelopes []string // addresses that the report came to or quotes: one of them may be a return path of ours
	MessageID string   // of the message that it is about, without angle brackets; may be empty
	Address   string   // that it could not be delivered to; may be empty, or another than we sent it to
	Reason    Refusal  // in the words of the server that gave up, as if it had said them to RCPT
}

// BounceKind is what a report is about.
type BounceKind string

// The kinds of reports.
const (
	NoBounce        BounceKind = ""          // anything else: good news, an absence note, an answer
	BounceFailed    BounceKind = "failed"    // the message is given up
	BounceDelayed   BounceKind = "delayed"   // it is still being tried
	BounceComplaint BounceKind = "complaint" // its reader calls it spam
	BounceUnproven  BounceKind = "unproven"  // it names an address, and nothing that only the message's servers and reader can know
)

// Verdict is what the report means, by the rules for replies to RCPT. A server that gives up after many attempts has only learnt that its
// last one was told to wait, which says nothing of the address.
func (b Bounce) Verdict() Verdict {
	if b.Kind == BounceDelayed || b.Reason.Code/100 == 4 {
		return TryLater
	}
	return b.Reason.Verdict()
}

// A bounce token is a MAC of 10 bytes (the 80 bits that RFC 2104 §5 asks for at least; a guess costs a mail) and the id of a delivery, which is
// 26 letters of base32 as crypto/rand.Text makes them. Both are written in the letters of base32 alone and read whatever their case: on the way
// back some servers put the local part of an address in lower case, which base64url would not survive.
const (
	bounceMAC   = 10
	bounceID    = 26
	bounceToken = bounceMAC*8/5 + bounceID

	// MaxReturnPath is how long the local part of a return path may be, so that it fits the 64 octets of RFC 5321 §4.5.3.1.1 with a
	// token behind it.
	MaxReturnPath = 64 - len("+") - bounceToken
)

// ReturnPath is the envelope sender of a delivery (a variable envelope return path, VERP): the address with the signed id of the delivery
// behind its local part, as bounce+token@news.example.com. It is the address alone for an id that is not of this program's making, and for a
// local part that is too long. Returned is its inverse.
func (s Signer) ReturnPath(address, delivery string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 || at > MaxReturnPath || !isBounceID(delivery) {
		return address
	}
	return address[:at] + "+" + strings.ToLower(s.bounceSum(delivery)+delivery) + address[at:]
}

// Returned is the delivery whose return path an address is; ok is false for any other address. Neither case nor what stands before
// the token matters, so that it is found again when the return path is another by now.
func (s Signer) Returned(address string) (delivery string, ok bool) {
	local, _, _ := strings.Cut(address, "@")
	plus := strings.LastIndexByte(local, '+')
	token := strings.ToUpper(local[plus+1:])
	if plus < 0 || len(token) != bounceToken {
		return "", false
	}
	sum, delivery := token[:bounceToken-bounceID], token[bounceToken-bounceID:]
	if !isBounceID(delivery) || !hmac.Equal([]byte(sum), []byte(s.bounceSum(delivery))) {
		return "", false
	}
	return delivery, true
}

func (s Signer) bounceSum(delivery string) string {
	return base32.StdEncoding.EncodeToString(s.sum(PurposeBounce, []byte(delivery))[:bounceMAC])
}

// isBounceID tells whether an id can be written in a token and read again.
func isBounceID(id string) bool {
	odd := func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '2' || r > '7') }
	return len(id) == bounceID && !strings.ContainsFunc(id, odd)
}
