package app

import (
	"bytes"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdForgotten waits until the database's files hold an openid no more (SQLite; how PostgreSQL's
// files are written anew is retention's test), and cmdForget is `magpie forget`, beside the magpie
// of the story:
//
//	forgotten OPENID
//	forget OPENID
func cmdForgotten(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: forgotten OPENID")
	}
	path, isFile := strings.CutPrefix(theWorld(ts).env["DATABASE_URL"], "sqlite:")
	for until := time.Now().Add(30 * time.Second); isFile; {
		held := false
		for _, name := range []string{path, path + "-wal"} {
			raw, err := os.ReadFile(name)
			ts.Check(err)
			held = held || bytes.Contains(raw, []byte(args[0]))
		}
		if !held {
			return
		}
		if time.Now().After(until) {
			ts.Fatalf("the files hold %s", args[0])
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func cmdForget(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: forget OPENID")
	}
	w := theWorld(ts)
	var out bytes.Buffer
	err := Forget(w.ctx, func(key string) string { return w.env[key] }, args[0], &out, w.log.logger())
	if (err != nil) != neg {
		ts.Fatalf("forget: %v", err)
	}
	if err != nil {
		out.WriteString(err.Error())
	}
	tell(ts, out.String())
}
