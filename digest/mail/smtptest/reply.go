package smtptest

import (
	"encoding/base64"
	"net"
	"strings"

	"tidings/digest"
)

// reply gives the fault for a stage or else the usual reply, and returns the first digit of its code; ok is false
// if the session is over.
func (d *session) reply(stage digest.Stage, arg, usual string) (code byte, ok bool) {
	return d.give(d.server.faultFor(d.number, stage, arg), usual)
}

func (d *session) give(fault, usual string) (code byte, ok bool) {
	lines, act := cutAct(fault)
	if fault == "" {
		lines = usual
	}
	if lines != "" {
		code = lines[0]
		if !d.say(lines) {
			return code, false
		}
	}
	if act != "" {
		_ = d.w.Flush()
		d.act(act)
		return code, false
	}
	if strings.HasPrefix(lines, "421") {
		_ = d.w.Flush()
		return code, false
	}
	return code, true
}

// say queues reply lines; command sends them.
func (d *session) say(lines string) bool {
	_, err := d.w.WriteString(lines + "\r\n")
	return err == nil
}

func (d *session) act(act string) {
	switch act {
	case Stall:
		<-d.server.closing
	case Reset:
		if c, ok := d.raw.(*net.TCPConn); ok {
			_ = c.SetLinger(0)
		}
	}
}

// auth is AUTH PLAIN and AUTH LOGIN, with or without an initial response (RFC 4954).
func (d *session) auth(arg string) bool {
	mechanism, initial, _ := strings.Cut(arg, " ")
	mechanism = strings.ToUpper(mechanism)
	o := d.server.options
	if o.username == "" || o.startTLS && !d.secure {
		return d.say("502 5.5.1 AUTH is not offered")
	}
	var username, password string
	var ok bool
	switch mechanism {
	case "PLAIN":
		var response string
		if response, ok = d.response(initial, ""); ok {
			if fields := strings.Split(response, "\x00"); len(fields) == 3 {
				username, password = fields[1], fields[2]
			}
		}
	case "LOGIN":
		if username, ok = d.response(initial, "Username:"); ok {
			password, ok = d.response("", "Password:")
		}
	default:
		return d.say("504 5.5.4 unknown mechanism")
	}
	if !ok {
		return false
	}
	usual := "535 5.7.8 wrong name or password"
	if username == o.username && password == o.password {
		usual = "235 2.7.0 welcome"
	}
	code, ok := d.reply(digest.StageAuth, mechanism, usual)
	d.authed = code == '2'
	return ok
}

// response is a client's answer to a challenge, decoded, unless it came with the command.
func (d *session) response(initial, challenge string) (string, bool) {
	if initial == "" {
		if !d.say("334 " + base64.StdEncoding.EncodeToString([]byte(challenge))) {
			return "", false
		}
		var ok bool
		if initial, ok = d.command(); !ok {
			return "", false
		}
	}
	plain, err := base64.StdEncoding.DecodeString(initial)
	if err != nil {
		return "", true // a wrong answer, refused as one
	}
	return string(plain), true
}
