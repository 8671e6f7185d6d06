package app

import (
	"bytes"
	"os"
	"slices"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdAudit is `magpie audit export` and `magpie audit verify`, beside the magpie of the story:
//
//	audit export [--request N] [--who ID] [--since DAY] [--to FILE]
//	audit verify [FILE|--head HEAD]
func cmdAudit(ts *testscript.TestScript, neg bool, args []string) {
	w := theWorld(ts)
	getenv := func(key string) string { return w.env[key] }
	var out bytes.Buffer
	flag := func(name string) string {
		if i := slices.Index(args, "--"+name); i >= 0 && i+1 < len(args) {
			return args[i+1]
		}
		return ""
	}
	var err error
	switch {
	case len(args) > 0 && args[0] == "export":
		var n int64
		if text := flag("request"); text != "" {
			var bad error
			n, bad = strconv.ParseInt(text, 10, 64)
			ts.Check(bad)
		}
		err = ExportAudit(w.ctx, getenv, flag("since"), n, flag("who"), &out)
		if file := flag("to"); file != "" && err == nil {
			err = os.WriteFile(ts.MkAbs(file), out.Bytes(), 0o600)
			out.Reset()
		}
	case len(args) > 0 && args[0] == "verify" && (len(args) == 1 || args[1] == "--head"):
		err = VerifyAudit(w.ctx, getenv, "", false, flag("head"), &out)
	case len(args) == 2 && args[0] == "verify":
		err = VerifyAudit(w.ctx, getenv, ts.MkAbs(args[1]), false, "", &out)
	default:
		ts.Fatalf("usage: audit export|verify")
	}
	if (err != nil) != neg {
		ts.Fatalf("audit %v: %v", args, err)
	}
	tell(ts, out.String())
}
