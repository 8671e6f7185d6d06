package app

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A playground that is stopped while it starts has not failed, wherever it was.
func TestAStartIsCutShort(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{0, time.Millisecond, 3 * time.Millisecond, 10 * time.Millisecond, 30 * time.Millisecond, 100 * time.Millisecond, 300 * time.Millisecond} {
		t.Run(after.String(), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if after == 0 {
				cancel()
			}
			defer time.AfterFunc(after, cancel).Stop()
			if err := Play(ctx, "", func(string) string { return "" }, io.Discard, io.Discard); err != nil {
				t.Errorf("stopped after %s: got %v", after, err)
			}
		})
	}
}

// SIGTERM ends it with 0, from the line that names its page on.
func TestSIGTERMAtTheStart(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{0, 5 * time.Millisecond, 50 * time.Millisecond, 200 * time.Millisecond} {
		t.Run(after.String(), func(t *testing.T) {
			t.Parallel()
			said := &logbook{to: io.Discard}
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env, cmd.Stderr = append(os.Environ(), "MAGPIE_TEST_BE_MAGPIE=playground"), said
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewReader(out)
			if line, err := lines.ReadString('\n'); err != nil || !strings.HasPrefix(line, "Playground: ") {
				t.Errorf("the first line: got %q, %v", line, err)
			}
			stop := time.AfterFunc(after, func() { _ = cmd.Process.Signal(syscall.SIGTERM) })
			defer stop.Stop()
			_, _ = io.Copy(io.Discard, lines) // until it has ended
			if err := cmd.Wait(); err != nil {
				t.Errorf("SIGTERM after %s: got %v\n%s", after, err, said)
			}
		})
	}
}
