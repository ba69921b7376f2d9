package run

import (
	"cmp"
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"strings"
	"time"

	"tidings/digest"
	"tidings/digest/store"
)

// Returned is what became of a report about a message that was sent.
type Returned struct {
	Kind       digest.BounceKind
	Delivery   digest.Delivery // zero: none that is known
	Proven     bool            // the report holds what only those can know who had the message
	Again      bool            // it was recorded before
	Suppressed bool            // the address gets nothing more
	Reason     string          // in the words of the server that gave up
}

// Understood tells whether the report has served: it needs nobody to look at it.
func (r Returned) Understood() bool {
	return r.Delivery.ID != "" && (r.Proven || r.Kind != digest.NoBounce)
}

// String says in one sentence what was done.
func (r Returned) String() string {
	what := fmt.Sprintf("the message of %s to %s", r.Delivery.Newsletter, r.Delivery.Email)
	switch {
	case r.Kind == digest.NoBounce && !r.Proven:
		return "this reports neither a failed delivery nor a complaint; nothing changes"
	case r.Delivery.ID == "":
		return "this report is about no message that is known here; nothing changes"
	case r.Kind == digest.NoBounce:
		return what + " was answered by a program; nothing changes"
	case r.Again:
		return what + ": this was recorded before; nothing changes"
	case !r.Proven:
		return fmt.Sprintf("this report names %s, but nothing in it shows that it is about a message sent from here; it is noted, and nothing changes", r.Delivery.Email)
	case r.Kind == digest.BounceComplaint:
		return what + " was called spam by its reader, who gets nothing more"
	case r.Kind == digest.BounceDelayed:
		return what + " is late, and still being tried; nothing changes"
	case r.Suppressed:
		return fmt.Sprintf("%s came back, and the address gets nothing more: %s", what, r.Reason)
	}
	return fmt.Sprintf("%s came back: %s", what, r.Reason)
}

// TakeBounce records a report and does what follows from it: what came back has failed; an address that does not exist, by the rules that hold
// for replies of the relay, and a reader who complains, get nothing more. A report read twice counts once.
//
// Whoever can write to us can send any report. It counts if it holds the return path or the Message-ID of a delivery, which nobody can make up who
// did not have the message. One that merely names an address is noted for the admin to see.
func (s *Service) TakeBounce(ctx context.Context, b digest.Bounce, now time.Time) (Returned, error) {
	r, err := s.returned(ctx, b)
	if err != nil || r.Delivery.ID == "" || r.Kind == digest.NoBounce {
		return r, err
	}
	record := store.BounceRecord{Delivery: r.Delivery.ID, Kind: b.Kind, Address: b.Address, Diagnostic: diagnostic(b), At: now}
	then := store.Consequence{}
	if r.Proven {
		if then, err = s.consequence(ctx, r.Delivery, b); err != nil {
			return r, err
		}
	} else {
		record.Kind = digest.BounceUnproven
	}
	first, err := s.Store.RecordBounce(ctx, record, then)
	if err != nil {
		return r, fmt.Errorf("record a bounce: %w", err)
	}
	r.Again, r.Suppressed = !first, then.Suppress
	return r, nil
}

// returned finds the delivery that a report is about.
func (s *Service) returned(ctx context.Context, b digest.Bounce) (Returned, error) {
	r := Returned{Kind: b.Kind, Reason: cmp.Or(replyOf(b.Reason), b.Reason.Text)}
	key, err := s.Store.Key(ctx)
	if err != nil {
		return r, fmt.Errorf("the key that return paths are signed with: %w", err)
	}
	ways := []func(context.Context, digest.Signer, digest.Bounce) (digest.Delivery, error){s.byReturnPath, s.byMessageID, s.byAddress}
	if b.Kind == digest.NoBounce { // only programs write to the return path; a reader's answer names the message too
		ways = ways[:1]
	}
	for i, way := range ways {
		d, err := way(ctx, digest.NewSigner(key), b)
		switch {
		case err == nil && d.Email == "": // who it was is forgotten, and stays so
			return r, nil
		case err == nil:
			r.Delivery, r.Proven = d, i < 2
			return r, nil
		case !errors.Is(err, store.ErrNotFound):
			return r, fmt.Errorf("find the delivery of a bounce: %w", err)
		}
	}
	return r, nil
}

