package digest_test

import (
	"testing"
	"time"

	"tidings/digest"
)

func TestVerdict(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		r    digest.Refusal
		want digest.Verdict
	}{
		{"down", digest.Refusal{Stage: digest.StageConnect}, digest.RelayTrouble},
		{"cut before the dot", digest.Refusal{Stage: digest.StageRcpt}, digest.RelayTrouble},
		{"no reply to the dot", digest.Refusal{Stage: digest.StageBody}, digest.InDoubt},
		{"wrong password", digest.Refusal{Stage: digest.StageAuth, Code: 535, Enhanced: "5.7.8"}, digest.RelayTrouble},
		{"sender refused", digest.Refusal{Stage: digest.StageMail, Code: 550, Enhanced: "5.7.1"}, digest.RelayTrouble},
		{"shutting down", digest.Refusal{Stage: digest.StageRcpt, Code: 421}, digest.RelayTrouble},
		{"421 to the dot", digest.Refusal{Stage: digest.StageBody, Code: 421}, digest.RelayTrouble},
		{"greylisted", digest.Refusal{Stage: digest.StageRcpt, Code: 451, Enhanced: "4.7.1"}, digest.TryLater},
		{"no such user", digest.Refusal{Stage: digest.StageRcpt, Code: 550, Enhanced: "5.1.1"}, digest.BadAddress},
		{"bare 550", digest.Refusal{Stage: digest.StageRcpt, Code: 550}, digest.BadAddress},
		{"disabled", digest.Refusal{Stage: digest.StageRcpt, Code: 550, Enhanced: "5.2.1"}, digest.BadAddress},
		{"full", digest.Refusal{Stage: digest.StageRcpt, Code: 552, Enhanced: "5.2.2"}, digest.MailboxFull},
		{"policy", digest.Refusal{Stage: digest.StageRcpt, Code: 550, Enhanced: "5.7.1"}, digest.PolicyRefusal},
		{"bare 554 at the recipient", digest.Refusal{Stage: digest.StageRcpt, Code: 554}, digest.PolicyRefusal},
		{"too big", digest.Refusal{Stage: digest.StageBody, Code: 552, Enhanced: "5.3.4"}, digest.BadMessage},
		{"content", digest.Refusal{Stage: digest.StageBody, Code: 554}, digest.BadMessage},
		{"not in ASCII", digest.Refusal{Stage: digest.StageRcpt, Code: 553, Enhanced: "5.6.7"}, digest.NotASCII},
		{"no turn yet", digest.Refusal{Stage: digest.StageRcpt, Again: time.Unix(1, 0)}, digest.NotYet},
		{"spam", digest.Refusal{Stage: digest.StageBody, Code: 554, Enhanced: "5.7.1"}, digest.PolicyRefusal},
	} {
		if got := c.r.Verdict(); got != c.want {
			t.Errorf("%s: verdict %d, want %d", c.name, got, c.want)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for tries, want := range map[int]time.Duration{0: 5 * time.Minute, 1: 5 * time.Minute, 4: time.Hour, 99: 12 * time.Hour} {
		if got := digest.RetryAfter(tries, 0); got != want {
			t.Errorf("after %d tries: %v, want %v", tries, got, want)
		}
		if got := digest.RetryAfter(tries, .999); got < want || got > want+want/4 {
			t.Errorf("after %d tries with jitter: %v", tries, got)
		}
	}
}

func TestRefusalReads(t *testing.T) {
	t.Parallel()
	r := &digest.Refusal{Stage: digest.StageRcpt, Code: 550, Enhanced: "5.1.1", Text: "no such user"}
	if got, want := r.Error(), "RCPT TO: 550 5.1.1 no such user"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	r = &digest.Refusal{Stage: digest.StageConnect, Text: "connection refused"}
	if got, want := r.Error(), "connect: connection refused"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
