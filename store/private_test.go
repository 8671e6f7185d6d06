package store_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"magpie/store"
)

func TestOnlyTheOwnerReadsTheFiles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "magpie.db")
	var told bytes.Buffer
	log := slog.New(slog.NewTextHandler(&told, nil))
	open := func() {
		t.Helper()
		db, err := store.Open(t.Context(), "sqlite:"+path, log)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{path, path + "-wal", path + "-shm"} {
			if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: got %v, %v, want 0600", name, info.Mode(), err)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	open()
	if strings.Contains(told.String(), "others could read") {
		t.Errorf("a new file: got %s", told.String())
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	open()
	if !strings.Contains(told.String(), "others could read") || !strings.Contains(told.String(), path) {
		t.Errorf("a file of 0644: got %s, want it told", told.String())
	}
}
