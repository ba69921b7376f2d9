package mail

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/textproto"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/digest"
	"tidings/digest/mail/reach"
)

// maxReply bounds what is kept of a server's words, in runes.
const maxReply = 300

// fail is the refusal behind an error: the server's reply if there is one in it, and else the network's failure, which
// has the code 0.
func fail(ctx context.Context, stage digest.Stage, err error) error {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return refused(stage, reply.Code, reply.Msg)
	}
	text := reach.Explain(err, "the server").Error()
	if ctx.Err() != nil {
		text = "interrupted: " + context.Cause(ctx).Error()
	}
	return &digest.Refusal{Stage: stage, Text: oneLine(text)}
}

// readReply reads one reply, of any number of lines. A line may hold the code alone (RFC 5321 §4.2), which textproto's own
// reader refuses.
func readReply(r *textproto.Reader) (code int, text string, err error) {
	var lines []string
	for {
		line, err := r.ReadLine()
		if err != nil {
			return 0, "", err
		}
		if len(line) < 3 || !isNumber(line[:3]) || len(line) > 3 && line[3] != ' ' && line[3] != '-' {
			return 0, "", fmt.Errorf("the server's reply is no SMTP: %s", line)
		}
		if len(line) > 3 {
			lines = append(lines, line[4:])
		}
		if len(line) == 3 || line[3] == ' ' {
			code, err = strconv.Atoi(line[:3])
			return code, strings.Join(lines, "\n"), err
		}
	}
}

// refused is a reply of the 4xx and 5xx kind. Its lines come as one, without the enhanced code (RFC 2034) that stands
// at the front of each.
func refused(stage digest.Stage, code int, text string) *digest.Refusal {
	r := &digest.Refusal{Stage: stage, Code: code}
	var words []string
	for line := range strings.SplitSeq(text, "\n") {
		enhanced, rest := cutEnhanced(strings.TrimSpace(line), code/100)
		if r.Enhanced == "" {
			r.Enhanced = enhanced
		}
		words = append(words, rest)
	}
	r.Text = oneLine(strings.Join(words, " "))
	return r
}

// cutEnhanced parts a code such as 5.1.1 (RFC 3463) of the given class from the text after it; it is empty if
// there is none.
func cutEnhanced(line string, class int) (enhanced, rest string) {
	word, rest, _ := strings.Cut(line, " ")
	parts := strings.Split(word, ".")
	if len(parts) != 3 || len(parts[0]) != 1 || int(parts[0][0]-'0') != class || !isNumber(parts[1]) || !isNumber(parts[2]) {
		return "", line
	}
	return word, rest
}

// isNumber tells whether s has one to three digits.
func isNumber(s string) bool {
	return s != "" && len(s) <= 3 && strings.Trim(s, "0123456789") == ""
}

// oneLine makes foreign words fit for a log.
func oneLine(text string) string {
	return clip(digest.OneLine(strings.ToValidUTF8(text, "?")), maxReply)
}

// hidden takes the password out of what a server says, should it repeat what it was sent.
func (d dialer) hidden(err error) error {
	var r *digest.Refusal
	if d.Password == "" || !errors.As(err, &r) {
		return err
	}
	encode := base64.StdEncoding.EncodeToString
	for _, secret := range []string{encode([]byte("\x00" + d.Username + "\x00" + d.Password)), encode([]byte(d.Password)), d.Password} {
		r.Text = withoutWord(r.Text, secret)
	}
	return r
}

// withoutWord puts stars for a word wherever it stands in a text, unless it is but the part of a longer word: were a short password replaced there, the
// text would give it away.
func withoutWord(text, word string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, word)
		if !found {
			return b.String() + text
		}
		last, _ := utf8.DecodeLastRuneInString(before)
		next, _ := utf8.DecodeRuneInString(after)
		if len(word) < 8 && (isLetter(last) || isLetter(next)) {
			b.WriteString(before + word)
		} else {
			b.WriteString(before + "***")
		}
		text = after
	}
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
