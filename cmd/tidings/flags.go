package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagMistake says what is wrong with a flag without the names of the functions that found it.
func flagMistake(c *cobra.Command, err error) error {
	what := err.Error()
	if value, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		kind := "no value for it"
		switch value.GetFlag().Value.Type() {
		case "int":
			kind = "no whole number, or too large a one"
		case "bool":
			kind = "neither true nor false"
		}
		what = fmt.Sprintf("--%s %q is %s", value.GetFlag().Name, value.GetValue(), kind)
	}
	return wrong("%s; `%s --help` lists the flags", what, c.CommandPath())
}

// flagsTogether refuses flags that do not go with each other.
func flagsTogether(c *cobra.Command) error {
	err := c.ValidateFlagGroups()
	if err == nil {
		return nil
	}
	if _, set, ok := strings.Cut(err.Error(), "; ["); ok {
		names := strings.Fields(strings.TrimSuffix(set, "] were all set"))
		return wrong("--%s do not go together", strings.Join(names, " and --"))
	}
	return wrong("%w", err)
}
