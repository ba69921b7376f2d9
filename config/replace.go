package config

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
)

// replaceFile puts new text in the place of the old, at once: whoever reads the file sees one or the other, and a crash leaves one of them.
// A symbolic link stays one; mode and owner stay. It refuses if the file is no longer what it was.
func replaceFile(path string, old, text []byte) (err error) {
	if len(text) > maxYAML {
		return errors.New("it would become too large; put the feeds into an OPML file, which `opml` names")
	}
	path, err = filepath.EvalSymlinks(path)
	if err != nil {
		return reason(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return reason(err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".tidings-*.yaml")
	if err != nil {
		return reason(err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(info.Mode().Perm()), keepOwner(f, info), f.Sync(), f.Close())
	if err != nil {
		return reason(err)
	}
	switch now, err := readFile(path, maxYAML); {
	case err != nil:
		return err
	case !bytes.Equal(now, old):
		return errors.New("it was changed by somebody else at the same time; try again")
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return reason(err)
	}
	return syncDir(filepath.Dir(path))
}
