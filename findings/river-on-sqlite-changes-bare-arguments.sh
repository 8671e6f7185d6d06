#!/usr/bin/env bash
# github.com/riverqueue/river v0.51.2 with riverdriver/riversqlite, modernc.org/sqlite v1.50.0.
# A job's arguments may marshal themselves to any JSON value. Guess: what is inserted is what
# a worker gets, as on PostgreSQL. Seen: objects, arrays and numbers are kept, true is kept
# as 1, and a text is refused as malformed JSON. Arguments are best an object.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
cat > main.go <<'GO'
package main

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	_ "modernc.org/sqlite"
)

// value is a job's arguments, whatever JSON they are.
type value struct{ raw string }

func (value) Kind() string                   { return "value" }
func (v value) MarshalJSON() ([]byte, error) { return []byte(v.raw), nil }

func main() {
	ctx := context.Background()
	db, err := sql.Open("sqlite", "file:jobs.db")
	must(err)
	db.SetMaxOpenConns(1)
	driver := riversqlite.New(db)
	migrator, err := rivermigrate.New(driver, nil)
	must(err)
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	must(err)
	client, err := river.NewClient(driver, &river.Config{})
	must(err)
	for _, raw := range []string{`{"n":7}`, `[7]`, `7`, `true`, `"tea"`} {
		row, err := client.Insert(ctx, value{raw}, nil)
		if err != nil {
			fmt.Printf("%s: %v\n", raw, err)
			continue
		}
		fmt.Printf("%s: kept as %s\n", raw, row.Job.EncodedArgs)
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
GO
go mod init finding >/dev/null 2>&1
go get github.com/riverqueue/river@v0.51.2 github.com/riverqueue/river/riverdriver/riversqlite@v0.51.2 modernc.org/sqlite@v1.50.0 >/dev/null 2>&1
go run . | tee seen
diff seen - <<'SEEN'
{"n":7}: kept as {"n":7}
[7]: kept as [7]
7: kept as 7
true: kept as 1
"tea": SQL logic error: malformed JSON (1)
SEEN
