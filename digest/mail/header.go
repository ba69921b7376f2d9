package mail

import (
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strings"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"tidings/digest"
)

// Bounds on what a header field may hold. A line may have 998 bytes (RFC 5322 §2.1.1), and the words of an address
// that cannot be parted must fit into one.
const (
	maxSubject = 300 // runes
	maxName    = 200 // runes
	maxURL     = 900 // bytes
)

// setHeader sets every field of the header. Fields go through go-mail's encoding setters, never its preformatted
// ones, which neither fold nor refuse line breaks and come out in random order.
func setHeader(out *gomail.Msg, m *digest.Message) error {
	if err := setPeople(out, m); err != nil {
		return err
	}
	if err := checkWord("Message-ID", m.ID); err != nil {
		return err
	}
	if m.Date.IsZero() {
		return fmt.Errorf("it has no date")
	}
	subject, err := phrase("subject", m.Subject, maxSubject)
	if err != nil {
		return err
	}
	out.SetMessageIDWithValue(m.ID)
	out.SetDateWithValue(m.Date)
	out.Subject(subject)
	out.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.List == (digest.List{}) { // a mail to one person
		out.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
		return nil
	}
	out.SetBulk() // Precedence: bulk, X-Auto-Response-Suppress: All
	return setList(out, m.List)
}

// setPeople sets From, To and Reply-To.
func setPeople(out *gomail.Msg, m *digest.Message) error {
	from, err := person("sender", m.From)
	if err != nil {
		return err
	}
	to, err := person("recipient", m.To)
	if err != nil {
		return err
	}
	out.FromMailAddress(from)
	out.ToMailAddress(to)
	if m.ReplyTo.Address == "" {
		return nil
	}
	replyTo, err := person("reply address", m.ReplyTo)
	if err != nil {
		return err
	}
	out.ReplyToMailAddress(replyTo)
	return nil
}

// setList sets the fields of RFC 2369, 2919 and 8058, and Feedback-ID.
func setList(out *gomail.Msg, l digest.List) error {
	id, err := listID(l)
	if err != nil {
		return err
	}
	unsubscribe, err := unsubscribeLinks(l)
	if err != nil {
		return err
	}
	fields := map[gomail.Header]string{"List-Id": id, gomail.HeaderListUnsubscribe: unsubscribe, "List-Post": "NO"}
	if oneClick(l.UnsubscribeURL) {
		fields[gomail.HeaderListUnsubscribePost] = "List-Unsubscribe=One-Click"
	}
	if l.Owner != "" {
		if fields["List-Owner"], err = mailto(l.Owner, ""); err != nil {
			return err
		}
		if fields["List-Help"], err = mailto(l.Owner, "help"); err != nil {
			return err
		}
	}
	if l.Archive != "" {
		if fields["List-Archive"], err = link(l.Archive); err != nil {
			return err
		}
	}
	if l.Feedback != "" {
		if err := checkWord("Feedback-ID", l.Feedback); err != nil {
			return err
		}
		fields["Feedback-ID"] = l.Feedback
	}
	for field, value := range fields {
		if value != "" {
			out.SetGenHeader(field, value)
		}
	}
	return nil
}

// listID is `"Title" <id>`; only the title may be encoded (RFC 2919 §2).
func listID(l digest.List) (string, error) {
	if l.ID == "" {
		return "", nil
	}
	if err := checkWord("List-Id", l.ID); err != nil {
		return "", err
	}
	title, err := phrase("list title", l.Title, maxName)
	if err != nil || title == "" {
		return "<" + l.ID + ">", err
	}
	// The title is a phrase, as the name before an address is.
	encoded := (&mail.Address{Name: title, Address: "a@b"}).String()
	return strings.TrimSuffix(encoded, "<a@b>") + "<" + l.ID + ">", nil
}

// unsubscribeLinks are the page and the address for leaving, as far as there are any.
func unsubscribeLinks(l digest.List) (string, error) {
	var links []string
	if l.UnsubscribeURL != "" {
		s, err := link(l.UnsubscribeURL)
		if err != nil {
			return "", err
		}
		links = append(links, s)
	}
	if l.UnsubscribeMail != "" {
		s, err := mailto(l.UnsubscribeMail, "unsubscribe")
		if err != nil {
			return "", err
		}
		links = append(links, s)
	}
	return strings.Join(links, ", "), nil
}

// oneClick tells whether a POST to the address may be promised: over https (RFC 8058 §3.1), or on this machine.
func oneClick(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

// link is <https://…>, in ASCII.
func link(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return "", fmt.Errorf("link %q: it is no http or https address", address)
	}
	s := u.String()
	if err := checkWord("link", s); err != nil {
		return "", err
	}
	return "<" + s + ">", nil
}

// mailto is <mailto:…> (RFC 6068).
func mailto(address, subject string) (string, error) {
	if _, err := parseMailbox(address); err != nil {
		return "", err
	}
	s := "mailto:" + url.PathEscape(address)
	if subject != "" {
		s += "?subject=" + url.PathEscape(subject)
	}
	return "<" + s + ">", nil
}

// person is an address with a name fit for a header.
func person(what string, a mail.Address) (*mail.Address, error) {
	if _, err := parseMailbox(a.Address); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	name, err := phrase("name of the "+what, a.Name, maxName)
	if err != nil {
		return nil, err
	}
	return &mail.Address{Name: name, Address: a.Address}, nil
}

// phrase is text fit for a header field. Line breaks are refused, because whoever put one there meant harm or lost
// the place; other control and direction characters are dropped. What looks like an encoded word (RFC 2047) is
// broken up: a reader's program would decode it, and show what we did not clean.
func phrase(what, text string, limit int) (string, error) {
	if strings.ContainsAny(text, "\r\n") {
		return "", fmt.Errorf("the %s %.80q holds a line break", what, text)
	}
	text = digest.OneLine(strings.ToValidUTF8(text, ""))
	return clip(strings.ReplaceAll(text, "=?", "= ?"), limit), nil
}

// checkWord refuses what is no single word of printable ASCII.
func checkWord(what, word string) error {
	if word == "" || len(word) > maxURL {
		return fmt.Errorf("the %s is empty or too long", what)
	}
	for i := range len(word) {
		if c := word[i]; c <= ' ' || c >= 0x7f || c == '<' || c == '>' {
			return fmt.Errorf("the %s %.80q holds %q", what, word, c)
		}
	}
	return nil
}

// clip shortens text to so many runes, and shows that it did.
func clip(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit-1]) + "…"
}
