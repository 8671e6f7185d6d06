package apis

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestTheTable(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, a := range All {
		if seen[a.Path] || !strings.HasPrefix(a.Path, "/") || a.Method != "GET" && a.Method != "POST" {
			t.Errorf("%+v stands there twice, or is no API", a)
		}
		seen[a.Path] = true
		if got, known := Of(a.Path); !known || got != a {
			t.Errorf("Of(%s) = %+v, %v", a.Path, got, known)
		}
	}
	if _, known := Of("/cgi-bin/nothing"); known {
		t.Error("Of what WeChat does not have = true")
	}
	for kind, want := range map[string]bool{"service": true, "subscription": true, "miniprogram": false, "": true} {
		if got := Official.Include(kind); got != want {
			t.Errorf("an Official Account's API is for %q: %v, want %v", kind, got, want)
		}
	}
}

// TestNoPathStandsElsewhere: what magpie is made of names an API by this table alone.
func TestNoPathStandsElsewhere(t *testing.T) {
	t.Parallel()
	files := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "peers" || d.Name() == "apis" || d.Name() == "findings" || strings.HasPrefix(d.Name(), ".") && d.Name() != ".."):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		files++
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if said, err := strconv.Unquote(lit.Value); err == nil {
					if _, known := Of(said); known {
						t.Errorf("%s names %s itself", path, said)
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil || files < 200 {
		t.Errorf("%d files were read, %v", files, err)
	}
}
