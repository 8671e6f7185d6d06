package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"magpie/articles/openaitest"
	"magpie/bot/slacktest"
	"magpie/store/storetest"
	"magpie/wechat/wechattest"
)

const (
	uploadImg   = "/cgi-bin/media/uploadimg"
	addMaterial = "/cgi-bin/material/add_material"
	draftAdd    = "/cgi-bin/draft/add"
)

// importArticle has alice import a text with pictures, and waits until it is read.
func importArticle(t *testing.T, w *world, images int) {
	t.Helper()
	text := "# Tea\n\n"
	var files []slacktest.File
	for i := range images {
		text += fmt.Sprintf("![picture %d](p%d.png)\n\n", i, i)
		files = append(files, w.slack.AddFile(alice, fmt.Sprintf("p%d.png", i), testImage("p.png", 40+i, 30, i+1)))
	}
	files = append(files, w.slack.AddFile(alice, "tea.md", []byte(text)))
	if _, err := w.say(t.Context(), alice, general, "/wechat article import"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.submit(t.Context(), alice, map[string]any{"files": files}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.shown(t.Context(), alice, "A1 · Tea", "[Upload]"); err != nil {
		t.Fatal(err)
	}
}

// A process killed at each step of an upload: the next one goes on there. No image whose
// answer had come is uploaded again, and there is one draft.
func TestKilledAtEachStepOfAnUpload(t *testing.T) {
	t.Parallel()
	const images = 3
	for _, step := range []struct {
		path string
		nth  int // killed while this call of path is held
	}{{uploadImg, 1}, {uploadImg, 2}, {uploadImg, 3}, {addMaterial, 1}, {draftAdd, 1}} {
		t.Run(fmt.Sprintf("%s_%d", strings.ReplaceAll(step.path[9:], "/", "_"), step.nth), func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, url string) {
				w := newWorld(t, url, nil)
				first := w.process(t)
				importArticle(t, w, images)
				if _, err := w.say(t.Context(), alice, general, "/wechat article upload A1"); err != nil {
					t.Fatal(err)
				}
				// Each call takes a while, so that the process dies amid the one meant.
				w.wechat.Slow(400 * time.Millisecond)
				if _, err := w.press(t.Context(), bob, "Approve"); err != nil {
					t.Fatal(err)
				}
				if err := w.wechat.Wait(t.Context(), func(s *wechattest.Server) bool { return len(s.ReceivedOn(step.path)) >= step.nth }); err != nil {
					t.Fatal(err)
				}
				kill(t, w, first)
				w.wechat.Slow(0)
				w.process(t)
				began := time.Now()
				if _, err := w.shown(t.Context(), alice, "#1 ✅", "media_id"); err != nil {
					t.Fatal(err)
				}
				t.Logf("done %s after the start", time.Since(began).Round(time.Millisecond))
				// The call that was under way may have been made twice; no other was.
				for _, path := range []string{uploadImg, addMaterial, draftAdd} {
					want := map[string]int{uploadImg: images, addMaterial: 1, draftAdd: 1}[path]
					got := len(w.wechat.ReceivedOn(path))
					if path == step.path && path != draftAdd {
						if got != want && got != want+1 {
							t.Errorf("calls on %s: got %d, want %d, or one more for that under way", path, got, want)
						}
					} else if got != want {
						t.Errorf("calls on %s: got %d, want %d", path, got, want)
					}
				}
				if drafts := w.wechat.Console().Drafts; len(drafts) != 1 {
					t.Errorf("drafts: got %d, want 1", len(drafts))
				}
			})
		})
	}
}

// A process killed while the writer writes: the next one goes on from the stage it was
// at, and the outline is not made again.
func TestKilledWhileWriting(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url, nil)
		first := w.process(t)
		w.writer.Stall("draft", 100)
		if _, err := w.say(t.Context(), alice, general, `/wechat article draft "Tea and rain" lang=en`); err != nil {
			t.Fatal(err)
		}
		if _, err := w.shown(t.Context(), alice, "A1 is being written: draft", "artificial"); err != nil {
			t.Fatal(err)
		}
		kill(t, w, first)
		w.process(t)
		if _, err := w.shown(t.Context(), alice, "A1 · Trial: Tea and rain", "[Upload]"); err != nil {
			t.Fatal(err)
		}
		if got := tasks(w, "outline"); got != 1 {
			t.Errorf("outlines: got %d, want 1", got)
		}
		if got := tasks(w, "draft"); got != 2 {
			t.Errorf("drafts: got %d, want 2", got)
		}
	})
}

func tasks(w *world, task string) (n int) {
	for _, r := range w.writer.Received() {
		if r.Task == task && r.Model == openaitest.Model {
			n++
		}
	}
	return n
}
