package render

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

//go:embed themes/*.css codes/*.css
var themeFiles embed.FS

// themes and codeThemes are read once; one that cannot be read is a fault of this package.
var (
	themes     = readBuiltIn("themes", Themes())
	codeThemes = readBuiltIn("codes", CodeStyles())
)

// Themes names the built-in themes, the default first.
func Themes() []string { return []string{"plain", "business", "festive", "forest", "ink", "tech"} }

// CodeStyles names the styles of code beside the theme's own: three light, three dark.
func CodeStyles() []string {
	return []string{"github", "solarized", "xcode", "monokai", "dracula", "nord"}
}

// OwnCode names the style that a theme itself gives code.
const OwnCode = "theme"

func readBuiltIn(folder string, names []string) map[string]*theme {
	all := make(map[string]*theme, len(names))
	for _, name := range names {
		file := folder + "/" + name + ".css"
		css, err := themeFiles.ReadFile(file)
		if err == nil {
			all[name] = readTheme(file, string(css))
			if len(all[name].faults) > 0 {
				err = fmt.Errorf("%+v", all[name].faults)
			}
		}
		if err != nil {
			panic(fmt.Sprintf("render: %s: %v", file, err))
		}
	}
	return all
}

const (
	maxThemes    = 50
	maxThemeSize = 1 << 16
)

var themeName = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{Nd}_-]{1,30}$`)

// ThemeSet is the built-in themes and those of a house. A nil one is the built-in ones.
type ThemeSet struct {
	names []string
	house map[string]*theme
}

// ReadThemes reads a folder of CSS files, each a theme by the file's name (small letters,
// digits, - and _). What a file does not say looks as in the theme plain; what it says
// that this package does not know is among Faults. The error names a file that can be no
// theme: a name that is taken or is none, more than 64 kB, or the 51st.
func ReadThemes(folder fs.FS) (*ThemeSet, error) {
	files, err := fs.Glob(folder, "*.css")
	if err != nil {
		return nil, err
	}
	if len(files) > maxThemes {
		return nil, fmt.Errorf("holds %d themes; at most %d are taken", len(files), maxThemes)
	}
	s := &ThemeSet{house: map[string]*theme{}}
	var faults []error
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".css")
		css, err := fs.ReadFile(folder, file)
		switch {
		case err != nil:
			faults = append(faults, err)
		case !themeName.MatchString(name) || name == OwnCode:
			faults = append(faults, fmt.Errorf("%s: a theme's name has small letters, digits, - and _", file))
		case themes[name] != nil:
			faults = append(faults, fmt.Errorf("%s: %s is a built-in theme; another name is needed", file, name))
		case len(css) > maxThemeSize:
			faults = append(faults, fmt.Errorf("%s has more than %d bytes", file, maxThemeSize))
		default:
			s.names, s.house[name] = append(s.names, name), themes["plain"].with(readTheme(file, string(css)))
		}
	}
	return s, errors.Join(faults...)
}

// Names names all themes, the built-in ones first.
func (s *ThemeSet) Names() []string {
	if s == nil {
		return Themes()
	}
	return slices.Concat(Themes(), s.names)
}

// Faults are what the house's themes say that is not drawn, file by file.
func (s *ThemeSet) Faults() []ThemeFault {
	var all []ThemeFault
	if s != nil {
		for _, name := range s.names {
			all = append(all, s.house[name].faults...)
		}
	}
	return all
}

// of is a theme by its name, or nil.
func (s *ThemeSet) of(name string) *theme {
	if s != nil && s.house[name] != nil {
		return s.house[name]
	}
	return themes[name]
}
