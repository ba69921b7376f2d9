package smtptest

import (
	"strings"
	"sync"
	"sync/atomic"

	"tidings/digest"
)

// Fault is asked before every reply for what to give instead: reply lines without their final line end ("451 4.7.1 later",
// or "550-no\r\n550 such user"), one of the acts below, or lines followed by an act. An empty answer is no fault. A
// reply that begins with 2 or 3 lets the dialogue go on as if it were the server's own; 421 closes the connection.
//
// conn counts connections from 1. arg is the address at MAIL FROM and RCPT TO, the first recipient at the end of data, the
// mechanism at AUTH, the whole line at EHLO (it may be HELO), and empty elsewhere.
//
// It is called from the goroutine of each connection, and may sleep.
type Fault func(conn int, stage digest.Stage, arg string) string

// What a fault may do in place of a reply, or after one.
const (
	Drop    = "\x01" // close the connection
	Reset   = "\x02" // close it with a TCP reset
	Stall   = "\x03" // read and say nothing more until the server closes
	Swallow = "\x04" // at the end of data: accept the message, and close without saying so
)

// Stages that no delivery depends on, beyond those of digest.
const (
	StageReset digest.Stage = "RSET"
	StageQuit  digest.Stage = "QUIT"
	StageNoop  digest.Stage = "NOOP"
)

// At is a fault at one stage, on every connection and for every address.
func At(stage digest.Stage, reply string) Fault {
	return func(_ int, at digest.Stage, _ string) string {
		if at == stage {
			return reply
		}
		return ""
	}
}

// For is a fault at one stage for one address, in MAIL FROM, RCPT TO or at the end of data.
func For(stage digest.Stage, address, reply string) Fault {
	return func(_ int, at digest.Stage, arg string) string {
		if at == stage && arg == address {
			return reply
		}
		return ""
	}
}

// Once is a fault that happens only the first time that it would.
func Once(f Fault) Fault {
	spent := make(chan struct{}, 1)
	return func(conn int, stage digest.Stage, arg string) string {
		reply := f(conn, stage, arg)
		if reply == "" {
			return ""
		}
		select {
		case spent <- struct{}{}:
			return reply
		default:
			return ""
		}
	}
}

// Every is a fault that happens every nth time that it would.
func Every(n int, f Fault) Fault {
	var times atomic.Int64
	return func(conn int, stage digest.Stage, arg string) string {
		reply := f(conn, stage, arg)
		if reply == "" || times.Add(1)%int64(n) != 0 {
			return ""
		}
		return reply
	}
}

// Greylist defers each recipient the first time that it is named.
func Greylist() Fault {
	var known sync.Map
	return func(_ int, stage digest.Stage, arg string) string {
		if stage != digest.StageRcpt {
			return ""
		}
		if _, met := known.LoadOrStore(arg, true); met {
			return ""
		}
		return "451 4.7.1 greylisted, come back later"
	}
}

// Any is the first of several faults that happens.
func Any(faults ...Fault) Fault {
	return func(conn int, stage digest.Stage, arg string) string {
		for _, f := range faults {
			if reply := f(conn, stage, arg); reply != "" {
				return reply
			}
		}
		return ""
	}
}

// cutAct parts a fault into the lines to send and what to do then.
func cutAct(fault string) (lines, act string) {
	if i := strings.IndexAny(fault, Drop+Reset+Stall+Swallow); i >= 0 {
		return fault[:i], fault[i : i+1]
	}
	return fault, ""
}
