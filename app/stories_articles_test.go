package app

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"magpie/articles/openaitest"
	"magpie/bot/slacktest"
	"magpie/wechat/wechattest"
)

// cmdWriter orders, for the next call of a task (outline, draft, review, revise; - is any):
// fail TASK STATUS; page TASK STATUS; silent TASK; drop, stall, error-in TASK AFTER; finish
// TASK REASON; refuse TASK WORDS; keep-alive TASK N; answer TASK FILE; reply TASK FILE
// [STATUS], to the letter. heard TASK prints
// what the last such call was told.
func cmdWriter(ts *testscript.TestScript, neg bool, args []string) {
	w := theWorld(ts).writer
	task := strings.Trim(args[1], "-")
	number := func() int {
		n, err := strconv.Atoi(args[2])
		ts.Check(err)
		return n
	}
	orders := map[string]func(){
		"fail":       func() { w.Fail(task, number(), time.Second) },
		"page":       func() { w.Page(task, number(), "<html><body>Bad gateway</body></html>") },
		"silent":     func() { w.Silent(task) },
		"drop":       func() { w.Drop(task, number()) },
		"stall":      func() { w.Stall(task, number()) },
		"error-in":   func() { w.ErrorIn(task, number()) },
		"finish":     func() { w.Finish(task, args[2]) },
		"refuse":     func() { w.Refuse(task, args[2]) },
		"keep-alive": func() { w.KeepAlive(task, number()) },
		"reply": func() {
			r := openaitest.Reply{Body: ts.ReadFile(args[2])}
			if len(args) > 3 {
				var err error
				r.Status, err = strconv.Atoi(args[3])
				ts.Check(err)
			}
			w.Reply(task, r)
		},
		"answer": func() { w.Answer(task, ts.ReadFile(args[2])) },
		"heard": func() {
			all := w.Received()
			for i := len(all) - 1; i >= 0; i-- {
				if task == "" || all[i].Task == task {
					var b strings.Builder
					for _, m := range all[i].Messages {
						fmt.Fprintf(&b, "[%s] %s\n", m.Role, m.Content)
					}
					tell(ts, b.String())
					return
				}
			}
			ts.Fatalf("the writer was never asked for %s", task)
		},
	}
	order := orders[args[0]]
	if order == nil {
		ts.Fatalf("the writer has no %q", args[0])
	}
	order()
}

// cmdShortcut uses a message shortcut on the newest message of #general with all the
// words: shortcut WHO WORDS…, or shortcut WHO CALLBACK_ID: WORDS…
func cmdShortcut(ts *testscript.TestScript, neg bool, args []string) {
	w, person, callback := theWorld(ts), who(ts, args[0]), "article_import"
	if name, named := strings.CutSuffix(args[1], ":"); named {
		callback, args = name, args[1:]
	}
	m, err := w.waitFor(ctx(ts), func(want func(slacktest.Message) bool) (slacktest.Message, bool) {
		return w.findIn([]string{general}, want)
	}, args[1:]...)
	ts.Check(err)
	answered(ts)(patiently(func() (string, error) {
		seen := w.before(person)
		ack, err := w.slack.Shortcut(ctx(ts), person, callback, slacktest.Target{Channel: m.Channel, TS: m.TS})
		if err != nil {
			return "", err
		}
		w.last = ack
		return w.privately(ctx(ts), person, seen)
	}))
}

// cmdPost posts a message of a person in #general, with files where some are named:
// post WHO TEXT [FILE…]. reply WHO TEXT answers the message that was posted last.
func cmdPost(ts *testscript.TestScript, neg bool, args []string) {
	w, person := theWorld(ts), who(ts, args[0])
	var files []slacktest.File
	for _, name := range args[2:] {
		files = append(files, slackFile(ts, person, name))
	}
	posted, err := w.slack.Write(person, general, "", args[1], files...)
	ts.Check(err)
	w.posted = posted.TS
}

func cmdReply(ts *testscript.TestScript, neg bool, args []string) {
	w := theWorld(ts)
	_, err := w.slack.Write(who(ts, args[0]), general, w.posted, args[1])
	ts.Check(err)
}

// slackFile puts a file of the script into the workspace.
func slackFile(ts *testscript.TestScript, person, name string) slacktest.File {
	data, err := os.ReadFile(ts.MkAbs(name))
	ts.Check(err)
	return theWorld(ts).slack.AddFile(person, filepath.Base(name), data)
}

// cmdConsole prints what stands in the draft box and what is published.
func cmdConsole(ts *testscript.TestScript, neg bool, args []string) {
	c := theWorld(ts).wechat.Console()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	ts.Check(enc.Encode(map[string]any{"drafts": c.Drafts, "published": c.Published}))
	tell(ts, b.String())
}

// cmdCalls compares how often WeChat was called on a path: calls PATH N.
func cmdCalls(ts *testscript.TestScript, neg bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	waiting, cancel := context.WithTimeout(ctx(ts), 10*time.Second)
	defer cancel()
	_ = theWorld(ts).wechat.Wait(waiting, func(s *wechattest.Server) bool { return len(s.ReceivedOn(args[0])) >= n })
	if got := len(theWorld(ts).wechat.ReceivedOn(args[0])); got != n {
		ts.Fatalf("calls on %s: got %d, want %d", args[0], got, n)
	}
}

// cmdImage makes an image file: image NAME WIDTH HEIGHT [SEED].
func cmdImage(ts *testscript.TestScript, neg bool, args []string) {
	w, err1 := strconv.Atoi(args[1])
	h, err2 := strconv.Atoi(args[2])
	ts.Check(cmp.Or(err1, err2))
	seed := 1
	if len(args) > 3 {
		seed, err1 = strconv.Atoi(args[3])
		ts.Check(err1)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), testImage(args[0], w, h, seed), 0o600))
}

// testImage is a picture that differs with its seed, as its name's extension says.
func testImage(name string, w, h, seed int) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, color.NRGBA{uint8(x * seed), uint8(y * 3), uint8(x*y + 37*seed), 255})
		}
	}
	var out bytes.Buffer
	switch filepath.Ext(name) {
	case ".png":
		_ = png.Encode(&out, img)
	case ".gif": // it moves
		moving := &gif.GIF{}
		for i := range 3 {
			frame := image.NewPaletted(img.Rect, color.Palette{color.White, color.NRGBA{uint8(seed), uint8(80 * i), 0, 255}})
			moving.Image, moving.Delay = append(moving.Image, frame), append(moving.Delay, 10)
		}
		_ = gif.EncodeAll(&out, moving)
	default:
		_ = jpeg.Encode(&out, img, nil)
	}
	return out.Bytes()
}
