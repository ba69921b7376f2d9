// Package bounce reads what comes back for messages that were sent: reports from mail systems and complaints of readers, from wherever
// they are delivered to, or from a mailbox that is polled over IMAP.
//
// All of it is written by strangers. Nothing in it needs to be right, everything read is bounded, and nothing is believed: that a report is
// about a message of ours is for the caller to check.
package bounce

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"tidings/digest"
)

// maxReport is how much of a report is looked at, in octets. What it says comes first; what it quotes may be cut.
const maxReport = 1 << 20

// maxReason is how much is kept of a server's words, in octets.
const maxReason = 300

// Read reads a message and finds out what it reports. Servers differ in how they do it: a multipart/report with a
// message/delivery-status (RFC 6522, 3464) or a message/feedback-report (RFC 5965) says it in fields; of what older servers write in prose, what
// their programs are known to write is understood. Any other message is digest.NoBounce. The error is the reader's alone.
//
// It is for the caller to check that Envelopes or MessageID are of our making.
func Read(r io.Reader) (digest.Bounce, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxReport))
	if err == nil && len(raw) == maxReport {
		_, err = io.Copy(io.Discard, r) // a program that writes to us must not find the pipe broken
	}
	if err != nil {
		return digest.Bounce{}, fmt.Errorf("read the message: %w", err)
	}
	header, body := readFields(raw)
	report := reportOf(header, readParts(header, body))
	came := header.addresses("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "to")
	report.Envelopes = distinct(append(came, report.Envelopes...))
	if report.MessageID == "" {
		report.MessageID = messageID(header.get("in-reply-to"))
	}
	if strings.ContainsFunc(report.MessageID, func(r rune) bool { return r <= ' ' || r > '~' }) {
		report.MessageID = "" // none of ours, and nothing to look for in a store
	}
	report.Reason.Stage = digest.StageRcpt
	report.Reason.Text = short(report.Reason.Text)
	return report, nil
}

// reportOf reads the parts that programs write for programs, and else those for people.
func reportOf(header fields, parts []part) digest.Bounce {
	b := digest.Bounce{}
	if original := find(parts, "message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers"); original != nil {
		quoted, _ := readFields(original.body)
		b.MessageID = messageID(quoted.get("message-id"))
		b.Envelopes = quoted.addresses("return-path")
	}
	if p := find(parts, "message/feedback-report"); p != nil {
		return complaint(b, p.body)
	}
	if p := find(parts, "message/delivery-status", "message/global-delivery-status"); p != nil {
		if status, ok := deliveryStatus(b, p.body); ok {
			return status
		}
	}
	if find(parts, "message/disposition-notification") != nil { // that it was read, or not (RFC 8098)
		return b
	}
	if b = prose(b, header, parts); b.Kind == digest.NoBounce {
		b.Envelopes = nil // a person may well forward to us what they got
	}
	return b
}

// find is the first part of one of the kinds, or nil.
func find(parts []part, kinds ...string) *part {
	i := slices.IndexFunc(parts, func(p part) bool { return slices.Contains(kinds, p.kind) })
	if i < 0 {
		return nil
	}
	return &parts[i]
}

// distinct are the addresses without repetition, the first of them if they are very many.
func distinct(addresses []string) []string {
	const most = 50
	var all []string
	for _, a := range addresses {
		if len(a) <= maxField && len(all) < most && !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	return all
}

// short is foreign text as it is kept: one line, of no more than maxReason.
func short(text string) string {
	return digest.OneLine(strings.ToValidUTF8(text[:min(len(text), maxReason)], ""))
}
