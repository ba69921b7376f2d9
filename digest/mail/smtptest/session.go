package smtptest

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"strings"

	"tidings/digest"
)

// session is the dialogue over one connection.
type session struct {
	server *Server
	number int
	raw    net.Conn // TCP
	conn   net.Conn // raw, or TLS over it
	r      *bufio.Reader
	w      *bufio.Writer
	far    *farWriter // nil without latency

	refused bool // the greeting was no 220: only QUIT is taken (RFC 5321 §3.1)
	secure  bool
	authed  bool
	sender  bool // MAIL was taken
	from    string
	to      []string
}

func newSession(s *Server, c net.Conn, number int) *session {
	d := &session{server: s, number: number, raw: c}
	d.use(c)
	return d
}

func (d *session) use(c net.Conn) {
	d.conn, d.r, d.w = c, bufio.NewReaderSize(c, 64<<10), bufio.NewWriter(c)
	if latency := d.server.options.latency; latency > 0 {
		d.arrive()
		d.far = newFarWriter(c, latency)
		d.w = bufio.NewWriter(d.far)
	}
}

// arrive waits for the replies that are on a long way.
func (d *session) arrive() {
	if d.far != nil {
		d.far.finish()
		d.far = nil
	}
}

func (d *session) run(crowded bool) {
	defer d.arrive()
	if d.server.options.implicitTLS {
		d.encrypt()
	}
	if crowded {
		d.give("421 4.7.0 too many connections", "")
		_ = d.w.Flush()
		return
	}
	code, ok := d.reply(digest.StageConnect, "", "220 smtptest ESMTP")
	d.refused = code != '2'
	for ok {
		var line string
		if line, ok = d.command(); ok {
			ok = d.obey(line)
		}
	}
}

// command reads the next command line, after everything said so far was sent.
func (d *session) command() (string, bool) {
	if d.r.Buffered() == 0 && d.w.Flush() != nil {
		return "", false
	}
	line, err := d.r.ReadString('\n')
	if err != nil {
		return "", false
	}
	line = strings.TrimRight(line, "\r\n")
	d.server.note(line)
	d.watch(line)
	return line, true
}

// obey answers one command; false ends the session.
func (d *session) obey(line string) bool {
	verb, arg, _ := strings.Cut(line, " ")
	verb = strings.ToUpper(verb)
	switch {
	case verb == "QUIT":
		code, ok := d.reply(StageQuit, "", "221 2.0.0 bye")
		_ = d.w.Flush()
		return ok && code != '2'
	case d.refused:
		return d.say("503 5.5.1 no service here")
	}
	switch verb {
	case "EHLO", "HELO":
		return d.hello(verb, line)
	case "STARTTLS":
		return d.startTLS()
	case "AUTH":
		return d.auth(arg)
	case "MAIL":
		return d.mail(arg)
	case "RCPT":
		return d.rcpt(arg)
	case "DATA":
		return d.data()
	case "RSET":
		d.forget()
		_, ok := d.reply(StageReset, "", "250 2.0.0 reset")
		return ok
	case "NOOP":
		_, ok := d.reply(StageNoop, "", "250 2.0.0 ok")
		return ok
	}
	return d.say("500 5.5.2 unknown command")
}

// watch notes what was not offered.
func (d *session) watch(line string) {
	if d.server.options.keep == 0 {
		return
	}
	if d.r.Buffered() > 0 && !d.offers("PIPELINING") {
		d.server.breach("no reply was waited for after " + line)
	}
	for word := range strings.FieldsSeq(line) {
		name, _, _ := strings.Cut(word, "=")
		needs := map[string]string{"SMTPUTF8": "SMTPUTF8", "RET": "DSN", "ENVID": "DSN", "NOTIFY": "DSN", "ORCPT": "DSN", "SIZE": "SIZE", "BODY": "8BITMIME"}[name]
		if needs != "" && !d.offers(needs) {
			d.server.breach(needs + " is not offered: " + line)
		}
	}
}

// offers tells whether the client was offered an extension.
func (d *session) offers(name string) bool {
	return slices.ContainsFunc(d.extensions(), func(line string) bool { return line == name || strings.HasPrefix(line, name+" ") })
}

func (d *session) hello(verb, line string) bool {
	d.forget()
	lines := []string{"smtptest"}
	if verb == "EHLO" {
		lines = append(lines, d.extensions()...)
	}
	for i, l := range lines {
		separator := "-"
		if i == len(lines)-1 {
			separator = " "
		}
		lines[i] = "250" + separator + l
	}
	_, ok := d.reply(digest.StageHello, line, strings.Join(lines, "\r\n"))
	return ok
}

