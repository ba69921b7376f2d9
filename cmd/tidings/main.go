// Command tidings turns feeds into a newsletter: it collects them, composes a digest grouped by tag, and delivers it by
// mail, on schedule or by hand.
//
// Each command has a file of its own. They read flags, put the rooms together (wire.go) and say what happened; what is
// decided is decided in package run and below.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	_ "time/tzdata" // schedules in time zones work on machines without a zone database

	"github.com/spf13/cobra"
)

func main() {
	debug.SetGCPercent(50) // memory is dearer here than the little time that it costs
	ctx, restore := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, restore) // the first signal ends in order, the second one at once
	os.Exit(execute(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// execute is the whole program; it returns the exit status.
func execute(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := newApp(stdin, stdout, stderr)
	a.stdin = until(ctx, stdin)
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	return a.finish(ctx, err)
}

// root is the command line.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "tidings",
		Short: "Turns feeds into a newsletter",
		Long: "Tidings collects RSS, Atom and JSON feeds, composes an issue grouped by tag with a summary of every article, and\n" +
			"delivers it to every subscriber by mail, on schedule or by hand.\n\nNew here? `tidings demo` shows all of it, `tidings init` begins in earnest.",
		Args:                       a.noSuchCommand,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2,
		SilenceErrors:              true,
		PersistentPreRunE:          a.begin,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetFlagErrorFunc(flagMistake)
	root.Version = versionLine()
	root.SetVersionTemplate("{{.Version}}\n")
	flags := root.PersistentFlags()
	flags.StringVarP(&a.configFlag, "config", "c", "", "the configuration (default: $TIDINGS_CONFIG, ./tidings.yaml and the usual places)")
	flags.StringVar(&a.logFormat, "log-format", "text", "how logs are written: text or json")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "log every step")
	root.AddCommand(
		a.demoCommand(), a.initCommand(), a.checkCommand(), a.runCommand(), a.webCommand(), a.fetchCommand(), a.sendCommand(),
		a.previewCommand(), a.statusCommand(), a.bounceCommand(), a.explainCommand(), a.issuesCommand(), a.feedsCommand(), a.subscribersCommand(),
		a.summarizeCommand(), a.templatesCommand(), a.schemaCommand(), a.versionCommand(),
	)
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "completion":
			c.Args, c.RunE = cobra.ArbitraryArgs, noSuchShell
		case "help":
			c.Args = a.noSuchTopic
		}
	}
	explainArguments(root)
	return root
}

// explainArguments has every command say how it is written when its arguments are wrong, if it has no better words for that.
func explainArguments(c *cobra.Command) {
	for _, sub := range c.Commands() {
		explainArguments(sub)
	}
	check := c.Args
	if check == nil {
		return
	}
	c.Args = func(c *cobra.Command, args []string) error {
		err := check(c, args)
		if _, ours := errors.AsType[wrongError](err); err == nil || ours {
			return err
		}
		form, _ := strings.CutSuffix(c.UseLine(), " [flags]")
		return wrong("these are not its arguments: write `%s`; `%s --help` tells more", form, c.CommandPath())
	}
}

// noSuchTopic refuses what there is no help on.
func (a *app) noSuchTopic(c *cobra.Command, args []string) error {
	found, rest, err := c.Root().Find(args)
	if err != nil || len(rest) == 0 {
		return err
	}
	return a.noSuchCommand(found, rest)
}

// noSuchShell refuses the name of a shell for which there are no completions.
func noSuchShell(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return c.Help()
	}
	return wrong("there are no completions for %q; `%s --help` lists the shells", args[0], c.CommandPath())
}
