package zones

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// What these places decided in 2026 stands in IANA's release 2026f, and in none before
// 2026b. Source: the NEWS file of the releases 2026b to 2026f.
func TestTheRulesOf2026(t *testing.T) {
	t.Parallel()
	own := newest(nil)
	if got, want := own.Number(), int64(202606); got < want {
		t.Fatalf("the packed release: got %s (%d), want %d or newer", own.Version, got, want)
	}
	for name, want := range map[string]string{
		"America/Vancouver": "2026-12-15T16:00:00Z", "America/Edmonton": "2026-12-15T15:00:00Z", "America/Winnipeg": "2026-12-15T14:00:00Z",
		"America/Inuvik": "2026-12-15T15:00:00Z", "America/Havana": "2026-12-15T13:00:00Z", "Africa/Casablanca": "2026-12-15T09:00:00Z",
		"Asia/Shanghai": "2026-12-15T01:00:00Z", "Europe/Berlin": "2026-12-15T08:00:00Z", "US/Pacific": "2026-12-15T17:00:00Z",
	} {
		zone, err := own.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := time.Date(2026, 12, 15, 9, 0, 0, 0, zone).UTC().Format(time.RFC3339); got != want {
			t.Errorf("2026-12-15 09:00 in %s: got %s, want %s", name, got, want)
		}
	}
}

func TestLoadSpellsAndRefuses(t *testing.T) {
	t.Parallel()
	own := newest(nil)
	for said, want := range map[string]string{
		"asia/shanghai": "Asia/Shanghai", "AMERICA/NEW_YORK": "America/New_York", "america/argentina/buenos_aires": "America/Argentina/Buenos_Aires", "utc": "UTC", "UTC": "UTC",
	} {
		zone, err := own.Load(said)
		if err != nil || zone.String() != want {
			t.Errorf("Load(%q): got %v, %v, want %s", said, zone, err, want)
		}
	}
	for _, said := range []string{"", "Local", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "Asia", "+VERSION", "Asia/Shanghai/"} {
		if zone, err := own.Load(said); err == nil {
			t.Errorf("Load(%q): got %v, want an error", said, zone)
		}
	}
}

// A machine's folder is taken where it says that it is newer, and in no other case.
func TestTheNewerDataIsTaken(t *testing.T) {
	t.Parallel()
	shanghai, err := newest(nil).read("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	folder := func(name, says string) string {
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, "Europe"), 0o755); err != nil {
			t.Fatal(err)
		}
		// Told apart by its Berlin, which keeps Shanghai's time.
		for file, data := range map[string][]byte{"Europe/Berlin": shanghai, name: []byte(says)} {
			if err := os.WriteFile(filepath.Join(dir, file), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	newer, older := folder("tzdata.zi", "# version 2099a\n# ddeps\n"), folder("tzdata.zi", "# version 2025b\n")
	silent, named := folder("zone.tab", "# nothing\n"), folder("+VERSION", "2099b\n")
	own := newest(nil).Version
	for _, test := range []struct {
		name    string
		folders []string
		version string
		theirs  bool
	}{
		{"none", nil, own, false},
		{"newer", []string{newer}, "2099a", true},
		{"older", []string{older}, own, false},
		{"says nothing", []string{silent}, own, false},
		{"a file with the version", []string{silent, named}, "2099b", true},
		{"the first that says so counts", []string{older, newer}, own, false},
	} {
		data := newest(test.folders)
		zone, err := data.Load("europe/berlin")
		if err != nil {
			t.Fatal(err)
		}
		_, offset := time.Date(2026, 12, 15, 9, 0, 0, 0, zone).Zone()
		if theirs := offset == 8*3600; data.Version != test.version || data.Own == test.theirs || theirs != test.theirs {
			t.Errorf("%s: got %s, own %v, theirs %v; want %s, theirs %v", test.name, data.Version, data.Own, theirs, test.version, test.theirs)
		}
		if _, err := data.Load("America/New_York"); err != nil { // not in the folder
			t.Errorf("%s: %v", test.name, err)
		}
	}
}
