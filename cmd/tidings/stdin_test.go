package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A command that waits for what nobody writes, or for a server that does not answer, ends at the first signal.
func TestSignalWhileWaiting(t *testing.T) {
	t.Parallel()
	feeds := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(feeds.Close)
	config := filepath.Join(t.TempDir(), "tidings.yaml")
	write(t, config, "fetch: {allow_private: true}\nfeeds: ["+feeds.URL+"/feed]\nnewsletters: [{name: weekly, title: T, from: a@example.com}]\n")
	for _, c := range []struct {
		command string
		want    int
	}{
		{"summarize", exitFailed},
		{"summarize --jsonl", exitFailed},
		{"bounce", exitTemporary},
		{"subscribers import -", exitFailed},
		{"feeds import -", exitFailed},
		{"check --online", exitFailed},
		{"fetch", exitFailed},
	} {
		t.Run(c.command, func(t *testing.T) {
			t.Parallel()
			silent, writer := io.Pipe()
			defer writer.Close()
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(300*time.Millisecond, cancel)
			var stdout, stderr bytes.Buffer
			ended := make(chan int)
			go func() {
				ended <- execute(ctx, append([]string{"-c", config}, strings.Fields(c.command)...), silent, &stdout, &stderr)
			}()
			select {
			case got := <-ended:
				if got != c.want || stdout.Len() > 0 || !strings.HasPrefix(stderr.String(), "tidings: interrupted") {
					t.Errorf("ended with %d: %s%s", got, &stdout, &stderr)
				}
			case <-time.After(20 * time.Second):
				t.Error("it still waits")
			}
		})
	}
}
