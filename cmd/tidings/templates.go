package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"tidings/templates"
)

func (a *app) templatesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:                        "templates",
		Short:                      "Write the built-in templates into a folder, to change them",
		SuggestionsMinimumDistance: 2,
		Args:                       a.noSuchCommand,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.templatesExportCommand())
	return c
}

func (a *app) templatesExportCommand() *cobra.Command {
	var force bool
	c := &cobra.Command{
		Use:   "export DIR",
		Short: "Write the built-in templates into a folder",
		Long: "Writes the built-in templates and stylesheets into a folder. Name it as templates: of a newsletter, and its files take the place of the\n" +
			"built-in ones. Easiest to change is theme.css, every colour and font; then a part of a message such as footer.html.tmpl.\n" +
			"Delete the files that you leave as they are.",
		Example: "  tidings templates export mytemplates",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrong("export wants a folder to write to: tidings templates export DIR")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			switch err := templates.Export(args[0], force); {
			case errors.Is(err, fs.ErrExist):
				return fmt.Errorf("nothing was written; --force writes over files:\n%w", err)
			case err != nil:
				return fmt.Errorf("the templates could not be written, or not all of them: %w; choose another folder, or make room and use --force", err)
			}
			a.say("wrote %s to %s", count(len(templates.Files()), "file"), args[0])
			a.say("Next: `templates: %s` in a newsletter of tidings.yaml, change a file, delete those that you do not change, then `tidings check`.", args[0])
			return nil
		},
	}
	c.Flags().BoolVar(&force, "force", false, "write over files that are there")
	return c
}
