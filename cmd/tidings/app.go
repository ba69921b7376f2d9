package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"tidings/config"
)

// The exit statuses, as the README promises them to scripts.
const (
	exitDone   = 0
	exitFailed = 1
	exitWrong  = 2 // the command line or the configuration
	exitPartly = 3
)

// app is what every command has at hand.
type app struct {
	stdin      io.Reader
	stdout     io.Writer // for people and scripts; safe to print foreign text to
	printed    *printed  // what became of stdout
	stderr     io.Writer // likewise
	terminal   io.Writer // where progress is drawn; nil if standard error is no terminal
	width      int       // of that terminal, in columns
	typed      bool      // standard input is a terminal
	asks       bool      // a person can be asked
	configFlag string
	logFormat  string
	verbose    bool
	log        *slog.Logger
	started    bool // the command line was understood
}

func newApp(stdin io.Reader, stdout, stderr io.Writer) *app {
	out := &printed{w: stdout}
	a := &app{stdin: stdin, stdout: safeWriter{out}, printed: out, stderr: safeWriter{stderr}}
	if isTerminal(stderr) {
		a.terminal, a.width = stderr, widthOf(stderr)
	}
	a.typed = isTerminal(stdin)
	a.asks = a.typed && isTerminal(stdout)
	return a
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) // a file descriptor fits
}

// widthOf is the width of a terminal in columns; 80 if it does not say.
func widthOf(stream any) int {
	if f, ok := stream.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 { // a file descriptor fits
			return width
		}
	}
	return 80
}

// begin is called before every command: it sees to what the flags say together, and to the log.
func (a *app) begin(c *cobra.Command, _ []string) error {
	if err := flagsTogether(c); err != nil {
		return err
	}
	if name := emptyFlag(c); name != "" {
		return wrong("--%s is given, but empty; leave it out, or say what it is", name)
	}
	level := slog.LevelError // by hand, what happens is said in words
	switch {
	case a.verbose:
		level = slog.LevelDebug
	case c.Name() == "run", c.Name() == "web":
		level = slog.LevelInfo
	}
	switch o := (&slog.HandlerOptions{Level: level}); a.logFormat {
	case "text":
		a.log = slog.New(slog.NewTextHandler(a.stderr, o))
	case "json":
		a.log = slog.New(slog.NewJSONHandler(a.stderr, o))
	default:
		return wrong("--log-format %q is neither text nor json", a.logFormat)
	}
	a.started = true
	return nil
}

// emptyFlag finds a flag that was given without a value: --to "$ADDRESS" where the variable is not set must never mean everybody.
func emptyFlag(c *cobra.Command) (name string) {
	c.Flags().Visit(func(f *pflag.Flag) {
		if name == "" && f.Value.String() == "" {
			name = f.Name
		}
	})
	return name
}

// wrongError is a mistake of the command line.
type wrongError struct{ error }

// Unwrap is for package errors.
func (e wrongError) Unwrap() error { return e.error }

func wrong(format string, args ...any) error { return wrongError{fmt.Errorf(format, args...)} }

// partlyError says that what could be done was done; each failure was named before.
type partlyError struct{ what string }

func (e partlyError) Error() string { return e.what }

// finish says what went wrong, if anything did, and returns the exit status.
func (a *app) finish(ctx context.Context, err error) int {
	if err == nil && a.printed.err != nil {
		_, _ = fmt.Fprintln(a.stderr, "tidings: the work is done, but not all that there is to say of it could be written:", a.printed.err)
		return exitFailed
	}
	if err == nil {
		return exitDone
	}
	if temporary, ok := errors.AsType[temporaryError](err); ok {
		a.finish(ctx, temporary.error)
		return exitTemporary
	}
	var mistakes config.Errors
	switch {
	case errors.As(err, &mistakes):
		_, _ = fmt.Fprintln(a.stderr, err)
		_, _ = fmt.Fprintf(a.stderr, "tidings: %s in the configuration; nothing was done\n", count(len(mistakes), "mistake"))
		return exitWrong
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		_, _ = fmt.Fprintln(a.stderr, "tidings: interrupted; what was done is recorded, and the next run goes on from there")
		return exitFailed
	}
	_, _ = fmt.Fprintln(a.stderr, "tidings:", err)
	if _, ok := errors.AsType[partlyError](err); ok {
		return exitPartly
	}
	if _, ok := errors.AsType[wrongError](err); ok || !a.started {
		return exitWrong
	}
	return exitFailed
}

// noSuchCommand refuses arguments of the root: a mistyped command.
func (a *app) noSuchCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		return wrong("there is no command %q; did you mean %s?", args[0], strings.Join(near, " or "))
	}
	return wrong("there is no command %q; `tidings help` lists them", args[0])
}

// load reads the configuration that the flags and the environment name. With mistakes in it, it is what config.Load says of its files.
func (a *app) load() (*config.Config, error) {
	path, err := config.Find(a.configFlag)
	if err != nil {
		return nil, wrongError{err}
	}
	cfg, err := config.Load(path)
	if err != nil {
		return cfg, wrongError{err}
	}
	return cfg, nil
}
