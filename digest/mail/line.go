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

// line is a connection that is ready for MAIL FROM. One goroutine uses it at a time. Its errors are *digest.Refusal.
type line struct {
	guard      *guard
	client     *smtp.Client
	pipelining bool // RFC 2920
	dsn        bool // RFC 3461
	utf8       bool // RFC 6531
	size       int  // the largest message that it takes, in bytes (RFC 1870); 0: it does not say

	messages int         // so many were tried
	proven   bool        // a message got its answer, so that the end of the line is no sign of trouble
	owed     string      // what must be said before the next envelope
	leaving  bool        // QUIT was said behind the last message
	broken   bool        // nothing more can be said on it
	expiry   *time.Timer // while idle
	since    time.Time   // idle since then
}

func newLine(g *guard, c *smtp.Client) *line {
	l := &line{guard: g, client: c}
	l.pipelining, _ = c.Extension("PIPELINING")
	l.dsn, _ = c.Extension("DSN")
	l.utf8, _ = c.Extension("SMTPUTF8")
	_, size := c.Extension("SIZE")
	l.size, _ = strconv.Atoi(size)
	return l
}

// What ends a message that was refused, and a connection.
const (
	loneDot = ".\r\n" // DATA was answered by 354, although nobody is to get the message (RFC 2920 §3.1)
	rset    = "RSET\r\n"
	quit    = "QUIT\r\n"
)

// open exchanges the envelope of a message; if it was said already, behind the message before it, only its replies are
// read: all of them, so that none is read for the next message. After nil the server waits for the body.
func (l *line) open(ctx context.Context, e *letter, said bool) error {
	l.messages++
	if l.pipelining && !said {
		if _, err := l.write(l.group(nil, e)); err != nil {
			return l.broke(ctx, digest.StageMail, err)
		}
	}
	var taken [3]bool // MAIL, RCPT, DATA
	var refusal error
	for i, c := range e.commands {
		if !l.pipelining {
			if refusal != nil {
				break
			}
			if _, err := l.write([]byte(c.text)); err != nil {
				return l.broke(ctx, c.stage, err)
			}
		}
		err := l.answer(ctx, c.stage, c.want)
		if l.broken {
			return err
		}
		taken[i] = err == nil
		if refusal == nil {
			refusal = err
		}
	}
	switch {
	case refusal == nil:
	case taken[2] && taken[1]: // a dot would send an empty message
		l.close()
	case taken[2]:
		l.owed = loneDot
	case taken[0]:
		l.owed = rset
	}
	return refusal
}

// group appends an envelope to what goes before it, for one write.
func (l *line) group(before []byte, e *letter) []byte {
	if e != nil && l.pipelining {
		for _, c := range e.commands {
			before = append(before, c.text...)
		}
	}
	return before
}

// body sends the message that the server waits for, with the next envelope behind it, or QUIT if it is the last of the line, and returns what
// became of it.
func (l *line) body(ctx context.Context, e, next *letter, last bool, s *scratch) (err error) {
	l.leaving = last && l.pipelining
	n := 0
	s.use(func(text []byte) []byte {
		text = l.group(append(e.data(text), loneDot...), next)
		if l.leaving {
			text = append(text, quit...)
		}
		n, err = l.write(text)
		return text
	})
	if n < e.size()+len(loneDot) {
		// The final dot did not go out, and must not: the server drops a message that ends with the connection.
		return l.broke(ctx, digest.StageData, err)
	}
	return l.answer(ctx, digest.StageBody, 2)
}

// settle takes a refused message back, with the next envelope behind that.
func (l *line) settle(ctx context.Context, next *letter) {
	owed := l.owed
	l.owed = ""
	text := l.group([]byte(owed), next)
	if len(text) == 0 {
		return
	}
	if _, err := l.write(text); err != nil {
		l.close()
		return
	}
	if owed == "" {
		return
	}
	err := l.answer(ctx, "", 2)
	if owed == rset && err != nil { // the server cannot do even that
		l.close()
	}
}

// alive asks a server that was not spoken to for a while whether it is still there.
func (l *line) alive(ctx context.Context) bool {
	if _, err := l.write([]byte("NOOP\r\n")); err != nil {
		return false
	}
	return l.answer(ctx, "", 2) == nil
}

// write sends all, with a time of its own for each part, so that a large message may take long. It returns how much of the text may
// have gone out.
func (l *line) write(text []byte) (n int, err error) {
	const part = 128 << 10
	w := l.client.Text.W
	for chunk := range slices.Chunk(text, part) {
		l.guard.step()
		written, err := w.Write(chunk)
		n += written
		if err == nil {
			err = w.Flush()
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// answer reads a reply; want is its first digit. After 421, which closes the connection (RFC 5321 §3.8), after a reply
// that makes no sense, and without one, the line is broken.
func (l *line) answer(ctx context.Context, stage digest.Stage, want int) error {
	l.guard.step()
	if stage == digest.StageBody {
		l.guard.stepFor(l.guard.final)
	}
	code, text, err := readReply(&l.client.Text.Reader)
	switch {
	case err != nil:
		return l.broke(ctx, stage, err)
	case code/100 == want:
		return nil
	case code/100 != 4 && code/100 != 5:
		return l.broke(ctx, stage, fmt.Errorf("the server's reply is out of order: %d %s", code, text))
	case code == 421:
		l.close()
	}
	return refused(stage, code, text)
}

// broke is the failure of a line that cannot be used any more.
func (l *line) broke(ctx context.Context, stage digest.Stage, err error) error {
	l.close()
	return fail(ctx, stage, err)
}

// close ends the connection without a word: what was begun on it does not count.
func (l *line) close() {
	l.broken = true
	l.guard.close()
}

// quit takes leave politely, but does not insist.
func (l *line) quit() {
	defer l.close()
	l.guard.timeout = min(l.guard.timeout, 5*time.Second)
	if !l.leaving {
		if _, err := l.write([]byte(quit)); err != nil {
			return
		}
	}
	l.guard.step()
	_, _, _ = readReply(&l.client.Text.Reader)
}
