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
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/willabides/kongplete"

	"magpie/app"
)

// What magpie exits with.
const (
	exitFailed = 1 // it could not do it, or a check found a fault
	exitUsage  = 2 // there is no such command, argument or flag
)

// commandLine is what magpie can be told in a shell.
type commandLine struct {
	Version bool `help:"Print the version."`

	Run          runCmd          `cmd:"" default:"1" help:"Run the bot; its settings come from the environment and .env. This is what magpie does without a command."`
	Playground   playgroundCmd   `cmd:"" help:"Run the very same bot in a pretend Slack and a pretend WeChat, on a page in the browser. Needs no account and no setting."`
	Manifest     manifestCmd     `cmd:"" help:"Print the Slack app's manifest, to be pasted at api.slack.com/apps."`
	Doctor       doctorCmd       `cmd:"" help:"Check the settings and all that they name: the database, Slack, WeChat, the writer, Chromium, the clocks. Posts nothing, changes nothing, works beside a magpie that runs; exits with 1 where something is wrong."`
	Audit        auditCmd        `cmd:"" help:"Export the record of who did what, or prove that it is whole. Both work beside a magpie that runs."`
	Forget       forgetCmd       `cmd:"" help:"Remove a person of WeChat's from everywhere in the database, its files included, and print how many rows named them. Works beside a magpie that runs; docs/operate.md says what stays."`
	Show         versionCmd      `cmd:"" name:"version" help:"Print version, commit, Go's version and the number of the database's schema."`
	Backup       backupCmd       `cmd:"" help:"Copy the database, as it is now, into a new SQLite file that magpie starts on. Works beside a magpie that runs; docs/operate.md says what a restored copy does."`
	MoveDatabase moveDatabaseCmd `cmd:"" help:"Copy all that an SQLite file holds into an empty PostgreSQL database, with magpie stopped; docs/scale.md says when and how."`
	Completion   completionCmd   `cmd:"" help:"Print what a shell's start-up file needs for completion by Tab."`
}

// world is what a command needs of the process it runs in.
type world struct {
	stdout io.Writer
	stderr io.Writer
	log    *slog.Logger
}

type runCmd struct{}

// Run runs the bot until ctx ends.
func (runCmd) Run(ctx context.Context, w world) error { return app.Run(ctx, os.Getenv, w.stderr) }

type playgroundCmd struct {
	Address string `arg:"" optional:"" help:"Where the page is served, such as 127.0.0.1:8080; a free port without it."`
}

// Run runs the pretend world until ctx ends.
func (c playgroundCmd) Run(ctx context.Context, w world) error {
	return app.Play(ctx, c.Address, os.Getenv, w.stdout, w.stderr)
}

type manifestCmd struct {
	URL string `name:"url" placeholder:"https://HOST" help:"For HTTP mode: Slack posts to https://HOST/slack. Without it, for Socket Mode."`
}

// Run prints the manifest.
func (c manifestCmd) Run(w world) error { return app.Manifest(os.Getenv, c.URL, w.stdout) }

type doctorCmd struct {
	JSON bool `name:"json" help:"Print one JSON object, {ok, checks: [{name, state, seen, do}]}, and nothing else."`
}

// Run looks at everything.
func (c doctorCmd) Run(ctx context.Context, w world) error {
	return app.Doctor(ctx, os.Getenv, c.JSON, w.stdout)
}

type auditCmd struct {
	Export auditExportCmd `cmd:"" help:"Print the acts on record, one JSON object a line: {seq, at, request, verb, who, account, note, prev, hash}."`
	Verify auditVerifyCmd `cmd:"" help:"Go along the chain of the acts; exits with 1 and names the first that does not follow."`
}

type auditExportCmd struct {
	Since   string `placeholder:"DAY" help:"Only acts from a day on, such as 2026-01-31."`
	Request int64  `placeholder:"N" help:"Only acts on one request."`
	Who     string `placeholder:"ID" help:"Only acts of one person, by the Slack id."`
}

// Run prints acts.
func (c auditExportCmd) Run(ctx context.Context, w world) error {
	return app.ExportAudit(ctx, os.Getenv, c.Since, c.Request, c.Who, w.stdout)
}

