package app

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdLogged waits until a line of the log (LOG_FORMAT=json) has a message and values, and holds
// that it is the only one and bears every stable key:
//
//	logged MSG KEY=VALUE…     ! logged MSG KEY=VALUE…: there is none by now
//
// MSG * is any line.
func cmdLogged(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: logged MSG KEY=VALUE…")
	}
	w := theWorld(ts)
	waiting, cancel := context.WithTimeout(ctx(ts), 30*time.Second)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		found := loggedAs(ts, w.log.String(), args)
		switch {
		case neg && len(found) == 0:
			return
		case neg || len(found) > 1:
			ts.Fatalf("%d lines of the log say %q:\n%v", len(found), args, found)
		case len(found) == 1:
			for _, key := range stableKeys[args[0]] {
				if _, has := found[0][key]; !has {
					ts.Fatalf("a line of the log has no %s: %v", key, found[0])
				}
			}
			return
		}
		select {
		case <-look.C:
		case <-waiting.Done():
			ts.Fatalf("no line of the log says %q:\n%s", args, w.log.String())
		}
	}
}

var (
	ofRequest = []string{"request", "kind", "account", "who", "state"}
	// stableKeys are those of each line, by what it says.
	stableKeys = map[string][]string{
		"magpie starts": {"database", "accounts", "zone", "version"}, "told": {"request", "kind", "account", "who"},
		"asked": ofRequest, "approved": ofRequest, "rejected": ofRequest, "withdrawn": ofRequest, "refused": ofRequest, "fire": ofRequest,
		"sending": ofRequest, "sent": ofRequest, "paused": ofRequest, "resumed": ofRequest, "stopped": ofRequest, "entered": ofRequest, "*": ofRequest,
		"paused_all": ofRequest, "resumed_all": ofRequest,
	}
)

// loggedAs are the lines that have a message and values.
func loggedAs(ts *testscript.TestScript, log string, args []string) (found []map[string]any) {
	for line := range strings.Lines(log) {
		if !strings.HasSuffix(line, "\n") {
			break // it is being written
		}
		var said map[string]any
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			ts.Fatalf("a line of the log is no JSON: %s", line)
		}
		fits := args[0] == "*" || said["msg"] == args[0]
		for _, pair := range args[1:] {
			key, want, _ := strings.Cut(pair, "=")
			got, has := said[key]
			fits = fits && has && fmt.Sprint(got) == want
		}
		if fits {
			found = append(found, said)
		}
	}
	return found
}
