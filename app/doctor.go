package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"text/tabwriter"
	"time"

	"magpie/config"
)

// checkState is how a check of the doctor's ended.
type checkState string

const (
	checkOK   checkState = "ok"
	checkWarn checkState = "warn" // magpie runs, and something is worth knowing
	checkFail checkState = "fail" // magpie, or part of it, cannot work
)

// Check is one thing that the doctor looked at.
type Check struct {
	Name  string     `json:"name"` // unique
	State checkState `json:"state"`
	Seen  string     `json:"seen"`
	Do    string     `json:"do"` // "" where there is nothing to do
}

// Checkup is all that the doctor looked at. OK is true exactly where nothing failed.
type Checkup struct {
	OK     bool    `json:"ok"`
	Checks []Check `json:"checks"`
}

func (c *Checkup) ok(name, seen string, args ...any) { c.add(name, checkOK, "", seen, args...) }
func (c *Checkup) warn(name, do, seen string, args ...any) {
	c.add(name, checkWarn, do, seen, args...)
}
func (c *Checkup) fail(name, do, seen string, args ...any) {
	c.add(name, checkFail, do, seen, args...)
}

func (c *Checkup) add(name string, state checkState, do, seen string, args ...any) {
	c.OK = c.OK && state != checkFail
	c.Checks = append(c.Checks, Check{Name: name, State: state, Seen: fmt.Sprintf(seen, args...), Do: do})
}

// errUnwell says that a check failed; what failed is printed already.
var errUnwell = errors.New("something is wrong, see ✗ above")

// IsUnwell reports whether Doctor has printed all that there is to say about an error.
func IsUnwell(err error) bool { return errors.Is(err, errUnwell) }

// examineWithin bounds everything that is asked of others.
const examineWithin = 45 * time.Second

// Doctor looks at the settings, and at everything that they name: the database, Slack, each
// WeChat account, the writer, Chromium and the clocks. It posts nothing, changes nothing at
// WeChat, and works beside a magpie that runs. It prints a table, or one JSON object, and
// returns an error for which IsUnwell holds where a check failed.
func Doctor(ctx context.Context, getenv func(string) string, asJSON bool, stdout io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, examineWithin)
	defer cancel()
	up := examine(ctx, getenv)
	if asJSON {
		encoder := json.NewEncoder(stdout)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(up); err != nil {
			return err
		}
	} else if err := up.print(stdout); err != nil {
		return err
	}
	if !up.OK {
		return errUnwell
	}
	return nil
}

// examine makes every check.
func examine(ctx context.Context, getenv func(string) string) *Checkup {
	up := &Checkup{OK: true}
	file, fileErr := config.ReadEnvFile(envFile)
	env := file.Over(getenv)
	cfg, cfgErr := config.Load(env)
	rules, rulesErr := readRules(cfg)
	furniture, deskErr := readFurniture(cfg)
	up.settings(errors.Join(fileErr, cfgErr, rulesErr, deskErr))
	up.strangeKeys(file, env)
	up.combinations(cfg, rules, env)
	db := up.database(ctx, cfg)
	if db != nil {
		defer db.Close()
	}
	up.secrets(ctx, cfg, db)
	up.retain(ctx, cfg, db)
	up.slack(ctx, cfg, rules)
	up.accounts(ctx, cfg, db, slog.New(slog.DiscardHandler))
	up.writer(ctx, cfg, furniture)
	up.pictures(ctx, furniture)
	return up
}

// print writes the checks as a table.
func (c *Checkup) print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	sign := map[checkState]string{checkOK: "✓", checkWarn: "!", checkFail: "✗"}
	for _, check := range c.Checks {
		fmt.Fprintf(table, "%s\t%s\t%s\n", sign[check.State], check.Name, strings.ReplaceAll(check.Seen, "\n", " "))
		if check.Do != "" {
			fmt.Fprintf(table, "\t\t→ %s\n", check.Do)
		}
	}
	return table.Flush()
}
