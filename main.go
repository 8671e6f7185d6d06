// Magpie lets a team in Slack operate its WeChat accounts: a line comes in, a request
// goes to the outbox, a card comes back.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"magpie/bot"
	"magpie/config"
	"magpie/playground"
)

const usage = `magpie lets a team in Slack operate its WeChat accounts.

  magpie              runs the bot; its settings come from the environment and .env
  magpie playground [ADDRESS]
                      runs the very same bot in a pretend Slack and a pretend WeChat,
                      on a page in the browser; needs no account and no setting
  magpie manifest     prints the Slack app's manifest, to be pasted into Slack
  magpie move-database FROM TO
                      copies all that sqlite:PATH holds into the empty database at
                      postgres://…, with magpie stopped; docs/scale.md says when and how
  magpie help         prints this

.env.example names every setting. https://api.slack.com/apps makes the app.
`

// callTimeout bounds one call to WeChat, and with it how long a stop waits.
const callTimeout = 10 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the process at once.
	context.AfterFunc(ctx, stop)
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "magpie:", strings.ReplaceAll(err.Error(), "\n", "\n  "))
		os.Exit(1)
	}
}

// run is magpie: it picks the sub-command and returns when that has ended.
func run(ctx context.Context, args []string, getenv func(string) string, _ io.Reader, stdout, stderr io.Writer) error {
	log := slog.New(slog.NewTextHandler(stderr, nil))
	name, rest := "", []string{}
	if len(args) > 0 {
		name, rest = args[0], args[1:]
	}
	asksHelp := func(arg string) bool { return slices.Contains([]string{"help", "-h", "-help", "--help"}, arg) }
	switch {
	case slices.ContainsFunc(args, asksHelp):
		_, err := io.WriteString(stdout, usage)
		return err
	case name == "playground" && len(rest) < 2:
		return play(ctx, strings.Join(rest, ""), stdout, log)
	case name == "move-database" && len(rest) == 2:
		return moveDatabase(ctx, rest[0], rest[1], stdout, log)
	case name == "move-database":
		return fmt.Errorf("move-database needs FROM and TO\n\n%s", usage)
	case len(rest) > 0:
	case name == "":
		env, err := config.Env(getenv, ".env")
		return serve(ctx, env, err, time.Now, nil, log)
	case name == "manifest":
		env, err := config.Env(getenv, ".env")
		if err != nil {
			return err
		}
		_, err = io.WriteString(stdout, bot.Manifest(env("SLACK_COMMAND")))
		return err
	}
	return fmt.Errorf("there is no %q\n\n%s", strings.Join(args, " "), usage)
}

// play runs the bot in the pretend world, which it gets to know by its environment and
// its clock alone.
func play(ctx context.Context, addr string, stdout io.Writer, log *slog.Logger) error {
	world, err := playground.Start(playground.Options{Addr: addr, Log: log})
	if err != nil {
		return err
	}
	defer world.Close()
	fmt.Fprintf(stdout, "Playground: %s\nA pretend Slack and a pretend WeChat; nothing leaves this machine. Ctrl-C ends it.\n", world.URL())
	env := world.Env()
	return serve(ctx, func(key string) string { return env[key] }, nil, world.Now, func(h *house) { world.Show(h.calendar) }, log)
}

// serve runs the bot until ctx ends or it cannot go on. envErr is what was wrong with
// the .env file, told beside every other fault; built, where not nil, sees the house
// before it runs.
func serve(ctx context.Context, env func(string) string, envErr error, now func() time.Time, built func(*house), log *slog.Logger) error {
	cfg, cfgErr := config.Load(env)
	rules, rulesErr := readRules(cfg)
	if err := errors.Join(envErr, cfgErr, rulesErr); err != nil {
		return fmt.Errorf("these settings are missing or wrong (.env.example says more):\n%w", err)
	}
	h, err := build(ctx, cfg, rules, now, log)
	if err != nil {
		return err
	}
	if built != nil {
		built(h)
	}
	return h.run(ctx)
}