func (s *Service) byReturnPath(ctx context.Context, signer digest.Signer, b digest.Bounce) (digest.Delivery, error) {
	for _, address := range b.Envelopes {
		if id, ok := signer.Returned(address); ok {
			return s.Store.Delivery(ctx, id)
		}
	}
	return digest.Delivery{}, store.ErrNotFound
}

// byMessageID checks the MAC of an id against the subscribers of its issue, first against the one that the report names.
func (s *Service) byMessageID(ctx context.Context, signer digest.Signer, b digest.Bounce) (digest.Delivery, error) {
	local, _, _ := strings.Cut(b.MessageID, "@")
	issue, mac, ok := strings.Cut(local, ".")
	if !ok || issue == "" || mac == "" {
		return digest.Delivery{}, store.ErrNotFound
	}
	isOne := func(subscriber string) bool {
		return hmac.Equal([]byte(mac), []byte(signer.MAC(digest.PurposeMessage, issue, subscriber)))
	}
	d, err := s.Store.DeliveryTo(ctx, issue, b.Address)
	if err == nil && isOne(d.Subscriber) {
		return d, nil
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return d, err
	}
	return s.Store.FindDelivery(ctx, issue, isOne)
}

// byAddress proves nothing.
func (s *Service) byAddress(ctx context.Context, _ digest.Signer, b digest.Bounce) (digest.Delivery, error) {
	if b.Address == "" {
		return digest.Delivery{}, store.ErrNotFound
	}
	return s.Store.LastSentTo(ctx, b.Address)
}

// consequence is what follows from a report that counts.
func (s *Service) consequence(ctx context.Context, d digest.Delivery, b digest.Bounce) (store.Consequence, error) {
	if b.Kind == digest.BounceComplaint {
		return store.Consequence{Suppress: true}, nil
	}
	if b.Kind == digest.BounceDelayed {
		return store.Consequence{}, nil
	}
	switch b.Verdict() {
	case digest.TryLater: // a server behind the relay has tried for as long as it cares to
		return store.Consequence{State: digest.Expired}, nil
	case digest.BadAddress:
		dead, err := s.dead(ctx, d, b)
		return store.Consequence{State: digest.Failed, Suppress: dead}, err
	case digest.RelayTrouble, digest.InDoubt, digest.MailboxFull, digest.BadMessage, digest.PolicyRefusal, digest.NotASCII, digest.NotYet:
	}
	return store.Consequence{State: digest.Failed}, nil
}

// dead tells whether the address has failed in enough issues to get nothing more. What a server says of another address, to which ours is
// passed on, is no more than a hint about ours.
func (s *Service) dead(ctx context.Context, d digest.Delivery, b digest.Bounce) (bool, error) {
	before := strikes(&b.Reason) - 1
	if b.Address != "" && digest.AddressKey(b.Address) != digest.AddressKey(d.Email) {
		before = hint - 1
	}
	if before == 0 {
		return true, nil
	}
	failed, err := s.Store.FailedBefore(ctx, d, before)
	if err != nil {
		return false, fmt.Errorf("see how often an address failed: %w", err)
	}
	return failed >= before, nil
}

// diagnostic is a report as the ledger keeps it.
func diagnostic(b digest.Bounce) string {
	prefix := map[digest.BounceKind]string{digest.BounceFailed: "bounced: ", digest.BounceDelayed: "delayed: ", digest.BounceComplaint: "complaint: "}[b.Kind]
	return digest.OneLine(prefix + cmp.Or(replyOf(b.Reason), b.Reason.Text))
}

// replyOf is a reply without the stage, which a report does not know; empty without a code.
func replyOf(r digest.Refusal) string {
	if r.Code == 0 {
		return ""
	}
	return strings.TrimPrefix(r.Error(), string(r.Stage)+": ")
}
