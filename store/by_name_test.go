package store_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
)

// byPosition are the files that copy rows whatever their columns are.
var byPosition = map[string]string{
	"retention/texts.go":       "columns of any table that may name a person",
	"store/backup_postgres.go": "whole tables",
	"store/move.go":            "whole tables",
	"store/move_test.go":       "whole tables",
	"store/rows.go":            "it reads by name for the others",
	"store/rows_test.go":       "both ways are measured there",
}

// mostPlaces is how many columns are told apart without their names.
const mostPlaces = 3

func TestRowsOfMoreThanThreeColumnsAreReadByName(t *testing.T) {
	t.Parallel()
	house := os.DirFS("..")
	used := map[string]bool{}
	err := fs.WalkDir(house, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "findings" || name != "." && strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case path.Ext(name) != ".go":
			return nil
		}
		text, err := fs.ReadFile(house, name)
		if err != nil {
			return err
		}
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			call, isCall := n.(*ast.CallExpr)
			if !isCall {
				return true
			}
			of, isMethod := call.Fun.(*ast.SelectorExpr)
			if !isMethod || of.Sel.Name != "Scan" || len(call.Args) <= mostPlaces && !call.Ellipsis.IsValid() {
				return true
			}
			if byPosition[name] == "" {
				t.Errorf("%s reads columns by position; store.One and store.All read them by name", files.Position(call.Pos()))
			}
			used[name] = true
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range byPosition {
		if !used[name] {
			t.Errorf("%s is on the list and needs it no more", name)
		}
	}
}
