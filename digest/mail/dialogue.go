package mail

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/wneessen/go-mail/smtp"

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

// line is a connection that is ready for MAIL FROM. One goroutine uses it at a time.
type line struct {
	guard    *guard
	client   *smtp.Client
	utf8     bool        // the server knows SMTPUTF8 (RFC 6531)
	size     int         // the largest message that it takes, in bytes (RFC 1870); 0: it does not say
	messages int         // so many were tried
	broken   bool        // nothing more can be said on it
	expiry   *time.Timer // while idle
}

func newLine(g *guard, c *smtp.Client) *line {
	l := &line{guard: g, client: c}
	l.utf8, _ = c.Extension("SMTPUTF8")
	_, size := c.Extension("SIZE")
	l.size, _ = strconv.Atoi(size)
	return l
}

// deliver sends one message, one command at a time, so that each reply belongs to what was said before it. Its error
// is a *digest.Refusal. The line can be used again after a refusal, but not after a failure of the network or 421.
func (l *line) deliver(ctx context.Context, e envelope, raw []byte, begin func() bool) error {
	if err := l.fits(e, raw); err != nil {
		return err
	}
	l.messages++
	stop := context.AfterFunc(ctx, l.guard.close)
	err := l.transact(ctx, e, raw, begin)
	if !stop() {
		l.broken = true // the context closed it, now or in a moment
	}
	return err
}

// fits refuses what the server said it would not take.
func (l *line) fits(e envelope, raw []byte) error {
	if (e.from.utf8 || e.to.utf8) && !l.utf8 {
		return &digest.Refusal{Stage: digest.StageRcpt, Code: 553, Enhanced: "5.6.7", Text: "the relay does not know SMTPUTF8, which this address needs: " + e.to.address}
	}
	if l.size > 0 && len(raw) > l.size {
		return &digest.Refusal{Stage: digest.StageData, Code: 552, Enhanced: "5.3.4", Text: fmt.Sprintf("the message has %d bytes, and the relay takes %d", len(raw), l.size)}
	}
	return nil
}

func (l *line) transact(ctx context.Context, e envelope, raw []byte, begin func() bool) error {
	from := "MAIL FROM:<" + e.from.address + ">"
	if e.from.utf8 || e.to.utf8 {
		from += " SMTPUTF8"
	}
	if err := l.command(ctx, digest.StageMail, from, 2); err != nil {
		return err
	}
	if err := l.command(ctx, digest.StageRcpt, "RCPT TO:<"+e.to.address+">", 2); err != nil {
		return err
	}
	if err := l.command(ctx, digest.StageData, "DATA", 3); err != nil {
		return err
	}
	if !begin() {
		l.broken = true
		l.close()
		return &digest.Refusal{Stage: digest.StageData, Text: withheld}
	}
	if err := l.write(wireForm(raw)); err != nil {
		// The final dot did not go out, and must not: the server drops a message that ends with the connection.
		return l.broke(ctx, digest.StageData, err)
	}
	return l.answer(ctx, digest.StageBody, 2)
}

// command says one command and reads its reply; want is the reply's first digit.
func (l *line) command(ctx context.Context, stage digest.Stage, command string, want int) error {
	if err := l.write([]byte(command + "\r\n")); err != nil {
		return l.broke(ctx, stage, err)
	}
	return l.answer(ctx, stage, want)
}

// write sends all, with a deadline of its own for each part, so that a large message may take its time.
func (l *line) write(text []byte) error {
	const part = 64 << 10
	w := l.client.Text.W
	for chunk := range slices.Chunk(text, part) {
		l.guard.step()
		if _, err := w.Write(chunk); err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// answer reads a reply. A refused message is taken back by RSET, so that the line is fresh for the next.
func (l *line) answer(ctx context.Context, stage digest.Stage, want int) error {
	l.guard.step()
	code, text, err := readReply(&l.client.Text.Reader)
	switch {
	case err != nil:
		return l.broke(ctx, stage, err)
	case code/100 == want:
		return nil
	case code/100 != 4 && code/100 != 5:
		return l.broke(ctx, stage, fmt.Errorf("the server's reply is out of order: %d %s", code, text))
	}
	if code == 421 { // it closes the connection (RFC 5321 §3.8)
		l.broken = true
	} else {
		l.reset()
	}
	return refused(stage, code, text)
}

// reset drops the message that was refused. If the server cannot do even that, the line is of no more use.
func (l *line) reset() {
	if l.write([]byte("RSET\r\n")) != nil {
		l.broken = true
		return
	}
	l.guard.step()
	code, _, err := readReply(&l.client.Text.Reader)
	l.broken = err != nil || code/100 != 2
}

// broke is the failure of a line that cannot be used any more.
func (l *line) broke(ctx context.Context, stage digest.Stage, err error) error {
	l.broken = true
	l.close()
	return fail(ctx, stage, err)
}

func (l *line) usable() bool { return !l.broken }

// close ends the connection without a word: what was begun on it does not count.
func (l *line) close() { l.guard.close() }

// quit takes leave politely, but does not insist.
func (l *line) quit() {
	defer l.close()
	l.guard.timeout = min(l.guard.timeout, 5*time.Second)
	if l.write([]byte("QUIT\r\n")) == nil {
		l.guard.step()
		_, _, _ = readReply(&l.client.Text.Reader)
	}
}
