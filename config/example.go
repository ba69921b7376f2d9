package config

// Example is a commented tidings.yaml.
func Example() []byte { return nil }
