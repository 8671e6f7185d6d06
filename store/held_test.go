package store_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"magpie/store"
	"magpie/store/storetest"
)

// Where another program has an SQLite file for itself, a backup says so, and what to do.
func TestBackupOfWhatAnotherHolds(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	if err := storetest.Open(t, url).Close(); err != nil {
		t.Fatal(err)
	}
	other, err := sql.Open("sqlite", strings.TrimPrefix(url, "sqlite:")+"?_pragma=locking_mode(exclusive)")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	other.SetMaxOpenConns(1)
	if _, err := other.Exec("update counter set n = n"); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "copy.db")
	err = store.Backup{From: url, File: file, Queue: noQueue{}, Log: quiet}.Make(t.Context())
	if err == nil || !strings.Contains(err.Error(), "another program has it for itself") {
		t.Errorf("got %v, want who is in the way", err)
	}
	if left, _ := filepath.Glob(file + "*"); left != nil {
		t.Errorf("got %v left, want nothing", left)
	}
}
