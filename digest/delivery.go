package digest

import (
	"fmt"
	"strings"
	"time"
)

// Delivery is one issue to one subscriber: a row of the ledger.
type Delivery struct {
	ID         string
	Issue      string // Issue.ID
	Newsletter string
	Subscriber string // Subscriber.ID
	Email      string
	Name       string
	Selection         // what the subscriber took when the issue was frozen
	Language   string // BCP 47, of the words around the articles; empty: the issue's
	State      DeliveryState
	Due        time.Time // when it was first due: its Date header
	Next       time.Time // not tried before this
	Tries      int       // attempts that counted against the recipient
	Reply      string    // the last reply or error, one line
}

// DeliveryState is where a delivery stands.
type DeliveryState string

// The states of a delivery.
const (
	Queued     DeliveryState = "queued"     // never tried
	Sending    DeliveryState = "sending"    // begun: it may be on the wire
	Deferred   DeliveryState = "deferred"   // to be tried again at Next
	Unknown    DeliveryState = "unknown"    // sent, but the reply never came
	Sent       DeliveryState = "sent"       // accepted by the server
	Failed     DeliveryState = "failed"     // refused for good
	Suppressed DeliveryState = "suppressed" // the subscriber left, or the address is known to be dead
	Expired    DeliveryState = "expired"    // given up after trying for long
	Cancelled  DeliveryState = "cancelled"  // stopped by the admin
)

// DeliveryStates are all of them, in the order of a delivery's life.
func DeliveryStates() []DeliveryState {
	return []DeliveryState{Queued, Sending, Deferred, Unknown, Sent, Failed, Suppressed, Expired, Cancelled}
}

// Finished tells whether nothing more will happen to a delivery in this state.
func (s DeliveryState) Finished() bool {
	switch s {
	case Sent, Failed, Suppressed, Expired, Cancelled:
		return true
	}
	return false
}

// Stage is the step of the SMTP dialogue that a reply belongs to (RFC 5321 §3).
type Stage string

// The stages, in order.
const (
	StageConnect  Stage = "connect" // DNS, TCP, greeting
	StageHello    Stage = "EHLO"
	StageStartTLS Stage = "STARTTLS"
	StageAuth     Stage = "AUTH"
	StageMail     Stage = "MAIL FROM"
	StageRcpt     Stage = "RCPT TO"
	StageData     Stage = "DATA"
	StageBody     Stage = "end of data" // after the final dot: without a reply, nobody knows
)

// Refusal is why a message was not accepted. It is an error.
type Refusal struct {
	Stage    Stage
	Code     int    // SMTP reply code; 0 if the network failed
	Enhanced string // RFC 3463, such as 5.1.1; may be empty
	Text     string // what the server or the network said, one line

	Again time.Time // nobody was asked, and our own limits and relays leave it no turn before this; zero if somebody was
}

// Error is one sentence: the stage and the server's words.
func (r *Refusal) Error() string {
	if r.Code == 0 {
		return fmt.Sprintf("%s: %s", r.Stage, r.Text)
	}
	return fmt.Sprintf("%s: %s", r.Stage, strings.Join(strings.Fields(fmt.Sprintf("%d %s %s", r.Code, r.Enhanced, r.Text)), " "))
}

// Verdict is what a refusal means for the delivery and beyond.
type Verdict int

// The verdicts.
const (
	RelayTrouble  Verdict = iota // the relay's fault: try again soon, spend none of the recipient's tries
	InDoubt                      // the body was sent and no reply came
	TryLater                     // the recipient's server asks for patience
	BadAddress                   // the address does not exist: suppress it
	MailboxFull                  // failed for this issue only
	BadMessage                   // nobody will get this message: stop the issue
	PolicyRefusal                // our standing or our authority: failed, never suppress
	NotASCII                     // no server on the way takes an address in UTF-8: failed, never suppress
	NotYet                       // it has to wait for its turn, until Refusal.Again: spend none of the recipient's tries
)

// Verdict classifies by the reply code, then the enhanced code, then the stage.
func (r *Refusal) Verdict() Verdict {
	switch {
	case !r.Again.IsZero():
		return NotYet
	case r.Code == 0 && r.Stage == StageBody:
		return InDoubt
	case r.Code == 0, r.Code == 421:
		return RelayTrouble
	case r.Stage != StageRcpt && r.Stage != StageData && r.Stage != StageBody:
		return RelayTrouble
	case r.Code/100 == 4:
		return TryLater
	}
	switch class := r.Enhanced; {
	case class == "5.1.1", class == "5.1.2", class == "5.1.3", class == "5.1.6", class == "5.1.10", class == "5.2.1":
		return BadAddress
	case class == "5.2.2":
		return MailboxFull
	case class == "5.3.4":
		return BadMessage
	case class == "5.6.7", class == "5.6.8", class == "5.6.9": // RFC 6531 §3.5
		return NotASCII
	case strings.HasPrefix(class, "5.7."):
		return PolicyRefusal
	}
	switch {
	case r.Stage == StageRcpt && r.Enhanced == "" && (r.Code == 550 || r.Code == 551 || r.Code == 553):
		return BadAddress
	case r.Stage != StageRcpt && (r.Code == 552 || r.Code == 554):
		return BadMessage
	}
	return PolicyRefusal
}

// RetryAfter is how long to wait before a recipient is tried again, after so many tries: 5 m, 15 m, 30 m, 1 h, then doubling
// to half a day. spread in [0,1) moves it upward by up to a quarter, so that retries do not come together.
func RetryAfter(tries int, spread float64) time.Duration {
	steps := []time.Duration{5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour}
	d := steps[min(max(tries, 1), len(steps))-1]
	return d + time.Duration(float64(d)/4*spread)
}
