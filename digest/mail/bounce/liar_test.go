package bounce_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail/bounce"
)

// liar is an IMAP server that holds messages with the UIDs 1, 2 and 3, and does with a command whatever the test says.
type liar struct {
	t *testing.T
	// says answers a command: "" is the honest answer; drop ends the connection; stall never answers. tag stands for the command's tag.
	says func(command string) string

	mu      sync.Mutex
	there   []int
	flagged []int
}

const (
	drop  = "DROP"
	stall = "STALL"
)

// serve runs the liar, and returns how to reach it.
func (l *liar) serve() bounce.Options {
	l.there = []int{1, 2, 3}
	listener, err := (&net.ListenConfig{}).Listen(l.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go l.talk(conn)
		}
	}()
	return bounce.Options{
		Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, TLS: bounce.TLSNone, Username: "me", Password: password, Mailbox: "INBOX",
		Timeout: 500 * time.Millisecond,
	}
}

func (l *liar) talk(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for command, tag := "GREETING", "*"; ; {
		answer := l.says(command)
		if answer == "" {
			answer = l.honest(command)
		}
		before, _, stalls := strings.Cut(answer, stall)
		before, _, drops := strings.Cut(before, drop)
		if _, err := io.WriteString(conn, strings.ReplaceAll(before, "tag", tag)); err != nil || drops {
			return
		}
		if stalls {
			_, _ = io.Copy(io.Discard, in) // until the client has had enough
			return
		}
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		tag, command, _ = strings.Cut(strings.TrimSpace(line), " ")
	}
}

// honest is what a decent server answers.
func (l *liar) honest(command string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var uid int
	switch verb := strings.Join(strings.Fields(command)[:min(2, len(strings.Fields(command)))], " "); {
	case command == "GREETING":
		return "* OK [CAPABILITY IMAP4rev1 UIDPLUS] at your service\r\n"
	case strings.HasPrefix(command, "LOGIN"), command == "CAPABILITY":
		return "* CAPABILITY IMAP4rev1 UIDPLUS\r\ntag OK\r\n"
	case strings.HasPrefix(command, "SELECT"):
		return "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] yes\r\n* OK [PERMANENTFLAGS (\\Deleted \\Flagged)] yes\r\ntag OK [READ-WRITE] done\r\n"
	case verb == "UID SEARCH":
		left := slices.DeleteFunc(slices.Clone(l.there), func(uid int) bool { return slices.Contains(l.flagged, uid) })
		return "* SEARCH " + strings.Trim(fmt.Sprint(left), "[]") + "\r\ntag OK\r\n"
	case verb == "UID FETCH":
		_, _ = fmt.Sscanf(command, "UID FETCH %d", &uid)
		return fetched(uid, uid)
	case verb == "UID STORE":
		for _, uid := range uidsOf(strings.Fields(command)[2]) {
			if strings.Contains(command, "Flagged") {
				l.flagged = append(l.flagged, uid)
			} else {
				l.there = slices.DeleteFunc(l.there, func(u int) bool { return u == uid })
			}
		}
	}
	return "tag OK done\r\n"
}

// uidsOf reads a set such as 1:2,5.
func uidsOf(set string) (uids []int) {
	for part := range strings.SplitSeq(set, ",") {
		var from, to int
		if n, _ := fmt.Sscanf(part, "%d:%d", &from, &to); n == 1 {
			to = from
		}
		for uid := from; uid <= to; uid++ {
			uids = append(uids, uid)
		}
	}
	return uids
}

// fetched is the message with a UID, under the name of another.
func fetched(uid, as int) string {
	body := fmt.Sprintf("From: mailer-daemon@example.com\r\nSubject: failure notice\r\nTo: bounce+%d@example.com\r\n\r\n550 5.1.1 gone\r\n", uid)
	return fmt.Sprintf("* %d FETCH (UID %d BODY[]<0> {%d}\r\n%s)\r\ntag OK\r\n", as, as, len(body), body)
}

