// Magpie lets a team in Slack operate its WeChat accounts: a line comes in, a request
// goes to the outbox, a card comes back.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"magpie/app"
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

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the process at once.
	context.AfterFunc(ctx, stop)
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "magpie:", strings.ReplaceAll(err.Error(), "\n", "\n  "))
		os.Exit(1)
	}
}

// run picks the sub-command and returns when that has ended.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	log := slog.New(slog.NewTextHandler(stderr, nil))
	asksHelp := func(arg string) bool { return slices.Contains([]string{"help", "-h", "-help", "--help"}, arg) }
	name, rest := "", []string{}
	if len(args) > 0 {
		name, rest = args[0], args[1:]
	}
	switch {
	case slices.ContainsFunc(args, asksHelp):
		_, err := io.WriteString(stdout, usage)
		return err
	case name == "" && len(rest) == 0:
		return app.Run(ctx, os.Getenv, log)
	case name == "playground" && len(rest) < 2:
		return app.Play(ctx, strings.Join(rest, ""), stdout, log)
	case name == "manifest" && len(rest) == 0:
		return app.Manifest(os.Getenv, stdout)
	case name == "move-database" && len(rest) == 2:
		return app.MoveDatabase(ctx, rest[0], rest[1], stdout, log)
	case name == "move-database":
		return fmt.Errorf("move-database needs FROM and TO\n\n%s", usage)
	}
	return fmt.Errorf("there is no %q\n\n%s", strings.Join(args, " "), usage)
}
