#!/usr/bin/env bash
# github.com/robfig/cron/v3 v3.0.1 and github.com/adhocore/gronx v1.19.6.
# `0 0 */2 * 1` has a day of the month that begins with a star, and a weekday. Guess: cron
# libraries agree on it. Seen: robfig/cron runs on every second day and on every Monday;
# gronx, like crontab(5) of Debian's cron, on those second days that are Mondays. A spec that
# moves from one to the other fires nine times as often.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
cat > main.go <<'GO'
package main

import (
	"fmt"
	"time"

	"github.com/adhocore/gronx"
	"github.com/robfig/cron/v3"
)

func main() {
	const spec = "0 0 */2 * 1"
	begin := time.Date(2026, 11, 30, 23, 59, 0, 0, time.UTC)
	end := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	schedule, err := cron.ParseStandard(spec)
	if err != nil {
		panic(err)
	}
	count := 0
	for t := schedule.Next(begin); t.Before(end); t = schedule.Next(t) {
		count++
	}
	fmt.Println("robfig/cron: fires in December 2026:", count)
	count = 0
	for t := begin; ; count++ {
		if t, err = gronx.NextTickAfter(spec, t, false); err != nil {
			panic(err)
		}
		if !t.Before(end) {
			break
		}
	}
	fmt.Println("gronx: fires in December 2026:", count)
}
GO
go mod init finding >/dev/null 2>&1; go get github.com/robfig/cron/v3@v3.0.1 github.com/adhocore/gronx@v1.19.6 >/dev/null 2>&1
go run . | tee seen
diff seen - <<'SEEN'
robfig/cron: fires in December 2026: 18
gronx: fires in December 2026: 2
SEEN