// A server that stalls, drops, floods or lies in any step costs one look and no more: the look ends soon, with an error or without the
// message, nothing is dealt with that was not had, and an honest server is read the next time.
func TestServersThatMisbehave(t *testing.T) {
	t.Parallel()
	huge := strings.Repeat("x", 1<<16)
	for name, lie := range map[string]func(command string) string{
		"stalls before the greeting": on("GREETING", stall),
		"drops before the greeting":  on("GREETING", drop),
		"says BYE":                   on("GREETING", "* BYE not today\r\n"),
		"greets in HTTP":             on("GREETING", "HTTP/1.1 400 Bad Request\r\n\r\n"),
		"greets without end":         on("GREETING", "* OK "+strings.Repeat(huge, 64)),
		"stalls at LOGIN":            on("LOGIN", stall),
		"drops at LOGIN":             on("LOGIN", drop),
		"refuses and repeats":        on("LOGIN", "tag NO no such user "+password+"\r\n"),
		"answers another tag":        on("LOGIN", "T99 OK hello\r\n"),
		"stalls at SELECT":           on("SELECT", stall),
		"floods at SELECT":           on("SELECT", strings.Repeat("* 1 EXISTS\r\n", 1<<18)),
		"is read-only":               on("SELECT", "* OK [PERMANENTFLAGS (\\Seen)] no\r\ntag OK [READ-ONLY] done\r\n"),
		"stalls at SEARCH":           on("UID SEARCH", stall),
		"finds without end":          on("UID SEARCH", "* SEARCH"+strings.Repeat(" 1 3 5 7", 1<<20)+"\r\ntag OK\r\n"),
		"finds what cannot be":       on("UID SEARCH", "* SEARCH 0 4294967295 -1\r\ntag OK\r\n"),
		"stalls within a message":    on("UID FETCH", "* 1 FETCH (UID 1 BODY[]<0> {500}\r\nFrom: a@b\r\n"+stall),
		"drops within a message":     on("UID FETCH", "* 1 FETCH (UID 1 BODY[]<0> {500}\r\nFrom: a@b\r\n"+drop),
		"sends a huge message":       on("UID FETCH", "* 1 FETCH (UID 1 BODY[]<0> {4294967295}\r\n"+strings.Repeat(huge, 64)),
		"claims a huge message":      on("UID FETCH", "* 1 FETCH (UID 1 BODY[]<0> {99999999999999}\r\nFrom: a@b\r\n"+stall),
		"sends no message":           on("UID FETCH", "tag OK\r\n"),
		"sends an empty message":     on("UID FETCH", "* 1 FETCH (UID 1 BODY[]<0> NIL)\r\ntag OK\r\n"),
		"sends another message":      on("UID FETCH", fetched(9, 9)),
		"sends flags without end":    on("UID FETCH", "* 1 FETCH ("+strings.Repeat("FLAGS () ", 1<<10)+"UID 1)\r\ntag OK\r\n"),
		"sends nonsense":             on("UID FETCH", "* 1 FETCH ((((((\r\ntag OK\r\n"),
		"sends an unknown item":      on("UID FETCH", "* 1 FETCH (UID 1 X-THING {3}\r\nabc)\r\ntag OK\r\n"),
		"refuses a message":          on("UID FETCH", "tag NO [SERVERBUG] sorry\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			lying := true
			l := &liar{t: t, says: func(command string) string {
				mu.Lock()
				defer mu.Unlock()
				if lying {
					return lie(command)
				}
				return ""
			}}
			m := bounce.NewMailbox(l.serve())
			var got []digest.Bounce
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			began := time.Now()
			p, err := m.Poll(ctx, understood(&got))
			if len(got) > 0 || p != (bounce.Polled{}) {
				t.Errorf("%+v, %v, %+v", p, err, got)
			}
			if strings.Contains(fmt.Sprint(err), "hunter") || strings.ContainsAny(fmt.Sprint(err), "\r\n") || len(fmt.Sprint(err)) > 600 {
				t.Errorf("not fit to be logged: %v", err)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("took %s", took)
			}
			mu.Lock()
			lying = false
			mu.Unlock()
			if p, err := m.Poll(t.Context(), understood(&got)); err != nil || p.Taken != 3 || len(got) != 3 {
				t.Errorf("afterwards: %+v, %v", p, err)
			}
		})
	}
}

// on answers one command so, and all others honestly.
func on(verb, answer string) func(string) string {
	return func(command string) string {
		if strings.HasPrefix(command, verb) {
			return answer
		}
		return ""
	}
}

// A message that ends the connection whenever it is asked for costs the others nothing, and is left alone after a few times.
func TestOneMessageThatCannotBeHad(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{"drop": drop, "refuse": "tag NO it is broken\r\n", "stall": stall} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &liar{t: t, says: on("UID FETCH 1 ", answer)}
			m := bounce.NewMailbox(l.serve())
			var got []digest.Bounce
			for range 5 {
				_, _ = m.Poll(t.Context(), understood(&got))
			}
			l.mu.Lock()
			defer l.mu.Unlock()
			if len(got) != 2 || len(l.there) != 1 || len(l.flagged) != 1 || l.flagged[0] != 1 {
				t.Errorf("%d reports, left %v, flagged %v", len(got), l.there, l.flagged)
			}
		})
	}
}

// A server that loses the connection between the reading and the deleting makes messages come again, and none go.
func TestAConnectionLostBeforeTheEnd(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"UID STORE", "UID EXPUNGE"} {
		var lost atomic.Bool
		l := &liar{t: t}
		l.says = func(command string) string {
			if strings.HasPrefix(command, verb) && lost.CompareAndSwap(false, true) {
				return drop
			}
			return ""
		}
		m := bounce.NewMailbox(l.serve())
		var got []digest.Bounce
		if _, err := m.Poll(t.Context(), understood(&got)); err == nil || len(got) != 3 {
			t.Errorf("%s: %v, %d reports", verb, err, len(got))
		}
		if _, err := m.Poll(t.Context(), understood(&got)); err != nil || len(l.there) != 0 {
			t.Errorf("%s: afterwards: %v, left %v", verb, err, l.there)
		}
	}
}

// Nothing stays behind after many looks at servers that go away.
func TestPollLeavesNothingBehind(t *testing.T) {
	l := &liar{t: t, says: on("UID FETCH", "* 1 FETCH (UID 1 BODY[]<0> {500}\r\nFrom: a@b\r\n"+drop)}
	m := bounce.NewMailbox(l.serve())
	before := runtime.NumGoroutine()
	for range 20 {
		var got []digest.Bounce
		_, _ = m.Poll(t.Context(), understood(&got))
	}
	for range 50 {
		if runtime.NumGoroutine() <= before+5 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}
