package app

import (
	"github.com/rogpeppe/go-internal/testscript"
)

// cmdPostRich posts a message as Slack's editor makes it of pasted text: post-rich WHO TEXT FILE,
// where FILE has the blocks.
func cmdPostRich(ts *testscript.TestScript, neg bool, args []string) {
	w := theWorld(ts)
	posted, err := w.slack.WriteRich(who(ts, args[0]), general, args[1], []byte(ts.ReadFile(args[2])))
	ts.Check(err)
	w.posted = posted.TS
}
