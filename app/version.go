package app

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"magpie/store"
)

// Build is what a binary was built from.
type Build struct {
	Version string // of the module, "devel" where it has none
	Commit  string // its first 12 digits, with "+" behind where files were changed; "unknown" where it is not stamped
}

// built reads what the Go tool stamped into this binary.
func built() Build {
	b := Build{Version: "devel", Commit: "unknown"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		b.Version = v
	}
	var changed bool
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value[:min(len(s.Value), 12)]
		case "vcs.modified":
			changed = s.Value == "true"
		}
	}
	if changed {
		b.Commit += "+"
	}
	return b
}

// Version prints `magpie VERSION (COMMIT) goX.Y schema N`.
func Version(stdout io.Writer) error {
	newest, err := store.Newest()
	if err != nil {
		return err
	}
	b := built()
	_, err = fmt.Fprintf(stdout, "magpie %s (%s) %s schema %d\n", b.Version, b.Commit, runtime.Version(), newest)
	return err
}
