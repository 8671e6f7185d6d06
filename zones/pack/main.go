// Pack makes zones/zoneinfo.zip of IANA's time zone database. It takes the path of the
// release's tzdata.zi, which most systems install beside their zones; zic, of the C
// library's tools, compiles it:
//
//	go run ./zones/pack /usr/share/zoneinfo/tzdata.zi
//
// The database is in the public domain.
package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./zones/pack TZDATA.ZI")
		os.Exit(2)
	}
	if err := pack(os.Args[1], "zones/zoneinfo.zip"); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func pack(source, target string) error {
	text, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	first, _, _ := bytes.Cut(text, []byte("\n"))
	version, ok := strings.CutPrefix(string(first), "# version ")
	if !ok {
		return errors.New("the first line must be: # version RELEASE")
	}
	folder, err := os.MkdirTemp("", "zones")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if out, err := exec.Command("zic", "-b", "slim", "-d", folder, source).CombinedOutput(); err != nil {
		return fmt.Errorf("zic: %w: %s", err, out)
	}
	var buf bytes.Buffer
	files := zip.NewWriter(&buf)
	add := func(name string, data []byte) error {
		w, err := files.Create(name)
		if err != nil {
			return err
		}
		_, err = w.Write(data)
		return err
	}
	if err := add("+VERSION", []byte(version+"\n")); err != nil {
		return err
	}
	zones := os.DirFS(folder)
	if err := fs.WalkDir(zones, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(zones, name)
		if err != nil {
			return err
		}
		return add(name, data)
	}); err != nil {
		return err
	}
	if err := files.Close(); err != nil {
		return err
	}
	return os.WriteFile(target, buf.Bytes(), 0o644)
}
