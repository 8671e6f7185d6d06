package playground_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "write pictures of the page to this directory")

// stage is one playground with the real magpie in it, and one browser that looks at it.
type stage struct {
	t   *testing.T
	ctx context.Context
	url string

	shown int // how often cards of golden files were shown
}

// newStage builds magpie, starts its playground, and opens the page.
func newStage(t *testing.T) *stage {
	t.Helper()
	browser := findBrowser(t)
	dir := t.TempDir()
	exe := filepath.Join(dir, "magpie")
	build := exec.Command("go", "build", "-o", exe, "magpie")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build magpie: %v\n%s", err, out)
	}
	return &stage{t: t, url: startMagpie(t, exe, dir), ctx: openBrowser(t, browser)}
}

func findBrowser(t *testing.T) string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no browser: none of chromium, chromium-browser and google-chrome is in PATH")
	return ""
}

// startMagpie returns the address that `magpie playground` prints.
func startMagpie(t *testing.T, exe, dir string) string {
	cmd := exec.Command(exe, "playground", "127.0.0.1:0")
	cmd.Dir = dir
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("magpie playground ended with %v, want 0", err)
		}
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, url, ok := strings.Cut(lines.Text(), "http://"); ok {
			go io.Copy(io.Discard, out)
			return "http://" + strings.TrimSpace(url)
		}
	}
	t.Fatalf("magpie playground printed no address: %v", lines.Err())
	return ""
}

func openBrowser(t *testing.T, path string) context.Context {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.DisableGPU, chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1280, 800),
	)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	messages := chromedp.Console(ctx)
	var watched sync.WaitGroup
	watched.Go(func() {
		for m, err := range messages {
			// An answer such as 409 is on the console too; it is part of the story.
			if err == nil && m.Source != "network" && (m.IsException() || m.Type == chromedp.ConsoleError) {
				t.Errorf("the page complains: %s", m)
			}
		}
	})
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Logf("close the browser: %v", err)
		}
		watched.Wait()
	})
	return ctx
}

// do takes a step on the page; where it fails, it says what was to be seen.
func (s *stage) do(step string, actions ...chromedp.Action[chromedp.Void]) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		seen, _ := chromedp.Run(s.ctx, chromedp.Evaluate[string]("document.body.innerText"))
		s.t.Fatalf("%s: %v; there is:\n%s", step, err, seen)
	}
}

func css(selector string) chromedp.CSS { return chromedp.CSS(selector) }

func (s *stage) open() {
	s.t.Helper()
	s.do("open the page", chromedp.Navigate(s.url))
	s.sees(".bot", "bot connected")
}

func (s *stage) be(person string) {
	s.t.Helper()
	at := `[data-person="` + person + `"]`
	s.click(at)
	s.do("be "+person, chromedp.WaitVisible(css(at+`[aria-pressed="true"]`)))
}

// channel goes where the id begins so.
func (s *stage) channel(id string) {
	s.t.Helper()
	at := `[data-channel^="` + id + `"]`
	s.click(at)
	s.do("go to "+id, chromedp.WaitVisible(css(at+`[aria-current]`)))
}

func (s *stage) say(line string) {
	s.t.Helper()
	s.do("type "+line, chromedp.SendKeys(css("#box"), line))
	s.click("#send")
}

func (s *stage) press(line string) {
	s.t.Helper()
	s.click(`#messages button[data-value="` + line + `"]:enabled`)
}

// click presses what a finger would reach: nothing may lie over it. It finds and
// presses in one go, for the page may redraw at any moment.
func (s *stage) click(selector string) {
	s.t.Helper()
	s.waits(`some(n => {
		n.scrollIntoView({ block: 'nearest' })
		const box = n.getBoundingClientRect()
		if (!n.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2))) return false
		n.click()
		return true
	})`, selector, nil)
}

func (s *stage) fill(block, value string) {
	s.t.Helper()
	at := `.modal [data-block="` + block + `"] :is(input, textarea)`
	s.do("fill in "+block, chromedp.WaitVisible(css(at)), func(ctx context.Context, on *chromedp.Target) (none chromedp.Void, err error) {
		_, err = chromedp.Evaluate[bool](`document.querySelector('`+at+`').value = '', true`)(ctx, on)
		return none, err
	}, chromedp.SendKeys(css(at), value))
}

// sees waits until an element that the selector finds shows all the words.
func (s *stage) sees(selector string, words ...string) {
	s.t.Helper()
	s.waits(`some(n => n.checkVisibility() && words.every(w => n.innerText.includes(w)))`, selector, words)
}

// seesValue waits until something to be filled in begins so.
func (s *stage) seesValue(selector, want string) {
	s.t.Helper()
	s.waits(`some(n => n.value.startsWith(words[0]))`, selector, []string{want})
}

// seesPicture goes to where a picture is, once it is loaded.
func (s *stage) seesPicture(selector string) {
	s.t.Helper()
	s.waits(`some(n => n.complete && n.naturalWidth > 0 && (n.scrollIntoView({ block: 'center' }), true))`, selector, nil)
}

// seesNot waits until none does.
func (s *stage) seesNot(selector string, words ...string) {
	s.t.Helper()
	s.waits(`every(n => !n.checkVisibility() || !words.every(w => n.innerText.includes(w)))`, selector, words)
}

func (s *stage) waits(until, selector string, words []string) {
	s.t.Helper()
	s.do(fmt.Sprintf("wait for %q in %s", words, selector), func(ctx context.Context, on *chromedp.Target) (none chromedp.Void, err error) {
		poll := chromedp.PollFunction[bool](`(selector, words = []) => [...document.querySelectorAll(selector)].`+until,
			chromedp.WithPollingArgs(selector, words), chromedp.WithPollingTimeout(0))
		_, err = poll(ctx, on)
		return none, err
	})
}

func (s *stage) attribute(selector, name string) string {
	s.t.Helper()
	got, err := chromedp.Run(s.ctx, chromedp.AttributeValue(css(selector), name))
	if err != nil {
		s.t.Fatalf("%s of %s: %v", name, selector, err)
	}
	return got.Value
}

// picture writes what is to be seen, where pictures are asked for.
func (s *stage) picture(name string) {
	s.t.Helper()
	if *screenshots == "" {
		return
	}
	png, err := chromedp.Run(s.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(*screenshots, name+".png"), png, 0o644)
	}
	if err != nil {
		s.t.Fatalf("picture %s: %v", name, err)
	}
}

func (s *stage) size(width, height int64) {
	s.t.Helper()
	s.do("resize", chromedp.EmulateViewport(width, height))
}
