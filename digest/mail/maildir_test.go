package mail_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tidings/digest"
	"tidings/digest/mail"
)

func TestMaildir(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "outbox")
	d := mail.NewMaildir(dir)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if err := d.Send(t.Context(), to(fmt.Sprintf("u%d@example.com", i))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	got := map[string]bool{}
	for _, path := range list(t, filepath.Join(dir, "new")) {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		p := parse(t, raw)
		got[p.header.Get("To")] = true
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	if len(got) != 20 {
		t.Errorf("%d messages", len(got))
	}
	if n := len(list(t, filepath.Join(dir, "tmp"))) + len(list(t, filepath.Join(dir, "cur"))); n != 0 {
		t.Errorf("%d files in tmp and cur", n)
	}
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, e := range entries {
		paths = append(paths, filepath.Join(dir, e.Name()))
	}
	return paths
}

func TestMaildirHoldsTheBytes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	m := withPicture(sample())
	if err := mail.NewMaildir(dir).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(list(t, filepath.Join(dir, "new"))[0])
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(raw, mustBytes(t, m)) {
		t.Error("they differ")
	}
}

func TestMaildirRefuses(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	err := mail.NewMaildir(file).Send(t.Context(), sample())
	if err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "outbox") {
		t.Errorf("got %v", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := filepath.Join(t.TempDir(), "outbox")
	d := mail.NewMaildir(dir)
	if err := d.Send(ctx, sample()); err == nil {
		t.Error("it sent after its context's end")
	}
	bad := sample()
	bad.To.Address = "nobody"
	if r := refusal(t, d.Send(t.Context(), bad)); r.Verdict() != digest.BadAddress {
		t.Errorf("got %+v", r)
	}
	bad = sample()
	bad.Subject = "a\nb"
	if r := refusal(t, d.Send(t.Context(), bad)); r.Code != 550 {
		t.Errorf("got %+v", r)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("it made a directory for nothing")
	}
}
