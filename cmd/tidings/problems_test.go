package main

import (
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"tidings/config"
)

// A pipe in the place of a template is a problem like any other: nobody waits for something to come out of it.
func TestProblemOfAPipe(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "item.html.tmpl")
	if err := exec.CommandContext(t.Context(), "mkfifo", pipe).Run(); err != nil {
		t.Skip("there is no mkfifo here: ", err)
	}
	got := make(chan config.Problem, 1)
	go func() {
		got <- templateProblem(pipe+":3: it is not a regular file", "tidings.yaml", []string{filepath.Dir(pipe)})
	}()
	select {
	case p := <-got:
		if p.File != pipe || p.Line != 3 || p.Source != "" {
			t.Errorf("%+v", p)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for what comes out of the pipe")
	}
}
