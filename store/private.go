package store

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
)

// keepPrivate has the files of an SQLite database read and written by nobody but their
// owner, whatever the umask: what is not there yet is made so, and where a file was open to
// others that is mended and told. SQLite gives -wal and -shm the mode of the database.
func keepPrivate(path string, log *slog.Logger) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if runtime.GOOS == "windows" {
		return nil // its modes say nothing of who may read
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 == 0 {
			continue
		}
		if err := os.Chmod(name, 0o600); err != nil {
			return fmt.Errorf("others can read it, and that cannot be mended: %w", err)
		}
		log.Warn("others could read a file of the database; now only its owner can", "file", name, "mode", fmt.Sprintf("%#o", info.Mode().Perm()))
	}
	return nil
}
