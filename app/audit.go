package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"magpie/config"
	"magpie/journal"
	"magpie/outbox"
	"magpie/schedules"
	"magpie/store"
)

// accountsOfActs tells whose accounts acts are about that bear none themselves.
var accountsOfActs = map[string]journal.AccountsOf{"request": outbox.AccountsOf, "schedule": schedules.AccountsOf}

// openBeside opens the database that DATABASE_URL names, to be read beside a magpie that runs.
// No other setting is needed.
func openBeside(ctx context.Context, getenv func(string) string) (*store.DB, error) {
	file, err := config.ReadEnvFile(envFile)
	if err != nil {
		return nil, err
	}
	url, err := config.Database(file.Over(getenv))
	if err != nil {
		return nil, err
	}
	return store.Beside(ctx, url)
}

// ExportAudit prints the acts on record, one JSON object a line, in the order of their chain.
// since is a day (2026-01-31, UTC) or an instant (RFC 3339), request a number, who a Slack id;
// zero values are all. It works beside a magpie that runs.
func ExportAudit(ctx context.Context, getenv func(string) string, since string, request int64, who string, stdout io.Writer) error {
	want := journal.Wanted{Request: request, Who: who}
	if since != "" {
		var err error
		if want.Since, err = time.Parse(time.DateOnly, since); err != nil {
			if want.Since, err = time.Parse(time.RFC3339, since); err != nil {
				return fmt.Errorf("--since is %q: expected a day such as 2026-01-31", since)
			}
		}
	}
	db, err := openBeside(ctx, getenv)
	if err != nil {
		return err
	}
	defer db.Close()
	out := bufio.NewWriter(stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for act, err := range journal.Export(ctx, db, accountsOfActs, want) {
		if err != nil {
			return err
		}
		if err := encoder.Encode(act); err != nil {
			return err
		}
	}
	return out.Flush()
}

// VerifyAudit goes along the record's chain, of the database or of an exported file, and says
// that it holds. The error names the first act that does not follow. A file that is partial
// may begin later than with the first act there was. head is one that was posted in
// AUDIT_CHANNEL, and must be in the chain; "" is none.
func VerifyAudit(ctx context.Context, getenv func(string) string, file string, partial bool, head string, stdout io.Writer) error {
	var kept journal.Head
	if head != "" {
		env, err := config.ReadEnvFile(envFile)
		if err != nil {
			return err
		}
		secret, err := config.SecretKey(env.Over(getenv))
		if err != nil {
			return err
		}
		if kept, err = journal.ParseHead(head); err != nil {
			return fmt.Errorf("--head %w", err)
		}
		if err := kept.Check(secret); err != nil {
			return fmt.Errorf("--head: %w", err)
		}
	}
	if file != "" {
		return verifyFile(file, journal.Chain{Whole: !partial, Heads: []journal.Head{kept}}, stdout)
	}
	db, err := openBeside(ctx, getenv)
	if err != nil {
		return err
	}
	defer db.Close()
	newest, waiting, err := journal.Verify(ctx, db, kept)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s; the newest is %s. %s about to be sealed.\n", follow(newest.Seq), orNone(newest.Hash), map[bool]string{true: "1 more is", false: fmt.Sprintf("%d more are", waiting)}[waiting == 1])
	return err
}

// follow says of how many acts the chain is.
func follow(acts int64) string {
	if acts == 1 {
		return "1 act stands"
	}
	return fmt.Sprintf("%d acts follow each other", acts)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func verifyFile(name string, chain journal.Chain, stdout io.Writer) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	decoder := json.NewDecoder(bufio.NewReader(f))
	decoder.DisallowUnknownFields()
	var first int64
	count := 0
	for {
		var act journal.Sealed
		if err := decoder.Decode(&act); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return fmt.Errorf("%s: act %d cannot be read: %w", name, chain.Last().Seq+1, err)
		}
		if count == 0 {
			first = act.Seq
		}
		count++
		if err := chain.Follow(act); err != nil {
			return err
		}
	}
	if err := chain.End(); err != nil {
		return err
	}
	if count == 0 {
		return fmt.Errorf("%s: there is no act in it, so it proves nothing: export the record again", name)
	}
	_, err = fmt.Fprintf(stdout, "%s, from %d to %d; the newest is %s.\n", follow(int64(count)), first, chain.Last().Seq, orNone(chain.Last().Hash))
	return err
}
