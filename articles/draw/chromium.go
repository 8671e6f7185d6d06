// Package draw has a Chromium draw pages that need nothing from outside and can reach
// nothing: previews of articles, and the formulas and diagrams in them.
package draw

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Chromium is the path of one.
type Chromium string

// Shot is how a page is drawn.
type Shot struct {
	Width, Height int // of the window, in the page's pixels
	Scale         int // pixels of the picture for each of the page's; 0 is 1
	// Scripts waits for the page's scripts to come to rest.
	Scripts bool
}

// Shoot draws a page. png is the picture, dom the page as its scripts left it, where Scripts
// is set. It ends with ctx. The page gets no network: no name resolves, and every connection
// goes to a port on which nothing listens.
func (c Chromium) Shoot(ctx context.Context, page []byte, s Shot) (png, dom []byte, err error) {
	dir, err := os.MkdirTemp("", "magpie-picture-")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	in, out := filepath.Join(dir, "page.html"), filepath.Join(dir, "page.png")
	if err := os.WriteFile(in, page, 0o600); err != nil {
		return nil, nil, err
	}
	args := []string{
		"--headless=new", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-dev-shm-usage",
		"--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9", "--user-data-dir=" + filepath.Join(dir, "profile"),
		fmt.Sprintf("--window-size=%d,%d", s.Width, s.Height), "--screenshot=" + out,
	}
	if s.Scale > 1 {
		args = append(args, fmt.Sprintf("--force-device-scale-factor=%d", s.Scale))
	}
	if s.Scripts {
		args = append(args, "--virtual-time-budget=10000", "--dump-dom")
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // Chromium has no sandbox for root
	}
	var said, warned bytes.Buffer
	cmd := exec.CommandContext(ctx, string(c), append(args, "file://"+in)...)
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &said, &warned, 2*time.Second
	if err := cmd.Run(); err != nil {
		return nil, nil, fmt.Errorf("%w: %s", err, ending(warned.String(), 200))
	}
	png, err = os.ReadFile(out)
	return png, said.Bytes(), err
}

// ending is the end of what a program said.
func ending(s string, n int) string {
	s = strings.ToValidUTF8(strings.TrimSpace(s), "")
	if r := []rune(s); len(r) > n {
		return "…" + string(r[len(r)-n:])
	}
	return s
}
