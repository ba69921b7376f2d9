package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Find says where the configuration is: the file that the flag names, else $TIDINGS_CONFIG, ./tidings.yaml,
// $XDG_CONFIG_HOME/tidings/tidings.yaml (~/.config without the variable) and /etc/tidings/tidings.yaml, the first that
// exists. A file named by the flag or the variable must exist.
func Find(flag string) (string, error) {
	named := func(path, by string) (string, error) {
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("the configuration %s, named by %s, cannot be read: %w; `tidings init` writes a new one", path, by, reason(err))
		}
		return path, nil
	}
	if flag != "" {
		return named(flag, "--config")
	}
	if path := os.Getenv("TIDINGS_CONFIG"); path != "" {
		return named(path, "$TIDINGS_CONFIG")
	}
	places := usualPlaces()
	for _, path := range places {
		_, err := os.Stat(path)
		if err == nil {
			return path, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("the configuration %s cannot be read: %w", path, reason(err))
		}
	}
	return "", fmt.Errorf("there is no configuration: looked for %s; `tidings init` writes one, --config or $TIDINGS_CONFIG names another place",
		strings.Join(places, ", "))
}

func usualPlaces() []string {
	places := []string{"tidings.yaml"}
	dir := os.Getenv("XDG_CONFIG_HOME")
	if home, err := os.UserHomeDir(); dir == "" && err == nil {
		dir = filepath.Join(home, ".config")
	}
	if filepath.IsAbs(dir) { // the XDG specification has relative ones ignored
		places = append(places, filepath.Join(dir, "tidings", "tidings.yaml"))
	}
	return append(places, "/etc/tidings/tidings.yaml")
}

// reason is the error without the path, which the message around it names.
func reason(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
