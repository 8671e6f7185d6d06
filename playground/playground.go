// Package playground is the pretend world on one page: a Slack to type in, a WeChat
// phone to look at, a clock to step. It holds no bot. Whoever starts it runs the very
// same bot that the real world has, with the environment that Env returns, by the
// clock that Now is.
package playground

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"magpie/articles/openaitest"
	"magpie/bot/slacktest"
)

// writerPause stands between the pieces of what the pretend writer writes, so that one
// sees it come.
const writerPause = 40 * time.Millisecond

// Options say where the page is and where the bot may write.
type Options struct {
	// Addr is where the page listens: a loopback address, default 127.0.0.1:0.
	Addr string
	// Dir is where the bot's database lies. By default it is a directory of the
	// world's own that goes with it: what a database remembers of another world has
	// no place in this one.
	Dir string
	Log *slog.Logger // default: silent
}

// World is one pretend Slack workspace, some pretend WeChat accounts, and the page that
// shows them.
type World struct {
	slack    *slacktest.Workspace
	accounts []account
	switches switches
	stepping sync.Mutex            // held while the clock is stepped
	stepped  atomic.Int64          // how far the clock is ahead of real time, in nanoseconds
	calendar atomic.Pointer[Fires] // nil: none are shown
	chosen   chosen
	writer   *openaitest.Server

	url, host   string
	botToken    string
	appToken    string
	dir         string
	ownDir      bool
	server      *http.Server
	served      chan struct{} // closed when it has ended
	writerURL   string
	closeWriter func()
	once        sync.Once
	log         *slog.Logger
}

// Start builds the world and serves its page.
func Start(opts Options) (*World, error) {
	if opts.Addr == "" {
		opts.Addr = "127.0.0.1:0"
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	listener, err := listen(opts.Addr)
	if err != nil {
		return nil, err
	}
	w := &World{
		host: listener.Addr().String(), url: "http://" + listener.Addr().String(),
		botToken: "xoxb-playground-" + rand.Text(), appToken: "xapp-playground-" + rand.Text(),
		dir: opts.Dir, served: make(chan struct{}), log: opts.Log,
	}
	if w.dir == "" {
		if w.dir, err = os.MkdirTemp("", "magpie-playground-"); err != nil {
			listener.Close()
			return nil, fmt.Errorf("make a place for the playground's database: %w", err)
		}
		w.ownDir = true
	}
	w.slack = slacktest.Start(slacktest.Options{
		TeamName: teamName, BotToken: w.botToken, AppToken: w.appToken, Commands: []string{slashCommand}, ShouldEscape: true, Now: w.Now, Log: opts.Log,
	})
	settle(w.slack)
	w.accounts = openAccounts(w.Now)
	w.writer, w.writerURL, w.closeWriter = openaitest.Start(openaitest.Options{Pause: writerPause, Article: teaArticle})
	w.chosen.set = settings{Language: "en", Approvals: 1, Accounts: len(w.accounts)}
	w.chosen.changed = make(chan struct{})

	w.server = &http.Server{Handler: w.handler(), ReadHeaderTimeout: 5 * time.Second}
	go func() {
		defer close(w.served)
		if err := w.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			w.log.Error("the playground's page is no longer served", "err", err)
		}
	}()
	return w, nil
}

// listen refuses every address that others could reach: whoever opens the page acts
// for everyone on it.
func listen(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("the playground's address %q: HOST:PORT is expected, such as 127.0.0.1:8080", addr)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("the playground's address %q: it is served on loopback alone (127.0.0.1, [::1] or localhost), for it asks nobody who they are", addr)
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("serve the playground: %w", err)
	}
	if at, ok := listener.Addr().(*net.TCPAddr); !ok || !at.IP.IsLoopback() {
		listener.Close()
		return nil, fmt.Errorf("the playground's address %q: it leads to %s, which is not loopback", addr, listener.Addr())
	}
	return listener, nil
}

// URL is the address of the page.
func (w *World) URL() string { return w.url }

// Env is the environment of a bot that lives in this world now. It is whole: nothing of
// another environment needs to be added, and what is not named is at its default.
func (w *World) Env() map[string]string {
	env := map[string]string{
		"SLACK_BOT_TOKEN": w.botToken,
		"SLACK_APP_TOKEN": w.appToken,
		"SLACK_API_URL":   w.slack.APIURL,
		"SLACK_COMMAND":   slashCommand,

		"OPENAI_API_KEY":  openaitest.Key,
		"OPENAI_BASE_URL": w.writerURL,
		"OPENAI_MODEL":    openaitest.Model,

		"DATABASE_URL": "sqlite:" + filepath.Join(w.dir, "playground.db"),
		"ADMINS":       carol,
		"APPROVERS":    approvers,
	}
	maps.Copy(env, w.settingKeys())
	return env
}

// Close ends the world. The bot should have ended before.
func (w *World) Close() error {
	var err error
	w.once.Do(func() {
		err = w.server.Close()
		<-w.served
		w.switches.stop()
		w.slack.Close()
		for _, a := range w.accounts {
			a.close()
		}
		w.closeWriter()
		if w.ownDir {
			err = errors.Join(err, os.RemoveAll(w.dir))
		}
	})
	return err
}
