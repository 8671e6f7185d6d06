//go:build unix

package app

import (
	"path/filepath"

	"golang.org/x/sys/unix"
)

// freeBytes is how much room there is for a file.
func freeBytes(path string) (int64, error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(filepath.Dir(path), &fs); err != nil {
		return 0, err
	}
	return int64(fs.Bavail) * int64(fs.Bsize), nil
}
