package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long the configuration's files must be quiet before they are read: editors write in steps.
const settle = 300 * time.Millisecond

// watcher tells when the configuration is to be read again: one of its files changed, or SIGHUP came.
type watcher struct {
	files   *fsnotify.Watcher // nil if the system has no such thing: SIGHUP works all the same
	watched map[string]bool   // directories
	of      []string          // the configuration's files
	hangups chan os.Signal
	log     *slog.Logger
}

func newWatcher(log *slog.Logger) *watcher {
	w := &watcher{watched: map[string]bool{}, hangups: make(chan os.Signal, 1), log: log}
	signal.Notify(w.hangups, syscall.SIGHUP)
	files, err := fsnotify.NewWatcher()
	if err != nil {
		log.Warn("changes of the configuration cannot be watched; send SIGHUP after an edit", "error", err)
		return w
	}
	w.files = files
	return w
}

// watch follows the files, by their directories, since editors put a new file into the place of the old one.
func (w *watcher) watch(files []string) {
	w.of = nil
	for _, f := range files {
		path, err := filepath.Abs(f)
		if err != nil {
			continue
		}
		w.of = append(w.of, path)
		dir := filepath.Dir(path)
		if w.files == nil || w.watched[dir] {
			continue
		}
		if err := w.files.Add(dir); err != nil {
			w.log.Warn("changes of a configuration file cannot be watched; send SIGHUP after an edit", "file", path, "error", err)
			continue
		}
		w.watched[dir] = true
	}
}

func (w *watcher) close() {
	signal.Stop(w.hangups)
	if w.files != nil {
		_ = w.files.Close()
	}
}

// wait returns true when the configuration is to be read again, and false when ctx ends.
func (w *watcher) wait(ctx context.Context) bool {
	quiet := time.NewTimer(time.Hour)
	quiet.Stop()
	defer quiet.Stop()
	var events chan fsnotify.Event
	if w.files != nil {
		events = w.files.Events
	}
	for {
		select {
		case <-ctx.Done():
			return false
		case <-w.hangups:
			return true
		case <-quiet.C:
			return true
		case e := <-events:
			if e.Op != fsnotify.Chmod && slices.Contains(w.of, e.Name) {
				quiet.Reset(settle)
			}
		}
	}
}
