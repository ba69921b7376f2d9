package store

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tidings/digest"
)

// childEnv makes the test binary play a part, on the store that its value names after a colon.
const childEnv = "TIDINGS_STORE_CHILD"

func TestMain(m *testing.M) {
	part, path, isChild := strings.Cut(os.Getenv(childEnv), ":")
	if !isChild {
		os.Exit(m.Run())
	}
	err := errors.New("no such part")
	switch part {
	case "toil":
		err = toil(path)
	case "open":
		err = justOpen(path)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func justOpen(path string) error {
	s, err := Open(context.Background(), path)
	if err != nil {
		return err
	}
	return s.Close()
}

// child is a command that runs the test binary in a part.
func child(ctx context.Context, part, path string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+part+":"+path)
	return cmd
}

const toilers = 20

// toil fetches, freezes and sends for ever, and tells each delivery it has recorded as sent.
func toil(path string) error {
	ctx, now := context.Background(), at(0)
	s, err := Open(ctx, path)
	if err != nil {
		return err
	}
	feeds, err := s.Feeds(ctx)
	if err != nil {
		return err
	}
	audience, err := s.Audience(ctx, "weekly")
	if err != nil {
		return err
	}
	l, _, err := s.Lease(ctx, now)
	if err != nil {
		return err
	}
	for n := feeds[blog].Articles; ; n++ {
		st := digest.FeedState{URL: blog, ETag: fmt.Sprintf("id:%d", n)}
		if _, err := s.SaveFetch(ctx, st, []digest.Article{item(st.ETag, "link:a"), item(st.ETag+"b", "link:b")}, now); err != nil {
			return err
		}
		fresh, err := s.Unconsidered(ctx, "weekly", []string{blog})
		if err != nil {
			return err
		}
		var ids []string
		for _, a := range fresh {
			ids = append(ids, a.ID)
		}
		if _, err := s.Freeze(ctx, frozen(fmt.Sprint("issue ", n), n, audience, ids...), now); err != nil {
			return err
		}
		claimed, err := l.Claim(ctx, "", toilers-3, at(1_000_000)) // some are left in the queue
		if err != nil {
			return err
		}
		for _, d := range claimed {
			if _, err := l.Begin(d.ID); err != nil {
				return err
			}
			d.State, d.Tries = digest.Sent, 1
			if err := l.Settle(Result{Delivery: d}, now)(); err != nil {
				return err
			}
			fmt.Println(d.ID)
		}
	}
}

// TestKilledAtAnyMoment kills a process that fetches, freezes and sends, many times over, and looks at what it leaves behind.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	rounds := 8
	if testing.Short() {
		rounds = 2
	}
	path := filepath.Join(t.TempDir(), "tidings.db")
	s := openAt(t, path)
	subscribed(t, s, people(toilers))
	sent := map[string]bool{}
	for range rounds {
		for _, id := range killed(t, path, 3+rand.IntN(60)) {
			if sent[id] {
				t.Errorf("delivery %s was sent twice", id)
			}
			sent[id] = true
		}
		wantSound(t, s)
		wantWhole(t, s, sent)
	}
	if len(sent) == 0 {
		t.Error("nothing was sent: the test tests nothing")
	}
	finishAll(t, s)
}

// killed runs a child until it has told so many deliveries, kills it, and returns all that it told.
func killed(t *testing.T, path string, after int) (told []string) {
	t.Helper()
	cmd := child(t.Context(), "toil", path)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		told = append(told, lines.Text())
		if len(told) == after {
			time.Sleep(rand.N(10 * time.Millisecond)) // so that it may die anywhere
			must(t, cmd.Process.Kill())
		}
	}
	if err := cmd.Wait(); err == nil || complaints.Len() > 0 {
		t.Fatalf("the child ended by itself: %v: %s", err, complaints.String())
	}
	return told
}

// wantWhole fails if a transaction has left a part of itself.
func wantWhole(t *testing.T, s *Store, sent map[string]bool) {
	t.Helper()
	for what, text := range map[string]string{
		"validators without their articles":      `SELECT COUNT(*) FROM feeds f WHERE NOT EXISTS (SELECT 1 FROM article_keys k WHERE k.name = CAST(f.etag AS TEXT) || 'b' AND strong)`,
		"articles without their keys":            `SELECT COUNT(*) FROM articles a WHERE (SELECT COUNT(*) FROM article_keys k WHERE k.article = a.id) <> 2`,
		"feeds that count their articles wrong":  `SELECT COUNT(*) FROM feeds f WHERE f.articles <> (SELECT COUNT(*) FROM articles a WHERE a.feed = f.url)`,
		"issues without all their deliveries":    fmt.Sprintf(`SELECT COUNT(*) FROM issues i WHERE (SELECT COUNT(*) FROM deliveries d WHERE d.issue = i.id) <> %d`, toilers),
		"issues without their slot":              `SELECT COUNT(*) FROM issues i WHERE NOT EXISTS (SELECT 1 FROM slots s WHERE s.issue = i.id)`,
		"issues that considered nothing":         `SELECT COUNT(*) FROM issues i WHERE NOT EXISTS (SELECT 1 FROM considered c WHERE c.issue = i.id)`,
		"deliveries in hand that nobody can get": `SELECT COUNT(*) FROM deliveries WHERE state = 'sending' OR leased_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM senders w WHERE w.id = leased_by)`,
	} {
		if n := count(t, s, text); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
	lost := maps.Clone(sent)
	for _, id := range ok(query(t.Context(), s.read, scanText, `SELECT id FROM ledger WHERE state = 'sent'`))(t) {
		delete(lost, id)
	}
	for id := range lost {
		t.Errorf("delivery %s was recorded as sent, and is not", id)
	}
}

// finishAll sends what the dead have left, and fails if anything cannot be sent.
func finishAll(t *testing.T, s *Store) {
	t.Helper()
	ok(s.Reclaim(t.Context(), at(2_000_000), at(2_000_000)))(t)
	l := lease(t, s)
	for d := claim(t, l, "", 2_000_000); d != nil; d = claim(t, l, "", 2_000_000) {
		record(t, l, d, digest.Sent)
	}
	for _, is := range ok(s.Unfinished(t.Context(), ""))(t) {
		if !ok(s.FinishIssue(t.Context(), is.ID))(t) {
			t.Errorf("%s cannot be finished: %v", is.ID, is.Tally)
		}
	}
}
