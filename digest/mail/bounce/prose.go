package bounce

import (
	"cmp"
	"regexp"
	"strings"

	"tidings/digest"
)

// maxProse is how much is read of what a program wrote for people, in octets: its own words, and the header that it quotes.
const maxProse = 32 << 10

// prose reads a report that is no report by any standard. Programs that answer mail write from all sorts of addresses, and postmasters are people
// too, so that only what signs as a mail system and says that something was not delivered is believed. What it quotes of the message itself is left
// out: an article may well be about SMTP.
func prose(b digest.Bounce, header fields, parts []part) digest.Bounce {
	text := textOf(parts)
	if b.MessageID == "" {
		if at := quotedID.FindStringSubmatch(text); at != nil {
			b.MessageID = at[1]
		}
	}
	if at := quotation.FindStringIndex(text); at != nil {
		text = text[:at[0]]
	}
	text = strings.Join(strings.Fields(text), " ")
	both := header.get("subject") + " " + text
	if !fromMailSystem(header) || !isUndelivered.MatchString(both) && !isLate.MatchString(both) {
		return b
	}
	reason := replyIn(text)
	if reason.Code == 0 {
		reason = unspoken(text)
	}
	switch {
	case isLate.MatchString(both), reason.Code/100 == 4 && !isGivenUp.MatchString(text):
		b.Kind = digest.BounceDelayed
		reason.Code = cmp.Or(reason.Code, 450)
	case reason.Code != 0:
		b.Kind = digest.BounceFailed
	default:
		return b
	}
	b.Address, b.Reason = failedAddress(header, text), reason
	return b
}

// fromMailSystem tells whether a mail system signs as the sender.
func fromMailSystem(header fields) bool {
	if header.get("x-failed-recipients") != "" { // Exim, Gmail
		return true
	}
	for _, address := range header.addresses("from", "sender", "return-path") {
		switch local, _, _ := strings.Cut(strings.ToLower(address), "@"); local {
		case "mailer-daemon", "postmaster", "mdaemon", "mail-daemon", "mailer_daemon", "maildaemon", "mailsystem":
			return true
		}
	}
	return false
}

// textOf is the text for people: the first plain part, or else an HTML part without its tags.
func textOf(parts []part) string {
	if p := find(parts, "text/plain"); p != nil {
		return string(p.body[:min(len(p.body), maxProse)])
	}
	if p := find(parts, "text/html"); p != nil {
		return tag.ReplaceAllString(string(p.body[:min(len(p.body), maxProse)]), " ")
	}
	return ""
}

var tag = regexp.MustCompile(`<[^<>]*>`)

// quotation is where a report begins to quote the message: a line that says so, or the first line of a header.
var quotation = regexp.MustCompile(`(?im)^[> \t]*(-+ *(below this line is a copy|this is a copy|original message|the following is a copy|unsent message|returned message|transcript of session ends|message header)|(received|return-path|message-id|dkim-signature|mime-version|list-id|x-mailer):)`)

var quotedID = regexp.MustCompile(`(?im)^[> \t]*message-id:\s*<([^<>\s]{1,500})>`)

// isLate are the words of warnings that a message is still being tried.
var isLate = regexp.MustCompile(`(?i)warning: (message|could not send)|delivery (status notification \(delay\)|delayed|has been delayed)|delayed mail|mail delivery (delayed|warning)|` +
	`will (be retried|continue|keep trying|retry)|not yet been delivered|still being (retried|attempted)|do not need to resend|could not be delivered (yet|for the last)|this is a warning message only`)

// isUndelivered are the words that a mail system has for what it did not do.
var isUndelivered = regexp.MustCompile(`(?i)undeliver|delivery (failure|failed|has failed|problem|status)|failure notice|returned mail|return(ed|ing) (to|message to) sender|permanent (error|failure|delivery failure|fatal)|` +
	`(not|n't) (be )?(delivered|deliver|able to deliver|stored)|unable to deliver|did not reach|mail (system )?error`)

// isGivenUp are the words for the end of many attempts.
var isGivenUp = regexp.MustCompile(`(?i)given up|giving up|too long|not going to try again|timeout exceeded|permanent|expired|returning (message )?to sender`)

// unspoken is the reason of a report that quotes no reply: an enhanced code by itself, or the words that programs use.
func unspoken(text string) digest.Refusal {
	if code := enhancedOf(text); strings.HasPrefix(code, "5.") {
		return digest.Refusal{Code: 550, Enhanced: code, Text: text}
	}
	switch {
	case isFull.MatchString(text):
		return digest.Refusal{Code: 552, Enhanced: "5.2.2", Text: isFull.FindString(text)}
	case isNobody.MatchString(text):
		return digest.Refusal{Code: 550, Text: isNobody.FindString(text)}
	case isGivenUp.MatchString(text):
		return digest.Refusal{Code: 450, Text: text}
	}
	return digest.Refusal{}
}

var (
	isFull   = regexp.MustCompile(`(?i)(over|exceeded|exceeds)( \w+){0,3} quota|quota( \w+)? exceeded|mailbox( is|'s)? full`)
	isNobody = regexp.MustCompile(`(?i)user unknown|unknown (user|recipient|address)|no such (user|mailbox|address|recipient)|(user|recipient|mailbox|address)( name)? (is |was )?(not recogni[sz]ed|not found|unknown)|` +
		`not listed in (domino|public)|no mailbox here by that name|(user|recipient|mailbox|address) (does not|doesn't) exist|account (has been |is )?(disabled|closed)`)
)

// failedAddress is the address that a report names: in the field of Exim, or as the first one in its text.
func failedAddress(header fields, text string) string {
	for _, found := range [][]string{header.addresses("x-failed-recipients"), addressesIn(text)} {
		if len(found) > 0 {
			return short(strings.Trim(found[0], ".'"))
		}
	}
	return ""
}