type auditVerifyCmd struct {
	File    string `arg:"" optional:"" help:"An exported file; without it, the database of DATABASE_URL."`
	Partial bool   `help:"The file was exported with --since: it need not begin with the first act."`
	Head    string `placeholder:"SEQ:HASH:SIGNATURE" help:"A head that magpie posted in AUDIT_CHANNEL: that act must stand as it did."`
}

// Run goes along the chain.
func (c auditVerifyCmd) Run(ctx context.Context, w world) error {
	return app.VerifyAudit(ctx, os.Getenv, c.File, c.Partial, c.Head, w.stdout)
}

type forgetCmd struct {
	OpenID string `arg:"" name:"OPENID" help:"The person's openid at an account; one that begins with - stands behind --."`
}

// Run forgets a person.
func (c forgetCmd) Run(ctx context.Context, w world) error {
	return app.Forget(ctx, os.Getenv, c.OpenID, w.stdout, w.log)
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(w world) error { return app.Version(w.stdout) }

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Run prints how a shell asks this very binary what may come next.
func (c completionCmd) Run(w world) error {
	binary, err := os.Executable()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.stdout, map[string]string{
		"bash": "complete -C %s magpie\n",
		"zsh":  "autoload -U +X bashcompinit && bashcompinit\ncomplete -C %s magpie\n",
		"fish": "complete -f -c magpie -a \"(env COMP_LINE=(commandline -cp) %s)\"\n",
	}[c.Shell], binary)
	return err
}

type backupCmd struct {
	File string `arg:"" help:"The copy's path; nothing may be there yet."`
}

// Run copies the database.
func (c backupCmd) Run(ctx context.Context, w world) error {
	return app.Backup(ctx, os.Getenv, c.File, w.stdout)
}

type moveDatabaseCmd struct {
	From string `arg:"" help:"The database that there is, sqlite:PATH."`
	To   string `arg:"" help:"The empty one, postgres://…."`
}

// Run moves the database.
func (c moveDatabaseCmd) Run(ctx context.Context, w world) error {
	return app.MoveDatabase(ctx, c.From, c.To, w.stdout, w.log)
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the process at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run does what the arguments say, and returns what the process exits with.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	w := world{stdout: stdout, stderr: stderr, log: slog.New(slog.NewTextHandler(stderr, nil))}
	var cli commandLine
	printed := false // help or completions: there is nothing more to do
	parser, err := kong.New(&cli,
		kong.Name("magpie"),
		kong.Description("magpie lets a team in Slack operate its WeChat accounts. .env.example names every setting. It exits with 0 where all went well, 1 where it failed or a check found a fault, 2 where the command line is wrong."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { printed = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(w),
	)
	if err != nil {
		fmt.Fprintln(stderr, "magpie:", err)
		return exitFailed
	}
	kongplete.Complete(parser)
	if printed {
		return 0
	}
	command, err := parser.Parse(spelt(args))
	switch {
	case printed:
		return 0
	case err != nil:
		return misused(stderr, err)
	case cli.Version:
		err = app.Version(stdout)
	default:
		err = command.Run()
	}
	switch {
	case app.IsUnwell(err):
		return exitFailed
	case err != nil:
		fmt.Fprintln(stderr, "magpie:", strings.ReplaceAll(err.Error(), "\n", "\n  "))
		return exitFailed
	}
	return 0
}

// spelt has `magpie help`, `magpie help CMD` and `magpie CMD help` mean what --help does.
func spelt(args []string) []string {
	switch {
	case len(args) > 0 && args[0] == "help":
		return append(args[1:len(args):len(args)], "--help")
	case len(args) == 2 && args[1] == "help":
		return []string{args[0], "--help"}
	}
	return args
}

// misused says in two lines what is wrong with the command line and where it is explained.
func misused(stderr io.Writer, err error) int {
	about := "magpie"
	if parse, ok := errors.AsType[*kong.ParseError](err); ok {
		if node := parse.Context.Selected(); node != nil && node.Name != "run" {
			about += " " + node.Path()
		}
	}
	said, _, _ := strings.Cut(err.Error(), "\n")
	fmt.Fprintf(stderr, "magpie: %s\nmagpie: %s --help says what there is\n", said, about)
	return exitUsage
}