func (d *session) extensions() []string {
	o := d.server.options
	lines := slices.Clone(o.extensions[(d.number-1)%len(o.extensions)])
	if o.startTLS && !d.secure {
		lines = append(lines, "STARTTLS")
	}
	if o.username != "" && (d.secure || !o.startTLS) {
		lines = append(lines, "AUTH PLAIN LOGIN")
	}
	return lines
}

func (d *session) startTLS() bool {
	if !d.server.options.startTLS || d.secure {
		return d.say("502 5.5.1 STARTTLS is not offered")
	}
	code, ok := d.reply(digest.StageStartTLS, "", "220 2.0.0 go ahead")
	if !ok || code != '2' {
		return ok
	}
	if d.w.Flush() != nil {
		return false
	}
	d.encrypt()
	return true
}

// encrypt speaks TLS from here on; the handshake comes with the first byte read or written.
func (d *session) encrypt() {
	d.use(tls.Server(d.raw, &tls.Config{Certificates: []tls.Certificate{d.server.cert}, MinVersion: tls.VersionTLS12}))
	d.secure = true
	d.forget()
}

func (d *session) mail(arg string) bool {
	o := d.server.options
	switch {
	case o.startTLS && !d.secure:
		return d.say("530 5.7.0 STARTTLS first")
	case o.username != "" && !d.authed:
		return d.say("530 5.7.0 AUTH first")
	case d.sender:
		return d.say("503 5.5.1 a sender is there")
	}
	address, ok := path(arg, "FROM:")
	if !ok {
		return d.say("501 5.5.4 MAIL FROM:<address>")
	}
	code, ok := d.reply(digest.StageMail, address, "250 2.1.0 ok")
	if code == '2' {
		d.sender, d.from = true, address
	}
	return ok
}

func (d *session) rcpt(arg string) bool {
	if !d.sender {
		return d.say("503 5.5.1 MAIL first")
	}
	address, ok := path(arg, "TO:")
	if !ok || address == "" {
		return d.say("501 5.5.4 RCPT TO:<address>")
	}
	code, ok := d.reply(digest.StageRcpt, address, "250 2.1.5 ok")
	if code == '2' {
		d.to = append(d.to, address)
	}
	return ok
}

func (d *session) data() bool {
	if len(d.to) == 0 && !(d.server.options.laxData && d.sender) {
		return d.say("503 5.5.1 RCPT first")
	}
	code, ok := d.reply(digest.StageData, "", "354 go ahead")
	if !ok || code != '3' {
		return ok
	}
	if d.w.Flush() != nil {
		return false
	}
	data, ok := d.body()
	if !ok {
		return false
	}
	m := Message{Conn: d.number, From: d.from, To: d.to, Data: data}
	d.forget()
	if len(m.To) == 0 {
		return d.say("554 5.5.1 no valid recipients")
	}
	fault := d.server.faultFor(d.number, digest.StageBody, m.To[0])
	if fault == Swallow || fault == "" || fault[0] == '2' {
		d.server.keep(m)
	}
	_, ok = d.give(fault, "250 2.0.0 queued")
	return ok
}

// body reads up to the line that is a dot alone, and undoes dot-stuffing (RFC 5321 §4.5.2). Only CRLF ends a line.
func (d *session) body() ([]byte, bool) {
	keep := d.server.options.keep
	var data []byte
	lineStart := true
	for {
		line, err := d.r.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, false
		}
		if lineStart && bytes.Equal(line, []byte(".\r\n")) {
			d.watch("the end of data")
			return data, true
		}
		if lineStart && line[0] == '.' {
			line = line[1:]
		}
		if keep < 0 || len(data) < keep {
			data = append(data, line...)
		}
		lineStart = bytes.HasSuffix(line, []byte("\r\n"))
	}
}

func (d *session) forget() { d.sender, d.from, d.to = false, "", nil }

// path reads the address of MAIL FROM:<…> or RCPT TO:<…>, and passes over parameters.
func path(arg, prefix string) (string, bool) {
	if len(arg) < len(prefix) || !strings.EqualFold(arg[:len(prefix)], prefix) {
		return "", false
	}
	rest, ok := strings.CutPrefix(strings.TrimSpace(arg[len(prefix):]), "<")
	if !ok {
		return "", false
	}
	end := strings.LastIndex(rest, ">")
	if end < 0 {
		return "", false
	}
	return rest[:end], true
}
