package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"tidings/config"
)

func (a *app) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a commented tidings.yaml to begin with",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			return a.initialise(dir)
		},
	}
}

func (a *app) initialise(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("the directory %q cannot be made: %w; choose another directory: tidings init DIR", dir, reasonOf(err))
	}
	path := filepath.Join(dir, "tidings.yaml")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // a password may come to stand in it
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is already there, and stays as it is; move it away, or choose another directory: tidings init DIR", path)
	}
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w; choose another directory: tidings init DIR", path, reasonOf(err))
	}
	_, err = f.Write(config.Example())
	if err := errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path)) // half of it would be in the way of the next try
	}
	a.say("wrote %s", path)
	a.say("Next: put your feeds and yourself into it, then `tidings check`, and `tidings send weekly --dry-run` to look at an issue.")
	return nil
}
