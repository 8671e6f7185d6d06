// Package app builds the house: it opens the database, wires the rooms, serves HTTP, moves
// and backs up the database. Each exported function is one sub-command of magpie.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"magpie/bot"
	"magpie/config"
	"magpie/logs"
	"magpie/playground"
)

// envFile adds to the environment, where it is there.
const envFile = ".env"

// callTimeout bounds one call to WeChat, and with it how long a stop waits.
const callTimeout = 10 * time.Second

// Run runs the bot until ctx ends or it cannot go on. What it has to say goes to stderr.
func Run(ctx context.Context, getenv func(string) string, stderr io.Writer) error {
	file, err := config.ReadEnvFile(envFile)
	env := file.Over(getenv)
	log := slog.New(logs.Options{Level: env("LOG_LEVEL"), Format: env("LOG_FORMAT")}.Handler(stderr))
	for _, s := range file.Strange() {
		log.Warn("a key of "+file.Name+" is none of magpie's", "key", s.Key, "line", s.Line, "meant", s.Meant)
	}
	return serve(ctx, env, err, time.Now, nil, log)
}

// Play runs the bot in the pretend world, which it gets to know by its environment and
// its clock alone. Of the real environment it reads how the log is written; that goes to stderr.
func Play(ctx context.Context, addr string, getenv func(string) string, stdout, stderr io.Writer) error {
	level, format, err := config.Logs(getenv)
	if err != nil {
		return err
	}
	log := slog.New(logs.Options{Level: level, Format: format}.Handler(stderr))
	world, err := playground.Start(playground.Options{Addr: addr, Log: log})
	if err != nil {
		return err
	}
	defer world.Close()
	fmt.Fprintf(stdout, "Playground: %s\nA pretend Slack and a pretend WeChat; nothing leaves this machine. Ctrl-C ends it.\n", world.URL())
	return world.Run(ctx, func(ctx context.Context, env map[string]string) error {
		return serve(ctx, func(key string) string { return env[key] }, nil, world.Now, func(h *house) {
			world.Show(h.calendar)
			world.Serves(h.listener.Addr().String())
		}, log)
	})
}

// Manifest prints the Slack app's manifest: for Socket Mode, or, where host is how magpie's
// public address begins, for HTTP mode.
func Manifest(getenv func(string) string, host string, stdout io.Writer) error {
	file, err := config.ReadEnvFile(envFile)
	if err != nil {
		return err
	}
	text, err := bot.Manifest(file.Over(getenv)("SLACK_COMMAND"), host)
	if err != nil {
		return err
	}
	_, err = io.WriteString(stdout, text)
	return err
}

// serve runs the bot until ctx ends or it cannot go on. envErr is what was wrong with
// the .env file, told beside every other fault; built, where not nil, sees the house
// before it runs.
func serve(ctx context.Context, env func(string) string, envErr error, now func() time.Time, built func(*house), log *slog.Logger) error {
	cfg, cfgErr := config.Load(env)
	rules, rulesErr := readRules(cfg)
	furniture, deskErr := readFurniture(cfg)
	if err := errors.Join(envErr, cfgErr, rulesErr, deskErr); err != nil {
		return fmt.Errorf("these settings are missing or wrong (.env.example says more):\n%w", err)
	}
	outages := logs.NewOutages(log.Handler())
	defer outages.Close()
	h, err := build(ctx, cfg, rules, furniture, now, slog.New(outages.Handler()))
	if err != nil {
		return unlessStopped(ctx, err, log)
	}
	h.watchOutages(outages)
	h.tellStart(cfg, log)
	if built != nil {
		built(h)
	}
	return h.run(ctx)
}

// unlessStopped is an error of the start's; nil where that was cut short by whoever stops magpie:
// what fails then, fails for that.
func unlessStopped(ctx context.Context, err error, log *slog.Logger) error {
	if ctx.Err() == nil {
		return err
	}
	log.Info("magpie was stopped while it started", "error", err)
	return nil
}
