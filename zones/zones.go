// Package zones knows the time zones of the world by the newest rules at hand: those
// that magpie carries, or the machine's where these are newer. Which they are is chosen
// once a process, so that two looks at one zone never differ.
package zones

import (
	"archive/zip"
	"bufio"
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// packed is IANA's database, compiled by zic; `go run ./zones/pack` makes it anew.
//
//go:embed zoneinfo.zip
var packed []byte

// versionFile is where the packed data names its release, as BSD's folders do.
const versionFile = "+VERSION"

// Data is one set of rules.
type Data struct {
	// Version is IANA's name of the release, such as 2026f.
	Version string
	// Own says that magpie carries it; else it is the machine's.
	Own bool

	read   func(name string) ([]byte, error)
	names  map[string]string // as IANA spells it, by its lower case
	loaded sync.Map          // *time.Location by name
}

// Current is the data that this process goes by.
var Current = sync.OnceValue(func() *Data { return newest(folders()) })

// Load finds a zone by its IANA name, in any case. It fails where there is none; the
// empty name and Local are none.
func Load(name string) (*time.Location, error) { return Current().Load(name) }

// Load finds a zone of this data.
func (d *Data) Load(name string) (*time.Location, error) {
	if name == "UTC" {
		return time.UTC, nil
	}
	spelled, known := d.names[strings.ToLower(name)]
	if !known {
		spelled = name // the machine may know one that is newer than ours
	}
	if zone, ok := d.loaded.Load(spelled); ok {
		return zone.(*time.Location), nil
	}
	if spelled == "" || spelled == "Local" || !fs.ValidPath(spelled) {
		return nil, fmt.Errorf("there is no time zone %q", name)
	}
	data, err := d.read(spelled)
	if err != nil {
		return nil, fmt.Errorf("there is no time zone %q", name)
	}
	zone, err := time.LoadLocationFromTZData(spelled, data)
	if err != nil {
		return nil, fmt.Errorf("time zone %q: %w", name, err)
	}
	first, _ := d.loaded.LoadOrStore(spelled, zone)
	return first.(*time.Location), nil
}

// Number is the release as a number that grows with it: 2026f is 202606.
func (d *Data) Number() int64 { return number(d.Version) }

// String names the data for people who run magpie.
func (d *Data) String() string {
	if d.Own {
		return d.Version + " (magpie's own)"
	}
	return d.Version + " (the machine's)"
}

var release = regexp.MustCompile(`^(\d{4})([a-z])`)

func number(version string) int64 {
	m := release.FindStringSubmatch(version)
	if m == nil {
		return 0
	}
	year, _ := strconv.ParseInt(m[1], 10, 64)
	return year*100 + int64(m[2][0]-'a') + 1
}

// newest is what magpie carries, or what one of the folders holds where that is newer
// and says so.
func newest(folders []string) *Data {
	own := carried()
	for _, folder := range folders {
		version := versionOf(folder)
		if version == "" {
			continue
		}
		if number(version) <= own.Number() {
			break // the first folder is the one that the machine goes by
		}
		return &Data{Version: version, names: own.names, read: func(name string) ([]byte, error) {
			data, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
			if err != nil {
				return own.read(name) // some machines leave the old names out
			}
			return data, nil
		}}
	}
	return own
}

// carried is the data inside the binary. That it cannot be read is a fault of the build.
func carried() *Data {
	files, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		panic(fmt.Sprintf("zones: the packed data: %v", err))
	}
	d := &Data{Own: true, names: map[string]string{}}
	d.read = func(name string) ([]byte, error) { return fs.ReadFile(files, name) }
	version, err := d.read(versionFile)
	if err != nil {
		panic(fmt.Sprintf("zones: the packed data: %v", err))
	}
	d.Version = strings.TrimSpace(string(version))
	for _, f := range files.File {
		if f.Name != versionFile {
			d.names[strings.ToLower(f.Name)] = f.Name
		}
	}
	return d
}

// folders are where a machine keeps its zones, in the order in which Go's time package
// looks: ZONEINFO, then the folders of Unix systems.
func folders() []string {
	found := []string{"/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/usr/lib/locale/TZ", "/etc/zoneinfo"}
	if set := os.Getenv("ZONEINFO"); set != "" {
		found = append([]string{set}, found...)
	}
	return found
}

// versionOf is the release that a folder says it has: in the first line of tzdata.zi,
// which zic's source is installed as, or in a file of its own. "" is not said.
func versionOf(folder string) string {
	if file, err := os.Open(filepath.Join(folder, "tzdata.zi")); err == nil {
		defer file.Close()
		first, _ := bufio.NewReader(io.LimitReader(file, 200)).ReadString('\n')
		if version, ok := strings.CutPrefix(strings.TrimSpace(first), "# version "); ok {
			return version
		}
	}
	said, err := os.ReadFile(filepath.Join(folder, versionFile))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(said))
}
