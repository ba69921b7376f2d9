package mail

import (
	"fmt"
	"slices"
	"strings"

	"tidings/digest"
)

// envelope is who a message is from and to, as the dialogue says it.
type envelope struct {
	from, to mailbox
}

// newEnvelope takes only addresses that the dialogue can carry; its error is a *digest.Refusal.
func newEnvelope(sender, recipient string) (envelope, error) {
	from, err := parseMailbox(sender)
	if err != nil {
		return envelope{}, unsendable(fmt.Errorf("sender: %w", err))
	}
	to, err := parseMailbox(recipient)
	if err != nil {
		return envelope{}, &digest.Refusal{Stage: digest.StageRcpt, Code: 553, Enhanced: "5.1.3", Text: oneLine(err.Error())}
	}
	return envelope{from: from, to: to}, nil
}

// envelope is whom the dialogue names.
func (j *Job) envelope() (envelope, error) {
	from := j.ReturnPath
	if from == "" {
		from = j.Form.from
	}
	return newEnvelope(from, j.Blanks.To.Address)
}

// unsendable is a message that we ourselves refuse, before DATA.
func unsendable(err error) error {
	return &digest.Refusal{Stage: digest.StageData, Code: 550, Enhanced: "5.6.0", Text: oneLine(err.Error())}
}

// letter is a message ready for one connection.
type letter struct {
	job        *Job
	envelope   envelope
	filling    *filling
	signatures string     // fields of DKIM
	commands   [3]command // MAIL, RCPT, DATA
}

// size is that of the message, in bytes.
func (e *letter) size() int { return len(e.signatures) + e.job.Form.size + len(e.filling.text) }

// data appends the message, with room for what follows it on the wire.
func (e *letter) data(out []byte) []byte {
	const more = 4 << 10
	out = slices.Grow(out, e.size()+more)
	return e.job.Form.join(append(out, e.signatures...), e.filling)
}

// command is a line of the dialogue, and the first digit of the reply that it wants.
type command struct {
	stage digest.Stage
	text  string
	want  int
}

// address gives a letter its commands. Parameters are said only where the relay knows them; nothing needs 8BITMIME.
func (l *line) address(e envelope, id string) [3]command {
	mail, rcpt := "MAIL FROM:<"+e.from.address+">", "RCPT TO:<"+e.to.address+">"
	if e.from.utf8 || e.to.utf8 {
		mail += " SMTPUTF8"
	}
	if l.dsn { // RFC 3461: tell the sender of failure, with the header alone
		mail += " RET=HDRS"
		if id := xtext(id); len(id) <= 100 {
			mail += " ENVID=" + id
		}
		rcpt += " NOTIFY=FAILURE"
		if original := xtext(e.to.address); !e.to.utf8 && len(original) <= 500 {
			rcpt += " ORCPT=rfc822;" + original
		}
	}
	return [3]command{
		{digest.StageMail, mail + "\r\n", 2},
		{digest.StageRcpt, rcpt + "\r\n", 2},
		{digest.StageData, "DATA\r\n", 3},
	}
}

// xtext writes printable ASCII as the value of a parameter (RFC 3461 §4).
func xtext(s string) string {
	return strings.NewReplacer("+", "+2B", "=", "+3D").Replace(s)
}

// fits refuses what the server said it would not take.
func (l *line) fits(e *letter) error {
	if (e.envelope.from.utf8 || e.envelope.to.utf8) && !l.utf8 {
		return &digest.Refusal{Stage: digest.StageRcpt, Code: 553, Enhanced: "5.6.7", Text: "the relay does not know SMTPUTF8, which this address needs: " + e.envelope.to.address}
	}
	if size := e.size(); l.size > 0 && size > l.size {
		return &digest.Refusal{Stage: digest.StageData, Code: 552, Enhanced: "5.3.4", Text: fmt.Sprintf("the message has %d bytes, and the relay takes %d", size, l.size)}
	}
	return nil
}
