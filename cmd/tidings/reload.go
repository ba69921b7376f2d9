package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// watcher tells when the configuration is to be read again: one of its files changed, or SIGHUP came.
type watcher struct {
	files   *fsnotify.Watcher // nil if the system has no such thing: SIGHUP works all the same
	of      []string          // the configuration's files
	folders []string          // of which any file counts
	settle  time.Duration     // how long those must be quiet before they are read: editors write in steps
	hangups chan os.Signal
	log     *slog.Logger
}

func newWatcher(log *slog.Logger) *watcher {
	w := &watcher{settle: 300 * time.Millisecond, hangups: make(chan os.Signal, 1), log: log}
	signal.Notify(w.hangups, syscall.SIGHUP)
	files, err := fsnotify.NewWatcher()
	if err != nil {
		log.Warn("changes of the configuration cannot be watched; send SIGHUP after an edit", "error", err)
		return w
	}
	w.files = files
	return w
}

// watch follows the files, by their directories, since editors put a new file into the place of the old one, and every file in the folders.
func (w *watcher) watch(files, folders []string) {
	w.of, w.folders = nil, nil
	for _, path := range absolute(files) {
		w.of = append(w.of, path)
		w.follow(filepath.Dir(path), path)
	}
	for _, path := range absolute(folders) {
		w.of, w.folders = append(w.of, path), append(w.folders, path)
		w.follow(filepath.Dir(path), path) // a folder may be put into the place of another
		w.follow(path, path)
	}
}

// follow watches a directory for the sake of a path. One that is watched already stays so; one that was made anew is watched anew.
func (w *watcher) follow(dir, path string) {
	if w.files == nil {
		return
	}
	if err := w.files.Add(dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // what is not there yet, the directory above tells of
		w.log.Warn("changes of a configuration file cannot be watched; send SIGHUP after an edit", "file", path, "error", err)
	}
}

func absolute(paths []string) []string {
	var all []string
	for _, p := range paths {
		if path, err := filepath.Abs(p); err == nil {
			all = append(all, path)
		}
	}
	return all
}

// concerns tells whether what changed is part of the configuration.
func (w *watcher) concerns(e fsnotify.Event) bool {
	return e.Op != fsnotify.Chmod && (slices.Contains(w.of, e.Name) || slices.Contains(w.folders, filepath.Dir(e.Name)))
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
			if w.concerns(e) {
				quiet.Reset(w.settle)
			}
		}
	}
}
