package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tidings/cmd/tidings/demo"
	"tidings/digest"
	"tidings/digest/mail/smtptest"
)

// TestMain lets this test program be tidings itself, for the scripts and for the tests of the daemon.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tidings": main})
}

// TestScripts runs testdata/script. Each script finds a configuration in tidings.yaml, which names feeds that are served from www, with a busy server at
// /busy, and an SMTP server. At /status/N, /hang, /drop and /to/HOST the feeds fail in other ways; they are at $FEEDS, which is http://$HOST, and over
// https at $SECURE, with a certificate for which nobody vouches:
//
//	exits N PROGRAM ARG…      the program ends with this status
//	smtp fault STAGE REPLY [ADDR]   the server answers so at this stage, to this address, or acts: drop, swallow; smtp fault off
//	smtp count N              so many messages came so far
//	smtp save N FILE          the text and HTML of the n-th message, and its headers
//	smtp bounce N FILE STATUS the report that the n-th message failed with this status, as it comes to its envelope sender
//	smtp forge N FILE STATUS  the same of somebody who guesses at the envelope sender, and has not seen the message
//	expand FILE…              fills in variables, as in tidings.yaml: $FEEDS, $SMTP_PORT, and times ago such as $H1, $D2
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		Setup:               setUp,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":  exits,
			"smtp":   smtpCommand,
			"expand": func(ts *testscript.TestScript, _ bool, args []string) { expandFiles(ts, args) },
		},
	})
}

type smtpKey struct{}

// setUp gives a script its servers and files.
func setUp(env *testscript.Env) error {
	t, ok := env.T().(testing.TB)
	if !ok {
		return errors.New("the scripts run under go test alone")
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(filepath.Join(env.WorkDir, "www"))))
	mux.HandleFunc("/busy", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		http.Error(w, "later", http.StatusTooManyRequests)
	})
	mux.HandleFunc("/status/{code}", func(w http.ResponseWriter, r *http.Request) {
		code, err := strconv.Atoi(r.PathValue("code"))
		if err != nil {
			code = http.StatusNotFound
		}
		w.WriteHeader(code)
	})
	mux.HandleFunc("/hang", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/drop", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/to/{host}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://"+r.PathValue("host")+"/feed", http.StatusFound)
	})
	feeds := httptest.NewServer(mux)
	env.Defer(feeds.Close)
	secure := httptest.NewTLSServer(mux)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	env.Defer(secure.Close)
	server := smtptest.New(t)
	env.Values[smtpKey{}] = server
	env.Setenv("FEEDS", feeds.URL)
	env.Setenv("HOST", strings.TrimPrefix(feeds.URL, "http://"))
	env.Setenv("SECURE", secure.URL)
	env.Setenv("SMTP_PORT", strconv.Itoa(server.Port()))
	env.Setenv("HOME", env.WorkDir)
	env.Setenv("TZ", "UTC")
	now := time.Now()
	for name, ago := range map[string]time.Duration{"H1": time.Hour, "H5": 5 * time.Hour, "D1": 24 * time.Hour, "D2": 48 * time.Hour, "D30": 30 * 24 * time.Hour} {
		env.Setenv(name, now.Add(-ago).UTC().Format(time.RFC1123Z))
	}
	return copySite(env)
}

// copySite brings testdata/site into the script's directory, variables filled in; a script's own files win.
func copySite(env *testscript.Env) error {
	const site = "testdata/site"
	return filepath.WalkDir(site, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		to := filepath.Join(env.WorkDir, strings.TrimPrefix(path, site))
		if _, err := os.Stat(to); err == nil {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.WriteFile(to, []byte(os.Expand(string(text), env.Getenv)), 0o600)
	})
}

func expandFiles(ts *testscript.TestScript, files []string) {
	for _, f := range files {
		ts.Check(os.WriteFile(ts.MkAbs(f), []byte(os.Expand(ts.ReadFile(f), ts.Getenv)), 0o600))
	}
}

func exits(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: exits N PROGRAM ARG…")
	}
	got := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = strconv.Itoa(exit.ExitCode())
	}
	if got != args[0] {
		ts.Fatalf("%s ended with status %s, not %s", args[1], got, args[0])
	}
}

func smtpCommand(ts *testscript.TestScript, _ bool, args []string) {
	server := ts.Value(smtpKey{}).(*smtptest.Server)
	switch {
	case len(args) == 2 && args[0] == "fault" && args[1] == "off":
		server.Fault(nil)
	case len(args) == 3 && args[0] == "fault":
		server.Fault(smtptest.At(digest.Stage(args[1]), act(args[2])))
	case len(args) == 4 && args[0] == "fault":
		server.Fault(smtptest.For(digest.Stage(args[1]), args[3], act(args[2])))
	case len(args) == 2 && args[0] == "count":
		if got := strconv.Itoa(len(server.Messages())); got != args[1] {
			ts.Fatalf("%s messages came, not %s", got, args[1])
		}
	case len(args) == 3 && args[0] == "save":
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		if n > len(server.Messages()) {
			ts.Fatalf("only %d messages came", len(server.Messages()))
		}
		got := server.Messages()[n-1]
		m, err := demo.Parse(demo.Received{From: got.From, To: strings.Join(got.To, " "), Data: got.Data})
		ts.Check(err)
		var b bytes.Buffer
		for _, h := range m.Headers {
			b.WriteString(h.Name + ": " + h.Value + "\n")
		}
		b.WriteString("\n" + m.Text + "\n" + m.HTML)
		ts.Check(os.WriteFile(ts.MkAbs(args[2]), b.Bytes(), 0o600))
	case len(args) == 4 && (args[0] == "bounce" || args[0] == "forge"):
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		if n > len(server.Messages()) {
			ts.Fatalf("only %d messages came", len(server.Messages()))
		}
		m := server.Messages()[n-1]
		if args[0] == "forge" {
			m.From, m.Data = strings.Replace(m.From, "+", "+x", 1), nil
		}
		ts.Check(os.WriteFile(ts.MkAbs(args[2]), bounceOf(m, args[3]), 0o600))
	default:
		ts.Fatalf("smtp: unknown arguments %q", args)
	}
}

// bounceOf is the report of a mail system about a message that it accepted and could not deliver.
func bounceOf(m smtptest.Message, status string) []byte {
	header, _, _ := bytes.Cut(m.Data, []byte("\r\n\r\n"))
	if strings.Contains(m.From, "+") { // the envelope sender has to do
		header = nil
	}
	return fmt.Appendf(nil, "From: MAILER-DAEMON@relay.example\nTo: %s\nSubject: Undelivered Mail Returned to Sender\n"+
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"+
		"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relay.example\n\n"+
		"Final-Recipient: rfc822; %s\nAction: failed\nStatus: %s\nDiagnostic-Code: smtp; 550 %s no such user\n\n"+
		"--b\nContent-Type: text/rfc822-headers\n\n%s\n\n--b--\n", m.From, m.To[0], status, status, header)
}

// act is a reply, or what the server does in place of one.
func act(reply string) string {
	switch reply {
	case "drop":
		return smtptest.Drop
	case "swallow":
		return smtptest.Swallow
	}
	return reply
}

// tidings is this test program as the command.
func tidings(ctx context.Context, t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "tidings")
	if err := os.Symlink(self, program); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	c := exec.CommandContext(ctx, program, args...)
	c.Dir = dir
	return c
}
