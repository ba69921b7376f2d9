package main

import (
	"github.com/spf13/cobra"

	"tidings/config"
)

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the configuration, for editors",
		Example: "  tidings schema > tidings.schema.json\n" +
			"  # and at the top of tidings.yaml: # yaml-language-server: $schema=tidings.schema.json",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			schema, err := config.Schema()
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(schema)
			return err
		},
	}
}
