package store

import (
	"fmt"
	"path/filepath"
	"testing"
)

// What was counted for a relay outlasts a restart, is apart from what others count, and is forgotten when it is old.
func TestCountMessages(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tidings.db")
	for i, step := range []struct {
		relay, rate string
		span, since int64
		n           int
		want        string
	}{
		{"a@one:25", "10/day", 100, 76, 5, "map[100:5]"},
		{"a@one:25", "10/day", 101, 77, 3, "map[100:5 101:3]"},
		{"a@one:25", "2/h", 101, 77, 1, "map[101:1]"},
		{"a@two:25", "10/day", 101, 77, 1, "map[101:1]"},
		{"a@one:25", "10/day", 101, 77, -2, "map[100:5 101:1]"},
		{"a@one:25", "10/day", 125, 101, 0, "map[101:1 125:0]"},
	} {
		s, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		counts, err := s.CountMessages(t.Context(), step.relay, step.rate, step.span, step.since, step.n)
		if err != nil || fmt.Sprint(counts) != step.want {
			t.Errorf("%d: %v, %v, want %s", i, counts, err, step.want)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
