package wechat

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"magpie/wechat/apis"
)

var update = flag.Bool("update", false, "write the table of docs/wechat.md anew")

const docs = "../docs/wechat.md"

var (
	wireLine  = regexp.MustCompile(`(?m)^WeChat: (GET|POST) (\S+)$`)
	tableRows = regexp.MustCompile(`(?s)<!-- table -->\n.*<!-- end of table -->\n`)
)

// documented is one method and the API that its comment names.
type documented struct{ verb, path, method, file string }

// TestEveryAPIIsInTheTable holds docs/wechat.md against the sources: each
// exported method that names an API has a row, which tells the ways of calling
// and where it is tested. go test -run EveryAPI -update writes it anew; the
// column of commands is kept as it stands there.
func TestEveryAPIIsInTheTable(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	commands := map[string]string{}
	for _, line := range strings.Split(string(raw), "\n") {
		if cells := strings.Split(line, " | "); len(cells) == 5 && strings.HasPrefix(line, "| `") {
			commands[strings.Trim(cells[1], "`")] = cells[3]
		}
	}
	var table bytes.Buffer
	table.WriteString("<!-- table -->\n| API | method | ways of calling | command | tested in |\n|---|---|---|---|---|\n")
	for _, d := range everyMethod(t) {
		tests := calledIn(t, d)
		if len(tests) == 0 {
			t.Errorf("%s (%s) is called by no test", d.method, d.path)
		}
		command := commands[d.method]
		if command == "" {
			command = "—"
		}
		fmt.Fprintf(&table, "| `%s %s` | `%s` | %s | %s | %s |\n", d.verb, d.path, d.method, waysOf(d.path), command, strings.Join(tests, ", "))
	}
	table.WriteString("<!-- end of table -->\n")
	got := tableRows.ReplaceAllLiteral(raw, table.Bytes())
	if bytes.Equal(got, raw) {
		return
	}
	if !*update {
		t.Fatalf("docs/wechat.md is not as the sources are; go test -run EveryAPI -update writes it anew. Want\n%s", table.Bytes())
	}
	if err := os.WriteFile(docs, got, 0o644); err != nil {
		t.Fatal(err)
	}
}

// everyMethod finds the methods that name an API, in the order of their files.
func everyMethod(t *testing.T) []documented {
	t.Helper()
	var all []documented
	for name, file := range sources(t, false) {
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Doc == nil || !f.Name.IsExported() {
				continue
			}
			for _, m := range wireLine.FindAllStringSubmatch(f.Doc.Text(), -1) {
				all = append(all, documented{m[1], m[2], f.Name.Name, name})
			}
		}
	}
	slices.SortFunc(all, func(a, b documented) int { return strings.Compare(a.path+" "+a.method, b.path+" "+b.method) })
	if len(all) < 40 {
		t.Fatalf("%d methods found, want more", len(all))
	}
	return all
}

// calledIn names the test files in which the method is called: its own file's
// twin, or all of them where that does not call it.
func calledIn(t *testing.T, d documented) []string {
	t.Helper()
	var all []string
	for name, file := range sources(t, true) {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == d.method && !slices.Contains(all, name) {
				all = append(all, name)
			}
			return true
		})
	}
	slices.Sort(all)
	if twin := strings.TrimSuffix(d.file, ".go") + "_test.go"; slices.Contains(all, twin) {
		all = []string{twin}
	}
	for i := range all {
		all[i] = "`" + all[i] + "`"
	}
	return all
}

func sources(t *testing.T, tests bool) map[string]*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]*ast.File{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") != tests {
			continue
		}
		file, err := parser.ParseFile(gotoken.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = file
	}
	return all
}

// waysOf tells the ways in which an API can be called, as the client itself decides.
func waysOf(path string) string {
	if strings.HasPrefix(path, componentPaths) {
		return string(wayPlatform)
	}
	of, known := apis.Of(path)
	if !known {
		return "not in the table of wechat/apis"
	}
	var all []string
	for _, w := range ways {
		if w.takes(of) == nil {
			all = append(all, string(w))
		}
	}
	return strings.Join(all, ", ")
}
