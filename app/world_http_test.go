package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"time"
)

// hearing has every story run in one mode, "http" or "socket". Without it those on SQLite
// are posted to magpie, and those on PostgreSQL go over sockets.
var hearing = flag.String("hear", "", "tell the stories in this mode: http or socket")

// hearByHTTP has the pretend Slack post to the magpies of this world.
func (w *world) hearByHTTP() {
	delete(w.env, "SLACK_APP_TOKEN")
	w.env["SLACK_SIGNING_SECRET"], w.env["HTTP_ADDR"] = "shh-test", "127.0.0.1:0"
}

func (w *world) byHTTP() bool {
	return w.env["SLACK_APP_TOKEN"] == "" && w.env["SLACK_SIGNING_SECRET"] != ""
}

// startByHTTP starts magpie inside the test and has it posted to, beside those that run.
func (w *world) startByHTTP(ctx context.Context, getenv func(string) string) error {
	running, cancel := context.WithCancel(context.Background())
	built, ended := make(chan *house, 1), make(chan error, 1)
	go func() {
		ended <- serve(running, getenv, nil, w.now, func(h *house) { quick(h); built <- h }, w.log.loggerAs(getenv("LOG_FORMAT")))
	}()
	var h *house
	select {
	case h = <-built:
	case err := <-ended:
		cancel()
		return fmt.Errorf("magpie ended: %w", err)
	}
	address := "http://" + h.listener.Addr().String() + "/slack"
	w.mu.Lock()
	w.stopped = append(w.stopped, func() error {
		defer cancel()
		w.at = slices.DeleteFunc(slices.Clone(w.at), func(at string) bool { return at == address })
		err := w.slack.PostTo(context.Background(), w.at...)
		cancel()
		return errors.Join(err, <-ended)
	})
	w.mu.Unlock()
	waiting, stop := context.WithTimeout(ctx, 45*time.Second)
	defer stop()
	for !h.bot.Ready() {
		select {
		case err := <-ended:
			w.mu.Lock()
			w.stopped = w.stopped[:len(w.stopped)-1]
			w.mu.Unlock()
			cancel()
			return fmt.Errorf("magpie ended: %w", err)
		case <-waiting.Done():
			return fmt.Errorf("magpie is not ready: %w", waiting.Err())
		case <-time.After(5 * time.Millisecond):
		}
	}
	w.at = append(w.at, address)
	return w.slack.PostTo(waiting, w.at...)
}
