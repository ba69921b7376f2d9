package config

import (
	_ "embed"
	"slices"
)

//go:embed example.yaml
var example []byte

// Example is a commented tidings.yaml that loads as it is and shows every key.
func Example() []byte { return slices.Clone(example) }
