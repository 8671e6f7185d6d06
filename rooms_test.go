package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rooms is the table of ARCHITECTURE.md: what each room may import of ours, and the
// libraries that it speaks with alone, it and what stands within it.
var rooms = map[string]struct{ imports, alone string }{
	"magpie":                        {imports: "app"},
	"magpie/app":                    {imports: "articles audiences bot cards commands config homes jobs journal logs metrics outbox outcomes playground posts retention schedules sending store traces wechat wechat/apis zones"},
	"magpie/articles":               {imports: "articles/docx articles/draw articles/render articles/unrender cards jobs journal outbox posts store wechat", alone: "github.com/sashabaranov/go-openai"},
	"magpie/articles/docx":          {imports: "markdown"},
	"magpie/articles/unrender":      {imports: "markdown", alone: "github.com/JohannesKaufmann/html-to-markdown/v2"},
	"magpie/articles/draw":          {},
	"magpie/articles/draw/pack":     {},
	"magpie/articles/openaitest":    {},
	"magpie/articles/render":        {imports: "cards emoji", alone: "github.com/yuin/goldmark github.com/alecthomas/chroma/v2 github.com/microcosm-cc/bluemonday github.com/goccy/go-yaml github.com/tdewolff/parse/v2"},
	"magpie/articles/render/corpus": {imports: "articles/render"},
	"magpie/audiences":              {imports: "cards jobs journal outbox posts sending store wechat"},
	"magpie/bot":                    {imports: "cards commands emoji markdown traces zones", alone: "github.com/slack-go/slack github.com/nicksnyder/go-i18n/v2"},
	"magpie/bot/slacktest":          {alone: "github.com/gorilla/websocket"},
	"magpie/cards":                  {},
	"magpie/cards/cardstest":        {},
	"magpie/commands":               {imports: "articles audiences cards journal outbox outcomes schedules sending traces wechat wechat/apis zones"},
	"magpie/config":                 {imports: "zones", alone: "github.com/joho/godotenv"},
	"magpie/homes":                  {imports: "cards store"},
	"magpie/journal":                {imports: "cards store"},
	"magpie/logs":                   {},
	"magpie/emoji":                  {},
	"magpie/emoji/pack":             {},
	"magpie/jobs":                   {imports: "store traces", alone: "github.com/riverqueue/river"},
	"magpie/markdown":               {},
	"magpie/metrics":                {alone: "github.com/prometheus/client_golang"},
	"magpie/outbox":                 {imports: "cards jobs journal posts sending store traces"},
	"magpie/outcomes":               {imports: "articles cards jobs outbox posts store wechat"},
	"magpie/playground":             {imports: "articles/openaitest bot/slacktest wechat/wechattest"},
	"magpie/posts":                  {imports: "cards jobs store traces"},
	"magpie/sending":                {imports: "cards jobs posts store traces"},
	"magpie/retention":              {imports: "journal store"},
	"magpie/schedules":              {imports: "cards jobs journal outbox posts store zones", alone: "github.com/robfig/cron/v3"},
	"magpie/traces":                 {alone: "go.opentelemetry.io/otel"},
	"magpie/store":                  {alone: "modernc.org/sqlite github.com/pressly/goose/v3 github.com/gofrs/flock github.com/jmoiron/sqlx"},
	"magpie/store/storetest":        {imports: "jobs store"},
	"magpie/wechat":                 {imports: "wechat/apis", alone: "github.com/valyala/fasthttp"},
	"magpie/wechat/apis":            {},
	"magpie/wechat/wechattest":      {imports: "wechat/apis"},
	"magpie/zones":                  {},
	"magpie/zones/pack":             {},
}

func TestRoomsKeepToTheTable(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		room, known := rooms[p.ImportPath]
		if !known {
			t.Errorf("%s stands in no row of the table", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			if ours, ok := strings.CutPrefix(imported, "magpie/"); ok && !slices.Contains(strings.Fields(room.imports), ours) {
				t.Errorf("%s imports %s, which the table does not let it", p.ImportPath, imported)
			}
			for owner, of := range rooms {
				for _, library := range strings.Fields(of.alone) {
					if owner != p.ImportPath && !strings.HasPrefix(p.ImportPath, owner+"/") && (imported == library || strings.HasPrefix(imported, library+"/")) {
						t.Errorf("%s imports %s, which %s speaks with alone", p.ImportPath, imported, owner)
					}
				}
			}
		}
	}
}

// maxMethods is how many methods a type has at most; what has more is several.
const maxMethods = 60

// mayHaveMore are the pretend servers, and the client that has a method for each of WeChat's
// APIs.
var mayHaveMore = []string{"bot/slacktest.Workspace", "wechat/wechattest.Server", "wechat.Client"}

// Methods that come with an embedded type are that type's.
func TestTypesAreOfOnePiece(t *testing.T) {
	methods := map[string]int{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			if of := receiverOf(d); of != "" {
				methods[filepath.ToSlash(filepath.Dir(path))+"."+of]++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for of, n := range methods {
		if n > maxMethods && !slices.Contains(mayHaveMore, of) {
			t.Errorf("%s has %d methods, want at most %d: what of it is a type of its own?", of, n, maxMethods)
		}
	}
	for _, of := range mayHaveMore {
		if methods[of] <= maxMethods {
			t.Errorf("%s has %d methods, and needs no leave to have more than %d", of, methods[of], maxMethods)
		}
	}
}

// receiverOf is the name of the type that a method is declared on; "" of all else.
func receiverOf(d ast.Decl) string {
	method, ok := d.(*ast.FuncDecl)
	if !ok || method.Recv == nil {
		return ""
	}
	of := method.Recv.List[0].Type
	for {
		switch inner := of.(type) {
		case *ast.StarExpr:
			of = inner.X
		case *ast.IndexExpr:
			of = inner.X
		case *ast.IndexListExpr:
			of = inner.X
		case *ast.Ident:
			return inner.Name
		default:
			return ""
		}
	}
}
