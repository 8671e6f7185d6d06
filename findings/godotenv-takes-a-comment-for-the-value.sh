#!/usr/bin/env bash
# github.com/joho/godotenv v1.5.1.
# Guess: in `KEY= # note` the value is empty, as in `KEY=x # note` it is x. Seen: where the
# value is left empty, the comment becomes the value. An example file whose optional keys are
# explained on their own lines turns them all on.
set -euo pipefail
dir=$(mktemp -d); trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT; cd "$dir"
cat > main.go <<'GO'
package main

import (
	"fmt"

	"github.com/joho/godotenv"
)

func main() {
	for _, line := range []string{"KEY=x # note", "KEY= # note", "KEY=\"\" # note"} {
		values, err := godotenv.Unmarshal(line)
		fmt.Printf("%s: %q %v\n", line, values["KEY"], err)
	}
}
GO
go mod init finding >/dev/null 2>&1; go get github.com/joho/godotenv@v1.5.1 >/dev/null 2>&1
go run . | tee seen
diff seen - <<'SEEN'
KEY=x # note: "x" <nil>
KEY= # note: "# note" <nil>
KEY="" # note: "" <nil>
SEEN
