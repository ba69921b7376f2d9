package bounce

import (
	"regexp"
	"strconv"
	"strings"

	"tidings/digest"
)

// deliveryStatus reads the fields of a delivery status notification (RFC 3464 §2): first those of the message, then a group for each recipient.
// We send to one recipient; where a list stands behind that address there are more, and what failed counts before what is late. It is
// false if nothing is said of any recipient.
func deliveryStatus(b digest.Bounce, body []byte) (_ digest.Bounce, ok bool) {
	for groups := 0; len(body) > 0 && groups < maxParts; groups++ {
		var group fields
		group, body = readFields(body)
		if b.MessageID == "" {
			b.MessageID = messageID(group.get("x-original-message-id") + group.get("original-message-id"))
		}
		if group.get("action") == "" && group.get("status") == "" && group.get("final-recipient") == "" {
			continue
		}
		kind := actionOf(group)
		if !ok || kind == digest.BounceFailed && b.Kind != digest.BounceFailed || b.Kind == digest.NoBounce {
			b.Kind, b.Address, b.Reason = kind, recipientOf(group), reasonOf(group)
		}
		ok = true
	}
	return b, ok
}

// actionOf is what happened to one recipient; where the field that says it is missing, the status does.
func actionOf(group fields) digest.BounceKind {
	action, _, _ := strings.Cut(strings.ToLower(group.get("action"))+" ", " ")
	switch strings.Trim(action, ";.") {
	case "failed", "failure":
		return digest.BounceFailed
	case "delayed":
		return digest.BounceDelayed
	case "":
		switch class, _, _ := strings.Cut(enhancedOf(group.get("status")), "."); class {
		case "5":
			return digest.BounceFailed
		case "4":
			return digest.BounceDelayed
		}
	}
	return digest.NoBounce // delivered, relayed, expanded: it arrived, or nobody can tell
}

// recipientOf is the address as we wrote it, if the server tells it, or else what it became on the way.
func recipientOf(group fields) string {
	for _, name := range []string{"original-recipient", "final-recipient", "x-actual-recipient"} {
		value := group.get(name)
		if _, after, ok := strings.Cut(value, ";"); ok { // rfc822; ada@example.com
			value = after
		}
		if found := addressesIn(value); len(found) > 0 {
			return short(found[0])
		}
	}
	return ""
}

// reasonOf is what the last server said. Its own words come before what the server that reports made of them: many report 5.0.0 whatever was
// said, and some call everything 5.1.1.
func reasonOf(group fields) digest.Refusal {
	status := enhancedOf(group.get("status"))
	text := group.get("diagnostic-code")
	if _, after, ok := strings.Cut(text, ";"); ok { // smtp; 550 5.1.1 …
		text = after
	}
	r := replyIn(text)
	if r.Text == "" {
		r.Text = group.get("status")
	}
	if strings.HasSuffix(status, ".0.0") && status[0] != '4' { // says nothing but that it failed
		status = ""
	}
	switch {
	case r.Enhanced != "":
	case strings.HasPrefix(status, strconv.Itoa(r.Code/100)+"."), r.Code == 0:
		r.Enhanced = status
	}
	if r.Code == 0 {
		r.Code = 550
		if strings.HasPrefix(status, "4") {
			r.Code = 450
		}
	}
	return r
}

// replyWords is an SMTP reply in a text: a code that servers use, and the enhanced code if it follows.
var replyWords = regexp.MustCompile(`(?:^|[\s(<"':;])(421|43[12]|45\d|5[0-57]\d)(?:$|[\s-]+#?(?:([245]\.\d{1,3}\.\d{1,3})\b|\D))`)

// replyIn finds the reply that a text quotes; its code is 0 if there is none. The text is what follows it.
func replyIn(text string) digest.Refusal {
	at := replyWords.FindStringSubmatchIndex(text)
	if at == nil {
		return digest.Refusal{Text: strings.TrimSpace(text)}
	}
	r, end := digest.Refusal{}, at[3]
	r.Code, _ = strconv.Atoi(text[at[2]:at[3]])
	if at[4] >= 0 {
		r.Enhanced, end = text[at[4]:at[5]], at[5]
	}
	r.Text = strings.TrimLeft(text[end:], " \t-#:")
	return r
}

// enhancedWord is an enhanced status code (RFC 3463), and no part of an IP address.
var enhancedWord = regexp.MustCompile(`(?:^|[^.\d])([245]\.\d{1,3}\.\d{1,3})(?:$|[^.\d]|\.\D|\.$)`)

// enhancedOf is the first enhanced status code in a text; empty if there is none.
func enhancedOf(text string) string {
	if found := enhancedWord.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return ""
}
